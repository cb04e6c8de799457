package sqlstore

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// queued lines up units of work, one after the other, behind one that is under
// way, and returns in which order their turns come.
func queued(t *testing.T, l *line, scopes ...tenant.Scope) []int {
	t.Helper()
	require.NoError(t, l.enter(t.Context(), tenant.All()))
	var order []int
	for i, scope := range scopes {
		go func() {
			if err := l.enter(t.Context(), scope); err == nil {
				order = append(order, i)
				l.leave()
			}
		}()
		synctest.Wait()
	}
	l.leave()
	synctest.Wait()
	return order
}

func TestLine_GoesAroundByCompany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		storm, quiet, upkeep := tenant.Of(acme), tenant.Of(globex), tenant.All()
		l := &line{}
		require.Equal(t, []int{0, 4, 5, 1, 6, 2, 3}, queued(t, l, storm, storm, storm, storm, quiet, upkeep, quiet))
		require.False(t, l.busy)
		require.Empty(t, l.waiting, "nobody is left")
	})
}

func TestLine_WhoGivesUpHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{}
		require.NoError(t, l.enter(t.Context(), tenant.All()))
		ctx, giveUp := context.WithCancel(t.Context())
		refused := make(chan error, 1)
		go func() { refused <- l.enter(ctx, tenant.Of(acme)) }()
		synctest.Wait()
		giveUp()
		require.ErrorIs(t, <-refused, context.Canceled)
		l.leave()
		require.Equal(t, []int{0}, queued(t, l, tenant.Of(globex)))
	})
}
