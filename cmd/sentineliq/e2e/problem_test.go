package e2e_test

import (
	"encoding/json"
	"slices"
	"testing"
)

// fieldFlaw is one thing that is wrong with an input.
type fieldFlaw struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// problem is an error as RFC 9457 and the contract have it.
type problem struct {
	Type       string      `json:"type"`
	Title      string      `json:"title"`
	Status     int         `json:"status"`
	Detail     string      `json:"detail"`
	Instance   string      `json:"instance"`
	RequestID  string      `json:"request_id"`
	Code       string      `json:"code"`
	ExistingID string      `json:"existing_id"`
	Errors     []fieldFlaw `json:"errors"`
}

// problem reads an answer that must be a whole problem document of the status.
func (a answer) problem(t testing.TB, status int) problem {
	t.Helper()
	a.want(t, status)
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("%s: %v\n%s", a.entry, err, clip(a.body))
	}
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("%s: content type %q", a.entry, kind)
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" || p.Instance == "" || p.Code == "" {
		t.Errorf("%s: incomplete: %s", a.entry, clip(a.body))
	}
	if p.Status != status || p.RequestID != a.id || a.header.Get("X-Request-Id") != a.id {
		t.Errorf("%s: status %d, request %s: %s", a.entry, p.Status, a.header.Get("X-Request-Id"), clip(a.body))
	}
	for _, flaw := range p.Errors {
		if flaw.Code == "" || flaw.Message == "" {
			t.Errorf("%s: a flaw without a code or message: %+v", a.entry, flaw)
		}
	}
	return p
}

// blames reports whether the problem names the field, with the code unless that
// is empty.
func (p problem) blames(field, code string) bool {
	return slices.ContainsFunc(p.Errors, func(f fieldFlaw) bool { return f.Field == field && (code == "" || f.Code == code) })
}
