package httpapi_test

import (
	"bytes"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/api"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// happy is a request that succeeds: how the mocks answer, what is sent, and
// what comes back.
type happy struct {
	route  string // as in the table
	play   func(*edge)
	body   string
	status int
	says   map[string]string // headers
	has    string            // in the body
}

func pageOf[T any](items ...T) page.Result[T] { return page.Result[T]{Items: items, Count: len(items)} }

func happyIdentity() []happy {
	any := mock.Anything
	return []happy{
		{"POST /token", func(e *edge) {
			e.auth.EXPECT().Login(any, "ana", secret.New("pw")).Return(driving.Tokens{Access: secret.New("A"), Refresh: secret.New("R")}, nil)
		}, `{"username":"ana","password":"pw"}`, 200, nil, `{"refresh":"R","access":"A"}`},
		{"POST /token/refresh", func(e *edge) {
			e.auth.EXPECT().Refresh(any, secret.New("R")).Return(driving.Tokens{Access: secret.New("A"), Refresh: secret.New("R2")}, nil)
		}, `{"refresh":"R"}`, 200, nil, `"refresh":"R2"`},
		{"GET /users", func(e *edge) { e.users.EXPECT().List(any, any, any).Return(pageOf(aUser()), nil) }, "", 200, nil, `"count":1`},
		{
			"POST /users", func(e *edge) { e.users.EXPECT().Create(any, any).Return(aUser(), nil) },
			`{"email":"a@b.c","password":"x","company":null}`, 201,
			map[string]string{"Location": "/users/" + userID + "/", "ETag": `"4"`},
			`"username":"ana"`,
		},
		{"GET /users/me", func(e *edge) { e.users.EXPECT().Me(any).Return(aUser(), nil) }, "", 200, nil, `"role":"analyst_company"`},
		{"GET /users/:id", func(e *edge) { e.users.EXPECT().Find(any, any).Return(aUser(), nil) }, "", 200, nil, `"last_login":null`},
		{"PUT /users/:id", func(e *edge) {
			e.users.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.UserPatch) bool {
				return *p.Username == "u" && *p.Email == "e" && *p.FirstName == "" && p.Role == nil && p.Password == nil && p.IsActive == nil
			}), driving.IfVersion(nil)).Return(aUser(), nil)
		}, `{"username":"u","email":"e"}`, 200, nil, ""},
		{"PATCH /users/:id", func(e *edge) {
			e.users.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.UserPatch) bool {
				return p.Username == nil && *p.LastName == "" && p.FirstName == nil
			}), driving.IfVersion(nil)).Return(aUser(), nil)
		}, `{"last_name":null}`, 200, nil, ""},
		{"DELETE /users/:id", func(e *edge) { e.users.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"GET /companies", func(e *edge) { e.companies.EXPECT().List(any, any, any).Return(pageOf(aCompany()), nil) }, "", 200, nil, `"name":"Acme"`},
		{"POST /companies", func(e *edge) {
			e.companies.EXPECT().Create(any, mock.MatchedBy(func(n driving.NewCompany) bool { return n.Admin.Email == "a@b.c" })).
				Return(identity.Founding{Company: aCompany(), Admin: aUser()}, nil)
		}, `{"name":"Acme","admin_user":{"email":"a@b.c","password":"x"}}`, 201, map[string]string{"Location": "/companies/" + acmeID + "/"}, `"user_count":1`},
		{"GET /companies/:id", func(e *edge) { e.companies.EXPECT().Find(any, any).Return(aCompany(), nil) }, "", 200, map[string]string{"ETag": `"3"`}, ""},
		{"PUT /companies/:id", func(e *edge) {
			e.companies.EXPECT().Update(any, any, mock.MatchedBy(func(p identity.CompanyPatch) bool { return *p.Name == "N" && p.IsActive == nil }), driving.IfVersion(nil)).Return(aCompany(), nil)
		}, `{"name":"N"}`, 200, nil, ""},
		{"PATCH /companies/:id", func(e *edge) {
			e.companies.EXPECT().Update(any, any, mock.MatchedBy(func(p identity.CompanyPatch) bool { return p.Name == nil && !*p.IsActive }), driving.IfVersion(nil)).Return(aCompany(), nil)
		}, `{"is_active":false}`, 200, nil, ""},
		{"DELETE /companies/:id", func(e *edge) { e.companies.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"GET /api-keys", func(e *edge) { e.keys.EXPECT().List(any, any, any).Return(pageOf(aKey()), nil) }, "", 200, nil, `"prefix":"siq_abc"`},
		{"POST /api-keys", func(e *edge) {
			e.keys.EXPECT().Create(any, any).Return(identity.IssuedKey{APIKey: aKey(), Secret: secret.New("siq_abc_secret")}, nil)
		}, `{"name":"edr","role":"analyst_company","expires_at":"2027-01-01T00:00:00+02:00"}`, 201, map[string]string{"Location": "/api-keys/" + otherID + "/"}, `"key":"siq_abc_secret"`},
		{"GET /api-keys/:id", func(e *edge) { e.keys.EXPECT().Find(any, any).Return(aKey(), nil) }, "", 200, nil, `"last_used_at":null`},
		{"DELETE /api-keys/:id", func(e *edge) { e.keys.EXPECT().Revoke(any, identity.KeyID(alertID)).Return(nil) }, "", 204, nil, ""},
	}
}

