package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/cli"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

func TestRun(t *testing.T) {
	t.Parallel()
	said := func(name string) func(context.Context, []string, io.Writer) error {
		return func(_ context.Context, args []string, out io.Writer) error {
			_, err := fmt.Fprint(out, name, args)
			return err
		}
	}
	failing := func(err error) func(context.Context, []string, io.Writer) error {
		return func(context.Context, []string, io.Writer) error { return err }
	}
	var v fault.Violations
	v.Add("username", fault.CodeInvalid, "is taken")
	v.Add("email", fault.CodeInvalid, "is no address")
	p := cli.Program{Version: "1.2", Settings: "EVERY_SETTING", Commands: []cli.Command{
		{Name: "serve", Help: "answers", Run: said("serve")},
		{Name: "copy", Args: "FILE", Help: "makes a copy", Run: said("copy")},
		{Name: "move up", Run: said("up")},
		{Name: "fail setup", Run: failing(fmt.Errorf("%w: no such place", cli.ErrSetup))},
		{Name: "fail usage", Run: failing(cli.ErrUsage)},
		{Name: "fail", Run: failing(errors.New("it broke"))},
		{Name: "refuse", Run: failing(fmt.Errorf("making: %w", v.Err()))},
	}}
	for _, c := range []struct {
		args, out, errOut string
		code              int
	}{
		{args: "serve --x y", out: "serve[--x y]"},
		{args: "copy f", out: "copy[f]"},
		{args: "move up", out: "up[]"},
		{args: "move", errOut: "usage: sentineliq", code: cli.Usage},
		{args: "", errOut: "copy FILE", code: cli.Usage},
		{args: "dance", errOut: "answers", code: cli.Usage},
		{args: "fail setup", errOut: "sentineliq: configuration: no such place\n", code: cli.BadSetup},
		{args: "fail usage", errOut: "usage: ", code: cli.Usage},
		{args: "fail", errOut: "sentineliq: it broke\n", code: cli.Failed},
		{args: "refuse", errOut: "username: is taken\n  email: is no address", code: cli.Failed},
		{args: "version", out: "sentineliq 1.2\n"},
		{args: "--help", out: "EVERY_SETTING"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			var out, errOut strings.Builder
			require.Equal(t, c.code, cli.Run(t.Context(), p, strings.Fields(c.args), &out, &errOut))
			require.Contains(t, out.String(), c.out)
			require.Contains(t, errOut.String(), c.errOut)
			if c.code == cli.OK {
				require.Empty(t, errOut.String())
			} else {
				require.Empty(t, out.String())
			}
		})
	}
}
