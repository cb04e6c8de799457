-- The work on an incident.

-- +goose Up
CREATE TABLE tasks (
    id             TEXT PRIMARY KEY NOT NULL,
    company_id     TEXT NOT NULL REFERENCES companies (id),
    incident_id    TEXT NOT NULL,
    title          TEXT NOT NULL,
    description    TEXT NOT NULL,
    status         TEXT NOT NULL,
    status_rank    INTEGER NOT NULL, -- 0 open, 1 in_progress, 2 completed, 3 canceled
    priority_rank  INTEGER NOT NULL, -- 0 low to 3 critical
    due_at         TEXT NOT NULL, -- the last moment of the year 9999: whenever
    assignee       TEXT,
    position       INTEGER NOT NULL, -- among the tasks of the incident
    notes          TEXT NOT NULL,
    completed_at   TEXT,
    created_by     TEXT,
    created_by_key TEXT,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    search_text    TEXT NOT NULL, -- in lower case
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
) STRICT;
CREATE INDEX tasks_incident ON tasks (company_id, incident_id, position, id);
CREATE INDEX tasks_created ON tasks (company_id, created_at, id);
CREATE INDEX tasks_updated ON tasks (company_id, updated_at, id);
CREATE INDEX tasks_due ON tasks (company_id, due_at, id);
CREATE INDEX tasks_position ON tasks (company_id, position, id);
CREATE INDEX tasks_priority ON tasks (company_id, priority_rank, id);
CREATE INDEX tasks_status ON tasks (company_id, status_rank, id);
CREATE INDEX tasks_assignee ON tasks (company_id, assignee, created_at, id);
CREATE INDEX tasks_pending ON tasks (company_id, due_at, id) WHERE status_rank < 2;
CREATE INDEX tasks_all_created ON tasks (created_at, id);

-- +goose StatementBegin
CREATE TRIGGER tasks_stay BEFORE UPDATE OF company_id ON tasks WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE tasks;
