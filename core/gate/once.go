package gate

import (
	"context"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Request is a request that must take effect at most once, however often it is
// sent. The edge that received it says how its answer will look, because the
// answer is committed together with the change.
type Request struct {
	Key    string // the client's idempotency key
	Digest string // of all that the request asks for
	// Render turns the result of the change into the answer to keep.
	Render func(result any) (status int, body []byte, err error)
}

// Replay is the error of a request that took effect before: its answer is the
// one that was kept.
type Replay struct {
	Status int
	Body   []byte
}

// Error says what happened; edges turn a Replay into its answer.
func (*Replay) Error() string { return "the request took effect before" }

type requestKey struct{}

// Once returns a context whose first Write takes effect at most once for r.
func Once(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func requestFrom(ctx context.Context) (Request, bool) {
	r, ok := ctx.Value(requestKey{}).(Request)
	return r, ok && r.Key != ""
}

func (r Request) key(who actor.Actor) txn.Key {
	return txn.Key{Company: who.Company, Actor: string(who.Type) + ":" + who.ID, Key: r.Key}
}

// recall claims the key. A key that was used before ends the unit of work: with
// the kept answer, or with KeyReused when it came with another request.
func (r Request) recall(ctx context.Context, j txn.Journal, who actor.Actor) error {
	kept, err := j.Recall(ctx, r.key(who))
	switch {
	case err != nil:
		return err
	case kept == nil:
		return nil
	case kept.Request != r.Digest:
		return fault.New(fault.KeyReused, "the idempotency key was used with another request").
			WithCode("idempotency_key_reused")
	}
	return &Replay{Status: kept.Status, Body: kept.Body}
}

func (r Request) keep(ctx context.Context, j txn.Journal, who actor.Actor, result any) error {
	status, body, err := r.Render(result)
	if err != nil {
		return fmt.Errorf("rendering the answer to keep: %w", err)
	}
	return j.Keep(ctx, r.key(who), txn.Answer{Request: r.Digest, Status: status, Body: body})
}
