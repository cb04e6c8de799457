package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// batchAnswer is what the batch endpoint says.
type batchAnswer struct {
	Accepted   int `json:"accepted"`
	Duplicates int `json:"duplicates"`
	Rejected   int `json:"rejected"`
	Results    []struct {
		Index     int         `json:"index"`
		AlertID   string      `json:"alert_id"`
		Duplicate *bool       `json:"duplicate"`
		Errors    []fieldFlaw `json:"errors"`
	} `json:"results"`
}

// sends delivers a batch, as NDJSON or as one JSON array, and holds what the
// program says of each line against the census.
func (p *person) sends(t testing.TB, c *census, lines [][]byte, array bool) batchAnswer {
	t.Helper()
	body, kind := append(bytes.Join(lines, []byte("\n")), '\n'), ndjsonType
	if array {
		body, kind = slices.Concat([]byte("["), bytes.Join(lines, []byte(",\n")), []byte("]")), jsonType
	}
	var got batchAnswer
	p.do(ask{method: http.MethodPost, path: "/alerts/ingest/batch/", body: body, kind: kind}).want(t, http.StatusOK).into(t, &got)
	if len(got.Results) != len(lines) {
		t.Fatalf("%d results for %d lines", len(got.Results), len(lines))
	}
	wanted := map[string]int{}
	for i, line := range lines {
		verdict, a := c.take(line)
		wanted[verdict]++
		one := got.Results[i]
		said := isRejected
		if len(one.Errors) == 0 && one.Duplicate != nil {
			said = map[bool]string{true: isDuplicate, false: isAccepted}[*one.Duplicate]
		}
		switch {
		case one.Index != i:
			t.Fatalf("result %d has index %d", i, one.Index)
		case said != verdict:
			t.Fatalf("line %d is %s, want %s: %+v\n%s", i, said, verdict, one.Errors, clip(line))
		case verdict == isAccepted:
			a.id = one.AlertID
		case verdict == isDuplicate && a.id != one.AlertID:
			t.Fatalf("line %d repeats %s, the answer says %s", i, a.id, one.AlertID)
		case verdict == isRejected && one.AlertID != "":
			t.Fatalf("line %d is rejected and has an alert", i)
		}
	}
	if got.Accepted != wanted[isAccepted] || got.Duplicates != wanted[isDuplicate] || got.Rejected != wanted[isRejected] {
		t.Fatalf("%d accepted, %d duplicates, %d rejected, want %v", got.Accepted, got.Duplicates, got.Rejected, wanted)
	}
	return got
}

// feedComesIn sends the feed with some faulty lines in it, in bodies of both
// forms, so that repeats fall within a body and across bodies.
func (s *story) feedComesIn(t *testing.T) {
	for i, batch := range cut(mixed(s.feed.lines), 350) {
		array := i%2 == 1 && !slices.ContainsFunc(batch, broken)
		s.sensor.sends(t, s.census, batch, array)
	}
	s.gus.sends(t, s.foreign, s.feed.lines[:60], true)
	s.oweNew(s.census.alerts...)
	t.Logf("%d lines: %v", len(s.feed.lines)+len(faulty()), s.census.tally)
	for field, line := range faulty() {
		s.blames(t, field, line)
	}
}

// broken reports whether a line would spoil an array around it.
func broken(line []byte) bool { return !bytes.HasSuffix(bytes.TrimSpace(line), []byte("}")) }

// blames checks that a faulty line is told what is wrong with it.
func (s *story) blames(t *testing.T, field string, line []byte) {
	t.Helper()
	got := s.sensor.sends(t, s.census, [][]byte{line}, false)
	flaws := got.Results[0].Errors
	if !slices.ContainsFunc(flaws, func(f fieldFlaw) bool { return f.Field == field && f.Code != "" && f.Message != "" }) {
		t.Errorf("the fault of %q is told as %+v", field, flaws)
	}
}

// row is an alert as the API shows it.
type row struct {
	ID             string              `json:"id"`
	Company        string              `json:"company"`
	Title          string              `json:"title"`
	Severity       string              `json:"severity"`
	Status         string              `json:"status"`
	Source         string              `json:"source"`
	SourceRef      string              `json:"source_ref"`
	Tags           []string            `json:"tags"`
	Occurrences    int                 `json:"occurrences"`
	ObservableData map[string][]string `json:"observable_data"`
	Assignee       *string             `json:"assignee"`
	CreatedBy      *string             `json:"created_by"`
	APIKey         *string             `json:"api_key"`
	Incidents      []string            `json:"incidents"`
	AcknowledgedAt *string             `json:"acknowledged_at"`
	AcknowledgedBy *string             `json:"acknowledged_by"`
	ResolvedAt     *string             `json:"resolved_at"`
	Resolution     *string             `json:"resolution"`
	CreatedAt      string              `json:"created_at"`
}

