package txn

import "context"

type urgentKey struct{}

// Urgent marks what ctx asks for as that without which nobody can help themselves,
// such as logging in. A store that is short of connections keeps some for it.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

// IsUrgent reports whether ctx was marked.
func IsUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }
