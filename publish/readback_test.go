package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"entente"
	"entente/asterix"
	"entente/geo"
	"entente/modes"

	"pgregory.net/rapid"
)

// anyAircraft draws a sound entry with an ICAO address.
func anyAircraft(t *rapid.T) entente.Entry {
	e := picture()[0]
	k := &e.Track
	k.Lat, k.Lon = geo.Radians(rapid.Float64Range(-85, 85).Draw(t, "lat")), geo.Radians(rapid.Float64Range(-180, 180).Draw(t, "lon"))
	k.Height, k.PressureAltitude = rapid.Float64Range(-300, 15_000).Draw(t, "height"), rapid.Float64Range(-300, 15_000).Draw(t, "level")
	k.VE, k.VN, k.VU = rapid.Float64Range(-300, 300).Draw(t, "ve"), rapid.Float64Range(-300, 300).Draw(t, "vn"), rapid.Float64Range(-40, 40).Draw(t, "vu")
	k.Address = entente.Address(rapid.Uint32Range(1, 0xFFFFFE).Draw(t, "address"))
	k.ModeA = entente.ModeA(rapid.Uint16Range(0, 0o7777).Draw(t, "code"))
	k.Time = entente.Instant(rapid.Int64Range(0, 4e18).Draw(t, "time"))
	e.Number = rapid.Uint32().Draw(t, "number")
	return e
}

// TestBeastSaysWhatTheTrackSays decodes the frames with the decoder and compares in the format's resolution.
func TestBeastSaysWhatTheTrackSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyAircraft(t)
		k := &e.Track
		b := AppendBeast(nil, &e, now)
		seen := 0
		for len(b) > 0 {
			var f modes.Frame
			n, err := modes.ParseBeast(b, &f)
			if err != nil {
				t.Fatal(err)
			}
			b = b[n:]
			var m modes.Message
			if err := modes.Decode(&m, f.Bytes()); err != nil {
				t.Fatalf("%v in % x", err, f.Bytes())
			}
			if m.Address != uint32(k.Address) {
				t.Fatalf("address %06X, want %v", m.Address, k.Address)
			}
			switch {
			case m.Is(modes.HasCallsign):
				seen |= 1
				if got := strings.TrimSpace(string(m.Ident[:])); got != "BRU862" {
					t.Fatalf("callsign %q", got)
				}
			case m.Is(modes.HasCPR):
				seen |= 2
				if d := math.Abs(float64(m.Altitude) - k.PressureAltitude*feet); d > 12.6 {
					t.Fatalf("altitude %d ft, want %v", m.Altitude, k.PressureAltitude*feet)
				}
			case m.Is(modes.HasVelocity):
				seen |= 4
				if math.Abs(float64(m.VE)-k.VE*knots) > 0.51 || math.Abs(float64(m.VN)-k.VN*knots) > 0.51 || math.Abs(float64(m.VerticalRate)-k.VU*fpm) > 33 {
					t.Fatalf("%d, %d kt and %d fpm for %v, %v, %v m/s", m.VE, m.VN, m.VerticalRate, k.VE, k.VN, k.VU)
				}
			case m.Is(modes.HasSquawk):
				seen |= 8
				if m.Squawk != uint16(k.ModeA) {
					t.Fatalf("squawk %o, want %v", m.Squawk, k.ModeA)
				}
			}
		}
		if seen != 15 {
			t.Fatalf("frames of sorts %b only", seen)
		}
	})
}

// TestAsterixSaysWhatTheTrackSays reads 062 back and compares in the items' resolution.
func TestAsterixSaysWhatTheTrackSays(t *testing.T) {
	w, err := NewSystemTracks(Station{SAC: 1, SIC: 2}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	at := func(path string) asterix.Handle { return asterix.Field(62, path) }
	rapid.Check(t, func(t *rapid.T) {
		e := anyAircraft(t)
		k := &e.Track
		d := asterix.NewDecoder()
		n := 0
		err := w.Tracks([]entente.Entry{e}, now, func(b []byte) error {
			d.Reset(b)
			for d.Next() {
				n++
				r := d.Record()
				for _, c := range []struct {
					path            string
					want, tolerance float64
				}{
					{"105/LAT", geo.ToDegrees(k.Lat), 3e-6}, {"105/LON", geo.ToDegrees(k.Lon), 3e-6}, {"185/VX", k.VE, 0.126}, {"185/VY", k.VN, 0.126},
					{"136", k.PressureAltitude * feet / 100, 0.126}, {"130", k.Height * feet, 3.2}, {"220", k.VU * fpm, 3.2}, {"070", timeOfDay(k.Time), 0.004},
				} {
					got, ok := r.Float(at(c.path))
					// 180° is −180°, and midnight is both ends of the day.
					if miss := math.Abs(got - c.want); !ok || miss > c.tolerance && math.Abs(miss-360) > c.tolerance {
						t.Fatalf("%s is %v (%v), want %v", c.path, got, ok, c.want)
					}
				}
				if a, _ := r.Uint(at("380/ADR")); a != uint64(k.Address) {
					t.Fatalf("address %x", a)
				}
				if a, _ := r.Uint(at("060/MODE3A")); a != uint64(k.ModeA) {
					t.Fatalf("mode A %o", a)
				}
				if a, _ := r.Uint(at("040")); a != uint64(e.Number&0xFFFF) {
					t.Fatalf("number %d", a)
				}
			}
			return nil
		})
		if err != nil || n != 1 || w.Refused() != 0 {
			t.Fatalf("%d records, %d refused, %v", n, w.Refused(), err)
		}
	})
}

// readsbKeys are the keys of readsb's README-json.md that are used here; no other may appear.
var readsbKeys = []string{
	"hex", "type", "flight", "alt_baro", "alt_geom", "gs", "track", "baro_rate", "geom_rate", "squawk", "emergency", "lat", "lon", "rc", "spi",
	"seen_pos", "seen", "messages", "mlat", "tisb",
}

func TestAircraftKeysAndValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyAircraft(t)
		k := &e.Track
		k.Updated = now.Add(-rapid.Float64Range(-5, 100).Draw(t, "age"))
		var doc struct{ Aircraft []map[string]any }
		if err := json.Unmarshal(AppendAircraft(nil, []entente.Entry{e}, now, 1), &doc); err != nil {
			t.Fatal(err)
		}
		a := doc.Aircraft[0]
		for key, v := range a {
			if !slices.Contains(readsbKeys, key) || v == nil {
				t.Fatalf("key %q: %v", key, v)
			}
		}
		for _, c := range []struct {
			key             string
			want, tolerance float64
		}{
			{"lat", geo.ToDegrees(k.Lat), 6e-7}, {"lon", geo.ToDegrees(k.Lon), 6e-7}, {"alt_baro", k.PressureAltitude * feet, 12.6}, {"alt_geom", k.Height * feet, 12.6},
			{"gs", math.Hypot(k.VE, k.VN) * knots, 0.051}, {"baro_rate", k.VU * fpm, 32.1}, {"seen", max(0, now.Sub(k.Updated)), 0.051},
		} {
			got, ok := a[c.key].(float64)
			if miss := math.Abs(got - c.want); !ok || miss > c.tolerance && math.Abs(miss-360) > c.tolerance {
				t.Fatalf("%s is %v, want %v", c.key, a[c.key], c.want)
			}
		}
		if a["hex"] != strings.ToLower(k.Address.String()) || a["squawk"] != k.ModeA.String() {
			t.Fatalf("%v", a)
		}
	})
}

