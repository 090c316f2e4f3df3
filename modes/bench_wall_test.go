//go:build !unix

package modes

import "time"

var started = time.Now()

// cpuNanoseconds is wall time where processor time is not to be had.
func cpuNanoseconds() int64 { return int64(time.Since(started)) }
