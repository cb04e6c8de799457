package eventgen

import (
	"math/rand/v2"
	"slices"
	"time"
)

const (
	// repeatShare is the share of lines whose (source, source_ref) has been
	// there before.
	repeatShare = 0.21
	// sameGroupShare is the share of repeats that go to a pair repeated already:
	// most groups are pairs, a few grow to dozens.
	sameGroupShare = 0.6
	// nearShare is the share of repeats that follow within a few lines.
	nearShare = 0.8
	// identicalShare is the share of repeats that repeat the whole line.
	identicalShare = 0.04
)

// Batch returns n events of the everyday mix, about 21 % of them repeats of an
// earlier (source, source_ref) of the same batch: some byte for byte, most with
// another state of the alert or another rule that found the same record. It is
// empty when n is not positive.
func (g *Generator) Batch(n int) []Event {
	events := make([]Event, 0, max(n, 0))
	past := memory{identical: identicalShare}

	for len(events) < n {
		if !past.empty() && g.rnd.Float64() < repeatShare {
			g.now = g.now.Add(g.gap())
			events = append(events, past.again(g.rnd, g.now))

			continue
		}
		o := g.first()
		past.add(o)
		events = append(events, o.event)
	}

	return events
}

// memoryLines bounds how far back a repeat reaches, and what is kept for it.
const memoryLines = 128

// memory is what a batch or a storm can repeat.
type memory struct {
	identical float64
	firsts    []*occurrence // the latest first reports
	repeated  []*occurrence // one entry for each of the latest repeats
}

func (m *memory) empty() bool {
	return len(m.firsts) == 0
}

func (m *memory) add(o *occurrence) {
	m.firsts = remember(m.firsts, o)
}

// again repeats one of the occurrences: whoever was repeated often is likely to
// be repeated once more.
func (m *memory) again(rnd *rand.Rand, now time.Time) Event {
	o := m.pick(rnd)
	m.repeated = remember(m.repeated, o)

	if rnd.Float64() >= m.identical {
		o.change(rnd, now)
	}

	return o.event.clone()
}

func (m *memory) pick(rnd *rand.Rand) *occurrence {
	from := m.firsts
	if len(m.repeated) > 0 && rnd.Float64() < sameGroupShare {
		from = m.repeated
	}
	if near := 2; len(from) > near && rnd.Float64() < nearShare {
		from = from[len(from)-near:]
	}

	return one(rnd, from...)
}

// remember keeps the last lines only.
func remember(list []*occurrence, o *occurrence) []*occurrence {
	if len(list) == memoryLines {
		list = slices.Delete(list, 0, 1)
	}

	return append(list, o)
}

// change has the occurrence reported anew under the same reference.
func (o *occurrence) change(rnd *rand.Rand, now time.Time) {
	if !o.scene.format.follows {
		o.event = anotherRule(o.event, rnd)

		return
	}
	if now.After(o.scene.at) {
		o.scene.at = now
	}
	o.scene.turn++
	o.event = o.scene.report().event
}
