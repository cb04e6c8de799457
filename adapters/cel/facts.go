package cel

import (
	"encoding/json"
	"math"
	"time"

	"github.com/sentineliq/sentineliq/ports/condition"
)

// look returns what a program sees of the facts: of every noun the fields it
// names, in CEL's types. Facts come as Go values or from JSON, and must decide
// the same either way.
func (p *program) look(facts condition.Facts) map[string]any {
	seen := make(map[string]any, len(p.fields))
	for noun, fields := range p.fields {
		shown := make(map[string]any, len(fields))
		for _, field := range fields {
			value, found := facts[noun][field]
			if !found {
				continue
			}
			if isTime(field) {
				value, found = moment(value)
			} else {
				value = plain(value)
			}
			if found {
				shown[field] = value
			}
		}
		seen[noun] = shown
	}
	return seen
}

// isTime reports whether a field holds a time, whatever its noun.
func isTime(field string) bool {
	switch field {
	case "time", "event_time", "first_seen", "last_seen", "created_at", "completed_at", "start_date", "due_date":
		return true
	default:
		return false
	}
}

// moment reads a time. The zero time and null are no time at all: the fact is
// lacking.
func moment(value any) (any, bool) {
	switch v := value.(type) {
	case time.Time:
		return v, !v.IsZero()
	case *time.Time:
		if v == nil {
			return nil, false
		}
		return *v, !v.IsZero()
	case string:
		t, err := time.Parse(time.RFC3339Nano, v)
		return t, err == nil && !t.IsZero()
	default:
		return nil, false
	}
}

// plain turns the numbers of JSON into the integers they were. A number beyond
// 2^53 is not known exactly and stays as it is.
func plain(value any) any {
	switch v := value.(type) {
	case float64:
		const exact = 1 << 53
		if v == math.Trunc(v) && math.Abs(v) < exact {
			return int64(v)
		}
		return v
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plain(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = plain(item)
		}
		return out
	default:
		return value
	}
}
