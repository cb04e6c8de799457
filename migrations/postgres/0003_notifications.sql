-- Who is told what. Deliveries and notices outlive the rule and the channel
-- they came from, so those are no foreign keys.

-- +goose Up
CREATE TABLE channels (
    id          text COLLATE "C" PRIMARY KEY,
    company_id  text COLLATE "C" NOT NULL REFERENCES companies (id),
    name        text COLLATE "C" NOT NULL,
    type        text COLLATE "C" NOT NULL,
    shown       text COLLATE "C", -- the settings without their secrets
    sealed      text COLLATE "C" NOT NULL, -- the settings, encrypted
    is_enabled  boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     integer NOT NULL,
    search_text text COLLATE "C" NOT NULL, -- the name in lower case
    UNIQUE (company_id, id),
    UNIQUE (company_id, name)
);
CREATE INDEX channels_created ON channels (company_id, created_at, id);
CREATE INDEX channels_all_created ON channels (created_at, id);

CREATE TABLE rules (
    id          text COLLATE "C" PRIMARY KEY,
    company_id  text COLLATE "C" NOT NULL REFERENCES companies (id),
    name        text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    event_types text COLLATE "C",
    condition   text COLLATE "C" NOT NULL,
    title       text COLLATE "C" NOT NULL,
    body        text COLLATE "C" NOT NULL,
    recipients  text COLLATE "C",
    is_active   boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     integer NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    UNIQUE (company_id, id)
);
CREATE INDEX rules_created ON rules (company_id, created_at, id);
CREATE INDEX rules_name ON rules (company_id, name, id);
CREATE INDEX rules_all_created ON rules (created_at, id);

CREATE TABLE rule_channels (
    company_id text COLLATE "C" NOT NULL,
    rule_id    text COLLATE "C" NOT NULL,
    channel_id text COLLATE "C" NOT NULL,
    position   integer NOT NULL,
    PRIMARY KEY (company_id, rule_id, channel_id),
    FOREIGN KEY (company_id, rule_id) REFERENCES rules (company_id, id),
    FOREIGN KEY (company_id, channel_id) REFERENCES channels (company_id, id)
);
CREATE INDEX rule_channels_channel ON rule_channels (company_id, channel_id, rule_id);

CREATE TABLE notices (
    id           text COLLATE "C" PRIMARY KEY,
    company_id   text COLLATE "C" NOT NULL REFERENCES companies (id),
    event_id     text COLLATE "C" NOT NULL,
    event_name   text COLLATE "C" NOT NULL,
    rule_id      text COLLATE "C" NOT NULL, -- '': a test message
    title        text COLLATE "C" NOT NULL,
    body         text COLLATE "C" NOT NULL,
    category     text COLLATE "C" NOT NULL,
    severity     integer NOT NULL,
    related_type text COLLATE "C" NOT NULL,
    related_id   text COLLATE "C" NOT NULL,
    facts        text COLLATE "C",
    event_time   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    UNIQUE (company_id, id)
);
CREATE INDEX notices_created ON notices (company_id, created_at, id);

CREATE TABLE deliveries (
    id              text COLLATE "C" PRIMARY KEY,
    company_id      text COLLATE "C" NOT NULL REFERENCES companies (id),
    notice_id       text COLLATE "C" NOT NULL,
    event_id        text COLLATE "C" NOT NULL,
    rule_id         text COLLATE "C" NOT NULL,
    channel_id      text COLLATE "C" NOT NULL,
    channel_type    text COLLATE "C" NOT NULL,
    recipient       text COLLATE "C" NOT NULL, -- '': the channel is a place
    status          text COLLATE "C" NOT NULL,
    status_rank     integer NOT NULL,
    attempts        integer NOT NULL,
    next_attempt_at timestamptz NOT NULL, -- year 1: it is over
    lease_until     timestamptz NOT NULL, -- year 1: nobody holds it
    due_at          timestamptz NOT NULL, -- the end of the lease while it is being sent, else the next attempt
    last_error      text COLLATE "C" NOT NULL,
    response_status integer NOT NULL,
    created_at      timestamptz NOT NULL,
    delivered_at    timestamptz,
    version         integer NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, event_id, rule_id, channel_id, recipient),
    FOREIGN KEY (company_id, notice_id) REFERENCES notices (company_id, id)
);
CREATE INDEX deliveries_created ON deliveries (company_id, created_at, id);
CREATE INDEX deliveries_status ON deliveries (company_id, status_rank, id);
CREATE INDEX deliveries_channel ON deliveries (company_id, channel_id, created_at, id);
CREATE INDEX deliveries_rule ON deliveries (company_id, rule_id, created_at, id);
CREATE INDEX deliveries_recipient ON deliveries (company_id, recipient, created_at, id);
CREATE INDEX deliveries_notice ON deliveries (company_id, notice_id, created_at, id);
CREATE INDEX deliveries_all_created ON deliveries (created_at, id);
CREATE INDEX deliveries_due ON deliveries (channel_type, due_at, id) WHERE status IN ('pending', 'sending', 'failed');

CREATE TRIGGER notices_written BEFORE UPDATE ON notices FOR EACH ROW EXECUTE FUNCTION refuse_change('what was said does not change');

CALL enclose('channels', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('rules', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('rule_channels', 'SELECT, INSERT, DELETE');
CALL enclose('notices', 'SELECT, INSERT, DELETE');
CALL enclose('deliveries', 'SELECT, INSERT, UPDATE, DELETE');
CALL audited('channels');
CALL audited('rules');
CALL audited('rule_channels');
CALL audited('notices');
-- Claiming a delivery and trying it again is bookkeeping. Its end, its revival,
-- and where it goes are not.
CREATE CONSTRAINT TRIGGER deliveries_audited AFTER INSERT OR DELETE ON deliveries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_entry('company_id');
CREATE CONSTRAINT TRIGGER deliveries_ended AFTER UPDATE ON deliveries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status NOT IN ('pending', 'sending', 'failed') OR NEW.status NOT IN ('pending', 'sending', 'failed')
        OR (OLD.id, OLD.notice_id, OLD.event_id, OLD.rule_id, OLD.channel_id, OLD.channel_type, OLD.recipient, OLD.created_at)
            IS DISTINCT FROM
           (NEW.id, NEW.notice_id, NEW.event_id, NEW.rule_id, NEW.channel_id, NEW.channel_type, NEW.recipient, NEW.created_at))
    EXECUTE FUNCTION require_entry('company_id');

-- +goose Down
DROP TABLE deliveries;
DROP TABLE notices;
DROP TABLE rule_channels;
DROP TABLE rules;
DROP TABLE channels;
