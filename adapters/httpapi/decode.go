package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// decoder fills values from JSON that inspect has passed, and collects what
// does not fit. Unlike encoding/json it knows one spelling of a name, no
// conversions, and no end at the first fault.
//
// Fields are named by their `json` tag; the `bind` tag says more:
//
//	notnull   null is refused, because there is no empty value it could mean
//	readonly  the field exists in answers only
type decoder struct {
	found  *fault.Violations
	faults int
}

func (d *decoder) add(path, code, message string) {
	if d.faults++; d.faults <= maxFaults {
		d.found.Add(path, code, "%s", message)
	}
}

// maxItems is far beyond every list that the domain allows.
const maxItems = 10_000

func (d *decoder) full() bool { return d.faults >= maxFaults }

// object fills a struct. Fields that are null or not there stay as they are,
// except those that can tell the two apart.
func (d *decoder) object(path string, raw json.RawMessage, target reflect.Value) {
	var fields map[string]json.RawMessage
	if !opens(raw, '{') || json.Unmarshal(raw, &fields) != nil {
		d.add(path, fault.CodeInvalid, "must be an object")
		return
	}
	for _, field := range reflect.VisibleFields(target.Type()) {
		name := field.Tag.Get("json")
		value, given := fields[name]
		if name == "" || !given {
			continue
		}
		delete(fields, name)
		at := join(path, name)
		switch bound := field.Tag.Get("bind"); {
		case bound == "readonly":
			d.add(at, fault.CodeReadOnly, "this field cannot be set here")
		case bound == "notnull" && isNull(value):
			d.add(at, fault.CodeRequired, "must not be null")
		default:
			d.value(at, value, target.FieldByIndex(field.Index))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		d.add(join(path, shown(name)), fault.CodeUnknown, "this field is not known here")
		if d.full() {
			return
		}
	}
}

// value fills one field or element. At this level null leaves a field as it
// is; element refuses it.
func (d *decoder) value(path string, raw json.RawMessage, target reflect.Value) {
	null := isNull(raw)
	if optional, ok := target.Addr().Interface().(giver); ok {
		inner := reflect.ValueOf(optional.give(null)).Elem()
		if !null {
			d.value(path, raw, inner)
		}
		return
	}
	if null {
		return
	}
	switch into := target.Addr().Interface().(type) {
	case *json.RawMessage:
		*into = bytes.Clone(raw)
	case *time.Time:
		d.time(path, raw, into)
	case *secret.Text:
		var text string
		d.value(path, raw, reflect.ValueOf(&text).Elem())
		*into = secret.New(text)
	default:
		d.plain(path, raw, target)
	}
}

// plain fills values of Go's own kinds.
func (d *decoder) plain(path string, raw json.RawMessage, target reflect.Value) {
	switch target.Kind() {
	case reflect.String:
		if !opens(raw, '"') {
			d.add(path, fault.CodeInvalid, "must be a string")
			return
		}
		target.SetString(unquote(bytes.TrimSpace(raw)))
	case reflect.Bool:
		text := string(bytes.TrimSpace(raw))
		if text != "true" && text != "false" {
			d.add(path, fault.CodeInvalid, "must be true or false")
			return
		}
		target.SetBool(text == "true")
	case reflect.Int:
		n, err := strconv.ParseInt(string(bytes.TrimSpace(raw)), 10, 64)
		if err != nil {
			d.add(path, fault.CodeInvalid, "must be a whole number")
			return
		}
		target.SetInt(n)
	case reflect.Slice:
		d.list(path, raw, target)
	case reflect.Map:
		d.dict(path, raw, target)
	case reflect.Struct:
		d.object(path, raw, target)
	case reflect.Pointer:
		fresh := reflect.New(target.Type().Elem())
		d.value(path, raw, fresh.Elem())
		target.Set(fresh)
	case reflect.Interface:
		d.free(path, raw, target)
	default:
		d.add(path, fault.CodeInvalid, "cannot be read")
	}
}

// list fills a slice, item by item: a list of a million wrong things is given
// up after the first hundred, not after all have been looked at.
func (d *decoder) list(path string, raw json.RawMessage, target reflect.Value) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if start, err := dec.Token(); err != nil || start != json.Delim('[') {
		d.add(path, fault.CodeInvalid, "must be a list")
		return
	}
	list := reflect.MakeSlice(target.Type(), 0, 0)
	for dec.More() {
		if list.Len() == maxItems {
			d.add(path, fault.CodeTooLong, "has more than "+strconv.Itoa(maxItems)+" items")
			return
		}
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			d.add(path, fault.CodeInvalid, "must be a list")
			return
		}
		value := reflect.New(target.Type().Elem()).Elem()
		d.element(path+"["+strconv.Itoa(list.Len())+"]", item, value)
		if d.full() {
			return
		}
		list = reflect.Append(list, value)
	}
	target.Set(list)
}

