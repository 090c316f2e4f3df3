package boxtest_test

import (
	"testing"

	"entente/exchange"
	"entente/exchange/boxtest"
)

func TestMemoryOutbox(t *testing.T) {
	boxtest.Outbox(t, func(*testing.T) exchange.Outbox { return exchange.NewMemory(3) })
}

func TestMemoryInbox(t *testing.T) {
	boxtest.Batches(t, func(*testing.T) exchange.BatchInbox { return exchange.NewMemory(3) })
}
