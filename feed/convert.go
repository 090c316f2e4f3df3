package feed

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"entente/asterix"
)

// converting turns records into ones of other editions or categories on the way to the output.
type converting struct {
	targets    map[uint8]*asterix.Edition
	converters map[*asterix.Edition]*asterix.Converter // by the edition a record was read by
	buf        []byte
	rec        asterix.Record
}

// newConverting reads rules: "21=2.6" to an edition, "21=62" and "21=62/1.18" to a category.
func newConverting(rules []string) (*converting, error) {
	c := &converting{targets: map[uint8]*asterix.Edition{}, converters: map[*asterix.Edition]*asterix.Converter{}}
	for _, rule := range rules {
		from, to, ok := strings.Cut(rule, "=")
		cat, err := strconv.ParseUint(from, 10, 8)
		if !ok || err != nil {
			return nil, fmt.Errorf("reading conversion %q: want CATEGORY=EDITION such as 21=2.6, or 21=62", rule)
		}
		target, edition := uint8(cat), to
		if !strings.Contains(to, ".") || strings.Contains(to, "/") {
			name, ed, _ := strings.Cut(to, "/")
			n, err := strconv.ParseUint(name, 10, 8)
			if err != nil {
				return nil, fmt.Errorf("reading conversion %q: %q is neither an edition nor a category", rule, to)
			}
			target, edition = uint8(n), ed
		}
		e, err := asterix.Get(target, edition)
		if err != nil {
			return nil, fmt.Errorf("reading conversion %q: %w", rule, err)
		}
		if source, err := asterix.Get(uint8(cat), ""); err != nil {
			return nil, fmt.Errorf("reading conversion %q: %w", rule, err)
		} else if _, err := asterix.NewConverter(source, e); err != nil {
			return nil, fmt.Errorf("reading conversion %q: %w", rule, err)
		}
		c.targets[uint8(cat)] = e
	}
	return c, nil
}

// record returns the record converted, valid until the next one, or itself where no rule is for it.
func (c *converting) record(r *asterix.Record) (*asterix.Record, error) {
	to := c.targets[r.Category]
	if to == nil || r.Edition() == nil || r.Edition() == to {
		return r, nil
	}
	k := c.converters[r.Edition()]
	if k == nil {
		var err error
		if k, err = asterix.NewConverter(r.Edition(), to); err != nil {
			return nil, err
		}
		c.converters[r.Edition()] = k
	}
	var err error
	if c.buf, err = k.Append(c.buf[:0], r); err != nil {
		return nil, err
	}
	if _, err := asterix.ParseRecord(to, c.buf, &c.rec); err != nil {
		return nil, err
	}
	if r.Sourced && !c.rec.Sourced {
		c.rec.SAC, c.rec.SIC, c.rec.Sourced = r.SAC, r.SIC, true
	}
	return &c.rec, nil
}

// lost counts what had no place so far, nil when nothing was converted.
func (c *converting) lost() map[string]int64 {
	var all map[string]int64
	for _, k := range c.converters {
		for path, n := range k.Lost() {
			if all == nil {
				all = map[string]int64{}
			}
			all[path] += n
		}
	}
	return maps.Clone(all)
}
