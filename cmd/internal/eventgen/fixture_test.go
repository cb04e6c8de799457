package eventgen_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

// TestFixture_IsWhatTheGeneratorWrites keeps testdata/events.ndjson, which other
// tests and people may read, in step with the generator. After an intended
// change: go test ./cmd/internal/eventgen -run Fixture -update.
func TestFixture_IsWhatTheGeneratorWrites(t *testing.T) {
	t.Parallel()
	name := filepath.Join("testdata", "events.ndjson")

	var got bytes.Buffer
	require.NoError(t, eventgen.WriteNDJSON(&got, eventgen.New(2026, start()).Batch(200)))
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(name, got.Bytes(), 0o600))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)

	require.Empty(t, cmp.Diff(string(want), got.String()))
}
