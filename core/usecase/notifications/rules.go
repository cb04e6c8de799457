package notifications

import (
	"context"
	"fmt"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Rules implements driving.Rules.
type Rules struct {
	Parts
}

// NewRules returns the service.
func NewRules(p Parts) *Rules { return &Rules{Parts: p} }

// Create makes a rule. Its condition and templates are checked now, and so are
// the channels and people it names: they are of its company.
func (s *Rules) Create(ctx context.Context, n driving.NewRule) (*notification.Rule, error) {
	if err := s.Gate.Allowed(ctx, policy.RuleCreate); err != nil {
		return nil, err
	}
	var v fault.Violations
	ctx, company, err := gate.Within(ctx, n.Company)
	if !v.Merge(err) {
		return nil, err
	}
	r, err := notification.NewRule(notification.RuleID(s.IDs.New()), company, n.RuleDraft, s.Clock.Now())
	if !v.Merge(err) || !s.check(&v, n.Condition) {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return gate.Write(ctx, s.Gate, policy.RuleCreate, func(ctx context.Context, tx store.Tx) (*notification.Rule, error) {
		if err := gate.Exists(ctx, tx, company); err != nil {
			return nil, err
		}
		if err := reachable(ctx, tx, r); err != nil {
			return nil, err
		}
		return r, tx.Rules().Add(ctx, r)
	})
}

// check records what is wrong with a condition. It is always true: a condition
// that cannot be checked is wrong.
func (s *Rules) check(v *fault.Violations, condition string) bool {
	if err := s.Engine.Check(condition); err != nil {
		v.Add("condition", fault.CodeInvalid, "%s", err.Error())
	}
	return true
}

// reachable refuses channels and people that are not of the rule's company.
func reachable(ctx context.Context, tx store.Tx, r *notification.Rule) error {
	var v fault.Violations
	state := r.State()
	channels, err := tx.Channels().Named(ctx, state.Channels)
	if err != nil {
		return err
	}
	for i, id := range state.Channels {
		mine := func(c *notification.Channel) bool { return c.ID() == id && c.State().Company == state.Company }
		if !slices.ContainsFunc(channels, mine) {
			v.Add(fmt.Sprintf("channels[%d]", i), fault.CodeInvalid, "is not a channel of the company")
		}
	}
	people := make([]identity.UserID, 0, len(state.Recipients))
	for _, name := range state.Recipients {
		if !notification.IsGroup(name) {
			people = append(people, identity.UserID(name))
		}
	}
	users, err := tx.Users().Named(ctx, people)
	if err != nil {
		return err
	}
	for i, name := range state.Recipients {
		if notification.IsGroup(name) {
			continue
		}
		if !isMember(users, identity.UserID(name), state.Company) {
			v.Add(fmt.Sprintf("recipients[%d]", i), fault.CodeInvalid,
				"must be assignee, admins, analysts or an active user of the company")
		}
	}
	return v.Err()
}

func isMember(users []*identity.User, id identity.UserID, company tenant.ID) bool {
	return slices.ContainsFunc(users, func(u *identity.User) bool {
		return u.ID() == id && u.MayBeAssigned(company)
	})
}

// List shows the rules in reach.
func (s *Rules) List(ctx context.Context, q notification.RuleQuery, p page.Request) (page.Result[*notification.Rule], error) {
	return gate.Read(ctx, s.Gate, policy.RuleRead, func(ctx context.Context, v store.View) (page.Result[*notification.Rule], error) {
		return v.Rules().List(ctx, q, p)
	})
}

// Find shows one rule.
func (s *Rules) Find(ctx context.Context, id notification.RuleID) (*notification.Rule, error) {
	return gate.Read(ctx, s.Gate, policy.RuleRead, func(ctx context.Context, v store.View) (*notification.Rule, error) {
		return v.Rules().Find(ctx, id)
	})
}

// Update changes a rule.
func (s *Rules) Update(ctx context.Context, id notification.RuleID, p driving.RulePatch, version driving.IfVersion) (*notification.Rule, error) {
	return gate.Write(ctx, s.Gate, policy.RuleUpdate, func(ctx context.Context, tx store.Tx) (*notification.Rule, error) {
		r, err := tx.Rules().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, r.State().Version); err != nil {
			return nil, err
		}
		draft := overlaid(r.Draft(), p)
		var v fault.Violations
		if err := r.Rewrite(draft, tx.Now()); !v.Merge(err) {
			return nil, err
		}
		s.check(&v, draft.Condition)
		if err := v.Err(); err != nil {
			return nil, err
		}
		if err := reachable(ctx, tx, r); err != nil {
			return nil, err
		}
		return r, tx.Rules().Save(ctx, r)
	})
}

// overlaid returns the draft with a patch applied.
func overlaid(d notification.RuleDraft, p driving.RulePatch) notification.RuleDraft {
	lay(&d.Name, p.Name)
	lay(&d.Description, p.Description)
	lay(&d.EventTypes, p.EventTypes)
	lay(&d.Channels, p.Channels)
	lay(&d.Recipients, p.Recipients)
	lay(&d.Condition, p.Condition)
	lay(&d.Title, p.Title)
	lay(&d.Body, p.Body)
	lay(&d.IsActive, p.IsActive)
	return d
}

func lay[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// Remove deletes a rule. Deliveries that it caused go on.
func (s *Rules) Remove(ctx context.Context, id notification.RuleID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.Gate, policy.RuleDelete, func(ctx context.Context, tx store.Tx) (*notification.Rule, error) {
		r, err := tx.Rules().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, r.State().Version); err != nil {
			return nil, err
		}
		return r, tx.Rules().Remove(ctx, r)
	})
	return err
}
