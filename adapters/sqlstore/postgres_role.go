package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// serviceRoleName is the role that serves: it cannot log in, owns nothing and
// bypasses nothing. Roles belong to the whole server, so all databases on one
// share it; its rights in each are granted by that database's migrations.
const serviceRoleName = "sentineliq_service"

const (
	insufficientPrivilege = "42501"
	duplicateObject       = "42710"
	undefinedRole         = "22023" // of SET ROLE
	undefinedTable        = "42P01"
	updatedMeanwhile      = "XX000" // two grants of one role at once
)

// serviceRole makes the role unless it is there, and lets user become it.
func serviceRole(ctx context.Context, pool *sql.DB, user string) error {
	var err error
	for range 5 {
		if err = serviceRoleOnce(ctx, pool, user); err == nil {
			return nil
		}
		switch postgresCode(err) {
		case duplicateObject, uniqueViolation, updatedMeanwhile: // another database's migration was faster
			if !rested(ctx, postgresDialect{}.rest()+50*time.Millisecond) {
				return context.Cause(ctx)
			}
		case insufficientPrivilege:
			return fmt.Errorf("the role that migrates may not make the role %[1]s; as an administrator run: "+
				"CREATE ROLE %[1]s NOLOGIN; GRANT %[1]s TO %[2]s; (%[3]w)",
				serviceRoleName, pgx.Identifier{user}.Sanitize(), err)
		default:
			return err
		}
	}
	return err
}

func serviceRoleOnce(ctx context.Context, pool *sql.DB, user string) error {
	var there bool
	err := pool.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", serviceRoleName).Scan(&there)
	if err == nil && !there {
		_, err = pool.ExecContext(ctx, "CREATE ROLE "+serviceRoleName+" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
	}
	if err != nil {
		return err
	}
	var member sql.NullBool
	err = pool.QueryRowContext(ctx, `SELECT pg_has_role(rolname, $1::name,
		CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
		FROM pg_roles WHERE rolname = $2`, serviceRoleName, user).Scan(&member)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("the role %s of DATABASE_URL does not exist", user)
	case err == nil && !member.Bool:
		_, err = pool.ExecContext(ctx, "GRANT "+serviceRoleName+" TO "+pgx.Identifier{user}.Sanitize())
	}
	return err
}

// absentSchema reports whether err is what the service's role meets before the
// first migration: no role, or no right to look at anything.
func absentSchema(err error) bool {
	switch postgresCode(err) {
	case undefinedRole, undefinedTable, insufficientPrivilege:
		return true
	default:
		return false
	}
}
