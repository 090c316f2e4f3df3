package web

import (
	"net/http"

	"entente"
	"entente/publish"
)

// feedRoutes serves what existing map pages and scripts read: the two files of a tar1090 page, and GeoJSON.
func feedRoutes(mux *http.ServeMux, version string) {
	mux.HandleFunc("GET /data/receiver.json", func(w http.ResponseWriter, r *http.Request) {
		s := stationOf(askerOf(r.Context()))
		feed(w, "application/json", publish.AppendReceiver(nil, &s, version))
	})
	mux.HandleFunc("GET /data/aircraft.json", func(w http.ResponseWriter, r *http.Request) {
		feed(w, "application/json", askerOf(r.Context()).hub.render(publish.AppendAircraft))
	})
	mux.HandleFunc("GET /api/tracks.geojson", func(w http.ResponseWriter, r *http.Request) {
		feed(w, "application/geo+json", askerOf(r.Context()).hub.render(func(dst []byte, e []entente.Entry, at entente.Instant, _ uint64) []byte {
			return publish.AppendGeoJSON(dst, e, at)
		}))
	})
}

func feed(w http.ResponseWriter, kind string, b []byte) {
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(b)
}

// stationOf is where pages centre: the middle of the member's sensors.
func stationOf(a *asker) publish.Station {
	m := a.Self()
	s := publish.Station{Name: m.Name, Member: m.ID}
	sensors := a.Sensors()
	for i := range sensors {
		s.Lat += sensors[i].Lat / float64(len(sensors))
		s.Lon += sensors[i].Lon / float64(len(sensors))
	}
	return s
}

// render writes a copy of the last picture with a writer of package publish: the hub does not wait for it.
func (h *hub) render(write func([]byte, []entente.Entry, entente.Instant, uint64) []byte) []byte {
	entries, at := h.picture()
	h.mu.Lock()
	updates := h.updates
	h.mu.Unlock()
	return write(nil, entries, at, updates)
}
