package gate

import (
	"context"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/once"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func keyOf(r once.Request, who actor.Actor) txn.Key {
	return txn.Key{Company: who.Company, Actor: string(who.Type) + ":" + who.ID, Key: r.Key}
}

// recall claims the key. A key that was used before ends the unit of work: with
// the kept answer, or with KeyReused when it came with another request.
func recall(ctx context.Context, r once.Request, j txn.Journal, who actor.Actor) error {
	kept, err := j.Recall(ctx, keyOf(r, who))
	switch {
	case err != nil:
		return err
	case kept == nil:
		return nil
	case kept.Request != r.Digest:
		return fault.New(fault.KeyReused, "the idempotency key was used with another request").
			WithCode("idempotency_key_reused")
	}
	return &once.Replay{Status: kept.Status, Body: kept.Body}
}

// keep stores the answer under the key that recall claimed.
func keep(ctx context.Context, r once.Request, j txn.Journal, who actor.Actor, result any) error {
	status, body, err := r.Render(result)
	if err != nil {
		return fmt.Errorf("rendering the answer to keep: %w", err)
	}
	return j.Keep(ctx, keyOf(r, who), txn.Answer{Request: r.Digest, Status: status, Body: body})
}
