package httpapi

import (
	"encoding/json"
	"time"
)

// stamp is how times look: RFC 3339 in UTC with microseconds.
const stamp = "2006-01-02T15:04:05.000000Z"

// at writes a time that is always there.
func at(t time.Time) string { return t.UTC().Format(stamp) }

// atOrNull writes a time that may not have come yet.
func atOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := at(t)
	return &text
}

// orNull writes an id or a choice: null where there is none.
func orNull[T ~string](value T) *string {
	if value == "" {
		return nil
	}
	text := string(value)
	return &text
}

// filled writes a list as a list, even when there is nothing in it.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// texts writes a list of ids or names.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = string(item)
	}
	return out
}

func rawOrNull(raw json.RawMessage) *json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	return &raw
}
