package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/adapters/cli"
	"github.com/sentineliq/sentineliq/adapters/sqlstore"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
)

// program implements cli.Program.
type program struct{ ext Extensions }

// load reads the configuration; what is wrong with it is all in the error.
func load(args []string) (config.Config, error) {
	cfg, err := config.Load(args, os.Environ(), ".env")
	if err != nil {
		return config.Config{}, fmt.Errorf("%w: %w", cli.ErrSetup, err)
	}
	return cfg, nil
}

// Serve runs the API and the workers until ctx ends.
func (p program) Serve(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if _, port, err := net.SplitHostPort(cfg.HTTPAddr); err == nil && port == "0" {
		cfg.PublicURL = strings.Replace(cfg.PublicURL, cfg.HTTPAddr, listener.Addr().String(), 1) // the port is known now
	}
	app, err := build(ctx, cfg, p.ext)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return errors.Join(app.Run(ctx, listener, out), app.store.Close())
}

// Migrate moves the schema of the database.
func (p program) Migrate(ctx context.Context, direction string, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, cfg)
	if err != nil {
		return err
	}
	steps, ok := store.(stepwise)
	if !ok {
		return errors.Join(errors.New("the store of this program has no steps to go: it is brought up to date when the service starts"), store.Close())
	}
	return errors.Join(migrate(ctx, steps, direction, out), store.Close())
}

// openStore opens the store for a command that needs nothing else.
func (p program) openStore(ctx context.Context, cfg config.Config) (Store, error) {
	log, err := newLog(cfg)
	if err != nil {
		return nil, err
	}
	meter, err := telemetry.NewMeter(log)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, newWorld(cfg, p.ext, newClock(), meter, log), p.ext)
}

// stepwise is a store whose schema is moved step by step.
type stepwise interface {
	Migrate(ctx context.Context) ([]sqlstore.Migration, error)
	MigrateDown(ctx context.Context) (sqlstore.Migration, error)
	MigrationStatus(ctx context.Context) ([]sqlstore.Migration, error)
}

// migrate moves the schema and then shows where it stands.
func migrate(ctx context.Context, store stepwise, direction string, out io.Writer) error {
	var err error
	switch direction {
	case "up":
		_, err = store.Migrate(ctx)
	case "down":
		_, err = store.MigrateDown(ctx)
	}
	if err != nil {
		return err
	}
	steps, err := store.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	for _, step := range steps {
		state := "pending"
		if step.Applied {
			state = "applied"
		}
		if _, err := fmt.Fprintf(out, "%-8s %s\n", state, step.Name); err != nil {
			return err
		}
	}
	return nil
}

// CreateSuperuser makes a superuser under the configured name and address, with
// the configured or a generated password.
func (p program) CreateSuperuser(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	app, err := build(ctx, cfg, p.ext)
	if err != nil {
		return err
	}
	if err = app.store.Start(ctx, cfg.AutoMigrate); err == nil {
		err = app.superuser(ctx, out, app.users.AddSuperuser)
	}
	return errors.Join(err, app.store.Close())
}

// healthPatience is how long a health check waits for its answer.
const healthPatience = 3 * time.Second

// Healthcheck asks the service at HTTP_ADDR whether it is ready. An address
// that listens everywhere is asked over loopback.
func (program) Healthcheck(ctx context.Context, args []string) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{}).Do(req)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the service is not ready: status %d", res.StatusCode)
	}
	return nil
}

// Version names the build.
func (p program) Version() string { return p.ext.Version }

// Settings describes every setting.
func (program) Settings() string { return config.Describe() }
