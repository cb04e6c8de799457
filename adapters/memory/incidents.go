package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type incidents struct{ u *unit }

func (i incidents) shelf() shelf[incident.State] {
	return shelf[incident.State]{
		u: i.u, rows: &i.u.data.incidents, noun: "incident",
		company: func(s *incident.State) tenant.ID { return s.Company },
		version: func(s *incident.State) *int { return &s.Version },
	}
}

func (i incidents) Find(_ context.Context, id incident.ID) (*incident.Incident, error) {
	s, err := i.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return incident.Restore(s), nil
}

func (i incidents) List(_ context.Context, q incident.Query, p page.Request) (page.Result[*incident.Incident], error) {
	rows := i.shelf().matching(func(s *incident.State) bool {
		return anyOf(q.Severities, s.Severity) && anyOf(q.Statuses, s.Status) &&
			anyOf(q.TLPs, s.TLP) && anyOf(q.PAPs, s.PAP) && tagged(q.Tags, s.Tags) &&
			assigned(q.Assignees, q.Unassigned, s.Assignee) && is(q.Company, s.Company) &&
			(q.HasAlerts == nil || *q.HasAlerts == (s.AlertCount > 0)) &&
			(q.MinImpact == nil || s.ImpactScore() >= *q.MinImpact) &&
			within(s.CreatedAt, q.CreatedAfter, q.CreatedBefore) &&
			within(s.UpdatedAt, q.UpdatedAfter, q.UpdatedBefore) &&
			mentions(q.Search, s.Title, s.Description, s.Summary)
	})
	return list(rows, p, order[incident.State]{
		sorts: []page.Sort{
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
			{Name: "start_date", Kind: page.Time},
			{Name: "end_date", Kind: page.Time},
			{Name: "severity", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "impact_score", Kind: page.Rank},
		},
		fallback: newest("created_at"),
		value: func(s *incident.State, name string) any {
			switch name {
			case "created_at":
				return s.CreatedAt
			case "updated_at":
				return s.UpdatedAt
			case "start_date":
				return s.StartDate
			case "end_date":
				return s.EndDate
			case "impact_score":
				return int64(s.ImpactScore())
			case "severity":
				return int64(s.Severity.Rank())
			case "status":
				return int64(slices.Index(incident.Statuses(), s.Status))
			default:
				return string(s.ID)
			}
		},
	}, incident.Restore)
}

func (i incidents) Add(_ context.Context, added *incident.Incident) error {
	s := added.State()
	return i.shelf().add(string(s.ID), s)
}

func (i incidents) Save(_ context.Context, saved *incident.Incident) error {
	s := saved.State()
	return kept(saved, i.shelf().save(string(s.ID), s, nil))
}

func (i incidents) Link(_ context.Context, id incident.ID, linked []alert.ID) (int, error) {
	to, ok := i.shelf().get(string(id))
	if !ok {
		return 0, i.shelf().missing()
	}
	known := alerts(i)
	for _, one := range linked {
		a, ok := known.shelf().get(string(one))
		if !ok || a.Company != to.Company {
			return 0, known.shelf().missing()
		}
		if before := known.links(one); !slices.Contains(before, string(id)) {
			i.u.data.links.put(i.u, string(one), append(slices.Clone(before), string(id)))
		}
	}
	return i.observables(id), nil
}

func (i incidents) Unlink(_ context.Context, id incident.ID, linked []alert.ID) (int, error) {
	if _, ok := i.shelf().get(string(id)); !ok {
		return 0, i.shelf().missing()
	}
	for _, one := range linked {
		i.untie(id, one)
	}
	return i.observables(id), nil
}

func (i incidents) untie(id incident.ID, from alert.ID) {
	if before := alerts(i).links(from); slices.Contains(before, string(id)) {
		i.u.data.links.put(i.u, string(from), slices.DeleteFunc(slices.Clone(before), func(other string) bool { return other == string(id) }))
	}
}

func (i incidents) Remove(_ context.Context, removed *incident.Incident) error {
	s := removed.State()
	if err := i.shelf().drop(string(s.ID), s); err != nil {
		return err
	}
	for one := range maps.Clone(i.u.data.links.rows) {
		i.untie(s.ID, alert.ID(one))
	}
	i.u.data.tasks.removeIf(i.u, func(t *task.State) bool { return t.Incident == s.ID })
	i.u.data.stories.removeIf(i.u, func(e *incident.Entry) bool { return e.Incident == s.ID })
	return nil
}

// observables counts the distinct ones of all linked alerts.
func (i incidents) observables(id incident.ID) int {
	distinct := map[string]bool{}
	for one, linked := range i.u.data.links.rows {
		traces, ok := i.u.data.traces.rows[one]
		if !ok || !slices.Contains(*linked, string(id)) {
			continue
		}
		for _, trace := range *traces {
			distinct[trace] = true
		}
	}
	return len(distinct)
}

func (i incidents) Alerts(_ context.Context, id incident.ID) ([]*alert.Alert, error) {
	known := alerts(i)
	rows := known.shelf().matching(func(s *alert.State) bool { return slices.Contains(known.links(s.ID), string(id)) })
	return mapped(rows, known.restore)
}

// story is the timeline entries; they belong where their incident does.
func (i incidents) story() shelf[incident.Entry] {
	return shelf[incident.Entry]{
		u: i.u, rows: &i.u.data.stories, noun: "incident",
		company: func(e *incident.Entry) tenant.ID {
			if of, ok := i.shelf().get(string(e.Incident)); ok {
				return of.Company
			}
			return ""
		},
	}
}

func (i incidents) Timeline(_ context.Context, id incident.ID, p page.Request) (page.Result[incident.Entry], error) {
	rows := i.story().matching(func(e *incident.Entry) bool { return e.Incident == id })
	return list(rows, p, order[incident.Entry]{
		sorts: timed("timestamp"), fallback: page.Key{Name: "timestamp"},
		value: func(e *incident.Entry, name string) any {
			if name == "timestamp" {
				return e.At
			}
			return e.ID
		},
	}, func(e incident.Entry) incident.Entry { return e })
}

func (i incidents) Tell(_ context.Context, entries []incident.Entry) error {
	for _, e := range entries {
		if _, ok := i.shelf().get(string(e.Incident)); !ok {
			return i.shelf().missing()
		}
		if err := i.story().add(e.ID, e); err != nil {
			return err
		}
	}
	return nil
}

// home is the company of an incident that is in reach.
func (i incidents) home(id incident.ID) (tenant.ID, error) {
	s, ok := i.shelf().get(string(id))
	if !ok {
		return "", i.shelf().missing()
	}
	return s.Company, nil
}
