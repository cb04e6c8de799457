package severity

import "github.com/sentineliq/sentineliq/core/domain/fault"

// Read returns the level that text names, or records under field that it names
// none. Empty text gives the fallback.
func Read(v *fault.Violations, field, text string, fallback Level) Level {
	if text == "" {
		return fallback
	}
	level, err := Parse(text)
	if err != nil {
		v.Add(field, fault.CodeInvalid, "%s", err.Error())
		return fallback
	}
	return level
}
