package e2e_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

// Limits of a batch, as documented.
const (
	maxItems = 10_000
	maxBytes = 16 << 20
)

// feed is what a detection tool sends, one report a line.
type feed struct {
	name  string
	lines [][]byte
}

// feeds returns the generated storm and, where it is found beside the
// repository, that of real products.
func feeds(t testing.TB) []feed {
	t.Helper()
	all := []feed{{name: "generated", lines: generated(t, 1, 1200, 200)}}
	if lines := recorded(t); len(lines) > 0 {
		all = append(all, feed{name: "real", lines: lines})
	}
	return all
}

// generated returns everyday events with a storm among them. The same seed
// gives the same lines.
func generated(t testing.TB, seed uint64, everyday, storm int) [][]byte {
	t.Helper()
	g := eventgen.New(seed, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	events := g.Batch(everyday / 2)
	events = append(events, g.Storm(storm)...)
	events = append(events, g.Batch(everyday-everyday/2)...)
	var out bytes.Buffer
	if err := eventgen.WriteNDJSON(&out, events); err != nil {
		t.Fatal(err)
	}
	return split(t, out.Bytes())
}

// recorded returns the reports of real products, none when they are not there.
func recorded(t testing.TB) [][]byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
	data, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "shared", "data", "alerts.ndjson"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return split(t, data)
}

func split(t testing.TB, data []byte) [][]byte {
	t.Helper()
	var lines [][]byte
	scan := bufio.NewScanner(bytes.NewReader(data))
	scan.Buffer(nil, maxBytes)
	for scan.Scan() {
		if len(bytes.TrimSpace(scan.Bytes())) > 0 {
			lines = append(lines, bytes.Clone(scan.Bytes()))
		}
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// faulty returns lines that are wrong, each in its own way, by the field that
// is to be blamed; "" where the line is no object at all.
func faulty() map[string][]byte {
	long := func(n int) string { return strings.Repeat("ä", n) }
	return map[string][]byte{
		"title":           []byte(`{"title": "` + long(201) + `", "source": "edr", "source_ref": "bad-1"}`),
		"source":          []byte(`{"title": "no source", "source_ref": "bad-2"}`),
		"source_ref":      []byte(`{"title": "long reference", "source": "edr", "source_ref": "` + long(256) + `"}`),
		"severity":        []byte(`{"title": "unknown level", "source": "edr", "source_ref": "bad-3", "severity": "urgent"}`),
		"tags[1]":         []byte(`{"title": "long tag", "source": "edr", "source_ref": "bad-4", "tags": ["ok", "` + long(51) + `"]}`),
		"event_time":      []byte(`{"title": "no time", "source": "edr", "source_ref": "bad-5", "event_time": "yesterday"}`),
		"sevrity":         []byte(`{"title": "typing mistake", "source": "edr", "source_ref": "bad-6", "sevrity": "high"}`),
		"occurrences":     []byte(`{"title": "read-only field", "source": "edr", "source_ref": "bad-7", "occurrences": 7}`),
		"description":     []byte(`{"title": "wrong type", "source": "edr", "source_ref": "bad-8", "description": 7}`),
		"observable_data": []byte(`{"title": "wrong type", "source": "edr", "source_ref": "bad-9", "observable_data": ["1.2.3.4"]}`),
		"":                []byte(`{"title": "cut off", "source": "edr", "sour`),
	}
}

// mixed returns the feed with the faulty lines spread over it.
func mixed(lines [][]byte) [][]byte {
	out := make([][]byte, 0, len(lines)+len(faulty()))
	every := max(1, len(lines)/(len(faulty())+1))
	bad := make([][]byte, 0, len(faulty()))
	for _, line := range faulty() {
		bad = append(bad, line)
	}
	for i, line := range lines {
		out = append(out, line)
		if (i+1)%every == 0 && len(bad) > 0 {
			out, bad = append(out, bad[0]), bad[1:]
		}
	}
	return append(out, bad...)
}

// cut divides lines into batches within the limits, and of at most size items.
func cut(lines [][]byte, size int) [][][]byte {
	var batches [][][]byte
	var batch [][]byte
	bytes := 0
	for _, line := range lines {
		if len(batch) > 0 && (len(batch) == min(size, maxItems) || bytes+len(line)+1 > maxBytes) {
			batches, batch, bytes = append(batches, batch), nil, 0
		}
		batch = append(batch, line)
		bytes += len(line) + 1
	}
	if len(batch) > 0 {
		batches = append(batches, batch)
	}
	return batches
}
