package inproc

// Bell implements bus.Bell: rings that nobody has heard yet are one ring.
type Bell struct{ rung chan struct{} }

// NewBell returns a silent bell.
func NewBell() *Bell { return &Bell{rung: make(chan struct{}, 1)} }

// Ring never blocks.
func (b *Bell) Ring() {
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

// C yields once after any number of rings. With several listeners, one hears it.
func (b *Bell) C() <-chan struct{} { return b.rung }
