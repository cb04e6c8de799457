package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// What one company's storm and one dead endpoint do to the others, as the order
// in which work is taken.
func outboxTurns(t *testing.T, w *world) {
	t.Helper()
	t.Run("a storm leaves the others their share of the first claim", func(t *testing.T) {
		w := w.fresh(t)
		storm, quiet := w.company(t), w.company(t)
		w.emitMany(t, storm, 1_000)
		w.clock.Advance(time.Minute)
		for range 3 {
			w.emit(t, quiet)
		}
		require.Equal(t, map[tenant.ID]int{storm: 25, quiet: 3}, shares(w.claimOf(t, 16, 25)))
	})
	t.Run("companies take turns, whoever was served least recently first", func(t *testing.T) {
		w := w.fresh(t)
		a, b, c := w.company(t), w.company(t), w.company(t)
		for range 4 {
			w.emit(t, a)
			w.emit(t, b)
		}
		var order []tenant.ID
		for range 4 {
			w.clock.Advance(2 * lease) // whatever is on its way waits again
			got := w.claimOf(t, 1, 1)
			require.Len(t, got, 1)
			order = append(order, got[0].Company)
		}
		require.Equal(t, []tenant.ID{a, b, a, b}, order)
		w.emit(t, c)
		w.clock.Advance(2 * lease)
		require.Equal(t, c, w.claimOf(t, 1, 1)[0].Company, "who was never served comes first")
	})
	t.Run("not more than two shares of a company on their way", func(t *testing.T) {
		w := w.fresh(t)
		storm, quiet := w.company(t), w.company(t)
		w.emitMany(t, storm, 9)
		first := w.claimOf(t, 9, 2)
		require.Len(t, first, 2)
		require.Len(t, w.claimOf(t, 9, 2), 2)
		w.emit(t, quiet)
		require.Equal(t, map[tenant.ID]int{quiet: 1}, shares(w.claimOf(t, 9, 2)))
		w.settle(t, first)
		require.Equal(t, map[tenant.ID]int{storm: 2}, shares(w.claimOf(t, 9, 2)), "what is settled makes room")
	})
	t.Run("events that come round again go behind those that have waited longer", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		w.emit(t, company)
		lost := w.claim(t, 1)
		w.clock.Advance(lease / 2)
		fresh := w.emit(t, company)
		w.clock.Advance(lease)
		require.Equal(t, fresh.ID, w.claim(t, 1)[0].ID)
		require.Equal(t, lost, w.claim(t, 1))
	})
	t.Run("a clock that is set back freezes nothing", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		w.emit(t, company)
		require.Len(t, w.claim(t, 2), 1)
		w.emit(t, company)
		w.clock.Advance(-time.Hour)
		require.Len(t, w.claim(t, 2), 2)
		w.clock.Advance(lease - time.Microsecond)
		require.Empty(t, w.claim(t, 2), "leases hold under the new time")
	})
}

func shares(claimed []store.Waiting) map[tenant.ID]int {
	of := map[tenant.ID]int{}
	for _, one := range claimed {
		of[one.Company]++
	}
	return of
}

func queueTurns(t *testing.T, w *world) {
	t.Helper()
	t.Run("a storm leaves the others their share of the first claim", func(t *testing.T) {
		w := w.fresh(t)
		storm, quiet := w.company(t), w.company(t)
		busy := []notification.ChannelState{w.addChannel(t, storm), w.addChannel(t, storm), w.addChannel(t, storm)}
		w.addDeliveries(t, 1_000, busy...)
		w.clock.Advance(time.Minute)
		w.addDeliveries(t, 3, w.addChannel(t, quiet), w.addChannel(t, quiet))
		got := w.claimedInto(t, "webhook", store.Room{Free: 6, PerChannel: 2, PerCompany: 4})
		require.Equal(t, map[tenant.ID]int{storm: 3, quiet: 3}, attempts(got))
	})
	t.Run("not more than so many of one company, whatever its channels", func(t *testing.T) {
		w := w.fresh(t)
		storm, quiet := w.company(t), w.company(t)
		for range 4 {
			w.addDeliveries(t, 2, w.addChannel(t, storm))
		}
		room := store.Room{Free: 9, PerChannel: 2, PerCompany: 5}
		require.Equal(t, map[tenant.ID]int{storm: 5}, attempts(w.claimedInto(t, "webhook", room)), "also while it is alone")
		w.addDelivery(t, w.addChannel(t, quiet))
		require.Equal(t, map[tenant.ID]int{quiet: 1}, attempts(w.claimedInto(t, "webhook", room)))
		w.clock.Advance(lease)
		require.Equal(t, map[tenant.ID]int{storm: 5, quiet: 1}, attempts(w.claimedInto(t, "webhook", room)))
	})
	t.Run("a channel that is held is passed over", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		dead, alive := w.addChannel(t, company), w.addChannel(t, company)
		w.addDeliveries(t, 1_000, dead)
		room := store.Room{Free: 4, PerChannel: 2, PerCompany: 8}
		require.Len(t, w.claimedInto(t, "webhook", room), 2)
		d := w.addDelivery(t, alive)
		require.Equal(t, []notification.DeliveryID{d.ID}, pick(w.claimedInto(t, "webhook", room), deliveryID))
		require.Empty(t, w.claimedInto(t, "webhook", room))
	})
	t.Run("whoever has the fewest attempts under way comes first, then whoever was served least recently", func(t *testing.T) {
		w := w.fresh(t)
		a, b, c := w.company(t), w.company(t), w.company(t)
		for _, company := range []tenant.ID{a, b} {
			w.addDeliveries(t, 9, w.addChannel(t, company))
		}
		one := store.Room{Free: 1, PerChannel: 9, PerCompany: 9}
		var order []tenant.ID
		for range 4 {
			w.clock.Advance(time.Microsecond)
			order = append(order, w.claimedInto(t, "webhook", one)[0].State().Company)
		}
		require.Equal(t, []tenant.ID{a, b, a, b}, order)
		w.addDeliveries(t, 2, w.addChannel(t, c))
		w.clock.Advance(lease)
		order = nil
		for range 2 {
			got := w.claimedInto(t, "webhook", one)
			w.end(t, got[0])
			order = append(order, got[0].State().Company)
		}
		require.Equal(t, []tenant.ID{c, a}, order, "nobody has any under way")
	})
}

func attempts(claimed []*notification.Delivery) map[tenant.ID]int {
	of := map[tenant.ID]int{}
	for _, d := range claimed {
		of[d.State().Company]++
	}
	return of
}
