package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type rules struct{ u *unit }

func (r rules) shelf() shelf[notification.RuleState] {
	return shelf[notification.RuleState]{
		u: r.u, rows: &r.u.data.rules, noun: "rule",
		company: func(s *notification.RuleState) tenant.ID { return s.Company },
		version: func(s *notification.RuleState) *int { return &s.Version },
	}
}

func (r rules) Find(_ context.Context, id notification.RuleID) (*notification.Rule, error) {
	s, err := r.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return notification.RestoreRule(s), nil
}

func (r rules) List(_ context.Context, q notification.RuleQuery, p page.Request) (page.Result[*notification.Rule], error) {
	rows := r.shelf().matching(func(s *notification.RuleState) bool {
		return (q.IsActive == nil || *q.IsActive == s.IsActive) &&
			(q.Event == "" || slices.Contains(s.EventTypes, q.Event)) &&
			(q.Channel == "" || slices.Contains(s.Channels, q.Channel)) &&
			is(q.Company, s.Company) && mentions(q.Search, s.Name)
	})
	return list(rows, p, order[notification.RuleState]{
		sorts: named(), fallback: newest("created_at"),
		value: func(s *notification.RuleState, name string) any {
			return nameOrTime(name, string(s.ID), s.Name, s.CreatedAt)
		},
	}, notification.RestoreRule)
}

func (r rules) Active(_ context.Context) ([]*notification.Rule, error) {
	rows := r.shelf().matching(func(s *notification.RuleState) bool { return s.IsActive })
	slices.SortFunc(rows, func(a, b *notification.RuleState) int { return cmp.Compare(a.ID, b.ID) })
	return mapped(rows, notification.RestoreRule)
}

func (r rules) Add(_ context.Context, rule *notification.Rule) error {
	s := rule.State()
	if err := r.reachable(s); err != nil {
		return err
	}
	return r.shelf().add(string(s.ID), s)
}

func (r rules) Save(_ context.Context, rule *notification.Rule) error {
	s := rule.State()
	if err := r.reachable(s); err != nil {
		return err
	}
	return kept(rule, r.shelf().save(string(s.ID), s, nil))
}

func (r rules) Remove(_ context.Context, rule *notification.Rule) error {
	s := rule.State()
	return r.shelf().drop(string(s.ID), s)
}

// reachable refuses a rule over a channel of another company, or of none.
func (r rules) reachable(s notification.RuleState) error {
	for _, id := range s.Channels {
		if c, ok := channels(r).shelf().get(string(id)); !ok || c.Company != s.Company {
			return channels(r).shelf().missing()
		}
	}
	return nil
}
