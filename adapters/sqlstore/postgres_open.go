package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/migrations"
)

const (
	postgresConns   = 16 // unless the URL says pool_max_conns
	urgentConns     = 2  // besides, for what is urgent
	connectPatience = 5 * time.Second
	connIdle        = 5 * time.Minute
	connLife        = time.Hour // so that a new primary behind the same name is found
)

// openPostgres makes the pools; nothing is dialled yet.
func openPostgres(o Options) (*Store, error) {
	s := &Store{clock: o.Clock, dialect: postgresDialect{}}
	own, conns, err := postgresConfig(o.URL)
	if err != nil {
		return s, fmt.Errorf("DATABASE_URL: %w", err)
	}
	owner, drop := own.Copy(), true
	if !o.MigrationURL.Empty() {
		if owner, _, err = postgresConfig(o.MigrationURL); err != nil {
			return s, fmt.Errorf("MIGRATION_DATABASE_URL: %w", err)
		}
		drop = false
	}
	owner.RuntimeParams["statement_timeout"] = "0" // an index takes as long as it takes
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return s, err
	}
	steps, err := migrations.Postgres()
	if err != nil {
		return s, err
	}
	s.schema = history{
		dialect: goose.DialectPostgres, steps: steps, pool: stdlib.OpenDB(*owner),
		options: []goose.ProviderOption{goose.WithSessionLocker(locker)},
	}
	s.schema.pool.SetMaxIdleConns(0) // nobody keeps a connection of the owner at hand
	s.schema.before = func(ctx context.Context) error { return serviceRole(ctx, s.schema.pool, own.User) }
	s.ordinary, err = s.connect(servicePool(*own, conns, drop))
	if err == nil {
		s.urgent, err = s.connect(servicePool(*own, urgentConns, drop))
	}
	return s, err
}

// connect makes the handle of a pool.
func (s *Store) connect(pool *sql.DB) (h handle, err error) {
	s.pools = append(s.pools, pool)
	if h.writer, err = guarded(postgres.New(postgres.Config{Conn: postgresPool{pool}})); err == nil {
		h.reader, err = guarded(postgres.New(postgres.Config{Conn: postgresPool{pool}}))
	}
	return h, err
}

// servicePool is the pool that serves. When drop is set every connection gives
// up the role it logged in with for the service's.
func servicePool(config pgx.ConnConfig, conns int, drop bool) *sql.DB {
	var options []stdlib.OptionOpenDB
	if drop {
		options = append(options, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "SET ROLE "+serviceRoleName)
			return err
		}))
	}
	pool := stdlib.OpenDB(config, options...)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(connIdle)
	pool.SetConnMaxLifetime(connLife)
	return pool
}

// postgresConfig reads a URL. Settings in it beat the ones given here.
func postgresConfig(url secret.Text) (config *pgx.ConnConfig, conns int, err error) {
	config, err = pgx.ParseConfig(url.Reveal())
	if err != nil {
		return nil, 0, errors.New("is no address of a PostgreSQL database") // the driver's error repeats the address
	}
	for name, value := range map[string]string{
		"application_name": "sentineliq", "timezone": "UTC",
		"statement_timeout": "30s", "lock_timeout": "4s", "idle_in_transaction_session_timeout": "10s",
	} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectPatience
	}
	conns = postgresConns
	if most, given := config.RuntimeParams["pool_max_conns"]; given {
		delete(config.RuntimeParams, "pool_max_conns")
		if conns, err = strconv.Atoi(most); err != nil || conns < 1 {
			return nil, 0, errors.New("pool_max_conns must be a number above 0")
		}
	}
	return config, conns, nil
}
