package audit

import (
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// sensitive lists parts of field names whose values never reach the log, in
// lower case without separators.
func sensitive() []string {
	return []string{
		"password", "passwd", "pwd", "secret", "token", "apikey", "authorization", "credential",
		"cookie", "privatekey", "signingkey", "webhookurl", "accesskey", "sessionkey", "passphrase",
	}
}

// Masked returns a copy of value in which every field with a telling name is
// masked, at any depth of maps and lists.
func Masked(value any) any {
	return mask(value, sensitive())
}

func mask(value any, words []string) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			if inner != nil && telling(key, words) {
				out[key] = secret.Mask
				continue
			}
			out[key] = mask(inner, words)
		}
		return out
	case map[string]string:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			if telling(key, words) {
				out[key] = secret.Mask
				continue
			}
			out[key] = inner
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = mask(inner, words)
		}
		return out
	default:
		return value
	}
}

// MaskedChanges applies Masked to both sides of every change.
func MaskedChanges(changes Changes) Changes {
	words := sensitive()
	out := make(Changes, len(changes))
	for field, pair := range changes {
		if telling(field, words) {
			for i := range pair {
				if pair[i] != nil {
					pair[i] = secret.Mask
				}
			}
			out[field] = pair
			continue
		}
		out[field] = [2]any{mask(pair[0], words), mask(pair[1], words)}
	}
	return out
}

func telling(name string, words []string) bool {
	flat := strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(strings.ToLower(name))
	for _, word := range words {
		if strings.Contains(flat, word) {
			return true
		}
	}
	return false
}
