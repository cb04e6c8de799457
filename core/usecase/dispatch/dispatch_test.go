package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/condition"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// post is a type of channel that writes down what it is given. Its settings are
// a word that a test can make refuse.
type post struct {
	name     string
	toPeople bool
	mu       sync.Mutex
	sent     []channel.Message
	answer   func() (channel.Receipt, error)
}

func (p *post) Name() string { return p.name }

func (p *post) Describe() channel.Description { return channel.Description{ToPeople: p.toPeople} }

func (p *post) Open(settings json.RawMessage) (channel.Sender, error) {
	if string(settings) == `"broken"` {
		return nil, errors.New("broken settings")
	}
	return p, nil
}

func (p *post) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	p.mu.Lock()
	p.sent = append(p.sent, m)
	answer := p.answer
	p.mu.Unlock()
	return answer()
}

// words is an engine for which a condition holds unless it is "never"; "broken"
// cannot be decided, and "slow" not this time.
type words struct{}

func (words) Check(string) error { return nil }

func (words) Holds(_ context.Context, source string, _ condition.Facts) (bool, error) {
	switch source {
	case "broken":
		return false, errors.New("cannot be decided")
	case "slow":
		return false, fault.New(fault.Unavailable, "took too long")
	}
	return source != "never", nil
}

// silent is a bell that nobody hears.
type silent struct{}

func (silent) Ring()              {}
func (silent) C() <-chan struct{} { return nil }

// rung is a bell that counts.
type rung struct {
	silent
	times int
}

func (r *rung) Ring() { r.times++ }

// counts is a meter that a test can read.
type counts struct {
	gatetest.Meter
	mu sync.Mutex
	of map[string]int
}

func (c *counts) Count(name string, n int, _ ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[name] += n
}

// office is both halves of dispatch in a house.
type office struct {
	*gatetest.House
	alerts *alerts.Service
	router *dispatch.Router
	sender *dispatch.Sender
	outbox *rung
	meter  *counts
	slack  *post
	mail   *post
}

func open(t *testing.T) office {
	t.Helper()
	h := gatetest.Open(t)
	ok := func() (channel.Receipt, error) { return channel.Receipt{Status: 200}, nil }
	o := office{House: h, slack: &post{name: "slack", answer: ok}, mail: &post{name: "email", toPeople: true, answer: ok}}
	types := channel.Types{o.slack, o.mail}
	o.outbox, o.meter = &rung{}, &counts{of: map[string]int{}}
	bells := bus.Bells{"slack": silent{}, "email": silent{}}
	log := slog.New(slog.DiscardHandler)
	o.alerts = alerts.New(h.Gate, h.IDs, h.Clock, gatetest.Meter{})
	o.router = dispatch.NewRouter(h.Gate, types, words{}, h.IDs, o.outbox, bells, gatetest.Meter{}, log)
	o.sender = dispatch.NewSender(dispatch.SenderParts{
		Gate: h.Gate, Types: types, Box: gatetest.Box{}, Clock: h.Clock,
		Schedule: notification.Schedule{5 * time.Second, 30 * time.Second},
		Jitter:   func() float64 { return 0.5 }, Public: "https://siq.example",
		Meter: o.meter, Log: log,
	})
	return o
}

func (o office) channel(t *testing.T, kind, settings string) notification.ChannelID {
	t.Helper()
	id := notification.ChannelID(o.IDs.New())
	sealed, err := gatetest.Box{}.Seal([]byte(settings), notification.SealLabel(o.Acme, id))
	require.NoError(t, err)
	c, err := notification.NewChannel(id, o.Acme, "channel "+string(id), kind,
		notification.Settings{Sealed: sealed}, true, o.Clock.Now())
	require.NoError(t, err)
	o.Update(t, func(ctx context.Context, tx txn.Tx) error { return tx.Channels().Add(ctx, c) })
	return id
}

func (o office) rule(t *testing.T, condition string, recipients []string, channels ...notification.ChannelID) {
	t.Helper()
	d := notification.RuleDraft{
		Name: "rule " + o.IDs.New(), EventTypes: []string{"alert.created"}, Condition: condition,
		Recipients: recipients, Title: "{{ alert.title }} at {{ company.name }}", IsActive: true,
	}
	for _, id := range channels {
		d.Channels = append(d.Channels, string(id))
	}
	r, err := notification.NewRule(notification.RuleID(o.IDs.New()), o.Acme, d, o.Clock.Now())
	require.NoError(t, err)
	o.Update(t, func(ctx context.Context, tx txn.Tx) error { return tx.Rules().Add(ctx, r) })
}

// report makes an alert of Acme, and the message that tells of it.
func (o office) report(t *testing.T) bus.Message {
	t.Helper()
	ctx := o.As(t, actor.Analyst)
	_, err := o.alerts.Create(ctx, alert.Draft{Title: "Beacon", Source: "edr", Severity: "high"})
	require.NoError(t, err)
	return o.message(t)
}

func (o office) message(t *testing.T) bus.Message {
	t.Helper()
	o.Clock.Advance(time.Millisecond) // past the lease of an earlier look
	m := bus.Message{Company: o.Acme}
	err := gate.Upkeep(gate.As(t.Context(), "test"), o.Gate, func(ctx context.Context, u store.Upkeep) error {
		waiting, err := u.Outbox().Claim(ctx, 9, 100, time.Microsecond)
		for _, w := range waiting {
			m.Events = append(m.Events, w.ID)
		}
		return err
	})
	require.NoError(t, err)
	return m
}

func (o office) deliveries(t *testing.T) []notification.DeliveryState {
	t.Helper()
	var list []notification.DeliveryState
	o.View(t, func(ctx context.Context, v store.View) error {
		found, err := v.Deliveries().List(ctx, notification.DeliveryQuery{}, page.Request{Size: page.MaxSize})
		for _, d := range found.Items {
			list = append(list, d.State())
		}
		return err
	})
	return list
}

// sendAll makes attempts until nothing is due.
func (o office) sendAll(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"slack", "email"} {
		for more := true; more; {
			more = o.sendOne(t, kind)
		}
	}
}

// sendOne makes an attempt and reports whether one was due.
func (o office) sendOne(t *testing.T, kind string) bool {
	t.Helper()
	attempts, err := o.sender.Claim(t.Context(), kind, 1)
	require.NoError(t, err)
	for _, a := range attempts {
		require.NoError(t, o.sender.Try(t.Context(), a))
	}
	return len(attempts) == 1
}
