package channel_test

import (
	"flag"
	"path/filepath"
	"slices"
	"testing"
	"time"

	channels "github.com/sentineliq/sentineliq/adapters/channel"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/channel/channeltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

type epoch struct{}

func (epoch) Now() time.Time { return time.Unix(0, 0).UTC() }

// Every channel in the list passes the suite. A new one is in it from the day
// its line is added.
func TestAll(t *testing.T) {
	for _, typ := range channels.All(channels.Options{Clock: epoch{}}) {
		t.Run(typ.Name(), func(t *testing.T) {
			channeltest.Run(t, channeltest.Fixture{
				Folder: filepath.Join(typ.Name(), "testdata"),
				Update: *update,
				Make:   func(w channeltest.World) channel.Type { return named(t, typ.Name(), w) },
			})
		})
	}
}

func named(t *testing.T, name string, w channeltest.World) channel.Type {
	t.Helper()
	all := channels.All(channels.Options{Allow: w.Allow, Version: "1.2.3", Clock: w.Clock, Timeout: w.Timeout, Roots: w.Roots})
	i := slices.IndexFunc(all, func(typ channel.Type) bool { return typ.Name() == name })
	if i < 0 {
		t.Fatalf("%s is in the list for some options only", name)
	}
	return all[i]
}

func TestAll_NamesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, typ := range channels.All(channels.Options{Clock: epoch{}}) {
		if seen[typ.Name()] {
			t.Errorf("%s is there twice", typ.Name())
		}
		seen[typ.Name()] = true
	}
}
