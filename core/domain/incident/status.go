package incident

import "slices"

// Status is where an incident stands.
type Status string

// The statuses.
const (
	Open       Status = "open"
	InProgress Status = "in_progress"
	Resolved   Status = "resolved"
	Closed     Status = "closed"
)

// Statuses lists the statuses in the order in which they sort.
func Statuses() []Status { return []Status{Open, InProgress, Resolved, Closed} }

// transitions is the state machine; a closed incident stays closed until it is
// reopened as a decision of its own.
func transitions() map[Status][]Status {
	return map[Status][]Status{
		Open:       {InProgress, Resolved, Closed},
		InProgress: {Open, Resolved, Closed},
		Resolved:   {Open, InProgress, Closed},
		Closed:     {},
	}
}

func (s Status) mayBecome(to Status) bool { return slices.Contains(transitions()[s], to) }

// ended reports whether there is nothing left to do.
func (s Status) ended() bool { return s == Resolved || s == Closed }
