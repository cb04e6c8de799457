package faults_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// due names a message: whom it is for, by what rule, over what, and about what.
func due(tenant, rule, channel, recipient, entity string) string {
	return fmt.Sprintf("%s to %s%s of %s about %s", rule, channel, recipient, tenant, entity)
}

// owed lists every message that committed changes owe, from what the clients
// wanted and what of it is in the database. It knows nothing of how the program
// decides.
func (e *evidence) owed() map[string]bool {
	out := map[string]bool{}
	there := e.byRef()
	for _, c := range e.changes {
		for _, r := range c.reports {
			if !r.severe {
				continue
			}
			for _, id := range there[[2]string{c.tenant, r.ref}] {
				out[due(c.tenant, severeRule, "webhook", "", id)] = true
				out[due(c.tenant, severeRule, "slack", "", id)] = true
				for _, who := range e.recipients[c.tenant] {
					out[due(c.tenant, severeRule, "email", who, id)] = true
				}
			}
		}
	}
	for id, i := range e.store.incidents {
		out[due(i.tenant, incidentRule, "webhook", "", id)] = true
	}
	return out
}

// owedAreSettled is I3: every message owed has a delivery that came to its end,
// no other has one, and outbox and leases are empty.
func owedAreSettled(e *evidence) []finding {
	var out []finding
	made := map[string]string{}
	owed := e.owed()
	for id, d := range e.store.deliveries {
		what := due(d.tenant, d.rule, d.channel, d.recipient, d.entity)
		if other, twice := made[what]; twice {
			out = append(out, foundf("", "%s has two deliveries, %s and %s", what, id, other))
		}
		made[what] = id
		switch {
		case !owed[what]:
			out = append(out, foundf(phantom, "delivery %s, of %s, is owed by nothing", id, what))
		case d.status == "delivered":
		case d.status == "dead" && e.mayDie[d.channel], d.status == "skipped" && e.mayDie[d.channel]:
		default:
			out = append(out, foundf(lost, "delivery %s, of %s, is %s", id, what, d.status))
		}
	}
	for what := range owed {
		if made[what] == "" {
			out = append(out, foundf(lost, "%s has no delivery", what))
		}
	}
	if e.store.outbox != 0 {
		out = append(out, foundf("", "%d events are still in the outbox", e.store.outbox))
	}
	return out
}

// deliveriesMatchMessages is I4: what counts as delivered was taken by its
// receiver, and what came belongs to a delivery and to something in the
// database, of the same tenant.
func deliveriesMatchMessages(e *evidence) []finding {
	var out []finding
	took := map[string]bool{}
	for _, m := range e.messages {
		if m.taken {
			took[m.delivery] = true
		}
		d, known := e.store.deliveries[m.delivery]
		tenant := cmp.Or(e.store.alerts[m.entity].tenant, e.store.incidents[m.entity].tenant)
		switch {
		case !known:
			out = append(out, foundf(phantom, "%s %s to %s belongs to no delivery", m.channel, m.id, m.tenant))
		case d.entity != m.entity || d.rule != m.rule || d.event != m.event || d.channel != m.channel:
			out = append(out, foundf(phantom, "%s %s says %s %s of %s and its delivery %+v", m.channel, m.id, m.rule, m.event, m.entity, d))
		case tenant == "":
			out = append(out, foundf(phantom, "%s %s is about %s, which does not exist", m.channel, m.id, m.entity))
		case tenant != m.tenant || d.tenant != m.tenant:
			out = append(out, foundf(foreign, "%s %s about something of %s came to %s", m.channel, m.id, tenant, m.tenant))
		}
	}
	for id, d := range e.store.deliveries {
		if d.status == "delivered" && !took[id] {
			out = append(out, foundf(lost, "delivery %s counts as delivered, and its receiver took nothing", id))
		}
	}
	for _, text := range e.garbage {
		out = append(out, foundf(phantom, "this came and is no message: %s", text))
	}
	return out
}

const (
	// inFlight is how many attempts can be on their way at a moment: two over
	// each channel of each tenant, of which there are three.
	inFlight = 2 * 3 * tenants
	// attemptTime is how long an attempt and the note of it can take.
	attemptTime = 15 * time.Second
)

// copies groups the messages that were taken by what they are about.
func (e *evidence) copies() map[string][]message {
	out := map[string][]message{}
	for _, m := range e.messages {
		if !m.taken {
			continue
		}
		d := e.store.deliveries[m.delivery]
		what := due(m.tenant, m.rule, m.channel, d.recipient, m.entity)
		out[what] = append(out[what], m)
	}
	return out
}

// duplicates counts the messages that came more than once.
func (e *evidence) duplicates() int {
	n := 0
	for _, same := range e.copies() {
		n += len(same) - 1
	}
	return n
}

// duplicatesAreExplained is I5.
func duplicatesAreExplained(e *evidence) []finding {
	var out []finding
	n := 0
	copies := e.copies()
	for _, what := range slices.Sorted(maps.Keys(copies)) {
		same := copies[what]
		slices.SortFunc(same, func(a, b message) int { return a.at.Compare(b.at) })
		for i, m := range same[1:] {
			n++
			before := same[i]
			switch {
			case m.id != before.id:
				out = append(out, foundf(duplicate, "%s came under two ids, %s and %s", what, before.id, m.id))
			case m.body != before.body:
				out = append(out, foundf(duplicate, "%s came with two bodies under %s", what, m.id))
			case !e.torn(before.at):
				out = append(out, foundf(duplicate, "%s came again %s later, though nothing was wrong when it came first", what, m.at.Sub(before.at)))
			}
		}
	}
	tears := 0
	for _, w := range e.wounds {
		if w.tears {
			tears++
		}
	}
	if n > tears*inFlight {
		out = append(out, foundf(duplicate, "%d messages came twice, more than the %d attempts that %d faults can have cut off", n, tears*inFlight, tears))
	}
	return out
}

// torn reports whether a fault that can cut the note of an attempt off was on
// while a message that came at a moment was being noted.
func (e *evidence) torn(at time.Time) bool {
	for _, w := range e.wounds {
		if w.tears && w.from.Before(at.Add(attemptTime)) && w.until.After(at.Add(-attemptTime)) {
			return true
		}
	}
	return false
}
