package feed

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente"
)

func drop([]entente.Plot) {}

// BenchmarkRadarToPlots reads a Mode S radar's datagrams into plots, without the file around them.
func BenchmarkRadarToPlots(b *testing.B) {
	datagrams, records, size := radarDatagrams(b)
	f := newRadarFeed(newPipeline("x", drop, nil), openRegistry(b), nil, 0)
	now := entente.At(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	pass := func() {
		for _, d := range datagrams {
			f.datagram(d, now)
		}
		f.flush()
	}
	pass() // the edition is probed on the first blocks
	b.ReportAllocs()
	b.SetBytes(size)
	for b.Loop() {
		pass()
	}
	b.ReportMetric(float64(b.N)*float64(records)/b.Elapsed().Seconds()/1e6, "Mrecords/s")
}

// radarDatagrams returns the blocks of a recording with several records each.
func radarDatagrams(t testing.TB) (list [][]byte, records int, size int64) {
	t.Helper()
	data := readShared(t, "asterix/recordings/jahorina_cat048_cat034.raw")
	c := newBlocks(bytes.NewReader(data), func(int64, string, int64) {})
	var p packet
	for c.next(&p) == nil {
		list = append(list, bytes.Clone(p.data))
	}
	return list, 2119, int64(len(data))
}

// BenchmarkLiveUDP sends a radar's datagrams through a socket of loopback and counts plots at the sink.
func BenchmarkLiveUDP(b *testing.B) {
	datagrams, _, _ := radarDatagrams(b)
	port := freePort(b, "udp")
	var got atomic.Int64
	reg := openRegistry(b)
	stats := &Stats{}
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- Run(ctx, Config{Name: "x", URL: "udp://" + port}, reg, func(p []entente.Plot) { got.Add(int64(len(p))) }, stats)
	}()
	for !stats.Snapshot().Connected {
		time.Sleep(time.Millisecond)
	}
	conn, err := net.Dial("udp", port)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	sent := 0
	for b.Loop() {
		if _, err := conn.Write(datagrams[sent%len(datagrams)]); err != nil {
			b.Fatal(err)
		}
		if sent++; sent%64 == 0 { // the receiver keeps up: no loss is wanted here
			for stats.Snapshot().Messages < int64(sent)-512 {
				time.Sleep(20 * time.Microsecond)
			}
		}
	}
	for deadline := time.Now().Add(time.Second); stats.Snapshot().Messages < int64(sent) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	b.ReportMetric(float64(got.Load())/b.Elapsed().Seconds()/1e3, "kplots/s")
	b.ReportMetric(float64(int64(sent)-stats.Snapshot().Messages), "lost")
	cancel()
	<-done
}

// BenchmarkSquittersToPlots reads a Beast recording into plots.
func BenchmarkSquittersToPlots(b *testing.B) {
	data := readShared(b, "modes/ulss7_2018_a.beast")
	reg, err := NewRegistry([]entente.Sensor{{Name: "rx", Kind: entente.ADSB}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := ReadPlots("x", bytes.NewReader(data), Options{Format: "beast"}, reg, drop, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*6684/b.Elapsed().Seconds()/1e6, "Mframes/s")
}

// BenchmarkPlotTable reads rows of CSV.
func BenchmarkPlotTable(b *testing.B) {
	const rows = 10000
	table := "time_s,sensor,range_m,azimuth_deg,lat,lon,altitude_m,mode_s,mode_a\n" + strings.Repeat("1234.567,R7,60304.4,117.7977,,,9441.2,606951,1144\n", rows)
	reg := radarRegistry(b)
	b.SetBytes(int64(len(table)))
	for b.Loop() {
		if err := ReadPlots("x", strings.NewReader(table), Options{Format: "plots"}, reg, drop, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

// BenchmarkDecodeFile prints a radar's recording as JSON lines.
func BenchmarkDecodeFile(b *testing.B) {
	data := readShared(b, "asterix/recordings/jahorina_cat048_cat034.raw")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := DecodeFile("x", bytes.NewReader(data), DecodeOptions{}, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*2119/b.Elapsed().Seconds()/1e6, "Mrecords/s")
}

// TestPlotsAllocateNothing: once a feed runs, a datagram becomes plots without allocation.
func TestPlotsAllocateNothing(t *testing.T) {
	datagrams, _, _ := radarDatagrams(t)
	stats := &Stats{}
	f := newRadarFeed(newPipeline("x", drop, stats), openRegistry(t), nil, 0)
	now := entente.At(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	pass := func() {
		for _, d := range datagrams {
			f.datagram(d, now)
			f.flush()
		}
	}
	pass()
	if n := testing.AllocsPerRun(5, pass); n > 0 {
		t.Errorf("%v allocations in %d datagrams", n, len(datagrams))
	}
}
