// Package telemetry is what the core reports about itself to operators.
package telemetry

import "time"

// Meter counts and measures. Names and labels are few and fixed: no ids, no
// tenants, no text from outside.
type Meter interface {
	// Count adds n to a counter; labels come in pairs of name and value.
	Count(name string, n int, labels ...string)
	// Observe adds a duration to a histogram.
	Observe(name string, d time.Duration, labels ...string)
	// Set sets a gauge.
	Set(name string, value float64, labels ...string)
}

// Log is what background work reports when nobody waits for its error. Fields
// come in pairs of name and value; secrets mask themselves.
type Log interface {
	Info(message string, fields ...any)
	Warn(message string, fields ...any)
	Error(message string, fields ...any)
}
