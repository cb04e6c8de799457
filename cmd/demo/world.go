package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
)

// The roles of the people in a company.
const (
	roleAdmin    = "admin_company"
	roleAnalyst  = "analyst_company"
	roleReadOnly = "read_only"
)

// person is a user of a company.
type person struct {
	id, username, first, last, email, role, password string
	session                                          *client
}

// company is one customer of the demo, with everything needed to act in it.
type company struct {
	id, name, short, domain string
	people                  []*person
	sensor                  *client // ingests with an API key
	inbox                   *sink   // where its messages go
	secret                  string  // its webhook's
}

// cast invents the companies and their people. Nobody of them exists, and the
// domains are reserved for examples.
func cast() []*company {
	return []*company{
		{
			name: "Harbour & Vale Logistics", short: "harbour", domain: "harbourvale.example",
			people: []*person{
				{username: "nora.ekstrand", first: "Nora", last: "Ekstrand", role: roleAdmin},
				{username: "tomas.riva", first: "Tomas", last: "Riva", role: roleAnalyst},
				{username: "ife.adeyemi", first: "Ife", last: "Adeyemi", role: roleAnalyst},
				{username: "paula.lindt", first: "Paula", last: "Lindt", role: roleReadOnly},
			},
		},
		{
			name: "Nordlicht Energie", short: "nordlicht", domain: "nordlicht.example",
			people: []*person{
				{username: "jonas.weber", first: "Jonas", last: "Weber", role: roleAdmin},
				{username: "mei.tanaka", first: "Mei", last: "Tanaka", role: roleAnalyst},
				{username: "luca.bianchi", first: "Luca", last: "Bianchi", role: roleAnalyst},
				{username: "sofia.marin", first: "Sofia", last: "Marin", role: roleReadOnly},
			},
		},
	}
}

func (c *company) with(role string) []*person {
	var list []*person
	for _, p := range c.people {
		if p.role == role {
			list = append(list, p)
		}
	}
	return list
}

func (c *company) admin() *client { return c.with(roleAdmin)[0].session }

// named is something with an id.
type named struct {
	ID string `json:"id"`
}

// found makes the companies, as the superuser, and all that is in them, as
// their administrators. Some events are there before the rules, so that the
// first look at a dashboard shows something and nobody is told of the past.
func found(ctx context.Context, owner *client, inbox *sink, seed uint64) ([]*company, error) {
	companies := cast()
	for i, c := range companies {
		c.inbox = inbox
		if err := c.found(ctx, owner); err != nil {
			return nil, err
		}
		if err := ingestBatch(ctx, c.sensor, batch(seed, i, historySize), nil); err != nil {
			return nil, err
		}
		if err := c.connect(ctx); err != nil {
			return nil, err
		}
	}
	return companies, nil
}

// found makes one company with its people and the key of its sensor.
func (c *company) found(ctx context.Context, owner *client) error {
	for _, p := range c.people {
		p.email = strings.ReplaceAll(p.username, ".", "_") + "@" + c.domain
		p.password = password()
		p.session = newClient(owner.base, p.username, p.password)
	}
	admin := c.people[0]
	var made struct {
		ID    string `json:"id"`
		Admin named  `json:"admin_user"`
	}
	err := owner.post(ctx, "companies/", map[string]any{
		"name": c.name,
		"admin_user": map[string]any{
			"username": admin.username, "email": admin.email, "password": admin.password,
			"first_name": admin.first, "last_name": admin.last,
		},
	}, &made)
	if err != nil {
		return err
	}
	c.id, admin.id = made.ID, made.Admin.ID
	for _, p := range c.people[1:] {
		var user named
		err := c.admin().post(ctx, "users/", map[string]any{
			"username": p.username, "email": p.email, "password": p.password, "role": p.role,
			"first_name": p.first, "last_name": p.last,
		}, &user)
		if err != nil {
			return err
		}
		p.id = user.ID
	}
	var key struct {
		Key string `json:"key"`
	}
	err = c.admin().post(ctx, "api-keys/", map[string]any{"name": "demo sensor", "role": roleAnalyst}, &key)
	c.sensor = newMachine(owner.base, key.Key)
	return err
}

// connect makes the channels and the rules.
func (c *company) connect(ctx context.Context) error {
	c.secret = newSecret()
	c.inbox.know(c)
	var ids [3]string
	for i, channel := range []map[string]any{
		{"name": "On-call Slack", "channel_type": "slack", "config": map[string]any{
			"webhook_url": c.inbox.url("slack", c), "username": "SentinelIQ Bot", "icon_emoji": ":rotating_light:",
		}},
		{"name": "Case system", "channel_type": "webhook", "config": map[string]any{
			"url": c.inbox.url("webhook", c), "secret": c.secret,
		}},
		{"name": "Mail", "channel_type": "email", "config": map[string]any{
			"smtp_host": c.inbox.mailHost(), "smtp_port": c.inbox.mailPort(), "tls": "none",
			"from_email": fmt.Sprintf("%q <alerts@%s>", c.name+" SOC", c.domain),
		}},
	} {
		var made named
		if err := c.admin().post(ctx, "notifications/channels/", channel, &made); err != nil {
			return err
		}
		ids[i] = made.ID
	}
	for _, rule := range rules(ids[0], ids[1], ids[2]) {
		if err := c.admin().post(ctx, "notifications/rules/", rule, nil); err != nil {
			return err
		}
	}
	return nil
}

// rules says who is told what.
func rules(slack, webhook, mail string) []map[string]any {
	return []map[string]any{
		{
			"name": "Critical and high alerts to Slack", "event_types": []string{"alert.created"},
			"condition": `rank(alert.severity) >= rank("high")`, "channels": []string{slack},
			"template": map[string]any{"title": "{{ alert.source }}: {{ alert.title }}", "body": "{{ alert.description }}"},
		},
		{
			"name":        "Incidents by mail",
			"event_types": []string{"incident.created", "incident.closed"}, "channels": []string{mail},
			"recipients": []string{"admins", "analysts"},
		},
		{
			"name": "Everything to the case system", "channels": []string{webhook},
			"event_types": []string{
				"alert.created", "alert.acknowledged", "alert.assigned", "alert.resolved", "alert.escalated",
				"incident.created", "incident.assigned", "incident.closed",
			},
		},
	}
}

// password is short enough to be typed, and nobody guesses it.
func password() string { return strings.ToLower(rand.Text()[:14]) }

// newSecret makes a signing secret as Standard Webhooks has it.
func newSecret() string {
	key := make([]byte, 32)
	rand.Read(key)
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}
