package faults_test

import "slices"

// acknowledgedExistOnce is I1: every 2xx is in the database, once, under the id
// that the answer gave.
func acknowledgedExistOnce(e *evidence) []finding {
	var out []finding
	there, linked := e.byRef(), e.incidentsOf()
	for _, c := range e.changes {
		if c.fate != acknowledged {
			continue
		}
		if len(c.alerts) != len(c.reports) {
			out = append(out, foundf(lost, "%s reported %d alerts and the answer names %d", c.key, len(c.reports), len(c.alerts)))
			continue
		}
		for i, r := range c.reports {
			ids := there[[2]string{c.tenant, r.ref}]
			switch {
			case !slices.Contains(ids, c.alerts[i]):
				out = append(out, foundf(lost, "alert %s was acknowledged as %s and is stored as %v", r.ref, c.alerts[i], ids))
			case len(ids) != 1 || e.store.alerts[ids[0]].occurrences != 1:
				out = append(out, foundf("", "alert %s was acknowledged once and is stored as %v, seen %d times",
					r.ref, ids, e.store.alerts[ids[0]].occurrences))
			}
		}
		if f, bad := c.effect(e, linked); bad {
			out = append(out, f)
		}
	}
	return out
}

// effect looks for what an acknowledged change of something that was there must
// have left.
func (c *change) effect(e *evidence, linked map[string][]string) (finding, bool) {
	alert, found := e.store.alerts[c.target]
	switch c.kind {
	case escalating:
		if !slices.Contains(linked[c.target], c.incident) {
			return foundf(lost, "%s escalated alert %s to %s, and it belongs to %v", c.key, c.target, c.incident, linked[c.target]), true
		}
	case closing:
		if e.store.incidents[c.target].status != "closed" {
			return foundf(lost, "%s closed incident %s, and it is %q", c.key, c.target, e.store.incidents[c.target].status), true
		}
	case acking:
		if alert.status != "in_progress" {
			return foundf(lost, "%s acknowledged alert %s, and it is %q", c.key, c.target, alert.status), true
		}
	case resolving:
		if alert.status != "resolved" {
			return foundf(lost, "%s resolved alert %s, and it is %q", c.key, c.target, alert.status), true
		}
	case patching:
		if !found {
			return foundf(lost, "%s changed alert %s, and it is not there", c.key, c.target), true
		}
	}
	return finding{}, false
}

// incidentsOf lists the incidents of each alert.
func (e *evidence) incidentsOf() map[string][]string {
	out := map[string][]string{}
	for _, l := range e.store.links {
		out[l.alert] = append(out[l.alert], l.incident)
	}
	return out
}

// unknownExistAtMostOnce is I2: what nobody knows of is there once or not at
// all, a batch as a whole; what was refused is not there, and only nonsense
// was refused.
func unknownExistAtMostOnce(e *evidence) []finding {
	var out []finding
	there := e.byRef()
	known := map[[2]string]bool{}
	for _, c := range e.changes {
		found := 0
		for _, r := range c.reports {
			key := [2]string{c.tenant, r.ref}
			known[key] = true
			found += len(there[key])
		}
		switch {
		case c.fate == unknown && found != 0 && found != len(c.reports):
			out = append(out, foundf("", "of %s, whose fate is unknown, %d of %d reports are stored", c.key, found, len(c.reports)))
		case c.fate == refused && found != 0:
			out = append(out, foundf(phantom, "%s was refused and %d of its reports are stored", c.key, found))
		case c.fate == refused && c.kind != nonsensical && !c.rival:
			out = append(out, foundf("", "%s, a sensible %s, was refused: %v", c.key, c.kind, c.attempts))
		case c.fate == acknowledged && c.kind == nonsensical:
			out = append(out, foundf("", "%s, which is nonsense, was acknowledged", c.key))
		}
	}
	for key, ids := range there {
		if !known[key] {
			out = append(out, foundf(phantom, "alert %v of %s, which nobody reported, is stored as %v", key[1], key[0], ids))
		}
	}
	return out
}
