package sim

import (
	"fmt"
	"math"

	"entente"
	"entente/asterix"
)

// The fields that a radar fills (EUROCONTROL-SPEC-0149-4 part 4, 048; part 2b, 034).
var (
	plotFields = struct {
		sac, sic, time, kind, spi, rho, theta, modeA, level, address, callsign, com, ssc, arc, aic asterix.Handle
	}{
		asterix.Field(48, "010/SAC"), asterix.Field(48, "010/SIC"), asterix.Field(48, "140"), asterix.Field(48, "020/TYP"),
		asterix.Field(48, "020/SPI"), asterix.Field(48, "040/RHO"), asterix.Field(48, "040/THETA"), asterix.Field(48, "070/MODE3A"),
		asterix.Field(48, "090/FL"), asterix.Field(48, "220"), asterix.Field(48, "240"), asterix.Field(48, "230/COM"),
		asterix.Field(48, "230/MSSC"), asterix.Field(48, "230/ARC"), asterix.Field(48, "230/AIC"),
	}
	serviceFields = struct {
		sac, sic, message, time, azimuth, period, height, lat, lon asterix.Handle
	}{
		asterix.Field(34, "010/SAC"), asterix.Field(34, "010/SIC"), asterix.Field(34, "000"), asterix.Field(34, "030"),
		asterix.Field(34, "020"), asterix.Field(34, "041"), asterix.Field(34, "120/HGT"), asterix.Field(34, "120/LAT"), asterix.Field(34, "120/LON"),
	}
)

// radarWriter builds the records of one radar.
type radarWriter struct {
	plots, services *asterix.Builder
	sac, sic        uint64
}

func (w *radarWriter) begin(r *Radar) error {
	p, err := asterix.Get(48, "1.31")
	if err != nil {
		return fmt.Errorf("starting radar %s: %w", r.Name, err)
	}
	s, err := asterix.Get(34, "1.29")
	if err != nil {
		return fmt.Errorf("starting radar %s: %w", r.Name, err)
	}
	w.plots, w.services = asterix.NewBuilder(p), asterix.NewBuilder(s)
	w.sac, w.sic = uint64(r.SAC), uint64(r.SIC)
	return nil
}

// timeOfDay returns seconds since midnight UTC, as 048/140 rounds them: 86,400 s are zero.
func timeOfDay(t entente.Instant) float64 {
	const day = 86400 * entente.Second
	s := math.Round(float64(t%day)/float64(entente.Second)*128) / 128
	return math.Mod(s, 86400)
}

// The types of detection of 048/020.
const (
	typPSR        = 1
	typSSR        = 2
	typSSRPSR     = 3
	typModeS      = 5 // roll-call
	typModeSPSR   = 7
	feetPerLevel  = 100
	modeCQuantum  = 1.0 // flight levels of an altitude reply without 25 ft coding
	commCapable   = 1   // 048/230: Comm-A and Comm-B
	aircraftIdent = 1
)

// plot appends the record of one look. A look that does not fit its fields is left out.
func (w *radarWriter) plot(dst []byte, r *Radar, l *look) []byte {
	b, f := w.plots, plotFields
	b.Reset()
	b.SetUint(f.sac, w.sac)
	b.SetUint(f.sic, w.sic)
	b.SetFloat(f.time, timeOfDay(l.time))
	b.SetFloat(f.rho, l.polar.Range/1852)
	theta := math.Round(l.polar.Azimuth / (2 * math.Pi) * 65536)
	b.SetUint(f.theta, uint64(theta)&0xFFFF)
	kind := uint64(typPSR)
	if l.secondary {
		kind = w.answers(r, l)
	}
	b.SetUint(f.kind, kind)
	if l.secondary && l.time < l.flight.spiUntil {
		b.SetUint(f.spi, 1)
	}
	dst, _ = b.AppendRecord(dst)
	return dst
}

// answers fills what the transponder says and returns the type of detection.
func (w *radarWriter) answers(r *Radar, l *look) uint64 {
	b, f, a := w.plots, plotFields, l.flight
	b.SetUint(f.modeA, uint64(a.ModeA))
	level := l.fix.Height / feet / feetPerLevel
	addressed := r.Kind == entente.ModeS && a.transponder == modeS
	if !addressed {
		b.SetFloat(f.level, math.Round(level/modeCQuantum)*modeCQuantum)
		if l.primary {
			return typSSRPSR
		}
		return typSSR
	}
	b.SetFloat(f.level, level)
	b.SetUint(f.address, uint64(a.Address))
	if a.Callsign != "" {
		b.SetText(f.callsign, a.Callsign)
	}
	b.SetUint(f.com, commCapable)
	b.SetUint(f.ssc, 1)
	b.SetUint(f.arc, 1)
	b.SetUint(f.aic, aircraftIdent)
	if l.primary {
		return typModeSPSR
	}
	return typModeS
}

func (w *radarWriter) service(t entente.Instant, message uint64) {
	b, f := w.services, serviceFields
	b.Reset()
	b.SetUint(f.sac, w.sac)
	b.SetUint(f.sic, w.sic)
	b.SetUint(f.message, message)
	b.SetFloat(f.time, timeOfDay(t))
}

// north appends a north marker with the antenna's period and the radar's place.
func (w *radarWriter) north(dst []byte, r *Radar, t entente.Instant) []byte {
	w.service(t, 1)
	b, f := w.services, serviceFields
	b.SetFloat(f.period, r.Period)
	b.SetFloat(f.height, r.Height)
	b.SetFloat(f.lat, r.Lat)
	b.SetFloat(f.lon, r.Lon)
	dst, _ = b.AppendRecord(dst)
	return dst
}

// sector appends the message that the antenna enters a sector.
func (w *radarWriter) sector(dst []byte, t entente.Instant, n int) []byte {
	w.service(t, 2)
	w.services.SetFloat(serviceFields.azimuth, float64(n)*360/sectors)
	dst, _ = w.services.AppendRecord(dst)
	return dst
}
