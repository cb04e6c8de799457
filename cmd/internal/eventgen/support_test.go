package eventgen_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

// reference is what the ingest API recognises a repeat by.
type reference struct {
	source, ref string
}

func refOf(e eventgen.Event) reference {
	return reference{e.Source, e.SourceRef}
}

// decoded reads one line and refuses unknown fields, as the API does.
func decoded(t *testing.T, line []byte) eventgen.Event {
	t.Helper()

	var e eventgen.Event
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&e))

	return e
}

// shape is the statistics of a body of events, shares of its lines.
type shape struct {
	severity  map[string]float64
	kinds     map[string]float64 // share of lines with an observable of the type
	bare      float64            // no observable at all
	repeats   float64            // (source, source_ref) was there before
	identical float64            // the whole line was there before
	contents  float64            // reference made from the content
	undated   float64
	sources   map[string]float64
}

func measured(events []eventgen.Event) shape {
	m := shape{severity: map[string]float64{}, kinds: map[string]float64{}, sources: map[string]float64{}}
	refs, lines := map[reference]bool{}, map[string]bool{}
	one := 1 / float64(len(events))

	for _, e := range events {
		m.severity[e.Severity] += one
		m.sources[e.Source] += one
		for kind := range e.ObservableData {
			m.kinds[kind] += one
		}
		line, ref := lineOf(e), refOf(e)
		m.bare += share(len(e.ObservableData) == 0, one)
		m.repeats += share(refs[ref], one)
		m.identical += share(lines[line], one)
		m.contents += share(strings.HasPrefix(e.SourceRef, "sha256:"), one)
		m.undated += share(e.EventTime == nil, one)
		refs[ref], lines[line] = true, true
	}

	return m
}

func share(counts bool, one float64) float64 {
	if counts {
		return one
	}

	return 0
}

// lineOf is the event as JSON; events hold nothing that cannot be written.
func lineOf(e eventgen.Event) string {
	var b strings.Builder
	if err := eventgen.WriteNDJSON(&b, []eventgen.Event{e}); err != nil {
		return err.Error()
	}

	return b.String()
}

// realEvents reads the collection of real alerts that lies beside the checkout
// of some developers. It is not part of the project, so its absence is no fault.
func realEvents(t *testing.T) []eventgen.Event {
	t.Helper()

	root, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, filepath.Dir(root), root, "no go.mod above the test")
		root = filepath.Dir(root)
	}

	name := filepath.Join(root, "..", "shared", "data", "alerts.ndjson")
	content, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		t.Skipf("no real alerts to compare with: %s is absent", name)
	}
	require.NoError(t, err)

	var events []eventgen.Event
	for line := range bytes.Lines(content) {
		events = append(events, decoded(t, line))
	}

	return events
}

// fullDisk is a writer that takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull() }

func errFull() error { return io.ErrShortWrite }
