package faults_test

import (
	"fmt"
	"time"
)

// evidence is all four ledgers after a scenario, and what was done to it. The
// oracle decides from it alone.
type evidence struct {
	changes     []*change           // the clients'
	preparatory []string            // requests that made the surroundings
	store       stored              // the database's
	log         []entry             // the audit log's
	messages    []message           // the receivers'
	garbage     []string            // what receivers got and is no message
	wounds      []wound             // the faults
	outcries    []outcry            // ERRORs of programs
	before      []vitals            // at rest, before the faults
	after       []vitals            // at rest, after them
	foreign     int                 // answers with another tenant's canary
	mayDie      map[string]bool     // channels on which a message may be given up
	recipients  map[string][]string // who is told by mail, by tenant
}

// finding is something that must not be.
type finding struct {
	invariant string // "I1"
	kind      string // how the table counts it; "" for the others
	text      string
}

// The kinds of findings that the table counts.
const (
	lost      = "lost"
	phantom   = "phantom"
	foreign   = "foreign"
	duplicate = "duplicate" // one that is not allowed
)

func (f finding) String() string { return f.invariant + ": " + f.text }

// invariant is one promise, decided by a pure function.
type invariant struct {
	id      string
	promise string
	holds   func(*evidence) []finding
}

func invariants() []invariant {
	return []invariant{
		{"I1", "what was acknowledged exists once", acknowledgedExistOnce},
		{"I2", "what nobody knows of exists once or not at all, and what was refused not at all", unknownExistAtMostOnce},
		{"I3", "all that is owed comes to an end, and nobody holds anything", owedAreSettled},
		{"I4", "what counts as delivered arrived, and what arrived belongs to a committed event of its tenant", deliveriesMatchMessages},
		{"I5", "a message comes twice only after a fault, under the same id, and no oftener than faults can explain", duplicatesAreExplained},
		{"I6", "changes and audit entries are the same", changesAreRecorded},
		{"I7", "only legal transitions, and one incident for an escalated alert", transitionsAreLegal},
		{"I8", "nothing of one tenant reaches another", wallsHold},
		{"I9", "goroutines and files come back to where they were", nothingLeaks},
		{"I10", "no ERROR without a fault that causes it", errorsHaveCauses},
	}
}

// judge returns all that must not be.
func judge(e *evidence) []finding {
	var out []finding
	for _, i := range invariants() {
		for _, f := range i.holds(e) {
			f.invariant = i.id
			out = append(out, f)
		}
	}
	return out
}

func foundf(kind, format string, args ...any) finding {
	return finding{kind: kind, text: fmt.Sprintf(format, args...)}
}

// woundedDuring reports whether a fault was on at some time between two
// moments.
func (e *evidence) woundedDuring(from, until time.Time) bool {
	for _, w := range e.wounds {
		if w.from.Before(until) && w.until.After(from) {
			return true
		}
	}
	return false
}

// byRef finds alerts by tenant and source_ref.
func (e *evidence) byRef() map[[2]string][]string {
	out := map[[2]string][]string{}
	for id, a := range e.store.alerts {
		key := [2]string{a.tenant, a.ref}
		out[key] = append(out[key], id)
	}
	return out
}

// entriesOf returns the entries of each request that succeeded.
func (e *evidence) entriesOf() map[string][]*entry {
	out := map[string][]*entry{}
	for i := range e.log {
		if one := &e.log[i]; one.request != "" && one.outcome == "success" {
			out[one.request] = append(out[one.request], one)
		}
	}
	return out
}
