package channel

import (
	"net/url"
	"unicode/utf8"
)

// stars stand for what a mask hides.
const stars = "****"

// A mask shows the last characters of a value only when the rest of it is still
// too long to guess.
const (
	shownTail = 4
	longValue = 12
)

// Mask returns the settings as they may be shown: of secrets the last four
// characters, of secret URLs the host, of headers the names.
func Mask(d Description, settings map[string]any) map[string]any {
	out := make(map[string]any, len(settings))
	for name, value := range settings {
		f, known := d.Field(name)
		if !known { // a setting that the type has forgotten may have been a secret
			f = Field{Secret: true, Kind: KindText}
		}
		out[name] = f.shown(value)
	}
	return out
}

// shown returns one value as it may be shown.
func (f Field) shown(value any) any {
	if f.Kind == KindHeaders {
		headers, ok := value.(map[string]any)
		if !ok {
			return stars
		}
		out := make(map[string]any, len(headers))
		for name, text := range headers {
			out[name] = maskValue(text)
		}
		return out
	}
	if !f.Secret || value == nil || value == "" {
		return value
	}
	if text, ok := value.(string); ok && f.Kind == KindURL {
		return maskURL(text)
	}
	return maskValue(value)
}

func maskValue(value any) string {
	text, ok := value.(string)
	if !ok || utf8.RuneCountInString(text) < longValue {
		return stars
	}
	runes := []rune(text)
	return stars + string(runes[len(runes)-shownTail:])
}

func maskURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return stars
	}
	hidden := u.RequestURI()
	if hidden == "/" && u.User == nil {
		return text
	}
	return u.Scheme + "://" + u.Host + "/" + maskValue(hidden)
}