// TestAnyTrackSurvivesTheCSV writes tracks and reads them back in the format's resolution.
func TestAnyTrackSurvivesTheCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text bytes.Buffer
		w := NewTrackWriter(&text)
		var in []entente.Track
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			e := anyAircraft(t)
			k := e.Track
			k.ID = entente.TrackID(rapid.Uint32Range(1, math.MaxUint32).Draw(t, "id"))
			k.State = rapid.SampledFrom([]entente.TrackState{entente.Confirmed, entente.Ended}).Draw(t, "state")
			k.Covariance.Set(0, 1, rapid.Float64Range(-1e6, 1e6).Draw(t, "p"))
			in = append(in, k)
			if err := w.Write(&k); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := NewTrackReader(&text, "t")
		if err != nil {
			t.Fatal(err)
		}
		for i := range in {
			var k entente.Track
			if err := r.Next(&k); err != nil {
				t.Fatal(err)
			}
			if k.ID != in[i].ID || k.State != in[i].State || math.Abs(k.Time.Sub(in[i].Time)) > 0.00051 {
				t.Fatalf("row %d: %+v, want %+v", i, k, in[i])
			}
			if k.State == entente.Ended {
				continue
			}
			if geo.Distance(k.Lat, k.Lon, in[i].Lat, in[i].Lon) > 0.01 || math.Abs(k.Height-in[i].Height) > 0.051 || math.Abs(k.VE-in[i].VE) > 0.0051 || math.Abs(k.Covariance.At(0, 1)-in[i].Covariance.At(0, 1)) > 0.0051 {
				t.Fatalf("row %d: %+v, want %+v", i, k, in[i])
			}
		}
		if err := r.Next(&entente.Track{}); !errors.Is(err, io.EOF) {
			t.Fatalf("%v", err)
		}
	})
}

// TestParquetHasTheColumnsOfTheCSV so that both can be read by one script.
func TestParquetHasTheColumnsOfTheCSV(t *testing.T) {
	var b bytes.Buffer
	w := NewTrackParquet(&b)
	k := track(1, 5)
	w.Write(&k)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
	}
	if got := strings.Join(names, ",") + "\n"; got != trackHeader {
		t.Errorf("%s", got)
	}
	bad := NewTrackParquet(failing{})
	for range 3000 {
		bad.Write(&k)
	}
	if err := bad.Close(); err == nil {
		t.Error("a full disc went unnoticed")
	}
}

// TestServerUnderTraffic broadcasts from several goroutines while clients come and go.
func TestServerUnderTraffic(t *testing.T) {
	s := serve(t)
	stop := make(chan struct{})
	var senders, readers sync.WaitGroup
	for i := range 3 {
		senders.Go(func() {
			line := []byte(fmt.Sprintf("line of sender %d\n", i))
			for {
				select {
				case <-stop:
					return
				default:
					s.Broadcast(line)
					time.Sleep(100 * time.Microsecond)
				}
			}
		})
	}
	for range 8 {
		c := join(t, s)
		readers.Go(func() {
			defer c.Close()
			c.SetReadDeadline(time.Now().Add(10 * time.Second))
			b := make([]byte, 17*50)
			if _, err := io.ReadFull(c, b); err != nil {
				t.Errorf("reading: %v", err)
				return
			}
			for line := range bytes.Lines(b) {
				if len(line) != 17 || !bytes.HasPrefix(line, []byte("line of sender ")) {
					t.Errorf("a broken line %q", line)
				}
			}
		})
	}
	readers.Wait()
	close(stop)
	senders.Wait()
	wait(t, func() bool { return s.Sent().Clients == 0 })
}

// join connects without waiting for the count, which others change at the same time.
func join(t *testing.T, s *Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
