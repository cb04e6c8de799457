package storetest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// dashboards compares the store's numbers with a recount of the rows.
func dashboards(t *testing.T, w *world) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	kathmandu := time.FixedZone("+0545", 5*3600+45*60)
	random := rand.New(rand.NewPCG(1, 2))
	w.clock.Set(time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC))
	acme, other := w.ledger(t, random), w.ledger(t, random)
	w.addUser(t, "")
	all := ledger{alerts: slices.Concat(acme.alerts, other.alerts), incidents: slices.Concat(acme.incidents, other.incidents)}
	all.linked, all.active = acme.linked, acme.active+other.active+1
	for id := range other.linked {
		all.linked[id] = true
	}
	empty := w.company(t)
	for name, zone := range map[string]*time.Location{"UTC": time.UTC, "Berlin": berlin, "Kathmandu": kathmandu} {
		month, err := dashboard.LastDays(dashboard.DefaultDays, zone, w.clock.Now())
		require.NoError(t, err)
		// On the 29th of March 2026 Berlin has a day of 23 hours.
		spring, err := dashboard.Between(time.Date(2026, 3, 28, 0, 0, 0, 0, zone), time.Date(2026, 3, 30, 0, 0, 0, 0, zone), zone)
		require.NoError(t, err)
		for _, window := range []dashboard.Window{month, spring} {
			of := func(company tenant.ID) dashboard.Window {
				window.Company = company
				return window
			}
			t.Run(fmt.Sprintf("%s, %d days", name, window.Days()), func(t *testing.T) {
				w.requireSummary(t, tenant.Of(acme.company), window, acme)
				w.requireSummary(t, tenant.Of(acme.company), of(acme.company), acme)
				w.requireSummary(t, tenant.All(), of(other.company), other)
				w.requireSummary(t, tenant.All(), of(""), all)
				w.requireSummary(t, tenant.Of(empty), of(""), ledger{})
				w.requireSummary(t, tenant.Of(acme.company), of(other.company), ledger{})
			})
		}
	}
	t.Run("a window before everything", func(t *testing.T) {
		window, err := dashboard.LastDays(7, time.UTC, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		w.requireSummary(t, tenant.Of(acme.company), window, ledger{active: acme.active})
	})
	t.Run("it follows every change", func(t *testing.T) { w.changingNumbers(t, acme) })
}

// A ledger is the rows of a company, as the suite wrote them.
type ledger struct {
	company   tenant.ID
	alerts    []alert.State
	incidents []incident.State
	linked    map[alert.ID]bool
	active    int
}

