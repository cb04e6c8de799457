// Package cli is the command line: it reads what is asked and calls the part of
// the program that does it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Exit codes, after sysexits.h where it has one that fits.
const (
	OK       = 0
	Failed   = 1
	Usage    = 2
	BadSetup = 78 // the configuration cannot be used
)

// ErrSetup marks errors of the configuration, so that scripts can tell them
// from failures at work.
var ErrSetup = errors.New("configuration")

// Program is what the commands need.
type Program interface {
	// Serve runs the service until ctx ends.
	Serve(ctx context.Context, args []string, out io.Writer) error
	// Migrate moves the database's schema: "up", "down" one step, or "status".
	Migrate(ctx context.Context, direction string, args []string, out io.Writer) error
	// CreateSuperuser makes a superuser with a generated password.
	CreateSuperuser(ctx context.Context, args []string, out io.Writer) error
	// Healthcheck asks a running service on this machine whether it is ready.
	Healthcheck(ctx context.Context, args []string) error
	// Version names the build.
	Version() string
	// Settings describes every setting, for the help text.
	Settings() string
}

// Run does what args ask and returns the exit code.
func Run(ctx context.Context, p Program, args []string, out, errOut io.Writer) int {
	err := dispatch(ctx, p, args, out)
	switch {
	case err == nil:
		return OK
	case errors.Is(err, errUsage):
		say(errOut, usage())
		return Usage
	case errors.Is(err, ErrSetup):
		say(errOut, "sentineliq: "+err.Error()+"\n")
		return BadSetup
	default:
		say(errOut, "sentineliq: "+describe(err)+"\n")
		return Failed
	}
}

var errUsage = errors.New("usage")

func dispatch(ctx context.Context, p Program, args []string, out io.Writer) error {
	command, rest := "", []string{}
	if len(args) > 0 {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "serve":
		return p.Serve(ctx, rest, out)
	case "migrate":
		if len(rest) > 0 && (rest[0] == "up" || rest[0] == "down" || rest[0] == "status") {
			return p.Migrate(ctx, rest[0], rest[1:], out)
		}
		return errUsage
	case "superuser":
		if len(rest) > 0 && rest[0] == "create" {
			return p.CreateSuperuser(ctx, rest[1:], out)
		}
		return errUsage
	case "healthcheck":
		return p.Healthcheck(ctx, rest)
	case "version", "--version":
		say(out, "sentineliq "+p.Version()+"\n")
		return nil
	case "help", "--help", "-h":
		say(out, usage()+"\nSettings, as flags, environment variables or lines of .env:\n\n"+p.Settings())
		return nil
	default:
		return errUsage
	}
}

func usage() string {
	return `usage: sentineliq COMMAND [FLAGS]

  serve                     the API and the workers, in one process
  migrate up|down|status    the schema of the database
  superuser create          one more superuser, with a generated password
  healthcheck               whether the service on this machine is ready
  version                   the version of this program
  help                      this text, and every setting
`
}

// describe writes an error for whoever typed the command, with everything that
// is wrong with what they typed.
func describe(err error) string {
	violations := fault.ViolationsOf(err)
	if len(violations) == 0 {
		return err.Error()
	}
	lines := make([]string, len(violations))
	for i, v := range violations {
		lines[i] = v.Field + ": " + v.Message
	}
	return strings.Join(lines, "\n  ")
}

// say writes a line for a person. When even that fails there is nobody left to
// tell.
func say(out io.Writer, text string) {
	_, _ = fmt.Fprint(out, text)
}
