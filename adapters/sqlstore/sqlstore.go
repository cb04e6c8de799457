// Package sqlstore keeps everything in an SQL database. It is written once for
// two dialects: a statement is valid in both, or goes through the dialect.
//
// The walls between companies are in here twice: the column type companyID
// confines every statement that GORM builds, and the guard refuses those that
// GORM does not see through. The schema is the third wall.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/migrations"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Options say where the data is: in a file, or in a PostgreSQL database.
type Options struct {
	// Path is the file of an SQLite database, which is made when it is missing,
	// unless MustExist.
	Path      string
	MustExist bool
	// URL is the address of a PostgreSQL database.
	URL secret.Text
	// MigrationURL is the same database for the role that owns the schema. Empty:
	// that is the role of URL, and all other work is done as the service's role.
	MigrationURL secret.Text
	// Clock tells the time. Without one it is that of the PostgreSQL server.
	Clock system.Clock
}

// Store is the store in one database. It implements txn.Runner.
type Store struct {
	clock    system.Clock // nil: the database's
	dialect  dialect
	ordinary handle
	urgent   handle    // the same as ordinary where there is no shortage
	line     *line     // of writers, where there is one at a time; nil: the database sees to it
	pools    []*sql.DB // those of the handles; the last is asked whether all is well
	schema   history
	path     string // of the SQLite file
}

// handle is GORM over the connections for writing and for reading.
type handle struct{ writer, reader *gorm.DB }

// handle returns the connections that a unit of work may use.
func (s *Store) handle(ctx context.Context) handle {
	if txn.IsUrgent(ctx) {
		return s.urgent
	}
	return s.ordinary
}

// Open opens the database without changing it; Migrate brings its schema up to
// date. Close closes it.
func Open(ctx context.Context, o Options) (*Store, error) {
	var s *Store
	var err error
	switch {
	case !o.URL.Empty():
		s, err = openPostgres(o)
	case o.Clock == nil || o.Path == "":
		return nil, errors.New("a store needs a path and a clock")
	default:
		s, err = openSQLite(o)
	}
	if err == nil {
		err = s.schema.pool.PingContext(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database: %w", s.explained(err)), s.Close())
	}
	return s, nil
}

func openSQLite(o Options) (*Store, error) {
	s := &Store{clock: o.Clock, dialect: sqliteDialect{}, line: &line{}, path: o.Path}
	steps, err := migrations.SQLite()
	if err == nil {
		err = private(o.Path, o.MustExist)
	}
	if err == nil {
		s.ordinary.writer, err = s.open(sqliteDSN(o.Path, writing), 1)
	}
	if err == nil {
		s.schema = history{dialect: goose.DialectSQLite3, steps: steps, pool: s.pools[0]}
		s.ordinary.reader, err = s.open(sqliteDSN(o.Path, reading), sqliteReaders)
	}
	s.urgent = s.ordinary
	return s, err
}

// private makes the file when it is missing and may be, readable by its owner
// alone; SQLite gives its other files the same mode.
func private(path string, mustExist bool) error {
	flags := os.O_RDWR | os.O_CREATE
	if mustExist {
		flags = os.O_RDWR
	}
	f, err := os.OpenFile(path, flags, 0o600) //nolint:gosec // the path is the operator's
	if err != nil {
		return err
	}
	return f.Close()
}

// open makes one handle with at most limit connections.
func (s *Store) open(dsn string, limit int) (*gorm.DB, error) {
	pool, err := sql.Open(sqliteDriver, dsn)
	if err != nil {
		return nil, err
	}
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	return guarded(newSQLiteDialector(pool))
}

// guarded returns GORM over a database, within its walls.
func guarded(d gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true, // every statement is in a unit of work
		QueryFields:            true, // a new column must not break a running process
		TranslateError:         true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // statements carry customers' data
	})
	if err != nil {
		return nil, err
	}
	return db, db.Use(guard{})
}

// Ping reports whether the database answers. It waits for nobody else.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pools[len(s.pools)-1].PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	return nil
}

// Close ends all connections. Units of work that are open fail.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	var errs []error
	for _, pool := range append(s.pools, s.schema.pool) {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}
