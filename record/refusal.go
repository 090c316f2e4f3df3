package record

import "fmt"

// Reason says why a head, proof or export was refused.
type Reason string

// The reasons. Rollback, Fork and Inconsistent are a witness's; of the last two it keeps evidence.
const (
	Malformed    Reason = "malformed"
	UnknownLog   Reason = "unknown_log"
	BadSignature Reason = "bad_signature"
	Rollback     Reason = "rollback"       // a head smaller than one already cosigned
	WrongOldSize Reason = "wrong_old_size" // the proof does not begin where the witness stands
	Fork         Reason = "fork"           // another root at a size already cosigned
	Inconsistent Reason = "inconsistent"   // the head does not contain what was cosigned before
	NotIncluded  Reason = "not_included"   // the entry is not where the proof says
	NoQuorum     Reason = "no_quorum"
	Altered      Reason = "altered" // an export's entries do not give its head
)

// Refusal is the error of everything in this package that judges foreign bytes.
type Refusal struct {
	Reason Reason
	Size   int64 // with Rollback and WrongOldSize: the size at which the witness stands
	Detail string
}

// Error prints "reason: detail".
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Reason, r.Detail) }

func refuse(reason Reason, format string, args ...any) error {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}
