package faults_test

import (
	"os"
	"slices"
	"testing"
	"time"
)

// families is the table of all that is broken. To add some, write a function
// that returns them in a file of its own, and add it here.
func families() []family {
	return slices.Concat(
		killFamilies(),
		brokerFamilies(),
		queueFamilies(),
		replicaFamilies(),
		serverFamilies(),
	)
}

// together is how many families run at a time: most of what they do is wait
// for leases to end.
const together = 3

func long() bool { return os.Getenv(longVariable) != "" && os.Getenv(longVariable) != "0" }

// Every family of faults is let loose on an installation under load; nothing
// that was promised is broken.
func TestFaults(t *testing.T) {
	if os.Getenv(wantedVariable) == "" {
		t.Skip("it breaks servers and takes minutes: make faults")
	}
	all := table{began: time.Now()}
	s := newServers(t)
	bench.program(t)
	t.Run("together", func(t *testing.T) {
		turns := make(chan struct{}, together)
		for _, f := range families() {
			if f.alone || (f.long && !long()) {
				continue
			}
			t.Run(f.id+" "+f.name, func(t *testing.T) {
				t.Parallel()
				turns <- struct{}{}
				defer func() { <-turns }()
				all.add(f.happens(t, s))
			})
		}
	})
	for _, f := range families() {
		if f.alone && (!f.long || long()) {
			t.Run(f.id+" "+f.name, func(t *testing.T) { all.add(f.happens(t, s)) })
		}
	}
	all.write(t)
}
