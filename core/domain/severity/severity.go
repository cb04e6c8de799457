// Package severity is the one scale on which alerts, incidents and messages
// are ranked.
package severity

import "github.com/sentineliq/sentineliq/core/domain/fault"

// Level is a step of the scale. Levels compare by rank: Low < High.
type Level uint8

// The scale. The zero value is no level.
const (
	None Level = iota
	Info
	Low
	Medium
	High
	Critical
)

var names = [...]string{"", "info", "low", "medium", "high", "critical"}

// Levels lists the scale from the least to the most severe.
func Levels() []Level { return []Level{Info, Low, Medium, High, Critical} }

// String returns the name clients use, such as "high"; "" for None.
func (l Level) String() string {
	if int(l) < len(names) {
		return names[l]
	}
	return ""
}

// Rank returns 1 for info up to 5 for critical, 0 for None.
func (l Level) Rank() int { return int(l) }

// Valid reports whether the level is on the scale.
func (l Level) Valid() bool { return l >= Info && l <= Critical }

// Parse reads a name; anything else is Invalid.
func Parse(name string) (Level, error) {
	for _, l := range Levels() {
		if names[l] == name {
			return l, nil
		}
	}
	return None, fault.New(fault.Invalid, "must be one of info, low, medium, high, critical")
}

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a name.
func (l *Level) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}
