// Package tenant says whose data a piece of work may touch.
package tenant

// ID identifies a company. The empty ID is no company.
type ID string

// Scope is what a unit of work is confined to. The zero Scope reaches nothing:
// a store refuses to work in it rather than work everywhere.
type Scope struct {
	company ID
	all     bool
}

// Of confines to one company; Of("") reaches nothing.
func Of(company ID) Scope { return Scope{company: company} }

// All reaches every company. Only the superuser's work and named jobs of the
// service itself may ask for it.
func All() Scope { return Scope{all: true} }

// Company returns the one company of the scope, if it is confined to one.
func (s Scope) Company() (ID, bool) { return s.company, !s.all && s.company != "" }

// IsAll reports whether the scope reaches every company.
func (s Scope) IsAll() bool { return s.all }

// IsZero reports whether the scope reaches nothing.
func (s Scope) IsZero() bool { return !s.all && s.company == "" }

// Reaches reports whether data of the company lies in the scope.
func (s Scope) Reaches(company ID) bool {
	return s.all || (company != "" && s.company == company)
}

// Narrow confines the scope to one company. A company out of reach leaves
// nothing.
func (s Scope) Narrow(company ID) Scope {
	if !s.Reaches(company) {
		return Scope{}
	}
	return Of(company)
}
