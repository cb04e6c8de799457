package fault

import (
	"slices"
	"strings"
)

// OneOf returns text as an enum value, or records that it is none of them.
// Empty text gives the fallback.
func OneOf[T ~string](v *Violations, field, text string, fallback T, allowed []T) T {
	if text == "" {
		return fallback
	}
	if !slices.Contains(allowed, T(text)) {
		names := make([]string, len(allowed))
		for i, a := range allowed {
			names[i] = string(a)
		}
		v.Add(field, CodeInvalid, "must be one of %s", strings.Join(names, ", "))
		return fallback
	}
	return T(text)
}
