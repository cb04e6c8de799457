package httpapi

import (
	"net/http"

	"github.com/sentineliq/sentineliq/core/domain/page"
)

// What the tests look at from inside: the table, the problems, the binding and
// the cursors.

// Row is a row of the table of routes.
type Row struct {
	Method, Path, Action string
	Status               int
	Limit                int64
	Params               []string
	Raw                  bool
}

// Routes returns the table.
func Routes() []Row {
	var rows []Row
	for _, r := range routes() {
		rows = append(rows, Row{r.method, r.path, r.action, r.status, r.limit, r.params, r.raw != nil})
	}
	return rows
}

// EngineRoutes returns what the engine of h really serves.
func EngineRoutes(d Deps) map[string]bool {
	a := &API{Deps: d, routes: routes()}
	served := map[string]bool{}
	for _, r := range a.engine().Routes() {
		served[r.Method+" "+r.Path] = true
	}
	return served
}

// ProblemOf returns status and code of an error's problem.
func ProblemOf(err error) (status int, code, detail string) {
	p := problemOf(err)
	return p.Status, p.Code, p.Detail
}

// Bind is bind for any target.
func Bind(data []byte, target any) error { return bind(data, target) }

// The inputs whose binding is tested through them.
type (
	AlertIn       = alertIn
	AlertPatchIn  = alertPatchIn
	CompanyIn     = companyIn
	UserPatchIn   = userPatchIn
	ChannelIn     = channelIn
	RulePatchIn   = rulePatchIn
	ProblemBody   = problemBody
	ReadReportFor = reportIn
)

// WriteCursor and ReadCursor are the cursors of one list.
func WriteCursor(key []byte, list string, at page.Cursor) string {
	return cursors{key: key, bind: list}.write(at)
}

// ReadCursor reads what WriteCursor wrote.
func ReadCursor(key []byte, list, text string) (*page.Cursor, error) {
	return cursors{key: key, bind: list}.read(text)
}

// ReadTags reads an If-Match header.
func ReadTags(header string) ([]int, bool) { return readTags(header) }

// PlainPath reports whether a path is spelled in the one way.
func PlainPath(path string) bool { return plainPath(path) }

// BearerOf returns the token of an Authorization header.
func BearerOf(h http.Header) (string, bool) {
	token, ok := bearer(h)
	return token.Reveal(), ok
}