// ledger makes some sixty days of rows at random, many of them at the edges of
// days.
func (w *world) ledger(t *testing.T, random *rand.Rand) ledger {
	t.Helper()
	l := ledger{company: w.company(t), linked: map[alert.ID]bool{}, active: 2}
	w.addUser(t, l.company)
	w.addUser(t, l.company)
	w.addUser(t, l.company, func(s *identity.UserState) { s.IsActive = false })
	w.addUser(t, l.company, func(s *identity.UserState) { s.DeletedAt = w.clock.Now() })
	start := w.clock.Now().AddDate(0, 0, -40).Truncate(24 * time.Hour)
	at := func() time.Time {
		quarter := start.Add(time.Duration(random.IntN(60*24*4)) * 15 * time.Minute)
		return quarter.Add([]time.Duration{0, -time.Microsecond, time.Microsecond}[random.IntN(3)])
	}
	after := func(t time.Time) time.Time {
		return t.Add(time.Duration(random.Int64N(int64(100 * time.Hour)))).Truncate(time.Microsecond)
	}
	for range 120 {
		l.alerts = append(l.alerts, w.newAlert(l.company, func(s *alert.State) {
			s.CreatedAt, s.Occurrences = at(), 1+random.IntN(5)
			s.Source = fmt.Sprintf("source %02d", random.IntN(14))
			s.Severity, s.Status = severity.Levels()[random.IntN(5)], alert.Statuses()[random.IntN(4)]
			if random.IntN(3) == 0 {
				s.AcknowledgedAt = after(s.CreatedAt)
			}
		}))
	}
	for range 40 {
		l.incidents = append(l.incidents, w.newIncident(l.company, func(s *incident.State) {
			s.CreatedAt = at()
			s.Severity, s.Status = severity.Levels()[random.IntN(5)], incident.Statuses()[random.IntN(4)]
			if s.Status == incident.Resolved || s.Status == incident.Closed {
				s.EndDate = after(s.CreatedAt)
			}
		}))
	}
	w.ingest(t, l.company, l.alerts...)
	w.update(t, tenant.Of(l.company), func(ctx context.Context, tx txn.Tx) error {
		for _, i := range l.incidents {
			if err := tx.Incidents().Add(ctx, incident.Restore(i)); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 30 {
		linked := l.alerts[random.IntN(len(l.alerts))]
		w.link(t, l.incidents[i], linked)
		l.linked[linked.ID] = true
	}
	return l
}

func (w *world) requireSummary(t *testing.T, scope tenant.Scope, window dashboard.Window, l ledger) {
	t.Helper()
	want := l.recount(window)
	w.view(t, scope, func(ctx context.Context, r readers) error {
		got, err := r.Dashboard.Summary(ctx, window)
		require.NoError(t, err)
		require.Equal(t, window, got.Window)
		// How sums are rounded is the store's business, to the second decimal.
		near(t, want.Incidents.MTTA, got.Incidents.MTTA)
		near(t, want.Incidents.MTTR, got.Incidents.MTTR)
		want.Incidents.MTTA, want.Incidents.MTTR = got.Incidents.MTTA, got.Incidents.MTTR
		got.Window, want.Window = dashboard.Window{}, dashboard.Window{}
		if len(want.Alerts.BySource) == 0 {
			require.Empty(t, got.Alerts.BySource)
			got.Alerts.BySource = want.Alerts.BySource
		}
		require.Equal(t, want, got)
		return nil
	})
}

func near(t *testing.T, want, got *float64) {
	t.Helper()
	require.Equal(t, want == nil, got == nil, "nil where there is nothing to average")
	if want != nil {
		require.InDelta(t, *want, *got, 0.011)
		require.InDelta(t, dashboard.Round2(*got), *got, 1e-9, "two decimals")
	}
}

// recount is the definition of the numbers.
func (l ledger) recount(w dashboard.Window) dashboard.Summary {
	inside := func(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }
	s := dashboard.Summary{Users: dashboard.Users{Active: l.active}}
	s.Alerts.BySeverity, s.Incidents.BySeverity = map[string]int{}, map[string]int{}
	for _, level := range severity.Levels() {
		s.Alerts.BySeverity[level.String()], s.Incidents.BySeverity[level.String()] = 0, 0
	}
	s.Alerts.ByStatus = map[string]int{"new": 0, "in_progress": 0, "escalated": 0, "resolved": 0}
	s.Incidents.ByStatus = map[string]int{"open": 0, "in_progress": 0, "resolved": 0, "closed": 0}
	alertDays, incidentDays, sources, linked := map[string]int{}, map[string]int{}, map[string]int{}, 0
	var acknowledged, ended []float64
	for _, a := range l.alerts {
		if inside(a.AcknowledgedAt) {
			acknowledged = append(acknowledged, a.AcknowledgedAt.Sub(a.CreatedAt).Hours())
		}
		if !inside(a.CreatedAt) {
			continue
		}
		s.Alerts.Total++
		s.Alerts.BySeverity[a.Severity.String()]++
		s.Alerts.ByStatus[string(a.Status)]++
		s.Alerts.DuplicatesSuppressed += a.Occurrences - 1
		alertDays[a.CreatedAt.In(w.Zone).Format(time.DateOnly)]++
		sources[a.Source]++
		if l.linked[a.ID] {
			linked++
		}
	}
	for _, i := range l.incidents {
		if inside(i.EndDate) && (i.Status == incident.Resolved || i.Status == incident.Closed) {
			ended = append(ended, i.EndDate.Sub(i.CreatedAt).Hours())
		}
		if inside(i.CreatedAt) {
			s.Incidents.Total++
			s.Incidents.BySeverity[i.Severity.String()]++
			s.Incidents.ByStatus[string(i.Status)]++
			incidentDays[i.CreatedAt.In(w.Zone).Format(time.DateOnly)]++
		}
	}
	s.Alerts.Open = s.Alerts.ByStatus["new"] + s.Alerts.ByStatus["in_progress"]
	s.Alerts.Resolved, s.Alerts.Escalated = s.Alerts.ByStatus["resolved"], s.Alerts.ByStatus["escalated"]
	s.Alerts.BySource = largest(sources)
	s.Incidents.MTTA, s.Incidents.MTTR = mean(acknowledged), mean(ended)
	s.Incidents.EscalationRate = dashboard.Percent(linked, s.Alerts.Total)
	s.Tasks.ByPriority = map[string]int{"low": 0, "medium": 0, "high": 0, "critical": 0}
	for _, date := range w.Dates() {
		s.Alerts.Trend = append(s.Alerts.Trend, dashboard.Count{Date: date, Count: alertDays[date]})
		s.Incidents.Trend = append(s.Incidents.Trend, dashboard.Count{Date: date, Count: incidentDays[date]})
		s.Tasks.Trend = append(s.Tasks.Trend, dashboard.Count{Date: date})
	}
	return s
}

func largest(counts map[string]int) []dashboard.Named {
	var list []dashboard.Named
	for name, count := range counts {
		list = append(list, dashboard.Named{Name: name, Count: count})
	}
	slices.SortFunc(list, func(a, b dashboard.Named) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name))
	})
	return list[:min(10, len(list))]
}

