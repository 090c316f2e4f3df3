package exchange

import (
	"encoding/binary"
	"fmt"
	"math"

	"entente"
)

// MaxBatch is the most tracks under one signature.
const MaxBatch = 200

const (
	tracksType    = "tracks"
	tracksVersion = 1
	trackSize     = 4 + 1 + 3*8 + 2*4 + 4 + 3*4 + 21*4 + 2 + 4 + 4 + 2 + 8 + 8 + 4 + 1
	// angleUnit makes a 32-bit signed number of an angle in ±π: 1.46e-9 rad, under 1 cm on the ground.
	angleUnit = math.Pi / (1 << 31)
)

// AppendTracks writes a batch: a version byte, a count, and fixed-width records of 170 bytes in the order of
// [entente.Track]. Position keeps 1 cm (32-bit fractions of π), heights, velocities and covariance 32-bit floats. The
// origin is not written: it is the envelope's.
func AppendTracks(b []byte, tracks []entente.Track) ([]byte, error) {
	if len(tracks) > MaxBatch {
		return b, fmt.Errorf("writing tracks: %d in a batch, at most %d", len(tracks), MaxBatch)
	}
	b = append(b, tracksVersion)
	b = binary.BigEndian.AppendUint16(b, uint16(len(tracks)))
	for i := range tracks {
		if reason := implausible(&tracks[i]); reason != "" {
			return b, fmt.Errorf("writing track %d: %s", tracks[i].ID, reason)
		}
		b = appendTrack(b, &tracks[i])
	}
	return b, nil
}

func appendTrack(b []byte, t *entente.Track) []byte {
	b = append(binary.BigEndian.AppendUint32(b, uint32(t.ID)), byte(t.State))
	for _, v := range [...]entente.Instant{t.Started, t.Time, t.Updated} {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(angle(t.Lat)))
	b = binary.BigEndian.AppendUint32(b, uint32(angle(t.Lon)))
	for _, v := range [...]float64{t.Height, t.VE, t.VN, t.VU} {
		b = appendF32(b, v)
	}
	for _, v := range t.Covariance {
		b = appendF32(b, v)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(t.Has))
	b = appendF32(b, t.PressureAltitude)
	b = binary.BigEndian.AppendUint32(b, uint32(t.Address))
	b = binary.BigEndian.AppendUint16(b, uint16(t.ModeA))
	b = append(b, t.Callsign[:]...)
	b = binary.BigEndian.AppendUint64(b, t.Sensors)
	b = binary.BigEndian.AppendUint32(b, t.Plots)
	return append(b, t.Quality)
}

// angle rounds to the wire's unit; +π, which it lacks, becomes the unit below.
func angle(v float64) int32 {
	return int32(max(math.MinInt32, min(math.MaxInt32, math.Round(v/angleUnit))))
}

// DecodeTracks reads a batch of one origin into the space of into. Nothing is taken from a batch with one bad track.
func DecodeTracks(b []byte, origin entente.MemberID, into []entente.Track) ([]entente.Track, error) {
	list, err := decodeTracks(b, origin, into)
	if err != nil {
		return list, err.asError(string(origin))
	}
	return list, nil
}

func decodeTracks(b []byte, origin entente.MemberID, into []entente.Track) ([]entente.Track, *refusal) {
	into = into[:0]
	r := byteReader{b: b}
	if v := r.u8(); !r.short && v != tracksVersion {
		return into, refuse(UnknownVersion, "tracks of version %d; we read %d", v, tracksVersion)
	}
	n := int(r.u16())
	if r.short || n > MaxBatch || r.rest() != n*trackSize {
		return into, refuse(Malformed, "a batch of %d tracks in %d bytes", n, len(b))
	}
	for range n {
		into = append(into, entente.Track{Origin: origin})
		t := &into[len(into)-1]
		readTrack(&r, t)
		if reason := implausible(t); reason != "" {
			return into[:0], refuse(Malformed, "track %d: %s", t.ID, reason)
		}
	}
	return into, nil
}

func readTrack(r *byteReader, t *entente.Track) {
	t.ID, t.State = entente.TrackID(r.u32()), entente.TrackState(r.u8())
	t.Started, t.Time, t.Updated = entente.Instant(r.u64()), entente.Instant(r.u64()), entente.Instant(r.u64())
	t.Lat, t.Lon = float64(int32(r.u32()))*angleUnit, float64(int32(r.u32()))*angleUnit
	t.Height, t.VE, t.VN, t.VU = r.f32(), r.f32(), r.f32(), r.f32()
	for i := range t.Covariance {
		t.Covariance[i] = r.f32()
	}
	t.Has, t.PressureAltitude = entente.PlotFields(r.u16()), r.f32()
	t.Address, t.ModeA = entente.Address(r.u32()), entente.ModeA(r.u16())
	copy(t.Callsign[:], r.take(len(t.Callsign)))
	t.Sensors, t.Plots, t.Quality = r.u64(), r.u32(), r.u8()
}

// implausible says what no track can be; the tracker's and a partner's are judged alike.
func implausible(t *entente.Track) string {
	sum := t.Height + t.VE + t.VN + t.VU + t.PressureAltitude
	for i := range t.Covariance {
		sum += t.Covariance[i]
	}
	switch {
	case math.IsNaN(sum) || math.Abs(sum) > math.MaxFloat32:
		return "a number that is not finite"
	case !(math.Abs(t.Lat) <= math.Pi/2+angleUnit) || !(math.Abs(t.Lon) <= math.Pi+angleUnit):
		return "a position off the Earth"
	case t.State < entente.Tentative || t.State > entente.Ended:
		return "a state that is not known"
	case t.Address > entente.AddressNonICAO|0xFFFFFF || t.ModeA > 0o7777 || t.Quality > 15:
		return "an address, mode A or quality out of range"
	}
	for i := range 6 {
		if t.Covariance.At(i, i) < 0 {
			return "a variance below zero"
		}
	}
	for _, c := range t.Callsign {
		if c != 0 && (c < ' ' || c > '~') {
			return "a callsign with unprintable bytes"
		}
	}
	return ""
}
