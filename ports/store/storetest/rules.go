package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func ruleNoun() noun[notification.RuleState] {
	return noun[notification.RuleState]{
		plain: func(t *testing.T, w *world, company tenant.ID) notification.RuleState {
			t.Helper()
			return w.newRule(w.addChannel(t, company), func(s *notification.RuleState) { s.IsActive = false })
		},
		full: func(t *testing.T, w *world, company tenant.ID) notification.RuleState {
			t.Helper()
			second := w.addChannel(t, company)
			user := w.analyst(t, company)
			return w.newRule(w.addChannel(t, company), func(s *notification.RuleState) {
				s.Description, s.Condition = "What matters", `alert.severity == "critical"`
				s.EventTypes = []event.Name{event.AlertEscalated, event.AlertCreated}
				s.Channels = append(s.Channels, second.ID)
				s.Title, s.Body = "{{ alert.title }}", "{{ alert.description }}\n🦉"
				s.Recipients = []string{notification.Assignee, string(user), notification.Admins}
				s.Version, s.UpdatedAt = 4, s.CreatedAt.Add(time.Second)
			})
		},
		id:      func(s notification.RuleState) string { return string(s.ID) },
		version: func(s *notification.RuleState) *int { return &s.Version },
		changed: func(s notification.RuleState) notification.RuleState {
			s.Name, s.Description, s.Condition = "New "+s.Name, "Other", "true"
			s.EventTypes = []event.Name{event.IncidentClosed, event.IncidentCreated, event.AlertCreated}
			s.Channels = []notification.ChannelID{s.Channels[1], s.Channels[0]}
			s.Title, s.Body, s.Recipients = "T", "B", []string{notification.Analysts}
			s.IsActive, s.UpdatedAt = false, s.UpdatedAt.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s notification.RuleState) error {
			return tx.Rules().Add(ctx, notification.RestoreRule(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s notification.RuleState) error {
			return tx.Rules().Save(ctx, notification.RestoreRule(s))
		},
		find: func(ctx context.Context, r readers, id string) (notification.RuleState, error) {
			rule, err := r.Rules.Find(ctx, notification.RuleID(id))
			return stateOf(rule, err, (*notification.Rule).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[notification.RuleState], error) {
			list, err := r.Rules.List(ctx, notification.RuleQuery{}, p)
			return page.Map(list, (*notification.Rule).State), err
		},
	}
}

func rules(t *testing.T, w *world) {
	t.Helper()
	ruleNoun().keeps(t, w)
	t.Run("the active ones, in the order of their ids", func(t *testing.T) {
		company := w.company(t)
		c := w.addChannel(t, company)
		late := w.newRule(c)
		first := w.addRule(t, c)
		w.addRule(t, c, func(s *notification.RuleState) { s.IsActive = false })
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Rules().Add(ctx, notification.RestoreRule(late))
		})
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			got, err := r.Rules.Active(ctx)
			require.NoError(t, err)
			requireSame(t, []notification.RuleState{late, first}, pick(got, (*notification.Rule).State))
			return nil
		})
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			got, err := r.Rules.Active(ctx)
			require.NoError(t, err)
			require.Subset(t, pick(got, (*notification.Rule).ID), []notification.RuleID{late.ID, first.ID})
			return nil
		})
	})
	t.Run("removing leaves what was said under it", func(t *testing.T) {
		rule := w.addRule(t, w.addChannel(t, w.company(t)))
		n := w.addNotice(t, rule)
		remove := func() error {
			return w.try(t, tenant.Of(rule.Company), func(ctx context.Context, tx txn.Tx) error {
				return tx.Rules().Remove(ctx, notification.RestoreRule(rule))
			})
		}
		require.NoError(t, remove())
		requireNotFound(t, remove())
		w.view(t, tenant.Of(rule.Company), func(ctx context.Context, r readers) error {
			_, err := r.Rules.Find(ctx, rule.ID)
			requireNotFound(t, err)
			got, err := r.Notices.Find(ctx, n.ID)
			require.NoError(t, err)
			requireSame(t, n, *got)
			return nil
		})
	})
	t.Run("a channel must be there", func(t *testing.T) {
		company := w.company(t)
		r := w.newRule(w.addChannel(t, company), func(s *notification.RuleState) {
			s.Channels = append(s.Channels, notification.ChannelID(w.ids.New()))
		})
		require.Error(t, w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Rules().Add(ctx, notification.RestoreRule(r))
		}))
	})
	t.Run("filters", func(t *testing.T) { ruleFilters(t, w) })
}

func ruleFilters(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	first, second := w.addChannel(t, company), w.addChannel(t, company)
	a := w.addRule(t, first, func(s *notification.RuleState) {
		s.Name, s.EventTypes = "Critical ones", []event.Name{event.AlertCreated, event.AlertUpdated}
	}).ID
	b := w.addRule(t, second, func(s *notification.RuleState) {
		s.Name, s.EventTypes, s.IsActive = "critical_close", []event.Name{event.IncidentClosed}, false
		s.Channels = append(s.Channels, first.ID)
	}).ID
	type q = notification.RuleQuery
	for name, c := range map[string]struct {
		query q
		want  []notification.RuleID
	}{
		"none":       {q{}, []notification.RuleID{a, b}},
		"active":     {q{IsActive: ref(true)}, []notification.RuleID{a}},
		"inactive":   {q{IsActive: ref(false)}, []notification.RuleID{b}},
		"event":      {q{Event: event.AlertUpdated}, []notification.RuleID{a}},
		"event part": {q{Event: "alert"}, nil},
		"channel":    {q{Channel: first.ID}, []notification.RuleID{a, b}},
		"only one":   {q{Channel: second.ID}, []notification.RuleID{b}},
		"no channel": {q{Channel: "nonsense"}, nil},
		"company":    {q{Company: company}, []notification.RuleID{a, b}},
		"search":     {q{Search: "CRITICAL"}, []notification.RuleID{a, b}},
		"literal":    {q{Search: "l_c"}, []notification.RuleID{b}},
		"combined":   {q{Search: "critical", Channel: first.ID, Event: event.IncidentClosed}, []notification.RuleID{b}},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Rules.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, (*notification.Rule).ID))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}
