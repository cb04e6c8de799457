// Package gate is the only door to the store. A change goes through Write,
// which decides whether the actor may make it, confines it to the actor's
// company, runs it in one transaction, and commits with it the audit entry, the
// events and the answer kept for an idempotency key. Nothing else can open a
// transaction, and nothing can commit without the entry.
package gate

import (
	"context"
	"errors"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/once"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Gate guards one store.
type Gate struct {
	runner txn.Runner
	policy policy.Table
	ids    system.IDs
	bell   Bell
}

// Bell is rung after a commit that left events in the outbox, so that the relay
// need not wait for its next look. It is a hint; ringing must not block.
type Bell interface {
	Ring()
}

// New returns the gate of a store.
func New(runner txn.Runner, ids system.IDs, bell Bell) *Gate {
	return &Gate{runner: runner, policy: policy.New(), ids: ids, bell: bell}
}

// Write performs act: it runs fn in one transaction and, with fn's changes,
// commits the audit entry for the subject that fn returns, the subject's events
// and, when the request carries an idempotency key, its answer. fn may run more
// than once and must touch nothing but its Tx.
//
// An actor who may not is refused with fault.Forbidden, or Unauthenticated when
// nobody is logged in, before fn runs; the refusal is recorded too.
func Write[T audit.Subject](ctx context.Context, g *Gate, act policy.Action,
	fn func(context.Context, store.Tx) (T, error),
) (T, error) {
	var result, none T
	who := actor.From(ctx)
	if err := g.authorise(ctx, who, act); err != nil {
		return none, err
	}
	asked, keyed := once.From(ctx)
	rang := false
	err := g.runner.Update(ctx, scopeFor(who, act), func(ctx context.Context, tx txn.Tx) error {
		if err := failpoint.Hit(failpoint.Begun); err != nil {
			return err
		}
		if keyed {
			if err := recall(ctx, asked, tx.Journal(), who); err != nil {
				return err
			}
		}
		var err error
		if result, err = fn(ctx, tx); err != nil {
			return err
		}
		if err := failpoint.Hit(failpoint.Changed); err != nil {
			return err
		}
		if rang, err = g.journal(ctx, tx, who, act, result); err != nil {
			return err
		}
		if keyed {
			if err := keep(ctx, asked, tx.Journal(), who, result); err != nil {
				return err
			}
		}
		return failpoint.Hit(failpoint.Journaled)
	})
	if err != nil {
		return none, err
	}
	if err := failpoint.Hit(failpoint.Committed); err != nil {
		return none, fault.Wrap(fault.Unavailable, "the outcome is unknown", err).WithCode("outcome_unknown")
	}
	if rang {
		g.bell.Ring()
	}
	return result, nil
}

// journal writes the audit entry and the events of a change. It reports whether
// there were events.
func (g *Gate) journal(ctx context.Context, tx txn.Tx, who actor.Actor, act policy.Action, subject audit.Subject) (bool, error) {
	if idle, ok := subject.(audit.Idle); ok && idle.Unchanged() && idles(act) {
		return false, nil
	}
	entry := g.entry(who, act, subject)
	entry.At = tx.Now()
	if entry.Entity.ID == "" && entry.Entity.Name == "" {
		return false, errors.New("the subject of " + string(act) + " names nothing")
	}
	if err := tx.Journal().Append(ctx, entry); err != nil {
		return false, err
	}
	source, ok := subject.(event.Source)
	if !ok {
		return false, nil
	}
	events := source.Events()
	if len(events) == 0 {
		return false, nil
	}
	for i := range events {
		g.complete(&events[i], who, tx)
	}
	return true, tx.Journal().Emit(ctx, events)
}

// complete fills in what the domain cannot know of an event.
func (g *Gate) complete(e *event.Event, who actor.Actor, tx store.Tx) {
	e.ID, e.Version, e.At = g.ids.New(), event.Version, tx.Now()
	if e.Facts == nil {
		e.Facts = map[string]map[string]any{}
	}
	e.Facts["event"] = map[string]any{"id": e.ID, "type": string(e.Name), "time": e.At}
	e.Facts["actor"] = map[string]any{"type": string(who.Type), "id": who.ID, "name": who.Name}
}

// idles reports whether doing the action to no effect leaves no trace. Deleting
// and named deeds always do.
func idles(act policy.Action) bool {
	switch act.Verb() {
	case "update", "update_self", "assign", "acknowledge", "complete":
		return true
	default:
		return false
	}
}
