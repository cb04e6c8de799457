package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// trouble is a way in which a receiver may fail, and what must come of it.
type trouble struct {
	name     string
	script   func(attempt int) reaction
	status   string // of the delivery in the end
	attempts int
	answered int    // the last response status in the log; 0: none
	says     string // part of the error that the log shows while it lasts
	wait     time.Duration
}

func troubles() []trouble {
	first := func(n int, bad reaction) func(int) reaction {
		return func(attempt int) reaction {
			if attempt <= n {
				return bad
			}
			return reaction{}
		}
	}
	always := func(r reaction) func(int) reaction { return func(int) reaction { return r } }
	return []trouble{
		{name: "server errors", script: first(3, reaction{status: 503}), status: "delivered", attempts: 4, answered: 200, says: "503"},
		{name: "too many requests", script: first(1, reaction{status: 429, retryAfter: "2"}), status: "delivered", attempts: 2, answered: 200, says: "429", wait: 2 * time.Second},
		{name: "dropped connections", script: first(2, reaction{drop: true}), status: "delivered", attempts: 3, answered: 200, says: "connection"},
		{name: "a slow answer", script: first(1, reaction{wait: time.Second}), status: "delivered", attempts: 1, answered: 200},
		{name: "a refusal", script: always(reaction{status: 404}), status: "dead", attempts: 1, answered: 404, says: "404"},
		{name: "a redirect", script: always(reaction{status: 302}), status: "dead", attempts: 1, answered: 302, says: "redirect"},
		{name: "errors without end", script: always(reaction{status: 500}), status: "dead", attempts: 5, answered: 500, says: "500"},
	}
}

// What a receiver does decides what becomes of its message: it is tried again,
// on schedule and with the same id, or it is visibly dead.
func TestDelivery(t *testing.T) {
	t.Parallel()
	sink, secret := newSink(t), newSecret(t)
	a := start(t, "RETRY_SCHEDULE=200ms,200ms,200ms,200ms")
	acme := a.company(t, "acme")
	for _, tr := range troubles() {
		t.Run(tr.name, func(t *testing.T) {
			t.Parallel()
			path := "/" + strings.ReplaceAll(tr.name, " ", "-")
			sink.answers(path, tr.script)
			channel := acme.webhook(t, tr.name, sink.url(path), secret)
			var d delivery
			acme.admin.post("/notifications/test/", map[string]any{"channel": channel, "message": tr.name}).
				want(t, http.StatusAccepted).into(t, &d)
			errors := tr.goesBy(t, acme.admin, &d)
			if d.Status != tr.status || d.Attempts != tr.attempts || d.ResponseStatus == nil || *d.ResponseStatus != tr.answered {
				t.Errorf("the log ends with %+v", d)
			}
			if tr.says != "" && !slices.ContainsFunc(errors, func(e string) bool { return strings.Contains(e, tr.says) }) {
				t.Errorf("the log never told of %q, but of %q", tr.says, errors)
			}
			if (d.Status == "dead") != (d.DeliveredAt == nil) || d.NextAttemptAt != nil {
				t.Errorf("the log ends with %+v", d)
			}
			tr.sameMessage(t, sink.arrived(path), secret)
		})
	}
}

// goesBy watches the delivery log until it is over, and returns the errors that
// it showed.
func (tr trouble) goesBy(t *testing.T, admin *person, d *delivery) []string {
	t.Helper()
	var seen []string
	eventually(t, time.Minute, "the delivery is over", func() (bool, string) {
		admin.get("/notifications/deliveries/"+d.ID+"/").want(t, http.StatusOK).into(t, d)
		if d.LastError != "" && !slices.Contains(seen, d.LastError) {
			seen = append(seen, d.LastError)
		}
		return d.Status == "delivered" || d.Status == "dead", fmt.Sprintf("%+v", *d)
	})
	return seen
}

// sameMessage checks that every attempt carried the same message under the same
// id, signed anew.
func (tr trouble) sameMessage(t *testing.T, messages []message, secret string) {
	t.Helper()
	if len(messages) != tr.attempts {
		t.Errorf("%d attempts arrived, want %d", len(messages), tr.attempts)
	}
	for i, m := range messages {
		if err := verify(secret, m.header, m.body, m.at); err != nil {
			t.Errorf("attempt %d: %v", i+1, err)
		}
		if m.header.Get("Webhook-Id") != messages[0].header.Get("Webhook-Id") || string(m.body) != string(messages[0].body) {
			t.Errorf("attempt %d is another message", i+1)
		}
		if i > 0 && m.at.Sub(messages[i-1].at) < tr.wait {
			t.Errorf("attempt %d came after %s, not the %s that were asked for", i+1, m.at.Sub(messages[i-1].at), tr.wait)
		}
	}
}

// A mail server that is busy is asked again; one that refuses for good is not.
func TestMailDelivery(t *testing.T) {
	t.Parallel()
	office := newPostOffice(t)
	busy := 0
	office.refuses(func(to string) error {
		switch {
		case strings.HasPrefix(to, "ghost@"):
			return &smtp.SMTPError{Code: 550, Message: "no such mailbox"}
		case strings.HasPrefix(to, "busy@") && busy < 2:
			busy++
			return &smtp.SMTPError{Code: 451, Message: "later"}
		}
		return nil
	})
	a := start(t, office.settings()...)
	acme := a.company(t, "acme")
	want := map[string]string{}
	for name, end := range map[string]string{"ghost": "dead 1", "busy": "delivered 3", "ana": "delivered 1"} {
		want[acme.analyst(t, name).id] = end
	}
	mail := acme.channel(t, "mail", "email", map[string]any{"reply_to": "soc@acme.example"})
	acme.wants(t, rule{name: "all", channels: []string{mail}, recipients: []string{"analysts"}})
	alert := acme.admin.post("/alerts/", map[string]any{"title": "für alle <b>da</b>", "source": "ids", "severity": "high"}).made(t)

	eventually(t, 30*time.Second, "all mails are settled", func() (bool, string) {
		made := count(t, acme.admin, "/notifications/deliveries/") // first: they are made together, and end one by one
		waiting := count(t, acme.admin, "/notifications/deliveries/?status="+unsettled)
		return waiting == 0 && made == len(want), fmt.Sprint(waiting, " waiting")
	})
	for _, d := range list[delivery](t, acme.admin, "/notifications/deliveries/") {
		if d.Recipient == nil || want[*d.Recipient] != fmt.Sprintf("%s %d", d.Status, d.Attempts) {
			t.Errorf("%+v, want %v", d, want)
		}
		if d.Status == "dead" && !strings.Contains(d.LastError, "550") {
			t.Errorf("the log says %q", d.LastError)
		}
	}
	if err := sound(office.all(), alert); err != nil {
		t.Error(err)
	}
}

// sound checks the two letters that were taken.
func sound(letters []letter, alert string) error {
	if len(letters) != 2 {
		return fmt.Errorf("%d letters were taken, want 2", len(letters))
	}
	for _, l := range letters {
		n, err := noticeIn(l.text)
		switch {
		case err != nil:
			return err
		case n.entity != alert:
			return fmt.Errorf("a letter is about %s", n.entity)
		case l.subject == "" || !strings.Contains(l.text, "für alle <b>da</b>"):
			return fmt.Errorf("the letter to %s says %q: %q", l.to, l.subject, l.text)
		case strings.Contains(l.html, "<b>da</b>"):
			return errors.New("what an alert says is markup in the letter")
		}
	}
	return nil
}
