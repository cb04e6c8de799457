package gate

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Read answers act: it runs fn on a consistent view confined to the actor's
// company. Refusals are as in Write.
func Read[T any](ctx context.Context, g *Gate, act policy.Action,
	fn func(context.Context, store.View) (T, error),
) (T, error) {
	var result, none T
	who := actor.From(ctx)
	if err := g.authorise(ctx, who, act); err != nil {
		return none, err
	}
	err := g.runner.View(ctx, scopeFor(who, act), func(ctx context.Context, v store.View) error {
		var err error
		result, err = fn(ctx, v)
		return err
	})
	if err != nil {
		return none, err
	}
	return result, nil
}

// Upkeep runs fn over the service's own queues, leases and caches. Only a job of
// the service may; there is nothing in reach that a customer would call theirs.
func Upkeep(ctx context.Context, g *Gate, fn func(context.Context, store.Upkeep) error) error {
	if who := actor.From(ctx); who.Type != actor.System {
		return refusal(who)
	}
	return g.runner.Upkeep(ctx, fn)
}
