package cel_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/cel"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/ports/condition"
	"github.com/sentineliq/sentineliq/ports/condition/conditiontest"
)

func open(tb testing.TB) condition.Engine {
	tb.Helper()
	e, err := cel.New()
	require.NoError(tb, err)
	return e
}

func TestEngine_IsAnEngine(t *testing.T) {
	t.Parallel()
	conditiontest.Run(t, open)
}

// A field whose name says that it is a time must compare as one after a trip
// through JSON.
func TestEngine_FieldsNamedLikeTimesAreTimes(t *testing.T) {
	t.Parallel()
	e := open(t)
	for noun, fields := range notification.Names() {
		for _, field := range fields {
			if field != "time" && !strings.HasSuffix(field, "_time") && !strings.HasSuffix(field, "_at") &&
				!strings.HasSuffix(field, "_date") && !strings.HasSuffix(field, "_seen") {
				continue
			}
			source := fmt.Sprintf(`%s.%s < timestamp("2026-01-02T00:00:00Z")`, noun, field)
			facts := condition.Facts{noun: {field: time.Date(2026, 1, 1, 0, 0, 0, 5000, time.UTC)}}
			for _, seen := range []condition.Facts{facts, conditiontest.Stored(t, facts)} {
				got, err := e.Holds(t.Context(), source, seen)
				require.NoError(t, err, source)
				require.True(t, got, source)
			}
		}
	}
}

func TestEngine_KeepsDecidingBeyondWhatItRemembers(t *testing.T) {
	t.Parallel()
	e := open(t)
	for i := range 1100 {
		got, err := e.Holds(t.Context(), fmt.Sprintf("alert.occurrences == %d", i), conditiontest.Facts())
		require.NoError(t, err)
		require.Equal(t, i == 3, got)
	}
	got, err := e.Holds(t.Context(), "alert.occurrences == 3", conditiontest.Facts())
	require.NoError(t, err)
	require.True(t, got)
}

// Whatever a condition says, checking and running it ends soon, without a
// panic, and with a fault that says whose mistake it is.
func FuzzEngine(f *testing.F) {
	for _, seed := range []string{
		`alert.severity == "critical"`, `rank(alert.severity) >= rank("high") && "vip" in alert.tags`, `alert.`, `((((`,
		`alert.tags.exists(t, t.matches("v.*p"))`, `event.time < timestamp("2026-01-01T00:00:00Z")`, `[1,2].map(x, x * 2)[0] == 2`,
		`alert.observable_data["ip"][0] == "x"`, `duration("1h").getSeconds() == 3600`, `{"a": 1}["a"] == 1`, `true ? false : true`,
		`type(alert.title) == string`, `dyn([])[0] == 1`, `b"\xff" == b""`, `alert["severity"].size() == 4u`, `-9223372036854775808 == 1 - 1`,
		`int("9223372036854775807") + 1 > 0`, `string(event.time).startsWith("2026")`, `has(alert.title)`, `"\u00e9" < "z"`,
	} {
		f.Add(seed)
	}
	e := open(f)
	fresh, stored := conditiontest.Facts(), conditiontest.Stored(f, conditiontest.Facts())
	f.Fuzz(func(t *testing.T, source string) {
		checked := e.Check(source)
		if checked != nil && !fault.Is(checked, fault.Invalid) {
			t.Fatalf("Check: %v", checked)
		}
		got, err := e.Holds(t.Context(), source, fresh)
		if checked != nil {
			require.Error(t, err)
			return
		}
		again, errAgain := e.Holds(t.Context(), source, stored)
		for _, err := range []error{err, errAgain} {
			if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Unavailable) {
				t.Fatalf("Holds: %v", err)
			}
		}
		late := fault.Is(err, fault.Unavailable) || fault.Is(errAgain, fault.Unavailable)
		if !late && (got != again || (err == nil) != (errAgain == nil)) {
			t.Errorf("fresh facts: %v, %v; stored facts: %v, %v", got, err, again, errAgain)
		}
		if err != nil && errors.Unwrap(err) == nil && len(err.Error()) > 1000 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	})
}

func BenchmarkEngine_Holds(b *testing.B) {
	e, facts := open(b), conditiontest.Facts()
	for name, source := range map[string]string{
		"severity": `alert.severity == "critical"`,
		"usual":    `rank(alert.severity) >= rank("high") && "vip" in alert.tags && alert.title.contains("Mimi")`,
		"regexp":   `alert.description.matches("(?i)mimi(katz|dog)")`,
		"lacking":  `incident.title == "x"`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Holds(b.Context(), source, facts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEngine_Compile(b *testing.B) {
	e := open(b)
	i := 0
	for b.Loop() {
		i++
		if err := e.Check(fmt.Sprintf(`rank(alert.severity) >= rank("high") && alert.title != "%d"`, i)); err != nil {
			b.Fatal(err)
		}
	}
}
