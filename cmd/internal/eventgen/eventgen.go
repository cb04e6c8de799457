// Package eventgen invents security events that look like the ones real
// products send, so that tests, demos and load runs have as many as they like
// without a byte of anybody's data.
//
// Every name and address in an event is reserved for documentation: IPv4 from
// RFC 5737, IPv6 from RFC 3849, host names from RFC 2606. Hashes, identifiers
// and people follow from the seed and belong to nobody. Only words of the
// formats themselves, such as the name of a cloud service, are the products'.
package eventgen

import (
	"math/rand/v2"
	"time"
)

// Generator draws events from one seeded sequence. The order of the calls is
// part of that sequence: Next then Batch gives other events than Batch then
// Next. It is not safe for concurrent use; give each goroutine its own.
type Generator struct {
	rnd  *rand.Rand
	now  time.Time
	cast cast
	mix  mix
}

// New returns a generator whose first event happens shortly after start. The
// same seed and start give the same bytes on every machine.
func New(seed uint64, start time.Time) *Generator {
	rnd := seeded(seed, streamGenerator)

	return &Generator{
		rnd:  rnd,
		now:  start.UTC().Truncate(time.Millisecond),
		cast: newCast(rnd),
		mix:  newMix(formats()),
	}
}

// Next returns one event of the everyday mix. It never repeats a (source,
// source_ref) pair; Batch does.
func (g *Generator) Next() Event {
	return g.first().event
}

// first invents an occurrence and has its product report it.
func (g *Generator) first() *occurrence {
	g.now = g.now.Add(g.gap())
	s := g.scene(g.mix.draw(g.rnd), g.now.Add(-g.lag()))

	return s.report()
}

// gap is the time to the next everyday event: one in fifteen seconds on
// average, close together more often than far apart.
func (g *Generator) gap() time.Duration {
	return millis(g.rnd.ExpFloat64() * 15_000)
}

// lag is how long ago an event happened when it is sent. One in a hundred comes
// from an agent that was offline for hours.
func (g *Generator) lag() time.Duration {
	if g.rnd.Float64() < 0.01 {
		return millis(g.rnd.Float64() * 12 * 3_600_000)
	}

	return millis(g.rnd.ExpFloat64() * 20_000)
}

// millis cuts n to whole milliseconds, the precision most products have.
func millis(n float64) time.Duration {
	return time.Duration(n) * time.Millisecond
}
