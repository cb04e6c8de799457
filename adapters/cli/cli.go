// Package cli is the command line: it reads what is asked and calls the command
// that does it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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

var (
	// ErrSetup marks errors of the configuration, so that scripts can tell them
	// from failures at work.
	ErrSetup = errors.New("configuration")
	// ErrUsage is a command that was called in another way than its help says.
	ErrUsage = errors.New("usage")
)

// Command is something that may be asked for.
type Command struct {
	Name string // its words, such as "migrate up"
	Args string // what stands behind the name beside flags, for the help text
	Help string // one line, without a full stop
	// Run does it. args is all that stands behind the name.
	Run func(ctx context.Context, args []string, out io.Writer) error
}

// Program is what can be asked for.
type Program struct {
	Version  string // of the build
	Settings string // describes every setting, for the help text
	Commands []Command
}

// Run does what args ask and returns the exit code.
func Run(ctx context.Context, p Program, args []string, out, errOut io.Writer) int {
	err := p.dispatch(ctx, args, out)
	switch {
	case err == nil:
		return OK
	case errors.Is(err, ErrUsage):
		say(errOut, p.usage())
		return Usage
	case errors.Is(err, ErrSetup):
		say(errOut, "sentineliq: "+err.Error()+"\n")
		return BadSetup
	default:
		say(errOut, "sentineliq: "+describe(err)+"\n")
		return Failed
	}
}

func (p Program) dispatch(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return ErrUsage
	}
	switch args[0] {
	case "version", "--version":
		say(out, "sentineliq "+p.Version+"\n")
		return nil
	case "help", "--help", "-h":
		say(out, p.usage()+"\nSettings, as flags, environment variables or lines of .env:\n\n"+p.Settings)
		return nil
	}
	for _, c := range p.Commands {
		words := strings.Fields(c.Name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return c.Run(ctx, args[len(words):], out)
		}
	}
	return ErrUsage
}

func (p Program) usage() string {
	text := "usage: sentineliq COMMAND [FLAGS]\n\n"
	for _, c := range append(slices.Clone(p.Commands),
		Command{Name: "version", Help: "the version of this program"}, Command{Name: "help", Help: "this text, and every setting"},
	) {
		text += fmt.Sprintf("  %-22s %s\n", strings.TrimSpace(c.Name+" "+c.Args), c.Help)
	}
	return text
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
