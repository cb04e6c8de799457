package sqlstore

import (
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// incidentRow is an incident.
type incidentRow struct {
	ID              string    `gorm:"primaryKey"`
	Company         companyID `gorm:"column:company_id;<-:create"`
	Title           string
	Description     string
	Summary         string
	Severity        int
	Status          string
	StatusRank      int
	Tags            document[[]string]
	TLP             string
	PAP             string
	Assignee        link
	CustomFields    document[map[string]any]
	StartDate       moment
	EndDate         maybe
	AlertCount      int
	ObservableCount int
	TaskCount       int
	OpenTaskCount   int
	CreatedBy       link
	CreatedByKey    link
	CreatedAt       moment
	UpdatedAt       moment
	Version         int
	SearchText      string `gorm:"->:false;<-"`
	ImpactSet       *int
	ImpactScore     int    `gorm:"->"` // the database computes it, and the next
	EndOrder        moment `gorm:"->"`
}

// TableName implements schema.Tabler.
func (incidentRow) TableName() string { return "incidents" }

// incidentTagRow makes an incident findable by one of its tags.
type incidentTagRow struct {
	Company    companyID `gorm:"column:company_id;primaryKey;<-:create"`
	IncidentID string    `gorm:"primaryKey"`
	Tag        string    `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (incidentTagRow) TableName() string { return "incident_tags" }

// incidentAlertRow ties an alert to an incident.
type incidentAlertRow struct {
	Company    companyID `gorm:"column:company_id;primaryKey;<-:create"`
	IncidentID string    `gorm:"primaryKey"`
	AlertID    string    `gorm:"primaryKey"`
	LinkedAt   moment
}

// TableName implements schema.Tabler.
func (incidentAlertRow) TableName() string { return "incident_alerts" }

// incidentObservableRow ties an observable to an incident by hand. Those of the
// linked alerts belong to the incident without a row here.
type incidentObservableRow struct {
	Company      companyID `gorm:"column:company_id;primaryKey;<-:create"`
	IncidentID   string    `gorm:"primaryKey"`
	ObservableID string    `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (incidentObservableRow) TableName() string { return "incident_observables" }

func fromIncident(i *incident.Incident) incidentRow {
	s := i.State()
	return incidentRow{
		ID: string(s.ID), Company: companyID(s.Company), Title: s.Title, Description: s.Description, Summary: s.Summary,
		Severity: s.Severity.Rank(), Status: string(s.Status), StatusRank: incidentRank(s.Status),
		Tags: documentOf(s.Tags), TLP: string(s.TLP), PAP: string(s.PAP), Assignee: link(s.Assignee),
		CustomFields: documentOf(s.CustomFields), StartDate: moment{s.StartDate}, EndDate: maybe{s.EndDate},
		AlertCount: s.AlertCount, ObservableCount: s.ObservableCount, TaskCount: s.TaskCount, OpenTaskCount: s.OpenTaskCount,
		CreatedBy: link(s.CreatedBy), CreatedByKey: link(s.CreatedByKey),
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		SearchText: searchable(s.Title, s.Description, s.Summary), ImpactSet: s.Impact,
	}
}

func incidentRank(s incident.Status) int { return slices.Index(incident.Statuses(), s) }

func levelRank(l severity.Level) int { return l.Rank() }

func toIncident(r incidentRow) *incident.Incident {
	return incident.Restore(incident.State{
		ID: incident.ID(r.ID), Company: tenant.ID(r.Company), Title: r.Title, Description: r.Description, Summary: r.Summary,
		Severity: severity.Level(r.Severity), Status: incident.Status(r.Status), //nolint:gosec // a rank is small
		Tags: r.Tags.is, TLP: sharing.TLP(r.TLP), PAP: sharing.PAP(r.PAP), Assignee: identity.UserID(r.Assignee),
		Impact: r.ImpactSet, CustomFields: r.CustomFields.is, StartDate: r.StartDate.Time, EndDate: r.EndDate.Time,
		AlertCount: r.AlertCount, ObservableCount: r.ObservableCount, TaskCount: r.TaskCount, OpenTaskCount: r.OpenTaskCount,
		CreatedBy: identity.UserID(r.CreatedBy), CreatedByKey: identity.KeyID(r.CreatedByKey),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	})
}

func incidentTags(row incidentRow) []incidentTagRow {
	var rows []incidentTagRow
	for _, tag := range distinct(row.Tags.is) {
		rows = append(rows, incidentTagRow{Company: row.Company, IncidentID: row.ID, Tag: tag})
	}
	return rows
}
