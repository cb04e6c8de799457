// Package condition decides whether a rule's condition holds for an event.
package condition

import "context"

// Facts are what a condition looks at: by noun ("event", "alert", "incident",
// "company", "actor"), with the field names of the API.
type Facts = map[string]map[string]any

// Engine checks and runs conditions. Conditions are written by customers:
// an engine bounds their cost in time, memory and depth.
type Engine interface {
	// Check reports what is wrong with a condition, with its place, as
	// fault.Invalid. The empty condition is fine: it always holds.
	Check(source string) error
	// Holds runs a condition. A name that the facts lack makes it false. An
	// error means that it could not be decided: too costly, or not checked.
	Holds(ctx context.Context, source string, facts Facts) (bool, error)
}
