package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

func alertSearch(t *testing.T, w *world) {
	t.Helper()
	t.Run("filters", func(t *testing.T) { alertFilters(t, w) })
	t.Run("times are exclusive bounds", func(t *testing.T) { alertTimes(t, w) })
	t.Run("text", func(t *testing.T) { alertText(t, w) })
	t.Run("no filter reaches another company", func(t *testing.T) { filtersStayInside(t, w) })
}

// alertCase is a query and the titles of the alerts it finds.
type alertCase struct {
	query alert.Query
	want  []string
}

func (w *world) searchAlerts(t *testing.T, company tenant.ID, cases map[string]alertCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Alerts.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, func(a *alert.Alert) string { return a.State().Title }))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}

func alertFilters(t *testing.T, w *world) {
	t.Helper()
	company, other := w.company(t), w.company(t)
	ana, bob := w.analyst(t, company), w.analyst(t, company)
	a := w.addAlert(t, company, func(s *alert.State) {
		s.Title, s.Severity, s.Status, s.TLP, s.PAP = "a", severity.Critical, alert.New, sharing.Red, sharing.PAPRed
		s.Source, s.SourceRef, s.Tags, s.Assignee = "siem", "1", []string{"vip", "mail"}, ana
	})
	b := w.addAlert(t, company, func(s *alert.State) {
		s.Title, s.Severity, s.Status, s.TLP, s.PAP = "b", severity.Low, alert.InProgress, sharing.Green, sharing.PAPRed
		s.Source, s.SourceRef, s.Tags, s.Assignee = "siem", "2", []string{"mail"}, bob
	})
	w.addAlert(t, company, func(s *alert.State) {
		s.Title, s.Severity, s.Status, s.TLP, s.PAP = "c", severity.Low, alert.Escalated, sharing.Red, sharing.PAPClear
		s.Source, s.SourceRef, s.Tags = "edr", "1", []string{"vip,mail"}
	})
	i, j := w.addIncident(t, company), w.addIncident(t, company)
	w.link(t, i, a, b)
	w.link(t, j, a)
	type q = alert.Query
	w.searchAlerts(t, company, map[string]alertCase{
		"none":                {q{}, []string{"a", "b", "c"}},
		"severity":            {q{Severities: []severity.Level{severity.Low}}, []string{"b", "c"}},
		"severities":          {q{Severities: []severity.Level{severity.Low, severity.Critical}}, []string{"a", "b", "c"}},
		"status":              {q{Statuses: []alert.Status{alert.New, alert.Escalated}}, []string{"a", "c"}},
		"tlp":                 {q{TLPs: []sharing.TLP{sharing.Red}}, []string{"a", "c"}},
		"pap":                 {q{PAPs: []sharing.PAP{sharing.PAPRed}}, []string{"a", "b"}},
		"source":              {q{Sources: []string{"edr"}}, []string{"c"}},
		"source in its case":  {q{Sources: []string{"EDR"}}, nil},
		"reference":           {q{SourceRefs: []string{"1"}}, []string{"a", "c"}},
		"tag":                 {q{Tags: []string{"mail"}}, []string{"a", "b"}},
		"tag whole":           {q{Tags: []string{"vip"}}, []string{"a"}},
		"any tag":             {q{Tags: []string{"vip,mail", "vip"}}, []string{"a", "c"}},
		"tag of no alert":     {q{Tags: []string{"%", `"`, "v_p"}}, nil},
		"assignee":            {q{Assignees: []identity.UserID{ana}}, []string{"a"}},
		"unassigned":          {q{Unassigned: true}, []string{"c"}},
		"assignee or nobody":  {q{Assignees: []identity.UserID{bob}, Unassigned: true}, []string{"b", "c"}},
		"incident":            {q{Incident: string(i.ID)}, []string{"a", "b"}},
		"other incident":      {q{Incident: string(j.ID)}, []string{"a"}},
		"incident of no form": {q{Incident: "nonsense"}, nil},
		"company":             {q{Company: company}, []string{"a", "b", "c"}},
		"foreign company":     {q{Company: other}, nil},
		"combined": {q{
			Severities: []severity.Level{severity.Low}, Statuses: []alert.Status{alert.InProgress}, TLPs: []sharing.TLP{sharing.Green},
			PAPs: []sharing.PAP{sharing.PAPRed}, Sources: []string{"siem"}, SourceRefs: []string{"2"}, Tags: []string{"mail"},
			Assignees: []identity.UserID{bob}, Unassigned: true, Incident: string(i.ID), Company: company, Search: "B",
			CreatedAfter: w.clock.Now().Add(-time.Hour), UpdatedBefore: w.clock.Now().Add(time.Hour),
		}, []string{"b"}},
		"combined away": {q{Severities: []severity.Level{severity.Low}, Statuses: []alert.Status{alert.New}}, nil},
	})
}

