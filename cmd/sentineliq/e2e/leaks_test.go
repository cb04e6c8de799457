package e2e_test

import (
	"strings"
	"testing"
)

// nothingLeaked stops the program and looks for secrets in all that it wrote,
// and for errors that nobody caused.
func (s *story) nothingLeaked(t *testing.T) {
	var shown strings.Builder
	for _, path := range []string{"/audit-logs/?page_size=1000", "/notifications/channels/?page_size=1000", "/users/?page_size=1000"} {
		for next := path; next != ""; {
			var one page[any]
			a := s.app.root.get(next)
			a.into(t, &one)
			shown.Write(a.body)
			next = ""
			if one.Next != nil {
				next = strings.TrimPrefix(*one.Next, public)
			}
		}
	}
	s.app.stop(t)
	printed, logged := s.app.logs(t)
	secrets := map[string]string{
		"a password": password, "the signing secret": s.secret, "the path of a webhook": s.token, "an API key": s.sensor.access,
		"a header of a webhook": "canaryHeaderValue", "an access token": s.ana.access, "a refresh token": s.ana.refresh,
		"the superuser's password": s.app.root.password,
	}
	for what, secret := range secrets {
		if strings.Contains(logged, secret) {
			t.Errorf("the log has %s", what)
		}
		if strings.Contains(shown.String(), secret) {
			t.Errorf("the API shows %s", what)
		}
	}
	if n := strings.Count(printed, s.app.root.password); n != 1 {
		t.Errorf("the generated password was printed %d times, want once", n)
	}
	for line := range strings.Lines(logged) {
		if strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("an error nobody caused: %s", line)
		}
	}
}
