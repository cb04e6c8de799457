// Package policy is the catalogue of everything that can be asked of the
// service, and who may ask.
package policy

import "strings"

// Action is a thing that can be done, written "entity.verb". The two halves
// are what the audit log records as entity type and action.
type Action string

// Entity returns the kind of thing the action is done to.
func (a Action) Entity() string {
	entity, _, _ := strings.Cut(string(a), ".")
	return entity
}

// Verb returns what is done.
func (a Action) Verb() string {
	_, verb, _ := strings.Cut(string(a), ".")
	return verb
}

// Identity.
const (
	SessionLogin        Action = "session.login"
	SessionLoginFailed  Action = "session.login_failed"
	SessionAuthenticate Action = "session.authenticate"
	SessionRefresh      Action = "session.token_refresh"
	SessionRefreshReuse Action = "session.refresh_reuse"
	CompanyRead         Action = "company.read"
	CompanyCreate       Action = "company.create"
	CompanyUpdate       Action = "company.update"
	CompanyDelete       Action = "company.delete"
	UserRead            Action = "user.read"
	UserReadSelf        Action = "user.read_self"
	UserCreate          Action = "user.create"
	UserUpdate          Action = "user.update"
	UserUpdateSelf      Action = "user.update_self"
	UserDelete          Action = "user.delete"
	UserBootstrap       Action = "user.bootstrap"
	APIKeyRead          Action = "api_key.read"
	APIKeyCreate        Action = "api_key.create"
	APIKeyDelete        Action = "api_key.delete"
)

// Alerts, incidents and the work on them.
const (
	AlertRead        Action = "alert.read"
	AlertCreate      Action = "alert.create"
	AlertUpdate      Action = "alert.update"
	AlertDelete      Action = "alert.delete"
	AlertIngest      Action = "alert.ingest"
	AlertIngestBatch Action = "alert.ingest_batch"
	AlertAcknowledge Action = "alert.acknowledge"
	AlertAssign      Action = "alert.assign"
	AlertResolve     Action = "alert.resolve"
	AlertEscalate    Action = "alert.escalate"
	IncidentRead     Action = "incident.read"
	IncidentCreate   Action = "incident.create"
	IncidentUpdate   Action = "incident.update"
	IncidentDelete   Action = "incident.delete"
	IncidentReopen   Action = "incident.reopen"
	IncidentLink     Action = "incident.link_alert"
	IncidentUnlink   Action = "incident.unlink_alert"
	IncidentAssign   Action = "incident.assign"
	IncidentClose    Action = "incident.close"
	IncidentNote     Action = "incident.add_timeline"
	TaskRead         Action = "task.read"
	TaskCreate       Action = "task.create"
	TaskUpdate       Action = "task.update"
	TaskDelete       Action = "task.delete"
	TaskComplete     Action = "task.complete"
	TaskAssign       Action = "task.assign"
)

// Notifications.
const (
	ChannelRead      Action = "channel.read"
	ChannelCreate    Action = "channel.create"
	ChannelUpdate    Action = "channel.update"
	ChannelDelete    Action = "channel.delete"
	ChannelTest      Action = "channel.test_channel"
	ChannelReseal    Action = "channel.reseal"
	RuleRead         Action = "rule.read"
	RuleCreate       Action = "rule.create"
	RuleUpdate       Action = "rule.update"
	RuleDelete       Action = "rule.delete"
	DeliveryRead     Action = "delivery.read"
	DeliveryRetry    Action = "delivery.retry"
	NotificationSend Action = "notification.dispatch"
	DeliveryDone     Action = "delivery.deliver"
	DeliveryGivenUp  Action = "delivery.give_up"
	DeliverySkipped  Action = "delivery.skip"
)

// Insight.
const (
	DashboardRead Action = "dashboard.read"
	AuditRead     Action = "audit_log.read"
)
