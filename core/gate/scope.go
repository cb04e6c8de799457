package gate

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Within confines ctx to the company that something new will belong to. A
// superuser has to name it; for everybody else it is their own, and naming
// another is refused as invalid.
func Within(ctx context.Context, named tenant.ID) (context.Context, tenant.ID, error) {
	who := actor.From(ctx)
	own, confined := who.Scope.Company()
	switch {
	case confined && named != "" && named != own:
		return ctx, "", fault.Field("company", fault.CodeInvalid, "must be your own company")
	case confined:
		return ctx, own, nil
	case named == "":
		return ctx, "", fault.Field("company", fault.CodeRequired, "this field is required")
	case !who.Scope.Reaches(named):
		return ctx, "", fault.Field("company", fault.CodeInvalid, "is not a company")
	}
	return actor.With(ctx, who.Confined(named)), named, nil
}

// Exists refuses, as invalid, a company that a superuser named but that is not
// there.
func Exists(ctx context.Context, tx store.Tx, company tenant.ID) error {
	_, err := tx.Companies().Find(ctx, company)
	if fault.Is(err, fault.NotFound) {
		return fault.Field("company", fault.CodeInvalid, "is not a company")
	}
	return err
}

// As lets the service itself act under a job's name, on behalf of whatever ctx
// is part of. Where the request came from stays known.
func As(ctx context.Context, job string) context.Context {
	a := actor.Job(job)
	a.Origin = actor.From(ctx).Origin
	return actor.With(ctx, a)
}

// AsIn is As confined to one company.
func AsIn(ctx context.Context, job string, company tenant.ID) context.Context {
	a := actor.Job(job).Confined(company)
	a.Origin = actor.From(ctx).Origin
	return actor.With(ctx, a)
}

// scopeFor is how far a unit of work reaches. What anybody may do, such as
// logging in, has to look for people in all companies, and touches nothing but
// the one it finds.
func scopeFor(who actor.Actor, act policy.Action) tenant.Scope {
	switch act {
	case policy.SessionLogin, policy.SessionLoginFailed, policy.SessionAuthenticate,
		policy.SessionRefresh, policy.SessionRefreshReuse:
		return tenant.All()
	default:
		return who.Scope
	}
}
