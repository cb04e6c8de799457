package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// ask is one request.
type ask struct {
	method  string
	path    string // below /api/v1
	body    []byte
	key     string
	request string // its X-Request-ID
}

// send makes a request of a process. It never fails a test, so that it can be
// used from any goroutine.
func (c *cluster) send(p *process, who *person, a ask) (attempt, []byte) {
	out := attempt{request: a.request, process: p.name, sent: time.Now()}
	status, answer, err := c.exchange(p, who, a)
	out.over, out.status = time.Now(), status
	if err != nil {
		out.err = err.Error()
	}
	if status/100 > 2 {
		var problem struct{ Code string }
		if json.Unmarshal(answer, &problem) == nil {
			out.code = problem.Code
		}
	}
	for _, one := range c.tenants {
		if who != one.sensor && who != one.analyst && who != one.chief && bytes.Contains(answer, []byte(one.canary)) {
			c.book.foreign.Add(1)
		}
	}
	return out, answer
}

func (c *cluster) exchange(p *process, who *person, a ask) (int, []byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), a.method, p.url()+"/api/v1"+a.path, bytes.NewReader(a.body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("X-Request-ID", a.request)
	if len(a.body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if who.token != "" {
		req.Header.Set("Authorization", "Bearer "+who.token)
	}
	if a.key != "" {
		req.Header.Set("Idempotency-Key", a.key)
	}
	req.GetBody = nil // net/http must not ask twice behind the ledger's back
	res, err := c.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, err // a status without the rest is no answer
	}
	return res.StatusCode, answer, nil
}

// try asks once for a change. Without an answer, and with one that says so,
// nobody knows what became of it.
func (c *cluster) try(p *process, who *person, ch *change) {
	a := ch.ask()
	a.request = c.book.request()
	at, answer := c.send(p, who, a)
	switch {
	case at.status/100 == 2 && ch.reads(answer):
		ch.fate = acknowledged
	case at.status/100 == 4:
		ch.fate = refused
	}
	ch.attempts = append(ch.attempts, at)
	if ch.fate == acknowledged {
		c.book.knows(ch, at.sent)
	}
}

// ask is the request for the change.
func (c *change) ask() ask {
	a := ask{method: http.MethodPost, key: c.key}
	switch c.kind {
	case ingesting, nonsensical:
		a.path, a.body = "/alerts/ingest/", c.json(0)
	case creating:
		a.path, a.body = "/alerts/", c.json(0)
	case batching:
		lines := make([][]byte, len(c.reports))
		for i := range lines {
			lines[i] = c.json(i)
		}
		a.path, a.body = "/alerts/ingest/batch/", append(append([]byte("["), bytes.Join(lines, []byte(","))...), ']')
	case patching:
		a.method, a.path, a.body = http.MethodPatch, "/alerts/"+c.target+"/", []byte(`{"title": "`+c.title+`"}`)
	case closing:
		a.path, a.body = "/incidents/"+c.target+"/close/", []byte(`{"notes": "done"}`)
	case resolving:
		a.path, a.body = "/alerts/"+c.target+"/resolve/", []byte(`{"resolution": "false_positive"}`)
	default:
		a.path = "/alerts/" + c.target + "/" + c.kind + "/"
	}
	return a
}

// json is a report as a detection tool sends it.
func (c *change) json(i int) []byte {
	severity := "low"
	if c.reports[i].severe {
		severity = "high"
	}
	if c.kind == nonsensical {
		severity = "urgent"
	}
	ref := c.reports[i].ref
	return []byte(strings.NewReplacer("$ref", ref, "$severity", severity, "$title", c.title).Replace(
		`{"title": "$title", "source": "ids", "source_ref": "$ref", "severity": "$severity"}`))
}

// reads takes the ids out of a good answer.
func (c *change) reads(answer []byte) bool {
	var got struct {
		ID         string `json:"id"`
		AlertID    string `json:"alert_id"`
		IncidentID string `json:"incident_id"`
		Results    []struct {
			AlertID   string `json:"alert_id"`
			Duplicate bool   `json:"duplicate"`
		}
	}
	if json.Unmarshal(answer, &got) != nil {
		return false
	}
	c.alerts, c.incident = nil, ""
	switch c.kind {
	case ingesting:
		c.alerts = []string{got.AlertID}
	case creating:
		c.alerts = []string{got.ID}
	case batching:
		for _, r := range got.Results {
			c.alerts = append(c.alerts, r.AlertID)
		}
	case escalating:
		c.incident = got.IncidentID
	case closing:
		c.incident = got.ID
	}
	return true
}
