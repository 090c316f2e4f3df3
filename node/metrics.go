package node

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics returns a registry with the figures of nodes, each labelled with its member. Labels are bounded: members,
// sensors, partners and reasons, never tracks.
func Metrics(nodes ...*Node) (*prometheus.Registry, error) {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, n := range nodes {
		if err := r.Register(collector{n, describe(string(n.config.Member))}); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// collector reads a node's counts when asked.
type collector struct {
	node *Node
	d    map[string]*prometheus.Desc
}

// figures names every metric with its help and its labels beyond the member.
var figures = []struct {
	name, help string
	labels     []string
}{
	{"plots_total", "Plots given to the tracker.", nil},
	{"plots_dropped_total", "Plots not taken since the tracker was behind.", nil},
	{"plots_unused_total", "Plots the tracker could not use.", []string{"reason"}},
	{"tracks", "Own confirmed and coasting tracks.", nil},
	{"picture_entries", "Aircraft in the picture.", nil},
	{"picture_refused_total", "Tracks not taken into the picture.", []string{"reason"}},
	{"plot_to_track_seconds", "From a plot's arrival to its track's update, as a quantile since the start.", []string{"quantile"}},
	{"feed_refused_total", "Records that a feed could not read.", []string{"feed", "reason"}},
	{"feed_connected", "Whether the feed is open.", []string{"feed"}},
	{"link_up", "Whether items of the partner are read and current.", []string{"partner"}},
	{"link_received_total", "Items and live batches taken from the partner.", []string{"partner"}},
	{"link_refused_total", "Items and live batches of the partner refused.", []string{"partner", "reason"}},
	{"live_dropped_total", "Released tracks that could not leave.", nil},
	{"settings_read_total", "How often a changed file was read while running.", []string{"file"}},
	{"settings_refused", "Whether the file as it stands is not in use, as it is bad.", []string{"file"}},
	{"alerts_raised_total", "Alerts raised.", nil},
	{"refused_total", "Items refused and failures by room and kind.", []string{"room", "kind"}},
}

func describe(member string) map[string]*prometheus.Desc {
	d := map[string]*prometheus.Desc{}
	for _, f := range figures {
		d[f.name] = prometheus.NewDesc("entente_"+f.name, f.help, f.labels, prometheus.Labels{"member": member})
	}
	return d
}

// Describe is prometheus.Collector.
func (c collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range c.d {
		out <- d
	}
}

// Collect is prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	gauge := func(name string, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(c.d[name], prometheus.GaugeValue, v, labels...)
	}
	count := func(name string, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(c.d[name], prometheus.CounterValue, float64(v), labels...)
	}
	n := c.node
	t, p := n.air.counts(), n.picture.Counters()
	count("plots_total", n.air.taken.Load())
	count("plots_dropped_total", n.air.dropped.Load())
	for reason, v := range map[string]uint64{"unknown": t.Unknown, "implausible": t.Implausible, "late": t.Late, "crowded": t.Crowded} {
		count("plots_unused_total", v, reason)
	}
	gauge("tracks", float64(t.Live))
	gauge("picture_entries", float64(p.Entries))
	for reason, v := range map[string]uint64{"stale": p.Stale, "implausible": p.Implausible, "mislabelled": p.Mislabelled, "crowded": p.Crowded, "distrusted": p.Distrusted} {
		count("picture_refused_total", v, reason)
	}
	for q, name := range map[float64]string{0.5: "0.5", 0.99: "0.99"} {
		gauge("plot_to_track_seconds", n.air.delay.quantile(q), name)
	}
	c.feeds(gauge, count)
	c.links(gauge, count)
	n.reread.counted(func(file string, reads uint64, refused bool) {
		count("settings_read_total", reads, file)
		bad := 0.0
		if refused {
			bad = 1
		}
		gauge("settings_refused", bad, file)
	})
	count("live_dropped_total", n.sharer.dropped.Load())
	count("alerts_raised_total", n.alerts.desk.Counters().Raised)
	for k, v := range n.refused.snapshot() {
		count("refused_total", v, k[0], k[1])
	}
}

func (c collector) feeds(gauge func(string, float64, ...string), count func(string, uint64, ...string)) {
	for _, f := range c.node.feeds {
		s := f.stats.Snapshot()
		open := 0.0
		if s.Connected {
			open = 1
		}
		gauge("feed_connected", open, f.config.Name)
		for reason, v := range s.Errors {
			count("feed_refused_total", uint64(v), f.config.Name, reason)
		}
	}
}

func (c collector) links(gauge func(string, float64, ...string), count func(string, uint64, ...string)) {
	for _, l := range c.node.exchange.Links() {
		up := 0.0
		if linkState(l) == "up" {
			up = 1
		}
		gauge("link_up", up, string(l.Partner))
		count("link_received_total", l.Received+l.RecvLive, string(l.Partner))
		for reason, v := range l.Refused {
			count("link_refused_total", v, string(l.Partner), string(reason))
		}
	}
}
