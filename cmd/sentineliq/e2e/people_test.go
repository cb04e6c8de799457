package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// password is everybody's but the superuser's.
const password = "Turnip-Harbour-47-lantern"

// person is somebody who asks: a user, an API key or nobody.
type person struct {
	app      *app
	company  *company
	id       string
	name     string // the username or the key's name
	email    string
	password string
	role     string
	kind     string // "user" or "api_key", as the log names them

	mu      sync.Mutex
	access  string
	refresh string
}

// company is a customer with people of every role.
type company struct {
	app   *app
	id    string
	name  string
	admin *person
}

func (p *person) token() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.access
}

// stranger is somebody without a credential.
func (a *app) stranger() *person { return &person{app: a, name: "", kind: "user"} }

// logsIn gets a pair of tokens for the password.
func (p *person) logsIn(t testing.TB) {
	t.Helper()
	var pair struct{ Access, Refresh string }
	nobody := p.app.stranger()
	nobody.post("/token/", map[string]any{"username": p.name, "password": p.password}).want(t, http.StatusOK).into(t, &pair)
	p.mu.Lock()
	p.access, p.refresh = pair.Access, pair.Refresh
	p.mu.Unlock()
	if p.id == "" {
		var me struct{ ID, Email, Role string }
		p.get("/users/me/").want(t, http.StatusOK).into(t, &me)
		p.id, p.email, p.kind = me.ID, me.Email, "user"
	}
}

// refreshes spends the refresh token for a new pair.
func (p *person) refreshes(t testing.TB) {
	t.Helper()
	var pair struct{ Access, Refresh string }
	p.app.stranger().post("/token/refresh/", map[string]any{"refresh": p.refresh}).want(t, http.StatusOK).into(t, &pair)
	p.mu.Lock()
	p.access, p.refresh = pair.Access, pair.Refresh
	p.mu.Unlock()
}

// company makes a customer with an administrator.
func (a *app) company(t testing.TB, name string) *company {
	t.Helper()
	c := &company{app: a, name: name}
	admin := &person{
		app: a, company: c, name: "admin-" + name, email: "admin@" + name + ".example",
		password: password, role: "admin_company", kind: "user",
	}
	c.id = a.root.post("/companies/", map[string]any{
		"name":       name,
		"admin_user": map[string]any{"email": admin.email, "password": password, "username": admin.name},
	}).made(t)
	c.admin = admin
	admin.logsIn(t)
	return c
}

func (c *company) analyst(t testing.TB, name string) *person {
	t.Helper()
	return c.hires(t, name, "analyst_company")
}

func (c *company) reader(t testing.TB, name string) *person {
	t.Helper()
	return c.hires(t, name, "read_only")
}

// hires makes a user of the company and logs them in.
func (c *company) hires(t testing.TB, name, role string) *person {
	t.Helper()
	p := &person{
		app: c.app, company: c, name: name + "-" + c.name, email: name + "@" + c.name + ".example",
		password: password, role: role, kind: "user",
	}
	p.id = c.admin.post("/users/", map[string]any{
		"username": p.name, "email": p.email, "password": password, "role": role, "first_name": name, "last_name": "of " + c.name,
	}).made(t)
	p.logsIn(t)
	return p
}

// key makes a machine's credential.
func (c *company) key(t testing.TB, name string) *person {
	t.Helper()
	var made struct{ ID, Key string }
	c.admin.post("/api-keys/", map[string]any{"name": name, "role": "analyst_company"}).
		want(t, http.StatusCreated).into(t, &made)
	if made.Key == "" {
		t.Fatal("the key is not shown to whoever makes it")
	}
	return &person{
		app: c.app, company: c, id: made.ID, name: name, role: "analyst_company", kind: "api_key", access: made.Key,
	}
}

// channel makes a way out.
func (c *company) channel(t testing.TB, name, kind string, config map[string]any) string {
	t.Helper()
	return c.admin.post("/notifications/channels/", map[string]any{
		"name": name, "channel_type": kind, "config": config,
	}).made(t)
}

func (c *company) slack(t testing.TB, name, url string) string {
	t.Helper()
	return c.channel(t, name, "slack", map[string]any{"webhook_url": url})
}

func (c *company) webhook(t testing.TB, name, url, secret string) string {
	t.Helper()
	return c.channel(t, name, "webhook", map[string]any{"url": url, "secret": secret})
}

// rule is what an administrator wants to be told.
type rule struct {
	name       string
	events     []string // empty: alert.created
	condition  string
	channels   []string
	recipients []string
	off        bool
}

// text is the body of the rule's messages: it lets a test tell which rule spoke
// of what.
func (r rule) text(noun string) string {
	return fmt.Sprintf("ref={{ %s.id }}|{{ event.type }}|%s", noun, r.name)
}

// wants makes a rule and returns its id.
func (c *company) wants(t testing.TB, r rule) string {
	t.Helper()
	noun := "alert"
	if len(r.events) == 0 {
		r.events = []string{"alert.created"}
	}
	if strings.HasPrefix(r.events[0], "incident.") {
		noun = "incident"
	}
	return c.admin.post("/notifications/rules/", map[string]any{
		"name": r.name, "event_types": r.events, "condition": r.condition, "channels": r.channels,
		"recipients": r.recipients, "is_active": !r.off,
		"template": map[string]any{"title": "{{ " + noun + ".title }}", "body": r.text(noun)},
	}).made(t)
}
