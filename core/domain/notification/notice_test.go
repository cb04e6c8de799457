package notification_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func happened(noun string) event.Event {
	e := event.Event{
		ID: "e1", Name: event.AlertCreated, Version: event.Version, Company: "acme", At: noon, Entity: noun, EntityID: noun + "1",
		Facts: facts{noun: entities()[noun]},
	}
	switch noun {
	case "incident":
		e.Name = event.IncidentCreated
	case "task":
		e.Name = event.TaskCreated
	}
	return e
}

func TestCompose_FillsTheRulesTemplates(t *testing.T) {
	t.Parallel()
	r := rule(t, func(d *notification.RuleDraft) { d.Title, d.Body = "{{ alert.source }}", "{{ alert.tags }}" })
	e := happened("alert")
	n, err := notification.Compose("n1", r, e, noon.AddDate(0, 0, 1))
	require.NoError(t, err)
	want := &notification.Notice{
		ID: "n1", Company: "acme", Event: "e1", EventName: "alert.created", Rule: "r1", Title: "suricata", Body: "c2, vip",
		Category: "alert", Severity: severity.High, RelatedType: "alert", RelatedID: "alert1", Facts: e.Facts, EventTime: noon,
		CreatedAt: noon.AddDate(0, 0, 1),
	}
	require.Empty(t, cmp.Diff(want, n))
}

func TestCompose_HasDefaultsForEachEntity(t *testing.T) {
	t.Parallel()
	for noun, want := range map[string][2]string{
		"alert": {"[high] Beaconing", "every 60 s"}, "incident": {"[critical] Incident: Intrusion", "d"},
		"task": {"[high] Task: Isolate the host", "d"},
	} {
		n, err := notification.Compose("n1", rule(t, nil), happened(noun), noon)
		require.NoError(t, err)
		require.Equal(t, want, [2]string{n.Title, n.Body})
	}
}

func TestCompose_ATitleIsNeverBlank(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"{{ incident.title }}", " {{ alert.assignee }} "} {
		r := rule(t, func(d *notification.RuleDraft) { d.Title = title })
		e := happened("alert")
		e.Facts["alert"]["assignee"] = ""
		n, err := notification.Compose("n1", r, e, noon)
		require.NoError(t, err)
		require.Equal(t, "[high] Beaconing", n.Title)
	}
}

func TestCompose_IsCutToWhatANotificationHolds(t *testing.T) {
	t.Parallel()
	e := happened("alert")
	e.Facts["alert"]["title"], e.Facts["alert"]["description"] = strings.Repeat("é", 300), strings.Repeat("é", 100_000)
	n, err := notification.Compose("n1", rule(t, nil), e, noon)
	require.NoError(t, err)
	require.Equal(t, 255, utf8.RuneCountInString(n.Title))
	require.Equal(t, 20_000, utf8.RuneCountInString(n.Body))
}

func TestCompose_WithoutASeverityItIsMedium(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]any{"none": nil, "unknown": "fatal", "no text": 5} {
		e := happened("alert")
		e.Facts["alert"]["severity"] = given
		n, err := notification.Compose("n1", rule(t, nil), e, noon)
		require.NoError(t, err)
		require.Equal(t, severity.Medium, n.Severity, name)
	}
	n, err := notification.Compose("n1", rule(t, nil), event.Event{Entity: "alert"}, noon)
	require.NoError(t, err)
	require.Equal(t, severity.Medium, n.Severity, "nor does it need facts")
}

func TestCompose_ATaskMattersAsMuchAsItsPriority(t *testing.T) {
	t.Parallel()
	e := happened("task")
	for priority, want := range map[string]severity.Level{
		"low": severity.Low, "medium": severity.Medium, "high": severity.High, "critical": severity.Critical,
	} {
		e.Facts["task"]["priority"] = priority
		n, err := notification.Compose("n1", rule(t, nil), e, noon)
		require.NoError(t, err)
		require.Equal(t, want, n.Severity)
		require.Equal(t, "task", n.Category)
	}
}

func TestCompose_AStoredTemplateThatIsBrokenIsTold(t *testing.T) {
	t.Parallel()
	for _, s := range []notification.RuleState{{ID: "r1", Title: "{{"}, {ID: "r1", Body: "{{"}} {
		_, err := notification.Compose("n1", notification.RestoreRule(s), happened("alert"), noon)
		require.ErrorContains(t, err, "of rule r1: at character 1")
	}
}

