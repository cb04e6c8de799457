-- Who may enter. Times are UTC texts such as '2026-01-31 12:00:00.5+00:00',
-- which sort as they stand. A company_id that may be NULL is the platform's.

-- +goose Up
CREATE TABLE companies (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL UNIQUE, -- the name in lower case
    is_active  INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version    INTEGER NOT NULL
) STRICT;
CREATE INDEX companies_created ON companies (created_at, id);
CREATE INDEX companies_name ON companies (name, id);

CREATE TABLE users (
    id            TEXT PRIMARY KEY NOT NULL,
    company_id    TEXT REFERENCES companies (id), -- NULL: a superuser
    username      TEXT NOT NULL,
    username_key  TEXT NOT NULL UNIQUE,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('read_only', 'analyst_company', 'admin_company', 'superuser')),
    is_active     INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    epoch         INTEGER NOT NULL,
    joined_at     TEXT NOT NULL,
    last_login    TEXT NOT NULL, -- year 1: never
    deleted_at    TEXT,
    version       INTEGER NOT NULL,
    search_text   TEXT NOT NULL,
    UNIQUE (company_id, id),
    CHECK ((role = 'superuser') = (company_id IS NULL))
) STRICT;
CREATE INDEX users_joined ON users (company_id, joined_at, id);
CREATE INDEX users_username ON users (company_id, username, id);
CREATE INDEX users_email ON users (company_id, email, id);
CREATE INDEX users_login ON users (company_id, last_login, id);
CREATE INDEX users_all_joined ON users (joined_at, id);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY NOT NULL,
    company_id TEXT REFERENCES companies (id), -- NULL: a superuser's
    user_id    TEXT NOT NULL REFERENCES users (id),
    epoch      INTEGER NOT NULL,
    current    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    version    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_company ON sessions (company_id, id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY NOT NULL,
    company_id   TEXT NOT NULL REFERENCES companies (id),
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('read_only', 'analyst_company', 'admin_company')),
    prefix       TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    created_by   TEXT,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX api_keys_created ON api_keys (company_id, created_at, id);
CREATE INDEX api_keys_all_created ON api_keys (created_at, id);

-- +goose StatementBegin
CREATE TRIGGER users_stay BEFORE UPDATE OF company_id ON users WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sessions_stay BEFORE UPDATE OF company_id ON sessions WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER api_keys_stay BEFORE UPDATE OF company_id ON api_keys WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE companies;
