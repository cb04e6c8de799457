package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving/drivingmock"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

const (
	publicURL = "https://siq.example.com"
	alertID   = "01900000-0000-7000-8000-0000000000a1"
	userID    = "01900000-0000-7000-8000-0000000000b1"
	acmeID    = "01900000-0000-7000-8000-0000000000c1"
	otherID   = "01900000-0000-7000-8000-0000000000d1"
)

// edge is the HTTP interface with everything behind it played by mocks. The
// asker is an analyst of acme who may do everything, unless a test says
// otherwise.
type edge struct {
	tb      testing.TB
	handler http.Handler
	deps    httpapi.Deps
	clock   *systemtest.Clock
	log     *syncBuffer
	meter   *meter

	auth        *drivingmock.Auth
	permissions *drivingmock.Permissions
	companies   *drivingmock.Companies
	users       *drivingmock.Users
	keys        *drivingmock.APIKeys
	alerts      *drivingmock.Alerts
	reports     *drivingmock.Ingest
	triage      *drivingmock.Triage
	incidents   *drivingmock.Incidents
	casework    *drivingmock.Casework
	linked      *drivingmock.IncidentAlerts
	channels    *drivingmock.Channels
	rules       *drivingmock.Rules
	deliveries  *drivingmock.Deliveries
	dashboards  *drivingmock.Dashboards
	auditLog    *drivingmock.AuditLog
	health      *drivingmock.Health
}

func analyst() actor.Actor {
	return actor.Actor{
		Type: actor.User, ID: userID, Name: "ana", Role: actor.Analyst, Company: acmeID, Scope: tenant.Of(acmeID),
	}
}

// newEdge returns an edge whose asker is let in.
func newEdge(tb testing.TB) *edge {
	tb.Helper()
	e := lockedEdge(tb)
	e.auth.EXPECT().Authenticate(mock.Anything, secret.New("good")).Return(analyst(), nil).Maybe()
	e.permissions.EXPECT().Allowed(mock.Anything, mock.Anything).Return(nil).Maybe()
	return e
}

// lockedEdge returns an edge for tests that say themselves who is let in.
func lockedEdge(tb testing.TB) *edge {
	tb.Helper()
	t, ok := tb.(interface {
		mock.TestingT
		Cleanup(func())
	})
	require.True(tb, ok)
	e := &edge{
		tb: tb, clock: systemtest.NewClock(), log: &syncBuffer{}, meter: &meter{},
		auth: drivingmock.NewAuth(t), permissions: drivingmock.NewPermissions(t), companies: drivingmock.NewCompanies(t),
		users: drivingmock.NewUsers(t), keys: drivingmock.NewAPIKeys(t), alerts: drivingmock.NewAlerts(t),
		reports: drivingmock.NewIngest(t), triage: drivingmock.NewTriage(t), incidents: drivingmock.NewIncidents(t),
		casework: drivingmock.NewCasework(t), linked: drivingmock.NewIncidentAlerts(t),
		channels: drivingmock.NewChannels(t), rules: drivingmock.NewRules(t), deliveries: drivingmock.NewDeliveries(t),
		dashboards: drivingmock.NewDashboards(t), auditLog: drivingmock.NewAuditLog(t), health: drivingmock.NewHealth(t),
	}
	e.deps = httpapi.Deps{
		Auth: e.auth, Permissions: e.permissions, Companies: e.companies, Users: e.users, APIKeys: e.keys,
		Alerts: e.alerts, Ingest: e.reports, Triage: e.triage, Incidents: e.incidents, Casework: e.casework, Linked: e.linked, Channels: e.channels,
		Rules: e.rules, Deliveries: e.deliveries, Dashboards: e.dashboards, AuditLog: e.auditLog, Health: e.health,
		Meter: e.meter, Log: slog.New(slog.NewJSONHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Clock: e.clock, IDs: &systemtest.IDs{}, Box: box{}, CursorKey: []byte("0123456789abcdef"), PublicURL: publicURL + "/",
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Metrics:        http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "up 1") }),
	}
	e.rebuild()
	return e
}

