package credential_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	adapter "github.com/sentineliq/sentineliq/adapters/credential"
)

func TestLoadOrCreate_MakesAPrivateKeyAndKeepsIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "jwt.key")
	key, err := adapter.LoadOrCreate(path)
	require.NoError(t, err)
	require.Regexp(t, "^[0-9a-f]{64}$", key.Reveal())
	again, err := adapter.LoadOrCreate(path)
	require.NoError(t, err)
	require.True(t, key.Equal(again))

	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no draft is left behind")
}

func TestLoadOrCreate_ParallelStartsAgree(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "jwt.key")
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := adapter.LoadOrCreate(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key.Reveal()
		})
	}
	wg.Wait()
	for _, key := range keys {
		require.Equal(t, keys[0], key)
	}
}

func TestLoadOrCreate_RefusesWhatIsNotAPrivateKey(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("ab", 32)
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"readable by the group": {good, 0o640, "can be read by others"},
		"readable by all":       {good, 0o604, "can be read by others"},
		"empty":                 {"", 0o600, "does not hold 32 bytes"},
		"too short":             {good[2:], 0o600, "does not hold 32 bytes"},
		"not hex":               {strings.Repeat("xy", 32), 0o600, "does not hold 32 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "jwt.key")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			require.NoError(t, os.Chmod(path, c.mode))
			_, err := adapter.LoadOrCreate(path)
			require.ErrorContains(t, err, c.want)
			if c.content != "" {
				require.NotContains(t, err.Error(), c.content)
			}
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, c.content, string(kept), "a key file is never overwritten")
		})
	}
	_, err := adapter.LoadOrCreate(t.TempDir())
	require.ErrorContains(t, err, "not a regular file")
	_, err = adapter.LoadOrCreate(filepath.Join(t.TempDir(), "missing", "jwt.key"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