func happyTriage() []happy {
	any := mock.Anything
	return []happy{
		{"GET /alerts", func(e *edge) { e.alerts.EXPECT().List(any, any, any).Return(pageOf(anAlert(), fullAlert()), nil) }, "", 200, nil, `"title":"<Beacon> & more"`},
		{
			"POST /alerts", func(e *edge) { e.alerts.EXPECT().Create(any, any).Return(anAlert(), nil) },
			`{"title":"t","source":"s","raw_payload":[1,{"a":null}]}`, 201,
			map[string]string{"Location": "/alerts/" + alertID + "/"},
			`"raw_payload":{"a":9007199254740993}`,
		},
		{"POST /alerts/ingest", func(e *edge) {
			e.reports.EXPECT().One(any, mock.MatchedBy(func(d alert.Draft) bool { return d.SourceRef == "r" })).
				Return(alert.Ingested{Receipt: alert.Receipt{Alert: alertID}, Alert: anAlert()}, nil)
		}, `{"title":"t","source":"s","source_ref":"r"}`, 201, map[string]string{"Location": "/alerts/" + alertID + "/"}, `{"alert_id":"` + alertID + `","duplicate":false}`},
		{"POST /alerts/ingest/batch", func(e *edge) {
			e.reports.EXPECT().Batch(any, any, any).Return(alert.Batch{Lines: []alert.Line{
				{Receipt: alert.Receipt{Alert: alertID}}, {Receipt: alert.Receipt{Alert: alertID, Duplicate: true}}, {Fault: forbidden()},
			}}, nil)
		}, `[{"title":"t","source":"s","source_ref":"r"}]`, 200, nil, `"accepted":1,"duplicates":1,"rejected":1`},
		{"GET /alerts/:id", func(e *edge) { e.alerts.EXPECT().Find(any, alert.ID(alertID)).Return(fullAlert(), nil) }, "", 200, map[string]string{"ETag": `"7"`}, `"resolution":"benign"`},
		{"PUT /alerts/:id", func(e *edge) {
			e.alerts.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.AlertPatch) bool {
				return *p.Title == "t" && *p.Severity == "medium" && *p.TLP == "amber" && len(*p.Tags) == 0 && *p.SourceRef == "" &&
					p.Status == nil && p.EventTime == nil && p.Assignee == nil && p.Resolution == nil && *p.RawPayload == nil
			}), driving.IfVersion(nil)).Return(anAlert(), nil)
		}, `{"title":"t","source":"s"}`, 200, nil, ""},
		{"PATCH /alerts/:id", func(e *edge) {
			e.alerts.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.AlertPatch) bool {
				return p.Title == nil && *p.Assignee == "" && *p.Description == "" && *p.RawPayload == nil && p.Tags == nil
			}), driving.IfVersion(nil)).Return(anAlert(), nil)
		}, `{"assignee":null,"description":null,"raw_payload":null}`, 200, nil, ""},
		{"DELETE /alerts/:id", func(e *edge) { e.alerts.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"POST /alerts/:id/acknowledge", func(e *edge) { e.triage.EXPECT().Acknowledge(any, any).Return(anAlert(), nil) }, "", 200, nil, ""},
		{"POST /alerts/:id/assign", func(e *edge) { e.triage.EXPECT().Assign(any, any, identity.UserID("")).Return(anAlert(), nil) }, `{"assignee":null}`, 200, nil, ""},
		{"POST /alerts/:id/resolve", func(e *edge) { e.triage.EXPECT().Resolve(any, any, "benign", "").Return(fullAlert(), nil) }, `{"resolution":"benign"}`, 200, nil, ""},
		{"POST /alerts/:id/escalate", func(e *edge) {
			e.triage.EXPECT().Escalate(any, any).Return(incident.Escalation{Alert: anAlert(), Incident: anIncident()}, nil)
		}, "{}", 201, map[string]string{"Location": "/incidents/" + otherID + "/"}, `{"incident_id":"` + otherID + `"}`},
		{"GET /incidents", func(e *edge) { e.incidents.EXPECT().List(any, any, any).Return(pageOf(anIncident()), nil) }, "", 200, nil, `"impact_score":85`},
		{"GET /incidents/:id", func(e *edge) { e.incidents.EXPECT().Find(any, any).Return(anIncident(), nil) }, "", 200, map[string]string{"ETag": `"2"`}, `"custom_fields":{}`},
		{"POST /incidents/:id/assign", func(e *edge) {
			e.incidents.EXPECT().Assign(any, any, identity.UserID(userID)).Return(anIncident(), nil)
		}, `{"assignee":"` + userID + `"}`, 200, nil, ""},
		{"POST /incidents/:id/close", func(e *edge) {
			e.incidents.EXPECT().Close(any, any, "").Return(incident.Closing{Incident: anIncident(), Resolved: []*alert.Alert{anAlert()}}, nil)
		}, "", 200, nil, `{"incident_id":"` + otherID + `","resolved_alerts_count":1}`},
		{"GET /incidents/:id/timeline", func(e *edge) { e.incidents.EXPECT().Timeline(any, any, any).Return(pageOf(anEntry()), nil) }, "", 200, nil, `"old_value":null`},
		{"POST /incidents/:id/timeline", func(e *edge) {
			e.incidents.EXPECT().Tell(any, any, any).Return(incident.Told{Incident: anIncident(), Entry: anEntry()}, nil)
		}, `{"title":"Called"}`, 201, map[string]string{"Location": "/incidents/" + alertID + "/timeline/"}, `"type":"note"`},
	}
}

