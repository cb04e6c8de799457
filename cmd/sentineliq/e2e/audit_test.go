package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// auditRow is an entry of the log.
type auditRow struct {
	ID        string  `json:"id"`
	Sequence  int64   `json:"sequence"`
	Timestamp string  `json:"timestamp"`
	Company   *string `json:"company"`
	Actor     struct {
		Type string
		ID   *string
		Name string
	} `json:"actor"`
	Action         string         `json:"action"`
	EntityType     string         `json:"entity_type"`
	EntityID       *string        `json:"entity_id"`
	EntityName     string         `json:"entity_name"`
	Changes        map[string]any `json:"changes"`
	Metadata       map[string]any `json:"metadata"`
	RequestID      *string        `json:"request_id"`
	IP             *string        `json:"ip_address"`
	HTTPMethod     *string        `json:"http_method"`
	HTTPPath       *string        `json:"http_path"`
	ResponseStatus *int           `json:"response_status"`
	Outcome        string         `json:"outcome"`
}

// deeds names what each writing route does, as the log calls it.
func deeds() map[string]string {
	return map[string]string{
		"POST /token/": "session login", "POST /token/refresh/": "session token_refresh",
		"POST /companies/": "company create", "PUT /companies/{id}/": "company update",
		"PATCH /companies/{id}/": "company update", "DELETE /companies/{id}/": "company delete",
		"POST /users/": "user create", "PUT /users/{id}/": "user update", "PATCH /users/{id}/": "user update",
		"DELETE /users/{id}/": "user delete", "POST /api-keys/": "api_key create", "DELETE /api-keys/{id}/": "api_key delete",
		"POST /alerts/": "alert create", "PUT /alerts/{id}/": "alert update", "PATCH /alerts/{id}/": "alert update",
		"DELETE /alerts/{id}/": "alert delete", "POST /alerts/ingest/": "alert ingest",
		"POST /alerts/ingest/batch/": "alert ingest_batch", "POST /alerts/{id}/acknowledge/": "alert acknowledge",
		"POST /alerts/{id}/assign/": "alert assign", "POST /alerts/{id}/resolve/": "alert resolve",
		"POST /alerts/{id}/escalate/": "alert escalate", "POST /incidents/{id}/assign/": "incident assign",
		"POST /incidents/{id}/close/": "incident close", "POST /incidents/{id}/timeline/": "incident add_timeline",
		"POST /incidents/": "incident create", "PUT /incidents/{id}/": "incident update", "PATCH /incidents/{id}/": "incident update",
		"DELETE /incidents/{id}/": "incident delete", "POST /incidents/{id}/reopen/": "incident reopen",
		"POST /incidents/{id}/alerts/": "incident link_alert", "DELETE /incidents/{id}/alerts/{id}/": "incident unlink_alert",
		"POST /notifications/channels/": "channel create", "PUT /notifications/channels/{id}/": "channel update",
		"PATCH /notifications/channels/{id}/": "channel update", "DELETE /notifications/channels/{id}/": "channel delete",
		"POST /notifications/test/": "channel test_channel", "POST /notifications/rules/": "rule create",
		"PUT /notifications/rules/{id}/": "rule update", "PATCH /notifications/rules/{id}/": "rule update",
		"DELETE /notifications/rules/{id}/": "rule delete", "POST /notifications/deliveries/{id}/retry/": "delivery retry",
	}
}

// logIsStill waits until nothing that was begun adds to the log any more: for a
// while longer than workers wait before they look for work unasked.
func (s *story) logIsStill(t *testing.T) {
	t.Helper()
	last, since := -1, time.Now()
	eventually(t, time.Minute, "the log is still", func() (bool, string) {
		if n := count(t, s.app.root, "/audit-logs/"); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) > 1500*time.Millisecond, fmt.Sprint(last, " entries")
	})
}

// auditorSees holds the log against the ledger of all requests.
func (s *story) auditorSees(t *testing.T) {
	s.logIsStill(t)
	requests := s.app.ledger.all()
	rows := list[auditRow](t, s.app.root, "/audit-logs/?ordering=timestamp")
	byRequest := map[string][]auditRow{}
	for i, r := range rows {
		if i > 0 && r.Sequence <= rows[i-1].Sequence {
			t.Errorf("entry %d comes after %d", r.Sequence, rows[i-1].Sequence)
		}
		if r.RequestID != nil {
			byRequest[*r.RequestID] = append(byRequest[*r.RequestID], r)
		}
	}
	written := map[string]int{}
	for _, e := range requests {
		entries := byRequest[e.id]
		delete(byRequest, e.id)
		switch {
		case e.writes() && e.succeeded():
			written[e.method+" "+e.pattern]++
			s.isRecorded(t, e, entries)
		case e.status == http.StatusUnauthorized || e.status == http.StatusForbidden:
			if len(entries) != 1 || entries[0].Outcome == "success" {
				t.Errorf("%s: %d entries of the refusal", e, len(entries))
			}
		case len(entries) > 0:
			t.Errorf("%s changed nothing and has %d entries: %s %s", e, len(entries), entries[0].EntityType, entries[0].Action)
		}
	}
	for id := range byRequest {
		t.Errorf("the log has request %s, which nobody made", id)
	}
	for _, r := range s.app.inventory(t) {
		if r.writes() && written[r.String()] == 0 {
			t.Errorf("the story has no successful %s", r)
		}
	}
	s.deliveriesAreRecorded(t, rows)
	s.logIsConfined(t, rows)
	t.Logf("%d requests, %d entries", len(requests), len(rows))
}

