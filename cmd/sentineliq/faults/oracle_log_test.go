package faults_test

import "slices"

// changesAreRecorded is I6: each change that was made has exactly one entry, in
// whichever attempt it was made; each entry belongs to a change; each alert and
// each delivery is made by one entry, and each delivery ended by one.
func changesAreRecorded(e *evidence) []finding {
	entries := e.entriesOf()
	out := requestsHaveEntries(e, entries)
	out = append(out, entriesHaveRequests(e)...)
	made, ended := map[string]int{}, map[string]int{}
	for _, one := range e.log {
		switch {
		case one.outcome != "success":
		case one.kind == "alert" && (one.action == creating || one.action == ingesting):
			made[one.entity]++
		case one.action == "ingest_batch":
			for _, id := range one.accepted {
				made[id]++
			}
		case one.action == "dispatch":
			for _, id := range one.named {
				made[id]++
			}
		case one.kind == "delivery" && one.request == "":
			ended[one.entity]++
		}
	}
	for id, a := range e.store.alerts {
		if made[id] != 1 {
			out = append(out, foundf("", "alert %s (%s) was made by %d entries", id, a.ref, made[id]))
		}
		delete(made, id)
	}
	for id, d := range e.store.deliveries {
		if made[id] != 1 {
			out = append(out, foundf("", "delivery %s was made by %d entries", id, made[id]))
		}
		if over := slices.Contains([]string{"delivered", "dead", "skipped"}, d.status); over && ended[id] != 1 {
			out = append(out, foundf("", "delivery %s is %s by %d entries", id, d.status, ended[id]))
		}
		delete(made, id)
		delete(ended, id)
	}
	for id := range made {
		out = append(out, foundf(phantom, "the log made %s, which is not there", id))
	}
	for id := range ended {
		out = append(out, foundf(phantom, "the log ended delivery %s, which is not there", id))
	}
	return out
}

// requestsHaveEntries holds the clients' ledger against the log.
func requestsHaveEntries(e *evidence, entries map[string][]*entry) []finding {
	var out []finding
	for _, c := range e.changes {
		n := 0
		for _, a := range c.attempts {
			n += len(entries[a.request])
		}
		most := 1
		if c.kind == patching {
			most = c.asked() // a PATCH has no key: asking again may set the same again
		}
		switch {
		case c.fate == acknowledged && n == 0:
			out = append(out, foundf(lost, "%s, a %s, was acknowledged and has no entry", c.key, c.kind))
		case c.fate == refused && n != 0:
			out = append(out, foundf(phantom, "%s, a %s, was refused and has %d entries of success", c.key, c.kind, n))
		case n > most:
			out = append(out, foundf("", "%s, a %s asked for %d times, has %d entries", c.key, c.kind, c.asked(), n))
		}
		out = append(out, c.entriesFit(entries)...)
	}
	return out
}

// entriesFit checks that the entries of a change are about its objects.
func (c *change) entriesFit(entries map[string][]*entry) []finding {
	var out []finding
	for _, a := range c.attempts {
		for _, one := range entries[a.request] {
			switch {
			case one.tenant != c.tenant:
				out = append(out, foundf(foreign, "the entry of %s, of %s, is in the log of %q", c.key, c.tenant, one.tenant))
			case c.kind == batching && len(one.named) != len(c.reports):
				out = append(out, foundf("", "the entry of %s names %d of %d reports", c.key, len(one.named), len(c.reports)))
			case c.kind == batching && c.fate == acknowledged && !slices.Equal(one.named, c.alerts):
				out = append(out, foundf("", "the entry of %s names other alerts than its answer", c.key))
			case c.kind == patching && (one.entity != c.target || one.title == nil || one.title[1] != c.title):
				out = append(out, foundf("", "the entry of %s says %s, %v", c.key, one.entity, one.title))
			}
		}
	}
	return out
}

// entriesHaveRequests holds the log against the clients' ledger: nobody else
// made anything.
func entriesHaveRequests(e *evidence) []finding {
	asked := map[string]bool{}
	for _, id := range e.preparatory {
		asked[id] = true
	}
	for _, c := range e.changes {
		for _, a := range c.attempts {
			asked[a.request] = true
		}
	}
	var out []finding
	var last int64
	for _, one := range e.log {
		if one.sequence <= last {
			out = append(out, foundf("", "entry %d follows entry %d", one.sequence, last))
		}
		last = one.sequence
		switch {
		case one.request != "" && !asked[one.request]:
			out = append(out, foundf(phantom, "the log has request %s, which nobody made", one.request))
		case one.request == "" && one.actor != "system":
			out = append(out, foundf(phantom, "entry %d, %s by a %s, has no request", one.sequence, one.action, one.actor))
		}
	}
	return out
}
