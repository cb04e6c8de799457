package faults_test

import (
	"time"
)

// dawn is when the scenario of the bite tests begins.
var dawn = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func after(seconds int) time.Time { return dawn.Add(time.Duration(seconds) * time.Second) }

// The ids of the sound scenario.
const (
	acme, globex = "acme", "globex"

	batched0, batched1 = "a-batch-0", "a-batch-1" // the second is severe
	single             = "a-single"
	escalatedAlert     = "a-escalated"
	orphan             = "a-unknown" // reported by whom nobody answered
	foreignAlert       = "a-globex"
	theIncident        = "i-1"
)

// did is an acknowledged change that was asked for once.
func did(kind, tenant, key, target string, reports []report, alerts ...string) *change {
	return &change{
		kind: kind, tenant: tenant, key: key, target: target, reports: reports, fate: acknowledged, alerts: alerts,
		attempts: []attempt{{request: "r-" + key, status: 200, sent: dawn, over: dawn}},
	}
}

// sound is evidence of a scenario in which every promise was kept, though a
// worker was killed and a message came twice.
func sound() *evidence {
	escalation := did(escalating, acme, "k3", escalatedAlert, nil)
	escalation.incident = theIncident
	patch := did(patching, acme, "k4", single, nil)
	patch.title = "new title"
	given := did(ingesting, acme, "k6", "", []report{{ref: "unknown"}})
	given.fate, given.alerts, given.attempts[0].status = unknown, nil, 0
	gone := did(ingesting, acme, "k7", "", []report{{ref: "gone"}})
	gone.fate, gone.alerts, gone.attempts[0].status = unknown, nil, 503
	nonsense := did(nonsensical, acme, "k8", "", []report{{ref: "nonsense"}})
	nonsense.fate, nonsense.alerts, nonsense.attempts[0].status = refused, nil, 400
	e := &evidence{
		preparatory: []string{"r-setup"},
		changes: []*change{
			did(batching, acme, "k1", "", []report{{ref: "b0"}, {ref: "b1", severe: true}}, batched0, batched1),
			did(ingesting, acme, "k2", "", []report{{ref: "s", severe: true}}, single),
			did(creating, acme, "k5", "", []report{{ref: "e"}}, escalatedAlert),
			escalation, patch, given, gone, nonsense,
			did(ingesting, globex, "k9", "", []report{{ref: "g"}}, foreignAlert),
			did(resolving, globex, "k10", foreignAlert, nil),
		},
		store: stored{
			tenants: map[string]string{"1": acme, "2": globex},
			alerts: map[string]alertRow{
				batched0: {acme, "b0", "t", "new", 1}, batched1: {acme, "b1", "t", "new", 1}, single: {acme, "s", "new title", "new", 1},
				escalatedAlert: {acme, "e", "t", "escalated", 1}, orphan: {acme, "unknown", "t", "new", 1},
				foreignAlert: {globex, "g", "t", "resolved", 1},
			},
			incidents:  map[string]incidentRow{theIncident: {acme, "open", 1}},
			links:      []link{{acme, escalatedAlert, theIncident}},
			deliveries: map[string]deliveryRow{},
		},
		recipients: map[string][]string{acme: {"ana"}, globex: {"bob"}},
		wounds:     []wound{{what: "SIGKILL", hit: "worker-1", from: after(20), until: after(22), tears: true, kill: true}},
		outcries:   []outcry{{process: "api-1", at: after(21), text: "the database is down"}},
		before:     []vitals{{"api-1", 50, 20}, {"worker-1", 60, 30}},
		after:      []vitals{{"api-1", 52, 21}, {"worker-1", 58, 33}},
	}
	e.tells()
	e.logs()
	return e
}

// tells adds what the receivers were sent, one of it twice.
func (e *evidence) tells() {
	send := func(id, rule, channel, event, entity string, seconds int) {
		recipient := ""
		if channel == "email" {
			recipient = "ana"
		}
		e.store.deliveries[id] = deliveryRow{
			tenant: acme, rule: rule, channel: channel, recipient: recipient, event: event, entity: entity,
			status: "delivered", attempts: 1, delivered: after(seconds),
		}
		e.messages = append(e.messages, message{
			tenant: acme, channel: channel, id: "msg_" + id, delivery: id, entity: entity, event: event, rule: rule,
			body: "body of " + id, taken: true, at: after(seconds),
		})
	}
	for _, channel := range []string{"webhook", "slack", "email"} {
		send("d-batch-"+channel, severeRule, channel, "alert.created", batched1, 1)
		send("d-single-"+channel, severeRule, channel, "alert.created", single, 19)
	}
	send("d-incident", incidentRule, "webhook", "incident.created", theIncident, 3)
	again := e.messages[1]
	again.at = after(36) // its note was lost with the worker
	e.messages = append(e.messages, again)
}

// logs adds the audit log.
func (e *evidence) logs() {
	add := func(one entry) {
		one.sequence, one.outcome = int64(len(e.log)+1), "success"
		if one.actor == "" {
			one.actor = "user"
		}
		e.log = append(e.log, one)
	}
	add(entry{action: "create", kind: "company", entity: "1", request: "r-setup"})
	add(entry{tenant: acme, action: "ingest_batch", kind: "alert", entity: "batch", request: "r-k1", named: []string{batched0, batched1}, accepted: []string{batched0, batched1}})
	add(entry{tenant: acme, action: ingesting, kind: "alert", entity: single, request: "r-k2"})
	add(entry{tenant: acme, action: creating, kind: "alert", entity: escalatedAlert, request: "r-k5", status: &[2]string{"", "new"}, title: &[2]string{"", "t"}})
	add(entry{tenant: acme, action: escalating, kind: "alert", entity: escalatedAlert, request: "r-k3", status: &[2]string{"new", "escalated"}})
	add(entry{tenant: acme, action: "update", kind: "alert", entity: single, request: "r-k4", title: &[2]string{"t", "new title"}})
	add(entry{tenant: acme, action: ingesting, kind: "alert", entity: orphan, request: "r-k6"})
	add(entry{tenant: globex, action: ingesting, kind: "alert", entity: foreignAlert, request: "r-k9"})
	add(entry{tenant: globex, action: resolving, kind: "alert", entity: foreignAlert, request: "r-k10", status: &[2]string{"new", "resolved"}})
	var ids []string
	for _, m := range e.messages[:7] {
		ids = append(ids, m.delivery)
	}
	add(entry{tenant: acme, action: "dispatch", actor: "system", kind: "notification", entity: "n", named: ids})
	for _, id := range ids {
		add(entry{tenant: acme, action: "deliver", actor: "system", kind: "delivery", entity: id})
	}
}
