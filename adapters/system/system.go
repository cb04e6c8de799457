// Package system is the real time and real identifiers.
package system

import (
	"time"

	"github.com/google/uuid"
)

// Clock implements system.Clock with the clock of the machine.
type Clock struct{}

// Now returns the time in UTC, to the microsecond.
func (Clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// IDs implements system.IDs with UUIDv7, which are in the order of time within
// one process.
type IDs struct{}

// New returns a UUIDv7. The library makes one of the clock and of the system's
// randomness, which never fails.
func (IDs) New() string { return uuid.Must(uuid.NewV7()).String() }
