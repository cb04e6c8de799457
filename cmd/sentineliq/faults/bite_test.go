package faults_test

import (
	"slices"
	"testing"
	"time"
)

// The oracle finds nothing wrong with what is right, and catches every ledger
// that somebody doctored.
func TestOracle(t *testing.T) {
	t.Parallel()
	for _, f := range judge(sound()) {
		t.Errorf("what is right is blamed: %s", f)
	}
	caught := map[string]int{}
	for _, b := range bites() {
		e := sound()
		b.doctor(e)
		found := judge(e)
		if !slices.ContainsFunc(found, func(f finding) bool { return f.invariant == b.invariant && (b.kind == "" || f.kind == b.kind) }) {
			t.Errorf("%s: %s does not bite; found: %v", b.name, b.invariant, found)
		}
		caught[b.invariant]++
	}
	for _, i := range invariants() {
		if caught[i.id] < 3 {
			t.Errorf("%s (%s) is seen biting %d times, want 3", i.id, i.promise, caught[i.id])
		}
	}
	t.Logf("%d doctored ledgers are caught", len(bites()))
}

// bite is something that must be caught.
type bite struct {
	name      string
	invariant string
	kind      string
	doctor    func(e *evidence)
}

func bites() []bite { return slices.Concat(changeBites(), messageBites(), logBites(), restBites()) }

// alter changes a row of a ledger.
func alter[K comparable, V any](rows map[K]V, key K, how func(*V)) {
	row := rows[key]
	how(&row)
	rows[key] = row
}

// without drops what a test does not want to be there.
func without[T any](list []T, unwanted func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), unwanted)
}

func changeBites() []bite {
	return []bite{
		{"an acknowledged alert is gone", "I1", lost, func(e *evidence) { delete(e.store.alerts, single) }},
		{"a report of an acknowledged batch is gone", "I1", lost, func(e *evidence) { delete(e.store.alerts, batched0) }},
		{"an acknowledged alert is there under another id", "I1", lost, func(e *evidence) {
			e.store.alerts["other"] = e.store.alerts[single]
			delete(e.store.alerts, single)
		}},
		{"an acknowledged alert is there twice", "I1", "", func(e *evidence) { e.store.alerts["again"] = e.store.alerts[single] }},
		{"an alert that was reported once is counted twice", "I1", "", func(e *evidence) {
			alter(e.store.alerts, single, func(a *alertRow) { a.occurrences = 2 })
		}},
		{"an acknowledged escalation came to nothing", "I1", lost, func(e *evidence) { e.store.links = nil }},
		{"an acknowledged resolution came to nothing", "I1", lost, func(e *evidence) {
			alter(e.store.alerts, foreignAlert, func(a *alertRow) { a.status = "new" })
		}},
		{"an answer names fewer alerts than were reported", "I1", lost, func(e *evidence) { e.changes[0].alerts = e.changes[0].alerts[:1] }},

		{"what nobody knows of is there twice", "I2", "", func(e *evidence) { e.store.alerts["again"] = e.store.alerts[orphan] }},
		{"half of a batch that nobody knows of is there", "I2", "", func(e *evidence) {
			e.changes[0].fate, e.changes[0].alerts = unknown, nil
			delete(e.store.alerts, batched0)
		}},
		{"what was refused is there", "I2", phantom, func(e *evidence) {
			e.store.alerts["nonsense"] = alertRow{acme, "nonsense", "t", "new", 1}
		}},
		{"what nobody reported is there", "I2", phantom, func(e *evidence) {
			e.store.alerts["stray"] = alertRow{acme, "stray", "t", "new", 1}
		}},
		{"what was reported to one company is there for another", "I2", phantom, func(e *evidence) {
			alter(e.store.alerts, single, func(a *alertRow) { a.tenant = globex })
		}},
		{"something sensible was refused", "I2", "", func(e *evidence) { e.changes[6].fate = refused }},
		{"nonsense was acknowledged", "I2", "", func(e *evidence) { e.changes[7].fate, e.changes[7].reports = acknowledged, nil }},
	}
}

