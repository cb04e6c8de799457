package channel

import (
	"errors"
	"time"
)

// Refusal is a channel's verdict on a failed attempt. The channel says whether
// and when to try again; whoever sends decides.
type Refusal struct {
	Reason    string // fit for the customer to read; no secret in it
	Status    int    // HTTP or SMTP status; 0 where there was no answer
	Permanent bool   // trying again cannot help
	After     time.Duration
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// VerdictOn reads the verdict out of a sender's error. What is no Refusal is
// taken for a passing trouble whose text stays inside.
func VerdictOn(err error) Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return *r
	}
	return Refusal{Reason: "the message could not be sent"}
}
