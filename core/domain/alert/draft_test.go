package alert_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func draft(change func(*alert.Draft)) alert.Draft {
	d := alert.Draft{Title: "Beaconing", Source: "suricata"}
	if change != nil {
		change(&d)
	}
	return d
}

func create(d alert.Draft) (*alert.Alert, error) {
	return alert.Create("a1", "acme", d, alert.Reporter{User: "u1"}, noon)
}

// broken lists violations as "field code".
func broken(err error) []string {
	var list []string
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field+" "+v.Code)
	}
	return list
}

func TestCreate_EmptyFieldsTakeTheirDefaults(t *testing.T) {
	t.Parallel()
	a, err := create(draft(nil))
	require.NoError(t, err)
	want := alert.State{
		ID: "a1", Company: "acme", Title: "Beaconing", Severity: severity.Medium, Status: alert.New, Source: "suricata",
		Tags: []string{}, TLP: "amber", PAP: "amber", EventTime: noon, FirstSeen: noon, LastSeen: noon, Occurrences: 1,
		CreatedBy: "u1", CreatedAt: noon, UpdatedAt: noon,
	}
	require.Empty(t, cmp.Diff(want, a.State()))
	require.Equal(t, []event.Name{event.AlertCreated}, told(a))
	require.Equal(t, alert.ID("a1"), a.ID())
	require.Contains(t, a.AuditChanges(), "title")
}

func TestCreate_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := create(alert.Draft{
		Title: " ", Description: "\x00", Source: strings.Repeat("s", 101), SourceRef: strings.Repeat("r", 256),
		Severity: "fatal", TLP: "white", PAP: "amber_strict", Tags: []string{"ok", "", strings.Repeat("t", 51)},
		EventTime:   time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC),
		Observables: map[string][]string{"url": {"x\xff"}, "wallet": {"x"}, "ip": {"", strings.Repeat("1", 4097)}},
	})
	require.True(t, fault.Is(err, fault.Invalid))
	require.Equal(t, []string{
		"title required", "description invalid", "source too_long", "source_ref too_long",
		"observable_data.ip[1] too_long", "observable_data.url[0] invalid", "observable_data.wallet invalid",
		"severity invalid", "tags[1] required", "tags[2] too_long", "tlp invalid", "pap invalid", "event_time invalid",
	}, broken(err))
}

func TestCreate_Limits(t *testing.T) {
	t.Parallel()
	many := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint(i)
		}
		return list
	}
	values := func(n int) map[string][]string { return map[string][]string{"ip": many(n / 2), "url": many(n - n/2)} }
	cases := map[string]struct {
		fits, exceeds func(*alert.Draft)
		want          string
	}{
		"title":       {func(d *alert.Draft) { d.Title = strings.Repeat("é", 200) }, func(d *alert.Draft) { d.Title = strings.Repeat("é", 201) }, "title too_long"},
		"description": {func(d *alert.Draft) { d.Description = strings.Repeat("a", 100_000) }, func(d *alert.Draft) { d.Description = strings.Repeat("a", 100_001) }, "description too_long"},
		"source":      {func(d *alert.Draft) { d.Source = strings.Repeat("é", 100) }, func(d *alert.Draft) { d.Source = strings.Repeat("é", 101) }, "source too_long"},
		"source_ref":  {func(d *alert.Draft) { d.SourceRef = strings.Repeat("é", 255) }, func(d *alert.Draft) { d.SourceRef = strings.Repeat("é", 256) }, "source_ref too_long"},
		"tags":        {func(d *alert.Draft) { d.Tags = many(100) }, func(d *alert.Draft) { d.Tags = many(101) }, "tags too_long"},
		"tag":         {func(d *alert.Draft) { d.Tags = []string{strings.Repeat("é", 50)} }, func(d *alert.Draft) { d.Tags = []string{strings.Repeat("é", 51)} }, "tags[0] too_long"},
		"values":      {func(d *alert.Draft) { d.Observables = values(500) }, func(d *alert.Draft) { d.Observables = values(501) }, "observable_data too_long"},
		"event_time": {
			func(d *alert.Draft) { d.EventTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC) },
			func(d *alert.Draft) { d.EventTime = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)) }, "event_time invalid",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := create(draft(c.fits))
			require.NoError(t, err)
			_, err = create(draft(c.exceeds))
			require.Equal(t, []string{c.want}, broken(err))
		})
	}
}

