package notification_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
)

func delivery(status notification.DeliveryStatus) *notification.Delivery {
	s := notification.DeliveryState{
		ID: "d1", Company: "acme", Notice: "n1", Event: "e1", Rule: "r1", Channel: "c1", ChannelType: "slack", Status: status,
		Attempts: 3, NextAttemptAt: noon, LeaseUntil: noon.Add(time.Minute), LastError: "before", ResponseStatus: 503, CreatedAt: noon,
	}
	d := notification.RestoreDelivery(s)
	if d.Over() {
		s.NextAttemptAt, s.LeaseUntil = time.Time{}, time.Time{}
	}
	return notification.RestoreDelivery(s)
}

func TestNewDelivery_IsDueAtOnce(t *testing.T) {
	t.Parallel()
	n := &notification.Notice{ID: "n1", Company: "acme", Event: "e1", Rule: "r1"}
	d := notification.NewDelivery("d1", n, channel(t), "u1", noon)
	want := notification.DeliveryState{
		ID: "d1", Company: "acme", Notice: "n1", Event: "e1", Rule: "r1", Channel: "c1", ChannelType: "slack", Recipient: "u1",
		Status: notification.Pending, NextAttemptAt: noon, CreatedAt: noon,
	}
	require.Empty(t, cmp.Diff(want, d.State()))
	require.Equal(t, "msg_d1", d.MessageID())
	require.False(t, d.Over())
}

// Every status under every verdict: where the delivery stands afterwards.
func TestDelivery_StatusTable(t *testing.T) {
	t.Parallel()
	minute := time.Minute
	verdicts := map[string]struct {
		do      func(*notification.Delivery)
		want    notification.DeliveryStatus
		error   string
		status  int
		due     time.Time
		arrived time.Time
	}{
		"taken":    {func(d *notification.Delivery) { d.Succeeded(204, noon) }, notification.Delivered, "", 204, time.Time{}, noon},
		"refused":  {func(d *notification.Delivery) { d.Refused("busy", 429, &minute, noon) }, notification.Failed, "busy", 429, noon.Add(minute), time.Time{}},
		"for good": {func(d *notification.Delivery) { d.Refused("gone", 410, nil, noon) }, notification.Dead, "gone", 410, time.Time{}, time.Time{}},
		"skipped":  {func(d *notification.Delivery) { d.Skip("the channel is disabled") }, notification.Skipped, "the channel is disabled", 503, time.Time{}, time.Time{}},
	}
	for _, from := range []notification.DeliveryStatus{notification.Pending, notification.Sending, notification.Failed} {
		for name, v := range verdicts {
			t.Run(string(from)+" "+name, func(t *testing.T) {
				t.Parallel()
				d := delivery(from)
				v.do(d)
				s := d.State()
				require.Equal(t, v.want, s.Status)
				require.Equal(t, v.error, s.LastError)
				require.Equal(t, v.status, s.ResponseStatus)
				require.Equal(t, v.due, s.NextAttemptAt)
				require.Equal(t, v.arrived, s.DeliveredAt)
				require.True(t, s.LeaseUntil.IsZero(), "nobody owns it any more")
				require.Equal(t, 3, s.Attempts, "attempts are counted when one is claimed")
				require.Equal(t, v.want != notification.Failed, d.Over())
			})
		}
	}
}

func TestDelivery_OnlyWhatWasGivenUpIsRetriedByHand(t *testing.T) {
	t.Parallel()
	for _, status := range notification.DeliveryStatuses() {
		d := delivery(status)
		err := d.Retry(noon)
		if status != notification.Dead && status != notification.Skipped {
			require.True(t, fault.Is(err, fault.Conflict), status)
			require.Empty(t, d.AuditChanges())
			continue
		}
		require.NoError(t, err)
		s := d.State()
		require.Equal(t, notification.Pending, s.Status)
		require.Equal(t, noon, s.NextAttemptAt)
		require.Zero(t, s.Attempts)
		require.Equal(t, "msg_d1", d.MessageID(), "the receiver recognises it")
		require.Equal(t, audit.Changes{"status": {string(status), "pending"}, "attempts": {3, 0}}, d.AuditChanges())
	}
	require.Equal(t, audit.Ref{Type: "delivery", ID: "d1", Name: "slack", Company: "acme"}, delivery(notification.Dead).AuditRef())
}

func TestDelivery_ReasonsAreStorableWhateverAServerAnswered(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"":                          "",
		"a\x00b\xffc":               "ab\uFFFDc",
		strings.Repeat("é", 500):    strings.Repeat("é", 500),
		strings.Repeat("é", 501):    strings.Repeat("é", 499) + "…",
		strings.Repeat("\xff", 1e6): "\uFFFD",
	} {
		refused, skipped := delivery(notification.Sending), delivery(notification.Sending)
		refused.Refused(reason, 500, nil, noon)
		skipped.Skip(reason)
		require.Equal(t, want, refused.State().LastError)
		require.Equal(t, want, skipped.State().LastError)
		require.LessOrEqual(t, utf8.RuneCountInString(want), 500)
	}
}

func TestSchedule_WaitsWithinAFifthOfThePlan(t *testing.T) {
	t.Parallel()
	plan := notification.Schedule{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		attempts := rapid.IntRange(1, len(plan)).Draw(t, "attempts")
		jitter := rapid.Float64Range(0, math.Nextafter(1, 0)).Draw(t, "jitter")
		wait := plan.Wait(attempts, 0, jitter)
		require.NotNil(t, wait)
		base := plan[attempts-1]
		require.GreaterOrEqual(t, *wait, base*8/10)
		require.LessOrEqual(t, *wait, base*12/10)
	})
	require.Equal(t, 4*time.Second, *plan.Wait(1, 0, 0))
	require.Equal(t, 5*time.Second, *plan.Wait(1, 0, 0.5))
	require.Equal(t, 6*time.Second, *plan.Wait(1, 0, 1))
}

func TestSchedule_EndsAfterItsLastWait(t *testing.T) {
	t.Parallel()
	plan := notification.Schedule{time.Second, time.Minute}
	require.NotNil(t, plan.Wait(2, 0, 0.5))
	for _, attempts := range []int{-1, 0, 3, math.MaxInt} {
		require.Nil(t, plan.Wait(attempts, time.Minute, 0.5), attempts)
	}
	require.Nil(t, notification.Schedule(nil).Wait(1, time.Minute, 0.5), "without waits there is one attempt")
}

func TestSchedule_AReceiversWishCountsIfItIsLongerUpToAnHour(t *testing.T) {
	t.Parallel()
	plan := notification.Schedule{10 * time.Second, 6 * time.Hour}
	for asked, want := range map[time.Duration]time.Duration{
		-time.Hour: 10 * time.Second, 0: 10 * time.Second, time.Second: 10 * time.Second, time.Minute: time.Minute,
		time.Hour: time.Hour, 2 * time.Hour: time.Hour, math.MaxInt64: time.Hour,
	} {
		require.Equal(t, want, *plan.Wait(1, asked, 0.5), asked)
		require.Equal(t, 6*time.Hour, *plan.Wait(2, asked, 0.5), asked)
	}
}
