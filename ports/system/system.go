// Package system is time and identity: the two things the domain must be
// given, so that a test can decide what they are.
package system

import "time"

// Clock tells the time, in UTC and truncated to microseconds, which is what
// both databases keep.
type Clock interface {
	Now() time.Time
}

// IDs makes identifiers: UUIDv7 strings, unique and roughly in the order of
// time.
type IDs interface {
	New() string
}
