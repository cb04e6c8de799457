// Package fault is the vocabulary of things that go wrong: a coarse kind for
// machines, a stable code for clients, and a sentence for people.
//
// Only faults made here carry text that may leave the service. Whatever else
// reaches an edge is Internal, and its text stays in the log.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is; each edge maps kinds to its own
// terms (HTTP status, exit code) in one table.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody classified is a bug
// or a broken dependency, never the caller's mistake.
const (
	Internal        Kind = iota
	Invalid              // the input is malformed or breaks a rule of its own
	Unauthenticated      // nobody, or not who they claim to be
	Forbidden            // known, but not allowed
	NotFound             // absent, or another company's: nobody can tell which
	Conflict             // the state or a uniqueness rule forbids it
	Stale                // a precondition names a version that has passed
	TooLarge             // more than the service is willing to read
	Unsupported          // a format the service does not speak
	KeyReused            // an idempotency key that came with another request
	Limited              // too many; try again later
	Unavailable          // a dependency is down or an outcome is unknown; try again
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "stale",
	"too_large", "unsupported", "key_reused", "limited", "unavailable",
}

// String returns the kind's name, which is also the default code of its errors.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Internal]
}

// Kinds lists every kind, so that tables over kinds can be tested for gaps.
func Kinds() []Kind {
	kinds := make([]Kind, len(kindNames))
	for i := range kindNames {
		kinds[i] = Kind(i)
	}
	return kinds
}

// Error is a failure whose Message may be shown to whoever caused it.
type Error struct {
	Kind       Kind
	Code       string // stable machine word, such as "duplicate_source_ref"
	Message    string
	Violations []Violation   // only for Invalid
	ExistingID string        // only for Conflict: the object that is already there
	RetryAfter time.Duration // only for Limited and Unavailable; zero means unsaid
	cause      error
}

// New makes an error of a kind; its code is the kind's name.
func New(k Kind, message string) *Error {
	return &Error{Kind: k, Code: k.String(), Message: message}
}

// Newf is New with a format. The arguments must be fit for clients to read.
func Newf(k Kind, format string, args ...any) *Error {
	return New(k, fmt.Sprintf(format, args...))
}

// Wrap makes an error of a kind around a cause that stays internal: it can be
// found with errors.Is and errors.As and logged, but is not in the Message.
func Wrap(k Kind, message string, cause error) *Error {
	e := New(k, message)
	e.cause = cause
	return e
}

// WithCode returns a copy with another code.
func (e *Error) WithCode(code string) *Error {
	c := *e
	c.Code = code
	return &c
}

// Existing returns a copy that names the object in the way.
func (e *Error) Existing(id string) *Error {
	c := *e
	c.ExistingID = id
	return &c
}

// After returns a copy that says when trying again makes sense.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error returns the message and, for logs, the cause.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Message + ": " + e.cause.Error()
	}
	return e.Message
}

// Unwrap returns the internal cause, if any.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first Error in err's tree, Internal when
// there is none. The kind of nil is meaningless; do not ask.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind k. A nil error is of no kind.
func Is(err error, k Kind) bool {
	return err != nil && KindOf(err) == k
}