// isCounted holds the lists of the API against the census: every alert, with
// its occurrences, and the counts by severity.
func (s *story) isCounted(t *testing.T) {
	rows := list[row](t, s.ria, "/alerts/?ordering=created_at")
	got, want := map[string]int{}, map[string]int{}
	for _, r := range rows {
		got[r.ID+" "+r.Severity] = r.Occurrences
		if r.Company != s.acme.id || r.APIKey == nil || *r.APIKey != s.sensor.id || r.CreatedBy != nil {
			t.Errorf("alert %s is of %s, by %v", r.ID, r.Company, r.APIKey)
		}
	}
	for _, a := range s.census.alerts {
		want[a.id+" "+a.Severity] = a.occurrences
	}
	sameBag(t, "occurrences", got, want)
	for _, level := range severities() {
		if n := count(t, s.ria, "/alerts/?severity="+level); n != s.census.bySeverity()[level] {
			t.Errorf("%d alerts are %s, want %d", n, level, s.census.bySeverity()[level])
		}
	}
	if n := count(t, s.gus, "/alerts/"); n != len(s.foreign.alerts) {
		t.Errorf("globex has %d alerts, want %d", n, len(s.foreign.alerts))
	}
	s.isOrdered(t)
}

// isOrdered checks that severity sorts by rank, over pages.
func (s *story) isOrdered(t *testing.T) {
	t.Helper()
	last := len(severities())
	for _, r := range list[row](t, s.ria, "/alerts/?ordering=-severity,created_at") {
		rank := slices.Index(severities(), r.Severity)
		if rank > last {
			t.Fatalf("%s comes after %s", r.Severity, severities()[last])
		}
		last = rank
	}
}

// observablesAreFound searches for one value of each type that the feed has.
func (s *story) observablesAreFound(t *testing.T) {
	holders := map[string][]string{} // "type value" -> ids of alerts
	first := map[string]string{}     // type -> the value to look for
	for _, a := range s.census.alerts {
		for kind, values := range a.ObservableData {
			for _, value := range values {
				holders[kind+" "+value] = append(holders[kind+" "+value], a.id)
				if first[kind] == "" && len(value) >= 7 && strings.TrimSpace(value) == value && len(value) < 1000 {
					first[kind] = value
				}
			}
		}
	}
	if len(first) < 8 {
		t.Fatalf("the feed has only %d types of observables", len(first))
	}
	for kind, value := range first {
		found := map[string]bool{}
		for _, r := range list[row](t, s.ana, "/alerts/?search="+url.QueryEscape(value)) {
			found[r.ID] = true
		}
		for _, id := range holders[kind+" "+value] {
			if !found[id] {
				t.Errorf("search for %s %q finds %d alerts, but not %s", kind, value, len(found), id)
			}
		}
		if len(found) == len(s.census.alerts) {
			t.Errorf("search for %s %q finds everything", kind, value)
		}
	}
	if n := count(t, s.ana, "/alerts/?search="+url.QueryEscape("no such thing anywhere")); n != 0 {
		t.Errorf("%d alerts have what none has", n)
	}
}

// feedComesAgain sends everything a second time: it is all known, and nobody is
// told.
func (s *story) feedComesAgain(t *testing.T) {
	before := len(s.census.alerts)
	for i, batch := range cut(mixed(s.feed.lines), 500) {
		array := i%2 == 0 && !slices.ContainsFunc(batch, broken)
		got := s.sensor.sends(t, s.census, batch, array)
		if got.Accepted != 0 {
			t.Errorf("the second time, %d reports are new", got.Accepted)
		}
	}
	if len(s.census.alerts) != before {
		t.Fatal("the census itself counts new alerts")
	}
	s.isCounted(t)
	s.messagesArrive(t)
	fresh := []byte(fmt.Sprintf(`{"title": "alone", "source": "edr", "source_ref": "single-%s"}`, s.feed.name))
	s.single(t, fresh, http.StatusCreated)
	s.single(t, fresh, http.StatusOK)
}

// single ingests one report by itself.
func (s *story) single(t *testing.T, line []byte, status int) *counted {
	t.Helper()
	var got struct {
		AlertID   string `json:"alert_id"`
		Duplicate bool   `json:"duplicate"`
	}
	s.sensor.post("/alerts/ingest/", line).want(t, status).into(t, &got)
	verdict, a := s.census.take(line)
	if verdict == isAccepted {
		a.id = got.AlertID
	}
	if got.Duplicate != (verdict == isDuplicate) || a.id != got.AlertID {
		t.Fatalf("the answer is %+v, want %s of %s", got, verdict, a.id)
	}
	return a
}