func messageBites() []bite {
	resend := func(e *evidence, how func(m *message)) {
		m := e.messages[1]
		how(&m)
		e.messages = append(e.messages, m)
	}
	return []bite{
		{"a delivery is still being sent", "I3", lost, func(e *evidence) {
			alter(e.store.deliveries, "d-single-slack", func(d *deliveryRow) { d.status = "sending" })
		}},
		{"a delivery was given up, and nothing was wrong with its channel", "I3", lost, func(e *evidence) {
			alter(e.store.deliveries, "d-single-slack", func(d *deliveryRow) { d.status = "dead" })
		}},
		{"a message owed has no delivery", "I3", lost, func(e *evidence) { delete(e.store.deliveries, "d-single-email") }},
		{"an incident was opened and nobody told", "I3", lost, func(e *evidence) { delete(e.store.deliveries, "d-incident") }},
		{"an event waits in the outbox", "I3", "", func(e *evidence) { e.store.outbox = 1 }},
		{"a delivery is owed by nothing", "I3", phantom, func(e *evidence) {
			alter(e.store.deliveries, "d-single-slack", func(d *deliveryRow) { d.entity = batched0 })
		}},
		{"one message has two deliveries", "I3", "", func(e *evidence) { e.store.deliveries["twin"] = e.store.deliveries["d-single-slack"] }},

		{"what counts as delivered never arrived", "I4", lost, func(e *evidence) {
			e.messages = without(e.messages, func(m message) bool { return m.delivery == "d-batch-slack" })
		}},
		{"what counts as delivered was not taken", "I4", lost, func(e *evidence) { e.messages[0].taken = false }},
		{"a message belongs to no delivery", "I4", phantom, func(e *evidence) { delete(e.store.deliveries, "d-batch-slack") }},
		{"a message is about what never committed", "I4", phantom, func(e *evidence) { delete(e.store.alerts, batched1) }},
		{"a message is about something else than its delivery", "I4", phantom, func(e *evidence) { e.messages[0].entity = single }},
		{"a message came to another company", "I4", foreign, func(e *evidence) { e.messages[0].tenant = globex }},
		{"something came that is no message", "I4", phantom, func(e *evidence) { e.garbage = []string{"GET /"} }},

		{"a message came again under another id", "I5", duplicate, func(e *evidence) { resend(e, func(m *message) { m.id = "msg_other" }) }},
		{"a message came again with another body", "I5", duplicate, func(e *evidence) { resend(e, func(m *message) { m.body = "other" }) }},
		{"a message came again, and nothing had been wrong", "I5", duplicate, func(e *evidence) { e.wounds = nil }},
		{"a message came again long after the fault", "I5", duplicate, func(e *evidence) {
			e.messages = append(e.messages, e.messages[0])
			for i := range e.messages {
				e.messages[i].at = after(600 + i)
			}
		}},
		{"a fault that cuts nothing off explains no repeat", "I5", duplicate, func(e *evidence) { e.wounds[0].tears = false }},
		{"more repeats than one fault can cause", "I5", duplicate, func(e *evidence) {
			for range inFlight {
				resend(e, func(m *message) { m.at = after(36) })
			}
		}},
	}
}

