package channel

import (
	"maps"
	"slices"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Merge changes the settings that patch names and checks the result. Null
// empties a setting; a secret that is left out, or sent back as Mask showed it,
// stays what it was. Headers merge name by name.
func Merge(d Description, old, patch map[string]any) (map[string]any, error) {
	return combine(d, maps.Clone(old), old, patch)
}

// Replace returns settings instead of old and checks them. What was left out is
// gone; a secret sent back as Mask showed it stays what it was.
func Replace(d Description, old, settings map[string]any) (map[string]any, error) {
	return combine(d, nil, old, settings)
}

// combine writes change over base. What old knows is used for what change only
// shows masked.
func combine(d Description, base, old, change map[string]any) (map[string]any, error) {
	if base == nil {
		base = map[string]any{}
	}
	var v fault.Violations
	for _, name := range slices.Sorted(maps.Keys(change)) {
		f, known := d.Field(name)
		value := change[name]
		headers, isMap := value.(map[string]any)
		switch {
		case !known:
			unknown(&v, d, name)
		case value == nil:
			delete(base, name)
		case f.Kind == KindHeaders && isMap:
			base[name] = f.combineHeaders(&v, mapOf(base[name]), mapOf(old[name]), headers)
		case f.Secret && old[name] != nil && value == f.shown(old[name]):
			base[name] = old[name]
		default:
			base[name] = value
		}
	}
	check(&v, d, base)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return base, nil
}

// combineHeaders is combine for headers, whose names ignore case.
func (f Field) combineHeaders(v *fault.Violations, base, old, change map[string]any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(change)) {
		path, lower := Path(f.Name)+"."+name, strings.ToLower(name)
		if seen[lower] {
			v.Add(path, fault.CodeInvalid, "this header is there twice")
		}
		seen[lower] = true
		before := valueOf(old, name)
		maps.DeleteFunc(out, func(key string, _ any) bool { return strings.EqualFold(key, name) })
		switch value := change[name]; {
		case value == nil:
		case before != nil && value == maskValue(before):
			out[name] = before
		default:
			out[name] = value
		}
	}
	return out
}

func mapOf(value any) map[string]any {
	m, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	return m
}

func valueOf(headers map[string]any, name string) any {
	for key, value := range headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return nil
}