func happyRest() []happy {
	any := mock.Anything
	entry := anAuditEntry()
	return []happy{
		{"GET /notifications/channels", func(e *edge) { e.channels.EXPECT().List(any, any, any).Return(pageOf(aChannel()), nil) }, "", 200, nil, `"webhook_url":"***"`},
		{
			"POST /notifications/channels", func(e *edge) {
				e.channels.EXPECT().Create(any, mock.MatchedBy(func(n driving.NewChannel) bool {
					return n.Type == "slack" && !n.Disabled && n.Config["username"] == "SentinelIQ Bot"
				})).Return(aChannel(), nil)
			}, `{"name":"Company Slack","channel_type":"slack","config":{"webhook_url":"https://hooks.slack.com/services/XXX/YYY/ZZZ","username":"SentinelIQ Bot","icon_emoji":":alert:"},"is_enabled":true}`, 201,
			map[string]string{"Location": "/notifications/channels/" + otherID + "/", "ETag": `"5"`},
			"",
		},
		{"GET /notifications/channels/:id", func(e *edge) { e.channels.EXPECT().Find(any, any).Return(aChannel(), nil) }, "", 200, nil, ""},
		{"PUT /notifications/channels/:id", func(e *edge) {
			e.channels.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.ChannelPatch) bool { return p.Replace && p.Config["a"] == float64(587) }), driving.IfVersion(nil)).Return(aChannel(), nil)
		}, `{"name":"n","config":{"a":587}}`, 200, nil, ""},
		{"PATCH /notifications/channels/:id", func(e *edge) {
			e.channels.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.ChannelPatch) bool { return !p.Replace && p.Config == nil && !*p.IsEnabled }), driving.IfVersion(nil)).Return(aChannel(), nil)
		}, `{"is_enabled":false}`, 200, nil, ""},
		{"DELETE /notifications/channels/:id", func(e *edge) { e.channels.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"POST /notifications/test", func(e *edge) {
			e.channels.EXPECT().Test(any, notification.ChannelID(otherID), "hi").Return(notification.Trial{Channel: aChannel(), Delivery: aDelivery()}, nil)
		}, `{"channel":"` + otherID + `","message":"hi"}`, 202, map[string]string{"Location": "/notifications/deliveries/" + otherID + "/"}, `"status":"dead"`},
		{"GET /notifications/rules", func(e *edge) { e.rules.EXPECT().List(any, any, any).Return(pageOf(aRule()), nil) }, "", 200, nil, `"recipients":[]`},
		{"POST /notifications/rules", func(e *edge) {
			e.rules.EXPECT().Create(any, mock.MatchedBy(func(n driving.NewRule) bool { return n.IsActive && n.Title == "T" && n.Body == "" })).Return(aRule(), nil)
		}, `{"name":"n","event_types":["alert.created"],"channels":["c"],"template":{"title":"T"}}`, 201, map[string]string{"Location": "/notifications/rules/" + otherID + "/"}, ""},
		{"GET /notifications/rules/:id", func(e *edge) { e.rules.EXPECT().Find(any, any).Return(aRule(), nil) }, "", 200, nil, `"template":{"title":"","body":""}`},
		{"PUT /notifications/rules/:id", func(e *edge) {
			e.rules.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.RulePatch) bool {
				return *p.Condition == "" && *p.Title == "" && p.IsActive == nil && len(*p.Recipients) == 0
			}), driving.IfVersion(nil)).Return(aRule(), nil)
		}, `{"name":"n","event_types":["alert.created"],"channels":["c"]}`, 200, nil, ""},
		{"PATCH /notifications/rules/:id", func(e *edge) {
			e.rules.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.RulePatch) bool { return *p.Body == "B" && p.Title == nil && p.Name == nil }), driving.IfVersion(nil)).Return(aRule(), nil)
		}, `{"template":{"body":"B"}}`, 200, nil, ""},
		{"DELETE /notifications/rules/:id", func(e *edge) { e.rules.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"GET /notifications/deliveries", func(e *edge) { e.deliveries.EXPECT().List(any, any, any).Return(pageOf(aDelivery()), nil) }, "", 200, nil, `"response_status":503`},
		{"GET /notifications/deliveries/:id", func(e *edge) { e.deliveries.EXPECT().Find(any, any).Return(aDelivery(), nil) }, "", 200, nil, `"next_attempt_at":null`},
		{"POST /notifications/deliveries/:id/retry", func(e *edge) { e.deliveries.EXPECT().Retry(any, any).Return(aDelivery(), nil) }, "", 200, nil, ""},
		{
			"GET /dashboard/summary", func(e *edge) { e.dashboards.EXPECT().Summary(any, any).Return(aSummary(), nil) }, "", 200, nil,
			`"by_source":{"z":2,"a":1}`,
		},
		{"GET /audit-logs", func(e *edge) { e.auditLog.EXPECT().List(any, any, any).Return(pageOf(entry), nil) }, "", 200, nil, `"changes":{"assignee":[null,"` + userID + `"]}`},
		{"GET /audit-logs/:id", func(e *edge) {
			e.auditLog.EXPECT().Find(any, alertID).Return(&audit.Entry{At: noon(), Outcome: audit.Denied, ActorType: "user"}, nil)
		}, "", 200, nil, `"company":null,"actor":{"type":"user","id":null,"name":""}`},
	}
}

