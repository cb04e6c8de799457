package eventgen_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write testdata anew")
	m.Run()
}

// start is when the tests' generators begin.
func start() time.Time {
	return time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
}

// written is what a generator's whole repertoire looks like on the wire.
func written(t *testing.T, g *eventgen.Generator) []byte {
	t.Helper()

	events := []eventgen.Event{g.Next(), g.Next()}
	events = append(events, g.Batch(400)...)
	events = append(events, g.Storm(100)...)
	events = append(events, g.Next())

	var b bytes.Buffer
	require.NoError(t, eventgen.WriteNDJSON(&b, events))

	return b.Bytes()
}

func TestGenerator_SameSeedAndStartGiveTheSameBytes(t *testing.T) {
	t.Parallel()

	got := written(t, eventgen.New(7, start()))
	want := written(t, eventgen.New(7, start()))

	require.True(t, bytes.Equal(want, got))
}

func TestGenerator_ZoneOfStartDoesNotMatter(t *testing.T) {
	t.Parallel()

	got := written(t, eventgen.New(7, start().In(time.FixedZone("", 5*3600))))
	want := written(t, eventgen.New(7, start()))

	require.True(t, bytes.Equal(want, got))
}

func TestGenerator_OtherSeedGivesOtherEvents(t *testing.T) {
	t.Parallel()

	got := eventgen.New(1, start()).Next()
	other := eventgen.New(2, start()).Next()

	require.NotEmpty(t, cmp.Diff(other, got))
}

func TestGenerator_NextNeverRepeatsAReference(t *testing.T) {
	t.Parallel()
	g := eventgen.New(3, start())
	seen := map[reference]bool{}

	for range 5_000 {
		ref := refOf(g.Next())
		require.False(t, seen[ref], "%s comes twice", ref)
		seen[ref] = true
	}
}

func TestGenerator_EventsBelongToTheCaller(t *testing.T) {
	t.Parallel()
	want := eventgen.New(5, start()).Batch(500)
	g := eventgen.New(5, start())
	got := g.Batch(500)

	for _, e := range got[:400] {
		for kind := range e.ObservableData {
			e.ObservableData[kind][0] = "changed"
		}
		for i := range e.Tags {
			e.Tags[i] = "changed"
		}
	}

	require.Empty(t, cmp.Diff(want[400:], got[400:]))
}

func TestBatch_IsEmptyForNoEvents(t *testing.T) {
	t.Parallel()
	g := eventgen.New(1, start())

	for _, n := range []int{-1, 0} {
		require.Empty(t, g.Batch(n))
		require.Empty(t, g.Storm(n))
	}
}

func TestWriteNDJSON_OneEventALineAndBack(t *testing.T) {
	t.Parallel()
	want := eventgen.New(11, start()).Batch(300)

	var b bytes.Buffer
	require.NoError(t, eventgen.WriteNDJSON(&b, want))
	got := make([]eventgen.Event, 0, len(want))
	for line := range bytes.Lines(b.Bytes()) {
		got = append(got, decoded(t, line))
	}

	require.Empty(t, cmp.Diff(want, got))
}

func TestWriteNDJSON_ReportsAFailingWriter(t *testing.T) {
	t.Parallel()

	err := eventgen.WriteNDJSON(fullDisk{}, eventgen.New(1, start()).Batch(10))

	require.ErrorIs(t, err, errFull())
}

func TestEvent_HasTheFieldsOfTheIngestAPI(t *testing.T) {
	t.Parallel()

	line, err := json.Marshal(eventgen.Event{Tags: []string{}})
	require.NoError(t, err)

	require.JSONEq(t, `{
		"title": "", "description": "", "source": "", "source_ref": "", "severity": "", "tags": [],
		"event_time": null, "observable_data": null, "raw_payload": null
	}`, string(line))
}