func TestLabels_ShowTheFactsThatAreThereButTheSeverityInAFixedOrder(t *testing.T) {
	t.Parallel()
	want := [][2]string{
		{"Status", "resolved"},
		{"Source", "suricata"},
		{"Reference", "7"},
		{"Occurrences", "12345678"},
		{"TLP", "amber"},
		{"Tags", "c2, vip"},
		{"Observables", "ip: ::1, ::2; url: http://x"},
	}
	n := &notification.Notice{RelatedType: "alert", Facts: entities()}
	require.Equal(t, want, n.Labels())

	text, err := json.Marshal(n.Facts)
	require.NoError(t, err)
	n.Facts = nil
	require.NoError(t, json.Unmarshal(text, &n.Facts))
	require.Equal(t, want, n.Labels(), "and read the same after JSON")

	n.RelatedType = "incident"
	require.Contains(t, n.Labels(), [2]string{"Impact", "91"})
	n.RelatedType = "task"
	require.Equal(t, [][2]string{{"Status", "completed"}, {"Due", noon.Format("2006-01-02 15:04:05 UTC")}}, n.Labels())
	require.Empty(t, (&notification.Notice{RelatedType: "channel"}).Labels())
}

func TestLabels_AreShort(t *testing.T) {
	t.Parallel()
	values := make([]string, 500)
	for i := range values {
		values[i] = strings.Repeat("é", 100)
	}
	a := alert.Restore(alert.State{Observables: map[string][]string{"url": values}})
	n := &notification.Notice{RelatedType: "alert", Facts: facts{"alert": a.Facts()}}
	for _, label := range n.Labels() {
		require.LessOrEqual(t, utf8.RuneCountInString(label[1]), 300, label[0])
	}
}

func TestComposeTest_SaysSomething(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"hello": "hello", "": "This is a test message.", " \n\x00": "This is a test message.", "a\x00b\xff": "ab\uFFFD",
	} {
		n := notification.ComposeTest("n1", "e1", channel(t), message, noon)
		require.True(t, strings.HasPrefix(n.Body, want), "%q", n.Body)
		require.Equal(t, "Test of channel Alerts", n.Title)
		require.Equal(t, notification.TestEvent, n.EventName)
		require.Equal(t, "system", n.Category)
		require.EqualValues(t, "acme", n.Company)
		require.Empty(t, n.Rule)
	}
	long := notification.ComposeTest("n1", "e1", channel(t), strings.Repeat("é", 30_000), noon)
	require.Equal(t, 20_000, utf8.RuneCountInString(long.Body))
}

func TestTrial_IsAboutTheChannelAndChangesNothing(t *testing.T) {
	t.Parallel()
	c := channel(t)
	n := notification.ComposeTest("n1", "e1", c, "", noon)
	trial := notification.Trial{Channel: c, Delivery: notification.NewDelivery("d1", n, c, "", noon)}
	require.Equal(t, "c1", trial.AuditRef().ID)
	require.Empty(t, trial.AuditChanges())
	require.Equal(t, map[string]any{"delivery_id": "d1"}, trial.AuditMetadata())
}

func TestDispatch_ListsEveryEventAndDelivery(t *testing.T) {
	t.Parallel()
	n := &notification.Notice{ID: "n1", Company: "acme", Title: "T", Event: "e1"}
	d := notification.Dispatch{
		Notices: []*notification.Notice{n}, Events: []string{"e1", "e2"},
		Deliveries: []*notification.Delivery{notification.NewDelivery("d1", n, channel(t), "u1", noon)},
	}
	require.Equal(t, audit.Ref{Type: "notification", ID: "n1", Name: "T", Company: "acme"}, d.AuditRef())
	require.Empty(t, d.AuditChanges())
	require.Equal(t, map[string]any{
		"events":     []any{"e1", "e2"},
		"deliveries": []any{map[string]any{"id": "d1", "notification_id": "n1", "channel_id": "c1", "recipient": "u1"}},
	}, d.AuditMetadata())
	require.Equal(t, audit.Ref{Type: "notification"}, notification.Dispatch{}.AuditRef())
}

func channel(tb testing.TB) *notification.Channel {
	tb.Helper()
	c, err := notification.NewChannel("c1", "acme", "Alerts", "slack", notification.Settings{
		Shown: map[string]any{"webhook_url": "https://hooks.example/****"}, Sealed: secret.New("sealed"),
	}, true, noon)
	require.NoError(tb, err)
	return c
}
