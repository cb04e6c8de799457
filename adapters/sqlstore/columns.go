package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// moment is a time that is always known; the zero time sorts first.
type moment struct{ time.Time }

// GormDataType implements schema.GormDataTypeInterface.
func (moment) GormDataType() string { return "timestamp" }

// Value implements driver.Valuer.
func (m moment) Value() (driver.Value, error) { return micro(m.Time), nil }

// Scan implements sql.Scanner.
func (m *moment) Scan(src any) error {
	t, err := scanTime(src)
	m.Time = t
	return err
}

// maybe is a time that may be absent: zero in the domain, NULL in the table.
type maybe struct{ time.Time }

// GormDataType implements schema.GormDataTypeInterface.
func (maybe) GormDataType() string { return "timestamp" }

// Value implements driver.Valuer.
func (m maybe) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil //nolint:nilnil // NULL
	}
	return micro(m.Time), nil
}

// Scan implements sql.Scanner.
func (m *maybe) Scan(src any) error {
	t, err := scanTime(src)
	m.Time = t
	return err
}

func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// textTime is how SQLite keeps times, as the driver writes them.
const textTime = "2006-01-02 15:04:05.999999999-07:00"

func scanTime(src any) (time.Time, error) {
	switch v := src.(type) {
	case nil:
		return time.Time{}, nil
	case time.Time:
		return v.UTC(), nil
	case string:
		t, err := time.Parse(textTime, v)
		return t.UTC(), err
	default:
		return time.Time{}, fmt.Errorf("a %T is no time", src)
	}
}

// link is the id of something that may be absent: empty in the domain, NULL in
// the table, where foreign keys ignore it.
type link string

// Value implements driver.Valuer.
func (l link) Value() (driver.Value, error) { return textOrNull(string(l)) }

// Scan implements sql.Scanner.
func (l *link) Scan(src any) error { return scanText((*string)(l), src) }

// document is a value kept as JSON. What is nil is NULL, so that nothing and
// emptiness stay apart.
type document[T any] struct{ is T }

func documentOf[T any](value T) document[T] { return document[T]{is: value} }

// GormDataType implements schema.GormDataTypeInterface.
func (document[T]) GormDataType() string { return "text" }

// Value implements driver.Valuer.
func (d document[T]) Value() (driver.Value, error) {
	var text strings.Builder
	to := json.NewEncoder(&text)
	to.SetEscapeHTML(false)
	if err := to.Encode(d.is); err != nil {
		return nil, fmt.Errorf("a value is no JSON: %w", err)
	}
	return textOrNull(strings.TrimPrefix(strings.TrimSuffix(text.String(), "\n"), "null"))
}

// Scan implements sql.Scanner.
func (d *document[T]) Scan(src any) error {
	var text string
	if err := scanText(&text, src); err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), &d.is)
}

// verbatim is JSON that is kept byte by byte.
type verbatim json.RawMessage

// GormDataType implements schema.GormDataTypeInterface.
func (verbatim) GormDataType() string { return "text" }

// Value implements driver.Valuer.
func (v verbatim) Value() (driver.Value, error) { return textOrNull(string(v)) }

// Scan implements sql.Scanner.
func (v *verbatim) Scan(src any) error {
	var text string
	err := scanText(&text, src)
	if text != "" {
		*v = verbatim(text)
	}
	return err
}

func textOrNull(text string) (driver.Value, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // NULL
	}
	return text, nil
}

func scanText(target *string, src any) error {
	switch v := src.(type) {
	case nil:
		*target = ""
	case string:
		*target = v
	case []byte:
		*target = string(v)
	default:
		return fmt.Errorf("a %T is no text", src)
	}
	return nil
}

// folded is text for comparing in any case, as strings.EqualFold does.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return unicode.ToLower(least)
	}, text)
}

// searchable joins texts for searching in any case. Nobody types the separator.
func searchable(texts ...string) string { return strings.ToLower(strings.Join(texts, "\x1f")) }

// containing is the pattern of a LIKE ... ESCAPE for text in the spelling of the
// column.
func containing(search string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(search) + "%"
}
