package observable

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Value is what identifies an observable within a company.
type Value struct {
	Type  Type
	Value string
}

// FromReport turns what an alert reports (type → values) into distinct
// normalised values, sorted by type and value so that two writers lock the
// same rows in the same order.
//
// A value that its type refuses comes back as Other with its text trimmed, and
// blank ones are dropped. Sensors write "unknown" where an address belongs; an
// alert that were refused for it would be an attack nobody hears of.
func FromReport(data map[string][]string) []Value {
	var out []Value
	for t, values := range data {
		for _, raw := range values {
			if text, err := Normalise(Type(t), raw); err == nil {
				out = append(out, Value{Type: Type(t), Value: text})
			} else if text := salvage(raw); text != "" {
				out = append(out, Value{Type: Other, Value: text})
			}
		}
	}
	slices.SortFunc(out, func(a, b Value) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(out)
}

// salvage makes a text that Other accepts of anything: what cannot be stored
// is replaced, and what exceeds MaxValue cut off.
func salvage(raw string) string {
	text := trim(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(raw, "\uFFFD")))
	if runes := []rune(text); len(runes) > MaxValue {
		text = trim(string(runes[:MaxValue]))
	}
	return text
}
