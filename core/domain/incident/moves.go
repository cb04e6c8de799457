package incident

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Close ends the incident; notes are kept in the timeline.
func (i *Incident) Close(notes string, now time.Time) error {
	var v fault.Violations
	v.Optional("notes", notes, maxContent)
	if err := v.Err(); err != nil {
		return err
	}
	return i.move(Closed, notes, now)
}

// Reopen takes the work up again on an incident that was resolved or closed.
func (i *Incident) Reopen(now time.Time) error {
	if !i.is.Status.ended() {
		return fault.Newf(fault.Conflict, "the incident is %s", i.is.Status).WithCode("invalid_transition")
	}
	i.become(InProgress, "", now)
	return nil
}

// move changes the status by the table of transitions.
func (i *Incident) move(to Status, notes string, now time.Time) error {
	switch {
	case i.is.Status.mayBecome(to):
		i.become(to, notes, now)
		return nil
	case i.is.Status == Closed:
		return closed()
	default:
		return fault.Newf(fault.Conflict, "the incident is %s and cannot become %s", i.is.Status, to).
			WithCode("invalid_transition")
	}
}

func closed() error {
	return fault.New(fault.Conflict, "the incident is closed").WithCode("invalid_transition")
}

// become sets the status, and the end date that belongs to it: the first of
// resolving and closing gives one, and work that goes on has none.
func (i *Incident) become(to Status, notes string, now time.Time) {
	from, title := i.is.Status, "Status changed"
	switch {
	case to == Closed:
		title = "Incident closed"
	case to == Resolved:
		title = "Incident resolved"
	case from.ended():
		title = "Incident reopened"
	}
	i.tell(Entry{
		Type: Action, Title: title, Content: notes, At: now, Field: "status", Old: string(from), New: string(to),
	})
	i.is.Status, i.is.UpdatedAt = to, now
	switch {
	case !to.ended():
		i.is.EndDate = time.Time{}
	case i.is.EndDate.IsZero():
		i.is.EndDate = now
	}
	if to == Closed {
		i.told = append(i.told, event.IncidentClosed)
		return
	}
	i.updated(now)
}
