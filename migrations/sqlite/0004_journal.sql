-- What is committed with every change. The log outlives the companies it is
-- about, so its company is no foreign key.

-- +goose Up
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY NOT NULL,
    company_id    TEXT NOT NULL REFERENCES companies (id),
    name          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    at            TEXT NOT NULL,
    entity        TEXT NOT NULL,
    entity_id     TEXT NOT NULL,
    facts         TEXT,
    claimed_until TEXT NOT NULL, -- year 1: never claimed
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX outbox_order ON outbox (at, id);

CREATE TABLE idempotency_keys (
    position        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    company_id      TEXT REFERENCES companies (id), -- NULL: the platform's
    actor           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request         TEXT NOT NULL,
    status          INTEGER NOT NULL, -- -1: claimed, no answer yet
    body            BLOB,
    kept_at         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX idempotency_keys_key ON idempotency_keys (COALESCE(company_id, ''), actor, idempotency_key);
CREATE INDEX idempotency_keys_company ON idempotency_keys (company_id);
CREATE INDEX idempotency_keys_kept ON idempotency_keys (kept_at);

CREATE TABLE audit_entries (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id              TEXT NOT NULL UNIQUE,
    company_id      TEXT, -- NULL: the platform's
    at              TEXT NOT NULL,
    actor_type      TEXT NOT NULL,
    actor_id        TEXT NOT NULL,
    actor_name      TEXT NOT NULL,
    action          TEXT NOT NULL,
    entity_type     TEXT NOT NULL,
    entity_id       TEXT NOT NULL,
    entity_name     TEXT NOT NULL,
    entity_company  TEXT NOT NULL,
    changes         TEXT,
    metadata        TEXT,
    request_id      TEXT NOT NULL,
    ip_address      TEXT NOT NULL,
    user_agent      TEXT NOT NULL,
    http_method     TEXT NOT NULL,
    http_path       TEXT NOT NULL,
    origin_status   INTEGER NOT NULL,
    response_status INTEGER NOT NULL,
    outcome         TEXT NOT NULL,
    search_text     TEXT NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX audit_entries_sequence ON audit_entries (company_id, sequence);
CREATE INDEX audit_entries_at ON audit_entries (company_id, at, sequence);
CREATE INDEX audit_entries_entity ON audit_entries (company_id, entity_id, sequence);
CREATE INDEX audit_entries_kind ON audit_entries (company_id, entity_type, sequence);
CREATE INDEX audit_entries_action ON audit_entries (company_id, action, sequence);
CREATE INDEX audit_entries_actor ON audit_entries (company_id, actor_id, sequence);
CREATE INDEX audit_entries_name ON audit_entries (company_id, actor_name, sequence);
CREATE INDEX audit_entries_request ON audit_entries (request_id) WHERE request_id <> '';

-- +goose StatementBegin
CREATE TRIGGER outbox_stay BEFORE UPDATE OF company_id ON outbox WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_written BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the log is only ever added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the log is only ever added to'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER audit_entries_kept;
DROP TABLE audit_entries;
DROP TABLE idempotency_keys;
DROP TABLE outbox;
