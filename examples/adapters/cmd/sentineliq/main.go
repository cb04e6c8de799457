//go:build unix

// Command sentineliq is the service with a channel, a bus and a store of our own.
// Its commands and settings are those of the original.
package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"example.com/sentineliq-adapters/maintenance"
	"example.com/sentineliq-adapters/ntfy"
	"example.com/sentineliq-adapters/spool"

	"github.com/sentineliq/sentineliq/cmd/sentineliq/service"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// version is set at build time.
var version = "dev"

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	return service.Main(ctx, service.Extensions{
		Version: version, Channels: channels, Bus: openBus, Store: openStore,
	}, args, out, errOut)
}

// channels are offered beside Slack, e-mail and webhooks.
func channels(w service.World) []channel.Type {
	return []channel.Type{ntfy.New(w.Web)}
}

// openBus keeps messages in the data folder.
func openBus(_ context.Context, w service.World) (service.Bus, error) {
	return spool.Open(spool.Default(filepath.Join(w.Config.DataDir, "spool"), w.Clock, w.Log))
}

// openStore opens the store of the settings. While there is a file "maintenance"
// in the data folder, it can only be read.
func openStore(ctx context.Context, w service.World) (service.Store, error) {
	store, err := service.OpenStore(ctx, w)
	if err != nil {
		return nil, err
	}
	on := maintenance.File(filepath.Join(w.Config.DataDir, "maintenance"))
	return guarded{store, maintenance.Runner{Runner: store, On: on}}, nil
}
