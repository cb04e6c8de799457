package channeltest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/channel"
)

var (
	names       = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	secretNames = regexp.MustCompile(`password|token|secret|webhook_url|headers|key`)
)

func (s *suite) testSettings(t *testing.T) {
	w := nowhere{}
	typ := s.Make(world(w))
	d := typ.Describe()
	good := parse(t, w.place(s.settings))
	t.Run("describes itself", func(t *testing.T) {
		t.Parallel()
		if !names.MatchString(typ.Name()) || d.Label == "" || d.Configure == "" {
			t.Errorf("name %q, label %q, configure %q: all are shown to people", typ.Name(), d.Label, d.Configure)
		}
		describesFields(t, d)
	})
	t.Run("settings.json names every setting", func(t *testing.T) {
		t.Parallel()
		for _, f := range d.Fields {
			if _, there := good[f.Name]; !there {
				t.Errorf("%s is missing: what is not set is not tested", f.Name)
			}
		}
	})
	t.Run("an unknown setting is refused by name", func(t *testing.T) {
		t.Parallel()
		bad := maps.Clone(good)
		bad["surprise"] = "x"
		wantViolation(t, openMap(t, typ, bad), "config.surprise", fault.CodeUnknown)
	})
	t.Run("a wrong kind of value is refused by name", func(t *testing.T) {
		t.Parallel()
		for _, f := range d.Fields {
			bad := maps.Clone(good)
			bad[f.Name] = []any{true}
			wantViolation(t, openMap(t, typ, bad), channel.Path(f.Name), fault.CodeInvalid)
		}
	})
	t.Run("a line break in a text is refused by name", func(t *testing.T) {
		t.Parallel()
		for _, f := range d.Fields {
			if f.Kind == channel.KindText || f.Kind == channel.KindURL {
				bad := maps.Clone(good)
				bad[f.Name] = fmt.Sprint(good[f.Name], "\r\nX-Injected: 1")
				wantViolation(t, openMap(t, typ, bad), channel.Path(f.Name), fault.CodeInvalid)
			}
		}
	})
	t.Run("what is required is required", func(t *testing.T) {
		t.Parallel()
		for _, f := range d.Fields {
			if f.Required {
				bad := maps.Clone(good)
				delete(bad, f.Name)
				wantViolation(t, openMap(t, typ, bad), channel.Path(f.Name), fault.CodeRequired)
			}
		}
	})
	t.Run("Prepare makes what opens", func(t *testing.T) {
		t.Parallel()
		s.prepares(t, typ, good)
	})
	t.Run("the mask hides every secret, and sent back changes nothing", func(t *testing.T) {
		t.Parallel()
		s.masks(t, d, good)
	})
}

func describesFields(t *testing.T, d channel.Description) {
	t.Helper()
	for _, f := range d.Fields {
		if !names.MatchString(f.Name) || f.Label == "" {
			t.Errorf("setting %q needs a snake_case name and a label", f.Name)
		}
		if secretNames.MatchString(f.Name) && !f.Secret {
			t.Errorf("setting %q is a secret and must be marked", f.Name)
		}
		if (f.Kind == channel.KindChoice) != (len(f.Choices) > 0) {
			t.Errorf("setting %q: choices belong to a choice", f.Name)
		}
	}
}

// prepares checks a Preparer: it completes settings without their optional
// secrets, and leaves complete ones alone.
func (s *suite) prepares(t *testing.T, typ channel.Type, good map[string]any) {
	t.Helper()
	p, ok := typ.(channel.Preparer)
	if !ok {
		return
	}
	bare := maps.Clone(good)
	for _, f := range typ.Describe().Fields {
		if f.Secret && !f.Required {
			delete(bare, f.Name)
		}
	}
	made, err := p.Prepare(encode(t, bare))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := typ.Open(made); err != nil {
		t.Errorf("what Prepare made does not open: %v", err)
	}
	again, err := p.Prepare(made)
	if err != nil || string(again) != string(made) {
		t.Errorf("Prepare changed complete settings (%v)", err)
	}
}

func (s *suite) masks(t *testing.T, d channel.Description, good map[string]any) {
	t.Helper()
	shown := channel.Mask(d, good)
	text := string(encode(t, shown))
	for _, secret := range s.planted(t, d) {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	for name, combine := range map[string]func(channel.Description, map[string]any, map[string]any) (map[string]any, error){
		"merged": channel.Merge, "replaced": channel.Replace,
	} {
		back, err := combine(d, good, shown)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if string(encode(t, back)) != string(encode(t, good)) {
			t.Errorf("%s with what was shown, the settings are others", name)
		}
	}
}

func openMap(t *testing.T, typ channel.Type, settings map[string]any) error {
	t.Helper()
	sender, err := typ.Open(encode(t, settings))
	if err == nil && sender == nil {
		t.Fatal("Open returned neither a sender nor an error")
	}
	return err
}

func encode(t *testing.T, settings map[string]any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func wantViolation(t *testing.T, err error, field, code string) {
	t.Helper()
	got := fault.ViolationsOf(err)
	if !slices.ContainsFunc(got, func(v fault.Violation) bool { return v.Field == field && v.Code == code }) {
		t.Errorf("want %s at %s, got %v (%v)", code, field, got, err)
	}
}
