package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

const internals = "pq: duplicate key in /srv/secret.go"

func TestProblem_EveryKindAtEveryDepth(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404,
		fault.Conflict: 409, fault.Stale: 412, fault.TooLarge: 413, fault.Unsupported: 415, fault.KeyReused: 422,
		fault.Limited: 429, fault.Unavailable: 503,
	}
	require.Len(t, want, len(fault.Kinds()))
	for _, kind := range fault.Kinds() {
		var err error = fault.Wrap(kind, "for people", errors.New(internals))
		for depth := range 4 {
			for name, wrapped := range map[string]error{"alone": err, "joined": errors.Join(errors.New("first"), err)} {
				status, code, detail := httpapi.ProblemOf(wrapped)
				require.Equal(t, want[kind], status, "%s %d deep, %s", kind, depth, name)
				require.Equal(t, kind.String(), code)
				require.NotContains(t, detail, "pq")
				if kind != fault.Internal {
					require.Equal(t, "for people", detail)
				}
			}
			err = fmt.Errorf("layer %d: %w", depth, err)
		}
	}
}

func TestProblem_UnknownErrorIs500WithoutTextAndOneLogLine(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.alerts.EXPECT().Find(anyContext, anyContext).Return(nil, errors.New(internals))
	a := e.get("/api/v1/alerts/"+alertID+"/", with("X-Request-ID", "req-1"))
	p := a.problem(http.StatusInternalServerError, "internal")
	require.Equal(t, "/api/v1/alerts/"+alertID+"/", p.Instance)
	require.NotContains(t, a.Body.String(), "pq")
	lines := e.log.lines(t)
	require.Len(t, lines, 1)
	require.Equal(t, internals, lines[0]["error"])
	require.Equal(t, "req-1", lines[0]["request_id"])
	require.Equal(t, "ERROR", lines[0]["level"])
}

func TestProblem_Panic(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.alerts.EXPECT().Find(anyContext, anyContext).Panic(internals)
	a := e.get("/api/v1/alerts/" + alertID + "/")
	a.problem(http.StatusInternalServerError, "internal")
	require.NotContains(t, a.Body.String(), "pq")
	require.NotContains(t, a.Body.String(), "goroutine")
	lines := e.log.lines(t)
	require.Len(t, lines, 1)
	require.Contains(t, lines[0]["error"], internals)
	require.Contains(t, lines[0]["stack"], "goroutine")
}

func TestProblem_DeadlineIs503(t *testing.T) {
	t.Parallel()
	for _, err := range []error{context.DeadlineExceeded, fmt.Errorf("query: %w", context.Canceled)} {
		e := newEdge(t)
		e.alerts.EXPECT().Find(anyContext, anyContext).Return(nil, err)
		a := e.get("/api/v1/alerts/" + alertID + "/")
		a.problem(http.StatusServiceUnavailable, "timeout")
		require.Equal(t, "5", a.Header().Get("Retry-After"))
	}
}

func TestProblem_Headers(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	find := func(err error) *answer {
		e.alerts.EXPECT().Find(anyContext, anyContext).Return(nil, err).Once()
		return e.get("/api/v1/alerts/" + alertID + "/")
	}
	a := find(fault.New(fault.Limited, "slow down").After(1500 * time.Millisecond))
	a.problem(http.StatusTooManyRequests, "limited")
	require.Equal(t, "2", a.Header().Get("Retry-After"))
	a = find(fault.New(fault.Unavailable, "down"))
	require.Equal(t, "5", a.Header().Get("Retry-After"))
	a = find(unauthenticated())
	require.NotEmpty(t, a.Header().Get("WWW-Authenticate"))
	p := find(fault.New(fault.Conflict, "there is one").WithCode("duplicate_source_ref").Existing(otherID)).
		problem(http.StatusConflict, "duplicate_source_ref")
	require.Equal(t, otherID, p.ExistingID)
	require.Equal(t, "/api/v1/alerts/"+alertID+"/", p.Instance)
}

func TestProblem_BodyTooLarge(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	big := `{"title":"` + strings.Repeat("x", 1<<20) + `"}`
	a := e.post("/api/v1/alerts/", big)
	a.problem(http.StatusRequestEntityTooLarge, "too_large")
	require.Equal(t, "close", a.Header().Get("Connection"))
	// Without a length, and with one that lies, the limit still holds.
	for _, length := range []int64{-1, 10} {
		e.post("/api/v1/alerts/", big, func(r *http.Request) { r.ContentLength = length }).
			problem(http.StatusRequestEntityTooLarge, "too_large")
	}
	batch := `[` + strings.Repeat(" ", 16<<20) + `]`
	e.post("/api/v1/alerts/ingest/batch/", batch).problem(http.StatusRequestEntityTooLarge, "too_large")
}
