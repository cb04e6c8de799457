package alert

import (
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
)

// Receipt tells a reporter where a report went.
type Receipt struct {
	Alert     ID
	Duplicate bool // it repeated an active alert
}

// Key is what makes two reports the same one within a company. Reports without
// a reference are never the same.
type Key struct {
	Source, SourceRef string
}

// Key returns the alert's key; ok is false when it can have no duplicates.
func (a *Alert) Key() (key Key, ok bool) {
	return Key{Source: a.is.Source, SourceRef: a.is.SourceRef}, a.is.SourceRef != ""
}

// Folded is a batch in which every key stands once.
type Folded struct {
	Alerts []*Alert // each counts the reports folded into it
	Place  []int    // for each report of the batch, its index in Alerts
}

// Fold merges the reports of one batch that repeat each other, because one
// statement of the store can touch a row only once. The first report of a key
// wins, and counts the others.
func Fold(batch []*Alert) Folded {
	out := Folded{Place: make([]int, len(batch))}
	seen := make(map[Key]int, len(batch))
	for i, a := range batch {
		key, keyed := a.Key()
		at, repeated := seen[key]
		if keyed && repeated {
			out.Alerts[at].is.Occurrences++
			out.Place[i] = at
			continue
		}
		if keyed {
			seen[key] = len(out.Alerts)
		}
		out.Place[i] = len(out.Alerts)
		out.Alerts = append(out.Alerts, a)
	}
	return out
}

// Ingested is the one change in which a report becomes an alert, or is counted
// on one.
type Ingested struct {
	Receipt Receipt
	Alert   *Alert // the report as an alert; it exists only if not a duplicate
}

// AuditRef names the alert that the report went to.
func (i Ingested) AuditRef() audit.Ref {
	ref := i.Alert.AuditRef()
	ref.ID = string(i.Receipt.Alert)
	return ref
}

// AuditChanges returns the new alert's fields, or nothing for a repeat.
func (i Ingested) AuditChanges() audit.Changes {
	if i.Receipt.Duplicate {
		return nil
	}
	return i.Alert.AuditChanges()
}

// AuditMetadata says whether the report was a repeat.
func (i Ingested) AuditMetadata() map[string]any {
	return map[string]any{"duplicate": i.Receipt.Duplicate, "source": i.Alert.is.Source, "source_ref": i.Alert.is.SourceRef}
}

// AuditStatus is that of the two answers: a repeat creates nothing.
func (i Ingested) AuditStatus() int {
	if i.Receipt.Duplicate {
		return 200
	}
	return 201
}

// Events tells of a new alert; a repeat tells nothing.
func (i Ingested) Events() []event.Event {
	if i.Receipt.Duplicate {
		return nil
	}
	return i.Alert.Events()
}
