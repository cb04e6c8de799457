package eventgen_test

import (
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

const many = 20_000

// kinds are the observable types of the ingest API.
func kinds() []string {
	return []string{
		"account", "cve", "domain", "email", "filename", "filepath", "hash-md5", "hash-sha1", "hash-sha256",
		"hostname", "ip", "other", "process", "url", "user-agent",
	}
}

func TestEvent_KeepsTheLimitsOfTheIngestAPI(t *testing.T) {
	t.Parallel()
	severities := []string{"info", "low", "medium", "high", "critical"}

	for i, e := range eventgen.New(20, start()).Batch(many) {
		require.True(t, between(e.Title, 1, 200), "line %d: title %q", i, e.Title)
		require.True(t, between(e.Source, 1, 100), "line %d: source %q", i, e.Source)
		require.True(t, between(e.SourceRef, 1, 255), "line %d: source_ref %q", i, e.SourceRef)
		require.Contains(t, severities, e.Severity)
		require.NotNil(t, e.Tags)
		require.LessOrEqual(t, len(e.Tags), 100)
		for _, tag := range e.Tags {
			require.True(t, between(tag, 1, 50), "line %d: tag %q", i, tag)
		}
		require.NotNil(t, e.ObservableData)
		require.Subset(t, kinds(), slices.Collect(maps.Keys(e.ObservableData)))
		require.Less(t, len(lineOf(e)), 1<<20, "line %d does not fit into one request", i)
	}
}

// between tells whether text has low to high characters, all of them valid and
// none of them NUL, which databases refuse.
func between(text string, low, high int) bool {
	n := utf8.RuneCountInString(text)

	return n >= low && n <= high && utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

func TestEvent_PayloadIsAnObjectOrALine(t *testing.T) {
	t.Parallel()

	for i, e := range eventgen.New(21, start()).Batch(many) {
		require.True(t, json.Valid(e.RawPayload), "line %d", i)
		require.Contains(t, `{"`, string(e.RawPayload[0]), "line %d: %s", i, e.RawPayload)
	}
}

func TestEvent_TimeIsInUTCAndNearTheGeneratorsClock(t *testing.T) {
	t.Parallel()

	for _, e := range eventgen.New(22, start()).Batch(2_000) {
		if e.EventTime == nil {
			continue
		}
		require.Equal(t, time.UTC, e.EventTime.Location())
		require.WithinRange(t, *e.EventTime, start().Add(-13*time.Hour), start().Add(24*time.Hour))
	}
}

func TestEvent_ObservablesAreWellFormedAndReserved(t *testing.T) {
	t.Parallel()
	checks := wellFormed()

	for i, e := range eventgen.New(23, start()).Batch(many) {
		for kind, values := range e.ObservableData {
			require.NotEmpty(t, values)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(values))), len(values), "line %d repeats a value", i)
			for _, value := range values {
				require.True(t, checks[kind](value), "line %d: %s %q", i, kind, value)
			}
		}
	}
}

// wellFormed tells by type which values a strict reader takes; addresses and
// names have to be those reserved for documentation.
func wellFormed() map[string]func(string) bool {
	text := func(value string) bool { return value != "" && utf8.ValidString(value) }
	matches := func(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

	return map[string]func(string) bool{
		"ip": reservedIP, "domain": reservedName, "hostname": func(value string) bool {
			return reservedName(value) || !strings.Contains(value, ".")
		},
		"url": func(value string) bool {
			u, err := url.Parse(value)

			return err == nil && strings.HasPrefix(u.Scheme, "http") && reservedName(u.Hostname())
		},
		"email": func(value string) bool {
			_, host, found := strings.Cut(value, "@")

			return found && reservedName(host)
		},
		"hash-md5": matches(`^[0-9a-f]{32}$`), "hash-sha1": matches(`^[0-9a-f]{40}$`), "hash-sha256": matches(`^[0-9a-f]{64}$`),
		"cve":      matches(`^CVE-2099-\d{4,}$`),
		"filename": text, "filepath": text, "process": text, "account": text, "user-agent": text, "other": text,
	}
}

func reservedIP(value string) bool {
	address, err := netip.ParseAddr(value)

	return err == nil && slices.ContainsFunc([]string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"},
		func(block string) bool { return netip.MustParsePrefix(block).Contains(address) })
}

func reservedName(value string) bool {
	return slices.ContainsFunc([]string{".example", ".test", ".invalid", ".example.com", ".example.net", ".example.org"},
		func(end string) bool { return strings.HasSuffix(value, end) })
}
