package driving

import (
	"context"
	"errors"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Timeframe is a window as asked for: days, or two dates, in a time zone.
type Timeframe struct {
	Days               *int
	StartDate, EndDate string // YYYY-MM-DD, both included
	Timezone           string // IANA name; empty: UTC
	Company            tenant.ID
}

// Dashboards shows numbers.
type Dashboards interface {
	Summary(ctx context.Context, f Timeframe) (dashboard.Summary, error)
}

// AuditLog shows who did what.
type AuditLog interface {
	List(ctx context.Context, q audit.Query, p page.Request) (page.Result[audit.Entry], error)
	Find(ctx context.Context, id string) (*audit.Entry, error)
}

// Health says whether the service can do its work.
type Health interface {
	// Ready checks everything the service needs, by name. A nil value is fine;
	// an error is fit for an operator, not for the world. One that is Degraded
	// is no reason to send requests elsewhere.
	Ready(ctx context.Context) map[string]error
}

// ErrStopping is what is wrong with a process that has been told to stop. It still
// answers whoever asks.
var ErrStopping = errors.New("the process is stopping")

// Degraded is what is wrong with something that the service can do without for
// a while.
type Degraded struct{ Cause error }

// Error returns the text of the cause.
func (d Degraded) Error() string { return d.Cause.Error() }

// Unwrap returns the cause.
func (d Degraded) Unwrap() error { return d.Cause }

// Permissions answers questions about what an actor may do.
type Permissions interface {
	// Allowed refuses, and puts on record, an actor who may not take the action.
	Allowed(ctx context.Context, action string) error
}
