-- What analysts work on. A child carries its parent's company in the foreign
-- key, so that it cannot point into another company. Who did something
-- (created_by, author, ...) is history and no foreign key: it may have been a
-- superuser, who has no company.

-- +goose Up
CREATE TABLE alerts (
    id               text COLLATE "C" PRIMARY KEY,
    company_id       text COLLATE "C" NOT NULL REFERENCES companies (id),
    title            text COLLATE "C" NOT NULL,
    description      text COLLATE "C" NOT NULL,
    severity         integer NOT NULL, -- the rank, 1 info to 5 critical
    status           text COLLATE "C" NOT NULL,
    status_rank      integer NOT NULL,
    active           integer NOT NULL, -- 1: a repeated report still belongs to it
    source           text COLLATE "C" NOT NULL,
    source_ref       text COLLATE "C" NOT NULL,
    tags             text COLLATE "C",
    tlp              text COLLATE "C" NOT NULL,
    pap              text COLLATE "C" NOT NULL,
    event_time       timestamptz NOT NULL,
    first_seen       timestamptz NOT NULL,
    last_seen        timestamptz NOT NULL,
    occurrences      integer NOT NULL,
    observables      text COLLATE "C",
    raw_payload      text COLLATE "C",
    assignee         text COLLATE "C",
    created_by       text COLLATE "C",
    created_by_key   text COLLATE "C",
    acknowledged_at  timestamptz,
    acknowledged_by  text COLLATE "C",
    resolved_at      timestamptz,
    resolution       text COLLATE "C" NOT NULL,
    resolution_notes text COLLATE "C" NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer NOT NULL,
    search_text      text COLLATE "C" NOT NULL, -- in lower case
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
);
CREATE UNIQUE INDEX alerts_active ON alerts (company_id, source, source_ref) WHERE active = 1 AND source_ref <> '';
-- The columns behind the id spare the dashboard the rows, which can be a megabyte each.
CREATE INDEX alerts_created ON alerts (company_id, created_at, id) INCLUDE (severity, status_rank, source, occurrences);
CREATE INDEX alerts_updated ON alerts (company_id, updated_at, id);
CREATE INDEX alerts_event ON alerts (company_id, event_time, id);
CREATE INDEX alerts_seen ON alerts (company_id, last_seen, id);
CREATE INDEX alerts_severity ON alerts (company_id, severity, id);
CREATE INDEX alerts_status ON alerts (company_id, status_rank, id);
CREATE INDEX alerts_assignee ON alerts (company_id, assignee, created_at, id);
CREATE INDEX alerts_source ON alerts (company_id, source, created_at, id);
CREATE INDEX alerts_reference ON alerts (company_id, source_ref, id) WHERE source_ref <> '';
CREATE INDEX alerts_acknowledged ON alerts (company_id, acknowledged_at, created_at) WHERE acknowledged_at IS NOT NULL;
CREATE INDEX alerts_all_created ON alerts (created_at, id);

CREATE TABLE alert_tags (
    company_id text COLLATE "C" NOT NULL,
    alert_id   text COLLATE "C" NOT NULL,
    tag        text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, alert_id, tag),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id)
);
CREATE INDEX alert_tags_tag ON alert_tags (company_id, tag, alert_id);

CREATE TABLE observables (
    id          text COLLATE "C" PRIMARY KEY,
    company_id  text COLLATE "C" NOT NULL REFERENCES companies (id),
    type        text COLLATE "C" NOT NULL,
    value       text COLLATE "C" NOT NULL,
    tlp         text COLLATE "C" NOT NULL,
    confidence  integer NOT NULL,
    sightings   integer NOT NULL,
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    search_text text COLLATE "C" NOT NULL, -- the value in lower case
    UNIQUE (company_id, id)
);
-- A value can be longer than an index takes, so its digest stands for it.
-- +goose StatementBegin
CREATE FUNCTION digest_of(value text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256(convert_to(value, 'UTF8'));
-- +goose StatementEnd
CREATE UNIQUE INDEX observables_value ON observables (company_id, type, digest_of(value));

CREATE TABLE alert_observables (
    company_id    text COLLATE "C" NOT NULL,
    alert_id      text COLLATE "C" NOT NULL,
    observable_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, alert_id, observable_id),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id),
    FOREIGN KEY (company_id, observable_id) REFERENCES observables (company_id, id)
);
CREATE INDEX alert_observables_observable ON alert_observables (company_id, observable_id, alert_id);

