// Command demo shows the product alive: it starts the service with two
// companies, people of every role and channels into a local sink that prints
// what arrives, and lets invented events flow in. Everything it does goes
// through the public API.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	// A closed terminal or pipe is a way to stop, too: the service must not stay behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	code := start(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// start reads the flags, runs the demo and returns the exit code.
func start(ctx context.Context, args []string, out *os.File, errOut io.Writer) int {
	o, err := readFlags(args, errOut)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	o.color = colorful(out)
	if _, err := run(ctx, o, out); err != nil {
		fmt.Fprintln(errOut, "demo:", err)
		return 1
	}
	return 0
}

// maxSeed keeps a seed that nobody chose short enough to be typed again.
const maxSeed = 1_000_000

var errUsage = errors.New("usage")

// options are what the flags say.
type options struct {
	rate     float64       // events a second, over both companies
	seed     uint64        // of the events
	duration time.Duration // zero: until interrupted
	data     string        // empty: a temporary folder
	quiet    bool          // no lines for single messages
	color    bool
}

func readFlags(args []string, errOut io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("demo", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.Float64Var(&o.rate, "rate", 1, "events a second")
	set.Uint64Var(&o.seed, "seed", rand.Uint64N(maxSeed), "the same `number` invents the same events") //nolint:gosec // it guards nothing
	set.DurationVar(&o.duration, "duration", 0, "stop by itself after this time; 0: run until Ctrl-C")
	set.StringVar(&o.data, "data", "", "keep the database in this new or empty `folder`")
	set.BoolVar(&o.quiet, "quiet", false, "count messages instead of printing them")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if set.NArg() > 0 || !(o.rate > 0 && o.rate <= 1000) || o.duration < 0 {
		fmt.Fprintln(errOut, "demo: -rate must be above 0 and at most 1000, -duration not negative, and nothing may follow the flags")
		set.Usage()
		return o, errUsage
	}
	return o, nil
}

// colorful reports whether out is a terminal that wants colours.
func colorful(out *os.File) bool {
	info, err := out.Stat()
	_, refused := os.LookupEnv("NO_COLOR")
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !refused
}
