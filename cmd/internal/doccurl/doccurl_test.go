package doccurl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sentineliq/sentineliq/cmd/internal/doccurl"
)

const fence = "```"

func TestFind(t *testing.T) {
	t.Parallel()
	got, err := doccurl.Find("# A\n" +
		"<!-- as: ana -->\n<!-- expect: 409 -->\n\n" + fence + "bash\ncurl http://a\n" + fence + "\n" +
		"<!-- expect: 404 -->\nWords in between.\n" + fence + "bash\nprintf x | curl http://b\n" + fence + "\n" +
		fence + "bash\nmake run\n" + fence + "\n" + fence + "json\n{}\n" + fence + "\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []doccurl.Example{
		{Line: 5, Text: "curl http://a", As: "ana", Expect: 409},
		{Line: 10, Text: "printf x | curl http://b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind_RefusesWhatItCannotRun(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]string{
		"2 calls":     fence + "bash\ncurl http://a\ncurl http://b\n" + fence,
		"marked":      fence + "\ncurl http://a\n" + fence,
		"no end":      fence + "bash\ncurl http://a\n",
		"no status":   "<!-- expect: failure -->\n",
		"of its own":  fence + "console\n$ curl http://a\n" + fence,
		"calls of cu": fence + "bash\nX=$(curl http://a); curl http://b\n" + fence,
	} {
		if _, err := doccurl.Find(document); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Find(%q) gave %v, want an error that says %q", document, err, name)
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	r := doccurl.NewReader("http://127.0.0.1:9", "printed")
	log := func(name string) string {
		return `curl -X POST http://127.0.0.1:9/api/v1/token/ -d '{"username":"` + name + `"}'`
	}
	r.Learn(log("ana"), "", []byte(`{"access":"of-ana","refresh":"again"}`))
	r.Learn(log("bob"), "", []byte(`{"access":"of-bob"}`))
	r.Learn(`curl http://127.0.0.1:9/api/v1/alerts/x/escalate/`, "", []byte(`{"incident_id":"i1"}`))
	r.Learn(`curl "http://127.0.0.1:9/api/v1/alerts/?severity=high"`, `"7"`, []byte(`{"results":[{"id":"a1"},{"id":"a2"}]}`))
	for text, want := range map[string]string{
		"http://localhost:8000/x change-me-in-production": "http://127.0.0.1:9/x printed",
		"<access_token> <refresh_token>":                  "of-bob again",
		"<alert_id> <incident_id> <etag>":                 "a1 i1 7",
	} {
		if got, err := r.Fill(doccurl.Example{Text: text}); err != nil || got != want {
			t.Errorf("Fill(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	if got, err := r.Fill(doccurl.Example{Text: "<access_token>", As: "ana"}); err != nil || got != "of-ana" {
		t.Errorf("as ana the token is %q, %v", got, err)
	}
	for _, e := range []doccurl.Example{{Text: "<rule_id>"}, {Text: "<access_token>", As: "carl"}} {
		if got, err := r.Fill(e); err == nil {
			t.Errorf("Fill(%+v) = %q, want an error", e, got)
		}
	}
}

func TestExample_Passes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{200: true, 204: true, 199: false, 302: false, 400: false, 500: false} {
		if got := (doccurl.Example{}).Passes(status); got != want {
			t.Errorf("status %d passes: %v", status, got)
		}
	}
	if e := (doccurl.Example{Expect: 409}); !e.Passes(409) || e.Passes(201) {
		t.Error("an expected refusal is not told from a success")
	}
}
