package demo_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain wants every goroutine of every node gone at the end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
