package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/api"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// described returns the operations of the API description, in the notation of
// the table, with the names of their query parameters.
func described(t *testing.T) map[string][]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
			Security   []map[string][]string
		}
	}
	require.NoError(t, json.Unmarshal(api.OpenAPI(), &doc))
	found := map[string][]string{}
	for path, operations := range doc.Paths {
		for method, op := range operations {
			name := strings.NewReplacer("{", ":", "}", "").Replace(strings.TrimSuffix(path, "/"))
			params := []string{}
			for _, p := range op.Parameters {
				if p.In == "query" {
					params = append(params, p.Name)
				}
			}
			found[strings.ToUpper(method)+" "+name] = params
		}
	}
	return found
}

func TestRoutes_TableEngineAndDescriptionAgree(t *testing.T) {
	t.Parallel()
	served, shown := httpapi.EngineRoutes(lockedEdge(t).deps), described(t)
	wanted := 0
	for _, row := range httpapi.Routes() {
		methods := []string{row.Method}
		if row.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		for _, method := range methods {
			require.True(t, served[method+" "+row.Path], "%s %s is not served", method, row.Path)
			require.True(t, served[method+" "+row.Path+"/"], "%s %s/ is not served", method, row.Path)
			wanted += 2
		}
		if strings.HasSuffix(row.Path, ":file") {
			continue // parts of a page, not of the API
		}
		params, ok := shown[row.Method+" "+row.Path]
		require.True(t, ok, "%s %s is not described: run make generate", row.Method, row.Path)
		require.ElementsMatch(t, row.Params, params, "%s %s: query parameters", row.Method, row.Path)
		delete(shown, row.Method+" "+row.Path)
	}
	require.Len(t, served, wanted, "the engine serves more than the table says")
	require.Empty(t, shown, "described but not in the table")
}

func TestRoutes_EveryActionIsInThePolicy(t *testing.T) {
	t.Parallel()
	table := policy.New()
	open := []string{"/api/v1/token", "/api/v1/token/refresh"}
	owner := actor.Actor{Type: actor.User, ID: userID, Role: actor.Superuser, Scope: tenant.All()}
	for _, row := range httpapi.Routes() {
		if row.Raw || slices.Contains(open, row.Path) {
			require.Empty(t, row.Action, row.Path)
			continue
		}
		require.NotEmpty(t, row.Action, row.Path)
		require.True(t, table.Allows(owner, policy.Action(row.Action)), "%s: no action %s", row.Path, row.Action)
	}
}

func TestRoutes_EveryRouteWantsACredential(t *testing.T) {
	t.Parallel()
	for _, row := range httpapi.Routes() {
		if row.Action == "" {
			continue
		}
		e := lockedEdge(t)
		e.auth.EXPECT().Refuse(anyContext).Return(unauthenticated()).Once()
		path := filledIn(row.Path)
		a := e.send(row.Method, path+"/", "{not json", without("Authorization"))
		a.problem(http.StatusUnauthorized, "unauthenticated")
		require.Equal(t, `Bearer realm="sentineliq"`, a.Header().Get("WWW-Authenticate"))
	}
}

func TestRoutes_WhoMayNotGets403WhateverTheBodySays(t *testing.T) {
	t.Parallel()
	for _, row := range httpapi.Routes() {
		if row.Action == "" {
			continue
		}
		e := lockedEdge(t)
		e.letIn(analyst())
		e.permissions.EXPECT().Allowed(anyContext, row.Action).Return(forbidden()).Once()
		path := filledIn(row.Path)
		e.send(row.Method, path+"/?nonsense=1", "{not json", with("Idempotency-Key", "")).problem(http.StatusForbidden, "forbidden")
	}
}

func TestRoutes_WithAndWithoutSlashAreTheSame(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.alerts.EXPECT().Find(anyContext, anAlert().ID()).Return(anAlert(), nil).Times(3)
	plain := e.get("/api/v1/alerts/" + alertID).status(http.StatusOK)
	slash := e.get("/api/v1/alerts/" + alertID + "/").status(http.StatusOK)
	require.Equal(t, plain.Body.String(), slash.Body.String())
	head := e.send(http.MethodHead, "/api/v1/alerts/"+alertID+"/", "").status(http.StatusOK)
	require.Equal(t, `"7"`, head.Header().Get("ETag"))
}

func TestRoutes_OtherMethodsAre405WithAllow(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for target, want := range map[string]struct{ method, allow string }{
		"/api/v1/alerts/":                         {http.MethodPut, "GET, HEAD, POST"},
		"/api/v1/alerts":                          {http.MethodOptions, "GET, HEAD, POST"},
		"/api/v1/alerts/" + alertID + "/":         {http.MethodPost, "DELETE, GET, HEAD, PATCH, PUT"},
		"/api/v1/alerts/ingest/":                  {http.MethodGet, "POST"},
		"/api/v1/users/me/":                       {http.MethodPut, "GET, HEAD"},
		"/api/v1/audit-logs/" + alertID + "/":     {http.MethodDelete, "GET, HEAD"},
		"/api/v1/token/":                          {http.MethodGet, "POST"},
		"/healthz":                                {"TRACE", "GET, HEAD"},
		"/api/v1/incidents/" + alertID + "/close": {"BREW", "POST"},
	} {
		a := e.send(want.method, target, "")
		a.problem(http.StatusMethodNotAllowed, "method_not_allowed")
		require.Equal(t, want.allow, a.Header().Get("Allow"), target)
	}
}

func TestRoutes_UnknownPathsAre404(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, target := range []string{
		"/", "/api/v1/", "/api/v1/nothing/", "/api/v1/alerts/0/", "/api/v1/alerts/-1/", "/api/v1/alerts/1e3/",
		"/api/v1/alerts/" + strings.ToUpper(alertID) + "/", "/api/v1/alerts/" + strings.Repeat("9", 10_000),
		"/api/v1/alerts/" + alertID + "/nothing/", "/api/v1/docs/nothing.js", "/api/v1/docs/openapi.json",
		// One spelling of every path.
		"//api//v1/alerts/", "/api/v1//alerts/", "/api/v1/alerts//", "/api/v1/./alerts/", "/api/v1/alerts/../users/",
		"/api/v1/alerts/%2e%2e/users/", "/api/v1/%61lerts/", "/api/v1/alerts;jsessionid=1/", "/api/v1/alerts/1%00/",
		"/api/v1/alerts./", "/API/v1/alerts/", "/api/v1/Alerts/", `/api/v1/alerts\x/`, "/api/v1/alerts/'%20or%201=1--/",
	} {
		a := e.get(target)
		p := a.problem(http.StatusNotFound, "not_found")
		require.NotContains(t, p.Detail, "alert", target)
	}
}

func TestRoutes_MetricsAreAbsentWhenServedElsewhere(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.Equal(t, "up 1\n", e.get("/metrics").status(http.StatusOK).Body.String())
	e.deps.Metrics = nil
	e.rebuild()
	e.get("/metrics").problem(http.StatusNotFound, "not_found")
	e.post("/metrics", "").problem(http.StatusNotFound, "not_found")
}
