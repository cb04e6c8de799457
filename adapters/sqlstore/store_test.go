package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// The companies of the tests in this package, and an alert of each.
const (
	acme      = "01900000-0000-7000-8000-0000000000a0"
	globex    = "01900000-0000-7000-8000-0000000000b0"
	ofAcme    = "01900000-0000-7000-8000-0000000000a1"
	ofGlobex  = "01900000-0000-7000-8000-0000000000b1"
	otherAcme = "01900000-0000-7000-8000-0000000000a2"
)

func fresh(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "a b?#%.db"), Clock: systemtest.NewClock()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	_, err = s.Migrate(t.Context())
	require.NoError(t, err)
	return s
}

// twoCompanies is a store with an alert in each of two companies.
func twoCompanies(t testing.TB) *Store {
	t.Helper()
	s := fresh(t)
	settle(t, s)
	return s
}

// settle makes the two companies.
func settle(t testing.TB, s *Store) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		for _, id := range []tenant.ID{acme, globex} {
			c, err := identity.NewCompany(id, string(id), tx.Now())
			require.NoError(t, err)
			require.NoError(t, tx.Companies().Add(ctx, c))
		}
		require.NoError(t, tx.Alerts().Add(ctx, reported(t, ofAcme, acme, "one", tx.Now())))
		require.NoError(t, tx.Alerts().Add(ctx, reported(t, otherAcme, acme, "two", tx.Now())))
		for i, id := range []tenant.ID{acme, globex} {
			entry := audit.Entry{ID: fmt.Sprint("settled ", i), At: tx.Now(), Company: id}
			require.NoError(t, tx.Journal().Append(ctx, entry))
		}
		return tx.Alerts().Add(ctx, reported(t, ofGlobex, globex, "one", tx.Now()))
	}))
}

func reported(t testing.TB, id alert.ID, company tenant.ID, ref string, now time.Time) *alert.Alert {
	t.Helper()
	a, err := alert.Create(id, company, alert.Draft{Title: "Alert " + ref, Source: "siem", SourceRef: ref}, alert.Reporter{}, now)
	require.NoError(t, err)
	return a
}

// inside runs fn with the bare transaction of a unit over one company.
func inside(t testing.TB, s *Store, scope tenant.Scope, fn func(u *unit, db *gorm.DB)) {
	t.Helper()
	require.NoError(t, s.write(t.Context(), scope, func(ctx context.Context, u *unit) error {
		fn(u, u.in(ctx))
		return nil
	}))
}

// rowsOf tells which company every alert is in, and its title.
func rowsOf(t testing.TB, s *Store) map[string]string {
	t.Helper()
	found := map[string]string{}
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		var rows []alertRow
		require.NoError(t, db.Find(&rows).Error)
		for _, row := range rows {
			found[row.ID] = fmt.Sprint(row.Company, " ", row.Title)
		}
	})
	return found
}
