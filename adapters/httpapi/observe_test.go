package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func TestAuth_FormsOfTheHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []string
		want   string
	}{
		{[]string{"Bearer abc.def"}, "abc.def"},
		{[]string{"bearer  abc"}, "abc"},
		{nil, ""},
		{[]string{"Bearer a", "Bearer b"}, ""},
		{[]string{"Bearer a", "Bearer a"}, ""},
		{[]string{"Bearer Bearer a"}, ""},
		{[]string{"Bearer a, Bearer b"}, ""},
		{[]string{"Bearer"}, ""},
		{[]string{"Bearer "}, ""},
		{[]string{"Basic YTpi"}, ""},
		{[]string{"abc"}, ""},
		{[]string{""}, ""},
	} {
		got, ok := httpapi.BearerOf(http.Header{"Authorization": c.values})
		require.Equal(t, c.want != "", ok, "%q", c.values)
		require.Equal(t, c.want, got, "%q", c.values)
	}
}

func TestAuth_NoCredentialButInTheHeader(t *testing.T) {
	t.Parallel()
	e := lockedEdge(t)
	e.auth.EXPECT().Refuse(anyContext).Return(unauthenticated()).Times(3)
	e.get("/api/v1/alerts/?access_token=good", without("Authorization")).problem(http.StatusUnauthorized, "unauthenticated")
	e.get("/api/v1/alerts/", without("Authorization"), with("Cookie", "access=good")).problem(http.StatusUnauthorized, "unauthenticated")
	e.get("/api/v1/alerts/", with("Authorization", "Bearer good")).problem(http.StatusUnauthorized, "unauthenticated")
}

// The token of one person beside the refresh token of another mixes nothing.
func TestAuth_TokenRoutesIgnoreTheHeader(t *testing.T) {
	t.Parallel()
	e := lockedEdge(t)
	e.auth.EXPECT().Refresh(anyContext, anyContext).RunAndReturn(refuseUnlessNobody(t))
	e.post("/api/v1/token/refresh/", `{"refresh":"R"}`).problem(http.StatusUnauthorized, "unauthenticated")
}

func TestOrigin_SaysWhereARequestCameFrom(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	var got actor.Origin
	e.alerts.EXPECT().Create(anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ alert.Draft) (*alert.Alert, error) {
		got = actor.From(ctx).Origin
		require.Equal(t, "ana", actor.From(ctx).Name)
		_, limited := ctx.Deadline()
		require.True(t, limited)
		return anAlert(), nil
	})
	e.post("/api/v1/alerts/", reportJSON, from("192.0.2.9:4711"), with("User-Agent", strings.Repeat("ü", 600)),
		with("X-Request-ID", "abc"), with("X-Forwarded-For", "203.0.113.1"), with("X-HTTP-Method-Override", "DELETE")).status(http.StatusCreated)
	require.Equal(t, actor.Origin{
		RequestID: "abc", IP: "192.0.2.9", UserAgent: strings.Repeat("ü", 512), Method: "POST", Path: "/api/v1/alerts/", Status: 201,
	}, got)
}

