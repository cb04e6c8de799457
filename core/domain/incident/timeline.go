package incident

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
)

// EntryType says what sort of thing a timeline entry tells.
type EntryType string

// The types of entries. Changes the service notes by itself are actions.
const (
	Note          EntryType = "note"
	Action        EntryType = "action"
	Evidence      EntryType = "evidence"
	Communication EntryType = "communication"
)

// EntryTypes lists the types.
func EntryTypes() []EntryType { return []EntryType{Note, Action, Evidence, Communication} }

// Entry is one line of an incident's story. Entries are only ever added.
type Entry struct {
	ID       string
	Incident ID
	Type     EntryType
	Title    string
	Content  string
	Author   identity.UserID // empty for keys and the service
	Field    string          // what changed, where the entry is about a change
	Old, New string
	At       time.Time // when it happened
	AddedAt  time.Time // when it was written down
}

const (
	maxEntryTitle = 255
	maxContent    = 10_000
)

// EntryDraft is an entry somebody adds by hand.
type EntryDraft struct {
	Title, Content, Type string
	At                   time.Time // zero: now
}

// Tell adds a hand-written entry to the story.
func (i *Incident) Tell(d EntryDraft, now time.Time) error {
	var v fault.Violations
	v.Text("title", d.Title, maxEntryTitle)
	v.Optional("content", d.Content, maxContent)
	kind := fault.OneOf(&v, "type", d.Type, Note, EntryTypes())
	d.At = v.Moment("timestamp", d.At)
	if err := v.Err(); err != nil {
		return err
	}
	if d.At.IsZero() {
		d.At = now
	}
	i.tell(Entry{Type: kind, Title: d.Title, Content: d.Content, At: d.At})
	return nil
}

func (i *Incident) tell(e Entry) {
	e.Incident = i.is.ID
	i.story = append(i.story, e)
}

// Signed returns the entries told since the incident was read, complete with
// ids from next, author and the time of writing.
func (i *Incident) Signed(next func() string, author identity.UserID, now time.Time) []Entry {
	list := make([]Entry, len(i.story))
	for n, e := range i.story {
		e.ID, e.Author, e.AddedAt = next(), author, now
		list[n] = e
	}
	return list
}

// Told is the subject of adding an entry by hand.
type Told struct {
	Incident *Incident
	Entry    Entry
}

// AuditRef names the incident.
func (t Told) AuditRef() audit.Ref { return t.Incident.AuditRef() }

// AuditChanges returns the new entry.
func (t Told) AuditChanges() audit.Changes {
	return audit.Changes{"timeline": {nil, t.Entry.Title}}
}

// AuditMetadata names the entry.
func (t Told) AuditMetadata() map[string]any {
	return map[string]any{"entry_id": t.Entry.ID, "type": string(t.Entry.Type)}
}
