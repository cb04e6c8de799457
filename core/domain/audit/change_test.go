package audit_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

type word string

type unprintable struct{ N int }

func (unprintable) MarshalText() ([]byte, error) { return nil, errors.New("no words") }

// thing has a field of every kind that states have, or may come to have.
type thing struct {
	Title    string              `audit:"title"`
	Status   word                `audit:"status"`
	Severity severity.Level      `audit:"severity"`
	Role     actor.Role          `audit:"role"`
	Count    int                 `audit:"count"`
	Active   bool                `audit:"active"`
	At       time.Time           `audit:"at"`
	Tags     []string            `audit:"tags"`
	Words    []word              `audit:"words"`
	Data     map[string][]string `audit:"data"`
	Fields   map[string]any      `audit:"fields"`
	Raw      json.RawMessage     `audit:"raw"`
	Hash     secret.Text         `audit:"hash"`
	Note     *string             `audit:"note"`
	Due      *time.Time          `audit:"due"`
	Odd      unprintable         `audit:"odd"`
	Untagged string
	Hidden   string `audit:"-"`
}

var noon = time.Date(2026, 5, 1, 12, 0, 0, 123_000, time.UTC)

func TestDiff_EveryKindOfField(t *testing.T) {
	t.Parallel()
	note, nothing, due := "n", "", noon
	cases := map[string]struct {
		was, is thing
		want    audit.Changes
	}{
		"nothing":          {thing{Title: "a"}, thing{Title: "a"}, audit.Changes{}},
		"text":             {thing{Title: "a"}, thing{Title: "b"}, audit.Changes{"title": {"a", "b"}}},
		"text from empty":  {thing{}, thing{Title: "b"}, audit.Changes{"title": {nil, "b"}}},
		"text to empty":    {thing{Title: "a"}, thing{}, audit.Changes{"title": {"a", nil}}},
		"named text":       {thing{Status: "new"}, thing{Status: "resolved"}, audit.Changes{"status": {"new", "resolved"}}},
		"severity by name": {thing{Severity: severity.Low}, thing{Severity: severity.Critical}, audit.Changes{"severity": {"low", "critical"}}},
		"no severity":      {thing{}, thing{Severity: severity.Info}, audit.Changes{"severity": {nil, "info"}}},
		"role by name":     {thing{Role: actor.Analyst}, thing{Role: actor.Admin}, audit.Changes{"role": {"analyst_company", "admin_company"}}},
		"number":           {thing{}, thing{Count: 3}, audit.Changes{"count": {0, 3}}},
		"flag":             {thing{}, thing{Active: true}, audit.Changes{"active": {false, true}}},
		"time":             {thing{}, thing{At: noon}, audit.Changes{"at": {nil, "2026-05-01T12:00:00.000123Z"}}},
		"time to nothing":  {thing{At: noon}, thing{}, audit.Changes{"at": {"2026-05-01T12:00:00.000123Z", nil}}},
		"same moment":      {thing{At: noon}, thing{At: noon.In(time.FixedZone("", 3600))}, audit.Changes{}},
		"list":             {thing{}, thing{Tags: []string{"a"}}, audit.Changes{"tags": {nil, []string{"a"}}}},
		"list reordered":   {thing{Tags: []string{"a", "b"}}, thing{Tags: []string{"b", "a"}}, audit.Changes{"tags": {[]string{"a", "b"}, []string{"b", "a"}}}},
		"two empty lists":  {thing{}, thing{Tags: []string{}}, audit.Changes{}},
		"list of names":    {thing{Words: []word{"x"}}, thing{Words: []word{}}, audit.Changes{"words": {[]word{"x"}, nil}}},
		"map":              {thing{}, thing{Data: map[string][]string{"ip": {"::1"}}}, audit.Changes{"data": {nil, map[string][]string{"ip": {"::1"}}}}},
		"deep in a map": {
			thing{Data: map[string][]string{"ip": {"::1"}}},
			thing{Data: map[string][]string{"ip": {"::2"}}},
			audit.Changes{"data": {map[string][]string{"ip": {"::1"}}, map[string][]string{"ip": {"::2"}}}},
		},
		"two empty maps": {thing{}, thing{Data: map[string][]string{}, Fields: map[string]any{}}, audit.Changes{}},
		"any map":        {thing{}, thing{Fields: map[string]any{"a": 1}}, audit.Changes{"fields": {nil, map[string]any{"a": 1}}}},
		"raw JSON is told by its digest": {thing{}, thing{Raw: json.RawMessage(`{}`)}, audit.Changes{"raw": {
			nil, "2 bytes, SHA-256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
		}}},
		"two empty documents": {thing{}, thing{Raw: json.RawMessage{}}, audit.Changes{}},
		"secret":              {thing{Hash: secret.New("a")}, thing{Hash: secret.New("b")}, audit.Changes{"hash": {secret.Mask, secret.Mask}}},
		"secret set":          {thing{}, thing{Hash: secret.New("b")}, audit.Changes{"hash": {nil, secret.Mask}}},
		"same secret":         {thing{Hash: secret.New("a")}, thing{Hash: secret.New("a")}, audit.Changes{}},
		"pointer set":         {thing{}, thing{Note: &note}, audit.Changes{"note": {nil, "n"}}},
		"pointer unset":       {thing{Note: &note}, thing{}, audit.Changes{"note": {"n", nil}}},
		"pointer to nothing":  {thing{}, thing{Note: &nothing}, audit.Changes{}},
		"time behind a pointer": {
			thing{Due: &due}, thing{Due: new(due.In(time.FixedZone("", -3600)))}, audit.Changes{},
		},
		"unprintable": {thing{}, thing{Odd: unprintable{1}}, audit.Changes{"odd": {"unprintable: no words", "unprintable: no words"}}},
		"untagged":    {thing{}, thing{Untagged: "a", Hidden: "b"}, audit.Changes{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, cmp.Diff(c.want, audit.Diff(c.was, c.is)))
		})
	}
}

func TestDiff_LongTextIsCutAndSaysSo(t *testing.T) {
	t.Parallel()
	whole, long := strings.Repeat("é", 2_000), strings.Repeat("é", 2_001)
	require.Equal(t, [2]any{nil, whole}, audit.Diff(thing{}, thing{Title: whole})["title"])
	require.Equal(t, [2]any{nil, whole + "… (2001 characters)"}, audit.Diff(thing{}, thing{Title: long})["title"])
}

func TestDiff_IsJSON(t *testing.T) {
	t.Parallel()
	note := "n"
	all := thing{
		Title: "a", Status: "new", Severity: severity.High, Role: actor.Admin, Count: 1, Active: true, At: noon,
		Tags: []string{"t"}, Words: []word{"w"}, Data: map[string][]string{"ip": {"::1"}}, Fields: map[string]any{"a": []any{1}},
		Raw: json.RawMessage(`not JSON`), Hash: secret.New("planted"), Note: &note, Due: &noon, Odd: unprintable{1},
	}
	text, err := json.Marshal(audit.Diff(thing{}, all))
	require.NoError(t, err)
	require.Contains(t, string(text), `"severity":[null,"high"]`)
	require.NotContains(t, string(text), "planted")
}

func TestNote_SaysWhatItWasGiven(t *testing.T) {
	t.Parallel()
	n := audit.Note{
		Ref: audit.Ref{Type: "session", ID: "s"}, Changes: audit.Changes{"a": {1, 2}}, Metadata: map[string]any{"b": 3},
	}
	require.Equal(t, n.Ref, n.AuditRef())
	require.Equal(t, n.Changes, n.AuditChanges())
	require.Equal(t, n.Metadata, n.AuditMetadata())
}
