package service

import (
	"log/slog"
	"net/http"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/apikeys"
	"github.com/sentineliq/sentineliq/core/usecase/auditlog"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/core/usecase/companies"
	"github.com/sentineliq/sentineliq/core/usecase/dashboards"
	"github.com/sentineliq/sentineliq/core/usecase/incidents"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
	"github.com/sentineliq/sentineliq/core/usecase/users"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/system"
)

// edgeParts is what the HTTP interface asks of the core.
type edgeParts struct {
	Auth       *auth.Service
	Companies  *companies.Service
	Users      *users.Service
	Keys       *apikeys.Service
	Alerts     *alerts.Service
	Incidents  *incidents.Service
	Channels   *notifications.Channels
	Rules      *notifications.Rules
	Deliveries *notifications.Deliveries
	Dashboards *dashboards.Service
	AuditLog   *auditlog.Service
	Store      Store
	Messages   *messages
	Meter      *telemetry.Meter
	Log        *slog.Logger
	Clock      system.Clock
	IDs        system.IDs
	Box        credential.Box
	CursorKey  cursorKey
	Role       role
	Leaving    *leaving
}

// newHandler makes the HTTP interface.
func newHandler(p edgeParts, cfg config.Config) (http.Handler, error) {
	deps := httpapi.Deps{
		Auth: p.Auth, Permissions: p.Auth, Companies: p.Companies, Users: p.Users, APIKeys: p.Keys,
		Alerts: p.Alerts, Ingest: p.Alerts, Triage: p.Alerts, Incidents: p.Incidents, Casework: p.Incidents, Linked: p.Incidents,
		Channels: p.Channels, Rules: p.Rules, Deliveries: p.Deliveries,
		Dashboards: p.Dashboards, AuditLog: p.AuditLog, Health: health{p.Store, p.Messages, p.Role, p.Leaving},
		Meter: p.Meter, Log: p.Log, Clock: p.Clock, IDs: p.IDs, Box: p.Box,
		CursorKey: p.CursorKey, PublicURL: cfg.PublicURL, TrustedProxies: cfg.TrustedProxies,
	}
	if cfg.MetricsAddr == "" {
		deps.Metrics = p.Meter.Handler()
	}
	if !p.Role.api {
		return httpapi.NewProbes(deps)
	}
	return httpapi.New(deps)
}
