package faults_test

import (
	"strings"
	"time"
)

// wallsHold is I8: no message and no answer carries another tenant's canary.
func wallsHold(e *evidence) []finding {
	var out []finding
	for _, m := range e.messages {
		if m.foreign {
			out = append(out, foundf(foreign, "%s %s to %s carries another tenant's canary", m.channel, m.id, m.tenant))
		}
	}
	if e.foreign > 0 {
		out = append(out, foundf(foreign, "%d answers carried another tenant's canary", e.foreign))
	}
	return out
}

// spare is by how much a process at rest may hold more than before: idle
// connections to the database and the broker, of a pool that had no need of
// them before.
const spare = 40

// nothingLeaks is I9.
func nothingLeaks(e *evidence) []finding {
	var out []finding
	was := map[string]vitals{}
	for _, v := range e.before {
		was[v.process] = v
	}
	for _, v := range e.after {
		before, known := was[v.process]
		switch {
		case !known:
			out = append(out, foundf("", "%s was not there before", v.process))
		case v.goroutines > before.goroutines+spare:
			out = append(out, foundf("", "%s has %d goroutines, and had %d", v.process, v.goroutines, before.goroutines))
		case v.files > before.files+spare:
			out = append(out, foundf("", "%s has %d files open, and had %d", v.process, v.files, before.files))
		}
	}
	if len(e.after) != len(e.before) {
		out = append(out, foundf("", "%d processes are there, of %d", len(e.after), len(e.before)))
	}
	return out
}

// aftermath is how long after a fault programs may still complain of it: until
// leases have ended and connections are made again.
const aftermath = 20 * time.Second

// errorsHaveCauses is I10: programs complain while a fault is on, or soon after
// it, and never of what no fault excuses. No client is told of an error that
// nobody classified.
func errorsHaveCauses(e *evidence) []finding {
	var out []finding
	said := map[string]string{}
	for _, o := range e.outcries {
		said[o.request] = o.text
		switch {
		case strings.Contains(o.text, "panic") || strings.HasPrefix(o.text, "fatal error:"):
			out = append(out, foundf("", "%s: %s", o.process, o.text))
		case !e.woundedDuring(o.at.Add(-aftermath), o.at.Add(time.Second)):
			out = append(out, foundf("", "%s at %s, without a cause: %s", o.process, o.at.Format("15:04:05.000"), o.text))
		}
	}
	for _, c := range e.changes {
		for _, a := range c.attempts {
			if a.status >= 500 && a.status != 503 {
				out = append(out, foundf("", "%s, a %s, was answered %d %s by %s: %s", c.key, c.kind, a.status, a.code, a.process, said[a.request]))
			}
		}
	}
	return out
}
