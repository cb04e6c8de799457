package e2e_test

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"
)

// numbers is the dashboard as the API shows it.
type numbers struct {
	Timeframe struct {
		StartDate string `json:"start_date"`
		EndDate   string `json:"end_date"`
		Days      int    `json:"days"`
	} `json:"timeframe"`
	Alerts struct {
		Total, Open, Resolved, Escalated int
		BySeverity                       map[string]int `json:"by_severity"`
		ByStatus                         map[string]int `json:"by_status"`
		BySource                         map[string]int `json:"by_source"`
		Trend                            []day
		Suppressed                       int `json:"duplicates_suppressed"`
	} `json:"alerts"`
	Incidents struct {
		Total      int
		ByStatus   map[string]int `json:"by_status"`
		BySeverity map[string]int `json:"by_severity"`
		Trend      []day
		MTTA       *float64 `json:"mtta_hours"`
		MTTR       *float64 `json:"mttr_hours"`
		Rate       *float64 `json:"escalation_rate"`
	} `json:"incidents"`
	Tasks struct {
		Total int
		Rate  *float64 `json:"completion_rate"`
	} `json:"tasks"`
	Users struct{ Active int } `json:"users"`
}

type day struct {
	Date  string
	Count int
}

// managerSees holds the dashboard against a recount over the lists.
func (s *story) managerSees(t *testing.T) {
	s.recounted(t, s.ria, s.ria, "", "")
	s.recounted(t, s.gus, s.gus, "", "")
	s.recounted(t, s.app.root, s.ria, "?company="+s.acme.id+"&days=7", "&company="+s.acme.id)
	s.recounted(t, s.app.root, s.app.root, "?days=1", "")
	var empty numbers
	s.ria.get("/dashboard/summary/?start_date=2020-01-01&end_date=2020-01-31").want(t, http.StatusOK).into(t, &empty)
	if empty.Alerts.Total != 0 || empty.Incidents.MTTA != nil || empty.Incidents.MTTR != nil || empty.Incidents.Rate != nil ||
		len(empty.Alerts.Trend) != 31 || empty.Timeframe.Days != 31 {
		t.Errorf("a month without anything: %+v", empty)
	}
}

// recounted compares what a dashboard says with what lists have.
func (s *story) recounted(t *testing.T, asks, lists *person, query, users string) {
	t.Helper()
	var got numbers
	asks.get("/dashboard/summary/"+query).want(t, http.StatusOK).into(t, &got)
	alerts := list[row](t, lists, "/alerts/")
	status, level, source, dates := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	suppressed, escalated := 0, 0
	var waited []float64
	for _, a := range alerts {
		status[a.Status]++
		level[a.Severity]++
		source[a.Source]++
		dates[a.CreatedAt[:10]]++
		suppressed += a.Occurrences - 1
		if len(a.Incidents) > 0 {
			escalated++
		}
		if a.AcknowledgedAt != nil {
			waited = append(waited, hours(t, a.CreatedAt, *a.AcknowledgedAt))
		}
	}
	sameBag(t, "by_status", got.Alerts.ByStatus, status)
	sameBag(t, "by_severity", got.Alerts.BySeverity, level)
	everyName(t, got.Alerts.BySeverity, severities()...)
	everyName(t, got.Alerts.ByStatus, "new", "in_progress", "resolved", "escalated")
	s.topTen(t, got.Alerts.BySource, source)
	s.trend(t, got.Alerts.Trend, dates, got.Timeframe.Days)
	if a := got.Alerts; a.Total != len(alerts) || a.Open != status["new"]+status["in_progress"] ||
		a.Resolved != status["resolved"] || a.Escalated != status["escalated"] || a.Suppressed != suppressed {
		t.Errorf("alerts are %d, %d open, %d resolved, %d escalated, %d suppressed; want %d, %v, %d",
			a.Total, a.Open, a.Resolved, a.Escalated, a.Suppressed, len(alerts), status, suppressed)
	}
	average(t, "mtta_hours", got.Incidents.MTTA, waited)
	percent(t, "escalation_rate", got.Incidents.Rate, escalated, len(alerts))
	s.recountedIncidents(t, got, lists)
	if active := count(t, asks, "/users/?is_active=true"+users); got.Users.Active != active {
		t.Errorf("%d users are active, want %d", got.Users.Active, active)
	}
	if got.Tasks.Total != 0 || got.Tasks.Rate != nil {
		t.Errorf("tasks: %+v", got.Tasks)
	}
}

