// Package observable is the technical traces that alerts and incidents share:
// addresses, names, hashes, accounts.
package observable

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ID identifies an observable.
type ID string

// MaxValue is the longest value kept, in characters.
const MaxValue = 4096

// State is an observable as stores and edges see it. (Company, Type, Value) is
// unique.
type State struct {
	ID         ID
	Company    tenant.ID
	Type       Type
	Value      string // normalised by type
	TLP        sharing.TLP
	Confidence int // 0..100
	Sightings  int
	FirstSeen  time.Time
	LastSeen   time.Time
	CreatedAt  time.Time
}

// DefaultConfidence is what an observable is given that nobody has judged.
const DefaultConfidence = 50

// Sighting is one observable seen in one alert.
type Sighting struct {
	Alert string
	Type  Type
	Value string // normalised by type
	At    time.Time
	TLP   sharing.TLP
}
