package publish

import (
	"fmt"
	"math"

	"entente"
	"entente/asterix"
	"entente/geo"
)

// maxBlock is the longest block in bytes: one datagram without fragmentation.
const maxBlock = 1400

// fields062 and fields065 are the handles of what is written.
type fields062 struct {
	sac, sic, service, time, lat, lon, vx, vy, modeA, number, level, height, climb asterix.Handle
	mono, spi, source, end, start, coasting, emergency                             asterix.Handle
	address, callsign, accuracyX, accuracyY, covariance, accuracyHeight            asterix.Handle
}

type fields065 struct{ sac, sic, kind, service, time, batch, nogo asterix.Handle }

// SystemTracks writes ASTERIX 062 (system tracks) and 065 (their service's status), EUROCONTROL-SPEC-0149-9 and -15.
// It is not safe for use from several goroutines.
type SystemTracks struct {
	station        Station
	b062, b065     *asterix.Builder
	f062           fields062
	f065           fields065
	batch          uint8
	block, record  []byte
	writeEmergency bool
	refused        uint64
}

// NewSystemTracks makes a writer of the named editions; empty ones are the newest.
func NewSystemTracks(s Station, edition062, edition065 string) (*SystemTracks, error) {
	e062, err := asterix.Get(62, edition062)
	if err != nil {
		return nil, fmt.Errorf("writing system tracks: %w", err)
	}
	e065, err := asterix.Get(65, edition065)
	if err != nil {
		return nil, fmt.Errorf("writing system tracks: %w", err)
	}
	w := &SystemTracks{station: s, b062: asterix.NewBuilder(e062), b065: asterix.NewBuilder(e065)}
	at := func(category uint8, path string) (h asterix.Handle) {
		h, lookup := asterix.LookupField(category, path)
		if lookup != nil && err == nil {
			err = fmt.Errorf("writing system tracks: %w", lookup)
		}
		return h
	}
	w.f062 = handles062(at)
	w.f065 = fields065{sac: at(65, "010/SAC"), sic: at(65, "010/SIC"), kind: at(65, "000"), service: at(65, "015"), time: at(65, "030"), batch: at(65, "020"), nogo: at(65, "040/NOGO")}
	if err != nil {
		return nil, err
	}
	// Editions differ in what they have: one record with everything proves the paths, with and without emergency.
	full := fullEntry()
	for _, w.writeEmergency = range []bool{true, false} {
		if _, err = w.appendTrack(nil, &full); err == nil {
			return w, nil
		}
	}
	return nil, fmt.Errorf("writing system tracks: edition %q cannot carry them: %w", edition062, err)
}

func handles062(at func(uint8, string) asterix.Handle) fields062 {
	f := func(path string) asterix.Handle { return at(62, path) }
	return fields062{
		sac: f("010/SAC"), sic: f("010/SIC"), service: f("015"), time: f("070"), lat: f("105/LAT"), lon: f("105/LON"),
		vx: f("185/VX"), vy: f("185/VY"), modeA: f("060/MODE3A"), number: f("040"), level: f("136"), height: f("130"), climb: f("220"),
		mono: f("080/MON"), spi: f("080/SPI"), source: f("080/SRC"),
		end: f("080/TSE"), start: f("080/TSB"), coasting: f("080/CST"), emergency: f("080/EMS"),
		address: f("380/ADR"), callsign: f("380/ID"), accuracyX: f("500/APC/X"), accuracyY: f("500/APC/Y"), covariance: f("500/COV"),
		accuracyHeight: f("500/AGA"),
	}
}

// fullEntry has a value for everything that is written.
func fullEntry() entente.Entry {
	e := entente.Entry{Number: 1, Track: entente.Track{State: entente.Coasting, Time: 1,
		Has: entente.HasAltitude | entente.HasPressureAltitude | entente.HasModeA, ModeA: entente.Emergency,
		Address: 1, Callsign: entente.MakeCallsign("A")}}
	e.Track.Covariance.Set(0, 0, 1)
	return e
}

// Refused counts entries that no record could hold.
func (w *SystemTracks) Refused() uint64 { return w.refused }

// Tracks gives emit blocks of category 062 of at most 1,400 bytes, which are its only until it returns. It stops at the
// first error of emit. Entries that pictures do not show are left out; ended tracks are said to have ended.
func (w *SystemTracks) Tracks(entries []entente.Entry, _ entente.Instant, emit func(block []byte) error) error {
	w.block = asterix.BeginBlock(w.block[:0], 62)
	flush := func() error {
		if len(w.block) <= 3 {
			return nil
		}
		if err := asterix.EndBlock(w.block, 0); err != nil {
			return fmt.Errorf("writing system tracks: %w", err)
		}
		err := emit(w.block)
		w.block = asterix.BeginBlock(w.block[:0], 62)
		return err
	}
	for i := range entries {
		e := &entries[i]
		if !shown(e) && e.Track.State != entente.Ended || !placed(&e.Track) {
			continue
		}
		var err error
		if w.record, err = w.appendTrack(w.record[:0], e); err != nil {
			w.refused++
			continue
		}
		if len(w.block)+len(w.record) > maxBlock {
			if err := flush(); err != nil {
				return err
			}
		}
		w.block = append(w.block, w.record...)
	}
	return flush()
}

