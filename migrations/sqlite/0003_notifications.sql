-- Who is told what. Deliveries and notices outlive the rule and the channel
-- they came from, so those are no foreign keys.

-- +goose Up
CREATE TABLE channels (
    id          TEXT PRIMARY KEY NOT NULL,
    company_id  TEXT NOT NULL REFERENCES companies (id),
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    shown       TEXT, -- the settings without their secrets
    sealed      TEXT NOT NULL, -- the settings, encrypted
    is_enabled  INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    search_text TEXT NOT NULL, -- the name in lower case
    UNIQUE (company_id, id),
    UNIQUE (company_id, name)
) STRICT;
CREATE INDEX channels_created ON channels (company_id, created_at, id);
CREATE INDEX channels_all_created ON channels (created_at, id);

CREATE TABLE rules (
    id          TEXT PRIMARY KEY NOT NULL,
    company_id  TEXT NOT NULL REFERENCES companies (id),
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    event_types TEXT,
    condition   TEXT NOT NULL,
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,
    recipients  TEXT,
    is_active   INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    search_text TEXT NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX rules_created ON rules (company_id, created_at, id);
CREATE INDEX rules_name ON rules (company_id, name, id);
CREATE INDEX rules_all_created ON rules (created_at, id);

CREATE TABLE rule_channels (
    company_id TEXT NOT NULL,
    rule_id    TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (company_id, rule_id, channel_id),
    FOREIGN KEY (company_id, rule_id) REFERENCES rules (company_id, id),
    FOREIGN KEY (company_id, channel_id) REFERENCES channels (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_channels_channel ON rule_channels (company_id, channel_id, rule_id);

CREATE TABLE notices (
    id           TEXT PRIMARY KEY NOT NULL,
    company_id   TEXT NOT NULL REFERENCES companies (id),
    event_id     TEXT NOT NULL,
    event_name   TEXT NOT NULL,
    rule_id      TEXT NOT NULL, -- '': a test message
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    category     TEXT NOT NULL,
    severity     INTEGER NOT NULL,
    related_type TEXT NOT NULL,
    related_id   TEXT NOT NULL,
    facts        TEXT,
    event_time   TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX notices_created ON notices (company_id, created_at, id);

CREATE TABLE deliveries (
    id              TEXT PRIMARY KEY NOT NULL,
    company_id      TEXT NOT NULL REFERENCES companies (id),
    notice_id       TEXT NOT NULL,
    event_id        TEXT NOT NULL,
    rule_id         TEXT NOT NULL,
    channel_id      TEXT NOT NULL,
    channel_type    TEXT NOT NULL,
    recipient       TEXT NOT NULL, -- '': the channel is a place
    status          TEXT NOT NULL,
    status_rank     INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL, -- year 1: it is over
    lease_until     TEXT NOT NULL, -- year 1: nobody holds it
    due_at          TEXT NOT NULL, -- the end of the lease while it is being sent, else the next attempt
    last_error      TEXT NOT NULL,
    response_status INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    delivered_at    TEXT,
    version         INTEGER NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, event_id, rule_id, channel_id, recipient),
    FOREIGN KEY (company_id, notice_id) REFERENCES notices (company_id, id)
) STRICT;
CREATE INDEX deliveries_created ON deliveries (company_id, created_at, id);
CREATE INDEX deliveries_status ON deliveries (company_id, status_rank, id);
CREATE INDEX deliveries_channel ON deliveries (company_id, channel_id, created_at, id);
CREATE INDEX deliveries_rule ON deliveries (company_id, rule_id, created_at, id);
CREATE INDEX deliveries_recipient ON deliveries (company_id, recipient, created_at, id);
CREATE INDEX deliveries_notice ON deliveries (company_id, notice_id, created_at, id);
CREATE INDEX deliveries_all_created ON deliveries (created_at, id);
-- The last two columns spare a claim the rows of channels that have their share.
CREATE INDEX deliveries_due ON deliveries (channel_type, due_at, id, channel_id, status) WHERE status IN ('pending', 'sending', 'failed');

-- +goose StatementBegin
CREATE TRIGGER notices_written BEFORE UPDATE ON notices
BEGIN SELECT RAISE(ABORT, 'what was said does not change'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER channels_stay BEFORE UPDATE OF company_id ON channels WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rules_stay BEFORE UPDATE OF company_id ON rules WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_stay BEFORE UPDATE OF company_id ON deliveries WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE deliveries;
DROP TABLE notices;
DROP TABLE rule_channels;
DROP TABLE rules;
DROP TABLE channels;
