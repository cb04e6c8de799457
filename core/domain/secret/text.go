// Package secret holds text that must never be shown.
package secret

import "crypto/subtle"

// Mask is what every way of printing a Text shows instead of it.
const Mask = "[secret]"

// Text is a password, token or key. It prints, formats, logs and marshals as
// Mask; the value comes out through Reveal alone, which is easy to grep for.
type Text struct{ value string }

// New wraps a value.
func New(value string) Text { return Text{value: value} }

// Reveal returns the value. Callers hand it to whoever needs it and keep no copy.
func (t Text) Reveal() string { return t.value }

// Empty reports whether there is no value.
func (t Text) Empty() bool { return t.value == "" }

// Equal compares in constant time.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.value), []byte(other.value)) == 1
}

// String returns Mask.
func (Text) String() string { return Mask }

// GoString returns Mask, for %#v.
func (Text) GoString() string { return Mask }

// MarshalText returns Mask, for JSON and slog.
func (Text) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// UnmarshalText takes the value of an input field.
func (t *Text) UnmarshalText(text []byte) error {
	t.value = string(text)
	return nil
}
