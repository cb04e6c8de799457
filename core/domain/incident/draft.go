package incident

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Limits of an incident's fields, in characters unless said otherwise.
const (
	maxTitle       = 200
	maxDescription = 100_000
	maxSummary     = 255
	maxImpact      = 100 // points
)

// MaxLinks is how many alerts one call may link.
const MaxLinks = 1_000

// Draft is an incident that somebody opens by hand; empty fields take their
// defaults. Enum fields are text, so that one pass can tell everything that is
// wrong.
type Draft struct {
	Company                     tenant.ID // only a superuser names one
	Title, Description, Summary string
	Severity, Status            string
	Tags                        []string
	TLP, PAP                    string
	Impact                      *int // nil: by the formula
	CustomFields                map[string]any
	StartDate                   time.Time // zero: now
}

// Create opens an incident of a company by hand. It begins open or in progress.
func Create(id ID, company tenant.ID, d Draft, by alert.Reporter, now time.Time) (*Incident, error) {
	var v fault.Violations
	v.Text("title", d.Title, maxTitle)
	v.Optional("description", d.Description, maxDescription)
	v.Optional("summary", d.Summary, maxSummary)
	points(&v, d.Impact)
	s := State{
		ID: id, Company: company, Title: d.Title, Description: d.Description, Summary: d.Summary,
		Severity: severity.Read(&v, "severity", d.Severity, severity.Medium),
		Status:   fault.OneOf(&v, "status", d.Status, Open, []Status{Open, InProgress}),
		Tags:     alert.Tags(&v, d.Tags),
		TLP:      fault.OneOf(&v, "tlp", d.TLP, sharing.Amber, sharing.TLPs()),
		PAP:      fault.OneOf(&v, "pap", d.PAP, sharing.PAPAmber, sharing.PAPs()),
		Impact:   d.Impact, CustomFields: custom(&v, merged(nil, d.CustomFields)),
		StartDate: v.Moment("start_date", d.StartDate),
		CreatedBy: by.User, CreatedByKey: by.Key, CreatedAt: now, UpdatedAt: now,
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.StartDate.IsZero() {
		s.StartDate = now
	}
	i := &Incident{is: s, told: []event.Name{event.IncidentCreated}}
	i.tell(Entry{Type: Action, Title: "Incident opened", At: now, Field: "status", New: string(s.Status)})
	return i, nil
}

func points(v *fault.Violations, impact *int) {
	if impact != nil && (*impact < 0 || *impact > maxImpact) {
		v.Add("impact_score", fault.CodeInvalid, "must be between 0 and %d", maxImpact)
	}
}