// rebuild makes the handler anew after a change of deps.
func (e *edge) rebuild() {
	e.tb.Helper()
	handler, err := httpapi.New(e.deps)
	require.NoError(e.tb, err)
	e.handler = handler
}

// option changes a request before it is sent.
type option func(*http.Request)

func with(name, value string) option { return func(r *http.Request) { r.Header.Add(name, value) } }

func without(name string) option { return func(r *http.Request) { r.Header.Del(name) } }

func from(addr string) option { return func(r *http.Request) { r.RemoteAddr = addr } }

// send sends a request of the asker; a body is JSON.
func (e *edge) send(method, target, body string, options ...option) *answer {
	e.tb.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	r.Header.Set("Authorization", "Bearer good")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, o := range options {
		o(r)
	}
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	return &answer{tb: e.tb, ResponseRecorder: w}
}

func (e *edge) get(target string, options ...option) *answer {
	e.tb.Helper()
	return e.send(http.MethodGet, target, "", options...)
}

func (e *edge) post(target, body string, options ...option) *answer {
	e.tb.Helper()
	return e.send(http.MethodPost, target, body, options...)
}

type answer struct {
	tb testing.TB
	*httptest.ResponseRecorder
}

func (a *answer) status(want int) *answer {
	a.tb.Helper()
	require.Equal(a.tb, want, a.Code, a.Body.String())
	return a
}

func (a *answer) json() map[string]any {
	a.tb.Helper()
	var body map[string]any
	require.NoError(a.tb, json.Unmarshal(a.Body.Bytes(), &body), a.Body.String())
	return body
}

// problem returns the body as a problem, after checking what all have.
func (a *answer) problem(status int, code string) httpapi.ProblemBody {
	a.tb.Helper()
	a.status(status)
	require.Equal(a.tb, "application/problem+json", a.Header().Get("Content-Type"))
	var p httpapi.ProblemBody
	require.NoError(a.tb, json.Unmarshal(a.Body.Bytes(), &p))
	require.Equal(a.tb, status, p.Status)
	require.Equal(a.tb, code, p.Code, p.Detail)
	require.Equal(a.tb, "urn:sentineliq:problem:"+code, p.Type)
	require.NotEmpty(a.tb, p.Title)
	require.NotEmpty(a.tb, p.Detail)
	require.Equal(a.tb, a.Header().Get("X-Request-ID"), p.RequestID)
	return p
}

// fields returns the faults of a problem as "field: code".
func fields(p httpapi.ProblemBody) []string {
	var list []string
	for _, f := range p.Errors {
		list = append(list, f.Field+": "+f.Code)
	}
	return list
}

// box seals by reversing, which is enough to see that nothing is kept in the
// clear, and that labels count.
type box struct{}

func (box) Current(secret.Text) bool { return true }

func (box) Seal(plain []byte, label string) (secret.Text, error) {
	return secret.New(reversed(label + "\n" + string(plain))), nil
}

func (box) Open(sealed secret.Text, label string) ([]byte, error) {
	plain, ok := strings.CutPrefix(reversed(sealed.Reveal()), label+"\n")
	if !ok {
		return nil, errors.New("another label")
	}
	return []byte(plain), nil
}

func reversed(text string) string {
	b := []byte(text)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// meter notes what is counted.
type meter struct {
	mu   sync.Mutex
	seen []string
}

func (m *meter) Count(name string, _ int, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, name+" "+strings.Join(labels, " "))
}

func (*meter) Observe(string, time.Duration, ...string) {}
func (*meter) Set(string, float64, ...string)           {}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) lines(tb testing.TB) []map[string]any {
	tb.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []map[string]any
	for line := range strings.Lines(b.buf.String()) {
		var one map[string]any
		require.NoError(tb, json.Unmarshal([]byte(line), &one))
		list = append(list, one)
	}
	return list
}
