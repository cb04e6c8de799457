package sqlstore

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// askedIncidents lists incidents by a query.
func askedIncidents(q incident.Query) listing {
	return func(ctx context.Context, v store.View, p page.Request) (page.Result[string], error) {
		found, err := v.Incidents().List(ctx, q, p)
		return page.Map(found, func(i *incident.Incident) string { return string(i.ID()) }), err
	}
}

func TestQueries_EveryOrderOfIncidentsIsAnIndex(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	require.NoError(t, s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		for n := range 20 {
			err := tx.Incidents().Add(ctx, incident.Restore(incident.State{
				ID: incident.ID(fmt.Sprintf("01900000-0000-7000-b000-%012x", n)), Company: acme, Title: "Incident",
				Severity: severity.High, Status: incident.Open, TLP: "amber", PAP: "amber", AlertCount: n % 2,
				StartDate: tx.Now(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			}))
			if err != nil {
				return err
			}
		}
		return nil
	}))
	requireWalked(t, s, "incidents", askedIncidents(incident.Query{}), map[string]string{
		"created_at": "incidents_created", "updated_at": "incidents_updated", "start_date": "incidents_start",
		"end_date": "incidents_ended", "severity": "incidents_severity", "status": "incidents_status",
		"impact_score": "incidents_impact",
	})
	least, bare := 40, false
	for index, c := range map[string]struct {
		query incident.Query
		order string
	}{
		"incidents_impact": {incident.Query{MinImpact: &least}, "impact_score"},
		"incidents_bare":   {incident.Query{HasAlerts: &bare}, "created_at"},
	} {
		plan := planOfFirst(t, s, tenant.Of(acme), page.Key{Name: c.order}, "incidents", askedIncidents(c.query))
		require.Contains(t, plan, index)
		require.NotContains(t, plan, "TEMP B-TREE", index)
	}
}
