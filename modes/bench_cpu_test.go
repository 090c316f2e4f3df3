//go:build unix

package modes

import "syscall"

// cpuNanoseconds is the processor time that this process has taken: what a busy machine does not distort.
func cpuNanoseconds() int64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return r.Utime.Nano() + r.Stime.Nano()
}
