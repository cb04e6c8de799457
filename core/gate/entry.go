package gate

import (
	"net/http"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/policy"
)

// entry describes what the actor did to the subject. It belongs to the log of
// the subject's company, whoever acted; without one, to the actor's.
func (g *Gate) entry(who actor.Actor, act policy.Action, subject audit.Subject) audit.Entry {
	e := g.blank(who, act)
	e.Entity = subject.AuditRef()
	if e.Entity.Type == "" {
		e.Entity.Type = act.Entity()
	}
	if e.Entity.Company != "" {
		e.Company = e.Entity.Company
	}
	changes := subject.AuditChanges()
	if removed, ok := subject.(audit.Removable); ok && act.Verb() == "delete" {
		changes = audit.Gone(removed.AuditSnapshot())
	}
	e.Changes = audit.MaskedChanges(changes)
	if detailed, ok := subject.(audit.Detailed); ok {
		masked, _ := audit.Masked(detailed.AuditMetadata()).(map[string]any) //nolint:errcheck // a map masks to a map
		e.Metadata = masked
	}
	e.Outcome, e.Status = audit.Success, who.Origin.Status
	if answered, ok := subject.(audit.Answered); ok && e.Status != 0 {
		e.Status = answered.AuditStatus()
	}
	if act == policy.SessionLoginFailed || act == policy.SessionRefreshReuse {
		e.Outcome, e.Status = audit.Failure, http.StatusUnauthorized
	}
	return e
}

// blank is the part of an entry that does not depend on the subject.
func (g *Gate) blank(who actor.Actor, act policy.Action) audit.Entry {
	e := audit.Entry{
		ID: g.ids.New(), Company: who.Company,
		ActorType: who.Type, ActorID: who.ID, ActorName: who.Name,
		Action: verb(act), Entity: audit.Ref{Type: act.Entity()}, Origin: who.Origin,
	}
	if company, one := who.Scope.Company(); one {
		e.Company = company
	}
	return e
}

// verb is the word the log uses: changing one's own profile is an update like
// any other.
func verb(act policy.Action) string {
	if act == policy.UserUpdateSelf {
		return policy.UserUpdate.Verb()
	}
	return act.Verb()
}
