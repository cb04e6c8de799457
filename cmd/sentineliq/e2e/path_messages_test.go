package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// delivery is one line of the delivery log.
type delivery struct {
	ID             string  `json:"id"`
	Notification   string  `json:"notification"`
	Channel        string  `json:"channel"`
	Recipient      *string `json:"recipient"`
	Status         string  `json:"status"`
	Attempts       int     `json:"attempts"`
	NextAttemptAt  *string `json:"next_attempt_at"`
	LastError      string  `json:"last_error"`
	ResponseStatus *int    `json:"response_status"`
	CreatedAt      string  `json:"created_at"`
	DeliveredAt    *string `json:"delivered_at"`
}

// unsettled are the statuses of deliveries that are not over.
const unsettled = "pending,sending,failed"

// messagesArrive waits until all that is owed was sent, and checks that it is
// exactly that: one message per rule, channel and recipient for each event.
func (s *story) messagesArrive(t *testing.T) {
	s.settle(t)
	got := map[string]int{}
	for _, path := range []string{s.slackPath(), hookPath} {
		for _, m := range s.sink.arrived(path) {
			n, err := m.notice()
			if err != nil {
				t.Fatal(err)
			}
			got[due(n.rule, path, n.event, n.entity)]++
		}
	}
	for _, l := range s.post.all() {
		n, err := noticeIn(l.text)
		if err != nil {
			t.Fatal(err)
		}
		got[due(n.rule, l.to, n.event, n.entity)]++
	}
	sameBag(t, "messages", got, s.owed)
	s.signaturesHold(t)
	s.staysAtHome(t)
	t.Logf("%d messages owed, %d arrived at the sinks", len(s.owed), len(s.sink.everything())+len(s.post.all()))
}

// settle waits until the program has nothing left to send.
func (s *story) settle(t *testing.T) {
	t.Helper()
	wanted := 0
	for _, n := range s.owed {
		wanted += n
	}
	eventually(t, 2*time.Minute, "all messages are sent", func() (bool, string) {
		sent := count(t, s.acme.admin, "/notifications/deliveries/?status=delivered")
		waiting := count(t, s.acme.admin, "/notifications/deliveries/?status="+unsettled)
		foreign := count(t, s.globex.admin, "/notifications/deliveries/?status=delivered")
		return sent >= wanted && waiting == 0 && foreign >= len(s.foreign.alerts),
			fmt.Sprintf("%d of %d delivered, %d waiting, %d of %d at globex", sent, wanted, waiting, foreign, len(s.foreign.alerts))
	})
	s.app.idle(t)
	for _, d := range list[delivery](t, s.ana, "/notifications/deliveries/") {
		if d.Status != "delivered" || d.Attempts != 1 || d.LastError != "" || d.DeliveredAt == nil {
			t.Errorf("with nothing in its way, a delivery is %+v", d)
		}
	}
}

// idle waits until the outbox and the queues are empty, by the program's own
// gauges, which it sets every few seconds.
func (a *app) idle(t testing.TB) {
	t.Helper()
	eventually(t, time.Minute, "outbox and queues are empty", func() (bool, string) {
		outbox, known, err := a.metric("sentineliq_outbox_depth")
		queued, _, again := a.metric("sentineliq_queue_depth")
		return err == nil && again == nil && known && outbox == 0 && queued == 0,
			fmt.Sprintf("%v in the outbox (known: %v), %v queued, %v %v", outbox, known, queued, err, again)
	})
}

func (s *story) signaturesHold(t *testing.T) {
	t.Helper()
	ids := map[string]bool{}
	for _, m := range s.sink.arrived(hookPath) {
		if err := verify(s.secret, m.header, m.body, m.at); err != nil {
			t.Errorf("a webhook: %v", err)
		}
		if id := m.header.Get("Webhook-Id"); ids[id] {
			t.Errorf("two messages have the id %s", id)
		} else {
			ids[id] = true
		}
	}
	letters := map[string]bool{}
	for _, l := range s.post.all() {
		if letters[l.id] || l.id == "" {
			t.Errorf("two letters have the id %q", l.id)
		}
		letters[l.id] = true
	}
	if len(ids) == 0 || len(letters) == 0 {
		t.Errorf("%d webhooks and %d letters are too few to prove anything", len(ids), len(letters))
	}
}

// staysAtHome checks that each company's messages went to its own channels and
// were about its own alerts.
func (s *story) staysAtHome(t *testing.T) {
	t.Helper()
	got, want := map[string]int{}, map[string]int{}
	for _, m := range s.sink.arrived(globexPath) {
		n, err := m.notice()
		if err != nil {
			t.Fatal(err)
		}
		got[due(n.rule, globexPath, n.event, n.entity)]++
	}
	for _, a := range s.foreign.alerts {
		want[due("everything", globexPath, "alert.created", a.id)]++
	}
	sameBag(t, "messages of globex", got, want)
}

// testMessage tries a channel and waits for the message.
func (s *story) testMessage(t *testing.T, channel string) {
	t.Helper()
	before := len(s.sink.arrived(hookPath))
	var d delivery
	s.acme.admin.post("/notifications/test/", map[string]any{"channel": channel, "message": "Can you read this?"}).
		want(t, http.StatusAccepted).into(t, &d)
	eventually(t, 20*time.Second, "the test message arrives", func() (bool, string) {
		s.ana.get("/notifications/deliveries/"+d.ID+"/").want(t, http.StatusOK).into(t, &d)
		return d.Status == "delivered", d.Status
	})
	messages := s.sink.arrived(hookPath)
	if len(messages) != before+1 {
		t.Fatalf("a test made %d messages", len(messages)-before)
	}
	m := messages[before]
	if err := verify(s.secret, m.header, m.body, m.at); err != nil {
		t.Errorf("the test message: %v", err)
	}
}
