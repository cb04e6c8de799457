package cel

import (
	"container/list"
	"sync"
)

// recent keeps the values that were used last, by source. It may be used by
// many goroutines.
type recent[V any] struct {
	limit int
	mu    sync.Mutex
	order *list.List // of entry[V], the most recent in front
	at    map[string]*list.Element
}

type entry[V any] struct {
	source string
	value  V
}

func newRecent[V any](limit int) *recent[V] {
	return &recent[V]{limit: limit, order: list.New(), at: map[string]*list.Element{}}
}

func (r *recent[V]) get(source string) (value V, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	element, found := r.at[source]
	if !found {
		return value, false
	}
	r.order.MoveToFront(element)
	kept, ok := element.Value.(entry[V])
	return kept.value, ok
}

// put keeps a value and drops the one that was not used for the longest time.
func (r *recent[V]) put(source string, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if element, found := r.at[source]; found {
		r.order.MoveToFront(element)
		return
	}
	r.at[source] = r.order.PushFront(entry[V]{source, value})
	if r.order.Len() <= r.limit {
		return
	}
	if oldest, ok := r.order.Remove(r.order.Back()).(entry[V]); ok {
		delete(r.at, oldest.source)
	}
}
