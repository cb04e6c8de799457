package sqlstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// unit is one transaction, and how far it reaches.
type unit struct {
	db      *gorm.DB
	scope   tenant.Scope
	dialect dialect
	now     time.Time
	writes  bool
}

// held reads rows that are about to be saved: another unit of work that wants
// the same waits for this one to end.
func (u *unit) held(q *gorm.DB) *gorm.DB {
	if lock := u.dialect.lock(); u.writes && lock != "" {
		return q.Clauses(clause.Locking{Strength: lock})
	}
	return q
}

// in returns the transaction for statements within the unit's scope.
func (u *unit) in(ctx context.Context) *gorm.DB { return u.within(ctx, u.scope) }

// within returns the transaction for statements within another scope.
func (u *unit) within(ctx context.Context, s tenant.Scope) *gorm.DB {
	return u.db.WithContext(confined(ctx, s))
}

// turn waits until no other unit of work has the turn of that name.
func (u *unit) turn(ctx context.Context, name string) error {
	if sql := u.dialect.turn(); sql != "" {
		return u.known(u.in(ctx).Set(reviewedKey, true).Exec(sql, name).Error)
	}
	return nil
}

// Alone implements store.Upkeep.
func (k upkeep) Alone(ctx context.Context, job string) (bool, error) {
	sql := k.u.dialect.alone()
	if sql == "" {
		return true, nil
	}
	var alone bool
	err := k.u.reviewed(ctx, sql, job).Scan(&alone).Error
	return alone, k.u.known(err)
}

// try runs a statement whose failure the unit of work can outlive.
func (u *unit) try(ctx context.Context, statement func() error) error {
	if !u.dialect.fatal() {
		return statement()
	}
	point := u.in(ctx).Set(reviewedKey, true).Session(&gorm.Session{})
	if err := point.Exec("SAVEPOINT attempt").Error; err != nil {
		return u.known(err)
	}
	err := statement()
	if err != nil {
		return errors.Join(err, point.Exec("ROLLBACK TO SAVEPOINT attempt").Error)
	}
	return u.known(point.Exec("RELEASE SAVEPOINT attempt").Error)
}

// reader shows a unit to those who look.
type reader struct{ u *unit }

func (r reader) Companies() store.CompanyReader      { return companies(r) }
func (r reader) Users() store.UserReader             { return users(r) }
func (r reader) Sessions() store.SessionReader       { return sessions(r) }
func (r reader) APIKeys() store.APIKeyReader         { return apiKeys(r) }
func (r reader) Alerts() store.AlertReader           { return alerts(r) }
func (r reader) Incidents() store.IncidentReader     { return incidents(r) }
func (r reader) Observables() store.ObservableReader { return observables(r) }
func (r reader) Tasks() store.TaskReader             { return tasks(r) }
func (r reader) Channels() store.ChannelReader       { return channels(r) }
func (r reader) Rules() store.RuleReader             { return rules(r) }
func (r reader) Notices() store.NoticeReader         { return notices(r) }
func (r reader) Deliveries() store.DeliveryReader    { return deliveries(r) }
func (r reader) Events() store.EventReader           { return events(r) }
func (r reader) Audit() store.AuditReader            { return auditLog(r) }
func (r reader) Dashboard() store.Dashboard          { return numbers(r) }
func (r reader) Now() time.Time                      { return r.u.now }

// writer shows a unit to those who change.
type writer struct{ u *unit }

func (w writer) Companies() store.Companies     { return companies(w) }
func (w writer) Users() store.Users             { return users(w) }
func (w writer) Sessions() store.Sessions       { return sessions(w) }
func (w writer) APIKeys() store.APIKeys         { return apiKeys(w) }
func (w writer) Alerts() store.Alerts           { return alerts(w) }
func (w writer) Incidents() store.Incidents     { return incidents(w) }
func (w writer) Observables() store.Observables { return observables(w) }
func (w writer) Tasks() store.Tasks             { return tasks(w) }
func (w writer) Channels() store.Channels       { return channels(w) }
func (w writer) Rules() store.Rules             { return rules(w) }
func (w writer) Notices() store.Notices         { return notices(w) }
func (w writer) Deliveries() store.Deliveries   { return deliveries(w) }
func (w writer) Events() store.Events           { return events(w) }
func (w writer) Journal() txn.Journal           { return journal(w) }
func (w writer) Now() time.Time                 { return w.u.now }

// upkeep shows a unit to the service's own jobs.
type upkeep struct{ u *unit }

func (k upkeep) Outbox() store.Outbox { return outbox(k) }
func (k upkeep) Queue() store.Queue   { return queue(k) }
func (k upkeep) Keys() store.KeyUse   { return keyUse(k) }
func (k upkeep) Now() time.Time       { return k.u.now }
