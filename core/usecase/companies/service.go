// Package companies manages customers.
package companies

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Service implements driving.Companies.
type Service struct {
	gate   *gate.Gate
	hasher credential.Hasher
	ids    system.IDs
	clock  system.Clock
}

// New returns the service.
func New(g *gate.Gate, hasher credential.Hasher, ids system.IDs, clock system.Clock) *Service {
	return &Service{gate: g, hasher: hasher, ids: ids, clock: clock}
}

// Create makes a company and, if asked, its first administrator. What is wrong
// with either is told together.
func (s *Service) Create(ctx context.Context, n driving.NewCompany) (identity.Founding, error) {
	if err := s.gate.Allowed(ctx, policy.CompanyCreate); err != nil {
		return identity.Founding{}, err
	}
	var v fault.Violations
	company, err := identity.NewCompany(tenant.ID(s.ids.New()), n.Name, s.clock.Now())
	if !v.Merge(err) {
		return identity.Founding{}, err
	}
	founding := identity.Founding{Company: company}
	if n.Admin != nil {
		founding.Admin, err = s.admin(ctx, *n.Admin, company)
		if !v.Under("admin_user", err) {
			return identity.Founding{}, err
		}
	}
	if err := v.Err(); err != nil {
		return identity.Founding{}, err
	}
	return gate.Write(ctx, s.gate, policy.CompanyCreate, func(ctx context.Context, tx store.Tx) (identity.Founding, error) {
		if err := tx.Companies().Add(ctx, founding.Company); err != nil {
			return identity.Founding{}, err
		}
		if founding.Admin == nil {
			return founding, nil
		}
		return founding, tx.Users().Add(ctx, founding.Admin)
	})
}

// admin makes the first administrator. The company is nil when it is invalid
// itself; the administrator is then only checked.
func (s *Service) admin(ctx context.Context, n driving.NewUser, company *identity.Company) (*identity.User, error) {
	if n.Username == "" {
		n.Username = n.Email
	}
	var v fault.Violations
	id := tenant.ID("unknown")
	if company != nil {
		id = company.ID()
	}
	err := identity.CheckPassword("password", n.Password, n.Username, n.Email)
	if !v.Merge(err) {
		return nil, err
	}
	user := identity.NewUser{
		ID: identity.UserID(s.ids.New()), Username: n.Username, Email: n.Email, FirstName: n.FirstName,
		LastName: n.LastName, Role: actor.Admin, Company: id,
	}
	if v.Empty() {
		if user.Hash, err = s.hasher.Hash(ctx, n.Password); err != nil {
			return nil, err
		}
	}
	u, err := identity.CreateUser(user, s.clock.Now())
	if !v.Merge(err) {
		return nil, err
	}
	return u, v.Err()
}

// List shows the companies in reach: all of them, or one's own.
func (s *Service) List(ctx context.Context, q identity.CompanyQuery, p page.Request) (page.Result[*identity.Company], error) {
	return gate.Read(ctx, s.gate, policy.CompanyRead, func(ctx context.Context, v store.View) (page.Result[*identity.Company], error) {
		return v.Companies().List(ctx, q, p)
	})
}

// Find shows one company.
func (s *Service) Find(ctx context.Context, id tenant.ID) (*identity.Company, error) {
	return gate.Read(ctx, s.gate, policy.CompanyRead, func(ctx context.Context, v store.View) (*identity.Company, error) {
		return v.Companies().Find(ctx, id)
	})
}

// Update changes a company. One that is set inactive locks everybody out at
// once, because every request looks the company up.
func (s *Service) Update(ctx context.Context, id tenant.ID, p identity.CompanyPatch, version driving.IfVersion) (*identity.Company, error) {
	return gate.Write(ctx, s.gate, policy.CompanyUpdate, func(ctx context.Context, tx store.Tx) (*identity.Company, error) {
		c, err := tx.Companies().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, c.State().Version); err != nil {
			return nil, err
		}
		if err := c.Apply(p, tx.Now()); err != nil {
			return nil, err
		}
		return c, tx.Companies().Save(ctx, c)
	})
}

// Remove deletes a company that has no users left.
func (s *Service) Remove(ctx context.Context, id tenant.ID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.gate, policy.CompanyDelete, func(ctx context.Context, tx store.Tx) (*identity.Company, error) {
		c, err := tx.Companies().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, c.State().Version); err != nil {
			return nil, err
		}
		return c, tx.Companies().Remove(ctx, c)
	})
	return err
}
