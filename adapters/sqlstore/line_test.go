package sqlstore

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
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

// The store's own writers line up, and a storm of them holds nobody up.
func TestLine_WritersTakeTurnsByCompany(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	var order []tenant.ID
	var all sync.WaitGroup
	write := func(company tenant.ID) {
		all.Go(func() {
			if err := s.Update(t.Context(), tenant.Of(company), func(context.Context, txn.Tx) error {
				order = append(order, company)
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
	lined := func(n int) {
		require.Eventually(t, func() bool {
			s.line.mu.Lock()
			defer s.line.mu.Unlock()
			in := 0
			for _, turns := range s.line.waiting {
				in += len(turns)
			}
			return in == n
		}, time.Minute, time.Millisecond)
	}
	require.NoError(t, s.Upkeep(t.Context(), func(context.Context, store.Upkeep) error {
		for range 5 {
			write(acme)
		}
		lined(5)
		write(globex)
		lined(6)
		return nil
	}))
	all.Wait()
	require.Equal(t, []tenant.ID{acme, globex, acme, acme, acme, acme}, order)
}
