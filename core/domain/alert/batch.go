package alert

import (
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// MaxBatch is how many reports one batch may have.
const MaxBatch = 10_000

// Item is one report of a batch: a draft, or what was wrong with it already
// when it was read.
type Item struct {
	Draft Draft
	Fault error
}

// Line is what became of one report of a batch.
type Line struct {
	Receipt Receipt
	Fault   error // not nil: the report was rejected, and there is no receipt
}

// Batch is the one change in which many reports come in together.
type Batch struct {
	ID      string // names the batch in the log
	Company tenant.ID
	Lines   []Line   // one a report, in their order
	New     []*Alert // those that became alerts of their own
}

// Counts adds the lines up: newly stored, repeats, rejected.
func (b Batch) Counts() (accepted, duplicates, rejected int) {
	for _, line := range b.Lines {
		switch {
		case line.Fault != nil:
			rejected++
		case line.Receipt.Duplicate:
			duplicates++
		default:
			accepted++
		}
	}
	return accepted, duplicates, rejected
}

// AuditRef names the batch.
func (b Batch) AuditRef() audit.Ref {
	return audit.Ref{Type: "alert", ID: b.ID, Name: "batch", Company: b.Company}
}

// AuditChanges returns nothing; what a batch touched is in the metadata.
func (b Batch) AuditChanges() audit.Changes { return nil }

// AuditMetadata lists every report with its outcome.
func (b Batch) AuditMetadata() map[string]any {
	accepted, duplicates, rejected := b.Counts()
	items := make([]any, len(b.Lines))
	for i, line := range b.Lines {
		switch {
		case line.Fault != nil:
			items[i] = map[string]any{"outcome": "rejected"}
		case line.Receipt.Duplicate:
			items[i] = map[string]any{"id": string(line.Receipt.Alert), "outcome": "duplicate"}
		default:
			items[i] = map[string]any{"id": string(line.Receipt.Alert), "outcome": "accepted"}
		}
	}
	return map[string]any{"accepted": accepted, "duplicates": duplicates, "rejected": rejected, "items": items}
}

// Events tells of every new alert.
func (b Batch) Events() []event.Event {
	list := make([]event.Event, 0, len(b.New))
	for _, a := range b.New {
		list = append(list, a.Events()...)
	}
	return list
}

// Settle fills in the lines of the sound reports. Place tells which line each
// report stands on; receipts are those of the folded alerts. Of the reports
// folded into a new alert the first is the new one, the others repeat it.
func (b *Batch) Settle(f Folded, receipts []Receipt, place []int) {
	first := make([]bool, len(f.Alerts))
	for report, line := range place {
		at := f.Place[report]
		receipt := receipts[at]
		if first[at] {
			receipt.Duplicate = true
		}
		first[at] = true
		b.Lines[line].Receipt = receipt
	}
	for i, a := range f.Alerts {
		if !receipts[i].Duplicate {
			b.New = append(b.New, a)
		}
	}
}
