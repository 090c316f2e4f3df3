package record

import (
	"context"
	"errors"
)

var errNotYet = errors.New("not built yet")

// Export writes the log into a folder in the layout of C2SP tlog-tiles: checkpoint, tile/<level>/<n>[.p/<width>] and
// tile/entries/<n>[.p/<width>]. The head is the newest with a quorum, or the newest when none has.
func (l *Log) Export(ctx context.Context, dir string) error { return errNotYet }

// VerifyDir reads a whole export: every entry hashed again gives the head, and the head satisfies the policy. Altered
// entries are named by number.
func VerifyDir(dir string, policy *Policy) (Result, error) { return Result{}, errNotYet }
