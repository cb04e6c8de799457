package page_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

const rowID = "01900000-0000-7000-8000-000000000001"

func sorts() []page.Sort {
	return []page.Sort{{Name: "created_at", Kind: page.Time}, {Name: "severity", Kind: page.Rank}, {Name: "name", Kind: page.Text}}
}

func TestColumns_IDComesLastInTheDirectionOfTheLastKey(t *testing.T) {
	t.Parallel()
	r := page.Request{Order: []page.Key{{Name: "severity", Desc: true}, {Name: "name"}}}
	got, err := r.Columns(sorts(), page.Key{Name: "created_at", Desc: true})
	require.NoError(t, err)
	require.Equal(t, page.Columns{
		{Name: "severity", Kind: page.Rank, Desc: true}, {Name: "name", Kind: page.Text}, {Name: "id", Kind: page.Text},
	}, got)

	got, err = page.Request{}.Columns(sorts(), page.Key{Name: "created_at", Desc: true})
	require.NoError(t, err)
	require.Equal(t, page.Columns{
		{Name: "created_at", Kind: page.Time, Desc: true}, {Name: "id", Kind: page.Text, Desc: true},
	}, got)
}

func TestColumns_UnknownAndRepeatedNamesAreInvalid(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]page.Key{
		"unknown":  {{Name: "password"}},
		"the id":   {{Name: "id"}},
		"repeated": {{Name: "name"}, {Name: "name", Desc: true}},
	} {
		_, err := page.Request{Order: order}.Columns(sorts(), page.Key{})
		require.True(t, fault.Is(err, fault.Invalid), name)
		require.Equal(t, "ordering", fault.ViolationsOf(err)[0].Field, name)
	}
}

func TestColumns_CursorReadsBackWhatItSpelled(t *testing.T) {
	t.Parallel()
	r := page.Request{Order: []page.Key{{Name: "created_at"}, {Name: "severity"}, {Name: "name"}}}
	columns, err := r.Columns(sorts(), page.Key{})
	require.NoError(t, err)
	for _, at := range []time.Time{{}, time.Date(2026, 3, 29, 1, 59, 59, 999_999_000, time.UTC)} {
		want := []any{at, int64(-3), "ü|,%\n🦉", rowID}
		cursor := columns.Cursor(want, true)
		require.True(t, cursor.Before)
		got, err := columns.Values(*cursor)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Zero(t, columns.Compare(want, got))
	}
}

func TestColumns_CursorThatDoesNotFitIsInvalid(t *testing.T) {
	t.Parallel()
	columns, err := page.Request{Order: []page.Key{{Name: "created_at"}, {Name: "severity"}}}.Columns(sorts(), page.Key{})
	require.NoError(t, err)
	for name, values := range map[string][]string{
		"none":     nil,
		"too few":  {"2026-01-01T00:00:00Z", rowID},
		"too many": {"2026-01-01T00:00:00Z", "1", "x", rowID},
		"no time":  {"yesterday", "1", rowID},
		"no rank":  {"2026-01-01T00:00:00Z", "high", rowID},
		"no id":    {"2026-01-01T00:00:00Z", "1", "1' OR '1'='1"},
		"NUL":      {"2026-01-01T00:00:00Z", "1", "01900000-0000-7000-8000-00000000000\x00"},
	} {
		_, err := columns.Values(page.Cursor{Values: values})
		require.True(t, fault.Is(err, fault.Invalid), name)
		require.Equal(t, "cursor", fault.ViolationsOf(err)[0].Field, name)
	}
}

func TestColumns_CompareByKeyThenID(t *testing.T) {
	t.Parallel()
	columns, err := page.Request{Order: []page.Key{{Name: "severity", Desc: true}}}.Columns(sorts(), page.Key{})
	require.NoError(t, err)
	require.Negative(t, columns.Compare([]any{int64(5), "a"}, []any{int64(1), "b"}))
	require.Positive(t, columns.Compare([]any{int64(5), "a"}, []any{int64(5), "b"}))
}
