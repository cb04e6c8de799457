-- The work on an incident.

-- +goose Up
CREATE TABLE tasks (
    id             text COLLATE "C" PRIMARY KEY,
    company_id     text COLLATE "C" NOT NULL REFERENCES companies (id),
    incident_id    text COLLATE "C" NOT NULL,
    title          text COLLATE "C" NOT NULL,
    description    text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL,
    status_rank    integer NOT NULL, -- 0 open, 1 in_progress, 2 completed, 3 canceled
    priority_rank  integer NOT NULL, -- 0 low to 3 critical
    due_at         timestamptz NOT NULL, -- the last moment of the year 9999: whenever
    assignee       text COLLATE "C",
    position       integer NOT NULL, -- among the tasks of the incident
    notes          text COLLATE "C" NOT NULL,
    completed_at   timestamptz,
    created_by     text COLLATE "C",
    created_by_key text COLLATE "C",
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        integer NOT NULL,
    search_text    text COLLATE "C" NOT NULL, -- in lower case
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, incident_id) REFERENCES incidents (company_id, id),
    FOREIGN KEY (company_id, assignee) REFERENCES users (company_id, id)
);
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

CALL enclose('tasks', 'SELECT, INSERT, UPDATE, DELETE');
CALL audited('tasks');

-- +goose Down
DROP TABLE tasks;
