package eventgen_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

// near are the tolerances: points of a hundred for the everyday shares, and a
// factor for observable types, of which some are rare.
const (
	near         = 0.03
	nearKind     = 0.10
	kindAtMost   = 2.5
	kindAtLeast  = 0.4
	nearRepeats  = 0.015
	nearSeverity = 0.02
)

func TestBatch_HasTheDocumentedShape(t *testing.T) {
	t.Parallel()
	got := measured(eventgen.New(30, start()).Batch(many))

	for severity, want := range map[string]float64{"info": 0.18, "low": 0.12, "medium": 0.36, "high": 0.28, "critical": 0.05} {
		require.InDelta(t, want, got.severity[severity], nearSeverity, severity)
	}
	require.InDelta(t, 0.21, got.repeats, nearRepeats, "repeats")
	require.InDelta(t, 0.37, got.contents, near, "references made from the content")
	require.InDelta(t, 0.10, got.undated, near, "events without a time")
	require.InDelta(t, 0.20, got.bare, near*2, "events without observables")
	require.InDelta(t, 0.02, got.identical, 0.015, "lines repeated byte for byte")
}

func TestBatch_ObservablesHaveTheDocumentedProportions(t *testing.T) {
	t.Parallel()
	got := measured(eventgen.New(31, start()).Batch(many)).kinds

	for kind, lines := range map[string]float64{
		"ip": 854, "domain": 42, "hostname": 123, "url": 105, "email": 476, "filename": 40, "filepath": 47, "hash-md5": 38,
		"hash-sha1": 23, "hash-sha256": 59, "process": 20, "account": 460, "user-agent": 316, "cve": 26, "other": 123,
	} {
		want := lines / 1444
		require.InDelta(t, want, got[kind], nearKind, kind)
		require.Greater(t, got[kind], want*kindAtLeast, kind)
		require.Less(t, got[kind], want*kindAtMost, kind)
	}
}

func TestBatch_SourcesFollowZipf(t *testing.T) {
	t.Parallel()

	shares := slices.SortedFunc(maps.Values(measured(eventgen.New(32, start()).Batch(many)).sources), func(a, b float64) int { return cmp.Compare(b, a) })

	require.GreaterOrEqual(t, len(shares), 30)
	require.InDelta(t, 0.12, shares[0], near, "the busiest")
	require.InDelta(t, 0.03, shares[9], 0.01, "the tenth")
	require.InDelta(t, 0.012, shares[27], 0.007, "one of the rare")
}

func TestBatch_RepeatsComeInPairsAndAFewLargeGroups(t *testing.T) {
	t.Parallel()
	groups := map[reference]int{}
	for _, e := range eventgen.New(33, start()).Batch(many) {
		groups[refOf(e)]++
	}

	pairs, repeated, largest := 0, 0, 0
	for _, n := range groups {
		if n == 2 {
			pairs++
		}
		if n > 1 {
			repeated++
		}
		largest = max(largest, n)
	}

	require.Greater(t, pairs*10, repeated*4, "four of ten groups are pairs")
	require.Greater(t, largest, 12)
	require.Less(t, largest, 120)
}

func TestBatch_TellsOfStatesAndOfOtherRules(t *testing.T) {
	t.Parallel()
	firsts := map[reference]eventgen.Event{}
	resolved, otherRule := 0, 0

	for _, e := range eventgen.New(34, start()).Batch(many) {
		first, again := firsts[refOf(e)]
		switch {
		case !again:
			firsts[refOf(e)] = e
		case e.Source == "prometheus-alertmanager" && strings.Contains(string(e.RawPayload), `"status":"resolved"`):
			require.Equal(t, "info", e.Severity)
			require.Contains(t, string(first.RawPayload), `"status":"firing"`)
			resolved++
		case string(e.RawPayload) == string(first.RawPayload) && e.Title != first.Title:
			otherRule++
		}
	}

	require.Greater(t, resolved, 10)
	require.Greater(t, otherRule, 1_000)
}

func TestBatch_BringsOddAndLongValues(t *testing.T) {
	t.Parallel()
	events := eventgen.New(35, start()).Batch(many)

	for name, odd := range map[string]func(eventgen.Event) bool{
		"title of 200 characters":       func(e eventgen.Event) bool { return utf8.RuneCountInString(e.Title) == 200 },
		"source of 100 characters":      func(e eventgen.Event) bool { return utf8.RuneCountInString(e.Source) == 100 },
		"source_ref of 255 characters":  func(e eventgen.Event) bool { return utf8.RuneCountInString(e.SourceRef) == 255 },
		"100 tags":                      func(e eventgen.Event) bool { return len(e.Tags) == 100 },
		"description of 10 kB and more": func(e eventgen.Event) bool { return len(e.Description) >= 10_000 },
		"description of 50 kB and more": func(e eventgen.Event) bool { return len(e.Description) >= 50_000 },
		"unbroken text": func(e eventgen.Event) bool {
			return len(e.Description) > 999 && !strings.ContainsAny(e.Description, " \n")
		},
		"newline in the description": func(e eventgen.Event) bool { return strings.Contains(e.Description, "\n") },
		"no description":             func(e eventgen.Event) bool { return e.Description == "" },
		"formula at the start":       func(e eventgen.Event) bool { return strings.HasPrefix(e.Title, "=cmd") },
		"markup in the title":        func(e eventgen.Event) bool { return strings.Contains(e.Title, "<script>") },
		"template in the title":      func(e eventgen.Event) bool { return strings.Contains(e.Title, "{{ .Secret }}") },
		"right to left in the title": func(e eventgen.Event) bool { return strings.ContainsRune(e.Title, '\u202e') },
		"emoji in a payload":         func(e eventgen.Event) bool { return strings.ContainsRune(string(e.RawPayload), '🔥') },
		"backslashes in a payload":   func(e eventgen.Event) bool { return strings.Contains(string(e.RawPayload), `\\server`) },
		"address of version 6": func(e eventgen.Event) bool {
			return strings.Contains(strings.Join(e.ObservableData["ip"], " "), "2001:db8:")
		},
	} {
		require.True(t, slices.ContainsFunc(events, odd), name)
	}
}

func TestBatch_IsShapedLikeRealAlerts(t *testing.T) {
	t.Parallel()
	want := measured(realEvents(t))
	got := measured(eventgen.New(36, start()).Batch(many))

	for severity := range want.severity {
		require.InDelta(t, want.severity[severity], got.severity[severity], nearSeverity, severity)
	}
	require.InDelta(t, want.repeats, got.repeats, nearRepeats, "repeats")
	require.InDelta(t, want.contents, got.contents, near, "references made from the content")
	require.InDelta(t, want.undated, got.undated, near, "events without a time")
	require.InDelta(t, want.bare, got.bare, near*2, "events without observables")
	require.Subset(t, kinds(), slices.Collect(maps.Keys(want.kinds)))
	for _, kind := range kinds() {
		require.InDelta(t, want.kinds[kind], got.kinds[kind], nearKind, kind)
	}
}
