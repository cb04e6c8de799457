package sqlstore

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// razed is the store without its own walls: every statement is built for all
// companies, while the database is told the truth about the scope.
type razed struct{ *Store }

func (r razed) without(scope tenant.Scope) *Store {
	s := *r.Store
	s.dialect = honest{s.dialect, scope}
	return &s
}

func (r razed) Update(ctx context.Context, scope tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	return r.without(scope).Update(ctx, tenant.All(), fn)
}

func (r razed) View(ctx context.Context, scope tenant.Scope, fn func(context.Context, store.View) error) error {
	return r.without(scope).View(ctx, tenant.All(), fn)
}

// honest tells the database one scope, whatever the unit of work has.
type honest struct {
	dialect
	scope tenant.Scope
}

func (h honest) enter(ctx context.Context, tx gorm.ConnPool, _ tenant.Scope) (time.Time, error) {
	return h.dialect.enter(ctx, tx, h.scope)
}

func openRazed(t *testing.T, clock system.Clock) txn.Runner {
	t.Helper()
	return razed{openedPostgres(t, Options{URL: secret.New(pgtest.Database(t)), Clock: clock})}
}

// With the application's own filter gone, PostgreSQL alone keeps the companies
// apart, whatever method is asked.
func TestWalls_PostgreSQLStandsWithoutTheFilter(t *testing.T) {
	t.Parallel()
	storetest.RunRazed(t, openRazed)
}

// On SQLite there is no second wall of that kind, which shows that the filter
// was really gone in the test above.
func TestWalls_TheFilterIsReallyGone(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	find := func(run txn.Runner) error {
		return run.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
			_, err := v.Alerts().Find(ctx, alert.ID(ofGlobex))
			return err
		})
	}
	require.Error(t, find(s))
	require.NoError(t, find(razed{s}))
}

// A scope that reaches nothing sees nothing, should anybody get so far with it.
func TestWalls_AScopeThatReachesNothing(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	for name, scope := range map[string]tenant.Scope{"zero": {}, "no company": tenant.Of("")} {
		require.NoError(t, razed{s}.View(t.Context(), scope, func(ctx context.Context, v store.View) error {
			for _, id := range []alert.ID{ofAcme, ofGlobex} {
				_, err := v.Alerts().Find(ctx, id)
				require.Error(t, err, name)
			}
			return nil
		}))
	}
}
