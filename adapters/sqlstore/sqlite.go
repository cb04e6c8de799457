package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

const (
	sqliteDriver  = "sqlite" // of modernc.org/sqlite: no cgo
	sqliteReaders = 4        // readers do not wait for the writer in WAL mode
	sqliteMaxVars = 32_766
	writing       = "_txlock=immediate" // a lock taken late fails at once, whatever the timeout
	reading       = "_pragma=query_only(1)"
)

// sqliteDSN is the address of a database file. Without the two settings of time
// the driver would write times in the zone of whoever wrote them.
func sqliteDSN(path, mode string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=temp_store(memory)&_pragma=cache_size(-32000)&_pragma=wal_autocheckpoint(4000)" + // a multi-row insert keeps a journal of its own
		"&_time_format=sqlite&_timezone=UTC&" + mode
}

// sqliteDialector is GORM's own over another driver, whose errors it reads.
type sqliteDialector struct{ sqlite.Dialector }

func newSQLiteDialector(pool *sql.DB) gorm.Dialector {
	return sqliteDialector{sqlite.Dialector{DriverName: sqliteDriver, Conn: pool}}
}

// Translate adds GORM's error to the driver's, which says more.
func (sqliteDialector) Translate(err error) error {
	switch sqliteCode(err) {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	default:
		return err
	}
}

// sqliteDialect answers for SQLite.
type sqliteDialect struct{}

func (sqliteDialect) seconds(column string) string { return "unixepoch(" + column + ", 'subsec')" }

// skipLocked is nothing: there is one writer.
func (sqliteDialect) skipLocked() string { return "" }

// lateral is not spoken here: the rows are found by their id, in the order of
// the tables.
func (sqliteDialect) lateral(table, rest string) string {
	return "CROSS JOIN " + table + " AS found ON found.id IN (SELECT " + table + ".id FROM " + table + " " + rest + ")"
}

func (sqliteDialect) lock() string { return "" }

func (sqliteDialect) turn() string { return "" }

func (sqliteDialect) alone() string { return "" }

func (sqliteDialect) valueKey() string { return "value" }

func (sqliteDialect) maxVars() int { return sqliteMaxVars }

func (sqliteDialect) enter(context.Context, gorm.ConnPool, tenant.Scope) (time.Time, error) {
	return time.Time{}, nil
}

// rest is nothing: the driver has waited already.
func (sqliteDialect) rest() time.Duration { return 0 }

func (sqliteDialect) broken(err error) (breach, string) {
	switch sqliteCode(err) {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		_, on, _ := strings.Cut(sqliteText(err), "UNIQUE constraint failed: ")
		on, _, _ = strings.Cut(on, " (")
		return notUnique, on
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return dangling, ""
	default:
		return noBreach, ""
	}
}

func (sqliteDialect) busy(err error) bool {
	primary := sqliteCode(err) & 0xff
	return primary == codes.SQLITE_BUSY || primary == codes.SQLITE_LOCKED
}

func (sqliteDialect) down(err error) bool {
	switch sqliteCode(err) & 0xff {
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN,
		codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB, codes.SQLITE_NOMEM, codes.SQLITE_PROTOCOL:
		return true
	default:
		return false
	}
}

func (sqliteDialect) fatal() bool { return false }

// undone: the driver rolls back what it was told to give up.
func (d sqliteDialect) undone(ctx context.Context, err error) bool {
	rule, _ := d.broken(err)
	return ctx.Err() != nil || rule != noBreach || d.busy(err)
}

// sqliteCode is the extended code of the driver's error, 0 for all others.
func sqliteCode(err error) int {
	var e *modernc.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func sqliteText(err error) string {
	var e *modernc.Error
	if errors.As(err, &e) {
		return e.Error()
	}
	return ""
}
