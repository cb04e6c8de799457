package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/failpoint"
)

// patience is how long a request may take: less than the server waits before
// it cuts the connection, so that the caller still gets an answer.
const patience = 100 * time.Second

// call is one request on its way through its row of the table.
type call struct {
	route   route
	request *http.Request
	ctx     context.Context // carries the actor
	who     actor.Actor
	id      string // of the object in the path
	inner   string // id of the object within it, where the path has two
	params  url.Values
	body    []byte
	key     string // the idempotency key, if there is one
	box     sealer
}

// reply is an answer that has not been written yet.
type reply struct {
	status   int // 0: the route's
	body     any // nil: none
	location string
	etag     string
	replayed bool
}

// locatedAt returns the answer with the address of what was made.
func (r reply) locatedAt(address string) reply {
	r.location = address
	return r
}

// serve returns the handler of one row.
func (a *API) serve(r route) gin.HandlerFunc {
	return func(g *gin.Context) {
		traceOf(g.Request.Context()).route = strings.TrimSuffix(r.path, "/")
		if r.raw != nil {
			r.raw(a, g.Writer, g.Request)
			return
		}
		ctx, cancel := context.WithTimeout(g.Request.Context(), patience)
		defer cancel()
		c := &call{route: r, request: g.Request, ctx: ctx, id: g.Param("id"), inner: inner(g.Params), box: sealer{a.Box}}
		answer, err := a.handle(c, g.Writer)
		if err == nil {
			err = answering()
		}
		if err == nil {
			err = write(g.Writer, answer, r.status)
		}
		if err != nil {
			a.refuse(g.Writer, g.Request, err)
		}
	}
}

// inner is the second id of a path.
func inner(params gin.Params) string {
	for _, p := range params {
		if strings.HasSuffix(p.Key, "_id") {
			return p.Value
		}
	}
	return ""
}

// handle takes the request through the checks in their order: who asks, whether
// they may, and only then what they ask.
func (a *API) handle(c *call, w http.ResponseWriter) (reply, error) {
	if err := failpoint.Hit(failpoint.Accepted); err != nil {
		return reply{}, fault.Wrap(fault.Unavailable, "the service cannot take requests", err)
	}
	if err := a.admit(c); err != nil {
		return reply{}, err
	}
	if c.id != "" && !isID(c.id) || c.inner != "" && !isID(c.inner) {
		return reply{}, a.unrouted(c.request.Method, c.request.URL.Path)
	}
	if err := c.readParams(); err != nil {
		return reply{}, err
	}
	if err := c.readKey(); err != nil {
		return reply{}, err
	}
	if err := c.readBody(w); err != nil {
		return reply{}, err
	}
	return c.route.handle(a, c)
}

func answering() error {
	if err := failpoint.Hit(failpoint.Answering); err != nil {
		return fault.Wrap(fault.Unavailable, "the outcome is unknown", err).WithCode("outcome_unknown")
	}
	return nil
}

// write sends an answer. An error means that nothing was sent.
func write(w http.ResponseWriter, r reply, usual int) error {
	var body []byte
	if r.body != nil {
		var err error
		if body, err = encode(r.body); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
	}
	if r.location != "" {
		w.Header().Set("Location", r.location)
	}
	if r.etag != "" {
		w.Header().Set("ETag", r.etag)
	}
	if r.replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	if r.status == 0 {
		r.status = usual
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(body) //nolint:errcheck // the caller is gone; there is nobody to tell
	return nil
}

// encode writes JSON as it is, without HTML's escapes: this is no page.
func encode(body any) ([]byte, error) {
	if ready, ok := body.(json.RawMessage); ok {
		return ready, nil
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("writing the answer: %w", err)
	}
	return []byte(out.String()), nil
}

// readParams checks the query as a whole: names the route does not know, names
// given twice, text that is no text.
func (c *call) readParams() error {
	params, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "the query is malformed").WithCode("malformed_query")
	}
	c.params = params
	q := c.query()
	for _, name := range sortedKeys(params) {
		switch {
		case !slices.Contains(c.route.params, name):
			q.v.Add(shown(name), "unknown_parameter", "this parameter is not known here")
		case len(params[name]) > 1:
			q.v.Add(name, fault.CodeInvalid, "must be given once")
		default:
			q.v.Optional(name, params[name][0], maxParam)
		}
	}
	return q.err()
}

// maxParam is the longest value of a query parameter, in characters. A cursor
// carries up to a few sort values, which may be long texts.
const maxParam = 4096

// shown cuts a name that came from outside to what a message needs.
func shown(name string) string {
	name = strings.ToValidUTF8(name, "�")
	if runes := []rune(name); len(runes) > 100 {
		return string(runes[:100]) + "…"
	}
	return name
}

// unrouted is the error for a path and method that no row has.
func (a *API) unrouted(method, path string) error {
	var allowed, exact []string
	for _, r := range a.routes {
		if r.path == metricsPath && a.Metrics == nil {
			continue
		}
		if ok, literal := r.matches(path); ok && literal {
			exact = append(exact, r.methods()...)
		} else if ok {
			allowed = append(allowed, r.methods()...)
		}
	}
	if len(exact) > 0 {
		allowed = exact
	}
	if len(allowed) == 0 || slices.Contains(allowed, method) {
		return nothingHere()
	}
	slices.Sort(allowed)
	return &notAllowed{methods: slices.Compact(allowed)}
}

func nothingHere() error { return fault.New(fault.NotFound, "there is nothing here") }

// notAllowed is the one refusal that is HTTP's own: the path exists, the method
// does not.
type notAllowed struct {
	methods []string
}

func (*notAllowed) Error() string { return "the method is not allowed here" }
