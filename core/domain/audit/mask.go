package audit

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// sensitive lists parts of field names whose values never reach the log, in
// lower case without separators.
func sensitive() []string {
	return []string{
		"password", "passwd", "pwd", "secret", "token", "apikey", "authorization", "credential",
		"cookie", "privatekey", "signingkey", "webhookurl", "accesskey", "sessionkey", "passphrase",
		"encryptionkey", "masterkey", "sshkey", "bearer",
	}
}

// exact lists names that tell only when they stand alone: inside others they
// are too common, as in "regkey" or "bypass".
func exact() []string { return []string{"key", "keys", "pass", "jwt"} }

// Masked returns a copy of value in which every field with a telling name is
// masked, at any depth of maps, lists, structs and raw JSON.
func Masked(value any) any {
	return newMasker().mask(value)
}

// MaskedChanges applies Masked to both sides of every change.
func MaskedChanges(changes Changes) Changes {
	m := newMasker()
	out := make(Changes, len(changes))
	for field, pair := range changes {
		out[field] = [2]any{m.field(field, pair[0]), m.field(field, pair[1])}
	}
	return out
}

type masker struct {
	parts, whole []string
}

func newMasker() masker { return masker{parts: sensitive(), whole: exact()} }

// field masks a value that stands under a name. Nothing is no secret: that a
// field became empty may be read.
func (m masker) field(name string, value any) any {
	if value != nil && m.telling(name) {
		return secret.Mask
	}
	return m.mask(value)
}

func (m masker) telling(name string) bool {
	flat := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	return slices.Contains(m.whole, flat) ||
		slices.ContainsFunc(m.parts, func(part string) bool { return strings.Contains(flat, part) })
}

func (m masker) mask(value any) any {
	switch v := value.(type) {
	case nil, string, bool, int, float64:
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = m.field(key, inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = m.mask(inner)
		}
		return out
	case json.RawMessage:
		return m.document(v)
	case encoding.TextMarshaler: // it says itself what may be read
		return v
	default:
		return m.other(reflect.ValueOf(value))
	}
}

// other masks what has a type of its own.
func (m masker) other(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return m.mask(v.Elem().Interface())
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for entries := v.MapRange(); entries.Next(); {
			key := fmt.Sprint(entries.Key())
			out[key] = m.field(key, entries.Value().Interface())
		}
		return out
	case reflect.Slice, reflect.Array:
		switch v.Type().Elem().Kind() {
		case reflect.Map, reflect.Slice, reflect.Array, reflect.Struct, reflect.Pointer, reflect.Interface:
			out := make([]any, v.Len())
			for i := range out {
				out[i] = m.mask(v.Index(i).Interface())
			}
			return out
		default:
			return v.Interface()
		}
	case reflect.Struct:
		text, err := json.Marshal(v.Interface())
		if err != nil {
			return secret.Mask
		}
		return m.document(text)
	default:
		return v.Interface()
	}
}

// document masks JSON. What cannot be read cannot be judged, so it is not shown.
func (m masker) document(text json.RawMessage) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return secret.Mask
	}
	return m.mask(value)
}
