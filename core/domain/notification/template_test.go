package notification_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
)

type facts = map[string]map[string]any

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func someFacts() facts {
	return facts{
		"alert": {
			"title": "{{ alert.source }}", "source": "suricata", "tags": []string{"c2", "vip"}, "event_time": noon,
			"last_seen": noon.In(time.FixedZone("", 3600)), "first_seen": time.Time{}, "occurrences": 1_234_567,
			"observable_data": map[string][]string{"url": {"http://x", "http://y"}, "ip": {"::1"}}, "assignee": "", "status": nil,
			"description": "2026-05-01T12:00:00Z",
		},
		"event": {"time": noon, "type": "alert.created"},
	}
}

func TestRender_Table(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ source, want string }{
		"nothing":                 {"", ""},
		"text alone":              {"a } b { c }", "a } b { c }"},
		"a field":                 {"from {{ alert.source }}!", "from suricata!"},
		"spaces are free":         {"{{alert.source}}{{\t alert.source\n}}", "suricatasuricata"},
		"values stay as they are": {"{{ alert.title }}", "{{ alert.source }}"},
		"a list":                  {"{{ alert.tags }}", "c2, vip"},
		"a time":                  {"{{ alert.event_time }}", "2026-05-01 12:00:00 UTC"},
		"a time elsewhere":        {"{{ alert.last_seen }}", "2026-05-01 12:00:00 UTC"},
		"no time":                 {"{{ alert.first_seen }}", ""},
		"time of the event":       {"{{ event.time }}", "2026-05-01 12:00:00 UTC"},
		"a text like a time":      {"{{ alert.description }}", "2026-05-01T12:00:00Z"},
		"a number":                {"{{ alert.occurrences }}", "1234567"},
		"values by type":          {"{{ alert.observable_data }}", "ip: ::1; url: http://x, http://y"},
		"an empty value":          {"[{{ alert.assignee }}]", "[]"},
		"null":                    {"[{{ alert.status }}]", "[]"},
		"a field it lacks":        {"[{{ alert.pap }}]", "[]"},
		"a noun it lacks":         {"[{{ incident.title }}]", "[]"},
		"a brace too many":        {"{{ alert.source }}}", "suricata}"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := notification.Render(c.source, someFacts(), 255)
			require.NoError(t, err)
			require.Equal(t, c.want, got)

			text, err := json.Marshal(someFacts())
			require.NoError(t, err)
			var back facts
			require.NoError(t, json.Unmarshal(text, &back))
			got, err = notification.Render(c.source, back, 255)
			require.NoError(t, err)
			require.Equal(t, c.want, got, "events wait as JSON, and read the same afterwards")
		})
	}
}

func TestCheckTemplate_SaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ source, want string }{
		"no end":          {"é{{ alert.title", "at character 2: {{ without }} after it"},
		"no start":        {"éé }} x", "at character 4: }} without {{ before it"},
		"no start, later": {"{{ alert.title }}é}}", "at character 19: }} without {{ before it"},
		"empty":           {"{{}}", "at character 1: {{  }} is not a field that messages can show"},
		"noun alone":      {"{{ alert }}", "at character 1: {{ alert }} is not a field"},
		"unknown field":   {"a{{ alert.password }}", "at character 2: {{ alert.password }} is not a field"},
		"unknown noun":    {"{{ user.password }}", "is not a field"},
		"the raw payload": {"{{ alert.raw_payload }}", "is not a field"},
		"logic":           {"{{ if alert.title }}", "is not a field"},
		"a pipe":          {"{{ alert.title | upper }}", "is not a field"},
		"deeper":          {"{{ alert.observable_data.ip }}", "is not a field"},
		"nested":          {"{{ {{ alert.title }} }}", "at character 1:"},
		"three braces":    {"{{{ alert.title }}}", "at character 1:"},
		"case":            {"{{ Alert.Title }}", "is not a field"},
		"too many":        {strings.Repeat("{{ alert.id }}", 201), "more than 200 fields"},
		"a long name":     {"{{ " + strings.Repeat("x", 9_000) + " }}", "… (shortened) }} is not a field"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v fault.Violations
			notification.CheckTemplate(&v, "template.body", c.source, 10_000)
			list := fault.ViolationsOf(v.Err())
			require.Len(t, list, 1)
			require.Equal(t, "template.body", list[0].Field)
			require.Contains(t, list[0].Message, c.want)
			require.Less(t, len(list[0].Message), 300)
			_, err := notification.Render(c.source, nil, 255)
			require.True(t, fault.Is(err, fault.Invalid))
		})
	}
	var v fault.Violations
	notification.CheckTemplate(&v, "t", strings.Repeat("{{ alert.id }}-", 200), 10_000)
	notification.CheckTemplate(&v, "t", "", 10)
	require.True(t, v.Empty(), "two hundred fields and the text between them are fine")
	notification.CheckTemplate(&v, "t", "12345678901", 10)
	require.Equal(t, fault.CodeTooLong, fault.ViolationsOf(v.Err())[0].Code)
}

func TestRender_IsCutToTheLimitWithAMark(t *testing.T) {
	t.Parallel()
	long := facts{"alert": {"title": strings.Repeat("é", 1_000)}}
	for limit, want := range map[int]string{
		1_000: strings.Repeat("é", 1_000), 999: strings.Repeat("é", 986) + "… (shortened)", 14: "é… (shortened)",
		13: strings.Repeat("é", 13), 1: "é", 0: "", -1: "",
	} {
		got, err := notification.Render("{{ alert.title }}", long, limit)
		require.NoError(t, err)
		require.Equal(t, want, got, limit)
	}
	huge := facts{"alert": {"description": strings.Repeat("é", 100_000)}}
	got, err := notification.Render(strings.Repeat("{{ alert.description }}", 200), huge, 255)
	require.NoError(t, err)
	require.Equal(t, 255, utf8.RuneCountInString(got), "two hundred long values are not joined first")
}

// field is a second, independent idea of what a placeholder is.
var field = regexp.MustCompile(`\{\{[\s\v\x{85}\p{Z}]*([a-z]+)\.([a-z_]+)[\s\v\x{85}\p{Z}]*\}\}`)

func FuzzTemplate(f *testing.F) {
	for _, source := range []string{
		"", "{{ alert.title }}", "{{alert.title}}{{ incident.tags }}", "}}", "{{", "{{{{ alert.title }}}}", "{{ alert.title }", "é{{x.y}}",
	} {
		f.Add(source, "{{ alert.title }}", uint16(255))
	}
	f.Fuzz(func(t *testing.T, source, value string, limit uint16) {
		given := facts{"alert": {"title": value, "description": value, "tags": []string{value}}, "incident": {"title": []any{value, nil}}}
		got, err := notification.Render(source, given, int(limit))
		var v fault.Violations
		notification.CheckTemplate(&v, "t", source, utf8.RuneCountInString(source))
		if err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
			require.False(t, v.Empty(), "what cannot be rendered is refused when it is saved")
			require.Empty(t, got)
			return
		}
		require.LessOrEqual(t, utf8.RuneCountInString(got), int(limit))
		want := field.ReplaceAllStringFunc(source, func(match string) string {
			parts := field.FindStringSubmatch(match)
			switch parts[1] + "." + parts[2] {
			case "alert.title", "alert.description", "alert.tags":
				return value
			case "incident.title":
				return value + ", "
			default:
				return ""
			}
		})
		if utf8.RuneCountInString(want) <= int(limit) {
			require.Equal(t, want, got, "values are put in once and not looked at again")
		}
	})
}
