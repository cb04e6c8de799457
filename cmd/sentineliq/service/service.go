// Package service puts the parts of SentinelIQ together and runs them. A program
// of somebody else's that adds a channel, or keeps the data elsewhere, is a main
// function that calls Main with Extensions.
package service

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones, for images that have none

	"github.com/sentineliq/sentineliq/adapters/cli"
)

// Main does what args ask until it is done or told to stop, by ctx or by a
// signal, and returns the exit code; a second signal ends the program at once.
// Settings are those of docs/configuration.md.
func Main(ctx context.Context, ext Extensions, args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, program{ext}.commands(), args, out, errOut)
}
