package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Violation is one rule that one field breaks. Field is a dotted path into the
// input, such as "admin_user.email" or "tags[3]".
type Violation struct {
	Field   string
	Code    string
	Message string
}

// The codes of violations that many fields share.
const (
	CodeRequired = "required"
	CodeTooLong  = "too_long"
	CodeInvalid  = "invalid"
	CodeUnknown  = "unknown_field"
	CodeReadOnly = "read_only"
)

// Violations collects every broken rule of an input, so that a client learns
// of all of them at once. The zero value is ready to use.
type Violations struct {
	list []Violation
}

// maxViolations is how many are kept. A body of a megabyte can break a rule in
// half a million places; the answer must not be longer than the question.
const maxViolations = 1_000

// Add records a violation.
func (v *Violations) Add(field, code, format string, args ...any) {
	if len(v.list) < maxViolations {
		v.list = append(v.list, Violation{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// Require records a violation when text is empty or blank.
func (v *Violations) Require(field, text string) bool {
	if strings.TrimSpace(text) != "" {
		return true
	}
	v.Add(field, CodeRequired, "this field is required")
	return false
}

// Text checks a required text of at most limit characters that is storable.
func (v *Violations) Text(field, text string, limit int) {
	if v.Require(field, text) {
		v.Optional(field, text, limit)
	}
}

// Optional checks a text that may be empty: at most limit characters, valid
// UTF-8 and no NUL, which PostgreSQL cannot store.
func (v *Violations) Optional(field, text string, limit int) {
	if utf8.RuneCountInString(text) > limit {
		v.Add(field, CodeTooLong, "at most %d characters are allowed", limit)
	}
	if !utf8.ValidString(text) {
		v.Add(field, CodeInvalid, "must be valid UTF-8")
	}
	if strings.IndexByte(text, 0) >= 0 {
		v.Add(field, CodeInvalid, "must not contain a NUL character")
	}
}

// Moment checks a time that somebody sends and returns it as it is kept: in
// UTC, to the microsecond. RFC 3339 ends with the year 9999, and no sensor
// reports from before 1970. The zero time passes: it means none.
func (v *Violations) Moment(field string, t time.Time) time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	if !t.IsZero() && (t.Year() < 1970 || t.Year() > 9999) {
		v.Add(field, CodeInvalid, "must lie between the years 1970 and 9999")
	}
	return t
}

// Under is Merge for a nested input: each field stands below prefix.
func (v *Violations) Under(prefix string, err error) bool {
	found := ViolationsOf(err)
	for _, n := range found {
		v.Add(prefix+"."+n.Field, n.Code, "%s", n.Message)
	}
	return err == nil || len(found) > 0
}

// Merge adds the violations that err carries, under their own names. It reports
// whether that was all there was to err; any other error is for the caller.
func (v *Violations) Merge(err error) bool {
	found := ViolationsOf(err)
	for _, n := range found {
		v.Add(n.Field, n.Code, "%s", n.Message)
	}
	return err == nil || len(found) > 0
}

// Empty reports whether nothing was recorded.
func (v *Violations) Empty() bool { return len(v.list) == 0 }

// Err returns nil when nothing was recorded, else one Invalid error with all.
func (v *Violations) Err() error {
	if v.Empty() {
		return nil
	}
	e := New(Invalid, "the input is invalid").WithCode("validation_failed")
	e.Violations = append([]Violation(nil), v.list...)
	return e
}

// Field is the error of a single broken rule.
func Field(field, code, format string, args ...any) error {
	var v Violations
	v.Add(field, code, format, args...)
	return v.Err()
}

// ViolationsOf returns the violations that err carries, none for other errors.
func ViolationsOf(err error) []Violation {
	var e *Error
	if errors.As(err, &e) {
		return e.Violations
	}
	return nil
}
