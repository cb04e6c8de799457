package observable_test

import (
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/observable"
)

// row is one value as a sensor or a person writes it, and what becomes of it:
// the normalised text, or a part of the sentence that refuses it.
type row struct {
	typ     observable.Type
	in, out string
	refusal string
}

// table is every row; the files beside this one hold its parts.
func table() []row { return slices.Concat(nameRows(), webRows(), thingRows()) }

func TestNormalise_Table(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(table()), 170)
	for _, r := range table() {
		t.Run(string(r.typ)+" "+r.in[:min(len(r.in), 60)], func(t *testing.T) {
			t.Parallel()
			got, err := observable.Normalise(r.typ, r.in)
			if r.refusal != "" {
				require.True(t, fault.Is(err, fault.Invalid), "got %q, %v", got, err)
				require.ErrorContains(t, err, r.refusal)
				require.Empty(t, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, r.out, got)
			again, err := observable.Normalise(r.typ, got)
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}

// check demands of any input what the package promises of every output.
func check(t *testing.T, typ observable.Type, raw string) {
	t.Helper()
	got, err := observable.Normalise(typ, raw)
	if err != nil {
		require.True(t, fault.Is(err, fault.Invalid), "%v", err)
		require.Empty(t, got)
		return
	}
	require.NotEmpty(t, got)
	require.True(t, utf8.ValidString(got))
	require.LessOrEqual(t, utf8.RuneCountInString(got), observable.MaxValue)
	require.False(t, strings.ContainsFunc(got, unicode.IsControl), "%q has control characters", got)
	again, err := observable.Normalise(typ, got)
	require.NoError(t, err, "%s: %q became %q, which is refused", typ, raw, got)
	require.Equal(t, got, again, "%s: from %q", typ, raw)
}

// Random text is refused by most types; pieces of what people write are not.
func TestNormalise_TwiceIsOnce(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"hxxp", "https", "://", "[:]//", `:\\`, "evil", ".", "[.]", "[.", ".]", "(dot)", " at ", "@", "[at]", "<", ">", "[", "]", "::",
		"2001:db8", "192.0.2.1", "/", "[/]", "?", "#", ":80", ":", "ü", "u\u0308", "中", "\u200b", "ⓔ", " ", `\`, "HKLM", "Registry::", "AS", "1",
		"00", "+", "(0)", "bc1", "%", "{", "}", "{.}", "İ", "。", "CVE-2021-", "44228", "mailto:", `"`, "-", "com", "\t", "0x", "K",
	}
	law := func(picks []byte) bool {
		var b strings.Builder
		for _, p := range picks {
			b.WriteString(pieces[int(p)%len(pieces)])
		}
		for _, typ := range observable.Types() {
			check(t, typ, b.String())
		}
		return true
	}
	require.NoError(t, quick.Check(law, &quick.Config{MaxCount: 5000}))
}

func FuzzNormalise(f *testing.F) {
	for _, r := range table() {
		f.Add(string(r.typ), r.in)
	}
	f.Fuzz(func(t *testing.T, typ, raw string) {
		if len(raw) > 8*observable.MaxValue {
			t.Skip("longer than any edge lets through")
		}
		for _, each := range observable.Types() {
			check(t, each, raw)
		}
		check(t, observable.Type(typ), raw)
		for _, v := range observable.FromReport(map[string][]string{typ: {raw}}) {
			check(t, v.Type, v.Value)
		}
	})
}

func TestTypes_AreDistinctAndKnown(t *testing.T) {
	t.Parallel()
	seen := map[observable.Type]bool{}
	for _, typ := range observable.Types() {
		require.False(t, seen[typ], typ)
		require.True(t, observable.Known(typ), typ)
		seen[typ] = true
	}
	require.Len(t, seen, 24)
	require.False(t, observable.Known("IP"))
	require.False(t, observable.Known(""))
}

// Whatever a pasted text is made of, reading it takes time in proportion.
func TestNormalise_LongTextsAreQuick(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"[", "{{.}}", "[ ", " at", "ü", ".", "http://", `\\`, "1", ":", "\u0301", "z"} {
		long := strings.Repeat(piece, observable.MaxValue/utf8.RuneCountInString(piece))
		for _, typ := range observable.Types() {
			check(t, typ, long)
		}
	}
}
