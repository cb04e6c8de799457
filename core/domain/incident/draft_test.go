package incident_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func fields(err error) (list []string) {
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field)
	}
	return list
}

func ref[T any](v T) *T { return &v }

func TestCreate_TakesTheDefaults(t *testing.T) {
	t.Parallel()
	i, err := incident.Create("i9", "acme", incident.Draft{
		Title: "By hand", Tags: []string{"a", "a"}, CustomFields: map[string]any{"x": nil, "y": 1.0},
	}, alert.Reporter{User: "u1"}, noon)
	require.NoError(t, err)
	s := i.State()
	require.Equal(t, severity.Medium, s.Severity)
	require.Equal(t, incident.Open, s.Status)
	require.Equal(t, "amber amber", string(s.TLP)+" "+string(s.PAP))
	require.Equal(t, noon, s.StartDate)
	require.Equal(t, []string{"a"}, s.Tags)
	require.Equal(t, map[string]any{"y": 1.0}, s.CustomFields, "null means absent")
	require.Equal(t, 30, s.ImpactScore())
	require.Equal(t, event.IncidentCreated, i.Events()[0].Name)
	require.Equal(t, "Incident opened", story(i)[0].Title)
}

func TestCreate_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	many := map[string]any{}
	for n := range 101 {
		many[strings.Repeat("k", n+1)] = n
	}
	_, err := incident.Create("", "", incident.Draft{
		Summary: strings.Repeat("a", 256), Severity: "loud", Status: "closed", TLP: "pink", PAP: "blue", Impact: ref(-1),
		CustomFields: many, StartDate: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), Tags: []string{""},
	}, alert.Reporter{}, noon)
	require.ElementsMatch(t, []string{
		"title", "summary", "severity", "status", "tags[0]", "tlp", "pap", "impact_score", "custom_fields", "start_date",
	}, fields(err))
}

func TestCustomFields_HaveLimits(t *testing.T) {
	t.Parallel()
	check := func(custom map[string]any) error {
		_, err := incident.Create("", "", incident.Draft{Title: "t", CustomFields: custom}, alert.Reporter{}, noon)
		return err
	}
	require.NoError(t, check(map[string]any{strings.Repeat("é", 100): strings.Repeat("a", 60_000)}))
	require.Equal(t, []string{"custom_fields"}, fields(check(map[string]any{"a": strings.Repeat("a", 64<<10)})))
	long := strings.Repeat("k", 101)
	require.Equal(t, []string{"custom_fields. ", "custom_fields." + long}, fields(check(map[string]any{long: 1, " ": 1})))
}

func TestApply_MergesCustomFieldsKeyByKey(t *testing.T) {
	t.Parallel()
	at := func() *incident.Incident {
		return incident.Restore(incident.State{ID: "i1", Status: incident.Open, CustomFields: map[string]any{
			"keep": 1.0, "gone": 2.0, "deep": map[string]any{"a": 1.0, "b": 2.0},
		}})
	}
	patch := map[string]any{"gone": nil, "new": "x", "deep": map[string]any{"b": nil, "c": 3.0}}
	for name, c := range map[string]struct {
		patch incident.Patch
		want  map[string]any
	}{
		"merged": {
			incident.Patch{CustomFields: &patch, MergeFields: true},
			map[string]any{"keep": 1.0, "new": "x", "deep": map[string]any{"a": 1.0, "c": 3.0}},
		},
		"replaced": {incident.Patch{CustomFields: &patch}, map[string]any{"new": "x", "deep": map[string]any{"c": 3.0}}},
		"emptied":  {incident.Patch{CustomFields: ref(map[string]any(nil)), MergeFields: true}, map[string]any{}},
	} {
		i := at()
		require.NoError(t, i.Apply(c.patch, noon), name)
		require.Equal(t, c.want, i.State().CustomFields, name)
		require.Equal(t, at().State().CustomFields, i.AuditChanges()["custom_fields"][0], "what was is not written to")
	}
}

func TestApply_TellsOldAndNew(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	require.NoError(t, i.Apply(incident.Patch{
		Title: ref("Other"), Tags: &[]string{"b"}, Impact: ref(0), TLP: ref("red"), Severity: ref("info"),
	}, noon))
	told := map[string]string{}
	for _, e := range story(i) {
		told[e.Title+" "+e.Field] = e.Old + " -> " + e.New
	}
	require.Equal(t, "Intrusion -> Other", told["Title changed title"])
	require.Equal(t, ` -> 0`, told["Impact score changed impact_score"])
	require.Contains(t, told["Tags changed tags"], `-> ["b"]`)
	require.Contains(t, told["TLP changed tlp"], "-> red")
	require.Len(t, i.Events(), 1)
	require.Zero(t, i.State().ImpactScore())
	require.NoError(t, i.Apply(incident.Patch{ByFormula: true}, noon))
	require.Equal(t, 5, i.State().ImpactScore())
}

func TestApply_DatesFitTheStatus(t *testing.T) {
	t.Parallel()
	later, zero := noon.Add(time.Hour), time.Time{}
	for name, c := range map[string]struct {
		status incident.Status
		patch  incident.Patch
		fault  string
	}{
		"an end while it goes on":   {incident.Open, incident.Patch{EndDate: &later}, "end_date"},
		"no end while it goes on":   {incident.Open, incident.Patch{EndDate: &zero}, ""},
		"an end that comes with it": {incident.Open, incident.Patch{EndDate: &later, Status: ref("resolved")}, ""},
		"an end before the start":   {incident.Resolved, incident.Patch{EndDate: ref(noon.Add(-time.Hour))}, "end_date"},
		"no end afterwards":         {incident.Resolved, incident.Patch{EndDate: &zero}, "end_date"},
		"a start after the end":     {incident.Closed, incident.Patch{StartDate: ref(noon.Add(3 * time.Hour))}, "start_date"},
		"no start":                  {incident.Open, incident.Patch{StartDate: &zero}, "start_date"},
	} {
		s := incident.State{ID: "i1", Title: "t", Status: c.status, StartDate: noon}
		if c.status != incident.Open {
			s.EndDate = later
		}
		i := incident.Restore(s)
		err := i.Apply(c.patch, noon.Add(2*time.Hour))
		if c.fault != "" {
			require.Equal(t, []string{c.fault}, fields(err), name)
			continue
		}
		require.NoError(t, err, name)
		if c.patch.Status != nil {
			require.Equal(t, later, i.State().EndDate, name)
		}
	}
}

func TestReopen_IsForWhatHasEnded(t *testing.T) {
	t.Parallel()
	for _, from := range incident.Statuses() {
		i := in(from)
		err := i.Reopen(noon)
		if from == incident.Open || from == incident.InProgress {
			require.True(t, fault.Is(err, fault.Conflict), from)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, incident.InProgress, i.State().Status)
		require.True(t, i.State().EndDate.IsZero())
	}
}

func TestResolve_TheEndStaysWhenItCloses(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	require.NoError(t, i.Apply(incident.Patch{Status: ref("resolved")}, noon))
	require.NoError(t, i.Close("", noon.Add(time.Hour)))
	require.Equal(t, noon, i.State().EndDate)
	i = in(incident.Resolved)
	require.NoError(t, i.Apply(incident.Patch{Status: ref("open")}, noon))
	require.True(t, i.State().EndDate.IsZero())
	require.True(t, fault.Is(in(incident.Closed).Apply(incident.Patch{Status: ref("open")}, noon), fault.Conflict))
}
