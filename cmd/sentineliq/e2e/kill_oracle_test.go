package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func jsonInto(data []byte, target any) error { return json.Unmarshal(data, target) }

// attemptsInFlight is how many messages can be on their way at a moment: two
// over each of two channels. A crash can cut each of them off between the
// receiver's yes and the note of it, and then it is sent again. That is so at
// every kill point: the others of those four do not stand still while one of
// them, or a request, arrives there.
const attemptsInFlight = 4

// dispatch is what the sink has to say after a crash.
type dispatch struct {
	messages   int // that arrived whole
	duplicates int // the same message, under the same id, once more
	missing    []string
	phantoms   []string // messages about what never happened
}

// owed lists every message that the jobs owe: each alert to both channels, each
// incident to one.
func (c *crash) owed() map[string]bool {
	out := map[string]bool{}
	for _, j := range c.jobs {
		for _, id := range j.alerts {
			if j.kind != "escalation" {
				out[due("all", hookPath, "alert.created", id)] = true
				out[due("all", crashSlack, "alert.created", id)] = true
			}
		}
		if j.kind == "escalation" {
			out[due("incidents", hookPath, "incident.created", j.incident)] = true
		}
	}
	return out
}

// delivered waits until everything is settled and reads the sink.
func (c *crash) delivered(t *testing.T) dispatch {
	t.Helper()
	owed := c.owed()
	state, ok := waitFor(90*time.Second, func() (bool, string) {
		waiting := count(t, c.acme.admin, "/notifications/deliveries/?status="+unsettled)
		sent := count(t, c.acme.admin, "/notifications/deliveries/?status=delivered")
		return waiting == 0 && sent >= len(owed), fmt.Sprintf("%d of %d delivered, %d not over", sent, len(owed), waiting)
	})
	if !ok {
		t.Errorf("deliveries are not settled: %s", state)
	}
	ids := map[string][]string{} // message -> ids it came under
	bodies := map[string]string{}
	var d dispatch
	for _, path := range []string{hookPath, crashSlack} {
		for _, m := range c.sink.arrived(path) {
			d.messages++
			n, err := m.notice()
			id, idErr := m.messageID()
			if err != nil || idErr != nil {
				t.Fatal(err, idErr)
			}
			if path == hookPath {
				if err := verify(c.secret, m.header, m.body, m.at); err != nil {
					t.Errorf("a webhook: %v", err)
				}
			}
			what := due(n.rule, path, n.event, n.entity)
			ids[what] = append(ids[what], id)
			if known, repeated := bodies[id]; repeated && known != string(m.body) {
				t.Errorf("%s came with two bodies under one id", what)
			}
			bodies[id] = string(m.body)
		}
	}
	for what := range owed {
		if len(ids[what]) == 0 {
			d.missing = append(d.missing, "message "+what)
		}
	}
	for what, under := range ids {
		if !owed[what] {
			d.phantoms = append(d.phantoms, what)
		}
		d.duplicates += len(under) - 1
		if slices.Sort(under); len(slices.Compact(under)) != 1 {
			t.Errorf("%s came under several ids", what)
		}
		if len(under) > 1 && !c.wasFlying(under[0]) {
			t.Errorf("%s came %d times, though it was not under way when the program died", what, len(under))
		}
	}
	return d
}

// wasFlying reports whether a message was being sent when the program died. Its
// id contains that of the delivery.
func (c *crash) wasFlying(message string) bool {
	for id := range c.flying {
		if strings.Contains(message, id) {
			return true
		}
	}
	return false
}

// toll adds up what crashes cost.
type toll struct {
	mu   sync.Mutex
	rows map[string]*tollRow
}

type tollRow struct{ rounds, acknowledged, unknown, lost, messages, duplicates, phantoms int }

func (t *toll) add(c *crash, d dispatch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[string]*tollRow{}
	}
	r := t.rows[c.point]
	if r == nil {
		r = &tollRow{}
		t.rows[c.point] = r
	}
	r.rounds++
	r.lost += len(c.lost)
	r.messages += d.messages
	r.duplicates += d.duplicates
	r.phantoms += len(d.phantoms)
	for _, j := range c.jobs {
		if j.attempts[0].succeeded() {
			r.acknowledged++
		} else {
			r.unknown++
		}
	}
}

func (t *toll) table() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out strings.Builder
	const line = "%-6s %7v %13v %8v %6v %9v %11v %9v\n"
	fmt.Fprintf(&out, line, "point", "rounds", "acknowledged", "unknown", "lost", "messages", "duplicates", "phantoms")
	for n := range len(points()) {
		name := fmt.Sprint("K", n)
		if r := t.rows[name]; r != nil {
			fmt.Fprintf(&out, line, name, r.rounds, r.acknowledged, r.unknown, r.lost, r.messages, r.duplicates, r.phantoms)
		}
	}
	return out.String()
}
