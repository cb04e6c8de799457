package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Migration is one step in the history of the schema.
type Migration struct {
	Version int64
	Name    string // of its file
	Applied bool
}

// history is how the schema came to be.
type history struct {
	dialect goose.Dialect
	steps   fs.FS
	pool    *sql.DB                     // of the role that owns the schema
	before  func(context.Context) error // Migrate does this first; may be nil
	options []goose.ProviderOption
}

// Migrate brings the schema up to date and returns what it applied.
func (s *Store) Migrate(ctx context.Context) ([]Migration, error) {
	if s.schema.before != nil {
		if err := s.schema.before(ctx); err != nil {
			return nil, fmt.Errorf("migrating: %w", err)
		}
	}
	p, err := s.schema.of(s.schema.pool)
	if err != nil {
		return nil, err
	}
	done, err := p.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		done = partial.Applied
	}
	applied := make([]Migration, len(done))
	for i, one := range done {
		applied[i] = Migration{Version: one.Source.Version, Name: one.Source.Path, Applied: true}
	}
	if err != nil {
		return applied, fmt.Errorf("migrating: %w", err)
	}
	return applied, nil
}

// MigrateDown takes back the latest step, with the data it holds.
func (s *Store) MigrateDown(ctx context.Context) (Migration, error) {
	p, err := s.schema.of(s.schema.pool)
	if err != nil {
		return Migration{}, err
	}
	undone, err := p.Down(ctx)
	if err != nil {
		return Migration{}, fmt.Errorf("migrating down: %w", err)
	}
	return Migration{Version: undone.Source.Version, Name: undone.Source.Path}, nil
}

// MigrationStatus lists every step in order.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	p, err := s.schema.of(s.schema.pool)
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the state of the schema: %w", err)
	}
	steps := make([]Migration, len(list))
	for i, one := range list {
		steps[i] = Migration{Version: one.Source.Version, Name: one.Source.Path, Applied: one.State == goose.StateApplied}
	}
	return steps, nil
}

// Current reports, as an error, a schema that is not the one this program was
// built for. It waits for no writer.
func (s *Store) Current(ctx context.Context) error {
	p, err := s.schema.of(s.pools[len(s.pools)-1])
	if err != nil {
		return err
	}
	present, wanted, err := p.GetVersions(ctx)
	if absentSchema(err) {
		return errors.New("the database has no schema yet")
	}
	if err != nil {
		return fmt.Errorf("reading the state of the schema: %w", err)
	}
	if present != wanted {
		return fmt.Errorf("the schema is at version %d, not %d", present, wanted)
	}
	return nil
}

func (h history) of(pool *sql.DB) (*goose.Provider, error) {
	return goose.NewProvider(h.dialect, pool, h.steps,
		append([]goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}, h.options...)...)
}
