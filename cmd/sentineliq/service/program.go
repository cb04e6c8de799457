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

// program is what the commands are methods of.
type program struct{ ext Extensions }

// commands lists everything that can be asked for.
func (p program) commands() cli.Program {
	return cli.Program{
		Version: p.ext.Version, Settings: config.Describe(),
		Commands: []cli.Command{
			{Name: "serve", Help: "the API and the workers, in one process; with --no-workers the API alone", Run: p.serve},
			{Name: "worker", Help: "the workers alone; as many as you like, on PostgreSQL", Run: p.work},
			{Name: "migrate up", Help: "brings the schema of the database up to date", Run: p.migrate("up")},
			{Name: "migrate down", Help: "takes back its last step, with the data in it", Run: p.migrate("down")},
			{Name: "migrate status", Help: "lists its steps", Run: p.migrate("status")},
			{Name: "superuser create", Help: "one more superuser, with a generated password", Run: p.createSuperuser},
			{Name: "check", Help: "looks for damage in the database, and for what would stop a start", Run: p.check},
			{Name: "backup", Args: "FILE", Help: "copies the embedded database into a new file while it is used", Run: p.backup},
			{Name: "bus status", Help: "what waits in the queues of the broker", Run: p.busStatus},
			{Name: "bus replay", Help: "tries again what failed too often there", Run: p.busReplay},
			{Name: "keys rotate", Help: "encrypts every channel's settings with the present key", Run: p.rotateKeys},
			{Name: "healthcheck", Help: "whether the service on this machine is ready", Run: p.healthcheck},
		},
	}
}

// load reads the configuration; what is wrong with it is all in the error.
func load(args []string) (config.Config, error) {
	cfg, err := config.Load(args, os.Environ(), ".env")
	if err != nil {
		return config.Config{}, fmt.Errorf("%w: %w", cli.ErrSetup, err)
	}
	return cfg, nil
}

// serve runs the API, and the workers unless they are processes of their own,
// until ctx ends.
func (p program) serve(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	return p.run(ctx, cfg, role{api: true, works: !cfg.NoWorkers}, out)
}

// work runs the workers until ctx ends. The embedded database is for one process:
// a second one would wait for it rather than relieve the first.
func (p program) work(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	if cfg.DatabaseURL.Empty() && p.ext.Store == nil {
		return fmt.Errorf("%w: the embedded database is for one process; set DATABASE_URL to have workers of their own, "+
			"or let sentineliq serve do the work, which it does unless NO_WORKERS=true", cli.ErrSetup)
	}
	return p.run(ctx, cfg, role{works: true}, out)
}

func (p program) run(ctx context.Context, cfg config.Config, part role, out io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if _, port, err := net.SplitHostPort(cfg.HTTPAddr); err == nil && port == "0" {
		cfg.PublicURL = strings.Replace(cfg.PublicURL, cfg.HTTPAddr, listener.Addr().String(), 1) // the port is known now
	}
	app, err := build(ctx, cfg, p.ext, part)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return inTime(ctx, cfg.StopDelay, func() error { return errors.Join(app.Run(ctx, listener, out), app.store.Close()) })
}

// migrate returns the command that moves the schema of the database: "up", "down"
// one step, or only shows where it stands.
func (p program) migrate(direction string) func(context.Context, []string, io.Writer) error {
	return func(ctx context.Context, args []string, out io.Writer) error {
		cfg, err := load(args)
		if err != nil {
			return err
		}
		store, err := p.openStore(ctx, cfg, false)
		if err != nil {
			return err
		}
		steps, ok := store.(stepwise)
		if !ok {
			return errors.Join(errors.New("the store of this program has no steps to go: it is brought up to date when the service starts"), store.Close())
		}
		return errors.Join(migrate(ctx, steps, direction, out), store.Close())
	}
}

// openStore opens the store for a command that needs nothing else. One that must
// exist is not made.
func (p program) openStore(ctx context.Context, cfg config.Config, mustExist bool) (Store, error) {
	w, err := p.world(cfg)
	if err != nil {
		return nil, err
	}
	if mustExist && p.ext.Store == nil && cfg.DatabaseURL.Empty() {
		return sqlstore.Open(ctx, sqlstore.Options{Path: databaseFile(cfg), Clock: w.Clock, MustExist: true})
	}
	return openStore(ctx, w, p.ext)
}

// world is what commands need that are not the service.
func (p program) world(cfg config.Config) (World, error) {
	log, err := newLog(cfg)
	if err != nil {
		return World{}, err
	}
	meter, err := telemetry.NewMeter(log)
	return newWorld(cfg, p.ext, newClock(), meter, log), err
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

// createSuperuser makes a superuser under the configured name and address, with
// the configured or a generated password.
func (p program) createSuperuser(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	app, err := build(ctx, cfg, p.ext, role{})
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

// healthcheck asks the service at HTTP_ADDR whether it is ready. An address
// that listens everywhere is asked over loopback.
func (program) healthcheck(ctx context.Context, args []string, _ io.Writer) error {
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
