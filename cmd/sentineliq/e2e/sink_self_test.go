package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestSink(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	post := func(path, body string) (int, error) {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		res, err := client.Post(s.url(path), jsonType, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	s.answers("/odd", func(attempt int) reaction {
		switch attempt {
		case 1:
			return reaction{status: http.StatusTooManyRequests, retryAfter: "1"}
		case 2:
			return reaction{drop: true}
		default:
			return reaction{}
		}
	})
	if status, err := post("/odd", "{}"); status != http.StatusTooManyRequests || err != nil {
		t.Errorf("first: %d, %v", status, err)
	}
	if status, err := post("/odd", "{}"); err == nil {
		t.Errorf("second: %d, want a dropped connection", status)
	}
	s.down(t)
	if status, err := post("/odd", "{}"); err == nil {
		t.Errorf("down: %d, want a refused connection", status)
	}
	s.up(t)
	body := `{"attachments":[{"blocks":[{"type":"section","text":{"text":"ref=01234567-89ab-7def-8123-456789abcdef|incident.closed|two"}},` +
		`{"type":"context","block_id":"msg_7"}]}]}`
	if status, err := post("/odd", body); status != http.StatusOK || err != nil {
		t.Errorf("third: %d, %v", status, err)
	}
	taken := s.taken("/odd")
	if len(taken) != 1 || len(s.arrived("/odd")) != 3 {
		t.Fatalf("%d taken of %d, want 1 of 3", len(taken), len(s.arrived("/odd")))
	}
	n, err := taken[0].notice()
	id, idErr := taken[0].messageID()
	if n.event != "incident.closed" || n.rule != "two" || err != nil || id != "msg_7" || idErr != nil {
		t.Errorf("%+v %v, %s %v", n, err, id, idErr)
	}
}
