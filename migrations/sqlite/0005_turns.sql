-- Whose turn it is. Work that waits is taken company by company, and a company
-- that was served least recently comes first.

-- +goose Up
CREATE TABLE turns (
    queue      TEXT NOT NULL, -- what is waited for: the outbox, or deliveries of a type
    company_id TEXT NOT NULL REFERENCES companies (id),
    served_at  TEXT NOT NULL,
    PRIMARY KEY (queue, company_id)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER turns_stay BEFORE UPDATE OF company_id ON turns WHEN OLD.company_id IS NOT NEW.company_id
BEGIN SELECT RAISE(ABORT, 'a row never changes its company'); END;
-- +goose StatementEnd

-- The companies that have something in the outbox, and of each what it waits
-- with, the longest waiting first.
CREATE INDEX outbox_turns ON outbox (company_id, claimed_until, at, id);

-- The channels that have deliveries to make, and of each what is due. It takes
-- the place of an index over all companies' deliveries in one row.
CREATE INDEX deliveries_lanes ON deliveries (channel_type, channel_id, due_at, id) WHERE status IN ('pending', 'sending', 'failed');
CREATE INDEX deliveries_under_way ON deliveries (channel_type, due_at, company_id, channel_id) WHERE status = 'sending';
DROP INDEX deliveries_due;

-- +goose Down
CREATE INDEX deliveries_due ON deliveries (channel_type, due_at, id, channel_id, status) WHERE status IN ('pending', 'sending', 'failed');
DROP INDEX deliveries_under_way;
DROP INDEX deliveries_lanes;
DROP INDEX outbox_turns;
DROP TABLE turns;
