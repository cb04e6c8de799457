package sqlstore

import (
	"context"
	"errors"
	"fmt"
)

// Start makes the store ready to serve. The embedded database always migrates;
// on PostgreSQL migrate says whether to, and without it an old schema is
// refused. So is a server or a role on which the promises would not hold.
func (s *Store) Start(ctx context.Context, migrate bool) error {
	server, demanding := s.dialect.(postgresDialect)
	if !demanding {
		if err := s.glance(ctx); err != nil {
			return err
		}
	}
	if !demanding || migrate {
		if _, err := s.Migrate(ctx); err != nil {
			return s.explained(err)
		}
	} else if err := s.Current(ctx); err != nil {
		return fmt.Errorf("%w; run sentineliq migrate up, or start with AUTO_MIGRATE=true", err)
	}
	if !demanding {
		return nil
	}
	return server.check(ctx, s)
}

// standing is what a PostgreSQL server says of itself and of who asks.
type standing struct {
	Version           int
	Encoding          string
	Fsync             string
	FullPageWrites    string
	SynchronousCommit string
	Role              string
	Super             bool
	Bypass            bool
	Owned             int // tables that the role owns, or may act as the owner of
	Open              int // tables of companies whose rows anybody sees
	Rewrites          bool
}

const askStanding = `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
	current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
	rolname, rolsuper, rolbypassrls,
	(SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
		AND pg_has_role(current_user, relowner, 'USAGE')),
	(SELECT count(*) FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
		AND NOT (relrowsecurity AND relforcerowsecurity)
		AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'company_id' AND NOT attisdropped)),
	has_table_privilege('audit_entries', 'UPDATE, DELETE, TRUNCATE')
	FROM pg_roles WHERE rolname = current_user`

// check refuses what would lose changes that were acknowledged, or let the
// walls be passed. Each message says what to do.
func (postgresDialect) check(ctx context.Context, s *Store) error {
	var is standing
	err := s.pools[len(s.pools)-1].QueryRowContext(ctx, askStanding).Scan(&is.Version, &is.Encoding, &is.Fsync, &is.FullPageWrites,
		&is.SynchronousCommit, &is.Role, &is.Super, &is.Bypass, &is.Owned, &is.Open, &is.Rewrites)
	if err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	return is.refusal()
}

const oldestPostgres = 150_000

func (is standing) refusal() error {
	const roleHelp = "; serve as a role of its own, without MIGRATION_DATABASE_URL the one that migrations make"
	var faults []error
	refuse := func(when bool, format string, args ...any) {
		if when {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	refuse(is.Version < oldestPostgres, "the server is older than PostgreSQL 15: upgrade it")
	refuse(is.Encoding != "UTF8", "the database's encoding is %s: make one with ENCODING 'UTF8'", is.Encoding)
	refuse(is.Fsync != "on", "fsync is off, so a crash can lose everything: set fsync = on in postgresql.conf and reload")
	refuse(is.FullPageWrites != "on", "full_page_writes is off, so a crash can tear pages: set full_page_writes = on in postgresql.conf and reload")
	refuse(is.SynchronousCommit == "off", "synchronous_commit is off, so a crash loses changes that were confirmed: "+
		"set it to on, for the server, the database, the role or in the URL, wherever it was switched off")
	refuse(is.Super, "the role %s is a superuser, whom no wall stops%s", is.Role, roleHelp)
	refuse(is.Bypass, "the role %s bypasses row-level security: ALTER ROLE %[1]s NOBYPASSRLS%s", is.Role, roleHelp)
	refuse(is.Owned > 0, "the role %s owns %d tables and could take down the walls around them%s", is.Role, is.Owned, roleHelp)
	refuse(is.Open > 0, "%d tables of companies are without forced row-level security: run sentineliq migrate up, and ALTER TABLE ... FORCE ROW LEVEL SECURITY", is.Open)
	refuse(is.Rewrites, "the role %s may change the audit log: REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM %[1]s", is.Role)
	return errors.Join(faults...)
}
