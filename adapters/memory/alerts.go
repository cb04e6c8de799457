package memory

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type alerts struct{ u *unit }

func (a alerts) shelf() shelf[alert.State] {
	return shelf[alert.State]{
		u: a.u, rows: &a.u.data.alerts, noun: "alert",
		company: func(s *alert.State) tenant.ID { return s.Company },
		version: func(s *alert.State) *int { return &s.Version },
	}
}

// links returns the incidents an alert is linked to.
func (a alerts) links(id alert.ID) []string {
	if linked, ok := a.u.data.links.rows[string(id)]; ok {
		return *linked
	}
	return nil
}

func (a alerts) restore(s alert.State) *alert.Alert {
	s.Incidents = slices.Clone(a.links(s.ID))
	return alert.Restore(s)
}

func (a alerts) Find(_ context.Context, id alert.ID) (*alert.Alert, error) {
	s, err := a.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return a.restore(s), nil
}

func (a alerts) Named(_ context.Context, ids []alert.ID) ([]*alert.Alert, error) {
	return mapped(a.shelf().matching(func(s *alert.State) bool { return slices.Contains(ids, s.ID) }), a.restore)
}

func (a alerts) List(_ context.Context, q alert.Query, p page.Request) (page.Result[*alert.Alert], error) {
	rows := a.shelf().matching(func(s *alert.State) bool { return a.matches(s, q) })
	return list(rows, p, order[alert.State]{
		sorts: []page.Sort{
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
			{Name: "event_time", Kind: page.Time},
			{Name: "severity", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "last_seen", Kind: page.Time},
		},
		fallback: newest("created_at"),
		value: func(s *alert.State, name string) any {
			switch name {
			case "created_at":
				return s.CreatedAt
			case "updated_at":
				return s.UpdatedAt
			case "event_time":
				return s.EventTime
			case "severity":
				return int64(s.Severity.Rank())
			case "status":
				return int64(slices.Index(alert.Statuses(), s.Status))
			case "last_seen":
				return s.LastSeen
			default:
				return string(s.ID)
			}
		},
	}, a.restore)
}

func (a alerts) matches(s *alert.State, q alert.Query) bool {
	return anyOf(q.Severities, s.Severity) && anyOf(q.Statuses, s.Status) &&
		anyOf(q.TLPs, s.TLP) && anyOf(q.PAPs, s.PAP) &&
		anyOf(q.Sources, s.Source) && anyOf(q.SourceRefs, s.SourceRef) &&
		tagged(q.Tags, s.Tags) && assigned(q.Assignees, q.Unassigned, s.Assignee) &&
		(q.Incident == "" || slices.Contains(a.links(s.ID), q.Incident)) && is(q.Company, s.Company) &&
		within(s.CreatedAt, q.CreatedAfter, q.CreatedBefore) &&
		within(s.EventTime, q.EventAfter, q.EventBefore) &&
		within(s.UpdatedAt, q.UpdatedAfter, q.UpdatedBefore) &&
		a.mentioned(s, q.Search)
}

func (a alerts) mentioned(s *alert.State, search string) bool {
	if mentions(search, s.Title, s.Description, s.Source, s.SourceRef) {
		return true
	}
	for _, values := range s.Observables {
		if mentions(search, values...) {
			return true
		}
	}
	return false
}

// tagged reports whether a row has any of the wanted tags.
func tagged(wanted, tags []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(tag string) bool { return slices.Contains(tags, tag) })
}

// assigned reports whether the assignee is one of those wanted, where nobody
// may be wanted too.
func assigned(wanted []identity.UserID, nobody bool, assignee identity.UserID) bool {
	if len(wanted) == 0 && !nobody {
		return true
	}
	return nobody && assignee == "" || slices.Contains(wanted, assignee)
}

// active returns the active alert that already has the key of s, if any.
func (a alerts) active(s alert.State) (*alert.State, bool) {
	if s.SourceRef == "" || !s.Status.Active() {
		return nil, false
	}
	for _, other := range a.u.data.alerts.rows {
		if other.SourceRef == s.SourceRef && other.Source == s.Source && other.Company == s.Company &&
			other.ID != s.ID && other.Status.Active() {
			return other, true
		}
	}
	return nil, false
}

func (a alerts) unique(s alert.State) error {
	other, taken := a.active(s)
	if !taken || !a.u.scope.Reaches(s.Company) {
		return nil
	}
	return fault.New(fault.Conflict, "an active alert has this source and reference already").
		WithCode("duplicate_source_ref").Existing(string(other.ID))
}

func (a alerts) Add(_ context.Context, added *alert.Alert) error {
	s := added.State()
	if err := a.unique(s); err != nil {
		return err
	}
	return a.shelf().add(string(s.ID), s)
}

func (a alerts) Save(_ context.Context, saved *alert.Alert) error {
	s := saved.State()
	if _, seen := a.shelf().get(string(s.ID)); seen {
		if err := a.unique(s); err != nil {
			return err
		}
	}
	return kept(saved, a.shelf().save(string(s.ID), s, func(stored, s *alert.State) {
		s.Occurrences, s.FirstSeen, s.LastSeen = stored.Occurrences, stored.FirstSeen, stored.LastSeen
	}))
}

func (a alerts) Remove(_ context.Context, removed *alert.Alert) error {
	s := removed.State()
	if err := a.shelf().drop(string(s.ID), s); err != nil {
		return err
	}
	a.u.data.links.remove(a.u, string(s.ID))
	a.u.data.traces.remove(a.u, string(s.ID))
	return nil
}
