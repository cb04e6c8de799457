-- What analysts work on. A child carries its parent's company in the foreign
-- key, so that it cannot point into another company. Who did something
-- (created_by, author, ...) is history and no foreign key: it may have been a
-- superuser, who has no company.

-- +goose Up
CREATE TABLE alerts (
    id               TEXT PRIMARY KEY NOT NULL,
    company_id       TEXT NOT NULL REFERENCES companies (id),
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    severity         INTEGER NOT NULL, -- the rank, 1 info to 5 critical
    status           TEXT NOT NULL,
    status_rank      INTEGER NOT NULL,
    active           INTEGER NOT NULL, -- 1: a repeated report still belongs to it
    source           TEXT NOT NULL,
    source_ref       TEXT NOT NULL,
    tags             TEXT,
    tlp              TEXT NOT NULL,
    pap              TEXT NOT NULL,
    event_time       TEXT NOT NULL,
    first_seen       TEXT NOT NULL,
    last_seen        TEXT NOT NULL,
    occurrences      INTEGER NOT NULL,
    observables      TEXT,
    raw_payload      TEXT,
    assignee         TEXT,
    created_by       TEXT,
    created_by_key   TEXT,
    acknowledged_at  TEXT,
    acknowledged_by  TEXT,
    resolved_at      TEXT,
    resolution       TEXT NOT NULL,
    resolution_notes TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    version          INTEGER NOT NULL,
    search_text      TEXT NOT NULL, -- in lower case
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
) STRICT;
CREATE UNIQUE INDEX alerts_active ON alerts (company_id, source, source_ref) WHERE active = 1 AND source_ref <> '';
-- The columns behind the id spare the dashboard the rows, which can be a megabyte each.
CREATE INDEX alerts_created ON alerts (company_id, created_at, id, severity, status_rank, source, occurrences);
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
    company_id TEXT NOT NULL,
    alert_id   TEXT NOT NULL,
    tag        TEXT NOT NULL,
    PRIMARY KEY (company_id, alert_id, tag),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_tags_tag ON alert_tags (company_id, tag, alert_id);

CREATE TABLE observables (
    id          TEXT PRIMARY KEY NOT NULL,
    company_id  TEXT NOT NULL REFERENCES companies (id),
    type        TEXT NOT NULL,
    value       TEXT NOT NULL,
    tlp         TEXT NOT NULL,
    confidence  INTEGER NOT NULL,
    sightings   INTEGER NOT NULL,
    first_seen  TEXT NOT NULL,
    last_seen   TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    search_text TEXT NOT NULL, -- the value in lower case
    UNIQUE (company_id, id),
    UNIQUE (company_id, type, value)
) STRICT;

CREATE TABLE alert_observables (
    company_id    TEXT NOT NULL,
    alert_id      TEXT NOT NULL,
    observable_id TEXT NOT NULL,
    PRIMARY KEY (company_id, alert_id, observable_id),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id),
    FOREIGN KEY (company_id, observable_id) REFERENCES observables (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_observables_observable ON alert_observables (company_id, observable_id, alert_id);

CREATE TABLE incidents (
    id               TEXT PRIMARY KEY NOT NULL,
    company_id       TEXT NOT NULL REFERENCES companies (id),
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    summary          TEXT NOT NULL,
    severity         INTEGER NOT NULL,
    status           TEXT NOT NULL,
    status_rank      INTEGER NOT NULL,
    tags             TEXT,
    tlp              TEXT NOT NULL,
    pap              TEXT NOT NULL,
    assignee         TEXT,
    custom_fields    TEXT,
    start_date       TEXT NOT NULL,
    end_date         TEXT,
    alert_count      INTEGER NOT NULL,
    observable_count INTEGER NOT NULL,
    task_count       INTEGER NOT NULL,
    open_task_count  INTEGER NOT NULL,
    created_by       TEXT,
    created_by_key   TEXT,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    version          INTEGER NOT NULL,
    search_text      TEXT NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
) STRICT;
CREATE INDEX incidents_created ON incidents (company_id, created_at, id);
CREATE INDEX incidents_updated ON incidents (company_id, updated_at, id);
CREATE INDEX incidents_start ON incidents (company_id, start_date, id);
CREATE INDEX incidents_severity ON incidents (company_id, severity, id);
CREATE INDEX incidents_status ON incidents (company_id, status_rank, id);
CREATE INDEX incidents_assignee ON incidents (company_id, assignee, created_at, id);
CREATE INDEX incidents_end ON incidents (company_id, end_date, status, created_at) WHERE end_date IS NOT NULL;
CREATE INDEX incidents_all_created ON incidents (created_at, id);

CREATE TABLE incident_tags (
    company_id  TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    tag         TEXT NOT NULL,
    PRIMARY KEY (company_id, incident_id, tag),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_tags_tag ON incident_tags (company_id, tag, incident_id);

CREATE TABLE incident_alerts (
    company_id  TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    alert_id    TEXT NOT NULL,
    linked_at   TEXT NOT NULL,
    PRIMARY KEY (company_id, incident_id, alert_id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, alert_id) REFERENCES alerts (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_alerts_alert ON incident_alerts (company_id, alert_id, incident_id);

CREATE TABLE incident_observables (
    company_id    TEXT NOT NULL,
    incident_id   TEXT NOT NULL,
    observable_id TEXT NOT NULL,
    PRIMARY KEY (company_id, incident_id, observable_id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, observable_id) REFERENCES observables (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_observables_observable ON incident_observables (company_id, observable_id, incident_id);

-- An entry is never rewritten, and goes only with its incident: the one foreign
-- key that cascades, so that the trigger below can tell the two apart.
CREATE TABLE incident_timeline (
    id          TEXT PRIMARY KEY NOT NULL,
    company_id  TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    type        TEXT NOT NULL,
    title       TEXT NOT NULL,
    content     TEXT NOT NULL,
    author      TEXT,
    field       TEXT NOT NULL,
    old_value   TEXT NOT NULL,
    new_value   TEXT NOT NULL,
    at          TEXT NOT NULL,
    added_at    TEXT NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX incident_timeline_at ON incident_timeline (company_id, incident_id, at, id);

-- +goose StatementBegin
CREATE TRIGGER incident_timeline_written BEFORE UPDATE ON incident_timeline
BEGIN SELECT RAISE(ABORT, 'a timeline is only ever added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER incident_timeline_kept BEFORE DELETE ON incident_timeline
WHEN EXISTS (SELECT 1 FROM incidents WHERE id = OLD.incident_id)
BEGIN SELECT RAISE(ABORT, 'a timeline is only ever added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER alerts_stay BEFORE UPDATE OF company_id ON alerts WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER observables_stay BEFORE UPDATE OF company_id ON observables WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER incidents_stay BEFORE UPDATE OF company_id ON incidents WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE incident_observables;
DROP TABLE incident_alerts;
DROP TABLE incident_tags;
DROP TRIGGER incident_timeline_kept;
DROP TABLE incident_timeline;
DROP TABLE incidents;
DROP TABLE alert_observables;
DROP TABLE observables;
DROP TABLE alert_tags;
DROP TABLE alerts;
