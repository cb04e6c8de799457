package memory

import (
	"iter"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// shelf is the rows of one noun as a unit of work sees them: those of its
// scope, without the hidden ones.
type shelf[S any] struct {
	u       *unit
	rows    *table[string, S]
	noun    string
	company func(*S) tenant.ID
	version func(*S) *int // nil for nouns that have none
	hidden  func(*S) bool // nil for nouns that never hide
}

func (s shelf[S]) sees(row *S) bool {
	return s.u.scope.Reaches(s.company(row)) && (s.hidden == nil || !s.hidden(row))
}

// get returns the stored row, which must not be changed.
func (s shelf[S]) get(id string) (*S, bool) {
	row, ok := s.rows.rows[id]
	return row, ok && s.sees(row)
}

func (s shelf[S]) find(id string) (S, error) {
	row, ok := s.get(id)
	if !ok {
		var none S
		return none, s.missing()
	}
	return copied(*row)
}

func (s shelf[S]) missing() error { return fault.New(fault.NotFound, "the "+s.noun+" does not exist") }

// all yields the stored rows in no order.
func (s shelf[S]) all() iter.Seq[*S] {
	return func(yield func(*S) bool) {
		for _, row := range s.rows.rows {
			if s.sees(row) && !yield(row) {
				return
			}
		}
	}
}

// matching returns the stored rows that pass.
func (s shelf[S]) matching(pass func(*S) bool) []*S {
	var rows []*S
	for row := range s.all() {
		if pass(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

func (s shelf[S]) add(id string, row S) error {
	if !s.u.scope.Reaches(s.company(&row)) {
		return s.missing()
	}
	if _, taken := s.rows.rows[id]; taken || id == "" {
		return fault.New(fault.Conflict, "the id of the "+s.noun+" is taken")
	}
	return s.put(id, row)
}

// save replaces a row. Keep, which may be nil, takes over from the stored row
// what a save does not change.
func (s shelf[S]) save(id string, row S, keep func(stored, row *S)) error {
	stored, ok := s.get(id)
	if !ok || s.company(stored) != s.company(&row) {
		return s.missing()
	}
	if s.version != nil {
		if *s.version(stored) != *s.version(&row) {
			return changedMeanwhile()
		}
		*s.version(&row)++
	}
	if keep != nil {
		keep(stored, &row)
	}
	return s.put(id, row)
}

// kept tells an aggregate that its state is stored, unless it is not.
func kept(saved interface{ Saved() }, err error) error {
	if err == nil {
		saved.Saved()
	}
	return err
}

// drop deletes a row that nobody changed since it was read.
func (s shelf[S]) drop(id string, row S) error {
	stored, ok := s.get(id)
	if !ok || s.company(stored) != s.company(&row) {
		return s.missing()
	}
	if s.version != nil && *s.version(stored) != *s.version(&row) {
		return changedMeanwhile()
	}
	s.rows.remove(s.u, id)
	return nil
}

func (s shelf[S]) put(id string, row S) error {
	kept, err := copied(row)
	if err != nil {
		return err
	}
	s.rows.put(s.u, id, kept)
	return nil
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "somebody else changed it meanwhile").WithCode("changed_meanwhile")
}

func duplicate(what string) *fault.Error {
	return fault.Newf(fault.Conflict, "the %s is taken", what).WithCode("duplicate_" + what)
}
