package task

import "slices"

// Status is where the work on a task stands.
type Status string

// The statuses. Each may become any other: who canceled by mistake takes it
// back.
const (
	Open       Status = "open"
	InProgress Status = "in_progress"
	Completed  Status = "completed"
	Canceled   Status = "canceled"
)

// Statuses lists the statuses in the order in which they sort.
func Statuses() []Status { return []Status{Open, InProgress, Completed, Canceled} }

// Pending reports whether there is still something to do.
func (s Status) Pending() bool { return s == Open || s == InProgress }

// Rank is the place of the status in its order, from 0. What is pending ranks
// below what is not.
func (s Status) Rank() int { return slices.Index(Statuses(), s) }

// Priority is how soon a task wants doing.
type Priority string

// The priorities. Their names are those of severities, so that a rule can
// compare the two by rank.
const (
	Low      Priority = "low"
	Medium   Priority = "medium"
	High     Priority = "high"
	Critical Priority = "critical"
)

// Priorities lists the priorities from the least to the most urgent.
func Priorities() []Priority { return []Priority{Low, Medium, High, Critical} }

// Rank is the place of the priority in its order, from 0.
func (p Priority) Rank() int { return slices.Index(Priorities(), p) }
