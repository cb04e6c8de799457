package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/once"
)

// problemBody is an error as RFC 9457 has it.
type problemBody struct {
	Type       string      `json:"type" example:"urn:sentineliq:problem:validation_failed"` // the code, as a URI
	Title      string      `json:"title" example:"Invalid request"`
	Status     int         `json:"status" example:"400"`
	Detail     string      `json:"detail" example:"the input is invalid"`
	Instance   string      `json:"instance" example:"/api/v1/alerts/"` // the path that was asked
	RequestID  string      `json:"request_id" example:"0198c0de-0000-7000-8000-000000000001"`
	Code       string      `json:"code" example:"validation_failed"`                                                              // stable, for machines
	ExistingID string      `json:"existing_id,omitempty" extensions:"x-omitempty" example:"0198c0de-0000-7000-8000-000000000002"` // of the object in the way, for some conflicts
	Errors     []faultBody `json:"errors,omitempty" extensions:"x-omitempty"`                                                     // everything that is wrong with the input
} //	@name	Problem

// faultBody is one thing that is wrong with an input.
type faultBody struct {
	Field   string `json:"field" example:"admin_user.email"` // dotted path into the body, or the name of a query parameter
	Code    string `json:"code" example:"required"`
	Message string `json:"message" example:"this field is required"`
} //	@name	FieldError

const (
	problemType = "urn:sentineliq:problem:"
	retryAfter  = 5 * time.Second // where nobody said when trying again makes sense
	maxFaults   = 100             // listed in one answer
)

// statusOf is the one table from kinds of failure to HTTP.
func statusOf(k fault.Kind) (status int, title string) {
	switch k {
	case fault.Invalid:
		return http.StatusBadRequest, "Invalid request"
	case fault.Unauthenticated:
		return http.StatusUnauthorized, "Not authenticated"
	case fault.Forbidden:
		return http.StatusForbidden, "Not allowed"
	case fault.NotFound:
		return http.StatusNotFound, "Not found"
	case fault.Conflict:
		return http.StatusConflict, "Conflict"
	case fault.Stale:
		return http.StatusPreconditionFailed, "Changed since it was read"
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge, "Too large"
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType, "Unsupported media type"
	case fault.KeyReused:
		return http.StatusUnprocessableEntity, "Idempotency key reused"
	case fault.Limited:
		return http.StatusTooManyRequests, "Too many requests"
	case fault.Unavailable:
		return http.StatusServiceUnavailable, "Temporarily unavailable"
	case fault.Internal:
	}
	return http.StatusInternalServerError, "Internal error"
}

// refuse writes an error as a problem. Text of errors that are nobody's
// business stays in the log.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	t := traceOf(r.Context())
	t.err = err
	p := problemOf(err)
	p.Instance, p.RequestID = r.URL.Path, t.id
	header := w.Header()
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Bearer realm="sentineliq"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", wait(err))
	case http.StatusRequestEntityTooLarge:
		header.Set("Connection", "close") // the rest of the body is not worth reading
	case http.StatusMethodNotAllowed:
		var n *notAllowed
		if errors.As(err, &n) {
			header.Set("Allow", strings.Join(n.methods, ", "))
		}
	}
	body, failed := json.Marshal(p)
	if failed != nil {
		body = []byte("{}")
	}
	for _, name := range []string{"Location", "Etag"} {
		header.Del(name)
	}
	header.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) //nolint:errcheck // the caller is gone; there is nobody to tell
}

// problemOf translates an error, but for what depends on the request.
func problemOf(err error) problemBody {
	var n *notAllowed
	if errors.As(err, &n) {
		return problemBody{
			Type: problemType + "method_not_allowed", Title: "Method not allowed", Status: http.StatusMethodNotAllowed,
			Detail: n.Error(), Code: "method_not_allowed",
		}
	}
	f := faultOf(err)
	status, title := statusOf(f.Kind)
	p := problemBody{
		Type: problemType + f.Code, Title: title, Status: status, Detail: f.Message, Code: f.Code,
		ExistingID: f.ExistingID, Errors: faultsOf(f.Violations),
	}
	return p
}

// faultOf returns the first classified error in err's tree, and what the world
// may know of the others.
func faultOf(err error) *fault.Error {
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind != fault.Internal:
		return f
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.New(fault.Unavailable, "the request took too long; it is safe to send it again with the same Idempotency-Key").
			WithCode("timeout")
	default:
		return fault.New(fault.Internal, "something went wrong on our side; the request id helps us to find out what")
	}
}

func faultsOf(violations []fault.Violation) []faultBody {
	if len(violations) == 0 {
		return nil
	}
	list := make([]faultBody, 0, min(len(violations), maxFaults))
	for _, v := range violations[:min(len(violations), maxFaults)] {
		list = append(list, faultBody{Field: v.Field, Code: v.Code, Message: v.Message})
	}
	return list
}

// wait returns the seconds of a Retry-After header.
func wait(err error) string {
	d := faultOf(err).RetryAfter
	if d <= 0 {
		d = retryAfter
	}
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// replayOf returns the kept answer when err says that there is one.
func replayOf(err error) (*once.Replay, bool) {
	var replay *once.Replay
	return replay, errors.As(err, &replay)
}
