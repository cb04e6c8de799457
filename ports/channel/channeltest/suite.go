package channeltest

import (
	"crypto/x509"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// World is what a type of channel is made for in one test.
type World struct {
	Allow   []netip.Prefix // may be reached although not public
	Timeout time.Duration  // of a whole attempt; zero: the type's own
	Roots   *x509.CertPool
	Clock   interface{ Now() time.Time }
}

// Fixture is one type of channel under test. Its folder holds settings.json,
// the settings with "{{url}}" (or "{{smtp_host}}" and "{{smtp_port}}") where the
// receiver's address belongs, and golden/ with the messages as they must leave.
// Every value of a secret setting is searched for in all that can be read.
type Fixture struct {
	Make   func(World) channel.Type
	Folder string
	Update bool // write the golden files instead of comparing
}

// Run puts a type of channel to the test.
func Run(t *testing.T, f Fixture) {
	t.Helper()
	s := &suite{Fixture: f}
	text, err := os.ReadFile(filepath.Join(f.Folder, "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.settings = string(text)
	t.Run("settings", s.testSettings)
	switch {
	case strings.Contains(s.settings, "{{url}}"):
		s.testWire(t, func(t *testing.T) wire { t.Helper(); return newWeb(t) })
		t.Run("web", s.testWeb)
	case strings.Contains(s.settings, "{{smtp_host}}"):
		s.testWire(t, func(t *testing.T) wire { t.Helper(); return newMail(t) })
		t.Run("mail", s.testMail)
	}
}

type suite struct {
	Fixture
	settings string
}

// A reply is how the other side behaves.
type reply int

const (
	takes   reply = iota
	refuses       // for good
	busy          // for now
	silent        // answers nothing
)

// A wire is an other side that a channel talks to.
type wire interface {
	place(settings string) string // fills in its address
	roots() *x509.CertPool
	behave(r reply)
	taken() []string // what it was sent, fit for a golden file
	hangUp()         // nobody listens any more
}

// moment is when everything happens.
var moment = time.Date(2026, 3, 14, 9, 26, 53, 589793000, time.UTC)

type stopped struct{}

func (stopped) Now() time.Time { return moment }

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// world is a world in which w can be reached.
func world(w wire) World {
	return World{Allow: loopback(), Timeout: 5 * time.Second, Roots: w.roots(), Clock: stopped{}}
}

func parse(t *testing.T, settings string) map[string]any {
	t.Helper()
	m, err := channel.Parse(json.RawMessage(settings))
	if err != nil {
		t.Fatalf("settings.json: %v", err)
	}
	return m
}

// open makes a sender that reaches w.
func (s *suite) open(t *testing.T, w wire, in World) channel.Sender {
	t.Helper()
	sender, err := s.Make(in).Open(json.RawMessage(w.place(s.settings)))
	if err != nil {
		t.Fatalf("opening settings.json: %v", err)
	}
	return sender
}

// planted returns the secrets of settings.json: of a URL what follows the host.
func (s *suite) planted(t *testing.T, d channel.Description) []string {
	t.Helper()
	var out []string
	settings := parse(t, s.settings)
	for _, f := range d.Fields {
		switch value := settings[f.Name].(type) {
		case map[string]any:
			for _, text := range value {
				out = append(out, text.(string)) //nolint:errcheck,forcetypeassert // a header that is no text must fail
			}
		case string:
			if f.Secret {
				out = append(out, behindHost(value))
			}
		}
	}
	return out
}

// behindHost returns what follows the receiver's address, all if it is not in.
func behindHost(value string) string {
	if _, path, found := strings.Cut(value, "}}"); found {
		return path
	}
	return value
}
