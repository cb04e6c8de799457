// Package memory is a store that forgets. It keeps the whole contract of
// ports/store, which its tests prove with the same suite as the SQL store, so
// that use cases can be tested against something that really remembers. It is
// not for production: every list looks at every row, and writers wait for each
// other.
package memory

import (
	"context"
	"errors"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Store is a store in memory. It may be used by several goroutines: writers
// take turns, readers see what was committed when they began.
type Store struct {
	clock system.Clock
	// writing holds a token for the one writer; unlike a mutex it can be waited
	// for until a context ends.
	writing chan struct{}
	// latest holds the committed data, which nobody changes any more.
	latest chan *data
}

// New returns an empty store that takes its time from clock.
func New(clock system.Clock) *Store {
	s := &Store{clock: clock, writing: make(chan struct{}, 1), latest: make(chan *data, 1)}
	s.latest <- &data{}
	return s
}

// unit is one unit of work: a copy of the data that shares every table it does
// not write to.
type unit struct {
	data    *data
	scope   tenant.Scope
	now     time.Time
	claimed map[txn.Key]bool
}

type openKey struct{}

// nested reports a unit of work inside another, which would wait for itself.
func nested(ctx context.Context) error {
	if ctx.Value(openKey{}) != nil {
		return errors.New("a unit of work is open already")
	}
	return nil
}

func (s *Store) begin(ctx context.Context, scope tenant.Scope) (context.Context, *unit, error) {
	switch {
	case nested(ctx) != nil:
		return ctx, nil, nested(ctx)
	case scope.IsZero():
		return ctx, nil, errors.New("the scope reaches nothing")
	case ctx.Err() != nil:
		return ctx, nil, context.Cause(ctx)
	}
	latest := <-s.latest
	s.latest <- latest
	next := *latest
	u := &unit{data: &next, scope: scope, now: s.clock.Now().UTC(), claimed: map[txn.Key]bool{}}
	return context.WithValue(ctx, openKey{}, u), u, nil
}

// write runs fn alone and commits its data unless fn fails or panics.
func (s *Store) write(ctx context.Context, scope tenant.Scope, fn func(context.Context, *unit) error) error {
	if err := nested(ctx); err != nil {
		return err
	}
	select {
	case s.writing <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-s.writing }()
	inside, u, err := s.begin(ctx, scope)
	if err != nil {
		return err
	}
	next := u.data
	// What is kept beyond the unit of work must not reach the committed data.
	defer func() { u.data = nil }()
	if err := fn(inside, u); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	<-s.latest
	s.latest <- next
	return nil
}

// Update implements txn.Runner.
func (s *Store) Update(ctx context.Context, scope tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	return s.write(ctx, scope, func(ctx context.Context, u *unit) error { return fn(ctx, tx{u}) })
}

// View implements txn.Runner.
func (s *Store) View(ctx context.Context, scope tenant.Scope, fn func(context.Context, store.View) error) error {
	ctx, u, err := s.begin(ctx, scope)
	if err != nil {
		return err
	}
	return fn(ctx, view{u})
}

// Upkeep implements txn.Runner.
func (s *Store) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	return s.write(ctx, tenant.All(), func(ctx context.Context, u *unit) error { return fn(ctx, maintenance{u}) })
}
