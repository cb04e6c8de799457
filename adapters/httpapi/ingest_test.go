package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// batch sends a batch and returns what the use case was given.
func batch(t *testing.T, who actor.Actor, body, kind, query string) (items []alert.Item, company tenant.ID) {
	t.Helper()
	e := lockedEdge(t)
	e.letIn(who)
	e.permissions.EXPECT().Allowed(anyContext, "alert.ingest_batch").Return(nil)
	e.reports.EXPECT().Batch(anyContext, anyContext, anyContext).RunAndReturn(func(_ context.Context, c tenant.ID, i []alert.Item) (alert.Batch, error) {
		items, company = i, c
		return alert.Batch{}, nil
	})
	e.post("/api/v1/alerts/ingest/batch/"+query, body, without("Content-Type"), with("Content-Type", kind)).status(http.StatusOK)
	return items, company
}

func TestBatch_ABadReportSpoilsNoOther(t *testing.T) {
	t.Parallel()
	good := func(ref string) string { return fmt.Sprintf(`{"title":"t","source":"s","source_ref":%q}`, ref) }
	bad := []string{
		`{"title":"t","source":"s"}`, `{"title":"t","source":"s","source_ref":"r","nope":1}`, `[1]`, `"x"`, `null`, `17`,
		`{"title":"a\u0000","source":"s","source_ref":"r"}`, `{"title":"t","source":"s","source_ref":"r","title":"u"}`,
		"{\"title\":\"\xff\",\"source\":\"s\",\"source_ref\":\"r\"}",
		`{"title":"t","source":"s","source_ref":"r","raw_payload":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
	}
	var all []string
	for i, line := range bad {
		all = append(all, good(fmt.Sprint(i)), line)
	}
	check := func(items []alert.Item, extra int) {
		require.Len(t, items, len(all)+extra)
		for i, item := range items[:len(all)] {
			require.Equal(t, i%2 == 1, item.Fault != nil, "%d %s: %v", i, all[i], item.Fault)
			if i%2 == 0 {
				require.Equal(t, fmt.Sprint(i/2), item.Draft.SourceRef)
			}
		}
	}
	items, _ := batch(t, analyst(), "["+strings.Join(all, ",\n")+"]", "application/json", "")
	check(items, 0)
	// Only here can a line be no JSON at all; empty lines are none.
	items, _ = batch(t, analyst(), strings.Join(all, "\r\n")+"\n\n{broken\n"+good("last"), "application/x-ndjson; charset=utf-8", "")
	check(items, 2)
	require.Error(t, items[len(all)].Fault)
	require.NoError(t, items[len(all)+1].Fault)
}

// A superuser's batch belongs to the company that is named; for everybody else
// naming another company is the mistake of that one report.
func TestBatch_Company(t *testing.T) {
	t.Parallel()
	named := `[{"title":"t","source":"s","source_ref":"1"},{"title":"t","source":"s","source_ref":"1","company":"` + otherID + `"}]`
	owner := actor.Actor{Type: actor.User, ID: userID, Role: actor.Superuser, Scope: tenant.All()}
	_, company := batch(t, owner, named, "application/json", "")
	require.Equal(t, tenant.ID(otherID), company)
	_, company = batch(t, owner, named, "application/json", "?company="+acmeID)
	require.Equal(t, tenant.ID(acmeID), company)
	items, company := batch(t, analyst(), named, "application/json", "")
	require.Empty(t, company)
	require.Equal(t, tenant.ID(otherID), items[1].Draft.Company)
}

func TestBatch_BodiesThatAreNoBatch(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	target := "/api/v1/alerts/ingest/batch/"
	for _, body := range []string{`{"title":"t"}`, `[`, `[1`, `[1,]`, `[1] 2`, `[1][2]`, `[1 2]`, `x`, `[{]`} {
		e.post(target, body).problem(http.StatusBadRequest, "malformed_json")
	}
	e.post(target, "[]", without("Content-Type"), with("Content-Type", "text/csv")).problem(http.StatusUnsupportedMediaType, "unsupported")
	e.post(target, "["+strings.Repeat("1,", alert.MaxBatch)+"1]").problem(http.StatusBadRequest, "batch_size")
	e.post(target, strings.Repeat("1\n", alert.MaxBatch+1), without("Content-Type"), with("Content-Type", "application/x-ndjson")).
		problem(http.StatusBadRequest, "batch_size")
}

func TestBatch_TheAnswerHasALineForEveryReport(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.reports.EXPECT().Batch(anyContext, anyContext, anyContext).RunAndReturn(func(_ context.Context, _ tenant.ID, items []alert.Item) (alert.Batch, error) {
		return alert.Batch{Lines: []alert.Line{
			{Receipt: alert.Receipt{Alert: alertID}},
			{Fault: items[1].Fault},
			{Fault: fmt.Errorf("pq: %w", context.Canceled)},
			{Receipt: alert.Receipt{Alert: alertID, Duplicate: true}},
		}}, nil
	})
	a := e.post("/api/v1/alerts/ingest/batch/", `[`+reportJSON+`,{"title":1,"x":1},1,`+reportJSON+`]`).status(http.StatusOK)
	require.NotContains(t, a.Body.String(), "pq")
	require.JSONEq(t, `{"accepted":1,"duplicates":1,"rejected":2,"results":[
		{"index":0,"alert_id":"`+alertID+`","duplicate":false},
		{"index":1,"errors":[{"field":"title","code":"invalid","message":"must be a string"},
			{"field":"x","code":"unknown_field","message":"this field is not known here"},
			{"field":"source","code":"required","message":"this field is required"},
			{"field":"source_ref","code":"required","message":"this field is required"}]},
		{"index":2,"errors":[{"field":"","code":"timeout","message":"the request took too long; it is safe to send it again with the same Idempotency-Key"}]},
		{"index":3,"alert_id":"`+alertID+`","duplicate":true}]}`, a.Body.String())
}

func TestIngest_NeedsAReference(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	p := e.post("/api/v1/alerts/ingest/", `{"source":"s"}`).problem(http.StatusBadRequest, "validation_failed")
	require.ElementsMatch(t, []string{"title: required", "source_ref: required"}, fields(p))
}
