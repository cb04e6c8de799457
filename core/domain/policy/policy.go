package policy

import (
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/actor"
)

// grant says which actors may take an action.
type grant struct {
	least  actor.Role // people and keys of this role and above; Nobody: none of them
	system bool       // the service itself
	anyone bool       // even somebody who has not logged in
}

func to(least actor.Role) grant { return grant{least: least} }

// grants is the whole permission matrix. An action without a row is refused
// to everybody.
func grants() map[Action]grant {
	var (
		everyone = to(actor.ReadOnly)
		analyst  = to(actor.Analyst)
		admin    = to(actor.Admin)
		owner    = to(actor.Superuser)
		open     = grant{anyone: true}
		service  = grant{system: true}
	)
	return map[Action]grant{
		SessionLogin: open, SessionLoginFailed: open, SessionAuthenticate: open,
		SessionRefresh: open, SessionRefreshReuse: open,
		CompanyRead: everyone, CompanyCreate: owner, CompanyUpdate: owner, CompanyDelete: owner,
		UserRead: everyone, UserReadSelf: everyone, UserUpdateSelf: everyone,
		UserCreate: admin, UserUpdate: admin, UserDelete: admin, UserBootstrap: service,
		APIKeyRead: admin, APIKeyCreate: admin, APIKeyDelete: admin,

		AlertRead: everyone, AlertCreate: analyst, AlertUpdate: analyst, AlertDelete: admin,
		AlertIngest: analyst, AlertIngestBatch: analyst, AlertAcknowledge: analyst,
		AlertAssign: analyst, AlertResolve: analyst, AlertEscalate: analyst,
		IncidentRead: everyone, IncidentAssign: analyst, IncidentClose: admin, IncidentNote: analyst,
		IncidentCreate: analyst, IncidentUpdate: analyst, IncidentDelete: admin, IncidentReopen: admin,
		IncidentLink: analyst, IncidentUnlink: analyst,
		TaskRead: everyone, TaskCreate: analyst, TaskUpdate: analyst, TaskDelete: admin,
		TaskComplete: analyst, TaskAssign: analyst,

		ChannelRead: admin, ChannelCreate: admin, ChannelUpdate: admin, ChannelDelete: admin, ChannelTest: admin, ChannelReseal: service,
		RuleRead: admin, RuleCreate: admin, RuleUpdate: admin, RuleDelete: admin,
		DeliveryRead: everyone, DeliveryRetry: admin,
		NotificationSend: service, DeliveryDone: service, DeliveryGivenUp: service, DeliverySkipped: service,

		DashboardRead: everyone, AuditRead: everyone,
	}
}

// Table answers permission questions. Make one with New and share it.
type Table struct {
	rows map[Action]grant
}

// New returns the permission matrix of the product.
func New() Table { return Table{rows: grants()} }

// Allows reports whether a may take the action at all. Whose data it may be
// taken on is the scope's business, not the policy's.
func (t Table) Allows(a actor.Actor, act Action) bool {
	g, known := t.rows[act]
	switch {
	case !known:
		return false
	case g.anyone:
		return true
	case a.Type == actor.System:
		return g.system
	default:
		return a.ID != "" && g.least != actor.Nobody && a.Role.Includes(g.least)
	}
}

// Actions lists the catalogue in order, for tables in documents and tests.
func (t Table) Actions() []Action {
	list := make([]Action, 0, len(t.rows))
	for act := range t.rows {
		list = append(list, act)
	}
	slices.Sort(list)
	return list
}
