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
	Company                     tenant.ID
	CreatedAfter, CreatedBefore time.Time
	UpdatedAfter, UpdatedBefore time.Time
	Search                      string // part of title, description or summary
}

// SortNames lists the keys a list of incidents can be ordered by; severity and
// status sort by rank.
func SortNames() []string {
	return []string{"created_at", "updated_at", "start_date", "severity", "status"}
}