func alertTimes(t *testing.T, w *world) {
	t.Helper()
	company, base := w.company(t), w.clock.Now()
	tick := time.Microsecond
	for i, title := range []string{"a", "b", "c"} {
		w.addAlert(t, company, func(s *alert.State) {
			s.Title, s.CreatedAt = title, base.Add(time.Duration(i)*tick)
			s.EventTime = base.Add(-time.Duration(i) * tick)
			s.UpdatedAt = base.Add(time.Hour + time.Duration(i)*tick)
		})
	}
	type q = alert.Query
	w.searchAlerts(t, company, map[string]alertCase{
		"created after":   {q{CreatedAfter: base}, []string{"b", "c"}},
		"created before":  {q{CreatedBefore: base.Add(tick)}, []string{"a"}},
		"created between": {q{CreatedAfter: base, CreatedBefore: base.Add(2 * tick)}, []string{"b"}},
		"event after":     {q{EventAfter: base.Add(-tick)}, []string{"a"}},
		"event before":    {q{EventBefore: base.Add(-tick)}, []string{"c"}},
		"updated after":   {q{UpdatedAfter: base.Add(time.Hour)}, []string{"b", "c"}},
		"updated before":  {q{UpdatedBefore: base.Add(time.Hour)}, nil},
		"another zone":    {q{CreatedAfter: base.In(time.FixedZone("", -7*3600))}, []string{"b", "c"}},
	})
}

func alertText(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	add := func(title string, edit func(*alert.State)) alert.State {
		return w.addAlert(t, company, func(s *alert.State) { s.Title, s.Source, s.SourceRef = title, "x", "" }, edit)
	}
	add("100% sure", func(*alert.State) {})
	add("1000 sure", func(s *alert.State) { s.Description = "An UNDER_score" })
	add(`back\slash`, func(s *alert.State) { s.Source = "Sensor-7" })
	add("it's \"quoted\"", func(s *alert.State) { s.SourceRef = "REF-underXscore" })
	add("🦉 größer", func(*alert.State) {})
	values := add("values", func(s *alert.State) {
		s.Observables = map[string][]string{"filepath": {`C:\Temp\Evil.exe`}, "domain": {"bad.example"}}
	})
	w.sight(t, company,
		w.sighting(values, observable.Filepath, `C:\Temp\Evil.exe`), w.sighting(values, observable.Domain, "bad.example"))
	search := func(text string, want ...string) alertCase { return alertCase{alert.Query{Search: text}, want} }
	w.searchAlerts(t, company, map[string]alertCase{
		"title":               search("SURE", "100% sure", "1000 sure"),
		"description":         search("under_SCORE", "1000 sure"),
		"source":              search("sensor", `back\slash`),
		"reference":           search("ref-", "it's \"quoted\""),
		"value":               search("BAD.exam", "values"),
		"value with escapes":  search(`temp\evil`, "values"),
		"percent is literal":  search("0%", "100% sure"),
		"wildcards are not":   search("%sure"),
		"underscore":          search("r_s", "1000 sure"),
		"backslash":           search(`k\s`, `back\slash`),
		"only a backslash":    search(`\`, `back\slash`, "values"),
		"quote":               search("it's", "it's \"quoted\""),
		"double quote":        search(`"quoted"`, "it's \"quoted\""),
		"injection":           search("' OR 1=1 --"),
		"emoji":               search("🦉", "🦉 größer"),
		"other letters":       search("größ", "🦉 größer"),
		"part of several":     search("00", "100% sure", "1000 sure"),
		"across two fields":   search("sure an under"),
		"spaces count":        search("sure "),
		"not the json around": search("],"),
	})
}

// filtersStayInside gives another company rows that every alternative of a
// search would match.
func filtersStayInside(t *testing.T, w *world) {
	t.Helper()
	mine, theirs := w.company(t), w.company(t)
	user := w.analyst(t, theirs)
	same := func(s *alert.State) {
		s.Title, s.Description, s.Source, s.SourceRef = "needle", "needle", "needle", "needle"
	}
	own := w.addAlert(t, mine, same)
	foreign := w.addAlert(t, theirs, same)
	assigned := w.addAlert(t, theirs, func(s *alert.State) { s.Assignee = user })
	i := w.addIncident(t, theirs)
	w.link(t, i, foreign, assigned)
	w.view(t, tenant.Of(mine), func(ctx context.Context, r readers) error {
		for _, q := range []alert.Query{
			{Search: "needle"},
			{Search: "needle", Unassigned: true},
			{Unassigned: true, Assignees: []identity.UserID{user}},
			{Sources: []string{"needle", "siem"}},
		} {
			got, err := r.Alerts.List(ctx, q, page.Request{})
			require.NoError(t, err)
			require.Equal(t, []alert.ID{own.ID}, pick(got.Items, (*alert.Alert).ID))
			require.Equal(t, 1, got.Count)
		}
		got, err := r.Alerts.List(ctx, alert.Query{Incident: string(i.ID)}, page.Request{})
		require.NoError(t, err)
		require.Empty(t, got.Items)
		return nil
	})
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		got, err := r.Alerts.List(ctx, alert.Query{Search: "needle"}, page.Request{})
		require.NoError(t, err)
		require.ElementsMatch(t, []alert.ID{own.ID, foreign.ID}, pick(got.Items, (*alert.Alert).ID))
		got, err = r.Alerts.List(ctx, alert.Query{Search: "needle", Company: theirs}, page.Request{})
		require.NoError(t, err)
		require.Equal(t, []alert.ID{foreign.ID}, pick(got.Items, (*alert.Alert).ID))
		return nil
	})
}
