package notification_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
)

func ruleDraft(change func(*notification.RuleDraft)) notification.RuleDraft {
	d := notification.RuleDraft{
		Name: "Critical", EventTypes: []string{"alert.created"}, Channels: []string{"c1"}, Recipients: []string{"admins"}, IsActive: true,
	}
	if change != nil {
		change(&d)
	}
	return d
}

func rule(tb testing.TB, change func(*notification.RuleDraft)) *notification.Rule {
	tb.Helper()
	r, err := notification.NewRule("r1", "acme", ruleDraft(change), noon)
	require.NoError(tb, err)
	return notification.RestoreRule(r.State())
}

// broken lists violations as "field code".
func broken(err error) []string {
	var list []string
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field+" "+v.Code)
	}
	return list
}

func TestNewRule_KeepsEachNameOnce(t *testing.T) {
	t.Parallel()
	r := rule(t, func(d *notification.RuleDraft) {
		d.EventTypes = []string{"alert.created", "incident.closed", "alert.created"}
		d.Channels, d.Recipients = []string{"c1", "c2", "c1"}, []string{"u1", "admins", "u1"}
		d.Title, d.Body, d.Condition = "{{ alert.title }}", "b", "true"
	})
	want := notification.RuleState{
		ID: "r1", Company: "acme", Name: "Critical", EventTypes: []event.Name{"alert.created", "incident.closed"}, Condition: "true",
		Channels: []notification.ChannelID{"c1", "c2"}, Title: "{{ alert.title }}", Body: "b", Recipients: []string{"u1", "admins"},
		IsActive: true, CreatedAt: noon, UpdatedAt: noon,
	}
	require.Empty(t, cmp.Diff(want, r.State()))
	require.Equal(t, notification.RuleID("r1"), r.ID())
}

func TestNewRule_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := notification.NewRule("r1", "acme", notification.RuleDraft{
		Description: strings.Repeat("a", 1_001), Condition: "\x00", EventTypes: []string{"alert.created", "alert.exploded", "alert.created", ""},
		Title: "{{ x }}", Body: strings.Repeat("a", 10_001),
	}, noon)
	require.Equal(t, []string{
		"name required", "description too_long", "condition invalid", "event_types[1] invalid", "event_types[3] required",
		"channels required", "template.title invalid", "template.body too_long",
	}, broken(err))
}

func TestNewRule_Limits(t *testing.T) {
	t.Parallel()
	many := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint(i)
		}
		return list
	}
	cases := map[string]struct {
		fits, exceeds func(*notification.RuleDraft)
		want          []string
	}{
		"name":       {func(d *notification.RuleDraft) { d.Name = strings.Repeat("é", 100) }, func(d *notification.RuleDraft) { d.Name = strings.Repeat("é", 101) }, []string{"name too_long"}},
		"channels":   {func(d *notification.RuleDraft) { d.Channels = many(50) }, func(d *notification.RuleDraft) { d.Channels = many(51) }, []string{"channels too_long"}},
		"no channel": {func(d *notification.RuleDraft) { d.Channels = many(1) }, func(d *notification.RuleDraft) { d.Channels = nil }, []string{"channels required"}},
		"recipients": {func(d *notification.RuleDraft) { d.Recipients = many(200) }, func(d *notification.RuleDraft) { d.Recipients = many(200_000) }, []string{"recipients too_long"}},
		"no event":   {func(d *notification.RuleDraft) { d.EventTypes = []string{"alert.created"} }, func(d *notification.RuleDraft) { d.EventTypes = nil }, []string{"event_types required"}},
		"title":      {func(d *notification.RuleDraft) { d.Title = strings.Repeat("é", 500) }, func(d *notification.RuleDraft) { d.Title = strings.Repeat("é", 501) }, []string{"template.title too_long"}},
		"body":       {func(d *notification.RuleDraft) { d.Body = strings.Repeat("é", 10_000) }, func(d *notification.RuleDraft) { d.Body = strings.Repeat("é", 10_001) }, []string{"template.body too_long"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := notification.NewRule("r1", "acme", ruleDraft(c.fits), noon)
			require.NoError(t, err)
			_, err = notification.NewRule("r1", "acme", ruleDraft(c.exceeds), noon)
			require.Equal(t, c.want, broken(err))
		})
	}
}

func TestRule_RewritingItAsItIsChangesNothing(t *testing.T) {
	t.Parallel()
	r := rule(t, nil)
	require.NoError(t, r.Rewrite(r.Draft(), noon.AddDate(0, 0, 1)))
	require.True(t, r.Unchanged())
	require.Equal(t, noon, r.State().UpdatedAt)
}

func TestRule_RewriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	r := rule(t, nil)
	d := r.Draft()
	d.Name, d.EventTypes = "x", []string{"no.such"}
	require.True(t, fault.Is(r.Rewrite(d, noon), fault.Invalid))
	require.True(t, r.Unchanged())
	d.EventTypes, d.IsActive = []string{"incident.created"}, false
	require.NoError(t, r.Rewrite(d, noon.AddDate(0, 0, 1)))
	require.Equal(t, audit.Changes{
		"name": {"Critical", "x"}, "is_active": {true, false},
		"event_types": {[]event.Name{"alert.created"}, []event.Name{"incident.created"}},
	}, r.AuditChanges())
	require.Equal(t, noon.AddDate(0, 0, 1), r.State().UpdatedAt)
	require.Equal(t, audit.Ref{Type: "rule", ID: "r1", Name: "x", Company: "acme"}, r.AuditRef())
}

func TestRule_StateAndDraftAreCopies(t *testing.T) {
	t.Parallel()
	r := rule(t, nil)
	before := r.State()
	s, d := r.State(), r.Draft()
	s.EventTypes[0], s.Channels[0], s.Recipients[0] = "x", "x", "x"
	d.EventTypes[0], d.Channels[0], d.Recipients[0] = "y", "y", "y"
	require.Empty(t, cmp.Diff(before, r.State()))
	require.True(t, r.Unchanged())
}

func TestRule_WantsItsEventsWhileActive(t *testing.T) {
	t.Parallel()
	r := rule(t, nil)
	require.True(t, r.Wants(event.AlertCreated))
	require.False(t, r.Wants(event.AlertUpdated))
	require.False(t, rule(t, func(d *notification.RuleDraft) { d.IsActive = false }).Wants(event.AlertCreated))
}

func TestIsGroup_EverythingElseIsAUser(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"assignee": true, "admins": true, "analysts": true, "": false, "Admins": false, "u1": false} {
		require.Equal(t, want, notification.IsGroup(name), name)
	}
}
