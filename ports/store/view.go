// Package store is what the core remembers. A View reads, a Tx also writes;
// both are confined to a company before anybody gets hold of them, so no
// method takes a company to look in.
//
// What lies outside the scope does not exist: Find reports fault.NotFound,
// lists leave it out, writes refuse it.
package store

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// View is a consistent, read-only look at the store.
type View interface {
	IdentityView
	TriageView
	NotificationView
	// Audit reads the log.
	Audit() AuditReader
	// Dashboard counts.
	Dashboard() Dashboard
	// Now is the one time of this unit of work.
	Now() time.Time
}

// IdentityView reads who may enter.
type IdentityView interface {
	Companies() CompanyReader
	Users() UserReader
	Sessions() SessionReader
	APIKeys() APIKeyReader
}

// TriageView reads what analysts work on.
type TriageView interface {
	Alerts() AlertReader
	Incidents() IncidentReader
	Observables() ObservableReader
	Tasks() TaskReader
}

// NotificationView reads who is told what.
type NotificationView interface {
	Channels() ChannelReader
	Rules() RuleReader
	Notices() NoticeReader
	Deliveries() DeliveryReader
	Events() EventReader
}

// CompanyReader finds companies.
type CompanyReader interface {
	Find(ctx context.Context, id tenant.ID) (*identity.Company, error)
	List(ctx context.Context, q identity.CompanyQuery, p page.Request) (page.Result[*identity.Company], error)
}

// UserReader finds users. Deleted users are found by nobody.
type UserReader interface {
	Find(ctx context.Context, id identity.UserID) (*identity.User, error)
	// ByLogin finds by username or e-mail address, in any case.
	ByLogin(ctx context.Context, login string) (*identity.User, error)
	List(ctx context.Context, q identity.UserQuery, p page.Request) (page.Result[*identity.User], error)
	// Named returns the users among ids that are in scope, in no order.
	Named(ctx context.Context, ids []identity.UserID) ([]*identity.User, error)
}

// SessionReader finds sessions.
type SessionReader interface {
	Find(ctx context.Context, id identity.SessionID) (*identity.Session, error)
}

// APIKeyReader finds API keys. Revoked keys are found by nobody.
type APIKeyReader interface {
	Find(ctx context.Context, id identity.KeyID) (*identity.APIKey, error)
	ByHash(ctx context.Context, hash string) (*identity.APIKey, error)
	List(ctx context.Context, company tenant.ID, p page.Request) (page.Result[*identity.APIKey], error)
}

// AlertReader finds alerts.
type AlertReader interface {
	Find(ctx context.Context, id alert.ID) (*alert.Alert, error)
	List(ctx context.Context, q alert.Query, p page.Request) (page.Result[*alert.Alert], error)
	// Named returns the alerts among ids that are in scope, in no order and in a
	// number of statements that their own does not change.
	Named(ctx context.Context, ids []alert.ID) ([]*alert.Alert, error)
}

// IncidentReader finds incidents and their stories.
type IncidentReader interface {
	Find(ctx context.Context, id incident.ID) (*incident.Incident, error)
	List(ctx context.Context, q incident.Query, p page.Request) (page.Result[*incident.Incident], error)
	// Timeline lists the entries of one incident, the oldest first; the only
	// order is "timestamp".
	Timeline(ctx context.Context, id incident.ID, p page.Request) (page.Result[incident.Entry], error)
	// Alerts returns the alerts linked to the incident, all of them.
	Alerts(ctx context.Context, id incident.ID) ([]*alert.Alert, error)
}

// ObservableReader finds observables.
type ObservableReader interface {
	// OfAlert returns the observables linked to an alert, by type and value.
	OfAlert(ctx context.Context, id alert.ID) ([]observable.State, error)
}

// TaskReader finds tasks.
type TaskReader interface {
	Find(ctx context.Context, id task.ID) (*task.Task, error)
	// List compares due dates with the time of the unit of work.
	List(ctx context.Context, q task.Query, p page.Request) (page.Result[*task.Task], error)
	// Tally counts the tasks of an incident.
	Tally(ctx context.Context, of incident.ID) (task.Tally, error)
}

// ChannelReader finds channels.
type ChannelReader interface {
	Find(ctx context.Context, id notification.ChannelID) (*notification.Channel, error)
	List(ctx context.Context, q notification.ChannelQuery, p page.Request) (page.Result[*notification.Channel], error)
	// Named returns the channels among ids that are in scope, in no order.
	Named(ctx context.Context, ids []notification.ChannelID) ([]*notification.Channel, error)
}

// RuleReader finds rules.
type RuleReader interface {
	Find(ctx context.Context, id notification.RuleID) (*notification.Rule, error)
	List(ctx context.Context, q notification.RuleQuery, p page.Request) (page.Result[*notification.Rule], error)
	// Active returns every active rule in scope, in the order of their ids.
	Active(ctx context.Context) ([]*notification.Rule, error)
}

// NoticeReader finds what was said.
type NoticeReader interface {
	Find(ctx context.Context, id notification.ID) (*notification.Notice, error)
}

// DeliveryReader finds deliveries.
type DeliveryReader interface {
	Find(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error)
	List(ctx context.Context, q notification.DeliveryQuery, p page.Request) (page.Result[*notification.Delivery], error)
}

// EventReader finds events that wait in the outbox.
type EventReader interface {
	// Named returns the events among ids that still wait, in their order.
	Named(ctx context.Context, ids []string) ([]event.Event, error)
}

// AuditReader reads the log.
type AuditReader interface {
	Find(ctx context.Context, id string) (*audit.Entry, error)
	// List orders by "timestamp", which is the order of their sequence.
	List(ctx context.Context, q audit.Query, p page.Request) (page.Result[audit.Entry], error)
}

// Dashboard counts. A company in the window narrows the scope, never widens it.
type Dashboard interface {
	Summary(ctx context.Context, w dashboard.Window) (dashboard.Summary, error)
}