CREATE TABLE incidents (
    id               text COLLATE "C" PRIMARY KEY,
    company_id       text COLLATE "C" NOT NULL REFERENCES companies (id),
    title            text COLLATE "C" NOT NULL,
    description      text COLLATE "C" NOT NULL,
    summary          text COLLATE "C" NOT NULL,
    severity         integer NOT NULL,
    status           text COLLATE "C" NOT NULL,
    status_rank      integer NOT NULL,
    tags             text COLLATE "C",
    tlp              text COLLATE "C" NOT NULL,
    pap              text COLLATE "C" NOT NULL,
    assignee         text COLLATE "C",
    custom_fields    text COLLATE "C",
    start_date       timestamptz NOT NULL,
    end_date         timestamptz,
    alert_count      integer NOT NULL,
    observable_count integer NOT NULL,
    task_count       integer NOT NULL,
    open_task_count  integer NOT NULL,
    created_by       text COLLATE "C",
    created_by_key   text COLLATE "C",
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer NOT NULL,
    search_text      text COLLATE "C" NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
);
CREATE INDEX incidents_created ON incidents (company_id, created_at, id);
CREATE INDEX incidents_updated ON incidents (company_id, updated_at, id);
CREATE INDEX incidents_start ON incidents (company_id, start_date, id);
CREATE INDEX incidents_severity ON incidents (company_id, severity, id);
CREATE INDEX incidents_status ON incidents (company_id, status_rank, id);
CREATE INDEX incidents_assignee ON incidents (company_id, assignee, created_at, id);
CREATE INDEX incidents_end ON incidents (company_id, end_date, status, created_at) WHERE end_date IS NOT NULL;
CREATE INDEX incidents_all_created ON incidents (created_at, id);

CREATE TABLE incident_tags (
    company_id  text COLLATE "C" NOT NULL,
    incident_id text COLLATE "C" NOT NULL,
    tag         text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, incident_id, tag),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id)
);
CREATE INDEX incident_tags_tag ON incident_tags (company_id, tag, incident_id);

CREATE TABLE incident_alerts (
    company_id  text COLLATE "C" NOT NULL,
    incident_id text COLLATE "C" NOT NULL,
    alert_id    text COLLATE "C" NOT NULL,
    linked_at   timestamptz NOT NULL,
    PRIMARY KEY (company_id, incident_id, alert_id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id)
);
CREATE INDEX incident_alerts_alert ON incident_alerts (company_id, alert_id, incident_id);

CREATE TABLE incident_observables (
    company_id    text COLLATE "C" NOT NULL,
    incident_id   text COLLATE "C" NOT NULL,
    observable_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, incident_id, observable_id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, observable_id) REFERENCES observables (company_id, id)
);
CREATE INDEX incident_observables_observable ON incident_observables (company_id, observable_id, incident_id);

-- An entry is never rewritten, and goes only with its incident: the one foreign
-- key that cascades, so that the trigger below can tell the two apart.
CREATE TABLE incident_timeline (
    id          text COLLATE "C" PRIMARY KEY,
    company_id  text COLLATE "C" NOT NULL,
    incident_id text COLLATE "C" NOT NULL,
    type        text COLLATE "C" NOT NULL,
    title       text COLLATE "C" NOT NULL,
    content     text COLLATE "C" NOT NULL,
    author      text COLLATE "C",
    field       text COLLATE "C" NOT NULL,
    old_value   text COLLATE "C" NOT NULL,
    new_value   text COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL,
    added_at    timestamptz NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id) ON DELETE CASCADE
);
CREATE INDEX incident_timeline_at ON incident_timeline (company_id, incident_id, at, id);

-- +goose StatementBegin
CREATE FUNCTION keep_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM incidents WHERE id = OLD.incident_id) THEN
        RAISE EXCEPTION 'a timeline is only ever added to' USING ERRCODE = 'SQ002', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER incident_timeline_kept BEFORE DELETE ON incident_timeline FOR EACH ROW EXECUTE FUNCTION keep_timeline();
CREATE TRIGGER incident_timeline_written BEFORE UPDATE ON incident_timeline
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a timeline is only ever added to');

CALL enclose('alerts', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('alert_tags', 'SELECT, INSERT, DELETE');
CALL enclose('observables', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('alert_observables', 'SELECT, INSERT, DELETE');
CALL enclose('incidents', 'SELECT, INSERT, UPDATE, DELETE');
CALL enclose('incident_tags', 'SELECT, INSERT, DELETE');
CALL enclose('incident_alerts', 'SELECT, INSERT, DELETE');
CALL enclose('incident_observables', 'SELECT, INSERT, DELETE');
CALL enclose('incident_timeline', 'SELECT, INSERT'); -- it goes with its incident, by the foreign key
CALL audited('alerts');
CALL audited('alert_tags');
CALL audited('observables');
CALL audited('alert_observables');
CALL audited('incidents');
CALL audited('incident_tags');
CALL audited('incident_alerts');
CALL audited('incident_observables');
CALL audited('incident_timeline');

-- +goose Down
DROP TABLE incident_observables;
DROP TABLE incident_alerts;
DROP TABLE incident_tags;
DROP TABLE incident_timeline;
DROP FUNCTION keep_timeline;
DROP TABLE incidents;
DROP TABLE alert_observables;
DROP TABLE observables;
DROP FUNCTION digest_of;
DROP TABLE alert_tags;
DROP TABLE alerts;
