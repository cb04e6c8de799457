package eventgen

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// Streams keep apart what is drawn from one seed for different purposes, so
// that drawing more of one does not shift the other.
const (
	streamGenerator = iota + 1
	streamPayload
	streamOdd
)

// seeded opens one stream of a seed.
func seeded(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // G404: reproducible test data, never a secret
}

// one picks any of the items.
func one[T any](rnd *rand.Rand, items ...T) T {
	return items[rnd.IntN(len(items))]
}

// among draws n characters of an alphabet.
func (s *scene) among(alphabet string, n int) string {
	var b strings.Builder
	b.Grow(n)
	for range n {
		b.WriteByte(alphabet[s.rnd.IntN(len(alphabet))])
	}

	return b.String()
}

// hex draws n hexadecimal digits: 32, 40 and 64 make an MD5, SHA-1, SHA-256.
func (s *scene) hex(n int) string {
	return s.among("0123456789abcdef", n)
}

// digits draws an n-digit number without a leading zero.
func (s *scene) digits(n int) string {
	return s.among("123456789", 1) + s.among("0123456789", n-1)
}

// token draws n letters and digits, as in the identifiers of web services.
func (s *scene) token(n int) string {
	return s.among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", n)
}

// uuid draws a random UUID of version 4.
func (s *scene) uuid() string {
	return s.hex(8) + "-" + s.hex(4) + "-4" + s.hex(3) + "-" + s.among("89ab", 1) + s.hex(3) + "-" + s.hex(12)
}

// port draws a client's ephemeral port.
func (s *scene) port() int {
	return 49152 + s.rnd.IntN(16384)
}

// chance is true with probability p.
func (s *scene) chance(p float64) bool {
	return s.rnd.Float64() < p
}

// between draws from low to high, both included.
func (s *scene) between(low, high int) int {
	return low + s.rnd.IntN(high-low+1)
}

// several makes a list of mostly one entry, sometimes of up to most.
func (s *scene) several(most int, entry func() any) []any {
	n := 1
	if s.chance(0.2) {
		n = s.between(2, most)
	}
	list := make([]any, 0, n)
	for range n {
		list = append(list, entry())
	}

	return list
}

// numbered appends a small number, as fleets of hosts and buckets have it.
func numbered(name string, n int) string {
	return name + "-" + strconv.Itoa(n)
}