// A body of a megabyte can hold half a million tags or values.
func TestCreate_LongListsAreRefusedQuickly(t *testing.T) {
	t.Parallel()
	many := make([]string, 500_000)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	kinds := make(map[string][]string, 100_000)
	for _, kind := range many[:100_000] {
		kinds[kind] = nil
	}
	_, err := create(draft(func(d *alert.Draft) { d.Tags = many }))
	require.Equal(t, []string{"tags too_long"}, broken(err))
	_, err = create(draft(func(d *alert.Draft) { d.Observables = map[string][]string{"ip": many} }))
	require.Equal(t, []string{"observable_data too_long"}, broken(err))
	_, err = create(draft(func(d *alert.Draft) { d.Observables = kinds }))
	require.Len(t, broken(err), 1_000)
}

func TestCreate_TagsAreKeptOnceInTheirOrder(t *testing.T) {
	t.Parallel()
	a, err := create(draft(func(d *alert.Draft) { d.Tags = []string{"b", "a", "b", "A"} }))
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a", "A"}, a.State().Tags)
}

func TestCreate_ABlankReferenceIsNone(t *testing.T) {
	t.Parallel()
	for ref, keyed := range map[string]bool{"": false, "  ": false, "\t\u00a0": false, " 7": true, "7": true} {
		a, err := create(draft(func(d *alert.Draft) { d.SourceRef = ref }))
		require.NoError(t, err)
		key, ok := a.Key()
		require.Equal(t, keyed, ok, "%q", ref)
		if keyed {
			require.Equal(t, alert.Key{Source: "suricata", SourceRef: ref}, key)
		} else {
			require.Empty(t, a.State().SourceRef, "blank references must not collide in a store either")
		}
	}
}

func TestCreate_EventTimeIsKeptInUTCToTheMicrosecond(t *testing.T) {
	t.Parallel()
	a, err := create(draft(func(d *alert.Draft) {
		d.EventTime = time.Date(2026, 1, 1, 1, 0, 0, 1_999, time.FixedZone("", 3600))
	}))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 1_000, time.UTC), a.State().EventTime)
}

func TestCreate_SharesNothingWithTheDraft(t *testing.T) {
	t.Parallel()
	d := draft(func(d *alert.Draft) {
		d.Tags, d.RawPayload = []string{"a"}, json.RawMessage(`{}`)
		d.Observables = map[string][]string{"ip": {"::1"}}
	})
	a, err := create(d)
	require.NoError(t, err)
	before := a.State()
	d.Tags[0], d.RawPayload[0], d.Observables["ip"][0] = "x", 'x', "x"
	d.Observables["url"] = []string{"x"}
	require.Empty(t, cmp.Diff(before, a.State()))
}

func TestReporterOf_KeysAndJobsAreNoUsers(t *testing.T) {
	t.Parallel()
	require.Equal(t, alert.Reporter{User: "u1"}, alert.ReporterOf(actor.Actor{Type: actor.User, ID: "u1"}))
	require.Equal(t, alert.Reporter{Key: "k1"}, alert.ReporterOf(actor.Actor{Type: actor.APIKey, ID: "k1"}))
	require.Equal(t, alert.Reporter{}, alert.ReporterOf(actor.Job("relay")))
}

func TestStatus_OnlyResolvedIsNotActive(t *testing.T) {
	t.Parallel()
	for _, s := range alert.Statuses() {
		require.Equal(t, s != alert.Resolved, s.Active(), s)
	}
}
