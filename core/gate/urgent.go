package gate

import (
	"context"

	"github.com/sentineliq/sentineliq/ports/txn"
)

// Urgently lets the units of work of ctx pass while others use up the store: for
// what people need to get in and see what is wrong, and nothing that can come in
// storms of its own.
func Urgently(ctx context.Context) context.Context { return txn.Urgent(ctx) }
