package eventgen

import "time"

const (
	// stormWindow is the time from the first to the last event of a storm.
	stormWindow = 5 * time.Minute
	// stormRepeats is the share of lines that repeat an earlier one.
	stormRepeats = 0.6
	// stormIdentical is the share of those that are delivered unchanged.
	stormIdentical = 0.4
	// stormSources is how many products report the cause.
	stormSources = 3
)

// Storm returns n alerts of one cause: one other side, one account and one host,
// reported by three products within five minutes, six of ten lines repeating an
// earlier (source, source_ref). It is empty when n is not positive.
func (g *Generator) Storm(n int) []Event {
	events := make([]Event, 0, max(n, 0))
	if n <= 0 {
		return events
	}
	past := memory{identical: stormIdentical}
	sources := g.stormSources()
	cause := g.scene(sources[0], g.now)
	begin := g.now

	for i := range n {
		g.now = begin.Add(stormWindow * time.Duration(i) / time.Duration(n))
		if !past.empty() && g.rnd.Float64() < stormRepeats {
			events = append(events, past.again(g.rnd, g.now))

			continue
		}
		o := g.consequence(cause, sources).report()
		past.add(o)
		events = append(events, o.event)
	}

	return events
}

// stormSources draws different products, the one that reports most first.
func (g *Generator) stormSources() []format {
	var drawn []format
	taken := map[string]bool{}
	for len(drawn) < stormSources {
		if f := g.mix.draw(g.rnd); !taken[f.source] {
			taken[f.source] = true
			drawn = append(drawn, f)
		}
	}

	return drawn
}

// consequence is one more thing the cause has led to, as one product saw it.
func (g *Generator) consequence(cause *scene, sources []format) *scene {
	s := *cause
	s.seed = g.rnd.Uint64()
	s.first, s.at = g.now, g.now
	s.odd = odd{}

	switch n := g.rnd.IntN(100); {
	case n < 60:
		s.format = sources[0]
	case n < 85:
		s.format = sources[1]
	default:
		s.format = sources[2]
	}

	return &s
}
