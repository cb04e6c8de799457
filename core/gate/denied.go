package gate

import (
	"context"
	"net/http"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Allowed reports whether the actor in ctx may take the action at all, and
// records the refusal when not. Edges ask it before they look at a request's
// body, so that who may not learns nothing from validation.
func (g *Gate) Allowed(ctx context.Context, act policy.Action) error {
	return g.authorise(ctx, actor.From(ctx), act)
}

// Denied records that somebody was turned away before the gate, such as with a
// worthless token.
func (g *Gate) Denied(ctx context.Context, act policy.Action, reason string) error {
	return g.record(ctx, actor.From(ctx), act, reason, http.StatusUnauthorized)
}

// authorise refuses an actor who may not, after the refusal is on record.
func (g *Gate) authorise(ctx context.Context, who actor.Actor, act policy.Action) error {
	if g.policy.Allows(who, act) {
		return nil
	}
	refused := refusal(who)
	status := http.StatusForbidden
	if fault.Is(refused, fault.Unauthenticated) {
		status = http.StatusUnauthorized
	}
	if err := g.record(ctx, who, act, "not allowed", status); err != nil {
		return err
	}
	return refused
}

// record writes the entry of a refusal in a transaction of its own: there is no
// change it could share one with. If it cannot be written the caller hears
// that instead, because attempts must not go unseen while the log is down.
func (g *Gate) record(ctx context.Context, who actor.Actor, act policy.Action, reason string, status int) error {
	e := g.blank(who, act)
	e.Outcome, e.Status = audit.Denied, status
	e.Metadata = map[string]any{"reason": reason}
	err := g.runner.Update(ctx, tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		e.At = tx.Now()
		return tx.Journal().Append(ctx, e)
	})
	if err != nil {
		return fault.Wrap(fault.Unavailable, "the audit log cannot be written", err)
	}
	return nil
}

func refusal(who actor.Actor) error {
	if who.ID == "" {
		return fault.New(fault.Unauthenticated, "authentication is required")
	}
	return fault.New(fault.Forbidden, "your role does not allow this")
}