// Every route, asked properly: the status of the table, the headers and body
// that belong to it, and nothing that the API description does not promise.
func TestRoutes_HappyPath(t *testing.T) {
	t.Parallel()
	contract := description(t)
	cases := map[string]happy{}
	for _, h := range slices.Concat(happyIdentity(), happyTriage(), happyCasework(), happyRest()) {
		cases[h.route] = h
	}
	for _, row := range httpapi.Routes() {
		if row.Raw {
			continue
		}
		h, ok := cases[row.Method+" "+strings.TrimPrefix(row.Path, "/api/v1")]
		require.True(t, ok, "no case for %s %s", row.Method, row.Path)
		t.Run(h.route, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.Status, h.status)
			e := newEdge(t)
			h.play(e)
			target := filledIn(row.Path) + "/"
			a := e.send(row.Method, target, h.body).status(h.status)
			for name, want := range h.says {
				if strings.HasPrefix(want, "/") {
					want = publicURL + "/api/v1" + want
				}
				require.Equal(t, want, a.Header().Get(name), name)
			}
			require.Contains(t, a.Body.String(), h.has)
			require.NotContains(t, a.Body.String(), "never-shown")
			conforms(t, contract, row, a.ResponseRecorder)
		})
	}
}

func description(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI())
	require.NoError(t, err)
	return doc
}

// conforms holds an answer against the description of its route.
func conforms(t *testing.T, doc *openapi3.T, row httpapi.Row, w *httptest.ResponseRecorder) {
	t.Helper()
	item := doc.Paths.Find(strings.NewReplacer(":id", "{id}", ":alert_id", "{alert_id}").Replace(row.Path) + "/")
	require.NotNil(t, item, row.Path)
	r := httptest.NewRequest(row.Method, "/", nil)
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: &routers.Route{
			Spec: doc, Path: row.Path, PathItem: item, Method: row.Method, Operation: item.GetOperation(row.Method),
		}},
		Status: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	require.NoError(t, err)
}
