package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Deps is what the edge needs. Everything but Metrics and TrustedProxies must
// be there.
type Deps struct {
	Auth        driving.Auth
	Permissions driving.Permissions
	Companies   driving.Companies
	Users       driving.Users
	APIKeys     driving.APIKeys
	Alerts      driving.Alerts
	Ingest      driving.Ingest
	Triage      driving.Triage
	Incidents   driving.Incidents
	Casework    driving.Casework
	Linked      driving.IncidentAlerts
	Channels    driving.Channels
	Rules       driving.Rules
	Deliveries  driving.Deliveries
	Dashboards  driving.Dashboards
	AuditLog    driving.AuditLog
	Health      driving.Health

	Meter telemetry.Meter
	Log   *slog.Logger
	Clock system.Clock
	IDs   system.IDs     // for requests that bring no id of their own
	Box   credential.Box // seals the answers kept for idempotency keys

	CursorKey      []byte         // authenticates page cursors; at least 16 bytes, the same on every replica
	PublicURL      string         // what links in answers start with
	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts
	Metrics        http.Handler   // nil: metrics are served elsewhere
}

const minCursorKey = 16

// API is the edge itself.
type API struct {
	Deps
	public string // PublicURL without its last slash
	docs   docs
	routes []route
}

// New returns the handler of the whole HTTP interface.
func New(deps Deps) (http.Handler, error) {
	if err := deps.check(); err != nil {
		return nil, err
	}
	pages, err := readDocs()
	if err != nil {
		return nil, err
	}
	a := &API{Deps: deps, public: strings.TrimRight(deps.PublicURL, "/"), docs: pages}
	a.routes = routes()
	return a.observe(a.strict(a.engine())), nil
}

// NewProbes returns the handler of a process that has no API: it says whether
// the process lives and can do its work, and shows its numbers. Of deps it needs
// Health, Meter, Log, Clock and IDs.
func NewProbes(deps Deps) (http.Handler, error) {
	if err := deps.checkProbes(); err != nil {
		return nil, err
	}
	a := &API{Deps: deps, routes: probeRoutes()}
	return a.observe(a.strict(a.engine())), nil
}

// check finds what is missing when the service starts rather than when the
// first request needs it.
func (d Deps) check() error {
	for name, dep := range map[string]any{
		"Auth": d.Auth, "Permissions": d.Permissions, "Companies": d.Companies, "Users": d.Users, "APIKeys": d.APIKeys,
		"Alerts": d.Alerts, "Ingest": d.Ingest, "Triage": d.Triage, "Incidents": d.Incidents, "Casework": d.Casework, "Linked": d.Linked, "Channels": d.Channels,
		"Rules": d.Rules, "Deliveries": d.Deliveries, "Dashboards": d.Dashboards, "AuditLog": d.AuditLog,
		"Box": d.Box,
	} {
		if dep == nil {
			return fmt.Errorf("httpapi: %s is missing", name)
		}
	}
	if err := d.checkProbes(); err != nil {
		return err
	}
	if len(d.CursorKey) < minCursorKey {
		return fmt.Errorf("httpapi: the cursor key has %d bytes, at least %d are needed", len(d.CursorKey), minCursorKey)
	}
	u, err := url.Parse(d.PublicURL)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return fmt.Errorf("httpapi: the public URL %q is not absolute", d.PublicURL)
	}
	return nil
}

func (d Deps) checkProbes() error {
	for name, dep := range map[string]any{"Health": d.Health, "Meter": d.Meter, "Clock": d.Clock, "IDs": d.IDs} {
		if dep == nil {
			return fmt.Errorf("httpapi: %s is missing", name)
		}
	}
	if d.Log == nil {
		return errors.New("httpapi: Log is missing")
	}
	return nil
}

// engine registers every row of the table, with and without its last slash. A
// GET also answers HEAD.
func (a *API) engine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.HandleMethodNotAllowed = false
	for _, r := range a.routes {
		if r.path == metricsPath && a.Metrics == nil {
			continue
		}
		handler := a.serve(r)
		for _, method := range r.methods() {
			e.Handle(method, r.path, handler)
			e.Handle(method, r.path+"/", handler)
		}
	}
	e.NoRoute(func(g *gin.Context) { a.refuse(g.Writer, g.Request, a.unrouted(g.Request.Method, g.Request.URL.Path)) })
	return e
}