func mean(hours []float64) *float64 {
	if len(hours) == 0 {
		return nil
	}
	sum := 0.0
	for _, h := range hours {
		sum += h
	}
	return ref(dashboard.Round2(sum / float64(len(hours))))
}

// changingNumbers changes the rows in every way that moves a number: a store
// that keeps its counts must keep up.
func (w *world) changingNumbers(t *testing.T, l ledger) {
	t.Helper()
	window, err := dashboard.LastDays(90, time.UTC, w.clock.Now())
	require.NoError(t, err)
	check := func() {
		t.Helper()
		w.requireSummary(t, tenant.Of(l.company), window, l)
	}
	a := w.addAlert(t, l.company)
	l.alerts = append(l.alerts, a)
	last := &l.alerts[len(l.alerts)-1]
	check()
	w.ingest(t, l.company, w.newAlert(l.company, sameKey(a)))
	last.Occurrences++
	check()
	last.Status, last.Severity, last.Source, last.AcknowledgedAt = alert.InProgress, severity.Info, "another", w.clock.Advance(time.Hour)
	require.NoError(t, w.saveAlert(t, *last))
	last.Version++
	check()
	i := w.addIncident(t, l.company)
	l.incidents = append(l.incidents, i)
	w.link(t, i, *last)
	w.link(t, i, *last)
	l.linked[last.ID] = true
	check()
	ended := &l.incidents[len(l.incidents)-1]
	ended.Status, ended.EndDate, ended.Severity = incident.Closed, w.clock.Advance(time.Hour), severity.Critical
	w.update(t, tenant.Of(l.company), func(ctx context.Context, tx txn.Tx) error { return tx.Incidents().Save(ctx, incident.Restore(*ended)) })
	check()
	w.update(t, tenant.Of(l.company), func(ctx context.Context, tx txn.Tx) error { return tx.Alerts().Remove(ctx, alert.Restore(*last)) })
	l.alerts = l.alerts[:len(l.alerts)-1]
	check()
}
