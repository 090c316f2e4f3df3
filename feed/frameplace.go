package feed

import (
	"errors"

	"entente"
	"entente/modes"
)

// FramePlace says where and when a Mode S message was.
type FramePlace struct {
	File     string
	Offset   int64           // of the frame in the file, or the number of its line
	Frame    *modes.Frame    // as the receiver delivered it; nil for a message that came as values (SBS, aircraft.json)
	Received entente.Instant // zero when the file does not tell
	Time     entente.Instant // UTC when Dated, else a time of day of 1970-01-01; zero when only a counter tells, or nothing
	Dated    bool
	Counter  int64  // nanoseconds by the source's own clock, whatever it is; zero when there is none
	Form     string // what kind of message: DF17, mode A/C, MSG 3, adsb_icao …
	Doubtful bool   // its position comes after one that was refused, or from a place it was believed to have jumped to
}

// FrameSink takes Mode S messages: frames, and messages of values, which have no frame (Message.N is 0). The message is nil
// for a mode A/C reply or a receiver's status. All are valid during the call.
type FrameSink interface {
	Frame(m *modes.Message, at *FramePlace) error
}

// ErrOtherKind is what a sink answers to a message of a kind that it cannot write: it is counted and listed as a refusal, and
// does not end the file.
var ErrOtherKind = errors.New("this output is of another kind of message")

// stamp is the time of a frame as its source tells it.
type stamp struct {
	t        int64 // nanoseconds, zero when not known
	utc      bool  // since 1970, else of the day or of a counter
	day      bool
	received entente.Instant
}

func (s stamp) place(at *FramePlace) {
	at.Received, at.Dated, at.Counter, at.Time = s.received, s.utc, s.t, 0
	if s.utc || s.day {
		at.Time = entente.Instant(s.t)
	}
}
