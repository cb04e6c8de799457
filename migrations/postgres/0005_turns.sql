-- Whose turn it is. Work that waits is taken company by company, and a company
-- that was served least recently comes first.

-- +goose Up
CREATE TABLE turns (
    queue      text COLLATE "C" NOT NULL, -- what is waited for: the outbox, or deliveries of a type
    company_id text COLLATE "C" NOT NULL REFERENCES companies (id),
    served_at  timestamptz NOT NULL,
    PRIMARY KEY (queue, company_id)
) WITH (fillfactor = 50); -- each claim changes rows in place: room for that on their page

-- The companies that have something in the outbox, and of each what it waits
-- with, the longest waiting first.
CREATE INDEX outbox_turns ON outbox (company_id, claimed_until, at, id);

-- The channels that have deliveries to make, and of each what is due. It takes
-- the place of an index over all companies' deliveries in one row.
CREATE INDEX deliveries_lanes ON deliveries (channel_type, channel_id, due_at, id) WHERE status IN ('pending', 'sending', 'failed');
CREATE INDEX deliveries_under_way ON deliveries (channel_type, due_at, company_id, channel_id) WHERE status = 'sending';
DROP INDEX deliveries_due;

-- Turns are bookkeeping: they have no entries.
CALL enclose('turns', 'SELECT, INSERT, UPDATE');

-- +goose Down
CREATE INDEX deliveries_due ON deliveries (channel_type, due_at, id) WHERE status IN ('pending', 'sending', 'failed');
DROP INDEX deliveries_under_way;
DROP INDEX deliveries_lanes;
DROP INDEX outbox_turns;
DROP TABLE turns;
