package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// auditRow is a line of the log. The table refuses to change or delete one.
type auditRow struct {
	Sequence       int64 `gorm:"primaryKey"`
	ID             string
	Company        ownerID `gorm:"column:company_id;<-:create"`
	At             moment
	ActorType      string
	ActorID        string
	ActorName      string
	Action         string
	EntityType     string
	EntityID       string
	EntityName     string
	EntityCompany  string
	Changes        document[audit.Changes]
	Metadata       document[map[string]any]
	RequestID      string
	IPAddress      string
	UserAgent      string
	HTTPMethod     string
	HTTPPath       string
	OriginStatus   int
	ResponseStatus int
	Outcome        string
	SearchText     string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (auditRow) TableName() string { return "audit_entries" }

func fromAudit(e audit.Entry) auditRow {
	return auditRow{
		ID: e.ID, Company: ownerID(e.Company), At: moment{e.At},
		ActorType: string(e.ActorType), ActorID: e.ActorID, ActorName: e.ActorName, Action: e.Action,
		EntityType: e.Entity.Type, EntityID: e.Entity.ID, EntityName: e.Entity.Name, EntityCompany: string(e.Entity.Company),
		Changes: documentOf(e.Changes), Metadata: documentOf(e.Metadata),
		RequestID: e.Origin.RequestID, IPAddress: e.Origin.IP, UserAgent: e.Origin.UserAgent,
		HTTPMethod: e.Origin.Method, HTTPPath: e.Origin.Path, OriginStatus: e.Origin.Status,
		ResponseStatus: e.Status, Outcome: string(e.Outcome),
		SearchText: searchable(e.ActorName, e.Entity.Name),
	}
}

func toAudit(r auditRow) audit.Entry {
	return audit.Entry{
		ID: r.ID, Sequence: r.Sequence, Company: tenant.ID(r.Company), At: r.At.Time,
		ActorType: actor.Type(r.ActorType), ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action,
		Entity:  audit.Ref{Type: r.EntityType, ID: r.EntityID, Name: r.EntityName, Company: tenant.ID(r.EntityCompany)},
		Changes: r.Changes.is, Metadata: r.Metadata.is,
		Origin: actor.Origin{
			RequestID: r.RequestID, IP: r.IPAddress, UserAgent: r.UserAgent,
			Method: r.HTTPMethod, Path: r.HTTPPath, Status: r.OriginStatus,
		},
		Status: r.ResponseStatus, Outcome: audit.Outcome(r.Outcome),
	}
}

type auditLog struct{ u *unit }

func (l auditLog) Find(ctx context.Context, id string) (*audit.Entry, error) {
	row, err := one[auditRow](l.u, l.u.in(ctx).Where("id = ?", id), "audit entry")
	if err != nil {
		return nil, err
	}
	e := toAudit(row)
	return &e, nil
}

func (l auditLog) List(ctx context.Context, q audit.Query, p page.Request) (page.Result[audit.Entry], error) {
	f := &filter{l.u.in(ctx).Model(&auditRow{})}
	f.company(q.Company)
	among(f, "entity_type", q.EntityTypes)
	f.equal("entity_id", q.EntityID)
	among(f, "action", q.Actions)
	f.equal("actor_id", q.ActorID)
	f.equal("actor_name", q.Username)
	among(f, "outcome", texts(q.Outcomes))
	if !q.From.IsZero() {
		f.where("at >= ?", moment{q.From})
	}
	if !q.To.IsZero() {
		f.where("at < ?", moment{q.To})
	}
	f.equal("request_id", q.RequestID)
	f.searched("search_text", searchable(q.Search))
	return list(ctx, l.u, f.q, ordered{
		sorts:    []page.Sort{{Name: "timestamp", Kind: page.Rank}},
		fallback: newest("timestamp"), columns: map[string]string{"timestamp": "sequence"},
	}, p, each(toAudit))
}
