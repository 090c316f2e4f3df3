package storagetest_test

import (
	"testing"

	"entente/record"
	"entente/record/storagetest"
)

func TestMemory(t *testing.T) {
	storagetest.Storage(t, func(*testing.T) record.Storage { return record.NewMemory() })
	storagetest.Witness(t, func(*testing.T) record.WitnessStorage { return record.NewMemory() })
}
