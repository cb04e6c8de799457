package incident

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Query selects incidents. Zero fields do not filter; lists mean any of; times
// are exclusive bounds.
type Query struct {
	Severities                  []severity.Level
	Statuses                    []Status
	TLPs                        []sharing.TLP
	PAPs                        []sharing.PAP
	Tags                        []string
	Assignees                   []identity.UserID
	Unassigned                  bool
	HasAlerts                   *bool
	MinImpact                   *int // the least impact score
	Company                     tenant.ID
	CreatedAfter, CreatedBefore time.Time
	UpdatedAfter, UpdatedBefore time.Time
	Search                      string // part of title, description or summary
}

// SortNames lists the keys a list of incidents can be ordered by; severity and
// status sort by rank, and an incident that goes on comes before every end date.
func SortNames() []string {
	return []string{"created_at", "updated_at", "start_date", "end_date", "severity", "status", "impact_score"}
}
