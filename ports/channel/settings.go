package channel

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Limits of settings.
const (
	maxText        = 1000
	maxURL         = 2000
	maxHeaders     = 20
	maxHeaderName  = 100
	maxHeaderValue = 4000
)

// Path is how violations name a setting: "config.webhook_url".
func Path(name string) string { return "config." + name }

// Field returns the description of a setting.
func (d Description) Field(name string) (Field, bool) {
	i := slices.IndexFunc(d.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return d.Fields[i], true
}

// Parse reads settings as they are kept; no settings are an empty map.
func Parse(raw json.RawMessage) (map[string]any, error) {
	settings := map[string]any{}
	if len(bytes.TrimSpace(raw)) == 0 {
		return settings, nil
	}
	if err := json.Unmarshal(raw, &settings); err != nil {
		return nil, fault.Field("config", fault.CodeInvalid, "must be an object")
	}
	if settings == nil {
		settings = map[string]any{}
	}
	return settings, nil
}

// Decode checks settings against their description and reads them into a
// struct of the type of channel.
func Decode(d Description, raw json.RawMessage, into any) error {
	settings, err := Parse(raw)
	if err != nil {
		return err
	}
	if err := Check(d, settings); err != nil {
		return err
	}
	if len(settings) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fault.Wrap(fault.Invalid, "the settings cannot be read", err)
	}
	return nil
}

// Check holds settings against their description: names, kinds, choices, sizes
// and what is required. Its error lists everything that is wrong.
func Check(d Description, settings map[string]any) error {
	var v fault.Violations
	check(&v, d, settings)
	return v.Err()
}

func check(v *fault.Violations, d Description, settings map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if _, known := d.Field(name); !known {
			unknown(v, d, name)
		}
	}
	for _, f := range d.Fields {
		value := settings[f.Name]
		if value == nil || value == "" {
			if f.Required {
				v.Add(Path(f.Name), fault.CodeRequired, "this field is required")
			}
			continue
		}
		f.check(v, value)
	}
}

func unknown(v *fault.Violations, d Description, name string) {
	v.Add(Path(name), fault.CodeUnknown, "is not a setting of %s", d.Label)
}

// check records what is wrong with a value that is there.
func (f Field) check(v *fault.Violations, value any) {
	if f.Secret {
		checkMasked(v, Path(f.Name), value)
	}
	switch f.Kind {
	case KindNumber:
		if n, ok := value.(float64); !ok || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
			v.Add(Path(f.Name), fault.CodeInvalid, "must be a whole number")
		}
	case KindHeaders:
		f.checkHeaders(v, value)
	case KindChoice:
		if text, ok := value.(string); !ok || !slices.Contains(f.Choices, text) {
			v.Add(Path(f.Name), fault.CodeInvalid, "must be one of %s", strings.Join(f.Choices, ", "))
		}
	case KindURL:
		checkText(v, Path(f.Name), value, maxURL)
	case KindText:
		checkText(v, Path(f.Name), value, maxText)
	default:
		v.Add(Path(f.Name), fault.CodeInvalid, "is of a kind that nobody checks")
	}
}

func (f Field) checkHeaders(v *fault.Violations, value any) {
	headers, ok := value.(map[string]any)
	if !ok {
		v.Add(Path(f.Name), fault.CodeInvalid, "must be an object of names and texts")
		return
	}
	if len(headers) > maxHeaders {
		v.Add(Path(f.Name), fault.CodeTooLong, "at most %d headers are allowed", maxHeaders)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if len(name) > maxHeaderName {
			v.Add(Path(f.Name), fault.CodeTooLong, "a header's name has at most %d characters", maxHeaderName)
			continue
		}
		path := Path(f.Name) + "." + name
		checkText(v, path, headers[name], maxHeaderValue)
		checkMasked(v, path, headers[name])
	}
}

// checkMasked refuses what Mask made of a secret: whoever sends it back for
// another place, or as new, would lose the secret without noticing.
func checkMasked(v *fault.Violations, path string, value any) {
	if text, ok := value.(string); ok && strings.Contains(text, stars) {
		v.Add(path, fault.CodeInvalid, "is masked: send the whole secret, or leave it out to keep the present one")
	}
}

// checkText takes one line of text: no setting has use for a control
// character, and in a header or a mail it would start the next line.
func checkText(v *fault.Violations, path string, value any, limit int) {
	text, ok := value.(string)
	if !ok {
		v.Add(path, fault.CodeInvalid, "must be a text")
		return
	}
	v.Optional(path, text, limit)
	if strings.ContainsFunc(strings.ReplaceAll(text, "\x00", ""), unicode.IsControl) {
		v.Add(path, fault.CodeInvalid, "must not contain line breaks or other control characters")
	}
}
