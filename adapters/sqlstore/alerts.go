package sqlstore

import (
	"encoding/json"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// alertRow is an alert. Its severity is the rank, and its status stands there
// with its rank, because both sort by rank.
type alertRow struct {
	ID              string    `gorm:"primaryKey"`
	Company         companyID `gorm:"column:company_id;<-:create"`
	Title           string
	Description     string
	Severity        int
	Status          string
	StatusRank      int
	Active          int
	Source          string
	SourceRef       string
	Tags            document[[]string]
	TLP             string
	PAP             string
	EventTime       moment
	FirstSeen       moment
	LastSeen        moment
	Occurrences     int
	Observables     document[map[string][]string]
	RawPayload      verbatim
	Assignee        link
	CreatedBy       link
	CreatedByKey    link
	AcknowledgedAt  maybe
	AcknowledgedBy  link
	ResolvedAt      maybe
	Resolution      string
	ResolutionNotes string
	CreatedAt       moment
	UpdatedAt       moment
	Version         int
	SearchText      string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (alertRow) TableName() string { return "alerts" }

// alertTagRow makes an alert findable by one of its tags.
type alertTagRow struct {
	Company companyID `gorm:"column:company_id;primaryKey;<-:create"`
	AlertID string    `gorm:"primaryKey"`
	Tag     string    `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (alertTagRow) TableName() string { return "alert_tags" }

func fromAlert(a *alert.Alert) alertRow {
	s := a.State()
	active := 0
	if s.Status.Active() {
		active = 1
	}
	return alertRow{
		ID: string(s.ID), Company: companyID(s.Company), Title: s.Title, Description: s.Description,
		Severity: s.Severity.Rank(), Status: string(s.Status), StatusRank: alertRank(s.Status), Active: active,
		Source: s.Source, SourceRef: s.SourceRef, Tags: documentOf(s.Tags), TLP: string(s.TLP), PAP: string(s.PAP),
		EventTime: moment{s.EventTime}, FirstSeen: moment{s.FirstSeen}, LastSeen: moment{s.LastSeen},
		Occurrences: s.Occurrences, Observables: documentOf(s.Observables), RawPayload: verbatim(s.RawPayload),
		Assignee: link(s.Assignee), CreatedBy: link(s.CreatedBy), CreatedByKey: link(s.CreatedByKey),
		AcknowledgedAt: maybe{s.AcknowledgedAt}, AcknowledgedBy: link(s.AcknowledgedBy),
		ResolvedAt: maybe{s.ResolvedAt}, Resolution: string(s.Resolution), ResolutionNotes: s.ResolutionNotes,
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		SearchText: alertText(s),
	}
}

// alertText is what a search looks at: also the observables as they were
// reported, which may read otherwise than the normalised ones.
func alertText(s alert.State) string {
	texts := []string{s.Title, s.Description, s.Source, s.SourceRef}
	for _, values := range s.Observables {
		texts = append(texts, values...)
	}
	return searchable(texts...)
}

func alertRank(s alert.Status) int { return slices.Index(alert.Statuses(), s) }

func toAlert(r alertRow, incidents []string) *alert.Alert {
	return alert.Restore(alert.State{
		ID: alert.ID(r.ID), Company: tenant.ID(r.Company), Title: r.Title, Description: r.Description,
		Severity: severity.Level(r.Severity), Status: alert.Status(r.Status), //nolint:gosec // a rank is small
		Source: r.Source, SourceRef: r.SourceRef, Tags: r.Tags.is, TLP: sharing.TLP(r.TLP), PAP: sharing.PAP(r.PAP),
		EventTime: r.EventTime.Time, FirstSeen: r.FirstSeen.Time, LastSeen: r.LastSeen.Time, Occurrences: r.Occurrences,
		Observables: r.Observables.is, RawPayload: json.RawMessage(r.RawPayload),
		Assignee: identity.UserID(r.Assignee), CreatedBy: identity.UserID(r.CreatedBy),
		CreatedByKey: identity.KeyID(r.CreatedByKey), Incidents: incidents,
		AcknowledgedAt: r.AcknowledgedAt.Time, AcknowledgedBy: identity.UserID(r.AcknowledgedBy),
		ResolvedAt: r.ResolvedAt.Time, Resolution: alert.Resolution(r.Resolution), ResolutionNotes: r.ResolutionNotes,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	})
}

// tagsOf lists the tags of alerts as rows.
func tagsOf(batch []alertRow) []alertTagRow {
	var rows []alertTagRow
	for _, a := range batch {
		for _, tag := range distinct(a.Tags.is) {
			rows = append(rows, alertTagRow{Company: a.Company, AlertID: a.ID, Tag: tag})
		}
	}
	return rows
}

func distinct(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