func TestOrigin_ForwardedForCountsFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remote  string
		forward []string
		want    string
	}{
		"no proxy":                      {"192.0.2.9:1", []string{"203.0.113.1"}, "192.0.2.9"},
		"one proxy":                     {"10.0.0.1:1", []string{"203.0.113.1"}, "203.0.113.1"},
		"two proxies":                   {"10.0.0.1:1", []string{"203.0.113.1, 10.9.9.9"}, "203.0.113.1"},
		"what the client wrote":         {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.1"}, "203.0.113.1"},
		"two headers":                   {"10.0.0.1:1", []string{"1.1.1.1", "203.0.113.1"}, "203.0.113.1"},
		"no header":                     {"10.0.0.1:1", nil, "10.0.0.1"},
		"nonsense":                      {"10.0.0.1:1", []string{"203.0.113.1, evil"}, "10.0.0.1"},
		"all trusted":                   {"10.0.0.1:1", []string{"10.1.1.1, 10.2.2.2"}, "10.1.1.1"},
		"IPv6":                          {"[2001:db8::1]:1", nil, "2001:db8::1"},
		"IPv4 in IPv6":                  {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.1"}, "203.0.113.1"},
		"a port is no part of a header": {"10.0.0.1:1", []string{"203.0.113.1:80"}, "10.0.0.1"},
		"no address at all":             {"@", nil, ""},
	} {
		e := newEdge(t)
		e.alerts.EXPECT().List(anyContext, anyContext, anyContext).RunAndReturn(func(ctx context.Context, _ alert.Query, _ page.Request) (page.Result[*alert.Alert], error) {
			require.Equal(t, c.want, actor.From(ctx).Origin.IP, name)
			return pageOf[*alert.Alert](), nil
		})
		options := []option{from(c.remote)}
		for _, f := range c.forward {
			options = append(options, with("X-Forwarded-For", f))
		}
		e.get("/api/v1/alerts/", options...).status(http.StatusOK)
	}
}

func TestRequestID_SaneOnesAreKept(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for id, kept := range map[string]bool{
		"abc-1._X": true, strings.Repeat("a", 128): true, "": false, strings.Repeat("a", 129): false, "a b": false, "a\x1b[31m": false, "ü": false,
	} {
		got := e.get("/nothing", with("X-Request-ID", id)).Header().Get("X-Request-ID")
		require.Equal(t, kept, got == id, "%q", id)
		require.NotEmpty(t, got)
	}
}

func TestHeaders_OnEveryAnswer(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.health.EXPECT().Ready(anyContext).Return(nil)
	for _, target := range []string{"/healthz", "/readyz", "/nothing", "/metrics", "/api/v1/docs/", "/api/v1/openapi.json", "/api/v1/alerts/1/"} {
		h := e.get(target, with("Origin", "https://evil.example")).Header()
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), target)
		require.Equal(t, "no-store", h.Get("Cache-Control"), target)
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), target)
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", target)
		require.Empty(t, h.Get("Server"), target)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), target)
	}
}

func TestLog_OneLineARequest(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.alerts.EXPECT().List(anyContext, anyContext, anyContext).RunAndReturn(func(context.Context, alert.Query, page.Request) (page.Result[*alert.Alert], error) {
		e.clock.Advance(3 * time.Millisecond)
		return pageOf[*alert.Alert](), nil
	})
	e.get("/api/v1/alerts/?search=hunter2", from("192.0.2.9:1")).status(http.StatusOK)
	lines := e.log.lines(t)
	require.Len(t, lines, 1)
	for name, want := range map[string]any{
		"method": "GET", "route": "/api/v1/alerts", "status": float64(200), "user": userID, "company": acmeID, "ip": "192.0.2.9",
		"duration": float64(3_000_000), "level": "INFO",
	} {
		require.Equal(t, want, lines[0][name], name)
	}
	require.NotContains(t, e.log.buf.String(), "hunter2")
	require.NotContains(t, e.log.buf.String(), "good")

	e.send("WHATEVER", "/x", "")
	require.Equal(t, []string{
		"http_requests_total method GET route /api/v1/alerts status 200", "http_requests_total method other route unmatched status 404",
	}, e.meter.seen)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.JSONEq(t, `{"status":"ok"}`, e.get("/healthz/").status(http.StatusOK).Body.String())
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"database": nil, "broker": errors.New("dial tcp 10.1.2.3: refused")}).Once()
	a := e.get("/readyz").status(http.StatusServiceUnavailable)
	require.JSONEq(t, `{"status":"unavailable","checks":{"database":"ok","broker":"failed"}}`, a.Body.String())
	require.NotEmpty(t, a.Header().Get("Retry-After"))
	require.Contains(t, e.log.buf.String(), "10.1.2.3")
	slower := driving.Degraded{Cause: errors.New("no broker at 10.1.2.3")}
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"database": nil, "broker": slower}).Once()
	require.JSONEq(t, `{"status":"degraded","checks":{"database":"ok","broker":"degraded"}}`, e.get("/readyz").status(http.StatusOK).Body.String())
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"database": errors.New("gone"), "broker": slower}).Once()
	require.Contains(t, e.get("/readyz").status(http.StatusServiceUnavailable).Body.String(), `"unavailable"`)
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"database": nil}).Once()
	require.JSONEq(t, `{"status":"ok","checks":{"database":"ok"}}`, e.get("/readyz").status(http.StatusOK).Body.String())
}

