package feed

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"entente"
	"entente/asterix"
)

// FileProbe is what a file is taken for, and for ASTERIX how well each edition reads each source.
type FileProbe struct {
	Format  string        `json:"format"`  // empty when nothing fits
	Guesses []Guess       `json:"guesses"` // what it may be, the likeliest first
	Sources []SourceProbe `json:"sources,omitempty"`
}

// Probe tells what a file is taken for and why, and the runners-up; of ASTERIX what [ProbeFile] tells as well.
func Probe(name string, r io.Reader, o Options) (FileProbe, error) {
	look := opened{r: bufio.NewReaderSize(r, sniffLong)}
	if err := look.unpack(name); err != nil {
		return FileProbe{}, err
	}
	head, _ := look.r.Peek(sniffLong) // an error comes again when the file is opened
	p := FileProbe{Guesses: Guesses(head)}
	f, err := open(name, look.r, o.Format)
	if err != nil {
		return p, err
	}
	p.Format = f.format
	if f.format == "" {
		p.Format = o.Format
	}
	if c, _ := (&opened{r: bufio.NewReader(bytes.NewReader(head)), format: p.Format}).container(func(int64, string, int64) {}); c != nil {
		o.Format = p.Format
		p.Sources, err = ProbeFile(name, f.r, o)
	}
	return p, err
}

// SourceProbe is how well each edition reads one source of a file.
type SourceProbe struct {
	Category   uint8       `json:"cat"`
	Source     Source      `json:"source"`
	Blocks     int         `json:"blocks"` // tried
	Chosen     string      `json:"chosen"` // edition that decode reads it by
	By         string      `json:"by"`     // rule, score, or default: the best scores are equal
	Candidates []Candidate `json:"candidates"`
}

// Candidate is one edition's score.
type Candidate struct {
	Edition   string  `json:"edition"`
	Expansion string  `json:"expansion,omitempty"` // edition of the reserved expansion field
	Records   int     `json:"records"`             // read
	Failed    int     `json:"failed"`              // blocks not read to their end
	Score     float64 `json:"score"`               // 0 to 1
	Why       string  `json:"why,omitempty"`       // what speaks against it
}

const (
	maxProbeBlocks  = 2000 // of one source
	maxProbeSources = 256
)

// ProbeFile tells for every source of a file of ASTERIX how well each edition of its category reads it, and which one
// decode takes. Up to 2,000 blocks of a source, and 256 sources, are looked at. The sources are in the order of their
// categories; bad parts of the file are passed over.
func ProbeFile(name string, r io.Reader, o Options) ([]SourceProbe, error) {
	editions, err := rules(o.Editions)
	if err != nil {
		return nil, err
	}
	f, err := open(name, r, o.Format)
	if err != nil {
		return nil, err
	}
	c, err := f.container(func(int64, string, int64) {})
	if err != nil {
		return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: err.Error()}
	}
	if c == nil {
		return nil, &entente.Error{Kind: entente.Unsupported, Source: name, Offset: 0, Reason: f.format + " is not ASTERIX: it has no editions"}
	}
	p := &probing{dec: asterix.NewDecoder(editions...), rules: editions, sources: map[probeKey]*probed{}}
	p.dec.Probe = probeBlocks
	var k packet
	for {
		err := c.next(&k)
		if errors.Is(err, io.EOF) {
			return p.result(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if k.flow == 0 {
			unwrap(k.data, func(run []byte, _ int) { p.take(run) })
		}
	}
}

type probeKey struct {
	category uint8
	source   Source
}

type probed struct {
	prober *asterix.Prober
	blocks int
}

type probing struct {
	dec     *asterix.Decoder
	rules   []asterix.Rule
	sources map[probeKey]*probed
}

// take gives the blocks of a datagram to the probers of their sources, and to a decoder that chooses as decode does.
func (p *probing) take(run []byte) {
	for p.dec.Reset(run); p.dec.Next(); {
		continue
	}
	for len(run) > 0 {
		b, n, err := asterix.NextBlock(run)
		if err != nil {
			return
		}
		run = run[n:]
		sac, sic, ok := asterix.PeekSource(b.Category, b.Data)
		if !ok {
			continue
		}
		key := probeKey{b.Category, Source{sac, sic}}
		s := p.sources[key]
		if s == nil && len(p.sources) < maxProbeSources {
			s = &probed{prober: asterix.NewProber(b.Category)}
			p.sources[key] = s
		}
		if s != nil && s.prober != nil && s.blocks < maxProbeBlocks {
			s.prober.Add(b.Data)
			s.blocks++
		}
	}
}

func (p *probing) result() []SourceProbe {
	var list []SourceProbe
	for key, s := range p.sources {
		r := SourceProbe{Category: key.category, Source: key.source, Blocks: s.blocks, By: "score", Chosen: "none"}
		for _, k := range s.prober.Candidates() {
			r.Candidates = append(r.Candidates, Candidate{k.Edition, k.Expansion, k.Records, k.Failed, k.Score, k.Why()})
		}
		if e := p.dec.EditionOf(key.category, key.source.SAC, key.source.SIC); e != nil {
			r.Chosen = e.Name()
		}
		for _, k := range r.Candidates {
			if k.Score == r.Candidates[0].Score && k.Edition != r.Candidates[0].Edition {
				r.By = "default"
			}
		}
		for _, rule := range p.rules {
			if rule.Category == key.category && (rule.AnySource || rule.SAC == key.source.SAC && rule.SIC == key.source.SIC) {
				r.By = "rule"
			}
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b SourceProbe) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Source.SAC, b.Source.SAC), cmp.Compare(a.Source.SIC, b.Source.SIC))
	})
	return list
}
