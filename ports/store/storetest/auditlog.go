package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func entryNoun() noun[audit.Entry] {
	return noun[audit.Entry]{
		plain: func(_ *testing.T, w *world, company tenant.ID) audit.Entry {
			return audit.Entry{ID: w.ids.New(), At: w.clock.Now(), Company: company, Action: "login_failed", Outcome: audit.Denied}
		},
		full: func(_ *testing.T, w *world, company tenant.ID) audit.Entry {
			return w.newEntry(company, func(e *audit.Entry) {
				e.ActorType, e.ActorID, e.ActorName, e.Action = actor.User, w.ids.New(), "ana 🦉", "update"
				e.Entity = audit.Ref{Type: "alert", ID: w.ids.New(), Name: "Alert", Company: company}
				e.Changes = audit.Changes{
					"title": {"old", "new"}, "assignee": {nil, "ana"}, "count": {1.0, 2.5}, "tags": {[]any{"a"}, nil},
					"deep": {map[string]any{"x": true}, map[string]any{"x": false}},
				}
				e.Metadata = map[string]any{"alerts": []any{"1", "2"}, "n": 2.0}
				e.Origin = actor.Origin{
					RequestID: "req-1", IP: "2001:db8::1", UserAgent: "curl/8 🦉", Method: "PATCH", Path: "/api/v1/alerts/1/", Status: 200,
				}
				e.Status, e.Outcome = 200, audit.Failure
			})
		},
		ignore: []string{"Sequence", "Entity.Company", "Origin.Status"},
		id:     func(e audit.Entry) string { return e.ID },
		add:    func(ctx context.Context, tx txn.Tx, e audit.Entry) error { return tx.Journal().Append(ctx, e) },
		find: func(ctx context.Context, r readers, id string) (audit.Entry, error) {
			e, err := r.Audit.Find(ctx, id)
			return stateOf(e, err, func(e *audit.Entry) audit.Entry { return *e })
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[audit.Entry], error) {
			return r.Audit.List(ctx, audit.Query{}, p)
		},
	}
}

func (w *world) log(t *testing.T, s tenant.Scope, q audit.Query) (entries []audit.Entry) {
	t.Helper()
	w.view(t, s, func(ctx context.Context, r readers) error {
		got, err := r.Audit.List(ctx, q, page.Request{Size: page.MaxSize})
		entries = got.Items
		return err
	})
	return entries
}

func auditLog(t *testing.T, w *world) {
	t.Helper()
	entryNoun().keeps(t, w)
	t.Run("entries are in the order of their sequence, whatever the clock says", func(t *testing.T) {
		company := w.company(t)
		q := audit.Query{Company: company, Actions: []string{"step"}}
		var ids []string
		for i := range 6 {
			e := w.newEntry(company, func(e *audit.Entry) {
				e.Action, e.Sequence, e.At = "step", 99, e.At.Add(-time.Duration(i)*time.Second)
			})
			ids = append([]string{e.ID}, ids...)
			w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Journal().Append(ctx, e) })
		}
		entries := w.log(t, tenant.Of(company), q)
		require.Equal(t, ids, pick(entries, func(e audit.Entry) string { return e.ID }), "the newest first")
		for i := range entries[1:] {
			require.Greater(t, entries[i].Sequence, entries[i+1].Sequence)
		}
	})
	t.Run("an entry goes with its change", func(t *testing.T) {
		company := w.company(t)
		e, boom := w.newEntry(company), errors.New("boom")
		err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			require.NoError(t, tx.Journal().Append(ctx, e))
			return boom
		})
		require.ErrorIs(t, err, boom)
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			_, err := r.Audit.Find(ctx, e.ID)
			requireNotFound(t, err)
			return nil
		})
	})
	t.Run("the platform's entries are nobody's but those who see all", func(t *testing.T) {
		company, e := w.company(t), w.newEntry("")
		w.update(t, tenant.All(), func(ctx context.Context, tx txn.Tx) error { return tx.Journal().Append(ctx, e) })
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			_, err := r.Audit.Find(ctx, e.ID)
			requireNotFound(t, err)
			return nil
		})
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			_, err := r.Audit.Find(ctx, e.ID)
			return err
		})
	})
	t.Run("filters", func(t *testing.T) { auditFilters(t, w.fresh(t)) })
}

func auditFilters(t *testing.T, w *world) {
	t.Helper()
	company, base, entity := w.company(t), w.clock.Advance(time.Hour), w.ids.New()
	put := func(scope tenant.Scope, e audit.Entry) string {
		require.NoError(t, w.run.Update(t.Context(), scope, func(ctx context.Context, tx txn.Tx) error {
			return tx.Journal().Append(ctx, e)
		}))
		return e.ID
	}
	a := put(tenant.Of(company), w.newEntry(company, func(e *audit.Entry) {
		e.ActorType, e.ActorID, e.ActorName, e.Action = actor.User, "u-1", "ana", "create"
		e.Entity = audit.Ref{Type: "alert", ID: entity, Name: "Phishing_wave 100%"}
		e.Origin.RequestID = "req-1"
	}))
	b := put(tenant.Of(company), w.newEntry(company, func(e *audit.Entry) {
		e.ActorType, e.ActorID, e.ActorName, e.Action = actor.APIKey, "k-1", "Anatol", "delete"
		e.Entity = audit.Ref{Type: "incident", ID: w.ids.New(), Name: "Breach"}
		e.At, e.Outcome = base.Add(time.Minute), audit.Denied
	}))
	c := put(tenant.All(), w.newEntry("", func(e *audit.Entry) {
		e.ActorID, e.ActorName, e.Action, e.Entity = "", "nobody", "login_failed", audit.Ref{Type: "session"}
		e.At, e.Outcome = base.Add(2*time.Minute), audit.Failure
	}))
	type q = audit.Query
	for name, tc := range map[string]struct {
		query q
		want  []string
	}{
		"none":              {q{}, []string{a, b, c}},
		"entity type":       {q{EntityTypes: []string{"alert", "session"}}, []string{a, c}},
		"entity":            {q{EntityID: entity}, []string{a}},
		"actions":           {q{Actions: []string{"delete", "login_failed"}}, []string{b, c}},
		"actor":             {q{ActorID: "k-1"}, []string{b}},
		"username":          {q{Username: "ana"}, []string{a}},
		"company":           {q{Company: company}, []string{a, b}},
		"outcomes":          {q{Outcomes: []audit.Outcome{audit.Denied, audit.Failure}}, []string{b, c}},
		"from is included":  {q{From: base.Add(time.Minute)}, []string{b, c}},
		"to is not":         {q{To: base.Add(time.Minute)}, []string{a}},
		"from to":           {q{From: base.Add(time.Minute), To: base.Add(2 * time.Minute)}, []string{b}},
		"request":           {q{RequestID: "req-1"}, []string{a}},
		"search actor":      {q{Search: "ANA"}, []string{a, b}},
		"search entity":     {q{Search: "breach"}, []string{b}},
		"search literal":    {q{Search: "g_w"}, []string{a}},
		"search percent":    {q{Search: "%"}, []string{a}},
		"combined":          {q{Search: "ana", Outcomes: []audit.Outcome{audit.Denied}, EntityTypes: []string{"incident"}}, []string{b}},
		"combined to empty": {q{Search: "ana", Actions: []string{"login_failed"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tc.query.From = later(tc.query.From, base)
			got := w.log(t, tenant.All(), tc.query)
			require.ElementsMatch(t, tc.want, pick(got, func(e audit.Entry) string { return e.ID }))
		})
	}
}

// later returns the later time: the entries of the fixtures come before it.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
