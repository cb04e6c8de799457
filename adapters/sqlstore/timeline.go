package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

// entryRow is a line of an incident's story.
type entryRow struct {
	ID         string    `gorm:"primaryKey"`
	Company    companyID `gorm:"column:company_id;<-:create"`
	IncidentID string
	Type       string
	Title      string
	Content    string
	Author     link
	Field      string
	OldValue   string
	NewValue   string
	At         moment
	AddedAt    moment
}

// TableName implements schema.Tabler.
func (entryRow) TableName() string { return "incident_timeline" }

func fromEntry(e incident.Entry, company companyID) entryRow {
	return entryRow{
		ID: e.ID, Company: company, IncidentID: string(e.Incident), Type: string(e.Type), Title: e.Title, Content: e.Content,
		Author: link(e.Author), Field: e.Field, OldValue: e.Old, NewValue: e.New, At: moment{e.At}, AddedAt: moment{e.AddedAt},
	}
}

func toEntry(r entryRow) incident.Entry {
	return incident.Entry{
		ID: r.ID, Incident: incident.ID(r.IncidentID), Type: incident.EntryType(r.Type), Title: r.Title, Content: r.Content,
		Author: identity.UserID(r.Author), Field: r.Field, Old: r.OldValue, New: r.NewValue,
		At: r.At.Time, AddedAt: r.AddedAt.Time,
	}
}

// Tell takes the company of each entry from its incident, which has to be in
// scope.
func (i incidents) Tell(ctx context.Context, entries []incident.Entry) error {
	var ids []string
	for _, e := range entries {
		ids = append(ids, string(e.Incident))
	}
	company, err := owners(ctx, i.u, &incidentRow{}, "incident", ids)
	if err != nil {
		return err
	}
	rows := make([]entryRow, len(entries))
	for n, e := range entries {
		rows[n] = fromEntry(e, company[string(e.Incident)])
	}
	return insert(ctx, i.u, rows)
}
