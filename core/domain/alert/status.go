package alert

import "slices"

// Status is where an alert stands in triage.
type Status string

// The statuses. An alert becomes Escalated only by an incident, and leaves
// that status only with it.
const (
	New        Status = "new"
	InProgress Status = "in_progress"
	Resolved   Status = "resolved"
	Escalated  Status = "escalated"
)

// Statuses lists the statuses in the order in which they sort.
func Statuses() []Status { return []Status{New, InProgress, Escalated, Resolved} }

// Active reports whether a repeated report still belongs to the alert.
func (s Status) Active() bool { return s != Resolved }

// transitions is the state machine that analysts move by hand.
func transitions() map[Status][]Status {
	return map[Status][]Status{
		New:        {InProgress, Resolved},
		InProgress: {New, Resolved},
		Resolved:   {New, InProgress},
		Escalated:  {},
	}
}

func (s Status) mayBecome(to Status) bool { return slices.Contains(transitions()[s], to) }

// Resolution is what a resolved alert turned out to be.
type Resolution string

// The resolutions.
const (
	TruePositive  Resolution = "true_positive"
	FalsePositive Resolution = "false_positive"
	Benign        Resolution = "benign"
	Duplicate     Resolution = "duplicate"
)

// Resolutions lists the resolutions.
func Resolutions() []Resolution {
	return []Resolution{TruePositive, FalsePositive, Benign, Duplicate}
}
