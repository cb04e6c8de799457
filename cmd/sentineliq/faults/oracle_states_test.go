package faults_test

import "slices"

// legal are the moves of an alert and of an incident, as the documentation has
// them.
var legal = map[string]map[string][]string{
	"alert": {
		"":            {"new"},
		"new":         {"in_progress", "resolved", "escalated"},
		"in_progress": {"new", "resolved", "escalated"},
		"escalated":   {"resolved"},
		"resolved":    {"new", "in_progress"},
	},
	"incident": {
		"":            {"open"},
		"open":        {"in_progress", "resolved", "closed"},
		"in_progress": {"open", "resolved", "closed"},
		"resolved":    {"open", "in_progress", "closed"},
	},
}

// transitionsAreLegal is I7: the log tells of legal moves only, each from where
// the one before it led, and to where the database is; titles likewise. An
// escalated alert has exactly one incident, and an incident the alerts it
// counts.
func transitionsAreLegal(e *evidence) []finding {
	var out []finding
	status, title := map[string]string{}, map[string]string{}
	for _, one := range e.log {
		if one.outcome != "success" {
			continue
		}
		if moves := legal[one.kind]; one.status != nil && moves != nil {
			from, to := one.status[0], one.status[1]
			was, known := status[one.entity]
			if known && was != from && from != "" {
				out = append(out, foundf("", "entry %d moves %s %s from %q, and it was %q", one.sequence, one.kind, one.entity, from, was))
			}
			if !slices.Contains(moves[from], to) {
				out = append(out, foundf("", "entry %d moves %s %s from %q to %q", one.sequence, one.kind, one.entity, from, to))
			}
			status[one.entity] = to
		}
		if one.title != nil && one.kind == "alert" {
			if was, known := title[one.entity]; known && was != one.title[0] {
				out = append(out, foundf("", "entry %d changes the title %q of alert %s, which was %q", one.sequence, one.title[0], one.entity, was))
			}
			title[one.entity] = one.title[1]
		}
	}
	return append(append(out, statesAreThose(e, status, title)...), incidentsAreWhole(e)...)
}

// statesAreThose compares where the log led with where the database is.
func statesAreThose(e *evidence, status, title map[string]string) []finding {
	var out []finding
	for id, a := range e.store.alerts {
		if led, moved := status[id]; moved && led != a.status && a.status != "resolved" {
			out = append(out, foundf("", "the log left alert %s %s, and it is %s", id, led, a.status))
		}
		if led, changed := title[id]; changed && led != a.title {
			out = append(out, foundf(lost, "the log calls alert %s %q, and it is called %q", id, led, a.title))
		}
	}
	for id, i := range e.store.incidents {
		if led, moved := status[id]; moved && led != i.status {
			out = append(out, foundf("", "the log left incident %s %s, and it is %s", id, led, i.status))
		}
	}
	return out
}

func incidentsAreWhole(e *evidence) []finding {
	var out []finding
	incidents, alerts := e.incidentsOf(), map[string]int{}
	for _, l := range e.store.links {
		alerts[l.incident]++
		if e.store.alerts[l.alert].tenant != l.tenant || e.store.incidents[l.incident].tenant != l.tenant {
			out = append(out, foundf(foreign, "alert %s is tied to incident %s across companies", l.alert, l.incident))
		}
	}
	for id, of := range incidents {
		if len(of) != 1 {
			out = append(out, foundf("", "alert %s belongs to %d incidents", id, len(of)))
		}
	}
	for id, a := range e.store.alerts {
		if a.status == "escalated" && len(incidents[id]) == 0 {
			out = append(out, foundf("", "alert %s is escalated to no incident", id))
		}
	}
	for id, i := range e.store.incidents {
		if i.alerts != alerts[id] {
			out = append(out, foundf("", "incident %s counts %d alerts and has %d", id, i.alerts, alerts[id]))
		}
	}
	return out
}
