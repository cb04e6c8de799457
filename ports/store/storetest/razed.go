package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// RunRazed tries every method on another company's rows, on a store whose own
// filter was taken out on purpose, so that only a second wall is left, such as
// the row-level security of a database. Nothing foreign may be read, and
// nothing foreign may change; how a refusal is worded does not matter.
func RunRazed(t *testing.T, open Open) {
	t.Helper()
	w := newWorld(t, open)
	theirs, mine := w.estate(t), w.estate(t)
	before := w.estateOf(t, theirs)
	for name, read := range foreignReads() {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(mine.company), func(ctx context.Context, r readers) error {
				n, err := read(ctx, r, theirs)
				require.Zero(t, n, "it reads another company's rows (%v)", err)
				return nil
			})
		})
	}
	for name, writes := range foreignWrites(w) {
		t.Run(name, func(t *testing.T) {
			for i, write := range writes {
				err := w.try(t, tenant.Of(mine.company), func(ctx context.Context, tx txn.Tx) error {
					return write(ctx, tx, theirs, mine)
				})
				t.Logf("way %d: %v", i, err)
				requireSame(t, before, w.estateOf(t, theirs))
			}
		})
	}
}

// Furnish fills the store with one of everything for two companies, and returns
// them.
func Furnish(t *testing.T, open Open) (run txn.Runner, one, other tenant.ID) {
	t.Helper()
	w := newWorld(t, open)
	return w.run, w.estate(t).company, w.estate(t).company
}
