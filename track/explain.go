package track

import (
	"math"

	"entente"
)

// Explanation records why the tracker decided as it did between two times. Given to a tracker by Config.Explain it
// changes no track; as replay is deterministic, any moment of a recording can be explained afterwards. It grows by some
// kilobytes a plot: keep the time short. Without one nothing is worked out.
type Explanation struct {
	From, Until entente.Instant // of plots and sweeps recorded
	Decisions   []Decision

	weighed [][]Evidence // by plot of the group under way
	missed  map[entente.TrackID]float64
	assign  assigner
}

// What a decision did.
const (
	Started      = "start"     // of a plot that no track wanted
	Updated      = "update"    // by a plot
	Outbid       = "outbid"    // another track got the plot that it could have had
	ConfirmedNow = "confirm"   // shown from now on
	HeldBack     = "hold back" // likely enough, but looks like the twin of a track shown
	Missed       = "miss"      // a look that should have seen it did not
	CoastingNow  = "coast"     // shown as coasting from now on
	EndedNow     = "end"       // shown no more
	AbandonedNow = "abandon"   // a tentative track, dropped
	MergedInto   = "merge"     // ended as the twin of another
)

// Decision is one thing decided about one track.
type Decision struct {
	Time     entente.Instant    `json:"time"`
	Track    entente.TrackID    `json:"track"`
	Address  entente.Address    `json:"address,omitzero"`
	Callsign entente.Callsign   `json:"callsign,omitzero"`
	What     string             `json:"what"`
	Reason   string             `json:"reason,omitzero"`
	State    entente.TrackState `json:"state"` // afterwards
	Other    entente.TrackID    `json:"other,omitzero"`

	Sensor entente.SensorID `json:"sensor,omitzero"`
	Plot   *entente.Plot    `json:"plot,omitzero"` // from it its sensor's biases taken
	Pair   *Evidence        `json:"pair,omitzero"`
	// Alternatives: other plots of the group for this track, other tracks for this plot, those refused by a gate too.
	Plots  []Evidence `json:"plots,omitzero"`
	Tracks []Evidence `json:"tracks,omitzero"`
	// Margin is by how much the summed log-likelihood ratio of the cluster is less in the best assignment without the pair.
	Margin  float64           `json:"margin,omitzero"`
	Cluster int               `json:"cluster,omitzero"` // pairs in the cluster
	Sure    float64           `json:"sure,omitzero"`    // probability of the pair against the best assignment without it
	With    []entente.TrackID `json:"with,omitzero"`    // tracks that share the plot: the sensor hardly resolves them
	Before  []float64         `json:"models_before,omitzero"`
	After   []float64         `json:"models_after,omitzero"`

	Score  float64 `json:"score,omitzero"`  // log-likelihood ratio of aircraft to clutter, while tentative
	Wanted float64 `json:"wanted,omitzero"` // score that confirms, or of misses that ends
	Misses float64 `json:"misses,omitzero"` // log-likelihood of the looks missed since the last plot
}

// Evidence is what speaks for a plot being of a track, as natural logarithms of likelihood ratios.
type Evidence struct {
	Track      entente.TrackID `json:"track"`
	Plot       int             `json:"plot"` // place in the group
	Components []Component     `json:"components"`
	Distance   float64         `json:"distance2"` // squared Mahalanobis distance of the model that fits best
	Gate       float64         `json:"gate"`      // that it may have
	Position   float64         `json:"position"`  // density of the place
	Height     float64         `json:"height"`    // against that of any aircraft's
	Identity   float64         `json:"identity"`
	Class      float64         `json:"class"`   // of what the plot carries
	Clutter    float64         `json:"clutter"` // against the density of false plots
	Detection  float64         `json:"detection"`
	Doubt      float64         `json:"doubt"` // for a tentative track
	Ratio      float64         `json:"ratio"` // sum: above zero likelier than not
	Verdict    string          `json:"verdict"`
}

// Component is one measured component against what the track foretold.
type Component struct {
	Name     string  `json:"name"`     // range, azimuth, east, north or height
	Residual float64 `json:"residual"` // metres or radians, measured minus foretold
	Sigma    float64 `json:"sigma"`    // of the residual
}

// verdicts on a pair
const (
	chosen    = "chosen"
	outbid    = "outbid by another pair"
	unlikely  = "likelier false than of this track"
	outOfGate = "outside the gate"
	outOfView = "out of reach"
)

// wants says whether a time is to be explained.
func (e *Explanation) wants(at entente.Instant) bool { return at >= e.From && at <= e.Until }

// decision appends a decision about a track.
func (e *Explanation) decision(at entente.Instant, k *record, what string) *Decision {
	e.Decisions = append(e.Decisions, Decision{Time: at, Track: k.id, Address: k.address, Callsign: k.callsign, What: what, State: k.state})
	return &e.Decisions[len(e.Decisions)-1]
}

