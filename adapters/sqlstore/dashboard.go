package sqlstore

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// quarter is the length of a dashboard.Bucket in seconds.
const quarter = 900

// topSources is how many sources a summary names.
const topSources = 10

// numbers counts, in a fixed number of statements whatever there is to count.
type numbers struct{ u *unit }

func (n numbers) Summary(ctx context.Context, w dashboard.Window) (dashboard.Summary, error) {
	s := dashboard.Summary{Window: w}
	s.Tasks = dashboard.Tasks{ByPriority: map[string]int{"low": 0, "medium": 0, "high": 0, "critical": 0}, Trend: w.Trend(nil)}
	var err error
	if s.Alerts, err = n.alerts(ctx, w); err != nil {
		return s, n.u.known(err)
	}
	if s.Incidents, err = n.incidents(ctx, w, s.Alerts.Total); err != nil {
		return s, n.u.known(err)
	}
	var active int64
	err = n.of(ctx, &userRow{}, w).Where("deleted_at IS NULL AND is_active = ?", true).Count(&active).Error
	s.Users.Active = int(active)
	return s, n.u.known(err)
}

// of returns a query of the rows that the window may look at.
func (n numbers) of(ctx context.Context, model any, w dashboard.Window) *gorm.DB {
	f := &filter{n.u.in(ctx).Model(model)}
	f.company(w.Company)
	return f.q
}

// in narrows a query to a time column within the window.
func in(q *gorm.DB, column string, w dashboard.Window) *gorm.DB {
	return q.Where(column+" >= ? AND "+column+" < ?", moment{w.From}, moment{w.To})
}

// kinds is how many there are of a severity and status.
type kinds struct {
	Severity   int
	StatusRank int
	Many       int
	Repeats    int
}

func (n numbers) alerts(ctx context.Context, w dashboard.Window) (dashboard.Alerts, error) {
	out := dashboard.Alerts{BySource: []dashboard.Named{}}
	made := in(n.of(ctx, &alertRow{}, w), "created_at", w).Session(&gorm.Session{})
	var groups []kinds
	err := made.Select("severity", "status_rank", "count(*) AS many", "sum(occurrences - 1) AS repeats").
		Group("severity").Group("status_rank").Scan(&groups).Error
	if err != nil {
		return out, err
	}
	for _, g := range groups {
		out.DuplicatesSuppressed += g.Repeats
	}
	out.Total, out.BySeverity, out.ByStatus = spread(groups, alert.Statuses())
	out.Open = out.ByStatus[string(alert.New)] + out.ByStatus[string(alert.InProgress)]
	out.Resolved, out.Escalated = out.ByStatus[string(alert.Resolved)], out.ByStatus[string(alert.Escalated)]
	var sources []struct {
		Source string
		Many   int
	}
	err = made.Select("source", "count(*) AS many").Group("source").Order("many DESC").Order("source").
		Limit(topSources).Scan(&sources).Error
	if err != nil {
		return out, err
	}
	for _, s := range sources {
		out.BySource = append(out.BySource, dashboard.Named{Name: s.Source, Count: s.Many})
	}
	out.Trend, err = n.trend(made, w)
	return out, err
}

func (n numbers) incidents(ctx context.Context, w dashboard.Window, alerts int) (dashboard.Incidents, error) {
	var out dashboard.Incidents
	made := in(n.of(ctx, &incidentRow{}, w), "created_at", w).Session(&gorm.Session{})
	var groups []kinds
	err := made.Select("severity", "status_rank", "count(*) AS many").
		Group("severity").Group("status_rank").Scan(&groups).Error
	if err != nil {
		return out, err
	}
	out.Total, out.BySeverity, out.ByStatus = spread(groups, incident.Statuses())
	if out.Trend, err = n.trend(made, w); err != nil {
		return out, err
	}
	over := []string{string(incident.Resolved), string(incident.Closed)}
	ended := in(n.of(ctx, &incidentRow{}, w), "end_date", w).Where("status IN ?", over)
	if out.MTTR, err = n.hours(ended, "end_date"); err != nil {
		return out, err
	}
	if out.MTTA, err = n.hours(in(n.of(ctx, &alertRow{}, w), "acknowledged_at", w), "acknowledged_at"); err != nil {
		return out, err
	}
	var linked int64
	err = in(n.of(ctx, &alertRow{}, w), "created_at", w).
		Where("id IN (?)", n.of(ctx, &incidentAlertRow{}, w).Select("alert_id")).Count(&linked).Error
	out.EscalationRate = dashboard.Percent(int(linked), alerts)
	return out, err
}

// trend counts by the quarter of an hour; the window folds that into its days.
func (n numbers) trend(made *gorm.DB, w dashboard.Window) ([]dashboard.Count, error) {
	var rows []struct {
		Place int64
		Many  int
	}
	place := "CAST(floor(" + n.u.dialect.seconds("created_at") + " / " + strconv.Itoa(quarter) + ") AS BIGINT) AS place"
	err := made.Select(place, "count(*) AS many").Group("place").Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	buckets := make([]dashboard.Bucket, len(rows))
	for i, row := range rows {
		buckets[i] = dashboard.Bucket{Start: time.Unix(row.Place*quarter, 0).UTC(), Count: row.Many}
	}
	return w.Trend(buckets), nil
}

// hours is the mean time from creation to another time, nil when there is
// nothing to average.
func (n numbers) hours(q *gorm.DB, until string) (*float64, error) {
	var mean *float64
	span := n.u.dialect.seconds(until) + " - " + n.u.dialect.seconds("created_at")
	if err := q.Select("avg(" + span + ")").Scan(&mean).Error; err != nil || mean == nil {
		return nil, err
	}
	rounded := dashboard.Round2(*mean / time.Hour.Seconds())
	return &rounded, nil
}

// spread adds groups up under the names of all severities and statuses.
func spread[S ~string](groups []kinds, statuses []S) (total int, bySeverity, byStatus map[string]int) {
	bySeverity, byStatus = map[string]int{}, map[string]int{}
	for _, level := range severity.Levels() {
		bySeverity[level.String()] = 0
	}
	for _, status := range statuses {
		byStatus[string(status)] = 0
	}
	for _, g := range groups {
		total += g.Many
		bySeverity[severity.Level(g.Severity).String()] += g.Many //nolint:gosec // a rank is small
		if g.StatusRank >= 0 && g.StatusRank < len(statuses) {
			byStatus[string(statuses[g.StatusRank])] += g.Many
		}
	}
	return total, bySeverity, byStatus
}