func logBites() []bite {
	drop := func(request string) func(*evidence) {
		return func(e *evidence) {
			e.log = without(e.log, func(one entry) bool { return one.request == request })
		}
	}
	find := func(e *evidence, request string) *entry {
		return &e.log[slices.IndexFunc(e.log, func(one entry) bool { return one.request == request })]
	}
	again := func(e *evidence, one entry) {
		one.sequence = e.log[len(e.log)-1].sequence + 1
		e.log = append(e.log, one)
	}
	return []bite{
		{"an acknowledged change has no entry", "I6", lost, drop("r-k3")},
		{"an alert that nobody was told of has no entry", "I6", "", drop("r-k6")},
		{"a change has two entries", "I6", "", func(e *evidence) { again(e, *find(e, "r-k3")) }},
		{"a refused change has an entry", "I6", phantom, func(e *evidence) { again(e, entry{request: "r-k8", outcome: "success", actor: "user"}) }},
		{"an entry is of a request that nobody made", "I6", phantom, func(e *evidence) {
			again(e, entry{request: "r-stray", outcome: "success", actor: "user"})
		}},
		{"an entry of a user is of no request", "I6", phantom, func(e *evidence) { again(e, entry{outcome: "success", actor: "user"}) }},
		{"an entry is in another company's log", "I6", foreign, func(e *evidence) { find(e, "r-k2").tenant = globex }},
		{"the entry of a batch misses a report", "I6", "", func(e *evidence) { find(e, "r-k1").named = []string{batched0} }},
		{"the entry of a batch names other alerts than its answer", "I6", "", func(e *evidence) {
			find(e, "r-k1").named = []string{batched1, batched0}
		}},
		{"the entry of a change says another title", "I6", "", func(e *evidence) { find(e, "r-k4").title[1] = "other" }},
		{"the log made what is not there", "I6", phantom, func(e *evidence) { delete(e.store.alerts, orphan) }},
		{"a delivery that no entry made", "I6", "", func(e *evidence) {
			at := slices.IndexFunc(e.log, func(one entry) bool { return one.action == "dispatch" })
			e.log[at].named = e.log[at].named[1:]
		}},
		{"a delivery that was ended twice", "I6", "", func(e *evidence) { again(e, e.log[len(e.log)-1]) }},
		{"entries are out of order", "I6", "", func(e *evidence) { e.log[3].sequence = 1 }},

		{"an alert was moved against the rules", "I7", "", func(e *evidence) { find(e, "r-k10").status = &[2]string{"escalated", "new"} }},
		{"a move begins where the last did not end", "I7", "", func(e *evidence) { find(e, "r-k3").status[0] = "in_progress" }},
		{"an update was lost", "I7", lost, func(e *evidence) {
			alter(e.store.alerts, single, func(a *alertRow) { a.title = "t" })
		}},
		{"a change of the title overlooks another", "I7", "", func(e *evidence) {
			again(e, entry{request: "r-k4", outcome: "success", actor: "user", kind: "alert", entity: single, tenant: acme, title: &[2]string{"t", "new title"}})
		}},
		{"an alert has two incidents", "I7", "", func(e *evidence) { e.store.links = append(e.store.links, link{acme, escalatedAlert, "i-2"}) }},
		{"an escalated alert has no incident", "I7", "", func(e *evidence) { e.store.links = nil }},
		{"an incident counts another number of alerts", "I7", "", func(e *evidence) {
			alter(e.store.incidents, theIncident, func(i *incidentRow) { i.alerts = 2 })
		}},
		{"an alert is tied to another company's incident", "I7", foreign, func(e *evidence) {
			alter(e.store.incidents, theIncident, func(i *incidentRow) { i.tenant = globex })
		}},
		{"an incident is not where the log left it", "I7", "", func(e *evidence) {
			again(e, entry{outcome: "success", kind: "incident", entity: theIncident, actor: "system", status: &[2]string{"open", "closed"}})
		}},
	}
}

func restBites() []bite {
	return []bite{
		{"a message carries another company's canary", "I8", foreign, func(e *evidence) { e.messages[3].foreign = true }},
		{"a repeat carries another company's canary", "I8", foreign, func(e *evidence) { e.messages[len(e.messages)-1].foreign = true }},
		{"an answer carries another company's canary", "I8", foreign, func(e *evidence) { e.foreign = 1 }},

		{"goroutines pile up", "I9", "", func(e *evidence) { e.after[1].goroutines += spare + 5 }},
		{"files stay open", "I9", "", func(e *evidence) { e.after[0].files += spare + 5 }},
		{"a process is missing in the end", "I9", "", func(e *evidence) { e.after = e.after[:1] }},

		{"an error without a fault", "I10", "", func(e *evidence) { e.outcries[0].at = after(20).Add(-2 * time.Second) }},
		{"an error long after the fault", "I10", "", func(e *evidence) { e.outcries[0].at = after(22).Add(2 * aftermath) }},
		{"a panic, whatever the fault", "I10", "", func(e *evidence) { e.outcries[0].text = "panic: nil map" }},
		{"an answer of 500, whatever the fault", "I10", "", func(e *evidence) { e.changes[5].attempts[0].status = 500 }},
	}
}
