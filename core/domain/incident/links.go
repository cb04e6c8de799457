package incident

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Take ties an alert of the incident's company to it. What the incident has since
// is noted by Linked, once the store knows.
func (i *Incident) Take(a *alert.Alert, now time.Time) error {
	switch {
	case i.is.Status == Closed:
		return closed()
	case a.State().Company != i.is.Company:
		return NoAlert("alert")
	}
	return a.LinkTo(string(i.is.ID), now)
}

// LetGo ends the tie to an alert, as Take makes it.
func (i *Incident) LetGo(a *alert.Alert, now time.Time) error {
	if i.is.Status == Closed {
		return closed()
	}
	a.LeaveIncident(string(i.is.ID), now)
	return nil
}

// NoAlert is the error for an alert under field that is not there, or not the
// company's.
func NoAlert(field string) error {
	return fault.Field(field, fault.CodeInvalid, "must be an alert of the company")
}
