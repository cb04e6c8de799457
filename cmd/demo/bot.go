package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	workPerEvent  = 2.5 // events that come in while the bot handles one alert
	quickest      = 200 * time.Millisecond
	escalateEvery = 3 // of the alerts that look serious
	openIncidents = 3 // the administrator closes the oldest beyond that
)

// bot plays the people of one company at work.
type bot struct {
	company *company
	screen  *screen
	rnd     *rand.Rand
	pause   time.Duration
	serious int
	open    []string // incidents, oldest first
}

func newBot(c *company, o options, s *screen, number int) *bot {
	pause := time.Duration(workPerEvent * float64(len(cast())) / o.rate * float64(time.Second))
	return &bot{
		company: c, screen: s, pause: max(pause, quickest),
		rnd: rand.New(rand.NewPCG(o.seed, 1000+uint64(number))), //nolint:gosec // a demo that can be repeated
	}
}

// run handles alerts until ctx ends.
func (b *bot) run(ctx context.Context) {
	for sleep(ctx, b.pause) {
		if err := b.step(ctx); err != nil && ctx.Err() == nil {
			b.screen.trouble(b.company, err)
		}
	}
}

// work is what the bot needs to know of an alert.
type work struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
}

// step takes the most serious new alert through triage.
func (b *bot) step(ctx context.Context) error {
	analysts := b.company.with(roleAnalyst)
	me := analysts[b.rnd.IntN(len(analysts))]
	var list struct {
		Results []work `json:"results"`
	}
	if err := me.session.get(ctx, "alerts/?status=new&ordering=-severity&page_size=5", &list); err != nil {
		return err
	}
	if len(list.Results) == 0 {
		return nil
	}
	a := list.Results[b.rnd.IntN(len(list.Results))]
	at := "alerts/" + a.ID + "/"
	err := errors.Join(
		me.session.post(ctx, at+"acknowledge/", map[string]any{}, nil),
		me.session.post(ctx, at+"assign/", map[string]any{"assignee": me.id}, nil),
	)
	if err != nil {
		return err
	}
	if a.Severity == "critical" || a.Severity == "high" {
		b.serious++
		if b.serious%escalateEvery == 1 {
			return b.escalate(ctx, me, a)
		}
	}
	return b.resolve(ctx, me, a)
}

func (b *bot) resolve(ctx context.Context, me *person, a work) error {
	verdicts := []string{"false_positive", "benign", "true_positive"}
	verdict := verdicts[b.rnd.IntN(len(verdicts))]
	err := me.session.post(ctx, "alerts/"+a.ID+"/resolve/", map[string]any{
		"resolution": verdict, "notes": "Looked into it with the owner of the system.",
	}, nil)
	if err == nil {
		b.screen.handled(b.company, fmt.Sprintf("%s resolved as %s: %s", me.username, verdict, a.Title), false)
	}
	return err
}

// escalate makes an incident of an alert. Somebody else may have been faster.
func (b *bot) escalate(ctx context.Context, me *person, a work) error {
	var made struct {
		IncidentID string `json:"incident_id"`
	}
	err := me.session.post(ctx, "alerts/"+a.ID+"/escalate/", map[string]any{}, &made)
	var p *problem
	if errors.As(err, &p) && p.Status == http.StatusConflict {
		return nil
	}
	if err != nil {
		return err
	}
	b.screen.handled(b.company, me.username+" escalated: "+a.Title, true)
	at := "incidents/" + made.IncidentID + "/"
	err = errors.Join(
		me.session.post(ctx, at+"assign/", map[string]any{"assignee": me.id}, nil),
		me.session.post(ctx, at+"timeline/", map[string]any{
			"title": "Scope under investigation", "content": "Collecting the logs of every system involved.", "type": "note",
		}, nil),
	)
	b.open = append(b.open, made.IncidentID)
	if err != nil || len(b.open) <= openIncidents {
		return err
	}
	oldest := b.open[0]
	b.open = b.open[1:]
	admin := b.company.with(roleAdmin)[0]
	err = admin.session.post(ctx, "incidents/"+oldest+"/close/", map[string]any{"notes": "Contained; credentials were changed."}, nil)
	if err == nil {
		b.screen.handled(b.company, admin.username+" closed an incident", false)
	}
	return err
}
