package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	uuidV7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	micros = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
)

// What holds for every route: slashes, ids, times, headers.
func TestConventions(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana := acme.analyst(t, "ana")
	made := ana.post("/alerts", map[string]any{"title": "t", "source": "s"}).want(t, http.StatusCreated)
	var got row
	made.into(t, &got)
	if !uuidV7.MatchString(got.ID) || !micros.MatchString(got.CreatedAt) {
		t.Errorf("the id is %s, the time %s", got.ID, got.CreatedAt)
	}
	location, ours := strings.CutPrefix(made.header.Get("Location"), public)
	if !ours {
		t.Errorf("the location is %q", made.header.Get("Location"))
	}
	for _, path := range []string{location, "/alerts/" + got.ID, "/alerts/" + got.ID + "/"} {
		shown := ana.get(path).want(t, http.StatusOK)
		if string(shown.body) != string(made.body) || shown.header.Get("Etag") != made.header.Get("Etag") || shown.header.Get("Etag") == "" {
			t.Errorf("%s shows %s with tag %s, it was made as %s with tag %s", path,
				shown.body, shown.header.Get("Etag"), made.body, made.header.Get("Etag"))
		}
	}
	if head := ana.do(ask{method: http.MethodHead, path: "/alerts/"}).want(t, http.StatusOK); len(head.body) != 0 {
		t.Errorf("HEAD has a body of %d bytes", len(head.body))
	}
	requestIDs(t, ana)
	headers(t, a, ana)
}

func requestIDs(t *testing.T, ana *person) {
	t.Helper()
	for _, id := range []string{"", "two words", strings.Repeat("x", 200), "<script>"} {
		got := ana.do(ask{method: http.MethodGet, path: "/users/me/", header: map[string]string{"X-Request-ID": id}}).
			want(t, http.StatusOK).header.Get("X-Request-Id")
		if got == "" || got == id {
			t.Errorf("a request with the id %q has the id %q", id, got)
		}
	}
}

func headers(t *testing.T, a *app, ana *person) {
	t.Helper()
	got := ana.do(ask{
		method: http.MethodGet, path: "/users/me/", header: map[string]string{"Origin": "https://evil.example"},
	}).want(t, http.StatusOK).header
	if got.Get("X-Content-Type-Options") != "nosniff" || got.Get("Cache-Control") != "no-store" || got.Get("Server") != "" {
		t.Errorf("headers: %v", got)
	}
	for name := range got {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("another origin is told %s", name)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		res, err := a.client.Get(a.url() + path)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK || res.Body.Close() != nil {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	a.stranger().get("/docs/").want(t, http.StatusOK)
}

// A restart changes nothing: not the superuser, whose password is shown once,
// nor who is logged in, nor what is known.
func TestRestart(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana, sensor := acme.analyst(t, "ana"), acme.key(t, "sensor")
	id := sensor.post("/alerts/", map[string]any{"title": "t", "source": "s", "source_ref": "r"}).made(t)
	a.stop(t)
	second := a.live(t)
	if second.username != "" || second.password != "" {
		t.Errorf("the second life made a superuser: %s", second.printed.String())
	}
	ana.alert(t, id)
	ana.refreshes(t)
	sensor.post("/alerts/ingest/", map[string]any{"title": "t", "source": "s", "source_ref": "r"}).want(t, http.StatusOK)
	a.root.logsIn(t)
}
