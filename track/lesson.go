package track

// lesson is what one plot teaches about its sensor. Lessons are kept until the next sweep and then taken in order, so
// that all plots between two sweeps meet the same biases and clutter, whoever works on them and however they were split.
type lesson struct {
	site  int32
	kind  uint8
	class uint8
	count float64 // of false plots
	bias  anchored
}

// kinds of lesson; each is learnt in one pass over the plots of a group.
const (
	ofClutter = iota
	ofBias
	kinds
)

// note keeps a lesson.
func (t *Tracker) note(l lesson) {
	t.lessons = append(t.lessons, l)
	if t.lane != nil {
		t.lane.taught(l.kind)
	}
}

// charge notes that so many false plots of a class more, or less, came from a site.
func (t *Tracker) charge(site int32, class int, count float64) {
	t.note(lesson{site: site, kind: ofClutter, class: uint8(class), count: count})
}

// digest takes in the lessons kept.
func (t *Tracker) digest() {
	for i := range t.lessons {
		l := &t.lessons[i]
		s := &t.sites[l.site]
		switch l.kind {
		case ofClutter:
			c := &s.clutter[l.class]
			c.count = max(c.count+l.count, clutterLeast)
		case ofBias:
			s.take(&l.bias)
		}
	}
	t.lessons = t.lessons[:0]
}
