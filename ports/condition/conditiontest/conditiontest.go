package conditiontest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/ports/condition"
)

// Facts returns what an event about an alert tells: Go values, as in the
// process that made the event. There is no incident, no task, no assignee.
func Facts() condition.Facts {
	at := time.Date(2026, 3, 2, 9, 30, 15, 123_456_000, time.UTC)
	return condition.Facts{
		"event":   {"type": "alert.created", "time": at, "id": "event-1"},
		"company": {"id": "company-1", "name": "Acme"},
		"actor":   {"type": "user", "id": "user-1", "name": "ana"},
		"alert": {
			"id": "alert-1", "title": "Mimikatz on HOST-7", "description": strings.Repeat("lsass access. ", 20),
			"severity": "high", "status": "new", "source": "edr", "source_ref": "r-1", "tags": []string{"vip", "prod"},
			"tlp": "amber", "pap": "amber", "event_time": at.Add(-time.Hour), "first_seen": at, "last_seen": at, "occurrences": 3,
			"observable_data": map[string][]string{"ip": {"192.0.2.7", "198.51.100.9"}}, "assignee": "", "incidents": []string{},
			"resolution": "", "created_at": at,
		},
		"incident": {},
		"task":     {"id": "task-1", "due_date": time.Time{}},
	}
}

// Stored returns facts as they come back from a database: through JSON.
func Stored(tb testing.TB, facts condition.Facts) condition.Facts {
	tb.Helper()
	text, err := json.Marshal(facts)
	require.NoError(tb, err)
	var back condition.Facts
	require.NoError(tb, json.Unmarshal(text, &back))
	return back
}

// Run checks an engine that open makes.
func Run(t *testing.T, open func(tb testing.TB) condition.Engine) {
	t.Helper()
	e := open(t)
	for kind, facts := range map[string]condition.Facts{"fresh": Facts(), "stored": Stored(t, Facts())} {
		for source, want := range verdicts() {
			t.Run(kind+" facts: "+source, func(t *testing.T) {
				t.Parallel()
				require.NoError(t, e.Check(source))
				got, err := e.Holds(t.Context(), source, facts)
				require.NoError(t, err)
				require.Equal(t, want, got)
			})
		}
	}
	for source, want := range mistakes() {
		t.Run("refused: "+source[:min(len(source), 60)], func(t *testing.T) {
			t.Parallel()
			err := e.Check(source)
			require.True(t, fault.Is(err, fault.Invalid), "got %v", err)
			require.ErrorContains(t, err, want)
			require.Less(t, len(err.Error()), 1000)
			_, err = e.Holds(t.Context(), source, Facts())
			require.True(t, fault.Is(err, fault.Invalid), "what is not checked does not run: %v", err)
		})
	}
	t.Run("every field of an event can be looked at", func(t *testing.T) {
		t.Parallel()
		for noun, fields := range notification.Names() {
			for _, field := range fields {
				require.NoError(t, e.Check(fmt.Sprintf("has(%s.%s) || %s.%s == %s[%q]", noun, field, noun, field, noun, field)))
			}
		}
	})
	t.Run("without any facts nothing holds, and nothing fails", func(t *testing.T) {
		t.Parallel()
		for _, facts := range []condition.Facts{nil, {}, {"alert": nil}} {
			got, err := e.Holds(t.Context(), `alert.severity == "high"`, facts)
			require.NoError(t, err)
			require.False(t, got)
		}
	})
	limits(t, e)
}

