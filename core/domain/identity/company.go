// Package identity holds who may enter: companies, their users, their API keys
// and the sessions and passwords behind them.
package identity

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Company is a customer: the wall that all data lives behind.
type Company struct {
	was, is CompanyState
}

// CompanyState is a company as stores and edges see it.
type CompanyState struct {
	ID        tenant.ID
	Name      string    `audit:"name"`
	IsActive  bool      `audit:"is_active"`
	CreatedAt time.Time // UTC, microseconds, like every time in the domain
	UpdatedAt time.Time
	Version   int
	UserCount int // counted by the store on reading; not part of the company
}

const maxCompanyName = 255

// NewCompany makes an active company.
func NewCompany(id tenant.ID, name string, now time.Time) (*Company, error) {
	var v fault.Violations
	v.Text("name", name, maxCompanyName)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &Company{is: CompanyState{ID: id, Name: name, IsActive: true, CreatedAt: now, UpdatedAt: now}}, nil
}

// RestoreCompany rebuilds a stored company.
func RestoreCompany(s CompanyState) *Company { return &Company{was: s, is: s} }

// State returns the company's present state.
func (c *Company) State() CompanyState { return c.is }

// ID returns the company's id.
func (c *Company) ID() tenant.ID { return c.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (c *Company) Saved() { c.is.Version++ }

// CompanyPatch changes what is not nil.
type CompanyPatch struct {
	Name     *string
	IsActive *bool
}

// Apply changes the company.
func (c *Company) Apply(p CompanyPatch, now time.Time) error {
	var v fault.Violations
	if p.Name != nil {
		v.Text("name", *p.Name, maxCompanyName)
	}
	if err := v.Err(); err != nil {
		return err
	}
	if p.Name != nil {
		c.is.Name = *p.Name
	}
	if p.IsActive != nil {
		c.is.IsActive = *p.IsActive
	}
	if !c.Unchanged() {
		c.is.UpdatedAt = now
	}
	return nil
}

// AuditRef names the company in its own log.
func (c *Company) AuditRef() audit.Ref {
	return audit.Ref{Type: "company", ID: string(c.is.ID), Name: c.is.Name, Company: c.is.ID}
}

// AuditChanges returns what changed since the company was read.
func (c *Company) AuditChanges() audit.Changes { return audit.Diff(c.was, c.is) }

// AuditSnapshot returns all that the company says.
func (c *Company) AuditSnapshot() audit.Changes { return audit.Diff(CompanyState{}, c.is) }

// Unchanged reports whether nothing did.
func (c *Company) Unchanged() bool { return len(c.AuditChanges()) == 0 }

// CompanyQuery selects companies. Zero fields do not filter.
type CompanyQuery struct {
	Name                        string
	CreatedAfter, CreatedBefore time.Time
	Search                      string
}
