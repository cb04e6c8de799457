package service

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sentineliq/sentineliq/adapters/cli"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
)

// rotateKeys seals every channel's settings with the present encryption key. It may
// run beside the service, and again.
func (p program) rotateKeys(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	if err := hasPrevious(cfg); err != nil {
		return err
	}
	app, err := build(ctx, cfg, p.ext, role{})
	if err != nil {
		return err
	}
	if err = app.store.Start(ctx, cfg.AutoMigrate); err == nil {
		err = app.reseal(ctx, out)
	}
	return errors.Join(err, app.store.Close())
}

// hasPrevious refuses to begin without the key that everything is sealed with.
func hasPrevious(cfg config.Config) error {
	keys, err := previous(cfg.PreviousEncryptionKey, cfg.DataDir, boxKeyFile)
	if err == nil && len(keys) == 0 {
		err = fmt.Errorf("%w: the key that was good before must be given as ENCRYPTION_KEY_PREVIOUS, or be in DATA_DIR as %s.previous",
			cli.ErrSetup, boxKeyFile)
	}
	return err
}

// reseal does it and says how far it is.
func (a *App) reseal(ctx context.Context, out io.Writer) error {
	var unsaid error
	done, err := a.channels.Reseal(ctx, func(r notifications.Resealed) {
		_, told := fmt.Fprintf(out, "%d channels encrypted anew, %d were already\n", r.Changed, r.Before)
		unsaid = errors.Join(unsaid, told)
	})
	if err := errors.Join(err, unsaid); err != nil {
		return err
	}
	if n := len(done.Closed); n > 0 {
		return fmt.Errorf("neither key opens the settings of %d channels, which have to be entered again: %v", n, done.Closed)
	}
	_, err = fmt.Fprintln(out, "0 channels are left on another key. Keep the previous key for one more day: answers kept for an Idempotency-Key are sealed with it.")
	return err
}
