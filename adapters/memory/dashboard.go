package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// numbers counts.
type numbers struct{ u *unit }

func (n numbers) Summary(_ context.Context, w dashboard.Window) (dashboard.Summary, error) {
	inside := *n.u
	if w.Company != "" {
		inside.scope = n.u.scope.Narrow(w.Company)
	}
	n = numbers{&inside}
	s := dashboard.Summary{Window: w, Alerts: n.alerts(w), Incidents: n.incidents(w)}
	s.Tasks = dashboard.Tasks{ByPriority: map[string]int{"low": 0, "medium": 0, "high": 0, "critical": 0}, Trend: w.Trend(nil)}
	for u := range users(n).shelf().all() {
		if u.IsActive {
			s.Users.Active++
		}
	}
	return s, nil
}

func (n numbers) alerts(w dashboard.Window) dashboard.Alerts {
	out := dashboard.Alerts{BySeverity: noSeverities(), ByStatus: map[string]int{}}
	for _, status := range alert.Statuses() {
		out.ByStatus[string(status)] = 0
	}
	sources := map[string]int{}
	var days []dashboard.Bucket
	for a := range alerts(n).shelf().all() {
		if !covers(w, a.CreatedAt) {
			continue
		}
		out.Total++
		out.BySeverity[a.Severity.String()]++
		out.ByStatus[string(a.Status)]++
		out.DuplicatesSuppressed += a.Occurrences - 1
		sources[a.Source]++
		days = append(days, dashboard.Bucket{Start: a.CreatedAt, Count: 1})
	}
	out.Open = out.ByStatus[string(alert.New)] + out.ByStatus[string(alert.InProgress)]
	out.Resolved, out.Escalated = out.ByStatus[string(alert.Resolved)], out.ByStatus[string(alert.Escalated)]
	out.BySource, out.Trend = topTen(sources), w.Trend(days)
	return out
}

func (n numbers) incidents(w dashboard.Window) dashboard.Incidents {
	out := dashboard.Incidents{BySeverity: noSeverities(), ByStatus: map[string]int{}}
	for _, status := range incident.Statuses() {
		out.ByStatus[string(status)] = 0
	}
	var days []dashboard.Bucket
	var acknowledged, resolved []time.Duration
	for i := range incidents(n).shelf().all() {
		if covers(w, i.CreatedAt) {
			out.Total++
			out.BySeverity[i.Severity.String()]++
			out.ByStatus[string(i.Status)]++
			days = append(days, dashboard.Bucket{Start: i.CreatedAt, Count: 1})
		}
		over := i.Status == incident.Resolved || i.Status == incident.Closed
		if over && covers(w, i.EndDate) {
			resolved = append(resolved, i.EndDate.Sub(i.CreatedAt))
		}
	}
	made, linked := 0, 0
	for a := range alerts(n).shelf().all() {
		if covers(w, a.AcknowledgedAt) {
			acknowledged = append(acknowledged, a.AcknowledgedAt.Sub(a.CreatedAt))
		}
		if covers(w, a.CreatedAt) {
			made++
			linked += min(len(alerts(n).links(a.ID)), 1)
		}
	}
	out.Trend, out.EscalationRate = w.Trend(days), dashboard.Percent(linked, made)
	out.MTTA, out.MTTR = meanHours(acknowledged), meanHours(resolved)
	return out
}

func covers(w dashboard.Window, t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

func noSeverities() map[string]int {
	none := map[string]int{}
	for _, level := range severity.Levels() {
		none[level.String()] = 0
	}
	return none
}

func topTen(counts map[string]int) []dashboard.Named {
	list := make([]dashboard.Named, 0, len(counts))
	for name, count := range counts {
		list = append(list, dashboard.Named{Name: name, Count: count})
	}
	slices.SortFunc(list, func(a, b dashboard.Named) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return list[:min(len(list), 10)]
}

func meanHours(spans []time.Duration) *float64 {
	if len(spans) == 0 {
		return nil
	}
	var sum time.Duration
	for _, span := range spans {
		sum += span
	}
	mean := dashboard.Round2(sum.Hours() / float64(len(spans)))
	return &mean
}
