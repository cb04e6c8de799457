package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// found lists what was recorded, as "field code".
func found(v *fault.Violations) []string {
	var list []string
	for _, one := range fault.ViolationsOf(v.Err()) {
		list = append(list, one.Field+" "+one.Code)
	}
	return list
}

func TestViolations_NoneIsNoError(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	require.True(t, v.Empty())
	require.NoError(t, v.Err())
	require.Empty(t, fault.ViolationsOf(nil))
	require.Empty(t, fault.ViolationsOf(errors.New("other")))
}

func TestViolations_AllAreToldAtOnce(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	v.Text("title", "", 5)
	v.Text("name", "abcdef", 5)
	v.Add("tags[3]", "odd", "%d of %s", 1, "them")
	err := v.Err()
	require.True(t, fault.Is(err, fault.Invalid))
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "validation_failed", e.Code)
	want := []fault.Violation{
		{Field: "title", Code: fault.CodeRequired, Message: "this field is required"},
		{Field: "name", Code: fault.CodeTooLong, Message: "at most 5 characters are allowed"},
		{Field: "tags[3]", Code: "odd", Message: "1 of them"},
	}
	require.Empty(t, cmp.Diff(want, e.Violations))

	v.Add("later", "odd", "x")
	require.Len(t, e.Violations, 3, "an error does not grow after it was made")
}

func TestViolations_TextRules(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text               string
		required, optional []string
	}{
		"fine":             {"héllo", nil, nil},
		"empty":            {"", []string{"f required"}, nil},
		"blank":            {" \t\u00a0", []string{"f required"}, nil},
		"counted in runes": {"ééééé", nil, nil},
		"too long":         {"éééééé", []string{"f too_long"}, []string{"f too_long"}},
		"not UTF-8":        {"a\xff", []string{"f invalid"}, []string{"f invalid"}},
		"NUL, told once":   {"a\x00\x00", []string{"f invalid"}, []string{"f invalid"}},
		"all of it": {
			"\xff\x00aaaa",
			[]string{"f too_long", "f invalid", "f invalid"},
			[]string{"f too_long", "f invalid", "f invalid"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var required, optional fault.Violations
			required.Text("f", c.text, 5)
			optional.Optional("f", c.text, 5)
			require.Equal(t, c.required, found(&required))
			require.Equal(t, c.optional, found(&optional))
		})
	}
}

func TestViolations_AnAnswerIsNoLongerThanAThousandLines(t *testing.T) {
	t.Parallel()
	var v, outer fault.Violations
	for i := range 5_000 {
		v.Add(fmt.Sprintf("tags[%d]", i), fault.CodeInvalid, "no")
	}
	require.Len(t, fault.ViolationsOf(v.Err()), 1_000)
	outer.Add("title", fault.CodeRequired, "no")
	require.True(t, outer.Merge(v.Err()))
	require.Len(t, fault.ViolationsOf(outer.Err()), 1_000)
}

func TestViolations_MergeTakesViolationsAndLeavesOtherErrors(t *testing.T) {
	t.Parallel()
	broken := fault.Field("name", fault.CodeInvalid, "100%% wrong")
	cases := map[string]struct {
		err    error
		merged bool
		want   []string
	}{
		"nil":               {nil, true, nil},
		"violations":        {broken, true, []string{"name invalid"}},
		"wrapped":           {fmt.Errorf("admin: %w", broken), true, []string{"name invalid"}},
		"another kind":      {fault.New(fault.Conflict, "taken"), false, nil},
		"invalid, no field": {fault.New(fault.Invalid, "not JSON"), false, nil},
		"no fault":          {errors.New("disk on fire"), false, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v, under fault.Violations
			require.Equal(t, c.merged, v.Merge(c.err))
			require.Equal(t, c.want, found(&v))
			require.Equal(t, c.merged, under.Under("admin_user", c.err))
			for i, line := range found(&under) {
				require.Equal(t, "admin_user."+c.want[i], line)
			}
			require.Len(t, found(&under), len(c.want))
		})
	}
	require.Equal(t, "name", fault.ViolationsOf(broken)[0].Field, "Under changes a copy")
	require.Equal(t, "100% wrong", fault.ViolationsOf(broken)[0].Message)
}

type colour string

func TestOneOf_EmptyIsTheFallbackAndUnknownIsAViolation(t *testing.T) {
	t.Parallel()
	allowed := []colour{"red", "green"}
	cases := map[string]struct {
		text string
		want colour
		ok   bool
	}{
		"known":   {"red", "red", true},
		"empty":   {"", "green", true},
		"unknown": {"blue", "green", false},
		"case":    {"RED", "green", false},
		"space":   {" red", "green", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v fault.Violations
			require.Equal(t, c.want, fault.OneOf(&v, "colour", c.text, "green", allowed))
			require.Equal(t, c.ok, v.Empty())
			if !c.ok {
				require.Equal(t, "must be one of red, green", fault.ViolationsOf(v.Err())[0].Message)
			}
		})
	}
}

func TestMoment_IsKeptInUTCToTheMicrosecond(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 5*3600+45*60)
	west := time.FixedZone("", -12*3600)
	cases := map[string]struct {
		in   time.Time
		want string
		ok   bool
	}{
		"zone":                      {time.Date(2026, 3, 1, 5, 45, 0, 1_999, east), "2026-03-01T00:00:00.000001Z", true},
		"none":                      {time.Time{}, "0001-01-01T00:00:00Z", true},
		"first":                     {time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), "1970-01-01T00:00:00Z", true},
		"too early":                 {time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), "1969-12-31T23:59:59Z", false},
		"too early, in UTC":         {time.Date(1970, 1, 1, 1, 0, 0, 0, east), "1969-12-31T19:15:00Z", false},
		"last":                      {time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "9999-12-31T23:59:59Z", true},
		"too late, but only in UTC": {time.Date(9999, 12, 31, 23, 0, 0, 0, west), "10000-01-01T11:00:00Z", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v fault.Violations
			got := v.Moment("event_time", c.in)
			require.Equal(t, c.want, got.Format(time.RFC3339Nano))
			require.Equal(t, time.UTC, got.Location())
			require.Equal(t, c.ok, v.Empty())
			if c.ok {
				_, err := got.MarshalJSON()
				require.NoError(t, err, "what passes can be written as JSON")
			}
		})
	}
}

func TestField_IsOneBrokenRule(t *testing.T) {
	t.Parallel()
	err := fault.Field("days", fault.CodeInvalid, "must be below %d", 366)
	require.Equal(t, []fault.Violation{{Field: "days", Code: "invalid", Message: "must be below 366"}}, fault.ViolationsOf(err))
	require.NotContains(t, err.Error(), "366", "the summary has no details")
}
