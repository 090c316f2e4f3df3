package asterix

import (
	"bytes"
	"fmt"
	"testing"
)

// benchInputs are a radar's recording repeated to 20 and 200 MB, where it is there, and self-made blocks of plots.
func benchInputs(b *testing.B) []benchInput {
	inputs := []benchInput{{"made", madePlots(b, 20, 1000)}}
	if one := readIfShared("recordings/jahorina_cat048_cat034.raw"); one != nil {
		for _, size := range []int{20, 200} {
			inputs = append(inputs, benchInput{fmt.Sprintf("radar%dMB", size), bytes.Repeat(one, size*1e6/len(one)+1)})
		}
	}
	return inputs
}

type benchInput struct {
	name string
	data []byte
}

// madePlots builds n blocks of so many Mode S plots as a radar sends them.
func madePlots(t testing.TB, perBlock, n int) []byte {
	t.Helper()
	e, err := Get(48, "1.31")
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(e)
	var dst []byte
	for i := range n {
		start := len(dst)
		dst = BeginBlock(dst, 48)
		for k := range perBlock {
			setPlot(b, i*perBlock+k)
			if dst, err = b.AppendRecord(dst); err != nil {
				t.Fatal(err)
			}
		}
		if err := EndBlock(dst, start); err != nil {
			t.Fatal(err)
		}
	}
	return dst
}

var plot = struct{ sac, sic, tod, typ, rho, theta, v, mode3a, fl, address, callsign, mb, bds1, bds2, track, gs, heading, cnf, com, stat Handle }{
	Field(48, "010/SAC"), Field(48, "010/SIC"), Field(48, "140"), Field(48, "020/TYP"), Field(48, "040/RHO"), Field(48, "040/THETA"),
	Field(48, "070/V"), Field(48, "070/MODE3A"), Field(48, "090/FL"), Field(48, "220"), Field(48, "240"),
	Field(48, "250/MBDATA"), Field(48, "250/BDS1"), Field(48, "250/BDS2"), Field(48, "161/TRN"), Field(48, "200/GSP"), Field(48, "200/HDG"),
	Field(48, "170/CNF"), Field(48, "230/COM"), Field(48, "230/STAT"),
}

func setPlot(b *Builder, i int) {
	b.Reset()
	b.SetUint(plot.sac, 25)
	b.SetUint(plot.sic, 3)
	b.SetFloat(plot.tod, float64(i%86400)+0.5)
	b.SetUint(plot.typ, 5)
	b.SetFloat(plot.rho, float64(i%200)+0.25)
	b.SetFloat(plot.theta, float64(i%360))
	b.SetUint(plot.mode3a, uint64(i)%4096)
	b.SetFloat(plot.fl, float64(i%400))
	b.SetUint(plot.address, uint64(i)%0xFFFFFF+1)
	b.SetText(plot.callsign, "BRU862")
	b.SetUintAt(plot.bds1, 0, 4)
	b.SetUint(plot.track, uint64(i)%4096)
	b.SetFloat(plot.gs, 0.125)
	b.SetFloat(plot.heading, float64(i%360))
	b.SetUint(plot.cnf, 0)
	b.SetUint(plot.com, 1)
}

// plotValues is what a tracker takes from a plot.
type plotValues struct {
	tod, rho, theta, fl, gs, heading float64
	address, mode3a, track           uint64
	callsign                         [8]byte
}

func (p *plotValues) read(r *Record) {
	p.tod, _ = r.Float(plot.tod)
	p.rho, _ = r.Float(plot.rho)
	p.theta, _ = r.Float(plot.theta)
	p.fl, _ = r.Float(plot.fl)
	p.gs, _ = r.Float(plot.gs)
	p.heading, _ = r.Float(plot.heading)
	p.address, _ = r.Uint(plot.address)
	p.mode3a, _ = r.Uint(plot.mode3a)
	p.track, _ = r.Uint(plot.track)
	r.AppendText(p.callsign[:0], plot.callsign)
}

func benchmark(b *testing.B, each func(r *Record)) {
	for _, in := range benchInputs(b) {
		data := in.data
		b.Run(in.name, func(b *testing.B) {
			dec := NewDecoder()
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			before := cpuTime()
			for b.Loop() {
				for dec.Reset(data); dec.Next(); {
					each(dec.Record())
				}
			}
			s := dec.Stats()
			b.ReportMetric(float64(len(data))*float64(b.N)/1e6/(cpuTime()-before).Seconds(), "MB/cpu-s")
			if s.Errors > 0 {
				b.Fatal(dec.Errors())
			}
			b.ReportMetric(float64(s.Records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkWalk finds the bounds of every record, item, subitem and extent.
func BenchmarkWalk(b *testing.B) { benchmark(b, func(*Record) {}) }

// BenchmarkPlots reads what a tracker takes into a struct.
func BenchmarkPlots(b *testing.B) {
	var p plotValues
	benchmark(b, p.read)
}

// BenchmarkAllValues reads every field of every record as a number.
func BenchmarkAllValues(b *testing.B) {
	var values []float64
	benchmark(b, func(r *Record) { values = r.AppendValues(values[:0]) })
}

func BenchmarkJSON(b *testing.B) {
	var line []byte
	benchmark(b, func(r *Record) { line = r.AppendJSON(line[:0], JSONOptions{}) })
}

// BenchmarkEncode decodes each record, gives its fields to a builder and makes its octets again.
func BenchmarkEncode(b *testing.B) {
	builders := map[*Edition]*Builder{}
	var dst []byte
	benchmark(b, func(r *Record) {
		builder := builders[r.Edition()]
		if builder == nil {
			builder = NewBuilder(r.Edition())
			builders[r.Edition()] = builder
		}
		builder.Reset()
		builder.Copy(r)
		var err error
		if dst, err = builder.AppendRecord(dst[:0]); err != nil || len(dst) != len(r.Data()) {
			b.Fatal(err)
		}
	})
}

// BenchmarkBuild sets a plot's sixteen values by name and makes its octets.
func BenchmarkBuild(b *testing.B) {
	e, err := Get(48, "1.31")
	if err != nil {
		b.Fatal(err)
	}
	builder := NewBuilder(e)
	var dst []byte
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		setPlot(builder, n)
		if dst, err = builder.AppendRecord(dst[:0]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.SetBytes(int64(len(dst)))
}

func TestDecodingAllocatesNothing(t *testing.T) {
	data := madePlots(t, 10, 10)
	dec := NewDecoder()
	var p plotValues
	var values []float64
	var line []byte
	read := func() {
		for dec.Reset(data); dec.Next(); {
			p.read(dec.Record())
			values = dec.Record().AppendValues(values[:0])
			line = dec.Record().AppendJSON(line[:0], JSONOptions{})
		}
	}
	if n := testing.AllocsPerRun(100, read); n > 0 {
		t.Errorf("%v allocations in 100 records, want none", n)
	}
	b := NewBuilder(dec.Record().Edition())
	var dst []byte
	build := func() {
		setPlot(b, 7)
		dst, _ = b.AppendRecord(dst[:0])
	}
	if n := testing.AllocsPerRun(100, build); n > 0 {
		t.Errorf("%v allocations to build a record, want none", n)
	}
	again := func() {
		for dec.Reset(data); dec.Next(); {
			b.Reset()
			b.Copy(dec.Record())
			dst, _ = b.AppendRecord(dst[:0])
		}
	}
	if n := testing.AllocsPerRun(100, again); n > 0 {
		t.Errorf("%v allocations to decode and encode 100 records, want none", n)
	}
}
