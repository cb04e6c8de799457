package bus

// Bell wakes whoever waits for work in the same process. It is a hint that may
// be lost: the sleeper also looks by itself from time to time.
type Bell interface {
	// Ring never blocks; rings that nobody has heard yet count as one.
	Ring()
	// C yields a value after a ring.
	C() <-chan struct{}
}

// Bells is a bell for each kind of work.
type Bells map[string]Bell

// Ring rings for one kind; an unknown kind has nobody waiting.
func (b Bells) Ring(kind string) {
	if bell, found := b[kind]; found {
		bell.Ring()
	}
}
