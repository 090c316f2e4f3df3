//go:build unix

package feed

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"entente"
)

// processor returns the processor time this process used so far.
func processor(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLive20000 sends 20,000 records a second of a real radar to a socket for two seconds (or as long as -benchtime says), and
// reports the processor share of receiving (sending and all, as one process does both, less what sending alone takes), and the delay
// from sending a datagram to its plots at the sink, 99th percentile.
func BenchmarkLive20000(b *testing.B) {
	for b.Loop() {
		share, p99, lost := live20000(b, 2*time.Second)
		b.ReportMetric(100*share, "%core")
		b.ReportMetric(float64(p99.Microseconds()), "µs-p99")
		b.ReportMetric(float64(lost), "lost")
	}
}

// TestLive20000 holds the figures: 5 % of a core, a millisecond. It is for a machine that does nothing else: ENTENTE_LONG=1.
func TestLive20000(t *testing.T) {
	if os.Getenv("ENTENTE_LONG") == "" {
		t.Skip("set ENTENTE_LONG=1")
	}
	share, p99, lost := live20000(t, 10*time.Second)
	t.Logf("%.1f %% of a core, p99 %v, %d datagrams lost", 100*share, p99, lost)
	if share > 0.05 || p99 > time.Millisecond || lost > 0 {
		t.Error("beyond 5 % of a core, 1 ms or no loss")
	}
}

// live20000 returns the share of one core, the delay and the datagrams lost.
func live20000(t testing.TB, d time.Duration) (share float64, p99 time.Duration, lost int64) {
	t.Helper()
	datagrams, records, _ := radarDatagrams(t)
	port := freePort(t, "udp")
	var lock sync.Mutex
	arrived := make([]time.Time, 0, 1<<16) // of the plots, in order
	ctx, cancel := context.WithCancel(context.Background())
	stats := &Stats{}
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Config{Name: "x", URL: "udp://" + port}, openRegistry(t), func(p []entente.Plot) {
			now := time.Now()
			lock.Lock()
			defer lock.Unlock()
			for range p {
				arrived = append(arrived, now)
			}
		}, stats)
	}()
	for !stats.Snapshot().Connected {
		time.Sleep(time.Millisecond)
	}
	conn, err := net.Dial("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	perPlot := plotsOfDatagrams(t, datagrams)
	warm := sendPaced(t, conn, datagrams, records, time.Second/2, perPlot) // the edition is probed
	lock.Lock()
	skip := len(arrived)
	lock.Unlock()
	before := processor(t)
	sent := sendPaced(t, conn, datagrams, records, d, perPlot)
	used := processor(t) - before
	cancel()
	<-done
	quiet, err := net.ListenPacket("udp", "127.0.0.1:0") // nobody reads it: what sending alone takes
	if err != nil {
		t.Fatal(err)
	}
	defer quiet.Close()
	alone, err := net.Dial("udp", quiet.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	before = processor(t)
	sendPaced(t, alone, datagrams, records, d, perPlot)
	share = (used - (processor(t) - before)).Seconds() / d.Seconds()
	var delays []time.Duration
	for i := range min(len(sent), len(arrived)-skip) {
		delays = append(delays, arrived[skip+i].Sub(sent[i]))
	}
	slices.Sort(delays)
	if len(delays) == 0 {
		t.Fatal("no plots")
	}
	return share, delays[len(delays)*99/100], int64(len(warm)+len(sent)) - int64(len(arrived))
}

// plotsOfDatagrams returns how many plots each datagram gives.
func plotsOfDatagrams(t testing.TB, datagrams [][]byte) (list []int) {
	t.Helper()
	n := 0
	f := newRadarFeed(newPipeline("x", func(p []entente.Plot) { n += len(p) }, nil), openRegistry(t), nil, 0)
	for range 2 {
		list = list[:0]
		for _, d := range datagrams {
			n = 0
			f.datagram(d, entente.At(time.Now()))
			f.flush()
			list = append(list, n)
		}
	}
	return list
}

// sendPaced sends 20,000 records a second in ticks of 5 ms and returns when the datagram of each plot was sent.
func sendPaced(t testing.TB, conn net.Conn, datagrams [][]byte, records int, d time.Duration, plots []int) (sent []time.Time) {
	t.Helper()
	perSecond := 20_000 * len(datagrams) / records
	start := time.Now()
	for n := 0; ; {
		elapsed := time.Since(start)
		if elapsed > d {
			return sent
		}
		for due := int(elapsed.Seconds() * float64(perSecond)); n < due; n++ {
			now := time.Now()
			if _, err := conn.Write(datagrams[n%len(datagrams)]); err != nil {
				t.Fatal(err)
			}
			for range plots[n%len(plots)] {
				sent = append(sent, now)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// endless gives the same octets again and again, up to a number.
type endless struct {
	data []byte
	at   int
	left int64
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(int64(len(b)), e.left)], e.data[e.at:])
	e.at = (e.at + n) % len(e.data)
	e.left -= int64(n)
	return n, nil
}

// atWork reads so many octets of a recording in a way and returns megabytes a second of processor time and the most memory in use.
func atWork(t testing.TB, data []byte, n int64, read func(r io.Reader) error) (rate, heap float64) {
	t.Helper()
	runtime.GC()
	before := processor(t)
	stop, most := make(chan struct{}), make(chan float64)
	go func() {
		top := uint64(0)
		for ended := false; !ended; {
			select {
			case <-stop:
				ended = true
			case <-time.After(50 * time.Millisecond):
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top = max(top, m.HeapInuse)
		}
		most <- float64(top) / 1e6
	}()
	err := read(&endless{data: data, left: n})
	used := processor(t) - before
	close(stop)
	heap = <-most
	if err != nil {
		t.Fatal(err)
	}
	return float64(n) / 1e6 / used.Seconds(), heap
}

// ways are what a recording of a radar is read to.
func ways(t testing.TB) map[string]func(r io.Reader) error {
	reg := openRegistry(t)
	return map[string]func(r io.Reader) error{
		"lines": func(r io.Reader) error {
			_, err := DecodeFile("x", r, DecodeOptions{Options: Options{Format: "asterix"}}, io.Discard)
			return err
		},
		"plots": func(r io.Reader) error { return ReadPlots("x", r, Options{Format: "asterix"}, reg, drop, nil) },
	}
}

// BenchmarkLinear reads 20 and 200 MB of a radar side by side: the rates are to be alike.
func BenchmarkLinear(b *testing.B) {
	data := readShared(b, "asterix/recordings/jahorina_cat048_cat034.raw")
	for name, read := range ways(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				small, _ := atWork(b, data, 20e6, read)
				large, heap := atWork(b, data, 200e6, read)
				b.ReportMetric(small, "MB/s-of-20MB")
				b.ReportMetric(large, "MB/s-of-200MB")
				b.ReportMetric(heap, "MB-heap")
			}
		})
	}
}

// TestTenGigabytes reads 1 and 10 GB of a radar through a pipe: the cost is linear, the memory bounded. ENTENTE_LONG=1, some minutes.
func TestTenGigabytes(t *testing.T) {
	if os.Getenv("ENTENTE_LONG") == "" {
		t.Skip("set ENTENTE_LONG=1")
	}
	data := readShared(t, "asterix/recordings/jahorina_cat048_cat034.raw")
	for name, read := range ways(t) {
		small, _ := atWork(t, data, 1e9, read)
		large, heap := atWork(t, data, 10e9, read)
		t.Logf("%s: %.0f MB/s of 1 GB, %.0f MB/s of 10 GB, %.0f MB of heap, resident at most %s", name, small, large, heap, residentMost())
		if large < 0.8*small || heap > 64 {
			t.Errorf("%s: not linear, or memory grows", name)
		}
	}
}

// residentMost is the most memory the process ever held.
func residentMost() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if kb, err := strconv.Atoi(strings.Fields(v)[0]); err == nil {
				return fmt.Sprintf("%d MB", kb/1000)
			}
		}
	}
	return "unknown"
}

// TestMemoryIsBounded is the small sibling of TestTenGigabytes: no more heap for 60 MB than for 6, of blocks that are quick to read.
func TestMemoryIsBounded(t *testing.T) {
	private := make([]byte, 60_000) // a category that nobody defines: one record
	private[0], private[1], private[2] = 253, byte(len(private)>>8), byte(len(private)&0xFF)
	data := join(private, report48(t, fuzzTime, 50, 90))
	for name, read := range ways(t) {
		_, small := atWork(t, data, 100*int64(len(data)), read)
		_, large := atWork(t, data, 1000*int64(len(data)), read)
		if large > small+16 {
			t.Errorf("%s: %.0f MB of heap for 6 MB, %.0f for 60", name, small, large)
		}
	}
}
