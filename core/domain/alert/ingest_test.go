package alert_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// reports draws reports of few sources and references, so that many repeat.
func reports(t *rapid.T) []*alert.Alert {
	n := rapid.IntRange(0, 30).Draw(t, "reports")
	list := make([]*alert.Alert, n)
	for i := range list {
		d := draft(func(d *alert.Draft) {
			d.Source = rapid.SampledFrom([]string{"suricata", "zeek"}).Draw(t, "source")
			d.SourceRef = rapid.SampledFrom([]string{"", " ", "1", "2", "3"}).Draw(t, "ref")
			d.Title = fmt.Sprint("report ", i)
		})
		a, err := alert.Create(alert.ID(fmt.Sprint("a", i)), "acme", d, alert.Reporter{Key: "k"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = a
	}
	return list
}

func TestFold_EveryReportIsCountedOnceAndTheFirstOfAKeyWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		batch := reports(t)
		folded := alert.Fold(batch)
		require.Len(t, folded.Place, len(batch))
		total, seen, first := 0, map[alert.Key]bool{}, map[int]bool{}
		for _, a := range folded.Alerts {
			total += a.State().Occurrences
			key, keyed := a.Key()
			require.False(t, keyed && seen[key], "a key stands once")
			seen[key] = keyed
		}
		require.Equal(t, len(batch), total, "no report is lost and none is counted twice")
		for i, at := range folded.Place {
			key, keyed := batch[i].Key()
			got, _ := folded.Alerts[at].Key()
			require.Equal(t, key, got)
			if !first[at] {
				require.Same(t, batch[i], folded.Alerts[at], "the first wins")
			} else {
				require.True(t, keyed, "without a reference nothing repeats")
			}
			first[at] = true
		}
	})
}

func TestBatch_SettleGivesEveryLineItsOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sound := reports(t)
		folded := alert.Fold(sound)
		b := alert.Batch{ID: "b1", Company: "acme"}
		var place []int
		for range sound {
			for rapid.Bool().Draw(t, "a broken line before") {
				b.Lines = append(b.Lines, alert.Line{Fault: fault.Field("title", fault.CodeRequired, "no")})
			}
			place = append(place, len(b.Lines))
			b.Lines = append(b.Lines, alert.Line{})
		}
		broken, fresh := len(b.Lines)-len(sound), 0
		receipts := make([]alert.Receipt, len(folded.Alerts))
		for i, a := range folded.Alerts {
			receipts[i] = alert.Receipt{Alert: a.ID()}
			if _, keyed := a.Key(); keyed && rapid.Bool().Draw(t, "was there before") {
				receipts[i] = alert.Receipt{Alert: "before", Duplicate: true}
			} else {
				fresh++
			}
		}
		b.Settle(folded, receipts, place)

		accepted, duplicates, rejected := b.Counts()
		require.Equal(t, len(b.Lines), accepted+duplicates+rejected, "the counts add up")
		require.Equal(t, fresh, accepted)
		require.Equal(t, broken, rejected)
		require.Len(t, b.New, fresh)
		require.Len(t, b.Events(), fresh, "only what is new is told")
		for report, line := range place {
			require.Equal(t, receipts[folded.Place[report]].Alert, b.Lines[line].Receipt.Alert)
		}
		meta := b.AuditMetadata()
		require.Len(t, meta["items"], len(b.Lines), "one entry lists every report")
		require.Equal(t, []any{accepted, duplicates, rejected}, []any{meta["accepted"], meta["duplicates"], meta["rejected"]})
	})
}

func TestBatch_AuditListsEveryReportWithItsOutcome(t *testing.T) {
	t.Parallel()
	b := alert.Batch{ID: "b1", Company: "acme", Lines: []alert.Line{
		{Receipt: alert.Receipt{Alert: "a1"}},
		{Fault: fault.New(fault.Invalid, "no")},
		{Receipt: alert.Receipt{Alert: "a1", Duplicate: true}},
	}}
	require.Equal(t, audit.Ref{Type: "alert", ID: "b1", Name: "batch", Company: "acme"}, b.AuditRef())
	require.Empty(t, b.AuditChanges())
	require.Equal(t, []any{
		map[string]any{"id": "a1", "outcome": "accepted"},
		map[string]any{"outcome": "rejected"},
		map[string]any{"id": "a1", "outcome": "duplicate"},
	}, b.AuditMetadata()["items"])
}

func TestIngested_ANewAlertTellsItsFieldsAndARepeatOnlyWhereItWent(t *testing.T) {
	t.Parallel()
	a, err := create(draft(func(d *alert.Draft) { d.SourceRef = "7" }))
	require.NoError(t, err)
	fresh := alert.Ingested{Receipt: alert.Receipt{Alert: "a1"}, Alert: a}
	require.Equal(t, audit.Ref{Type: "alert", ID: "a1", Name: "Beaconing", Company: "acme"}, fresh.AuditRef())
	require.Equal(t, [2]any{nil, "Beaconing"}, fresh.AuditChanges()["title"])
	require.Len(t, fresh.Events(), 1)
	require.Equal(t, 201, fresh.AuditStatus())

	repeat := alert.Ingested{Receipt: alert.Receipt{Alert: "a0", Duplicate: true}, Alert: a}
	require.Equal(t, "a0", repeat.AuditRef().ID)
	require.Empty(t, repeat.AuditChanges())
	require.Empty(t, repeat.Events())
	require.Equal(t, 200, repeat.AuditStatus())
	require.Equal(t, map[string]any{"duplicate": true, "source": "suricata", "source_ref": "7"}, repeat.AuditMetadata())
}

func TestFacts_AreJSONAndHideThePayload(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]*alert.Alert{"full": in(alert.Escalated), "empty": alert.Restore(alert.State{})} {
		text, err := json.Marshal(a.Facts())
		require.NoError(t, err, name)
		var back map[string]any
		require.NoError(t, json.Unmarshal(text, &back))
		require.NotContains(t, back, "raw_payload")
		for _, list := range []string{"tags", "incidents"} {
			require.IsType(t, []any{}, back[list], "%s of %s is a list, so that its size can be asked", list, name)
		}
		require.IsType(t, map[string]any{}, back["observable_data"], name)
	}
}

func TestEvents_CarryTheStateAfterTheChange(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.NoError(t, a.Acknowledge("u1", noon))
	require.NoError(t, a.Resolve("benign", "", noon))
	events := a.Events()
	require.Len(t, events, 2)
	for _, e := range events {
		require.Equal(t, "alert", e.Entity)
		require.Equal(t, "a1", e.EntityID)
		require.EqualValues(t, "acme", e.Company)
		require.Equal(t, "resolved", e.Facts["alert"]["status"])
		e.Facts["alert"]["status"] = "changed"
		e.Facts["alert"]["observable_data"].(map[string][]string)["ip"][0] = "changed" //nolint:errcheck // that is its type
	}
	require.Equal(t, "192.0.2.1", a.State().Observables["ip"][0], "facts share nothing with the alert")
}
