package memory

import (
	"time"

	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// view shows a unit of work to readers.
type view struct{ u *unit }

func (v view) Companies() store.CompanyReader      { return companies(v) }
func (v view) Users() store.UserReader             { return users(v) }
func (v view) Sessions() store.SessionReader       { return sessions(v) }
func (v view) APIKeys() store.APIKeyReader         { return apiKeys(v) }
func (v view) Alerts() store.AlertReader           { return alerts(v) }
func (v view) Incidents() store.IncidentReader     { return incidents(v) }
func (v view) Observables() store.ObservableReader { return observables(v) }
func (v view) Tasks() store.TaskReader             { return tasks(v) }
func (v view) Channels() store.ChannelReader       { return channels(v) }
func (v view) Rules() store.RuleReader             { return rules(v) }
func (v view) Notices() store.NoticeReader         { return notices(v) }
func (v view) Deliveries() store.DeliveryReader    { return deliveries(v) }
func (v view) Events() store.EventReader           { return events(v) }
func (v view) Audit() store.AuditReader            { return auditLog(v) }
func (v view) Dashboard() store.Dashboard          { return numbers(v) }
func (v view) Now() time.Time                      { return v.u.now }

// tx shows a unit of work to writers.
type tx struct{ u *unit }

func (t tx) Companies() store.Companies     { return companies(t) }
func (t tx) Users() store.Users             { return users(t) }
func (t tx) Sessions() store.Sessions       { return sessions(t) }
func (t tx) APIKeys() store.APIKeys         { return apiKeys(t) }
func (t tx) Alerts() store.Alerts           { return alerts(t) }
func (t tx) Incidents() store.Incidents     { return incidents(t) }
func (t tx) Observables() store.Observables { return observables(t) }
func (t tx) Tasks() store.Tasks             { return tasks(t) }
func (t tx) Channels() store.Channels       { return channels(t) }
func (t tx) Rules() store.Rules             { return rules(t) }
func (t tx) Notices() store.Notices         { return notices(t) }
func (t tx) Deliveries() store.Deliveries   { return deliveries(t) }
func (t tx) Events() store.Events           { return events(t) }
func (t tx) Journal() txn.Journal           { return journal(t) }
func (t tx) Now() time.Time                 { return t.u.now }

// maintenance shows a unit of work to upkeep.
type maintenance struct{ u *unit }

func (m maintenance) Outbox() store.Outbox { return outbox(m) }
func (m maintenance) Queue() store.Queue   { return queue(m) }
func (m maintenance) Keys() store.KeyUse   { return keyUse(m) }
func (m maintenance) Now() time.Time       { return m.u.now }
