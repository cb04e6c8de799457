// Command sentineliq is the service: alerts in, messages out, and a record of
// who did what.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones, for images that have none

	"github.com/sentineliq/sentineliq/adapters/cli"
)

// version is set at build time.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, program{}, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