// verdicts are conditions over Facts.
func verdicts() map[string]bool {
	return map[string]bool{
		"":                                     true,
		"  \n":                                 true,
		"true":                                 true,
		`alert.severity == "high"`:             true,
		`alert.severity == "critical"`:         false,
		`alert["severity"] == "high"`:          true,
		`rank(alert.severity) >= rank("high")`: true,
		`rank(alert.severity) == 4 && rank("info") == 1`:                     true,
		`rank("critical") == 5 && rank("low") == 2`:                          true,
		`rank("blue") == 0 && rank("") == 0 && rank("HIGH") == 0`:            true,
		`"vip" in alert.tags && !("lab" in alert.tags)`:                      true,
		`alert.tags.exists(t, t.startsWith("pro"))`:                          true,
		`alert.tags.all(t, size(t) == 3)`:                                    false,
		`size(alert.tags) == 2`:                                              true,
		`alert.tags[1] == "prod"`:                                            true,
		`alert.title.contains("Mimikatz") || false`:                          true,
		`alert.title.matches("(?i)mimi(katz|dog)")`:                          true,
		`alert.description.matches("ntds\\.dit")`:                            false,
		`alert.occurrences == 3`:                                             true,
		`alert.occurrences > 2 && alert.occurrences < 2.5 + 1.0`:             true,
		`alert.occurrences + 1 == 4 && alert.occurrences % 2 == 1`:           true,
		`"192.0.2.7" in alert.observable_data.ip`:                            true,
		`"ip" in alert.observable_data && !("url" in alert.observable_data)`: true,
		`event.type == "alert.created" && company.name == "Acme"`:            true,
		`actor.type == "user"`:                                               true,
		`event.time < timestamp("2026-03-02T09:30:16Z")`:                     true,
		`event.time < timestamp("2026-03-02T09:30:15Z")`:                     false,
		`event.time == timestamp("2026-03-02T10:30:15.123456+01:00")`:        true,
		`event.time - alert.event_time == duration("1h")`:                    true,
		`alert.created_at.getHours() == 9`:                                   true,
		`alert.last_seen - alert.first_seen < duration("5m")`:                true,
		`alert.assignee == ""`:                                               true,
		`alert.incidents == []`:                                              true,

		// What the event lacks makes a condition false, and has() tells.
		`incident.title == "x"`:                                   false,
		`incident.title != "x"`:                                   false,
		`!(incident.title == "x")`:                                false,
		`rank(incident.severity) < 9`:                             false,
		`has(incident.title)`:                                     false,
		`!has(incident.title)`:                                    true,
		`has(alert.title) && alert.title != ""`:                   true,
		`incident.title == "x" || alert.severity == "high"`:       true,
		`alert.severity == "high" || incident.title == "x"`:       true,
		`alert.severity == "high" && incident.title == "x"`:       false,
		`incident.tags.exists(t, t == "x")`:                       false,
		`"x" in incident.tags`:                                    false,
		`alert.tags[5] == "x"`:                                    false,
		`alert.observable_data.url[0] == "x"`:                     false,
		`alert.observable_data["url"].exists(u, u == "x")`:        false,
		`task.due_date < timestamp("2030-01-01T00:00:00Z")`:       false,
		`has(task.due_date)`:                                      false,
		`incident.start_date < timestamp("2030-01-01T00:00:00Z")`: false,
	}
}

