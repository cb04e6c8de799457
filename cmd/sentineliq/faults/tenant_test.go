package faults_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// password is everybody's but the superuser's.
const password = "Turnip-Harbour-47-lantern"

// person is somebody who asks: a user or an API key.
type person struct {
	id    string
	token string
}

// tenant is a company with an analyst and a sensor, who are told of what is
// severe over every channel, and of incidents by webhook.
type tenant struct {
	id      string
	name    string
	canary  string  // a word that only this company's texts contain
	chief   *person // its administrator
	analyst *person
	sensor  *person
}

const tenants = 3

// The rules of every tenant, by the names that its messages carry.
const (
	severeRule   = "severe"
	incidentRule = "incidents"
)

// populate logs the superuser in and makes the tenants.
func (c *cluster) populate(t testing.TB) {
	t.Helper()
	c.post.delivers(c.sink)
	first := c.apis[0].now()
	c.root = &person{}
	c.root.logsIn(t, c, first.saying("First superuser: "), first.saying("Password (shown once): "))
	for n := range tenants {
		one := &tenant{name: fmt.Sprintf("tenant%d", n), canary: "canary" + strings.ToLower(rand.Text())}
		c.sink.knows(one.name, one.canary)
		one.settle(t, c)
		c.tenants = append(c.tenants, one)
	}
}

// settle makes the tenant, its people and its ways out.
func (o *tenant) settle(t testing.TB, c *cluster) {
	t.Helper()
	o.chief = &person{}
	o.id = c.makes(t, c.root, "/companies/", map[string]any{"name": o.name, "admin_user": map[string]any{
		"email": "admin@" + o.name + ".example", "password": password, "username": "admin-" + o.name,
	}})
	o.chief.logsIn(t, c, "admin-"+o.name, password)
	o.analyst = &person{}
	o.analyst.id = c.makes(t, o.chief, "/users/", map[string]any{
		"username": "ana-" + o.name, "email": "ana@" + o.name + ".example", "password": password,
		"role": "analyst_company", "first_name": "Ana", "last_name": o.canary,
	})
	o.analyst.logsIn(t, c, "ana-"+o.name, password)
	var key struct{ ID, Key string }
	c.setUp(t, o.chief, http.MethodPost, "/api-keys/", map[string]any{"name": "sensor", "role": "analyst_company"}, &key)
	o.sensor = &person{id: key.ID, token: key.Key}
	channel := func(kind string, config map[string]any) string {
		return c.makes(t, o.chief, "/notifications/channels/", map[string]any{"name": kind, "channel_type": kind, "config": config})
	}
	hook := channel("webhook", map[string]any{"url": c.sink.hook(o.name), "secret": "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
	slack := channel("slack", map[string]any{"webhook_url": c.sink.slack(o.name)})
	mail := channel("email", map[string]any{})
	rule := func(name, noun string, events []string, condition string, channels, recipients []string) {
		c.makes(t, o.chief, "/notifications/rules/", map[string]any{
			"name": name, "event_types": events, "condition": condition, "channels": channels, "recipients": recipients, "is_active": true,
			"template": map[string]any{"title": "{{ " + noun + ".title }}", "body": "ref={{ " + noun + ".id }}|{{ event.type }}|" + name},
		})
	}
	rule(severeRule, "alert", []string{"alert.created"}, `rank(alert.severity) >= rank("high")`,
		[]string{hook, slack, mail}, []string{o.analyst.id})
	rule(incidentRule, "incident", []string{"incident.created"}, "", []string{hook}, nil)
}

// logsIn gets a token for the password.
func (p *person) logsIn(t testing.TB, c *cluster, name, password string) {
	t.Helper()
	var pair struct{ Access string }
	c.setUp(t, &person{}, http.MethodPost, "/token/", map[string]any{"username": name, "password": password}, &pair)
	p.token = pair.Access
}

// makes is a request of the preparation, which must succeed; it returns the id
// of what was made.
func (c *cluster) makes(t testing.TB, who *person, path string, body map[string]any) string {
	t.Helper()
	var made struct{ ID string }
	c.setUp(t, who, http.MethodPost, path, body, &made)
	if made.ID == "" {
		t.Fatalf("POST %s: no id in the answer", path)
	}
	return made.ID
}

func (c *cluster) setUp(t testing.TB, who *person, method, path string, body map[string]any, into any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request := c.book.preparation()
	a, answer := c.send(c.apis[0], who, ask{method: method, path: path, body: text, request: request})
	if a.status/100 != 2 {
		t.Fatalf("%s %s: %d %s\n%s", method, path, a.status, a.err, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}