func (s *story) recountedIncidents(t *testing.T, got numbers, lists *person) {
	t.Helper()
	incidents := list[incidentRow](t, lists, "/incidents/")
	status, level, dates := map[string]int{}, map[string]int{}, map[string]int{}
	var took []float64
	for _, i := range incidents {
		status[i.Status]++
		level[i.Severity]++
		dates[i.CreatedAt[:10]]++
		if i.EndDate != nil {
			took = append(took, hours(t, i.CreatedAt, *i.EndDate))
		}
	}
	sameBag(t, "incidents by_status", got.Incidents.ByStatus, status)
	sameBag(t, "incidents by_severity", got.Incidents.BySeverity, level)
	everyName(t, got.Incidents.ByStatus, "open", "in_progress", "resolved", "closed")
	s.trend(t, got.Incidents.Trend, dates, got.Timeframe.Days)
	average(t, "mttr_hours", got.Incidents.MTTR, took)
	if got.Incidents.Total != len(incidents) {
		t.Errorf("%d incidents, want %d", got.Incidents.Total, len(incidents))
	}
}

// topTen checks that the ten largest are there, with their counts.
func (s *story) topTen(t *testing.T, got, all map[string]int) {
	t.Helper()
	var sizes []int
	for _, n := range all {
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	slices.Reverse(sizes)
	if want := min(10, len(sizes)); len(got) != want {
		t.Errorf("by_source has %d names, want %d", len(got), want)
		return
	}
	for name, n := range got {
		if all[name] != n || n < sizes[len(got)-1] {
			t.Errorf("by_source: %s has %d, want %d and at least %d", name, n, all[name], sizes[len(got)-1])
		}
	}
}

func (s *story) trend(t *testing.T, got []day, want map[string]int, days int) {
	t.Helper()
	if len(got) != days {
		t.Errorf("the trend has %d days, want %d", len(got), days)
	}
	counted := map[string]int{}
	for _, d := range got {
		counted[d.Date] += d.Count
	}
	sameBag(t, "trend", counted, want)
}

func everyName(t *testing.T, got map[string]int, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, there := got[name]; !there {
			t.Errorf("%v lacks %s", got, name)
		}
	}
	if len(got) != len(names) {
		t.Errorf("%v has other names than %v", got, names)
	}
}

func hours(t testing.TB, from, to string) float64 {
	t.Helper()
	a, errA := time.Parse(time.RFC3339Nano, from)
	b, errB := time.Parse(time.RFC3339Nano, to)
	if errA != nil || errB != nil {
		t.Fatalf("%s, %s: %v, %v", from, to, errA, errB)
	}
	return b.Sub(a).Hours()
}

// average checks a mean that is given in two decimals, null for nothing.
func average(t *testing.T, what string, got *float64, values []float64) {
	t.Helper()
	if len(values) == 0 || got == nil {
		if got != nil || len(values) > 0 {
			t.Errorf("%s is %v, of %d values", what, got, len(values))
		}
		return
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	if want := math.Round(100*sum/float64(len(values))) / 100; math.Abs(*got-want) > 0.0101 {
		t.Errorf("%s is %v, want %v", what, *got, want)
	}
}

func percent(t *testing.T, what string, got *float64, part, whole int) {
	t.Helper()
	if whole == 0 || got == nil {
		if got != nil || whole != 0 {
			t.Errorf("%s is %v of %d", what, got, whole)
		}
		return
	}
	if want := math.Round(1e4*float64(part)/float64(whole)) / 100; *got != want {
		t.Errorf("%s is %v, want %v", what, *got, want)
	}
}
