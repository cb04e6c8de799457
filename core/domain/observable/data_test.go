package observable_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/observable"
)

// The alerts collected from real detection rules live beside the repository,
// not in it; where they are absent there is nothing to read.
func TestNormalise_RealAlerts(t *testing.T) {
	t.Parallel()
	file, err := os.Open(collected(t))
	if os.IsNotExist(err) {
		t.Skip("no ../shared/data/alerts.ndjson beside the repository")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })

	refused := map[observable.Type]map[string]string{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	total, bad := 0, 0
	for lines.Scan() {
		var alert struct {
			Observables map[string][]string `json:"observable_data"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &alert))
		for kind, values := range alert.Observables {
			for _, raw := range values {
				total++
				typ := observable.Type(kind)
				require.True(t, observable.Known(typ), kind)
				if _, err := observable.Normalise(typ, raw); err != nil {
					bad++
					if refused[typ] == nil {
						refused[typ] = map[string]string{}
					}
					refused[typ][raw] = err.Error()
				}
			}
		}
		for _, v := range observable.FromReport(alert.Observables) {
			again, err := observable.Normalise(v.Type, v.Value)
			require.NoError(t, err)
			require.Equal(t, v.Value, again)
		}
	}
	require.NoError(t, lines.Err())
	t.Logf("%d of %d values refused", bad, total)
	for typ, values := range refused {
		t.Logf("%s: %d distinct refused: %q", typ, len(values), values)
	}
	require.Less(t, bad, total/50, "sensors would find most of their values under other")
}

// collected returns where the alerts are when they are there.
func collected(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "data", "alerts.ndjson")
		}
		require.NotEqual(t, dir, filepath.Dir(dir), "no go.mod above the test")
		dir = filepath.Dir(dir)
	}
}
