package sqlstore

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// postgresDialect answers for PostgreSQL. Reads of a unit of work share one
// snapshot; writes see what others committed, and wait for rows that others
// hold.
type postgresDialect struct{}

func (postgresDialect) seconds(column string) string {
	return "EXTRACT(EPOCH FROM " + column + ")::double precision"
}

func (postgresDialect) skipLocked() string { return "FOR UPDATE SKIP LOCKED" }

func (postgresDialect) lateral(table, rest string) string {
	return "CROSS JOIN LATERAL (SELECT * FROM " + table + " " + rest + ") AS found"
}

// lock lets others refer to the row meanwhile.
func (postgresDialect) lock() string { return "NO KEY UPDATE" }

// turn also tells the planner to walk indexes for the rest of the transaction.
// It goes by averages, and a storm is no average: rows that it would rather
// sort are a hundred by its books and a million in truth.
func (postgresDialect) turn() string {
	sql := "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
	for _, habit := range []string{"enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_hashjoin", "enable_mergejoin", "jit"} {
		sql += ", set_config('" + habit + "', 'off', true)"
	}
	return sql
}

func (postgresDialect) alone() string {
	return "SELECT pg_try_advisory_xact_lock(hashtextextended(?, 1))"
}

func (postgresDialect) valueKey() string { return "digest_of(value)" }

func (postgresDialect) maxVars() int { return 65_535 }

// rest is 5 to 50 ms by chance, so that two who met do not meet again.
func (postgresDialect) rest() time.Duration {
	return 5*time.Millisecond + rand.N(45*time.Millisecond) //nolint:gosec // nothing to guess
}

// enter makes the settings that row-level security reads. They end with the
// transaction; without them there are no rows.
func (postgresDialect) enter(ctx context.Context, tx gorm.ConnPool, s tenant.Scope) (time.Time, error) {
	company, one := s.Company()
	reach := "nothing"
	switch {
	case one:
		reach = "one"
	case s.IsAll():
		reach = "all"
	}
	var now time.Time
	err := tx.QueryRowContext(ctx,
		"SELECT clock_timestamp() FROM (SELECT set_config('app.company', $1, true), set_config('app.scope', $2, true)) AS set",
		string(company), reach).Scan(&now)
	return now, err
}

// The SQLSTATEs that are told apart, by code or by the class that begins it.
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
	restrictViolation   = "23001"

	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	unauditedChange      = "SQ001" // by a trigger of our own, at COMMIT
	planChanged          = "0A000" // a cached plan whose table changed; the driver drops it

	readOnly          = "25006"
	idleTooLong       = "25P03"
	queryCanceled     = "57014"
	connectionClass   = "08"
	resourcesClass    = "53"
	interventionClass = "57P"
	systemClass       = "58"
	internalClass     = "XX"
)

func (postgresDialect) broken(err error) (breach, string) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return noBreach, ""
	}
	switch e.Code {
	case uniqueViolation:
		return notUnique, map[string]string{
			"users_username_key_key":       "users.username_key",
			"users_email_key_key":          "users.email_key",
			"companies_name_key_key":       "companies.name_key",
			"channels_company_id_name_key": "channels.company_id, channels.name",
			"alerts_active":                "alerts.company_id, alerts.source, alerts.source_ref",
		}[e.ConstraintName]
	case foreignKeyViolation, restrictViolation:
		return dangling, ""
	default:
		return noBreach, ""
	}
}

func (postgresDialect) busy(err error) bool {
	switch postgresCode(err) {
	case serializationFailure, deadlockDetected, lockNotAvailable, planChanged:
		return true
	default:
		return false
	}
}

func (postgresDialect) down(err error) bool {
	code := postgresCode(err)
	for _, class := range []string{
		readOnly, idleTooLong, queryCanceled,
		connectionClass, resourcesClass, interventionClass, systemClass, internalClass,
	} {
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return code == "" && (errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed))
}

func (postgresDialect) fatal() bool { return true }

// undone: the server says what it rolled back. What ends the connection says
// nothing about the transaction.
func (d postgresDialect) undone(_ context.Context, err error) bool {
	return errors.Is(err, pgx.ErrTxCommitRollback) || (postgresCode(err) != "" && !d.down(err))
}

// postgresCode is the SQLSTATE of the server's error, empty for all others.
func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
