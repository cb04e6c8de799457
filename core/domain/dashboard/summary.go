// Package dashboard is the numbers a manager looks at.
package dashboard

import (
	"math"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Window is the time a dashboard looks at: whole days of one time zone.
type Window struct {
	Company  tenant.ID // for those who see several; empty: all in scope
	From, To time.Time // From included, To excluded; both are starts of a day in Zone
	Zone     *time.Location
}

// Limits and default of a window, in days.
const (
	MaxDays     = 365
	DefaultDays = 30
)

// LastDays returns the window of the given number of days that ends today.
func LastDays(days int, zone *time.Location, now time.Time) (Window, error) {
	if days < 1 || days > MaxDays {
		return Window{}, fault.Field("days", fault.CodeInvalid, "must be between 1 and %d", MaxDays)
	}
	tomorrow := civil(now.In(zone)).AddDate(0, 0, 1)
	return Window{From: start(tomorrow.AddDate(0, 0, -days), zone), To: start(tomorrow, zone), Zone: zone}, nil
}

// Between returns the window from one day to another, both included. The times
// count as dates; their clock is ignored.
func Between(first, last time.Time, zone *time.Location) (Window, error) {
	from, to := civil(first), civil(last).AddDate(0, 0, 1)
	if !from.Before(to) {
		return Window{}, fault.Field("end_date", fault.CodeInvalid, "must not be before start_date")
	}
	if to.After(from.AddDate(0, 0, MaxDays)) {
		return Window{}, fault.Field("end_date", fault.CodeInvalid, "at most %d days can be shown", MaxDays)
	}
	return Window{From: start(from, zone), To: start(to, zone), Zone: zone}, nil
}

// civil returns the date that t shows, as a midnight of UTC: days count there
// without gaps and repeats.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

const quarter = 15 * time.Minute

// start returns the first moment of a date in the zone. In the Azores, Cairo or
// Havana the clock jumps from 0:00 to 1:00 once a year, so that the day begins
// at 1:00, or comes back to 0:00, so that it begins with the first of two.
func start(date time.Time, zone *time.Location) time.Time {
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	for civil(t).Before(date) {
		t = t.Add(quarter)
	}
	for !civil(t.Add(-quarter)).Before(date) {
		t = t.Add(-quarter)
	}
	return t
}

// Days returns how many days the window has. A day of the zone may last 23 or
// 25 hours.
func (w Window) Days() int {
	return int(civil(w.local(w.To)).Sub(civil(w.local(w.From))) / (24 * time.Hour))
}

// local shows a moment on the clocks of the window's zone; without one, UTC.
func (w Window) local(t time.Time) time.Time {
	if w.Zone == nil {
		return t.UTC()
	}
	return t.In(w.Zone)
}

// Day returns the date of a moment in the window's zone, as YYYY-MM-DD.
func (w Window) Day(t time.Time) string { return w.local(t).Format(time.DateOnly) }

// Dates returns every date of the window in order.
func (w Window) Dates() []string {
	first := civil(w.local(w.From))
	dates := make([]string, w.Days())
	for i := range dates {
		dates[i] = first.AddDate(0, 0, i).Format(time.DateOnly)
	}
	return dates
}

// Count is how many there are of something on one day.
type Count struct {
	Date  string // YYYY-MM-DD in the window's zone
	Count int
}

// Bucket is how many things happened in a quarter of an hour. Every time zone
// in use is a whole number of quarters away from UTC, so that buckets fold
// into days of any zone without error.
type Bucket struct {
	Start time.Time
	Count int
}

// Trend folds buckets into days; days without any count 0.
func (w Window) Trend(buckets []Bucket) []Count {
	byDay := map[string]int{}
	for _, b := range buckets {
		byDay[w.Day(b.Start)] += b.Count
	}
	trend := make([]Count, 0, w.Days())
	for _, date := range w.Dates() {
		trend = append(trend, Count{Date: date, Count: byDay[date]})
	}
	return trend
}

// Named is a count under a name.
type Named struct {
	Name  string
	Count int
}

// Summary is the overview. Alerts, incidents and tasks are those created in
// the window. Averages are nil where there is nothing to average.
type Summary struct {
	Window    Window
	Alerts    Alerts
	Incidents Incidents
	Tasks     Tasks
	Users     Users
}

// Alerts is the part about alerts.
type Alerts struct {
	Total, Open, Resolved, Escalated int // Open is new and in_progress
	BySeverity, ByStatus             map[string]int
	BySource                         []Named // the ten largest
	Trend                            []Count
	DuplicatesSuppressed             int // repeats that made no alert of their own
}

// Incidents is the part about incidents.
type Incidents struct {
	Total                int
	ByStatus, BySeverity map[string]int
	Trend                []Count
	MTTA, MTTR           *float64 // hours
	EscalationRate       *float64 // percent of the window's alerts
}

// Tasks is the part about tasks.
type Tasks struct {
	Total, Completed, Open, InProgress, Overdue int
	CompletionRate                              *float64 // percent
	ByPriority                                  map[string]int
	Trend                                       []Count
}

// Users is the part about users.
type Users struct {
	Active int
}

// Round2 rounds to the two decimals that averages and rates are given in.
func Round2(x float64) float64 { return math.Round(x*100) / 100 }

// Percent returns part of whole in percent, nil when the whole is nothing.
func Percent(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	p := Round2(float64(part) * 100 / float64(whole))
	return &p
}
