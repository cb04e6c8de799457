package ratelimit_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/ratelimit"
	"github.com/sentineliq/sentineliq/ports/limit"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

const ana = "account:ana"

// open returns a limiter of ten failures a minute.
func open() (limit.Failures, *systemtest.Clock) {
	clock := systemtest.NewClock()
	return ratelimit.New(clock, ratelimit.Rate{Failures: 10, Per: time.Minute}, 100), clock
}

func requireBlocked(t *testing.T, f limit.Failures, key string, want time.Duration) {
	t.Helper()
	wait, blocked := f.Blocked(key)
	require.Equal(t, want > 0, blocked)
	require.Equal(t, want, wait)
}

func TestFailures_TenAreFreeThenTimeMustPass(t *testing.T) {
	t.Parallel()
	f, clock := open()
	for range 10 {
		requireBlocked(t, f, ana, 0)
		f.Failed(ana)
	}
	requireBlocked(t, f, ana, 6*time.Second)
	clock.Advance(2 * time.Second)
	requireBlocked(t, f, ana, 4*time.Second)
	clock.Advance(4 * time.Second)
	requireBlocked(t, f, ana, 0)
	f.Failed(ana)
	requireBlocked(t, f, ana, 6*time.Second)
}

func TestFailures_AskingCostsNothing(t *testing.T) {
	t.Parallel()
	f, _ := open()
	for range 1000 {
		requireBlocked(t, f, ana, 0)
	}
}

func TestFailures_AMinuteForgivesAll(t *testing.T) {
	t.Parallel()
	f, clock := open()
	for range 50 { // requests that were on their way when the limit was reached
		f.Failed(ana)
	}
	requireBlocked(t, f, ana, 6*time.Second)
	clock.Advance(time.Minute)
	for range 10 {
		requireBlocked(t, f, ana, 0)
		f.Failed(ana)
	}
	requireBlocked(t, f, ana, 6*time.Second)
}

func TestFailures_KeysDoNotShare(t *testing.T) {
	t.Parallel()
	f, _ := open()
	for range 10 {
		f.Failed(ana)
	}
	requireBlocked(t, f, "account:bob", 0)
	requireBlocked(t, f, "address:ana", 0)
}

func TestFailures_AnAddressGetsTenTimesAsMany(t *testing.T) {
	t.Parallel()
	f, _ := open()
	for range 100 {
		requireBlocked(t, f, "address:192.0.2.7", 0)
		f.Failed("address:192.0.2.7")
	}
	requireBlocked(t, f, "address:192.0.2.7", 600*time.Millisecond)
	requireBlocked(t, f, "address:::ffff:192.0.2.7", 600*time.Millisecond)
	requireBlocked(t, f, "address:192.0.2.8", 0)
}

func TestFailures_OneIPv6NetworkIsOneAddress(t *testing.T) {
	t.Parallel()
	f, _ := open()
	for i := range 100 {
		f.Failed(fmt.Sprintf("address:2001:db8:0:1::%x", i))
	}
	requireBlocked(t, f, "address:2001:db8:0:1:ffff::1", 600*time.Millisecond)
	requireBlocked(t, f, "address:2001:db8:0:2::1", 0)
}

func TestFailures_OffNeverBlocks(t *testing.T) {
	t.Parallel()
	f := ratelimit.New(systemtest.NewClock(), ratelimit.Rate{}, 100)
	for range 1000 {
		f.Failed(ana)
	}
	requireBlocked(t, f, ana, 0)
}

func TestFailures_MemoryIsBounded(t *testing.T) {
	t.Parallel()
	f, _ := open()
	block := func(key string) {
		for range 10 {
			f.Failed(key)
		}
	}
	block("account:oldest")
	block(ana)
	for i := range 99 {
		f.Failed(fmt.Sprintf("account:%d", i))
	}
	requireBlocked(t, f, "account:oldest", 0)
	requireBlocked(t, f, ana, 6*time.Second)
}

func TestFailures_ManyAtOnce(t *testing.T) {
	t.Parallel()
	f, _ := open()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				f.Failed(fmt.Sprintf("account:%d", i))
				f.Failed(ana)
				f.Blocked(ana)
			}
		})
	}
	wg.Wait()
	requireBlocked(t, f, ana, 6*time.Second)
}
