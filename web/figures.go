package web

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"entente"
)

// figures are the web's own metrics. Labels are members, methods and status classes: bounded, never track numbers.
type figures struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	drops    *prometheus.CounterVec
	refused  *prometheus.CounterVec
	tracks   *prometheus.GaugeVec
	frame    *prometheus.HistogramVec
}

func newFigures(r prometheus.Registerer) (*figures, error) {
	f := &figures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "entente_web_requests_total", Help: "Requests answered."}, []string{"method", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "entente_web_request_seconds", Help: "Time to answer, without the live stream.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}, []string{"method"}),
		drops:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "entente_web_live_dropped_total", Help: "Readers of the live stream dropped for being slow."}, []string{"member"}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "entente_web_refused_total", Help: "Requests refused, by reason."}, []string{"reason"}),
		tracks:   prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "entente_web_picture_tracks", Help: "Entries in the picture last taken."}, []string{"member"}),
		frame:    prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "entente_web_frame_seconds", Help: "Time to take a picture and encode its frame.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 8)}, []string{"member"}),
	}
	for _, c := range []prometheus.Collector{f.requests, f.seconds, f.drops, f.refused, f.tracks, f.frame} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *figures) picture(m entente.MemberID, n int, d time.Duration) {
	f.tracks.WithLabelValues(string(m)).Set(float64(n))
	f.frame.WithLabelValues(string(m)).Observe(d.Seconds())
}

func (f *figures) dropped(m entente.MemberID) { f.drops.WithLabelValues(string(m)).Inc() }

// count counts requests and their time by method and status.
func (f *figures) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath {
			next.ServeHTTP(w, r) // hijacked, and lasts for hours
			return
		}
		start := time.Now()
		rec := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		method := r.Method
		switch method {
		case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete:
		default:
			method = "other"
		}
		f.requests.WithLabelValues(method, statusText[min(rec.status/100, 5)]).Inc()
		f.seconds.WithLabelValues(method).Observe(time.Since(start).Seconds())
	})
}

var statusText = [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func metricsHandler(g prometheus.Gatherer) http.Handler {
	return promhttp.HandlerFor(g, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}
