package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
)

// onRepeat is the one insert that may update: its conflict target begins with
// the company, so it can only meet rows of the company that is inserted.
const onRepeat = ` ON CONFLICT (company_id, source, source_ref) WHERE active = 1 AND source_ref <> ''
DO UPDATE SET occurrences = alerts.occurrences + excluded.occurrences,
	last_seen = CASE WHEN excluded.last_seen > alerts.last_seen THEN excluded.last_seen ELSE alerts.last_seen END,
	updated_at = CASE WHEN excluded.updated_at > alerts.updated_at THEN excluded.updated_at ELSE alerts.updated_at END
RETURNING id, company_id, source, source_ref`

// report is what makes two reports the same one.
type report struct {
	company companyID
	key     alert.Key
}

func (a alerts) Ingest(ctx context.Context, batch []*alert.Alert) ([]alert.Receipt, error) {
	rows := make([]alertRow, len(batch))
	for i, one := range batch {
		if err := a.u.reaches(one.State().Company, "alert"); err != nil {
			return nil, err
		}
		rows[i] = fromAlert(one)
	}
	size, err := batchSize[alertRow](a.u)
	if err != nil {
		return nil, err
	}
	receipts := make([]alert.Receipt, 0, len(batch))
	var fresh []alertRow
	for part := range parts(rows, size) {
		where, err := a.upsert(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, row := range part {
			receipt := alert.Receipt{Alert: alert.ID(row.ID)}
			key := report{row.Company, alert.Key{Source: row.Source, SourceRef: row.SourceRef}}
			if id, keyed := where[key]; keyed && id != receipt.Alert {
				receipt = alert.Receipt{Alert: id, Duplicate: true}
			} else {
				fresh = append(fresh, row)
			}
			receipts = append(receipts, receipt)
		}
	}
	return receipts, insert(ctx, a.u, tagsOf(fresh))
}

// upsert writes one statement's worth of reports and returns the alerts that
// those with a reference went to. The order of what comes back is nobody's
// promise.
func (a alerts) upsert(ctx context.Context, rows []alertRow) (map[report]alert.ID, error) {
	// Two batches at once must not hold what the other waits for.
	rows = slices.SortedFunc(slices.Values(rows), func(a, b alertRow) int {
		return cmp.Or(cmp.Compare(a.Company, b.Company), cmp.Compare(a.Source, b.Source), cmp.Compare(a.SourceRef, b.SourceRef))
	})
	sql, values, err := valued(ctx, a.u, rows)
	if err != nil {
		return nil, err
	}
	var went []struct {
		ID, Source, SourceRef string
		CompanyID             string
	}
	if err := a.u.reviewed(ctx, sql+onRepeat, values...).Scan(&went).Error; err != nil {
		return nil, a.u.known(err)
	}
	where := make(map[report]alert.ID, len(went))
	for _, row := range went {
		if row.SourceRef != "" {
			where[report{companyID(row.CompanyID), alert.Key{Source: row.Source, SourceRef: row.SourceRef}}] = alert.ID(row.ID)
		}
	}
	return where, nil
}
