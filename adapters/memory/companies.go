package memory

import (
	"context"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

type companies struct{ u *unit }

func (c companies) shelf() shelf[identity.CompanyState] {
	return shelf[identity.CompanyState]{
		u: c.u, rows: &c.u.data.companies, noun: "company",
		company: func(s *identity.CompanyState) tenant.ID { return s.ID },
		version: func(s *identity.CompanyState) *int { return &s.Version },
	}
}

// users counts those who are still there.
func (c companies) users(id tenant.ID) int {
	count := 0
	for _, u := range c.u.data.users.rows {
		if u.Company == id && u.DeletedAt.IsZero() {
			count++
		}
	}
	return count
}

func (c companies) restore(s identity.CompanyState) *identity.Company {
	s.UserCount = c.users(s.ID)
	return identity.RestoreCompany(s)
}

func (c companies) Find(_ context.Context, id tenant.ID) (*identity.Company, error) {
	s, err := c.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return c.restore(s), nil
}

func (c companies) List(_ context.Context, q identity.CompanyQuery, p page.Request) (page.Result[*identity.Company], error) {
	rows := c.shelf().matching(func(s *identity.CompanyState) bool {
		return is(q.Name, s.Name) && within(s.CreatedAt, q.CreatedAfter, q.CreatedBefore) && mentions(q.Search, s.Name)
	})
	return list(rows, p, order[identity.CompanyState]{
		sorts: named(), fallback: page.Key{Name: "name"},
		value: func(s *identity.CompanyState, name string) any {
			return nameOrTime(name, string(s.ID), s.Name, s.CreatedAt)
		},
	}, c.restore)
}

func (c companies) Add(_ context.Context, company *identity.Company) error {
	s := company.State()
	if err := c.unique(s); err != nil {
		return err
	}
	return c.shelf().add(string(s.ID), s)
}

func (c companies) Save(_ context.Context, company *identity.Company) error {
	s := company.State()
	if err := c.unique(s); err != nil {
		return err
	}
	return kept(company, c.shelf().save(string(s.ID), s, nil))
}

// unique looks beyond the scope: names are unique in the whole store, in any
// case.
func (c companies) unique(s identity.CompanyState) error {
	for _, other := range c.u.data.companies.rows {
		if other.ID != s.ID && strings.EqualFold(other.Name, s.Name) && c.u.scope.Reaches(s.ID) {
			return duplicate("name")
		}
	}
	return nil
}

func (c companies) Remove(_ context.Context, company *identity.Company) error {
	id := company.ID()
	if _, ok := c.shelf().get(string(id)); ok && c.users(id) > 0 {
		return fault.New(fault.Conflict, "the company still has users").WithCode("company_has_users")
	}
	if err := c.shelf().drop(string(id), company.State()); err != nil {
		return err
	}
	c.clear(id)
	return nil
}

// clear deletes what a company leaves behind, but for its log.
func (c companies) clear(id tenant.ID) {
	u, d := c.u, c.u.data
	for _, a := range d.alerts.rows {
		if a.Company == id {
			d.links.remove(u, string(a.ID))
			d.traces.remove(u, string(a.ID))
		}
	}
	d.stories.removeIf(u, func(e *incident.Entry) bool {
		of, ok := d.incidents.rows[string(e.Incident)]
		return ok && of.Company == id
	})
	d.users.removeIf(u, func(s *identity.UserState) bool { return s.Company == id })
	d.sessions.removeIf(u, func(s *identity.SessionState) bool { return s.Company == id })
	d.keys.removeIf(u, func(s *identity.KeyState) bool { return s.Company == id })
	d.alerts.removeIf(u, func(s *alert.State) bool { return s.Company == id })
	d.tasks.removeIf(u, func(s *task.State) bool { return s.Company == id })
	d.incidents.removeIf(u, func(s *incident.State) bool { return s.Company == id })
	d.observables.removeIf(u, func(s *observable.State) bool { return s.Company == id })
	d.channels.removeIf(u, func(s *notification.ChannelState) bool { return s.Company == id })
	d.rules.removeIf(u, func(s *notification.RuleState) bool { return s.Company == id })
	d.notices.removeIf(u, func(s *notification.Notice) bool { return s.Company == id })
	d.deliveries.removeIf(u, func(s *notification.DeliveryState) bool { return s.Company == id })
	d.outbox.removeIf(u, func(s *waiting) bool { return s.event.Company == id })
	for key := range d.answers.rows {
		if key.Company == id {
			d.answers.remove(u, txn.Key{Company: id, Actor: key.Actor, Key: key.Key})
		}
	}
}
