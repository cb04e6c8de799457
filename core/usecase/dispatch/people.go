package dispatch

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/ports/store"
)

// people is who the rules of a company can reach.
type people struct {
	groups map[string][]identity.UserID // by the name of the group
}

// gather finds the members of the groups that the rules name. One list holds at
// most page.MaxSize people; a company with more analysts than that wants a
// mailing list.
func gather(ctx context.Context, v store.View, b book) (people, error) {
	p := people{groups: map[string][]identity.UserID{}}
	roles := map[string]actor.Role{notification.Admins: actor.Admin, notification.Analysts: actor.Analyst}
	for group, role := range roles {
		named := slices.ContainsFunc(b.rules, func(r *notification.Rule) bool {
			return slices.Contains(r.State().Recipients, group)
		})
		if !named {
			continue
		}
		active := true
		found, err := v.Users().List(ctx, identity.UserQuery{Roles: []actor.Role{role}, IsActive: &active},
			page.Request{Size: page.MaxSize, NoCount: true})
		if err != nil {
			return p, err
		}
		for _, u := range found.Items {
			p.groups[group] = append(p.groups[group], u.ID())
		}
	}
	return p, nil
}

// of returns whom the rule tells about the event, each once.
func (p people) of(rule *notification.Rule, e event.Event) []identity.UserID {
	var list []identity.UserID
	add := func(ids ...identity.UserID) {
		for _, id := range ids {
			if id != "" && !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	for _, name := range rule.State().Recipients {
		switch {
		case name == notification.Assignee:
			assignee, _ := e.Facts[e.Entity]["assignee"].(string) //nolint:errcheck // no text means nobody
			add(identity.UserID(assignee))
		case notification.IsGroup(name):
			add(p.groups[name]...)
		default:
			add(identity.UserID(name))
		}
	}
	return list
}
