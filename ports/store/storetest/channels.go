package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func channelNoun() noun[notification.ChannelState] {
	return noun[notification.ChannelState]{
		plain: func(_ *testing.T, w *world, company tenant.ID) notification.ChannelState {
			return w.newChannel(company, func(s *notification.ChannelState) {
				s.Shown, s.Sealed, s.IsEnabled = nil, secret.Text{}, false
			})
		},
		full: func(_ *testing.T, w *world, company tenant.ID) notification.ChannelState {
			return w.newChannel(company, func(s *notification.ChannelState) {
				s.Shown = map[string]any{
					"url": "https://example.com/***", "port": 587.0, "tls": true, "none": nil,
					"headers": map[string]any{"X-Über": "***"}, "list": []any{"a", 1.0},
				}
				s.Version, s.UpdatedAt = 3, s.CreatedAt.Add(time.Second)
			})
		},
		id:      func(s notification.ChannelState) string { return string(s.ID) },
		version: func(s *notification.ChannelState) *int { return &s.Version },
		changed: func(s notification.ChannelState) notification.ChannelState {
			s.Name, s.Shown, s.Sealed = "New "+s.Name, map[string]any{"port": 25.0}, secret.New("sealed again")
			s.IsEnabled, s.UpdatedAt = false, s.UpdatedAt.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s notification.ChannelState) error {
			return tx.Channels().Add(ctx, notification.RestoreChannel(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s notification.ChannelState) error {
			return tx.Channels().Save(ctx, notification.RestoreChannel(s))
		},
		find: func(ctx context.Context, r readers, id string) (notification.ChannelState, error) {
			c, err := r.Channels.Find(ctx, notification.ChannelID(id))
			return stateOf(c, err, (*notification.Channel).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[notification.ChannelState], error) {
			list, err := r.Channels.List(ctx, notification.ChannelQuery{}, p)
			return page.Map(list, (*notification.Channel).State), err
		},
	}
}

func channels(t *testing.T, w *world) {
	t.Helper()
	channelNoun().keeps(t, w)
	t.Run("a name is given once in a company", func(t *testing.T) {
		company := w.company(t)
		first, second := w.addChannel(t, company), w.addChannel(t, company)
		named := func(s *notification.ChannelState) { s.Name = first.Name }
		err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Channels().Add(ctx, notification.RestoreChannel(w.newChannel(company, named)))
		})
		requireFault(t, err, fault.Conflict, "duplicate_name")
		named(&second)
		err = w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Channels().Save(ctx, notification.RestoreChannel(second))
		})
		requireFault(t, err, fault.Conflict, "duplicate_name")
		w.addChannel(t, w.company(t), named)
	})
	t.Run("one that a rule uses stays", func(t *testing.T) {
		company := w.company(t)
		used, free := w.addChannel(t, company), w.addChannel(t, company)
		r := w.addRule(t, used, func(s *notification.RuleState) { s.IsActive = false })
		requireFault(t, w.removeChannel(t, used), fault.Conflict, "channel_in_use")
		require.NoError(t, w.removeChannel(t, free))
		requireNotFound(t, w.removeChannel(t, free))
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Rules().Remove(ctx, notification.RestoreRule(r))
		})
		require.NoError(t, w.removeChannel(t, used))
	})
	t.Run("the deliveries over it outlive it", func(t *testing.T) {
		c := w.addChannel(t, w.company(t))
		d := w.addDelivery(t, c)
		require.NoError(t, w.removeChannel(t, c))
		w.view(t, tenant.Of(c.Company), func(ctx context.Context, r readers) error {
			got, err := r.Deliveries.Find(ctx, d.ID)
			require.NoError(t, err)
			requireSame(t, d, got.State())
			return nil
		})
	})
	t.Run("named", func(t *testing.T) {
		company := w.company(t)
		first, second := w.addChannel(t, company), w.addChannel(t, company)
		w.addChannel(t, company)
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			got, err := r.Channels.Named(ctx, []notification.ChannelID{first.ID, second.ID, "nonsense"})
			require.NoError(t, err)
			require.ElementsMatch(t, []notification.ChannelID{first.ID, second.ID}, pick(got, (*notification.Channel).ID))
			got, err = r.Channels.Named(ctx, nil)
			require.NoError(t, err)
			require.Empty(t, got)
			return nil
		})
	})
	t.Run("filters", func(t *testing.T) { channelFilters(t, w) })
}

func (w *world) removeChannel(t *testing.T, s notification.ChannelState) error {
	t.Helper()
	return w.try(t, tenant.Of(s.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Channels().Remove(ctx, notification.RestoreChannel(s))
	})
}

func channelFilters(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	a := w.addChannel(t, company, func(s *notification.ChannelState) { s.Name, s.Type = "SOC room", "slack" }).ID
	b := w.addChannel(t, company, func(s *notification.ChannelState) {
		s.Name, s.Type, s.IsEnabled = "soc_mail", "email", false
	}).ID
	type q = notification.ChannelQuery
	for name, c := range map[string]struct {
		query q
		want  []notification.ChannelID
	}{
		"none":     {q{}, []notification.ChannelID{a, b}},
		"type":     {q{Types: []string{"slack", "webhook"}}, []notification.ChannelID{a}},
		"enabled":  {q{IsEnabled: ref(true)}, []notification.ChannelID{a}},
		"disabled": {q{IsEnabled: ref(false)}, []notification.ChannelID{b}},
		"company":  {q{Company: company}, []notification.ChannelID{a, b}},
		"search":   {q{Search: "soc"}, []notification.ChannelID{a, b}},
		"literal":  {q{Search: "C_"}, []notification.ChannelID{b}},
		"combined": {q{Search: "soc", Types: []string{"email"}, IsEnabled: ref(false)}, []notification.ChannelID{b}},
		"neither":  {q{Search: "soc", Types: []string{"email"}, IsEnabled: ref(true)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Channels.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, (*notification.Channel).ID))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}