// appendTrack appends one record. Values beyond a field's range are cut to it.
func (w *SystemTracks) appendTrack(dst []byte, e *entente.Entry) ([]byte, error) {
	t, b, f := &e.Track, w.b062, &w.f062
	b.Reset()
	b.SetUint(f.sac, uint64(w.station.SAC))
	b.SetUint(f.sic, uint64(w.station.SIC))
	b.SetUint(f.service, 1)
	b.SetFloat(f.time, timeOfDay(t.Time))
	b.SetFloat(f.lat, geo.ToDegrees(t.Lat))
	b.SetFloat(f.lon, geo.ToDegrees(geo.WrapLon(t.Lon)))
	b.SetFloat(f.vx, within(t.VE, 8191))
	b.SetFloat(f.vy, within(t.VN, 8191))
	b.SetUint(f.number, uint64(e.Number&0xFFFF))
	if t.Is(entente.HasModeA) {
		b.SetUint(f.modeA, uint64(t.ModeA&0o7777))
	}
	if t.Is(entente.HasPressureAltitude) {
		b.SetFloat(f.level, within(t.PressureAltitude*feet/100, 1500))
	}
	if t.Is(entente.HasAltitude) {
		b.SetFloat(f.height, within(t.Height*feet, 150_000))
	}
	if t.Has&(entente.HasPressureAltitude|entente.HasAltitude) != 0 {
		b.SetFloat(f.climb, within(t.VU*fpm, 200_000))
	}
	w.status(t)
	if t.Address.ICAO() {
		b.SetUint(f.address, uint64(t.Address))
	}
	if n := sixBit(&t.Callsign); n > 0 {
		b.SetText(f.callsign, string(t.Callsign[:n]))
	}
	w.accuracy(t)
	return b.AppendRecord(dst)
}

// status sets item 080.
func (w *SystemTracks) status(t *entente.Track) {
	b, f := w.b062, &w.f062
	if t.Sensors != 0 && t.Sensors&(t.Sensors-1) == 0 {
		b.SetUint(f.mono, 1)
	} else {
		b.SetUint(f.mono, 0)
	}
	if t.Is(entente.HasSPI) {
		b.SetUint(f.spi, 1)
	}
	if t.Is(entente.HasAltitude) {
		b.SetUint(f.source, 1) // item 130 from GNSS
	}
	if t.State == entente.Ended {
		b.SetUint(f.end, 1)
	}
	if t.Plots == 1 {
		b.SetUint(f.start, 1)
	}
	if t.State == entente.Coasting {
		b.SetUint(f.coasting, 1)
	}
	if w.writeEmergency && t.Is(entente.HasModeA) && t.ModeA.Distress() {
		b.SetUint(f.emergency, map[entente.ModeA]uint64{entente.Emergency: 1, entente.RadioFailure: 4, entente.Hijack: 5}[t.ModeA])
	}
}

// accuracy sets item 500 from the covariance.
func (w *SystemTracks) accuracy(t *entente.Track) {
	b, f := w.b062, &w.f062
	if !(t.Covariance[0] >= 0 && t.Covariance[6] >= 0) {
		return
	}
	b.SetFloat(f.accuracyX, within(math.Sqrt(t.Covariance[0]), 32_767))
	b.SetFloat(f.accuracyY, within(math.Sqrt(t.Covariance[6]), 32_767))
	// The covariance of X and Y as a length: the root of its size, with its sign.
	b.SetFloat(f.covariance, within(math.Copysign(math.Sqrt(math.Abs(t.Covariance[1])), t.Covariance[1]), 16_383))
	if v := t.Covariance.At(2, 2); t.Is(entente.HasAltitude) && v >= 0 {
		b.SetFloat(f.accuracyHeight, within(math.Sqrt(v)*feet, 1590))
	}
}

// AppendStatus appends a block of category 065: the service's status, operational, and the end of a batch of tracks.
func (w *SystemTracks) AppendStatus(dst []byte, now entente.Instant) []byte {
	b, f := w.b065, &w.f065
	start := len(dst)
	dst = asterix.BeginBlock(dst, 65)
	for kind := uint64(1); kind <= 2; kind++ {
		b.Reset()
		b.SetUint(f.sac, uint64(w.station.SAC))
		b.SetUint(f.sic, uint64(w.station.SIC))
		b.SetUint(f.kind, kind)
		b.SetUint(f.service, 1)
		b.SetFloat(f.time, timeOfDay(now))
		if kind == 1 {
			b.SetUint(f.nogo, 0)
		} else {
			b.SetUint(f.batch, uint64(w.batch))
			w.batch++
		}
		var err error
		if dst, err = b.AppendRecord(dst); err != nil {
			return dst[:start]
		}
	}
	if asterix.EndBlock(dst, start) != nil {
		return dst[:start]
	}
	return dst
}

// timeOfDay returns seconds since midnight UTC, below 86,400 after rounding to 1/128 s.
func timeOfDay(t entente.Instant) float64 {
	const day = 86_400 * int64(entente.Second)
	s := float64(((int64(t)%day)+day)%day) / 1e9
	return math.Mod(math.Round(s*128)/128, 86_400)
}

// within cuts v to ±limit; what is no number becomes zero.
func within(v, limit float64) float64 {
	if v != v {
		return 0
	}
	return max(-limit, min(limit, v))
}

// sixBit returns the callsign's length without padding, zero when it has characters that the six-bit alphabet has not.
func sixBit(c *entente.Callsign) (n int) {
	for i, b := range c {
		switch {
		case b >= 'A' && b <= 'Z', b >= '0' && b <= '9':
			n = i + 1
		case b != ' ' && b != 0:
			return 0
		}
	}
	for i := range n {
		if c[i] == 0 {
			return 0
		}
	}
	return n
}
