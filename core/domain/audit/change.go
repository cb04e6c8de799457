package audit

import (
	"crypto/sha256"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// maxValue is how many characters of a text an entry keeps. The log records
// that and how a text changed; it is not a second copy of every text.
const maxValue = 2_000

// Diff compares two values of one struct type field by field and returns the
// fields that differ, under the name in their `audit` tag. Fields without a
// tag are left out. A secret that differs shows as masked on both sides.
func Diff[T any](before, after T) Changes {
	changes := Changes{}
	was, is := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range was.NumField() {
		name := was.Type().Field(i).Tag.Get("audit")
		if name == "" || name == "-" {
			continue
		}
		if equal(was.Field(i), is.Field(i)) {
			continue
		}
		pair := [2]any{plain(was.Field(i)), plain(is.Field(i))}
		if pair[0] != nil || pair[1] != nil {
			changes[name] = pair
		}
	}
	return changes
}

func equal(a, b reflect.Value) bool {
	if t, ok := a.Interface().(time.Time); ok {
		return t.Equal(b.Interface().(time.Time)) //nolint:errcheck // both are fields of one type
	}
	switch a.Kind() {
	case reflect.Pointer:
		if !a.IsNil() && !b.IsNil() {
			return equal(a.Elem(), b.Elem())
		}
	case reflect.Slice, reflect.Map:
		if a.Len() == 0 && b.Len() == 0 {
			return true
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// plain turns a field into what JSON carries; empty values become nil, so that
// a reader sees "nothing" rather than one of its many spellings.
func plain(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	}
	switch value := v.Interface().(type) {
	case secret.Text:
		if value.Empty() {
			return nil
		}
		return secret.Mask
	case time.Time:
		if value.IsZero() {
			return nil
		}
		return value.UTC().Format("2006-01-02T15:04:05.000000Z")
	case json.RawMessage:
		return digest(value)
	case encoding.TextMarshaler:
		text, err := value.MarshalText()
		if err != nil {
			return fmt.Sprintf("unprintable: %v", err)
		}
		return orNil(string(text))
	}
	switch v.Kind() {
	case reflect.String:
		return orNil(short(v.String()))
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			return nil
		}
	}
	return v.Interface()
}

// digest stands for a document whose content belongs to somebody else: it may
// be a megabyte and hold anything. It proves which one it was.
func digest(document json.RawMessage) any {
	if len(document) == 0 {
		return nil
	}
	return fmt.Sprintf("%d bytes, SHA-256 %x", len(document), sha256.Sum256(document))
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// short cuts a long text and says how long it was.
func short(text string) string {
	if utf8.RuneCountInString(text) <= maxValue {
		return text
	}
	runes := []rune(text)
	return fmt.Sprintf("%s… (%d characters)", string(runes[:maxValue]), len(runes))
}