// dict fills a map with text keys.
func (d *decoder) dict(path string, raw json.RawMessage, target reflect.Value) {
	var items map[string]json.RawMessage
	if !opens(raw, '{') || json.Unmarshal(raw, &items) != nil {
		d.add(path, fault.CodeInvalid, "must be an object")
		return
	}
	dict := reflect.MakeMapWithSize(target.Type(), len(items))
	for _, key := range slices.Sorted(maps.Keys(items)) {
		value := reflect.New(target.Type().Elem()).Elem()
		d.element(join(path, shown(key)), items[key], value)
		dict.SetMapIndex(reflect.ValueOf(key), value)
		if d.full() {
			return
		}
	}
	target.Set(dict)
}

// element fills what has no name of its own that could be left out, so null is
// a value of the wrong type unless anything goes.
func (d *decoder) element(path string, raw json.RawMessage, target reflect.Value) {
	if !isNull(raw) || target.Kind() == reflect.Interface {
		d.value(path, raw, target)
		return
	}
	d.add(path, fault.CodeInvalid, "must not be null")
}

// free fills a value of any type. Numbers must survive the way through a
// float64, because that is what becomes of them in storage.
func (d *decoder) free(path string, raw json.RawMessage, target reflect.Value) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		d.add(path, fault.CodeInvalid, "cannot be read")
		return
	}
	if value = d.numbers(path, value); value != nil {
		target.Set(reflect.ValueOf(value))
	}
}

func (d *decoder) numbers(path string, value any) any {
	switch v := value.(type) {
	case json.Number:
		f, err := v.Float64()
		whole := !strings.ContainsAny(v.String(), ".eE")
		if err != nil || whole && strconv.FormatFloat(f, 'f', -1, 64) != v.String() {
			d.add(path, fault.CodeInvalid, "is a number too large to be kept exactly")
		}
		return f
	case []any:
		for i := range v {
			v[i] = d.numbers(path+"["+strconv.Itoa(i)+"]", v[i])
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			v[key] = d.numbers(join(path, shown(key)), v[key])
		}
	}
	return value
}

// time reads RFC 3339 and keeps microseconds, as the databases do.
func (d *decoder) time(path string, raw json.RawMessage, into *time.Time) {
	var t time.Time
	ok := opens(raw, '"')
	if ok {
		t, ok = readTime(unquote(bytes.TrimSpace(raw)))
	}
	if !ok {
		d.add(path, fault.CodeInvalid, "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z")
		return
	}
	*into = t
}

// readTime is strict where time.Parse is not, such as about offsets.
func readTime(text string) (time.Time, bool) {
	var t time.Time
	if err := t.UnmarshalText([]byte(text)); err != nil {
		return time.Time{}, false
	}
	return t.UTC().Truncate(time.Microsecond), true
}

func opens(raw json.RawMessage, with byte) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && raw[0] == with
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
