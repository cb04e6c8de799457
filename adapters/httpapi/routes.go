package httpapi

import (
	"net/http"
	"slices"
	"strings"
)

const (
	base        = "/api/v1"
	metricsPath = "/metrics"

	bodyLimit  = 1 << 20  // bytes of an ordinary body
	batchLimit = 16 << 20 // bytes of a batch
)

// A route is one row of the table: all that is decided about a request before
// its handler sees it.
type route struct {
	method string
	path   string // without the last slash; gin's notation
	action string // what the asker must be allowed to do; empty: open to anybody
	handle func(*API, *call) (reply, error)
	status int      // of a success
	limit  int64    // bytes of the body; 0: a body is not looked at
	params []string // names the query may have
	raw    func(*API, http.ResponseWriter, *http.Request)
}

func (r route) methods() []string {
	if r.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

// matches reports whether a path belongs to the row; literal says that it does
// so without an id.
func (r route) matches(path string) (ok, literal bool) {
	want, have := strings.Split(r.path, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(have) {
		return false, false
	}
	literal = true
	for i, part := range want {
		switch {
		case !strings.HasPrefix(part, ":"):
			if part != have[i] {
				return false, false
			}
		case strings.HasSuffix(part, "id") && !isID(have[i]):
			return false, false
		default:
			literal = false
		}
	}
	return true, literal
}

// routes is the table. The engine, the authorisation of requests and the
// inventory in the tests all come from it.
func routes() []route {
	return slices.Concat(
		identityRoutes(), alertRoutes(), incidentRoutes(), notificationRoutes(), insightRoutes(), serviceRoutes(),
	)
}

func identityRoutes() []route {
	return []route{
		post("/token", "", (*API).login).answers(http.StatusOK),
		post("/token/refresh", "", (*API).refresh).answers(http.StatusOK),

		get("/users", "user.read", (*API).listUsers).asks(names[userQuery]()),
		post("/users", "user.create", (*API).createUser),
		get("/users/me", "user.read_self", (*API).me),
		get("/users/:id", "user.read", (*API).findUser),
		put("/users/:id", "user.update_self", (*API).replaceUser),
		patch("/users/:id", "user.update_self", (*API).patchUser),
		remove("/users/:id", "user.delete", (*API).removeUser),

		get("/companies", "company.read", (*API).listCompanies).asks(names[companyQuery]()),
		post("/companies", "company.create", (*API).createCompany),
		get("/companies/:id", "company.read", (*API).findCompany),
		put("/companies/:id", "company.update", (*API).replaceCompany),
		patch("/companies/:id", "company.update", (*API).patchCompany),
		remove("/companies/:id", "company.delete", (*API).removeCompany),

		get("/api-keys", "api_key.read", (*API).listKeys).asks(names[keyQuery]()),
		post("/api-keys", "api_key.create", (*API).createKey),
		get("/api-keys/:id", "api_key.read", (*API).findKey),
		remove("/api-keys/:id", "api_key.delete", (*API).removeKey),
	}
}

func alertRoutes() []route {
	return []route{
		get("/alerts", "alert.read", (*API).listAlerts).asks(names[alertQuery]()),
		post("/alerts", "alert.create", (*API).createAlert),
		post("/alerts/ingest", "alert.ingest", (*API).ingest),
		post("/alerts/ingest/batch", "alert.ingest_batch", (*API).ingestBatch).
			answers(http.StatusOK).upTo(batchLimit).asks(names[batchQuery]()),
		get("/alerts/:id", "alert.read", (*API).findAlert),
		put("/alerts/:id", "alert.update", (*API).replaceAlert),
		patch("/alerts/:id", "alert.update", (*API).patchAlert),
		remove("/alerts/:id", "alert.delete", (*API).removeAlert),
		post("/alerts/:id/acknowledge", "alert.acknowledge", (*API).acknowledgeAlert).answers(http.StatusOK),
		post("/alerts/:id/assign", "alert.assign", (*API).assignAlert).answers(http.StatusOK),
		post("/alerts/:id/resolve", "alert.resolve", (*API).resolveAlert).answers(http.StatusOK),
		post("/alerts/:id/escalate", "alert.escalate", (*API).escalateAlert),
	}
}

func incidentRoutes() []route {
	return []route{
		get("/incidents", "incident.read", (*API).listIncidents).asks(names[incidentQuery]()),
		post("/incidents", "incident.create", (*API).createIncident),
		get("/incidents/:id", "incident.read", (*API).findIncident),
		put("/incidents/:id", "incident.update", (*API).replaceIncident),
		patch("/incidents/:id", "incident.update", (*API).patchIncident),
		remove("/incidents/:id", "incident.delete", (*API).removeIncident),
		post("/incidents/:id/assign", "incident.assign", (*API).assignIncident).answers(http.StatusOK),
		post("/incidents/:id/close", "incident.close", (*API).closeIncident).answers(http.StatusOK),
		post("/incidents/:id/reopen", "incident.reopen", (*API).reopenIncident).answers(http.StatusOK),
		get("/incidents/:id/alerts", "incident.read", (*API).listIncidentAlerts).asks(names[linkedQuery]()),
		post("/incidents/:id/alerts", "incident.link_alert", (*API).linkAlert),
		remove("/incidents/:id/alerts/:alert_id", "incident.unlink_alert", (*API).unlinkAlert),
		get("/incidents/:id/timeline", "incident.read", (*API).listTimeline).asks(names[timelineQuery]()),
		post("/incidents/:id/timeline", "incident.add_timeline", (*API).tellTimeline),
	}
}

func notificationRoutes() []route {
	return []route{
		get("/notifications/channels", "channel.read", (*API).listChannels).asks(names[channelQuery]()),
		post("/notifications/channels", "channel.create", (*API).createChannel),
		get("/notifications/channels/:id", "channel.read", (*API).findChannel),
		put("/notifications/channels/:id", "channel.update", (*API).replaceChannel),
		patch("/notifications/channels/:id", "channel.update", (*API).patchChannel),
		remove("/notifications/channels/:id", "channel.delete", (*API).removeChannel),
		post("/notifications/test", "channel.test_channel", (*API).testChannel).answers(http.StatusAccepted),

		get("/notifications/rules", "rule.read", (*API).listRules).asks(names[ruleQuery]()),
		post("/notifications/rules", "rule.create", (*API).createRule),
		get("/notifications/rules/:id", "rule.read", (*API).findRule),
		put("/notifications/rules/:id", "rule.update", (*API).replaceRule),
		patch("/notifications/rules/:id", "rule.update", (*API).patchRule),
		remove("/notifications/rules/:id", "rule.delete", (*API).removeRule),

		get("/notifications/deliveries", "delivery.read", (*API).listDeliveries).asks(names[deliveryQuery]()),
		get("/notifications/deliveries/:id", "delivery.read", (*API).findDelivery),
		post("/notifications/deliveries/:id/retry", "delivery.retry", (*API).retryDelivery).answers(http.StatusOK),
	}
}

func insightRoutes() []route {
	return []route{
		get("/dashboard/summary", "dashboard.read", (*API).summary).asks(names[summaryQuery]()),
		get("/audit-logs", "audit_log.read", (*API).listAudit).asks(names[auditQuery]()),
		get("/audit-logs/:id", "audit_log.read", (*API).findAudit),
	}
}

// serviceRoutes are those that are no part of the API proper.
func serviceRoutes() []route {
	return append(probeRoutes(),
		plain(base+"/openapi.json", (*API).openapi),
		plain(base+"/docs", (*API).docsPage),
		plain(base+"/docs/:file", (*API).docsFile),
	)
}

// probeRoutes are what the machines around the service ask.
func probeRoutes() []route {
	return []route{
		plain("/healthz", (*API).healthz),
		plain("/readyz", (*API).readyz),
		plain(metricsPath, (*API).metrics),
	}
}

// plain is a route for which nobody logs in and that writes its answer itself.
func plain(path string, write func(*API, http.ResponseWriter, *http.Request)) route {
	return route{method: http.MethodGet, path: path, status: http.StatusOK, raw: write}
}

func get(path, action string, handle func(*API, *call) (reply, error)) route {
	return route{method: http.MethodGet, path: base + path, action: action, handle: handle, status: http.StatusOK}
}

func post(path, action string, handle func(*API, *call) (reply, error)) route {
	return route{
		method: http.MethodPost, path: base + path, action: action, handle: handle,
		status: http.StatusCreated, limit: bodyLimit,
	}
}

func put(path, action string, handle func(*API, *call) (reply, error)) route {
	r := patch(path, action, handle)
	r.method = http.MethodPut
	return r
}

func patch(path, action string, handle func(*API, *call) (reply, error)) route {
	r := post(path, action, handle)
	r.method, r.status = http.MethodPatch, http.StatusOK
	return r
}

func remove(path, action string, handle func(*API, *call) (reply, error)) route {
	r := get(path, action, handle)
	r.method, r.status = http.MethodDelete, http.StatusNoContent
	return r
}

func (r route) answers(status int) route {
	r.status = status
	return r
}

func (r route) upTo(limit int64) route {
	r.limit = limit
	return r
}

func (r route) asks(params []string) route {
	r.params = params
	return r
}
