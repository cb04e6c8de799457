package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

const planted = "hunter2-planted"

// The ways in which a program carries a secret about.
type (
	exported  struct{ Password secret.Text }
	hidden    struct{ password secret.Text }
	embedded  struct{ secret.Text }
	pointed   struct{ password *secret.Text }
	aggregate struct{ was, is hidden }
)

func carriers() map[string]any {
	s := secret.New(planted)
	return map[string]any{
		"itself": s, "pointer": &s, "exported field": exported{s}, "hidden field": hidden{s},
		"pointer to hidden field": &hidden{s}, "embedded": embedded{s}, "pointer field": pointed{&s},
		"two deep": aggregate{hidden{s}, hidden{s}}, "list": []secret.Text{s}, "map": map[string]secret.Text{"k": s},
		"map of structs": map[string]any{"k": hidden{s}}, "any list": []any{s, &s, hidden{s}},
		"error": fmt.Errorf("login with %v failed: %w", s, errors.New("refused")),
	}
}

// Verbs that do not fit are used by mistake, and that is when a value leaks.
func TestText_NoVerbPrintsIt(t *testing.T) {
	t.Parallel()
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%c", "%U", "%e", "%b", "%o", "%10.3s", "%T"}
	for name, carrier := range carriers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range verbs {
				shown := fmt.Sprintf(verb, carrier)
				require.NotContains(t, shown, planted, verb)
				require.NotContains(t, shown, fmt.Sprintf("%x", planted), verb)
			}
			require.NotContains(t, fmt.Sprint(carrier), planted)
			require.NotContains(t, fmt.Sprintln(carrier), planted)
		})
	}
}

func TestText_NoMarshallerAndNoLogWritesIt(t *testing.T) {
	t.Parallel()
	for name, carrier := range carriers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			slog.New(slog.NewTextHandler(&out, nil)).Info("m", "c", carrier, slog.Any("again", carrier))
			slog.New(slog.NewJSONHandler(&out, nil)).With("c", carrier).Error("m", slog.Group("g", "c", carrier))
			if text, err := json.Marshal(carrier); err == nil {
				out.Write(text)
			}
			if text, err := xml.Marshal(carrier); err == nil {
				out.Write(text)
			}
			require.NotContains(t, out.String(), planted)
		})
	}
}

func TestText_ShowsTheMask(t *testing.T) {
	t.Parallel()
	s := secret.New(planted)
	require.Equal(t, secret.Mask, s.String())
	require.Equal(t, secret.Mask, fmt.Sprintf("%#v", s))
	text, err := json.Marshal(exported{s})
	require.NoError(t, err)
	require.JSONEq(t, `{"Password":"[secret]"}`, string(text))
	require.Equal(t, "refused: [secret]", fmt.Errorf("refused: %s", s).Error())
}

func TestText_RevealReturnsWhatWasPutIn(t *testing.T) {
	t.Parallel()
	require.Equal(t, planted, secret.New(planted).Reveal())
	require.Empty(t, secret.Text{}.Reveal())
	require.True(t, secret.Text{}.Empty())
	require.True(t, secret.New("").Empty())
	require.False(t, secret.New(" ").Empty())

	var in struct{ Password secret.Text }
	require.NoError(t, json.Unmarshal([]byte(`{"Password":"hunter2-planted"}`), &in))
	require.Equal(t, planted, in.Password.Reveal())
	require.NoError(t, json.Unmarshal([]byte(`{"Password":""}`), &in))
	require.True(t, in.Password.Empty())
}

func TestText_EqualComparesValues(t *testing.T) {
	t.Parallel()
	a, b := secret.New("a"), secret.New("b")
	require.True(t, a.Equal(secret.New("a")))
	require.False(t, a.Equal(b))
	require.False(t, a.Equal(secret.Text{}))
	require.True(t, secret.Text{}.Equal(secret.New("")))
	// The audit log compares states deeply; it must see a change, and only one.
	require.True(t, reflect.DeepEqual(hidden{a}, hidden{secret.New("a")}))
	require.False(t, reflect.DeepEqual(hidden{a}, hidden{b}))
	require.True(t, reflect.DeepEqual(hidden{}, hidden{secret.New("")}))
}
