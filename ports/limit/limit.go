// Package limit bounds how often somebody may fail.
package limit

import "time"

// Failures counts failures under a key, such as an account or an address.
// Asking costs nothing; only failing does.
type Failures interface {
	// Blocked reports whether the key has failed too often, and for how much
	// longer it is blocked.
	Blocked(key string) (wait time.Duration, blocked bool)
	// Failed counts one failure.
	Failed(key string)
}
