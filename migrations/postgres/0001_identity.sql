-- Who may enter. Text sorts by its bytes, as in SQLite. A company_id that may
-- be NULL is the platform's.
--
-- The service works as the role sentineliq_service, which owns nothing and is
-- made before the first step. What it may do to a table, enclose() says.

-- +goose Up
GRANT SELECT ON goose_db_version TO sentineliq_service;
-- +goose StatementBegin
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO sentineliq_service', current_schema()); END $$;
-- +goose StatementEnd

-- A change is refused at COMMIT unless the log has an entry of the same
-- transaction that is in the company's log or about the company. The arguments
-- are the column of the company and columns that may change without an entry.
-- Changing the version alone is no change. The log is named with its schema: a
-- temporary table of that name must not stand in for it.
-- +goose StatementBegin
DO $do$ BEGIN EXECUTE format($create$
CREATE FUNCTION require_entry() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    was jsonb;
    is_ jsonb;
    company text;
BEGIN
    IF TG_ARGV[0] = 'id' THEN
        company := CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END;
    ELSE
        company := CASE TG_OP WHEN 'DELETE' THEN OLD.company_id ELSE NEW.company_id END;
    END IF;
    IF EXISTS (SELECT FROM %1$I.audit_entries e WHERE e.xid = pg_current_xact_id()
               AND (e.company_id IS NOT DISTINCT FROM company OR e.entity_company = company)) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD) - TG_ARGV - 'version';
        is_ := to_jsonb(NEW) - TG_ARGV - 'version';
        IF was = is_ THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'a change of %% without an audit entry', TG_TABLE_NAME
        USING ERRCODE = 'SQ001', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END $fn$ $create$, current_schema()); END $do$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'SQ002', TABLE = TG_TABLE_NAME;
END $$;
-- +goose StatementEnd

-- enclose puts the walls around a table: its rows exist for their own company
-- only, never move to another, and the service gets the rights that are named.
-- The settings are those of the transaction; without them there are no rows.
-- +goose StatementBegin
CREATE PROCEDURE enclose(tbl text, rights text, owner text DEFAULT 'company_id') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tbl);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tbl);
    EXECUTE format($p$CREATE POLICY own_company ON %I
        USING (%I = (SELECT current_setting('app.company', true)) OR (SELECT current_setting('app.scope', true)) = 'all')$p$, tbl, owner);
    EXECUTE format('GRANT %s ON %I TO sentineliq_service', rights, tbl);
    EXECUTE format($t$CREATE TRIGGER %1$I BEFORE UPDATE OF %2$I ON %3$I FOR EACH ROW WHEN (OLD.%2$I IS DISTINCT FROM NEW.%2$I)
        EXECUTE FUNCTION refuse_change('a row never changes its company')$t$, tbl || '_stay', owner, tbl);
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE PROCEDURE audited(tbl text, owner text DEFAULT 'company_id', variadic exempt text[] DEFAULT '{}') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION require_entry(%s)', tbl || '_audited', tbl,
        (SELECT string_agg(quote_literal(a), ', ') FROM unnest(owner || exempt) a));
END $$;
-- +goose StatementEnd

CREATE TABLE companies (
    id         text COLLATE "C" PRIMARY KEY,
    name       text COLLATE "C" NOT NULL,
    name_key   text COLLATE "C" NOT NULL UNIQUE, -- the name in lower case
    is_active  boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    integer NOT NULL
);
CREATE INDEX companies_created ON companies (created_at, id);
CREATE INDEX companies_name ON companies (name, id);

CREATE TABLE users (
    id            text COLLATE "C" PRIMARY KEY,
    company_id    text COLLATE "C" REFERENCES companies (id), -- NULL: a superuser
    username      text COLLATE "C" NOT NULL,
    username_key  text COLLATE "C" NOT NULL UNIQUE,
    email         text COLLATE "C" NOT NULL,
    email_key     text COLLATE "C" NOT NULL UNIQUE,
    first_name    text COLLATE "C" NOT NULL,
    last_name     text COLLATE "C" NOT NULL,
    role          text COLLATE "C" NOT NULL CHECK (role IN ('read_only', 'analyst_company', 'admin_company', 'superuser')),
    is_active     boolean NOT NULL,
    password_hash text COLLATE "C" NOT NULL,
    epoch         integer NOT NULL,
    joined_at     timestamptz NOT NULL,
    last_login    timestamptz NOT NULL, -- year 1: never
    deleted_at    timestamptz,
    version       integer NOT NULL,
    search_text   text COLLATE "C" NOT NULL,
    UNIQUE (company_id, id),
    CHECK ((role = 'superuser') = (company_id IS NULL))
);
CREATE INDEX users_joined ON users (company_id, joined_at, id);
CREATE INDEX users_username ON users (company_id, username, id);
CREATE INDEX users_email ON users (company_id, email, id);
CREATE INDEX users_login ON users (company_id, last_login, id);
CREATE INDEX users_all_joined ON users (joined_at, id);

CREATE TABLE sessions (
    id         text COLLATE "C" PRIMARY KEY,
    company_id text COLLATE "C" REFERENCES companies (id), -- NULL: a superuser's
    user_id    text COLLATE "C" NOT NULL REFERENCES users (id),
    epoch      integer NOT NULL,
    current    text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    version    integer NOT NULL
);
CREATE INDEX sessions_company ON sessions (company_id, id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE api_keys (
    id           text COLLATE "C" PRIMARY KEY,
    company_id   text COLLATE "C" NOT NULL REFERENCES companies (id),
    name         text COLLATE "C" NOT NULL,
    role         text COLLATE "C" NOT NULL CHECK (role IN ('read_only', 'analyst_company', 'admin_company')),
    prefix       text COLLATE "C" NOT NULL,
    hash         text COLLATE "C" NOT NULL UNIQUE,
    created_by   text COLLATE "C",
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    UNIQUE (company_id, id)
);
CREATE INDEX api_keys_created ON api_keys (company_id, created_at, id);
CREATE INDEX api_keys_all_created ON api_keys (created_at, id);

CALL enclose('companies', 'SELECT, INSERT, UPDATE, DELETE', 'id');
CALL enclose('users', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('sessions', 'SELECT, INSERT, UPDATE, DELETE'); -- who is logged in is no change; logging in has an entry of its own
CALL enclose('api_keys', 'SELECT, INSERT, UPDATE, DELETE');
CALL audited('companies', 'id');
CALL audited('users');
CALL audited('api_keys', 'company_id', 'last_used_at');

-- +goose Down
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE companies;
DROP PROCEDURE audited;
DROP PROCEDURE enclose;
DROP FUNCTION refuse_change;
DROP FUNCTION require_entry;
REVOKE SELECT ON goose_db_version FROM sentineliq_service;
