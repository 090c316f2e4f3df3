package sim

import (
	"testing"

	"entente"
)

// BenchmarkDemo steps the demonstration, 150 aircraft and 23 sensors, by one second an operation: ns/op divided by 10⁷
// is the per cent of a core that it takes in real time.
func BenchmarkDemo(b *testing.B) {
	w := newWorld(b, Demo(), morning)
	octets := 0
	emit := func(_ string, _ entente.Instant, data []byte) { octets += len(data) }
	w.Step(w.Now().Add(60), emit)
	octets = 0
	b.ReportAllocs()
	for b.Loop() {
		w.Step(w.Now().Add(1), emit)
	}
	b.ReportMetric(float64(octets)/float64(b.N), "octets/op")
}

// BenchmarkDemoFine is the same in steps of 50 ms, twenty an operation, as a live feed takes them.
func BenchmarkDemoFine(b *testing.B) {
	w := newWorld(b, Demo(), morning)
	emit := func(string, entente.Instant, []byte) {}
	for b.Loop() {
		for range 20 {
			w.Step(w.Now().Add(0.05), emit)
		}
	}
}

func BenchmarkNewWorld(b *testing.B) {
	s := Demo()
	for b.Loop() {
		newWorld(b, s, morning)
	}
}

// Once a world runs, flying and sending allocate nothing; only replacing traffic that has landed does.
func TestSteppingAllocatesNothing(t *testing.T) {
	s := Demo()
	s.Traffic.Count = 0
	w := newWorld(t, s, morning)
	emit := func(string, entente.Instant, []byte) {}
	w.Step(morning.Add(600), emit)
	if n := testing.AllocsPerRun(60, func() { w.Step(w.Now().Add(1), emit) }); n > 0.5 {
		t.Errorf("%v allocations a second", n)
	}
}
