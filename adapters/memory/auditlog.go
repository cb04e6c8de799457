package memory

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type auditLog struct{ u *unit }

func (l auditLog) shelf() shelf[audit.Entry] {
	return shelf[audit.Entry]{
		u: l.u, rows: &l.u.data.log, noun: "audit entry",
		company: func(e *audit.Entry) tenant.ID { return e.Company },
	}
}

func (l auditLog) Find(_ context.Context, id string) (*audit.Entry, error) {
	e, err := l.shelf().find(id)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

func (l auditLog) List(_ context.Context, q audit.Query, p page.Request) (page.Result[audit.Entry], error) {
	rows := l.shelf().matching(func(e *audit.Entry) bool {
		return anyOf(q.EntityTypes, e.Entity.Type) && is(q.EntityID, e.Entity.ID) && anyOf(q.Actions, e.Action) &&
			is(q.ActorID, e.ActorID) && is(q.Username, e.ActorName) && is(q.Company, e.Company) &&
			anyOf(q.Outcomes, e.Outcome) && is(q.RequestID, e.Origin.RequestID) &&
			(q.From.IsZero() || !e.At.Before(q.From)) && (q.To.IsZero() || e.At.Before(q.To)) &&
			mentions(q.Search, e.ActorName, e.Entity.Name)
	})
	return list(rows, p, order[audit.Entry]{
		sorts: []page.Sort{{Name: "timestamp", Kind: page.Rank}}, fallback: newest("timestamp"),
		value: func(e *audit.Entry, name string) any {
			if name == "timestamp" {
				return e.Sequence
			}
			return e.ID
		},
	}, func(e audit.Entry) audit.Entry { return e })
}
