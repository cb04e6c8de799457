package httpapi

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// pageQuery is what every list can be asked for.
type pageQuery struct {
	Cursor   string `form:"cursor"`                                            // A place in the list, from `next` or `previous`
	PageSize int    `form:"page_size" minimum:"1" maximum:"1000" default:"50"` // Results on one page
}

// names returns the parameters that the struct Q describes: the same struct
// says what a route accepts and what its description lists.
func names[Q any]() []string {
	var list []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Q]()) {
		if name := field.Tag.Get("form"); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// query reads the parameters of a list and collects what is wrong with them.
type query struct {
	params url.Values
	v      fault.Violations
}

func (c *call) query() *query { return &query{params: c.params} }

// text returns a value as it is; an empty one is refused, because a filter that
// does nothing is a mistake.
func (q *query) text(name string) string {
	values, given := q.params[name]
	if !given {
		return ""
	}
	if values[0] == "" {
		q.v.Add(name, fault.CodeInvalid, "must not be empty")
	}
	return values[0]
}

// search returns what to search for; empty is everything.
func (q *query) search() string { return q.params.Get("search") }

// texts returns the values of a comma list.
func (q *query) texts(name string) []string {
	text := q.text(name)
	if text == "" {
		return nil
	}
	list := strings.Split(text, ",")
	if slices.Contains(list, "") {
		q.v.Add(name, fault.CodeInvalid, "must not have empty values")
	}
	if len(list) > maxList {
		q.v.Add(name, fault.CodeTooLong, "at most %d values are allowed", maxList)
		return nil
	}
	return list
}

const maxList = 100 // values of a comma list

// oneOf returns the values of a comma list of an enum.
func oneOf[T ~string](q *query, name string, allowed []T) []T {
	var list []T
	for _, text := range q.texts(name) {
		list = append(list, fault.OneOf(&q.v, name, text, "", allowed))
	}
	return list
}

func (q *query) severities(name string) []severity.Level {
	var list []severity.Level
	for _, text := range q.texts(name) {
		list = append(list, severity.Read(&q.v, name, text, severity.None))
	}
	return list
}

func (q *query) roles(name string) []actor.Role {
	var list []actor.Role
	for _, text := range q.texts(name) {
		role, ok := actor.ParseRole(text)
		if !ok {
			q.v.Add(name, fault.CodeInvalid, "must be one of superuser, admin_company, analyst_company, read_only")
		}
		list = append(list, role)
	}
	return list
}

func (q *query) flag(name string) *bool {
	text := q.text(name)
	if text == "" {
		return nil
	}
	if text != "true" && text != "false" {
		q.v.Add(name, fault.CodeInvalid, "must be true or false")
	}
	value := text == "true"
	return &value
}

func (q *query) number(name string) *int {
	text := q.text(name)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text {
		q.v.Add(name, fault.CodeInvalid, "must be a whole number")
	}
	return &n
}

// points reads a number between 0 and 100.
func (q *query) points(name string) *int {
	n := q.number(name)
	if n != nil && (*n < 0 || *n > 100) {
		q.v.Add(name, fault.CodeInvalid, "must be between 0 and 100")
	}
	return n
}

func (q *query) time(name string) time.Time {
	text := q.text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := readTime(text)
	if !ok {
		q.v.Add(name, fault.CodeInvalid, "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z")
	}
	return t
}

// id returns an id. One of a wrong form cannot be anybody's.
func (q *query) id(name string) string {
	text := q.text(name)
	if text != "" && !isID(text) {
		q.v.Add(name, fault.CodeInvalid, "must be an id")
	}
	return text
}

// assignees reads a comma list of user ids, me and none.
func (q *query) assignees(who actor.Actor) (ids []identity.UserID, none bool) {
	for _, text := range q.texts("assignee") {
		switch {
		case text == "none":
			none = true
		case text == "me" && who.Type == actor.User:
			ids = append(ids, identity.UserID(who.ID))
		case isID(text):
			ids = append(ids, identity.UserID(text))
		default:
			q.v.Add("assignee", fault.CodeInvalid, "must be of user ids, none and, for users, me")
		}
	}
	return ids, none
}

// page reads where in the list to start, how far to go, and in which order.
// Which names a list can be ordered by is sorts.
func (q *query) page(at cursors, sorts []string) page.Request {
	var r page.Request
	if size := q.number("page_size"); size != nil {
		r.Size = *size
		if r.Size < 1 || r.Size > page.MaxSize {
			q.v.Add("page_size", fault.CodeInvalid, "must be between 1 and %d", page.MaxSize)
		}
	}
	for _, text := range q.texts("ordering") {
		name, desc := strings.CutPrefix(text, "-")
		repeated := slices.ContainsFunc(r.Order, func(k page.Key) bool { return k.Name == name })
		if !slices.Contains(sorts, name) || repeated {
			q.v.Add("ordering", fault.CodeInvalid, "must be of %s, each once, with - before it for descending",
				strings.Join(sorts, ", "))
			break
		}
		r.Order = append(r.Order, page.Key{Name: name, Desc: desc})
	}
	if text := q.text("cursor"); text != "" {
		cursor, err := at.read(text)
		q.v.Merge(err)
		r.Cursor = cursor
	}
	return r
}

// err returns one error with all that is wrong with the query.
func (q *query) err() error {
	if err := q.v.Err(); err != nil {
		violations := fault.ViolationsOf(err)
		f := fault.New(fault.Invalid, fmt.Sprintf("the parameter %s is invalid", violations[0].Field)).WithCode("invalid_parameter")
		f.Violations = violations
		return f
	}
	return nil
}

// isID reports whether text has the form of an id: a UUID in lower case.
func isID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
