package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
)

// Backup writes a copy of an SQLite database as it is at one moment into a new
// file, readable by its owner alone, while others go on reading and writing. The
// file appears when the copy is complete, was read once and is on disk.
func (s *Store) Backup(ctx context.Context, to string) error {
	if _, server := s.dialect.(postgresDialect); server {
		return errors.New("PostgreSQL has its own tools for that, which see everything when they are told to: " +
			"PGOPTIONS='-c app.scope=all' pg_dump --enable-row-security -Fc -f FILE, with the address of the owner's role; docs/operations.md says more")
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is there already, and nothing is overwritten", to), err)
	}
	draft := to + ".partial"
	err := s.copyInto(ctx, draft)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there: somebody makes a copy, or was interrupted; if nobody does, delete it (%w)", draft, err)
	}
	if err == nil {
		err = os.Rename(draft, to)
	}
	if err == nil {
		return synced(filepath.Dir(to))
	}
	if gone := os.Remove(draft); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return fmt.Errorf("copying the database: %w", s.explained(err))
}

// copyInto makes a complete copy in a file that is not there yet.
func (s *Store) copyInto(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the path is the operator's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := s.pools[0].ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	made, err := sql.Open(sqliteDriver, "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	return errors.Join(whole(ctx, made), made.Close())
}

// synced makes the name of a new file survive a power cut.
func synced(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir) //nolint:gosec // the path is the operator's
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
