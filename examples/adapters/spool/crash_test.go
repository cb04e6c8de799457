//go:build unix

package spool_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/sentineliq-adapters/spool"

	"github.com/sentineliq/sentineliq/adapters/system"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// child names the folder in which this program takes a message and never lets
// go of it, instead of testing.
const child = "SPOOL_TEST_CHILD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(child); folder != "" {
		os.Exit(hold(folder))
	}
	os.Exit(m.Run())
}

func hold(folder string) int {
	b, err := spool.Open(spool.Default(folder, system.Clock{}, slog.Default()))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	err = b.Subscribe(context.Background(), func(_ context.Context, m bus.Message) error {
		fmt.Println(m.Events[0])
		select {}
	})
	fmt.Println(err)
	return 1
}

// A process that is killed in the middle of a message held it to the end, and
// takes nothing with it.
func TestBus_AKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	b := open(t, folder)
	require.NoError(t, b.Publish(t.Context(), message("first")))

	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), child+"="+folder)
	out, err := other.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	require.Equal(t, "first", lines.Text())

	got := make(chan bus.Message, 10)
	listen(t, b, into(got))
	for n := range 20 { // the other process has one more hand, and may hold one of these
		require.NoError(t, b.Publish(t.Context(), message(strconv.Itoa(n))))
	}
	seen := map[string]bool{}
	for range 19 {
		seen[(<-got).Events[0]] = true
	}
	require.NotContains(t, seen, "first", "it is in somebody's hands")

	require.NoError(t, other.Process.Kill())
	require.Error(t, other.Wait())
	for len(seen) < 21 {
		seen[(<-got).Events[0]] = true
	}
	require.Contains(t, seen, "first")
	requireEmptied(t, folder)
}
