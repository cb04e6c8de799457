package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf8"
)

// report is one line of a feed, as the documentation describes it.
type report struct {
	Title          string              `json:"title"`
	Description    string              `json:"description"`
	Source         string              `json:"source"`
	SourceRef      string              `json:"source_ref"`
	Severity       string              `json:"severity"`
	Tags           []string            `json:"tags"`
	TLP            string              `json:"tlp"`
	PAP            string              `json:"pap"`
	EventTime      *time.Time          `json:"event_time"`
	ObservableData map[string][]string `json:"observable_data"`
	RawPayload     json.RawMessage     `json:"raw_payload"`
}

type sameness struct{ source, ref string }

// counted is an alert that must exist, by this test's own count.
type counted struct {
	report
	id          string // from the answer that stored it
	occurrences int
}

// What becomes of a line.
const (
	isAccepted  = "accepted"
	isDuplicate = "duplicate"
	isRejected  = "rejected"
)

// census counts what a company must have taken in. It knows the documented
// limits and nothing of the program.
type census struct {
	active map[sameness]*counted // that a repeat would count on
	alerts []*counted            // in the order in which they were accepted
	tally  map[string]int
}

func newCensus() *census {
	return &census{active: map[sameness]*counted{}, tally: map[string]int{}}
}

// take counts one line and returns what must become of it.
func (c *census) take(line []byte) (string, *counted) {
	r, err := read(line)
	if err != nil {
		c.tally[isRejected]++
		return isRejected, nil
	}
	key := sameness{r.Source, r.SourceRef}
	if known := c.active[key]; known != nil {
		known.occurrences++
		c.tally[isDuplicate]++
		return isDuplicate, known
	}
	fresh := &counted{report: r, occurrences: 1}
	c.active[key] = fresh
	c.alerts = append(c.alerts, fresh)
	c.tally[isAccepted]++
	return isAccepted, fresh
}

// settled says that an alert is resolved: the next report of its kind is new.
func (c *census) settled(a *counted) { delete(c.active, sameness{a.Source, a.SourceRef}) }

// bySeverity counts the alerts.
func (c *census) bySeverity() map[string]int {
	out := map[string]int{}
	for _, a := range c.alerts {
		out[a.Severity]++
	}
	return out
}

// of returns the alerts of the given severities.
func (c *census) of(severities ...string) []*counted {
	var out []*counted
	for _, a := range c.alerts {
		if slices.Contains(severities, a.Severity) {
			out = append(out, a)
		}
	}
	return out
}

func severities() []string { return []string{"info", "low", "medium", "high", "critical"} }

// read applies the limits of the documentation to a line.
func read(line []byte) (report, error) {
	var r report
	strict := json.NewDecoder(bytes.NewReader(line))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&r); err != nil {
		return r, err
	}
	if r.Severity == "" {
		r.Severity = "medium"
	}
	for name, text := range map[string]struct {
		value string
		limit int
	}{"title": {r.Title, 200}, "source": {r.Source, 100}, "source_ref": {r.SourceRef, 255}} {
		if n := utf8.RuneCountInString(text.value); n < 1 || n > text.limit {
			return r, fmt.Errorf("%s has %d characters", name, n)
		}
	}
	if len(r.Tags) > 100 {
		return r, fmt.Errorf("%d tags", len(r.Tags))
	}
	for _, tag := range r.Tags {
		if n := utf8.RuneCountInString(tag); n < 1 || n > 50 {
			return r, fmt.Errorf("a tag has %d characters", n)
		}
	}
	if !slices.Contains(severities(), r.Severity) {
		return r, fmt.Errorf("severity %q", r.Severity)
	}
	return r, nil
}

func TestRecount(t *testing.T) {
	t.Parallel()
	c := newCensus()
	line := func(ref, severity string) []byte {
		return []byte(`{"title": "t", "source": "s", "source_ref": "` + ref + `", "severity": "` + severity + `"}`)
	}
	for i, step := range []struct {
		line []byte
		want string
	}{
		{line("1", "high"), isAccepted},
		{line("2", "low"), isAccepted},
		{line("1", "low"), isDuplicate},
		{line("3", "urgent"), isRejected},
		{line("", "low"), isRejected},
		{line("2", "low"), isDuplicate},
	} {
		if got, _ := c.take(step.line); got != step.want {
			t.Errorf("line %d is %s, want %s", i, got, step.want)
		}
	}
	for field, line := range faulty() {
		if got, _ := c.take(line); got != isRejected {
			t.Errorf("the line with a faulty %q is %s", field, got)
		}
	}
	c.settled(c.alerts[0])
	if got, _ := c.take(line("1", "info")); got != isAccepted {
		t.Errorf("after its alert is resolved, a report is %s", got)
	}
	if got := c.bySeverity(); got["high"] != 1 || got["low"] != 1 || got["info"] != 1 {
		t.Errorf("by severity: %v", got)
	}
}

// The lines that real products send, and those that are made up, are mostly
// sound; otherwise the end-to-end tests would prove little.
func TestFeeds(t *testing.T) {
	t.Parallel()
	for _, f := range feeds(t) {
		c := newCensus()
		for _, line := range f.lines {
			c.take(line)
		}
		t.Logf("%s: %d lines: %v, %v", f.name, len(f.lines), c.tally, c.bySeverity())
		if c.tally[isAccepted] < len(f.lines)/2 || c.tally[isDuplicate] < 100 || len(c.of("critical")) < 20 {
			t.Errorf("%s: %v is no storm to speak of", f.name, c.tally)
		}
		for _, batch := range cut(f.lines, 300) {
			if len(batch) > 300 {
				t.Errorf("a batch of %d", len(batch))
			}
		}
	}
}

// sameBag compares how often things happened with how often they should have.
func sameBag(t testing.TB, what string, got, want map[string]int) {
	t.Helper()
	wrong := 0
	names := map[string]bool{}
	for name := range got {
		names[name] = true
	}
	for name := range want {
		names[name] = true
	}
	for name := range names {
		if got[name] == want[name] {
			continue
		}
		if wrong++; wrong <= 5 {
			t.Errorf("%s: %s happened %d times, want %d", what, name, got[name], want[name])
		}
	}
	if wrong > 5 {
		t.Errorf("%s: and %d more", what, wrong-5)
	}
}
