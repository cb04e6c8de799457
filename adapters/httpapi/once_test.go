package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/once"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

const reportJSON = `{"title":"t","source":"s","source_ref":"r"}`

// keeper plays the gate: it keeps the first answer of a key.
type keeper struct {
	status  int
	body    []byte
	digests []string
}

func (k *keeper) answer(ctx context.Context, result any) error {
	r, ok := once.From(ctx)
	if !ok {
		return nil
	}
	k.digests = append(k.digests, r.Digest)
	if k.body != nil {
		return &once.Replay{Status: k.status, Body: k.body}
	}
	var err error
	k.status, k.body, err = r.Render(result)
	return err
}

func TestOnce_TheFirstAnswerIsRepeated(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	var gate keeper
	e.keys.EXPECT().Create(anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ driving.NewAPIKey) (identity.IssuedKey, error) {
		made := identity.IssuedKey{APIKey: aKey(), Secret: secret.New("siq_shown_once")}
		return made, gate.answer(ctx, made)
	})
	body := `{"name":"edr","role":"read_only"}`
	first := e.post("/api/v1/api-keys/", body, with("Idempotency-Key", "k 1")).status(http.StatusCreated)
	again := e.post("/api/v1/api-keys", body, with("Idempotency-Key", "k 1")).status(http.StatusCreated)
	require.Equal(t, strings.TrimSpace(first.Body.String()), strings.TrimSpace(again.Body.String()))
	require.Contains(t, again.Body.String(), "siq_shown_once")
	require.Equal(t, first.Header().Get("Location"), again.Header().Get("Location"))
	require.Empty(t, first.Header().Get("Idempotent-Replayed"))
	require.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))
	require.NotContains(t, string(gate.body), "siq_shown_once", "kept in the clear")
	require.Equal(t, gate.digests[0], gate.digests[1], "the last slash makes no other request")
}

func TestOnce_AReplayKeepsItsStatusAndTag(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	var gate keeper
	e.reports.EXPECT().One(anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ alert.Draft) (alert.Ingested, error) {
		done := alert.Ingested{Receipt: alert.Receipt{Alert: alertID, Duplicate: true}, Alert: anAlert()}
		return done, gate.answer(ctx, done)
	})
	e.post("/api/v1/alerts/ingest/", reportJSON, with("Idempotency-Key", "k")).status(http.StatusOK)
	again := e.post("/api/v1/alerts/ingest/", reportJSON, with("Idempotency-Key", "k")).status(http.StatusOK)
	require.Equal(t, true, again.json()["duplicate"])
	require.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))

	var kept keeper
	e.triage.EXPECT().Acknowledge(anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ alert.ID) (*alert.Alert, error) {
		return anAlert(), kept.answer(ctx, anAlert())
	})
	target := "/api/v1/alerts/" + alertID + "/acknowledge/"
	e.post(target, "", with("Idempotency-Key", "k"))
	require.Equal(t, `"7"`, e.post(target, "", with("Idempotency-Key", "k")).status(http.StatusOK).Header().Get("ETag"))
}

func TestOnce_TheDigestCoversAllThatIsAsked(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	seen := map[string]string{}
	note := func(ctx context.Context, what string) {
		r, ok := once.From(ctx)
		require.True(t, ok, what)
		seen[r.Digest] = what
	}
	var what string
	e.triage.EXPECT().Resolve(anyContext, anyContext, anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ alert.ID, _, _ string) (*alert.Alert, error) {
		note(ctx, what)
		return anAlert(), nil
	})
	e.reports.EXPECT().Batch(anyContext, anyContext, anyContext).Return(alert.Batch{}, nil).Run(func(args0 context.Context, _ tenant.ID, _ []alert.Item) { note(args0, what) })
	key := with("Idempotency-Key", "k")
	for _, what = range []string{alertID + `|{"resolution":"benign"}`, otherID + `|{"resolution":"benign"}`, alertID + `|{"resolution":"benign" }`} {
		id, body, _ := strings.Cut(what, "|")
		e.post("/api/v1/alerts/"+id+"/resolve/", body, key).status(http.StatusOK)
	}
	for _, what = range []string{"", "?company=" + acmeID} {
		e.post("/api/v1/alerts/ingest/batch/"+what, "["+reportJSON+"]", key).status(http.StatusOK)
	}
	require.Len(t, seen, 5)
}

func TestOnce_BadKeysAre400(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, key := range []string{"", "ü", "a\tb", strings.Repeat("k", 256)} {
		e.post("/api/v1/alerts/", reportJSON, with("Idempotency-Key", key)).problem(http.StatusBadRequest, "invalid_idempotency_key")
	}
	e.post("/api/v1/alerts/", reportJSON, with("Idempotency-Key", "a"), with("Idempotency-Key", "b")).
		problem(http.StatusBadRequest, "invalid_idempotency_key")
	e.alerts.EXPECT().Create(anyContext, anyContext).Return(nil, fault.New(fault.KeyReused, "used").WithCode("idempotency_key_reused"))
	e.post("/api/v1/alerts/", reportJSON, with("Idempotency-Key", strings.Repeat("k", 255))).
		problem(http.StatusUnprocessableEntity, "idempotency_key_reused")
}

func TestOnce_OnlyForPostsOfSomebody(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.auth.EXPECT().Login(anyContext, "a", anyContext).RunAndReturn(func(ctx context.Context, _ string, _ secret.Text) (driving.Tokens, error) {
		_, keyed := once.From(ctx)
		require.False(t, keyed)
		return driving.Tokens{}, nil
	})
	e.post("/api/v1/token/", `{"username":"a","password":"b"}`, with("Idempotency-Key", "k")).status(http.StatusOK)
	e.alerts.EXPECT().Find(anyContext, anyContext).Return(anAlert(), nil)
	e.get("/api/v1/alerts/"+alertID, with("Idempotency-Key", "")).status(http.StatusOK)
}
