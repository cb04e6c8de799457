package audit

import "github.com/sentineliq/sentineliq/core/domain/tenant"

// Ref names the thing an entry is about, with the name it had at the time.
type Ref struct {
	Type    string
	ID      string
	Name    string
	Company tenant.ID // empty: the acting person's own company
}

// Changes maps a field to its old and new value. Values are plain: what JSON
// can carry, secrets already masked.
type Changes map[string][2]any

// Subject is what an action changed. Every change hands one to the gate; there
// is no way to commit without.
type Subject interface {
	AuditRef() Ref
	AuditChanges() Changes
}

// Detailed is a Subject with more to say than old and new values, such as the
// objects that a bulk action touched.
type Detailed interface {
	Subject
	AuditMetadata() map[string]any
}

// Answered is a Subject that knows better than its route which HTTP status the
// request will be answered with.
type Answered interface {
	Subject
	AuditStatus() int
}

// Removable is a Subject that can be deleted. The entry of its deletion keeps
// what it said last.
type Removable interface {
	Subject
	// AuditSnapshot returns every field that is set, as if it were new.
	AuditSnapshot() Changes
}

// Gone turns a snapshot into the changes of a deletion: from what was to
// nothing.
func Gone(snapshot Changes) Changes {
	gone := make(Changes, len(snapshot))
	for field, pair := range snapshot {
		gone[field] = [2]any{pair[1], nil}
	}
	return gone
}

// Idle is a Subject that may turn out to be unchanged, such as a patch that
// sets what is already there. Unchanged work leaves no entry and no event.
type Idle interface {
	Subject
	Unchanged() bool
}

// Note is a ready-made Subject for actions that change no entity of their own,
// such as a login.
type Note struct {
	Ref      Ref
	Changes  Changes
	Metadata map[string]any
}

// AuditRef returns the reference.
func (n Note) AuditRef() Ref { return n.Ref }

// AuditChanges returns the changes.
func (n Note) AuditChanges() Changes { return n.Changes }

// AuditMetadata returns the metadata.
func (n Note) AuditMetadata() map[string]any { return n.Metadata }
