package alert

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Query selects alerts. Zero fields do not filter; lists mean any of; times
// are exclusive bounds.
type Query struct {
	Severities                  []severity.Level
	Statuses                    []Status
	TLPs                        []sharing.TLP
	PAPs                        []sharing.PAP
	Sources, SourceRefs, Tags   []string
	Assignees                   []identity.UserID
	Unassigned                  bool // also, or only, those without an assignee
	Incident                    string
	Company                     tenant.ID // for those who see several
	CreatedAfter, CreatedBefore time.Time
	EventAfter, EventBefore     time.Time
	UpdatedAfter, UpdatedBefore time.Time
	Search                      string // part of title, description, source, reference or an observable value
}

// SortNames lists the keys a list of alerts can be ordered by; severity and
// status sort by rank.
func SortNames() []string {
	return []string{"created_at", "updated_at", "event_time", "severity", "status", "last_seen"}
}
