package store

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/task"
)

// Tx is one unit of work. Everything done through it becomes visible together,
// or not at all. It is of no use after the function it was given to returns.
//
// Saves compare versions: saving what somebody else changed since it was read
// is fault.Conflict with code "changed_meanwhile". Add keeps the version it is
// given; Save keeps the next one and says so to the value in hand, by its method
// Saved. Breaking a uniqueness rule is
// fault.Conflict with a code of its own ("duplicate_username",
// "duplicate_email", "duplicate_name", "duplicate_source_ref").
//
// Values of no fixed type (facts, settings shown, custom fields, metadata) come
// back as JSON has them: numbers as float64, lists as []any, times as RFC 3339.
type Tx interface {
	IdentityTx
	TriageTx
	NotificationTx
	// Now is the one time of this unit of work.
	Now() time.Time
}

// IdentityTx changes who may enter.
type IdentityTx interface {
	Companies() Companies
	Users() Users
	Sessions() Sessions
	APIKeys() APIKeys
}

// TriageTx changes what analysts work on.
type TriageTx interface {
	Alerts() Alerts
	Incidents() Incidents
	Observables() Observables
	Tasks() Tasks
}

// NotificationTx changes who is told what.
type NotificationTx interface {
	Channels() Channels
	Rules() Rules
	Notices() Notices
	Deliveries() Deliveries
	Events() Events
}

// Companies keeps companies.
type Companies interface {
	CompanyReader
	Add(ctx context.Context, c *identity.Company) error
	Save(ctx context.Context, c *identity.Company) error
	// Remove deletes a company and all that is left of it, but not its log. One
	// that still has users is fault.Conflict with code "company_has_users".
	Remove(ctx context.Context, c *identity.Company) error
}

// Users keeps users.
type Users interface {
	UserReader
	Add(ctx context.Context, u *identity.User) error
	Save(ctx context.Context, u *identity.User) error
}

// Sessions keeps sessions.
type Sessions interface {
	SessionReader
	Add(ctx context.Context, s *identity.Session) error
	Save(ctx context.Context, s *identity.Session) error
}

// APIKeys keeps API keys.
type APIKeys interface {
	APIKeyReader
	Add(ctx context.Context, k *identity.APIKey) error
	Save(ctx context.Context, k *identity.APIKey) error
}

// Alerts keeps alerts.
type Alerts interface {
	AlertReader
	// Add stores a new alert. One whose key an active alert has already is a
	// Conflict that names the existing one.
	Add(ctx context.Context, a *alert.Alert) error
	// Ingest stores new alerts and counts repeats of active ones, in a fixed
	// number of statements. Every key stands at most once in the batch (see
	// alert.Fold). Receipts come in the order of the batch.
	// A repeat adds its occurrences and moves the last sighting and the time of
	// the update, but not the version: a storm of repeats must not keep analysts
	// from saving.
	Ingest(ctx context.Context, batch []*alert.Alert) ([]alert.Receipt, error)
	// Save leaves the occurrences, the sightings' times and the incidents as
	// they are: Ingest and Link keep those.
	Save(ctx context.Context, a *alert.Alert) error
	// Remove deletes an alert and its links.
	Remove(ctx context.Context, a *alert.Alert) error
}

// Incidents keeps incidents.
type Incidents interface {
	IncidentReader
	IncidentLinks
	Add(ctx context.Context, i *incident.Incident) error
	Save(ctx context.Context, i *incident.Incident) error
	// Tell adds entries to the story.
	Tell(ctx context.Context, entries []incident.Entry) error
	// Remove deletes an incident with its links, its tasks and its story.
	Remove(ctx context.Context, i *incident.Incident) error
}

// IncidentLinks ties incidents to what they are about.
type IncidentLinks interface {
	// Link ties alerts of the incident's company to it, with the observables
	// they carry, and returns how many distinct observables it has then.
	Link(ctx context.Context, id incident.ID, alerts []alert.ID) (observables int, err error)
	// Unlink unties alerts and returns what Link does. Those that were not tied
	// make no difference.
	Unlink(ctx context.Context, id incident.ID, alerts []alert.ID) (observables int, err error)
}

// Observables keeps observables.
type Observables interface {
	ObservableReader
	// Sight counts each sighting on its observable, making it when it is new,
	// and links it to its alert, in a fixed number of statements for any number
	// of sightings. The alerts are of the scope's company.
	Sight(ctx context.Context, next func() string, sightings []observable.Sighting) error
}

// Tasks keeps tasks.
type Tasks interface {
	TaskReader
	Add(ctx context.Context, t *task.Task) error
	Save(ctx context.Context, t *task.Task) error
	Remove(ctx context.Context, t *task.Task) error
	// Move makes the tasks of one incident those of another of the same company,
	// in their order behind the ones that are there.
	Move(ctx context.Context, from, to incident.ID) error
}

// Channels keeps channels.
type Channels interface {
	ChannelReader
	Add(ctx context.Context, c *notification.Channel) error
	Save(ctx context.Context, c *notification.Channel) error
	// Remove deletes a channel; the deliveries over it stay. One that a rule
	// uses is fault.Conflict with code "channel_in_use".
	Remove(ctx context.Context, c *notification.Channel) error
}

// Rules keeps rules.
type Rules interface {
	RuleReader
	Add(ctx context.Context, r *notification.Rule) error
	Save(ctx context.Context, r *notification.Rule) error
	// Remove deletes a rule; what was said under it stays.
	Remove(ctx context.Context, r *notification.Rule) error
}

// Notices keeps what was said.
type Notices interface {
	NoticeReader
	Add(ctx context.Context, n []*notification.Notice) error
}

// Deliveries keeps deliveries.
type Deliveries interface {
	DeliveryReader
	// Add stores new deliveries and returns those that were new: one whose
	// event, rule, channel and recipient are there already is left out.
	Add(ctx context.Context, d []*notification.Delivery) ([]*notification.Delivery, error)
	Save(ctx context.Context, d *notification.Delivery) error
}

// Events ends the wait of events.
type Events interface {
	EventReader
	// Settle takes events out of the outbox: all they owe exists as deliveries.
	Settle(ctx context.Context, ids []string) error
}
