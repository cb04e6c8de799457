// Package once is how a request says that it must take effect at most once,
// however often it is sent. The edge that receives it says so in the context;
// the gate keeps the promise.
package once

import "context"

// Request is what an edge knows of such a request. The answer is committed
// together with the change, so the edge also says what it will look like.
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

type contextKey struct{}

// With returns a context whose first change takes effect at most once for r.
func With(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// From returns the request of ctx; ok is false when it carries none, or one
// without a key.
func From(ctx context.Context) (r Request, ok bool) {
	r, ok = ctx.Value(contextKey{}).(Request)
	return r, ok && r.Key != ""
}
