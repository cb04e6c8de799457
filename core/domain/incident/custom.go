package incident

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

const (
	maxCustom     = 100      // custom fields
	maxCustomName = 100      // characters of a name
	maxCustomSize = 64 << 10 // bytes of them all, as JSON
)

// custom checks custom fields and returns them.
func custom(v *fault.Violations, fields map[string]any) map[string]any {
	if len(fields) > maxCustom {
		v.Add("custom_fields", fault.CodeTooLong, "at most %d fields are allowed", maxCustom)
		return fields
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		v.Text("custom_fields."+name, name, maxCustomName)
	}
	text, err := json.Marshal(fields)
	switch {
	case err != nil:
		v.Add("custom_fields", fault.CodeInvalid, "must be JSON")
	case len(text) > maxCustomSize:
		v.Add("custom_fields", fault.CodeTooLong, "at most %d bytes are allowed", maxCustomSize)
	}
	return fields
}

// merged returns fields with a patch merged into them, key by key, and objects
// within them in the same way: null takes a key out.
func merged(fields, patch map[string]any) map[string]any {
	out := maps.Clone(fields)
	if out == nil {
		out = make(map[string]any, len(patch))
	}
	for key, value := range patch {
		inner, object := value.(map[string]any)
		switch {
		case value == nil:
			delete(out, key)
		case object:
			present, _ := out[key].(map[string]any) //nolint:errcheck // what is no object is replaced
			out[key] = merged(present, inner)
		default:
			out[key] = value
		}
	}
	return out
}
