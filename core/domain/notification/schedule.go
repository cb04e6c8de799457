package notification

import "time"

// Schedule is the waits between the attempts of a delivery; its length plus
// one is the number of attempts.
type Schedule []time.Duration

// maxRetryAfter bounds what a receiver may ask for: an hour, so that one
// mistaken header cannot silence a channel for a year.
const maxRetryAfter = time.Hour

// Wait returns how long to wait after the given number of attempts, with up to
// a fifth more or less by jitter (0 to 1), so that a recovering receiver is
// not hit by everything at once. It returns nil when the attempts are used up.
// A receiver's own wish counts if it is longer.
func (s Schedule) Wait(attempts int, asked time.Duration, jitter float64) *time.Duration {
	if attempts < 1 || attempts > len(s) {
		return nil
	}
	base := float64(s[attempts-1])
	wait := time.Duration(base * (0.8 + 0.4*jitter))
	wait = max(wait, min(asked, maxRetryAfter))
	return &wait
}
