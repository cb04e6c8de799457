package e2e_test

import (
	"testing"
)

// The sentence that the product is for, whole: a detection tool sends alerts;
// the right analyst gets a message, triages, escalates to an incident; the
// manager sees the numbers; the auditor sees who did what.
func TestPath(t *testing.T) {
	t.Parallel()
	for _, f := range feeds(t) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, f)
			s.step(t, "the feed comes in", s.feedComesIn)
			s.step(t, "it is counted", s.isCounted)
			s.step(t, "observables are found", s.observablesAreFound)
			s.step(t, "messages arrive", s.messagesArrive)
			s.step(t, "the feed comes again", s.feedComesAgain)
			s.step(t, "analysts triage", s.analystsTriage)
			s.step(t, "an alert becomes an incident", s.alertEscalates)
			s.step(t, "an incident is led by hand", s.incidentIsLed)
			s.step(t, "the manager sees the numbers", s.managerSees)
			s.step(t, "administrators tidy up", s.administratorsTidyUp)
			s.step(t, "the other company sees nothing", s.otherCompanySeesNothing)
			s.step(t, "the auditor sees who did what", s.auditorSees)
			s.step(t, "nothing leaked", s.nothingLeaked)
		})
	}
}

// story is one run of the main job. Its steps build on each other.
type story struct {
	app    *app
	sink   *sink
	post   *postOffice
	feed   feed
	secret string // that webhooks are signed with
	token  string // in the path of the Slack channel's address

	acme, globex *company
	ana, abe     *person // analysts of acme
	ria          *person // may only read
	sensor       *person // the detection tool's key
	gus          *person // analyst of globex

	census  *census // of acme
	foreign *census // of globex
	owed    map[string]int
	ids     map[string]string // of things of acme that other companies must not reach, by noun
}

// Where the channels of the story lead.
const (
	hookPath   = "/hook"
	globexPath = "/services/T2/B2/globex"
)

func newStory(t *testing.T, f feed) *story {
	t.Helper()
	s := &story{
		sink: newSink(t), post: newPostOffice(t), feed: f, secret: newSecret(t), token: "canarySlackPathToken",
		census: newCensus(), foreign: newCensus(), owed: map[string]int{}, ids: map[string]string{},
	}
	s.app = start(t, s.post.settings()...)
	s.acme, s.globex = s.app.company(t, "acme"), s.app.company(t, "globex")
	s.ana, s.abe = s.acme.analyst(t, "ana"), s.acme.analyst(t, "abe")
	s.ria, s.sensor = s.acme.reader(t, "ria"), s.acme.key(t, "edr-forwarder")
	s.gus = s.globex.analyst(t, "gus")
	s.setRules(t)
	return s
}

// slackPath is where acme's Slack channel leads.
func (s *story) slackPath() string { return "/services/T1/B1/" + s.token }

func (s *story) setRules(t *testing.T) {
	t.Helper()
	slack := s.acme.slack(t, "soc", s.sink.url(s.slackPath()))
	hook := s.acme.webhook(t, "soar", s.sink.url(hookPath), s.secret)
	mail := s.acme.channel(t, "mail", "email", map[string]any{})
	s.ids["channel"] = hook
	for _, r := range []rule{
		{name: "high", condition: `rank(alert.severity) >= rank("high")`, channels: []string{slack}},
		{name: "critical", condition: `alert.severity == "critical"`, channels: []string{hook, slack}},
		{
			name: "mail", condition: `alert.severity == "critical"`, channels: []string{mail},
			recipients: []string{"analysts", s.acme.admin.id, s.ana.id},
		},
		{name: "never", condition: `alert.source == "no-such-product" || task.priority == "high"`, channels: []string{slack}},
		{name: "off", channels: []string{slack}, off: true},
		{name: "escalated", events: []string{"alert.escalated"}, channels: []string{hook}},
		{name: "closed", events: []string{"incident.closed"}, channels: []string{slack}},
		{name: "assigned", events: []string{"alert.assigned"}, channels: []string{mail}, recipients: []string{"assignee"}},
	} {
		s.ids["rule"] = s.acme.wants(t, r)
	}
	other := s.globex.slack(t, "globex", s.sink.url(globexPath))
	s.globex.wants(t, rule{name: "everything", channels: []string{other}})
}

// step runs one part of the story. Later ones make no sense without it.
func (s *story) step(t *testing.T, name string, do func(*testing.T)) {
	t.Helper()
	if !t.Run(name, do) {
		t.FailNow()
	}
}

// owe notes a message that must arrive exactly once.
func (s *story) owe(rule, to, event, entity string) { s.owed[due(rule, to, event, entity)]++ }

func due(rule, to, event, entity string) string {
	return rule + " | " + to + " | " + event + " | " + entity
}

// oweNew notes the messages that new alerts of acme owe.
func (s *story) oweNew(alerts ...*counted) {
	for _, a := range alerts {
		critical := a.Severity == "critical"
		if critical || a.Severity == "high" {
			s.owe("high", s.slackPath(), "alert.created", a.id)
		}
		if critical {
			s.owe("critical", s.slackPath(), "alert.created", a.id)
			s.owe("critical", hookPath, "alert.created", a.id)
			for _, reader := range []*person{s.ana, s.abe, s.acme.admin} {
				s.owe("mail", reader.email, "alert.created", a.id)
			}
		}
	}
}
