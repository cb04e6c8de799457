package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
)

// trace is what becomes known of a request on its way, for its one line in the
// log.
type trace struct {
	id    string
	ip    string
	route string // the row's path; empty when no row fits
	who   actor.Actor
	err   error
	stack []byte
}

type traceKey struct{}

// traceOf returns the request's trace. Outside of a request it is a fresh one.
func traceOf(ctx context.Context) *trace {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// observe wraps everything else: it names the request, sets the headers that
// every answer has, survives panics, and reports what became of the request.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := a.Clock.Now()
		t := &trace{id: r.Header.Get("X-Request-ID"), ip: a.clientIP(r)}
		if !saneID.MatchString(t.id) {
			t.id = a.IDs.New()
		}
		r = r.WithContext(context.WithValue(r.Context(), traceKey{}, t))
		out := &recorder{ResponseWriter: w}
		protect(out.Header())
		out.Header().Set("X-Request-ID", t.id)
		defer func() {
			if p := recover(); p != nil {
				t.stack = debug.Stack()
				err := fmt.Errorf("panic: %v", p)
				if t.err = err; out.status == 0 {
					a.refuse(out, r, err)
				}
			}
			a.report(r, out, t, a.Clock.Now().Sub(began))
		}()
		next.ServeHTTP(out, r)
	})
}

// protect sets the headers that keep browsers and caches from doing harm.
func protect(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// report writes the request's line and counts it. The query stays out of both:
// it may hold what somebody searched for.
func (a *API) report(r *http.Request, out *recorder, t *trace, took time.Duration) {
	if out.status == 0 {
		out.status = http.StatusOK
	}
	route := t.route
	if route == "" {
		route = "unmatched"
	}
	method := r.Method
	if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, method) {
		method = "other"
	}
	a.Meter.Count("http_requests_total", 1, "method", method, "route", route, "status", strconv.Itoa(out.status))
	a.Meter.Observe("http_request_duration_seconds", took, "method", method, "route", route)

	attrs := []slog.Attr{
		slog.String("request_id", t.id), slog.String("method", shown(r.Method)), slog.String("route", route),
		slog.Int("status", out.status), slog.Duration("duration", took), slog.Int("bytes", out.bytes),
		slog.String("ip", t.ip),
	}
	if t.who.ID != "" {
		attrs = append(attrs, slog.String("user", t.who.ID), slog.String("company", string(t.who.Company)))
	}
	if t.err != nil {
		attrs = append(attrs, slog.String("code", problemOf(t.err).Code))
	}
	if t.err != nil && out.status >= http.StatusInternalServerError {
		attrs = append(attrs, slog.String("error", t.err.Error()))
	}
	if t.stack != nil {
		attrs = append(attrs, slog.String("stack", string(t.stack)))
	}
	a.Log.LogAttrs(r.Context(), level(route, out.status), "request", attrs...)
}

// level keeps what machines ask every few seconds out of ordinary logs.
func level(route string, status int) slog.Level {
	switch {
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case route == "/healthz", route == "/readyz", route == metricsPath:
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// strict knows one spelling of every path. Escapes, empty and dotted segments,
// parameters after a semicolon: routers, proxies and people read those
// differently, and every difference is a way round somebody's rule.
func (a *API) strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !plainPath(r.URL.EscapedPath()) {
			a.refuse(w, r, nothingHere())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func plainPath(path string) bool {
	if !strings.HasPrefix(path, "/") {
		return false
	}
	for _, part := range strings.Split(strings.TrimSuffix(path[1:], "/"), "/") {
		if part == "." || part == ".." || part == "" && path != "/" {
			return false
		}
		for _, c := range []byte(part) {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
			if !letter && c != '-' && c != '_' && c != '.' {
				return false
			}
		}
	}
	return true
}
