package webhook_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/adapters/channel/webhook"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/channel"
)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

type delivery struct {
	header http.Header
	body   []byte
}

func newType(at time.Time) (webhook.Type, *clock) {
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c := &clock{at}
	return webhook.New(webclient.New(webclient.Options{Allow: allow}), allow, c), c
}

func receiver(t *testing.T) (string, func() delivery) {
	t.Helper()
	got := make(chan delivery, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			got <- delivery{r.Header.Clone(), body}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() delivery { return <-got }
}

func open(t *testing.T, typ channel.Type, settings string) channel.Sender {
	t.Helper()
	sender, err := typ.Open(json.RawMessage(settings))
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

// The reference implementation takes what is sent, and only that.
func TestSend_VerifiedByTheReferenceLibrary(t *testing.T) {
	t.Parallel()
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	url, next := receiver(t)
	typ, at := newType(time.Now())
	sender := open(t, typ, fmt.Sprintf(`{"url": %q, "secret": %q}`, url, secret))
	message := channel.Message{ID: "msg_1", Title: "t", Event: "alert.created", Data: map[string]any{"alert": map[string]any{"id": "a"}}}
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	d := next()
	if err := verifier.Verify(d.body, d.header); err != nil {
		t.Error(err)
	}
	tampered := append(slices.Clone(d.body), ' ')
	if verifier.Verify(tampered, d.header) == nil {
		t.Error("a changed body passes")
	}
	shortened := d.header.Clone()
	shortened.Set("Webhook-Signature", d.header.Get("Webhook-Signature")[:20])
	if verifier.Verify(d.body, shortened) == nil {
		t.Error("the beginning of a signature passes")
	}
	stranger, err := standardwebhooks.NewWebhook("whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 24)))
	if err != nil {
		t.Fatal(err)
	}
	if stranger.Verify(d.body, d.header) == nil {
		t.Error("a signature passes with another secret")
	}
	at.at = time.Now().Add(-6 * time.Minute)
	if _, err := sender.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	late := next()
	if verifier.Verify(late.body, late.header) == nil {
		t.Error("what is six minutes old passes")
	}
	if string(late.body) != string(d.body) || late.header.Get("Webhook-Id") != d.header.Get("Webhook-Id") {
		t.Error("the attempts differ in more than their time")
	}
}

func TestPrepare_MakesASecretOnce(t *testing.T) {
	t.Parallel()
	typ, _ := newType(time.Now())
	made := map[string]bool{}
	for _, given := range []string{`{"url":"https://example.com/"}`, `{"url":"https://example.com/","secret":null}`, `{"secret":""}`} {
		raw, err := typ.Prepare(json.RawMessage(given))
		if err != nil {
			t.Fatal(err)
		}
		var s struct{ Secret string }
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Secret, "whsec_"))
		if err != nil || len(key) != 32 || !strings.HasPrefix(s.Secret, "whsec_") || made[s.Secret] {
			t.Errorf("%s: the secret is %q", given, s.Secret)
		}
		made[s.Secret] = true
	}
	if _, err := typ.Prepare(json.RawMessage(`[]`)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a list of settings: %v", err)
	}
}

func TestOpen_Secrets(t *testing.T) {
	t.Parallel()
	typ, _ := newType(time.Now())
	bytes := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for secret, want := range map[string]bool{
		"whsec_" + bytes(24): true, "whsec_" + bytes(64): true, bytes(32): true,
		"whsec_" + bytes(23): false, "whsec_" + bytes(65): false, "whsec_": false, "": false, "hunter2": false,
		"whsk_" + bytes(32): false, "whsec_ä": false,
	} {
		_, err := typ.Open(json.RawMessage(fmt.Sprintf(`{"url":"https://example.com/", "secret":%q}`, secret)))
		if (err == nil) != want {
			t.Errorf("%q: %v", secret, err)
		}
		if !want && fault.ViolationsOf(err)[0].Field != "config.secret" {
			t.Errorf("%q: %v", secret, fault.ViolationsOf(err))
		}
	}
}

func TestOpen_Headers(t *testing.T) {
	t.Parallel()
	typ, _ := newType(time.Now())
	for name, value := range map[string]string{
		"Host": "x", "Content-Length": "1", "content-type": "x", "Transfer-Encoding": "chunked", "CONNECTION": "close", "TE": "x",
		"Trailer": "x", "Upgrade": "h2c", "Proxy-Authorization": "x", "proxy-connection": "x", "webhook-id": "x", "Webhook-Signature": "x",
		"Expect": "100-continue", "Content-Encoding": "gzip", "": "x", "X Y": "x", "X:": "x", "X\r\nY": "x", "Ä": "x",
		"X-Break": "a\r\nb", "X-NUL": "a\x00b", "X-Letter": "ä", "X-Tab": "a\tb",
	} {
		raw, err := json.Marshal(map[string]any{
			"url": "https://example.com/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "headers": map[string]string{name: value},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = typ.Open(raw)
		if v := fault.ViolationsOf(err); len(v) == 0 || !strings.HasPrefix(v[0].Field, "config.headers") {
			t.Errorf("%q: %q is accepted (%v)", name, value, err)
		}
	}
	raw := `{"url":"https://example.com/", "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "headers": {"X-A":"1", "x-a":"2"}}`
	if _, err := typ.Open(json.RawMessage(raw)); err == nil {
		t.Error("a header can be there twice")
	}
}

func TestSend_Headers(t *testing.T) {
	t.Parallel()
	url, next := receiver(t)
	typ, _ := newType(time.Now())
	sender := open(t, typ, fmt.Sprintf(
		`{"url": %q, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "headers": {"authorization": "Bearer x", "User-Agent": "mine"}}`, url))
	if _, err := sender.Send(t.Context(), channel.Message{ID: "msg_1"}); err != nil {
		t.Fatal(err)
	}
	h := next().header
	if h.Get("Authorization") != "Bearer x" || h.Get("User-Agent") != "mine" || h.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("got %v", h)
	}
}
