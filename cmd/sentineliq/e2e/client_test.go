package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	base       = "/api/v1"
	jsonType   = "application/json"
	ndjsonType = "application/x-ndjson"
)

// ask is one request.
type ask struct {
	method string
	path   string // below /api/v1, or absolute when it starts with it
	body   any    // sent as JSON; []byte as it is
	kind   string // the content type; empty: JSON when there is a body, "none" for none
	key    string // Idempotency-Key
	header map[string]string
	reader io.Reader // instead of body
}

// answer is what came back. Err is set when nothing did.
type answer struct {
	entry
}

var idInPath = regexp.MustCompile(`/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(/|$)`)

// pattern is the route that a path belongs to, as the API description has it.
func pattern(path string) string {
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(strings.TrimPrefix(path, base), "/") + "/"
	for idInPath.MatchString(path) {
		path = idInPath.ReplaceAllString(path, "/{id}$1")
	}
	return innerID.ReplaceAllString(path, "{id}")
}

// innerID is how the description names the second id of a path.
var innerID = regexp.MustCompile(`\{[a-z]+_id\}`)

// do sends a request and records it. It never fails a test, so that it can be
// used from any goroutine.
func (p *person) do(a ask) answer {
	e := entry{who: p, method: a.method, path: a.path, key: a.key, id: p.app.ledger.next(), sent: time.Now(), pattern: pattern(a.path)}
	e.status, e.header, e.body, e.err = p.send(a, e.id)
	p.app.ledger.add(e)
	return answer{entry: e}
}

func (p *person) send(a ask, id string) (int, http.Header, []byte, error) {
	body, err := a.content()
	if err != nil {
		return 0, nil, nil, err
	}
	path := a.path
	if !strings.HasPrefix(path, base) {
		path = base + path
	}
	req, err := http.NewRequestWithContext(context.Background(), a.method, p.app.url()+path, body)
	if err != nil {
		return 0, nil, nil, err
	}
	p.dress(req, a, id)
	res, err := p.app.client.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("reading the answer: %w", err)
	}
	return res.StatusCode, res.Header, data, nil
}

// content returns the body of the request.
func (a ask) content() (io.Reader, error) {
	switch body := a.body.(type) {
	case nil:
		if a.reader != nil {
			return a.reader, nil
		}
		return http.NoBody, nil
	case []byte:
		return bytes.NewReader(body), nil
	default:
		data, err := json.Marshal(body)
		return bytes.NewReader(data), err
	}
}

func (p *person) dress(req *http.Request, a ask, id string) {
	req.Header.Set("X-Request-ID", id)
	switch {
	case a.kind == "none":
	case a.kind != "":
		req.Header.Set("Content-Type", a.kind)
	case a.body != nil || a.reader != nil:
		req.Header.Set("Content-Type", jsonType)
	}
	if token := p.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if a.key != "" {
		req.Header.Set("Idempotency-Key", a.key)
	}
	for name, value := range a.header {
		req.Header.Set(name, value)
	}
}

func (p *person) get(path string) answer { return p.do(ask{method: http.MethodGet, path: path}) }

func (p *person) post(path string, body any) answer {
	return p.do(ask{method: http.MethodPost, path: path, body: body})
}

func (p *person) patch(path string, body any) answer {
	return p.do(ask{method: http.MethodPatch, path: path, body: body})
}

func (p *person) delete(path string) answer { return p.do(ask{method: http.MethodDelete, path: path}) }

// want fails the test unless the answer has one of the statuses.
func (a answer) want(t testing.TB, statuses ...int) answer {
	t.Helper()
	if a.err != nil {
		t.Fatalf("%s %s: %v", a.method, a.path, a.err)
	}
	for _, status := range statuses {
		if a.status == status {
			return a
		}
	}
	t.Fatalf("%s, want %v\n%s", a.entry, statuses, clip(a.body))
	return a
}

// into reads the answer's body.
func (a answer) into(t testing.TB, target any) answer {
	t.Helper()
	if err := json.Unmarshal(a.body, target); err != nil {
		t.Fatalf("%s: %v\n%s", a.entry, err, clip(a.body))
	}
	return a
}

// fields returns the answer as an object.
func (a answer) fields(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	a.into(t, &out)
	return out
}

// id returns the id of what was made.
func (a answer) made(t testing.TB) string {
	t.Helper()
	var out struct {
		ID string `json:"id"`
	}
	a.want(t, http.StatusCreated).into(t, &out)
	if out.ID == "" {
		t.Fatalf("%s: no id in %s", a.entry, clip(a.body))
	}
	return out.ID
}

func clip(data []byte) string {
	if len(data) > 2000 {
		return string(data[:2000]) + "…"
	}
	return string(data)
}

// page is one page of a list.
type page[T any] struct {
	Count    int     `json:"count"`
	AtLeast  bool    `json:"count_is_lower_bound"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results"`
}

// list walks over a whole list, page by page.
func list[T any](t testing.TB, p *person, path string) []T {
	t.Helper()
	var all []T
	next := withParam(t, path, "page_size", "1000")
	for next != "" {
		var one page[T]
		p.get(next).want(t, http.StatusOK).into(t, &one)
		all = append(all, one.Results...)
		next = ""
		if one.Next != nil {
			rest, ok := strings.CutPrefix(*one.Next, public)
			if !ok {
				t.Fatalf("next is %s, it does not start with the public address", *one.Next)
			}
			next = rest
		} else if !one.AtLeast && one.Count != len(all) && one.Previous == nil {
			t.Errorf("%s: count is %d, the list has %d", path, one.Count, len(all))
		}
	}
	return all
}

// count returns how many a list says there are.
func count(t testing.TB, p *person, path string) int {
	t.Helper()
	var one page[json.RawMessage]
	p.get(withParam(t, path, "page_size", "1")).want(t, http.StatusOK).into(t, &one)
	if one.AtLeast {
		t.Fatalf("%s: the count is a lower bound", path)
	}
	return one.Count
}

func withParam(t testing.TB, path, name, value string) string {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}