// A process that has been told to stop says so, and why is no news for the log.
func TestHealth_Stopping(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"process": driving.ErrStopping}).Once()
	require.JSONEq(t, `{"status":"stopping","checks":{"process":"stopping"}}`, e.get("/readyz").status(http.StatusServiceUnavailable).Body.String())
	require.NotContains(t, e.log.buf.String(), "not ready")
}

// A process without the API answers the machines around it, and nobody else.
func TestProbes(t *testing.T) {
	t.Parallel()
	_, err := httpapi.NewProbes(httpapi.Deps{})
	require.ErrorContains(t, err, "is missing")
	e := newEdge(t)
	e.deps.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	e.handler, err = httpapi.NewProbes(httpapi.Deps{
		Health: e.deps.Health, Meter: e.deps.Meter, Log: e.deps.Log, Clock: e.deps.Clock, IDs: e.deps.IDs, Metrics: e.deps.Metrics,
	})
	require.NoError(t, err)
	e.health.EXPECT().Ready(anyContext).Return(map[string]error{"database": errors.New("gone")}).Once()
	e.get("/readyz").status(http.StatusServiceUnavailable)
	e.get("/healthz").status(http.StatusOK)
	e.get("/metrics").status(http.StatusOK)
	e.get("/api/v1/alerts/").status(http.StatusNotFound)
	e.get("/api/v1/docs/").status(http.StatusNotFound)
}

func TestDocs_ThePageAndItsParts(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	slash := e.get("/api/v1/docs/", without("Authorization")).status(http.StatusOK)
	require.Contains(t, slash.Body.String(), `<base href="./">`)
	require.Contains(t, slash.Header().Get("Content-Type"), "text/html")
	require.Contains(t, slash.Header().Get("Content-Security-Policy"), "script-src 'self';")
	require.Contains(t, e.get("/api/v1/docs").status(http.StatusOK).Body.String(), `<base href="docs/">`)
	require.Contains(t, e.get("/api/v1/docs/start.js").status(http.StatusOK).Header().Get("Content-Type"), "javascript")
	require.Contains(t, e.get("/api/v1/docs/swagger-ui.css").status(http.StatusOK).Header().Get("Content-Type"), "text/css")
	require.Equal(t, "3.0.3", e.get("/api/v1/openapi.json").status(http.StatusOK).json()["openapi"])
}

func TestNew_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*httpapi.Deps){
		"Auth": func(d *httpapi.Deps) { d.Auth = nil }, "Log": func(d *httpapi.Deps) { d.Log = nil },
		"cursor key": func(d *httpapi.Deps) { d.CursorKey = []byte("short") }, "public URL": func(d *httpapi.Deps) { d.PublicURL = "localhost" },
	} {
		deps := lockedEdge(t).deps
		spoil(&deps)
		_, err := httpapi.New(deps)
		require.ErrorContains(t, err, want)
	}
	deps := lockedEdge(t).deps
	deps.TrustedProxies = []netip.Prefix{}
	_, err := httpapi.New(deps)
	require.NoError(t, err)
}

func TestServer_HasLimits(t *testing.T) {
	t.Parallel()
	e := lockedEdge(t)
	s := httpapi.Server("127.0.0.1:0", e.handler, e.deps.Log)
	require.Equal(t, 10*time.Second, s.ReadHeaderTimeout)
	require.Equal(t, 60*time.Second, s.ReadTimeout)
	require.Equal(t, 120*time.Second, s.WriteTimeout)
	require.Equal(t, 64<<10, s.MaxHeaderBytes)
}
