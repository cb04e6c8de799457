package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	codes "modernc.org/sqlite/lib"
)

// Check is one thing that was looked at, and what is wrong with it.
type Check struct {
	Name string
	Err  error // nil: nothing
}

const (
	glance      = 2 * time.Second // that every start takes to look for damage
	mostDamages = 10              // that are named
)

// Verify looks at everything that can be wrong with the database itself. On SQLite
// it reads all of it.
func (s *Store) Verify(ctx context.Context) []Check {
	schema := Check{"schema", s.Current(ctx)}
	if server, ok := s.dialect.(postgresDialect); ok {
		return []Check{schema, {"server, role and walls", server.check(ctx, s)}}
	}
	return []Check{{"pages and indexes", s.intact(ctx)}, {"references", s.linked(ctx)}, schema}
}

// intact looks for damage in an SQLite file.
func (s *Store) intact(ctx context.Context) error {
	err := whole(ctx, s.pools[len(s.pools)-1])
	if err == nil || ctx.Err() != nil {
		return err
	}
	return s.damaged(err)
}

// whole reads every page of an SQLite database.
func whole(ctx context.Context, pool *sql.DB) error {
	found, err := asked(ctx, pool, fmt.Sprintf("PRAGMA quick_check(%d)", mostDamages))
	if err == nil && (len(found) != 1 || found[0] != "ok") {
		err = errors.New(strings.Join(found, "; "))
	}
	return err
}

// linked looks for rows of an SQLite file that refer to some that are not there.
func (s *Store) linked(ctx context.Context) error {
	found, err := asked(ctx, s.pools[len(s.pools)-1], `SELECT "table" || ' ' || COALESCE(rowid, '') || ' refers to ' || parent
		FROM pragma_foreign_key_check LIMIT ?`, mostDamages)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("what these rows refer to is not there: %s", strings.Join(found, "; "))
	}
	return err
}

func asked(ctx context.Context, pool *sql.DB, query string, args ...any) (found []string, err error) {
	rows, err := pool.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one sql.NullString
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		found = append(found, one.String)
	}
	return found, rows.Err()
}

// glance looks for damage for as long as anybody would wait for a start.
func (s *Store) glance(ctx context.Context) error {
	brief, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	if err := s.intact(brief); brief.Err() == nil || ctx.Err() != nil {
		return err
	}
	return nil
}

// damaged says what can be done about a damaged SQLite file.
func (s *Store) damaged(cause error) error {
	return fmt.Errorf("the database file %s is damaged, or is none: stop every process that uses it, keep a copy of it and of its -wal file, "+
		"then put the last backup in its place, or save what can be read with: sqlite3 %[1]s .recover | sqlite3 saved.db; "+
		"docs/operations.md says more (%[2]w)", s.path, cause)
}

// explained adds what to do to an error that means damage.
func (s *Store) explained(err error) error {
	switch sqliteCode(err) & 0xff {
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		return s.damaged(err)
	default:
		return err
	}
}
