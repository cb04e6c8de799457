package notification

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Limits of templates and of what they make, in characters.
const (
	maxTitleTemplate = 500
	maxBodyTemplate  = 10_000
	maxPlaceholders  = 200
	maxQuoted        = 80 // of a template, in the error about it
	maxTitle         = 255
	maxBody          = 20_000
	cutMark          = "… (shortened)"
)

// Names returns what a template may name and a condition may look at: the
// fields of each noun. A test keeps it equal to what events really carry.
func Names() map[string][]string {
	return map[string][]string{
		"event":   {"type", "time", "id"},
		"company": {"id", "name"},
		"actor":   {"type", "id", "name"},
		"alert": {
			"id", "title", "description", "severity", "status", "source", "source_ref", "tags", "tlp", "pap",
			"event_time", "first_seen", "last_seen", "occurrences", "observable_data", "assignee", "incidents",
			"resolution", "created_at",
		},
		"incident": {
			"id", "title", "description", "summary", "severity", "status", "tags", "tlp", "pap", "assignee",
			"impact_score", "alert_count", "observable_count", "task_count", "open_task_count", "start_date", "created_at",
		},
		"task": {
			"id", "incident", "title", "description", "status", "priority", "due_date", "assignee", "order", "notes",
			"completed_at", "created_at",
		},
	}
}

// piece is a stretch of literal text, or a name to be replaced.
type piece struct {
	text       string
	noun, name string // noun is empty for literal text
}

// parseTemplate splits a template. There is no logic in it: text, and
// {{ noun.field }}. A mistake is reported with its place, counted in characters.
func parseTemplate(source string) ([]piece, error) {
	var pieces []piece
	names, fields := Names(), 0
	rest, offset := source, 0
	for {
		before, after, found := strings.Cut(rest, "{{")
		if strings.Contains(before, "}}") {
			return nil, placed(source, offset+strings.Index(before, "}}"), "}} without {{ before it")
		}
		if before != "" {
			pieces = append(pieces, piece{text: before})
		}
		if !found {
			return pieces, nil
		}
		open := offset + len(before)
		inner, tail, ended := strings.Cut(after, "}}")
		if !ended {
			return nil, placed(source, open, "{{ without }} after it")
		}
		noun, name, _ := strings.Cut(strings.TrimSpace(inner), ".")
		if !slices.Contains(names[noun], name) {
			return nil, placed(source, open, "{{ %s }} is not a field that messages can show",
				shorten(strings.TrimSpace(inner), maxQuoted))
		}
		pieces = append(pieces, piece{noun: noun, name: name})
		if fields++; fields > maxPlaceholders {
			return nil, placed(source, open, "more than %d fields", maxPlaceholders)
		}
		offset = open + len("{{") + len(inner) + len("}}")
		rest = tail
	}
}

func placed(source string, at int, format string, args ...any) error {
	position := utf8.RuneCountInString(source[:at]) + 1
	return fault.Newf(fault.Invalid, "at character %d: %s", position, fmt.Sprintf(format, args...))
}

// CheckTemplate records under field what is wrong with a template. The empty
// template is fine: it means the default.
func CheckTemplate(v *fault.Violations, field, source string, limit int) {
	v.Optional(field, source, limit)
	if _, err := parseTemplate(source); err != nil {
		v.Add(field, fault.CodeInvalid, "%s", err.Error())
	}
}

// Render fills a template in one pass: what a value contains is never looked
// at again. A field that the event lacks becomes nothing. The result is plain
// text of at most limit characters; each channel escapes it its own way.
func Render(source string, facts map[string]map[string]any, limit int) (string, error) {
	pieces, err := parseTemplate(source)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, p := range pieces {
		if p.noun == "" {
			out.WriteString(p.text)
		} else {
			out.WriteString(showField(p.name, facts[p.noun][p.name]))
		}
		if out.Len() > limit*utf8.UTFMax {
			break
		}
	}
	return shorten(out.String(), limit), nil
}

// isMoment tells the fields that hold a time. Events wait as JSON, where a time
// is a text like any other.
func isMoment(name string) bool {
	switch name {
	case "time", "event_time", "first_seen", "last_seen", "created_at", "completed_at", "start_date", "due_date":
		return true
	default:
		return false
	}
}

// showField writes a named fact the way a person reads it, whether or not it
// went through JSON.
func showField(name string, value any) string {
	if text, ok := value.(string); ok && isMoment(name) {
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return show(t)
		}
	}
	return show(value)
}

// show writes a fact the way a person reads it.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format("2006-01-02 15:04:05 UTC")
	case float64: // any number, after JSON
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, ", ")
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = show(item)
		}
		return strings.Join(parts, ", ")
	case map[string][]string:
		return showValues(v)
	case map[string]any:
		flat := make(map[string][]string, len(v))
		for key, item := range v {
			flat[key] = []string{show(item)}
		}
		return showValues(flat)
	default:
		return fmt.Sprint(v)
	}
}

func showValues(values map[string][]string) string {
	kinds := make([]string, 0, len(values))
	for kind := range values {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	parts := make([]string, len(kinds))
	for i, kind := range kinds {
		parts[i] = kind + ": " + strings.Join(values[kind], ", ")
	}
	return strings.Join(parts, "; ")
}

// shorten cuts a text to limit characters, the mark of the cut included where
// there is room for it.
func shorten(text string, limit int) string {
	runes, mark := []rune(text), utf8.RuneCountInString(cutMark)
	switch {
	case len(runes) <= limit:
		return text
	case limit <= mark:
		return string(runes[:max(limit, 0)])
	default:
		return string(runes[:limit-mark]) + cutMark
	}
}
