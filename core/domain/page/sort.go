package page

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Kind says how a sort value compares and how a cursor spells it.
type Kind uint8

// The kinds of sort values.
const (
	Time Kind = iota // RFC 3339 in UTC to the microsecond; the zero time comes first
	Rank             // a whole number, in decimal
	Text             // as it is; compares byte by byte, in any language
)

// ID is the name of the hidden last column.
const ID = "id"

// Sort is a name that a list can be ordered by.
type Sort struct {
	Name string
	Kind Kind
}

// Column is one sort key in force.
type Column struct {
	Name string
	Kind Kind
	Desc bool
}

// Columns is the whole order of a list: its sort keys, and the id that makes
// the order total.
type Columns []Column

// Columns returns the order that the request asks for, or that of fallback
// when it asks for none. A name that is not allowed, or stands twice, is
// fault.Invalid for the field "ordering".
func (r Request) Columns(allowed []Sort, fallback Key) (Columns, error) {
	keys := r.Order
	if len(keys) == 0 {
		keys = []Key{fallback}
	}
	kinds := make(map[string]Kind, len(allowed))
	for _, s := range allowed {
		kinds[s.Name] = s.Kind
	}
	columns := make(Columns, 0, len(keys)+1)
	for _, key := range keys {
		kind, ok := kinds[key.Name]
		if !ok {
			return nil, fault.Field("ordering", fault.CodeInvalid, "must be of %s", names(allowed))
		}
		delete(kinds, key.Name)
		columns = append(columns, Column{Name: key.Name, Kind: kind, Desc: key.Desc})
	}
	last := columns[len(columns)-1]
	return append(columns, Column{Name: ID, Kind: Text, Desc: last.Desc}), nil
}

func names(allowed []Sort) string {
	list := make([]string, len(allowed))
	for i, s := range allowed {
		list[i] = s.Name
	}
	return strings.Join(list, ", ") + ", each once"
}

// Cursor returns the place at the row with the given sort values, which are
// of type time.Time, int64 or string by the kind of their column.
func (c Columns) Cursor(values []any, before bool) *Cursor {
	at := &Cursor{Values: make([]string, len(values)), Before: before}
	for i, value := range values {
		if t, ok := value.(time.Time); ok {
			at.Values[i] = t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)
			continue
		}
		at.Values[i] = fmt.Sprint(value)
	}
	return at
}

// Values reads the sort values out of a cursor: a time.Time in UTC, an int64 or
// a string for each column. A cursor that does not fit is fault.Invalid for
// the field "cursor".
func (c Columns) Values(at Cursor) ([]any, error) {
	if len(at.Values) != len(c) {
		return nil, misplaced()
	}
	values := make([]any, len(c))
	for i, column := range c {
		value, err := column.parse(at.Values[i])
		if err != nil {
			return nil, misplaced()
		}
		values[i] = value
	}
	return values, nil
}

func misplaced() error {
	return fault.Field("cursor", fault.CodeInvalid, "is not a cursor of this list")
}

func (c Column) parse(text string) (any, error) {
	switch c.Kind {
	case Time:
		t, err := time.Parse(time.RFC3339Nano, text)
		return t.UTC(), err
	case Rank:
		return strconv.ParseInt(text, 10, 64)
	default:
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || (c.Name == ID && !isUUID(text)) {
			return nil, strconv.ErrSyntax
		}
		return text, nil
	}
}

// isUUID reports whether text has the form that ids have everywhere: stores
// that keep them as numbers cannot compare anything else.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range text {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return false
		}
	}
	return true
}

// Compare orders two rows by their sort values.
func (c Columns) Compare(a, b []any) int {
	for i, column := range c {
		n := column.compare(a[i], b[i])
		if n != 0 && column.Desc {
			return -n
		}
		if n != 0 {
			return n
		}
	}
	return 0
}

func (c Column) compare(a, b any) int {
	switch x := a.(type) {
	case time.Time:
		y, _ := b.(time.Time) //nolint:errcheck // values of one column have one type
		return x.Compare(y)
	case int64:
		y, _ := b.(int64) //nolint:errcheck // as above
		return cmp.Compare(x, y)
	case string:
		y, _ := b.(string) //nolint:errcheck // as above
		return strings.Compare(x, y)
	default:
		return 0
	}
}
