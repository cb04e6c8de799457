package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

const jsonType = "application/json"

// readBody reads the body of a route that looks at it, whatever is in it.
func (c *call) readBody(w http.ResponseWriter) error {
	if c.route.limit == 0 {
		return nil
	}
	tooLarge := fault.Newf(fault.TooLarge, "the body is larger than %d bytes", c.route.limit)
	if c.request.ContentLength > c.route.limit {
		return tooLarge
	}
	var large *http.MaxBytesError
	body, err := io.ReadAll(http.MaxBytesReader(w, c.request.Body, c.route.limit))
	switch {
	case errors.As(err, &large):
		return tooLarge
	case err != nil:
		return fault.Wrap(fault.Invalid, "the body could not be read to its end", err).WithCode("malformed_body")
	}
	c.body = body
	return nil
}

// mediaType returns the type of the body, if it is one of those wanted. A body
// that is compressed or in another charset is of none of them.
func (c *call) mediaType(wanted ...string) (string, error) {
	refused := fault.New(fault.Unsupported, "the body must be "+strings.Join(wanted, " or "))
	values := c.request.Header.Values("Content-Type")
	if len(values) != 1 || c.request.Header.Get("Content-Encoding") != "" {
		return "", refused
	}
	kind, params, err := mime.ParseMediaType(values[0])
	charset, said := params["charset"]
	if err != nil || !slices.Contains(wanted, kind) || said && !strings.EqualFold(charset, "utf-8") {
		return "", refused
	}
	return kind, nil
}

// checked is an input that can say what the domain will find wrong with it. It
// is asked only when the binding has found something itself, so that a client
// hears of everything at once; otherwise the use case finds it.
type checked interface{ faults() error }

// whole is part of the inputs that both PATCH and PUT have: it says which of the
// two it is, because what a patch leaves out a replacement may lack.
type whole struct{ replaces bool }

func (w *whole) replace() { w.replaces = true }

type replacer interface{ replace() }

// bind reads the body into target, a pointer to a struct. Every fault of the
// body is in the one error.
func (c *call) bind(target any) error {
	if _, err := c.mediaType(jsonType); err != nil {
		return err
	}
	return bind(c.body, target)
}

// bindOptional is bind for routes that can do without a body.
func (c *call) bindOptional(target any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	return c.bind(target)
}

func bind(data []byte, target any) error {
	var v fault.Violations
	if err := inspect(data, &v); err != nil {
		return err
	}
	if !opens(data, '{') {
		return malformed("the body must be a JSON object")
	}
	d := decoder{found: &v}
	d.object("", data, reflect.ValueOf(target).Elem())
	if v.Empty() {
		return nil
	}
	if in, ok := target.(checked); ok {
		mergeNew(&v, in.faults())
	}
	return v.Err()
}

// mergeNew adds what err finds about fields that nobody complained about yet: a
// field of the wrong type is not missing as well.
func mergeNew(v *fault.Violations, err error) {
	known := fault.ViolationsOf(v.Err())
	for _, one := range fault.ViolationsOf(err) {
		if !slices.ContainsFunc(known, func(k fault.Violation) bool { return covers(k.Field, one.Field) }) {
			v.Add(one.Field, one.Code, "%s", one.Message)
		}
	}
}

// covers reports whether field is known, or a part of it or around it.
func covers(known, field string) bool {
	below := func(a, b string) bool { return strings.HasPrefix(a, b+".") || strings.HasPrefix(a, b+"[") }
	return known == field || below(field, known) || below(known, field)
}

// Optional is a field of a patch: it may be left out, be null, or have a value.
type Optional[T any] struct {
	Value T
	Given bool
	Null  bool // then Value is the zero value
}

// Ptr returns nil for a field that was left out, and a pointer to the zero
// value for one that is null.
func (o Optional[T]) Ptr() *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

// Or returns a pointer to the value, or to the fallback when the field was left
// out: what a replacement does where a patch leaves things alone.
func (o Optional[T]) Or(fallback T) *T {
	if !o.Given {
		return &fallback
	}
	return &o.Value
}

// give marks the field as given and returns where its value goes.
func (o *Optional[T]) give(null bool) any {
	o.Given, o.Null = true, null
	return &o.Value
}

type giver interface{ give(null bool) any }

// isNull reports whether a value is the null of JSON.
func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }
