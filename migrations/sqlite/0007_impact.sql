-- What an incident's impact is, and an order by its end. Both are computed from
-- the row, so that they can never lag behind it.

-- +goose Up
ALTER TABLE incidents ADD COLUMN impact_set INTEGER; -- by hand; NULL: by the formula
ALTER TABLE incidents ADD COLUMN impact_score INTEGER GENERATED ALWAYS AS (COALESCE(impact_set, min(100, (
    CASE severity WHEN 1 THEN 20 WHEN 2 THEN 40 WHEN 3 THEN 120 WHEN 4 THEN 240 WHEN 5 THEN 340 ELSE 0 END
    + 2 * min(alert_count, 10) + min(observable_count, 20) + 2 * min(task_count, 10)) / 4))) VIRTUAL;
-- An incident that goes on comes before every end.
ALTER TABLE incidents ADD COLUMN end_order TEXT GENERATED ALWAYS AS (COALESCE(end_date, '0001-01-01 00:00:00+00:00')) VIRTUAL;
CREATE INDEX incidents_impact ON incidents (company_id, impact_score, id);
CREATE INDEX incidents_ended ON incidents (company_id, end_order, id);
CREATE INDEX incidents_bare ON incidents (company_id, created_at, id) WHERE alert_count = 0;

-- +goose Down
DROP INDEX incidents_bare;
DROP INDEX incidents_ended;
DROP INDEX incidents_impact;
ALTER TABLE incidents DROP COLUMN end_order;
ALTER TABLE incidents DROP COLUMN impact_score;
ALTER TABLE incidents DROP COLUMN impact_set;