// isRecorded checks that a successful write has exactly one entry, and that it
// names actor, action, entity and change.
func (s *story) isRecorded(t *testing.T, e entry, entries []auditRow) {
	t.Helper()
	if len(entries) != 1 {
		t.Errorf("%s has %d entries, want 1", e, len(entries))
		return
	}
	r, deed := entries[0], deeds()[e.method+" "+e.pattern]
	if deed == "incident update" && strings.Contains(string(e.body), `"status":"closed"`) {
		deed = "incident close" // whatever asks for it
	}
	if got := r.EntityType + " " + r.Action; got != deed {
		t.Errorf("%s is recorded as %q, want %q", e, got, deed)
	}
	path, _, _ := strings.Cut(e.path, "?")
	if r.Outcome != "success" || r.ResponseStatus == nil || *r.ResponseStatus != e.status ||
		!is(r.HTTPMethod, e.method) || r.HTTPPath == nil || *r.HTTPPath != base+path || !is(r.IP, "127.0.0.1") {
		t.Errorf("%s is recorded as %s, %v %v %v from %v", e, r.Outcome, deref(r.HTTPMethod), deref(r.HTTPPath), deref(r.ResponseStatus), deref(r.IP))
	}
	if e.who.id != "" && (r.Actor.Type != e.who.kind || !is(r.Actor.ID, e.who.id) || r.Actor.Name != e.who.name && !strings.Contains(deed, "session")) {
		t.Errorf("%s by %s %s is recorded as by %+v", e, e.who.kind, e.who.name, r.Actor)
	}
	if r.EntityID == nil || r.EntityName == "" {
		t.Errorf("%s: the entry names no entity: %+v", e, r)
	}
	if rest, found := strings.CutPrefix(e.path, "/alerts/"); found && strings.Contains(e.pattern, "{id}") && !is(r.EntityID, rest[:36]) {
		t.Errorf("%s: the entry names %v", e, deref(r.EntityID))
	}
	s.tellsChange(t, e, r)
}

// tellsChange checks that the entry says what changed: the fields, or for what
// touches many things each of them.
func (s *story) tellsChange(t *testing.T, e entry, r auditRow) {
	t.Helper()
	switch r.EntityType + " " + r.Action {
	case "session login", "session token_refresh":
		return
	case "channel test_channel":
		if r.Metadata["delivery_id"] == nil {
			t.Errorf("%s: the entry names no delivery: %v", e, r.Metadata)
		}
		return
	case "alert ingest":
		if r.Metadata["duplicate"] == true {
			return
		}
	case "alert ingest_batch":
		items := listOf(r.Metadata["items"])
		var got batchAnswer
		answer{entry: e}.into(t, &got)
		if len(items) != len(got.Results) || r.Metadata["accepted"] != float64(got.Accepted) {
			t.Errorf("%s: the entry lists %d items of %d", e, len(items), len(got.Results))
		}
		return
	}
	if len(r.Changes) == 0 {
		t.Errorf("%s: the entry tells no change: %+v", e, r)
	}
	for field, change := range r.Changes {
		if pair, ok := change.([]any); !ok || len(pair) != 2 {
			t.Errorf("%s: the change of %s is %v, want the old and the new value", e, field, change)
		}
	}
}

// listOf returns a value that should be a list; anything else has nothing in it.
func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return nil
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// ownDoing counts the entries of what the program did by itself: in how many
// each delivery was made, and in how many it was ended.
func ownDoing(rows []auditRow) (made, ended map[string]int) {
	made, ended = map[string]int{}, map[string]int{}
	for _, r := range rows {
		switch {
		case r.Actor.Type != "system" || r.RequestID != nil:
		case r.Action == "dispatch":
			for _, d := range listOf(r.Metadata["deliveries"]) {
				if fields, ok := d.(map[string]any); ok {
					made[fmt.Sprint(fields["id"])]++
				}
			}
		case r.EntityType == "delivery" && r.EntityID != nil:
			ended[*r.EntityID]++
		}
	}
	return made, ended
}

// deliveriesAreRecorded checks the entries of the program's own doing: each
// delivery is made in one entry, by an event or a request, and ended in one,
// but for the one that died twice.
func (s *story) deliveriesAreRecorded(t *testing.T, rows []auditRow) {
	t.Helper()
	made, ended := ownDoing(rows)
	for _, r := range rows {
		if id, ok := r.Metadata["delivery_id"].(string); ok {
			made[id]++
		}
	}
	for _, d := range list[delivery](t, s.app.root, "/notifications/deliveries/") {
		ends := 1
		if d.ID == s.ids["delivery"] {
			ends = 3
		}
		if made[d.ID] != 1 || ended[d.ID] != ends {
			t.Errorf("delivery %s was made in %d entries and ended in %d, want 1 and %d", d.ID, made[d.ID], ended[d.ID], ends)
		}
	}
}

// logIsConfined checks that a company sees its own entries, all of them.
func (s *story) logIsConfined(t *testing.T, all []auditRow) {
	t.Helper()
	for _, who := range []*person{s.ria, s.gus} {
		var want []string
		for _, r := range all {
			if is(r.Company, who.company.id) {
				want = append(want, r.ID)
			}
		}
		var got []string
		for _, r := range list[auditRow](t, who, "/audit-logs/?ordering=timestamp") {
			if r.Sequence <= all[len(all)-1].Sequence { // workers may have gone on since
				got = append(got, r.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s sees %d entries, of %s there are %d", who.name, len(got), who.company.name, len(want))
		}
	}
}
