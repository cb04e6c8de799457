package page_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/page"
)

func TestRequest_SizeStaysWithinTheLimits(t *testing.T) {
	t.Parallel()
	for asked, want := range map[int]int{-1: 50, 0: 50, 1: 1, 50: 50, 999: 999, 1000: 1000, 1001: 1000, 1 << 40: 1000} {
		require.Equal(t, want, page.Request{Size: asked}.Normal().Size, asked)
	}
}

func TestRequest_NormalSharesNoOrder(t *testing.T) {
	t.Parallel()
	r := page.Request{Order: []page.Key{{Name: "created_at"}}, NoCount: true, Cursor: &page.Cursor{Before: true}}
	n := r.Normal()
	n.Order[0].Name = "severity"
	require.Equal(t, "created_at", r.Order[0].Name)
	require.True(t, n.NoCount)
	require.Equal(t, r.Cursor, n.Cursor)
}

func TestMap_ConvertsItemsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	next, prev := &page.Cursor{Values: []string{"2"}}, &page.Cursor{Values: []string{"1"}, Before: true}
	in := page.Result[int]{Items: []int{1, 2}, Next: next, Prev: prev, Count: page.MaxCount, CountCapped: true}
	want := page.Result[string]{Items: []string{"1", "2"}, Next: next, Prev: prev, Count: page.MaxCount, CountCapped: true}
	require.Equal(t, want, page.Map(in, strconv.Itoa))
	require.NotNil(t, page.Map(page.Result[int]{}, strconv.Itoa).Items, "an empty page is a list, not null")
}

func TestColumns_CompareTimesRanksAndTexts(t *testing.T) {
	t.Parallel()
	columns, err := page.Request{Order: []page.Key{{Name: "created_at"}}}.Columns(sorts(), page.Key{})
	require.NoError(t, err)
	early, err := columns.Values(page.Cursor{Values: []string{"2026-01-01T00:00:00Z", rowID}})
	require.NoError(t, err)
	late, err := columns.Values(page.Cursor{Values: []string{"2026-01-01T00:00:00.000001Z", rowID}})
	require.NoError(t, err)
	require.Negative(t, columns.Compare(early, late))
	require.Positive(t, columns.Compare(late, early))
	require.Zero(t, columns.Compare([]any{nil, nil}, []any{nil, nil}), "what has no order is left where it is")
}

func TestColumns_AnIDIsAUUIDInAnyCase(t *testing.T) {
	t.Parallel()
	columns := page.Columns{{Name: page.ID, Kind: page.Text}}
	for id, want := range map[string]bool{
		rowID: true, "ABCDEF00-0000-7000-8000-00000000000F": true, "": false, rowID + "0": false,
		"01900000x0000-7000-8000-000000000001": false, "0190000g-0000-7000-8000-000000000001": false,
		"0190000-00000-7000-8000-000000000001": false,
	} {
		_, err := columns.Values(page.Cursor{Values: []string{id}})
		require.Equal(t, want, err == nil, id)
	}
}