// evidence weighs a plot for a track as pair does, on a copy.
func (t *Tracker) evidence(si, plot, track int32) Evidence {
	s, v, k := &t.sites[si], &t.views[plot], t.tracks[track]
	e := Evidence{Track: k.id, Plot: int(plot), Gate: fineGate, Verdict: outOfView}
	if !s.near(v, &k) {
		return e
	}
	k.predictTo(v.plot.Time)
	var o observation
	s.observe(&o, v, &k)
	e.Position, e.Height, e.Distance = o.likelihood(&k)
	e.Components = o.components(&k)
	e.Identity, e.Class, e.Clutter = identityRatio(v.plot, &k), s.classRatio(v.class, &k), -math.Log(s.density(v.class))
	detected := t.detection(si, v, &k)
	e.Detection = math.Log(detected / (1 - detected))
	if !k.confirmed() {
		e.Doubt = doubt
		if k.escort {
			e.Doubt += doubt
		}
	}
	e.Ratio = e.Position + e.Height + e.Identity + e.Class + e.Clutter + e.Detection + e.Doubt
	switch {
	case !(e.Distance < fineGate):
		e.Verdict = outOfGate
	case e.Ratio <= 0:
		e.Verdict = unlikely
	default:
		e.Verdict = outbid
	}
	return e
}

// components are the residuals of the mixture's mean.
func (o *observation) components(k *record) []Component {
	names := [3]string{"east", "north", "height"}
	if o.polar {
		names = [3]string{"range", "azimuth", "height"}
	}
	r := [2]float64{}
	r[0], r[1] = o.residual(&k.mean)
	var p entente.Covariance
	k.covariance(&p)
	p21 := [21]float64(p)
	var c []Component
	for i := range r {
		g := gain(&p21, &o.g[i], o.ahead)
		c = append(c, Component{names[i], r[i], math.Sqrt(times(&o.g[i], o.ahead, &g) + o.variance[i])})
	}
	if o.told {
		m := &k.mean
		e, n, u := m[0]+o.ahead*m[3], m[1]+o.ahead*m[4], m[2]+o.ahead*m[5]
		c = append(c, Component{names[2], o.height - height(e, n, u), math.Sqrt(p21[11] + o.hvar)})
	}
	return c
}

// begin makes ready for a group of so many plots.
func (e *Explanation) begin(plots int) {
	e.weighed = resize(e.weighed, plots)
	clear(e.weighed)
}

// weigh works out the evidence for a plot of the group and a track, just before the tracker does.
func (e *Explanation) weigh(t *Tracker, si, plot, track int32) {
	if e.wants(t.views[plot].plot.Time) {
		e.weighed[plot] = append(e.weighed[plot], t.evidence(si, plot, track))
	}
}

// judge marks the pairs chosen, and notes who was outbid.
func (e *Explanation) judge(t *Tracker, si int32) {
	for i, c := range t.chosen {
		for j := range e.weighed[i] {
			if w := &e.weighed[i][j]; c >= 0 && t.tracks[t.pairs[c].track].id == w.Track {
				w.Verdict = chosen
			}
		}
	}
	e.outbid(t, si)
}

// decide is what the tracker does with a plot of the group, with the reasons noted.
func (e *Explanation) decide(t *Tracker, si, plot int32) {
	v, c := &t.views[plot], t.chosen[plot]
	if c < 0 {
		last := t.lastID
		t.initiate(si, plot)
		if e.wants(v.plot.Time) && t.lastID != last {
			e.start(t, si, plot)
		}
		return
	}
	k := &t.tracks[t.pairs[c].track]
	before, state := *k, k.state
	margin, pairs := e.margin(t, c)
	sure := t.pairs[c].sure
	t.use(si, plot, &t.pairs[c])
	if !e.wants(v.plot.Time) {
		return
	}
	d := e.decision(v.plot.Time, k, Updated)
	p := *v.plot
	d.Sensor, d.Plot, d.Margin, d.Cluster = t.sites[si].sensor.ID, &p, margin, pairs
	d.Sure = sure
	if h := t.sharingOf(plot); h != nil {
		for _, i := range h.tracks[:h.n] {
			if id := t.tracks[i].id; id != k.id {
				d.With = append(d.With, id)
			}
		}
	}
	d.Before, d.After = before.mu[:], append([]float64(nil), k.mu[:]...)
	for i, all := range e.weighed {
		for j := range all {
			w := &all[j]
			switch {
			case w.Track == k.id && i == int(plot):
				d.Pair = w
			case w.Track == k.id && len(w.Components) > 0:
				d.Plots = append(d.Plots, *w)
			case i == int(plot):
				d.Tracks = append(d.Tracks, *w)
			}
		}
	}
	delete(e.missed, k.id)
	if state == entente.Tentative {
		d.Score, d.Wanted = k.score, enoughScore
		e.promoted(t, v.plot.Time, k, t.pairs[c].track, t.offered(int(plot)))
	}
}

// promoted notes that a track was confirmed, or why not yet.
func (e *Explanation) promoted(t *Tracker, at entente.Instant, k *record, track int32, among []int32) {
	what := ConfirmedNow
	if k.state == entente.Tentative {
		if k.score < enoughScore {
			return
		}
		what = HeldBack
	}
	d := e.decision(at, k, what)
	d.Score, d.Wanted = k.score, enoughScore
	if what == HeldBack {
		if i := t.twinOf(track, among, true); i >= 0 {
			d.Other = t.tracks[i].id
		}
	}
}

// start notes a track just started and who did not want its plot.
func (e *Explanation) start(t *Tracker, si, plot int32) {
	k := &t.tracks[t.live[len(t.live)-1]]
	d := e.decision(t.views[plot].plot.Time, k, Started)
	p := *t.views[plot].plot
	d.Sensor, d.Plot, d.Score, d.Wanted = t.sites[si].sensor.ID, &p, k.score, enoughScore
	d.Tracks = append(d.Tracks, e.weighed[plot]...)
	d.After = append([]float64(nil), k.mu[:]...)
}
