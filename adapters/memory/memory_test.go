package memory_test

import (
	"testing"

	"github.com/sentineliq/sentineliq/adapters/memory"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestStore_KeepsTheContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(_ *testing.T, clock system.Clock) txn.Runner { return memory.New(clock) })
}
