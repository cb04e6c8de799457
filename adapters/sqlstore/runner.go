package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

const (
	attempts = 3               // of a transaction that the database asks to repeat
	patience = 4 * time.Second // with others in the way: after that nothing is repeated
	pause    = time.Second     // before a caller should ask again
)

// openKey marks a context in which a unit of work of the store is open.
type openKey struct{ *Store }

// Update implements txn.Runner.
func (s *Store) Update(ctx context.Context, scope tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	return s.write(ctx, scope, func(ctx context.Context, u *unit) error { return fn(ctx, writer{u}) })
}

// Upkeep implements txn.Runner.
func (s *Store) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	return s.write(ctx, tenant.All(), func(ctx context.Context, u *unit) error { return fn(ctx, upkeep{u}) })
}

// View implements txn.Runner.
func (s *Store) View(ctx context.Context, scope tenant.Scope, fn func(context.Context, store.View) error) error {
	ctx, err := s.enter(ctx, scope)
	if err != nil {
		return err
	}
	return s.once(ctx, s.handle(ctx).reader, true, scope, func(ctx context.Context, u *unit) error { return fn(ctx, reader{u}) })
}

// write runs fn in a transaction that may change things, again while the database
// is busy and patience lasts. One wait for a lock may use it all up.
func (s *Store) write(ctx context.Context, scope tenant.Scope, fn func(context.Context, *unit) error) error {
	ctx, err := s.enter(ctx, scope)
	if err != nil {
		return err
	}
	late, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for try := 0; try < attempts && (try == 0 || rested(late, s.dialect.rest())); try++ {
		if err = s.once(ctx, s.handle(ctx).writer, false, scope, fn); err == nil || !s.dialect.busy(err) {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fault.Wrap(fault.Unavailable, "the database is busy", err).After(pause)
}

// rested waits, and reports whether the context allows to go on.
func rested(ctx context.Context, wait time.Duration) bool {
	if ctx.Err() != nil {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// enter refuses units of work inside others and those that reach nothing.
func (s *Store) enter(ctx context.Context, scope tenant.Scope) (context.Context, error) {
	switch {
	case ctx.Value(openKey{s}) != nil:
		return ctx, errors.New("a unit of work is open already")
	case scope.IsZero():
		return ctx, errors.New("the scope of the unit of work reaches nothing")
	default:
		return context.WithValue(ctx, openKey{s}, true), nil
	}
}

// once runs fn in one transaction. Everything but a nil error of fn, also a
// panic, rolls back.
func (s *Store) once(ctx context.Context, db *gorm.DB, reads bool, scope tenant.Scope, fn func(context.Context, *unit) error) (err error) {
	if s.line != nil && !reads {
		if err := s.line.enter(ctx, scope); err != nil {
			return err
		}
		defer s.line.leave()
	}
	begun := db.WithContext(ctx).Begin(&sql.TxOptions{ReadOnly: reads})
	if begun.Error != nil {
		return s.opened(ctx, begun.Error)
	}
	ended := false
	defer func() {
		if ended {
			return
		}
		if undone := begun.Rollback().Error; undone != nil && !errors.Is(undone, sql.ErrTxDone) {
			err = errors.Join(err, s.opened(ctx, undone)) // what was read may be sound, but the connection is not
		}
	}()
	u, err := s.unit(ctx, begun, scope)
	if err != nil {
		return s.opened(ctx, err)
	}
	u.writes = !reads
	if err := fn(ctx, u); err != nil {
		if ctx.Err() != nil && errors.Is(err, sql.ErrTxDone) {
			return context.Cause(ctx) // the end of the context ended the transaction
		}
		return err
	}
	if reads {
		return nil // there is nothing to commit
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ended = true
	return s.closed(ctx, begun.Commit().Error)
}

// unit makes the unit of a transaction that has begun.
func (s *Store) unit(ctx context.Context, begun *gorm.DB, scope tenant.Scope) (*unit, error) {
	now, err := s.dialect.enter(ctx, begun.Statement.ConnPool, scope)
	if s.clock != nil {
		now = s.clock.Now()
	}
	return &unit{db: begun, scope: scope, dialect: s.dialect, now: micro(now)}, err
}

// opened maps an error of BEGIN.
func (s *Store) opened(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return known(s.dialect, err)
}

// closed maps an error of COMMIT. One that the database did not explain leaves
// open whether the transaction took effect.
func (s *Store) closed(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case !s.dialect.undone(ctx, err):
		return fault.Wrap(fault.Unavailable, "the outcome is unknown", err).WithCode("outcome_unknown").After(pause)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		return known(s.dialect, err)
	}
}