// mistakes are conditions that Check refuses, and what it says.
func mistakes() map[string]string {
	return map[string]string{
		`alert.`:                                "at 1:",
		`alert.severity = "high"`:               "at 1:16",
		"alert.severity == \"high\" &&\n  x":    "at 2:3",
		`alert.severity == "high`:               "at 1:",
		`&&`:                                    "at 1:1",
		`colour == "red"`:                       "at 1:1: undeclared reference to 'colour'",
		`true && alert.colour == "red"`:         "at 1:9: alert.colour is not a field",
		`alert["colour"] == "red"`:              "alert.colour is not a field",
		`has(alert.colour)`:                     "alert.colour is not a field",
		`has(alert.raw_payload)`:                "alert.raw_payload is not a field",
		`alert[alert.title] == "red"`:           "alert must be followed by",
		`alert == incident`:                     "alert must be followed by",
		`"title" in alert`:                      "alert must be followed by",
		`alert.exists(k, k == "title")`:         "alert must be followed by",
		`[alert].exists(a, a.colour == "x")`:    "alert must be followed by",
		`[1].exists(alert, alert == 1)`:         "another name",
		`alert.title`:                           "must be true or false",
		`"high"`:                                "must be true or false",
		`1`:                                     "must be true or false",
		`alert.tags`:                            "must be true or false",
		`1 == "x"`:                              "at 1:3",
		`rank(3) == 3`:                          "at 1:5",
		`shell("id") == ""`:                     "undeclared reference",
		`alert.title.matches("(a")`:             "at 1:21",
		`alert.title.matches(alert.source)`:     "in quotes",
		`alert.title.matches("x{1000}")`:        "at 1:21",
		`timestamp("yesterday") < event.time`:   "at 1:11",
		`duration("a while") == duration("1s")`: "at 1:10",
		`[1].all(a, [1].all(b, [1].all(c, a + b + c > 0)))`:                       "nesting",
		strings.Repeat("(", 2000) + "true" + strings.Repeat(")", 2000):            "",
		strings.Repeat("[1].all(x,", 240) + "true" + strings.Repeat(")", 240):     "",
		"alert.title == \"" + strings.Repeat("x", 4096) + "\"":                    "at most 4096 characters",
		"alert.title == \"\xff\xfe\"":                                             "UTF-8",
		"alert.title == \"" + strings.Repeat("é", 10) + "\" && alert.colour == 1": "at 1:32",
	}
}

// limits checks that no condition can take what is not its own.
func limits(t *testing.T, e condition.Engine) {
	t.Helper()
	t.Run("costly conditions are stopped", func(t *testing.T) {
		t.Parallel()
		facts := Facts()
		facts["alert"]["tags"] = make([]string, 3000)
		facts["alert"]["description"] = strings.Repeat("x", 100_000)
		for _, source := range []string{
			`alert.tags.all(a, alert.tags.all(b, a == b && size(a + b) < 9))`,
			`alert.tags.map(a, alert.tags.map(b, a + b)).size() > 1`,
			strings.Repeat("alert.description + ", 150) + `"" == ""`,
			strings.Repeat("bytes(alert.description) + ", 120) + `b"" == b""`,
			strings.Repeat(`alert.description.matches("[a-z]{9}w") || `, 90) + "false",
		} {
			require.NoError(t, e.Check(source))
			_, err := e.Holds(t.Context(), source, facts)
			require.Contains(t, []fault.Kind{fault.Invalid, fault.Unavailable}, fault.KindOf(err), "%.40s: %v", source, err)
			require.Error(t, err)
		}
	})
	t.Run("the longest description can be searched", func(t *testing.T) {
		t.Parallel()
		facts := Facts()
		facts["alert"]["description"] = strings.Repeat("lsass доступ", 8333)
		got, err := e.Holds(t.Context(), `alert.description.contains("mimikatz") || alert.description.matches("(?i)mimi(katz|dog)")`, facts)
		require.NoError(t, err)
		require.False(t, got)
	})
	t.Run("what never can be decided is an error, not silence", func(t *testing.T) {
		t.Parallel()
		for _, source := range []string{`alert.severity > 3`, `alert.occurrences / 0 == 1`, `rank(alert.tags) > 1`} {
			require.NoError(t, e.Check(source))
			_, err := e.Holds(t.Context(), source, Facts())
			require.True(t, fault.Is(err, fault.Invalid), "%s: %v", source, err)
		}
	})
	t.Run("a caller that has gone is not served", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := e.Holds(ctx, `alert.severity == "high"`, Facts())
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("many at once decide the same", func(t *testing.T) {
		t.Parallel()
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				for i := range 100 {
					n := (worker + i) % 25
					got, err := e.Holds(t.Context(), fmt.Sprintf("alert.occurrences == %d", n), Facts())
					if err != nil || got != (n == 3) {
						t.Errorf("occurrences == %d: %v, %v", n, got, err)
					}
				}
			})
		}
		wg.Wait()
	})
}
