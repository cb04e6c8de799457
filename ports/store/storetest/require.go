package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// requireFault asks for an error of a kind and, unless empty, a code.
func requireFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.KindOf(err), "%v", err)
	var f *fault.Error
	if code != "" {
		require.ErrorAs(t, err, &f)
		require.Equal(t, code, f.Code, "%v", err)
	}
}

func requireNotFound(t *testing.T, err error) {
	t.Helper()
	requireFault(t, err, fault.NotFound, "")
}

// requireField asks for the error of one invalid field.
func requireField(t *testing.T, err error, field string) {
	t.Helper()
	requireFault(t, err, fault.Invalid, "")
	require.Len(t, fault.ViolationsOf(err), 1)
	require.Equal(t, field, fault.ViolationsOf(err)[0].Field)
}

// isStale reports whether err is what saving an old version gets.
func isStale(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Kind == fault.Conflict && f.Code == "changed_meanwhile"
}

// requireSame compares what was stored with what came back. Nil and empty are
// the same, raw JSON is compared by its meaning, and every time is in UTC.
func requireSame(t *testing.T, want, got any, opts ...cmp.Option) {
	t.Helper()
	opts = append(opts, cmpopts.EquateEmpty(), cmp.FilterValues(anyJSON, cmp.Comparer(sameJSON)))
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Fatalf("what came back differs (-stored +read):\n%s", diff)
	}
	requireUTC(t, reflect.ValueOf(got))
}

func anyJSON(a, b json.RawMessage) bool { return len(a) > 0 || len(b) > 0 }

func sameJSON(a, b json.RawMessage) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return reflect.DeepEqual(numbered(a), numbered(b))
}

// numbered reads JSON without losing the digits of its numbers.
func numbered(text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return value
}

func requireUTC(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			require.Equal(t, time.UTC, at.Location(), "times are in UTC")
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				requireUTC(t, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			requireUTC(t, v.Index(i))
		}
	}
}

// requireFull asks that every field of a struct is set but for those named, so
// that a new field cannot be forgotten here either.
func requireFull(t *testing.T, state any, unset []string) {
	t.Helper()
	v := reflect.ValueOf(state)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !slices.Contains(unset, name) {
			require.False(t, v.Field(i).IsZero(), "%T.%s is not set: give it a value in the suite, and the store a column", state, name)
		}
	}
}

// pick turns a list into one of what matters of each item.
func pick[T, U any](list []T, what func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, item := range list {
		out = append(out, what(item))
	}
	return out
}

func ref[T any](v T) *T { return &v }
