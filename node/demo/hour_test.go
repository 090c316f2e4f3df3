package demo_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"entente/node/demo"
)

// TestAnHourWithoutGrowing runs the worked example for an hour of its own time and compares what is alive on the heap
// after ten minutes and at the end. It takes five minutes: ENTENTE_LONG=1 go test -run AnHour -v ./node/demo
func TestAnHourWithoutGrowing(t *testing.T) {
	if os.Getenv("ENTENTE_LONG") == "" {
		t.Skip("five minutes long: set ENTENTE_LONG")
	}
	const speed = 12
	d, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	after := func(minutes int) (alive uint64, routines int) {
		time.Sleep(time.Until(time.Now().Add(demo.Begin.Add(time.Duration(minutes)*time.Minute).Sub(d.Now()) / speed)))
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%d min: %.1f MiB alive, %.1f MiB from the system, %d goroutines", minutes, float64(m.HeapAlloc)/(1<<20), float64(m.Sys)/(1<<20), runtime.NumGoroutine())
		return m.HeapAlloc, runtime.NumGoroutine()
	}
	early, earlyRoutines := after(10)
	after(30)
	late, lateRoutines := after(60)
	if float64(late) > 1.25*float64(early)+16<<20 {
		t.Errorf("%d bytes alive after an hour, %d after ten minutes", late, early)
	}
	if lateRoutines > earlyRoutines+20 {
		t.Errorf("%d goroutines after an hour, %d after ten minutes", lateRoutines, earlyRoutines)
	}
	for _, n := range d.Nodes() {
		if entries, _ := n.Picture(nil); len(entries) == 0 {
			t.Errorf("%s sees nothing after an hour", n.Self().ID)
		}
	}
}
