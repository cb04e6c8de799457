// Package secret holds text that must never be shown.
package secret

import "crypto/subtle"

// Mask is what every way of printing a Text shows instead of it.
const Mask = "[secret]"

// Text is a password, token or key. It prints, formats, logs and marshals as
// Mask; the value comes out through Reveal alone, which is easy to grep for.
//
// The value stands behind a pointer because fmt asks no method of a field that
// is not exported: it would print the text, and prints an address. So == does
// not compare values; Equal does.
type Text struct{ value *string }

// New wraps a value.
func New(value string) Text {
	if value == "" {
		return Text{} // so that deep comparison knows one kind of empty
	}
	return Text{value: &value}
}

// Reveal returns the value. Callers hand it to whoever needs it and keep no copy.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// Empty reports whether there is no value.
func (t Text) Empty() bool { return t.value == nil }

// Equal compares in constant time.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.Reveal()), []byte(other.Reveal())) == 1
}

// String returns Mask.
func (Text) String() string { return Mask }

// GoString returns Mask, for %#v.
func (Text) GoString() string { return Mask }

// MarshalText returns Mask, for JSON and slog.
func (Text) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// UnmarshalText takes the value of an input field.
func (t *Text) UnmarshalText(text []byte) error {
	*t = New(string(text))
	return nil
}
