// Package ratelimit counts failures in memory, so that passwords cannot be
// guessed quickly. A restart forgets; each instance counts for itself.
package ratelimit

import (
	"container/list"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/ports/system"
)

// Keys are "kind:what". Those of addressKind get more failures than others:
// behind one address there may be an office.
const (
	addressKind  = "address:"
	addressTimes = 10
	// subnet is what one subscriber of IPv6 usually has.
	subnet = 64
)

// Rate is how many failures are free in a time. The zero rate never blocks.
type Rate struct {
	Failures int
	Per      time.Duration
}

// Failures implements limit.Failures. A key may fail Rate.Failures times at
// once; from then on it gets one more failure every Per/Failures, and is free
// of its past after Per.
type Failures struct {
	clock system.Clock
	rate  Rate
	keys  int

	mu    sync.Mutex
	at    map[[sha256.Size]byte]*list.Element
	order *list.List // of debt, the latest failure in front
}

// debt is when a key will have paid for its failures: each adds its share of
// time, and time pays.
type debt struct {
	key  [sha256.Size]byte
	free time.Time
}

// New returns a limiter that remembers at most keys keys, those that failed
// last; each takes some 200 bytes, however long it is.
func New(clock system.Clock, rate Rate, keys int) *Failures {
	return &Failures{
		clock: clock, rate: rate, keys: max(keys, 1),
		at: map[[sha256.Size]byte]*list.Element{}, order: list.New(),
	}
}

// Blocked reports whether a key has spent its failures, and how long until it
// may try once more.
func (f *Failures) Blocked(key string) (wait time.Duration, blocked bool) {
	if f.off() {
		return 0, false
	}
	now := f.clock.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	d, known := f.find(sum(key))
	if !known {
		return 0, false
	}
	wait = d.free.Add(f.share(key) - f.rate.Per).Sub(now)
	return max(wait, 0), wait > 0
}

// Failed adds a failure. A blocked key that goes on failing stays blocked for
// no longer than Per after its last failure.
func (f *Failures) Failed(key string) {
	if f.off() {
		return
	}
	now := f.clock.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	id := sum(key)
	d, known := f.find(id)
	if !known || d.free.Before(now) {
		d = debt{key: id, free: now}
	}
	d.free = d.free.Add(f.share(key))
	if latest := now.Add(f.rate.Per); d.free.After(latest) {
		d.free = latest
	}
	f.keep(d)
}

func (f *Failures) off() bool { return f.rate.Failures <= 0 || f.rate.Per <= 0 }

// share is the time that one failure of a key costs.
func (f *Failures) share(key string) time.Duration {
	free := f.rate.Failures
	if strings.HasPrefix(key, addressKind) {
		free *= addressTimes
	}
	return max(f.rate.Per/time.Duration(free), 1)
}

func (f *Failures) find(id [sha256.Size]byte) (debt, bool) {
	element, known := f.at[id]
	if !known {
		return debt{}, false
	}
	d, ok := element.Value.(debt)
	return d, ok
}

// keep stores a debt as the latest, and forgets the oldest when there are too
// many.
func (f *Failures) keep(d debt) {
	if element, known := f.at[d.key]; known {
		element.Value = d
		f.order.MoveToFront(element)
		return
	}
	f.at[d.key] = f.order.PushFront(d)
	if f.order.Len() <= f.keys {
		return
	}
	if oldest, ok := f.order.Remove(f.order.Back()).(debt); ok {
		delete(f.at, oldest.key)
	}
}

// sum shortens a key, which may be as long as a request. Addresses of one IPv6
// network are one key: whoever has one of them has them all.
func sum(key string) [sha256.Size]byte {
	if text, is := strings.CutPrefix(key, addressKind); is {
		if address, err := netip.ParseAddr(text); err == nil {
			address = address.Unmap().WithZone("")
			if network, err := address.Prefix(subnet); err == nil && address.Is6() {
				key = addressKind + network.String()
			} else {
				key = addressKind + address.String()
			}
		}
	}
	return sha256.Sum256([]byte(key))
}
