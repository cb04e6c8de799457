package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// filledIn is the path of a row with ids in the places of ids.
func filledIn(path string) string {
	return strings.NewReplacer(":alert_id", otherID, ":id", alertID).Replace(path)
}

func happyCasework() []happy {
	any := mock.Anything
	return []happy{
		{
			"POST /incidents", func(e *edge) {
				e.casework.EXPECT().Create(any, mock.MatchedBy(func(n driving.NewIncident) bool {
					return n.Title == "t" && *n.Impact == 70 && n.CustomFields["cost"] == 12.5 && n.Alerts[0] == alertID && n.Assignee == ""
				})).Return(incident.Opening{Incident: anIncident()}, nil)
			}, `{"title":"t","impact_score":70,"custom_fields":{"cost":12.5},"alert_ids":["` + alertID + `"],"assignee":null}`, 201,
			map[string]string{"Location": "/incidents/" + otherID + "/", "ETag": `"2"`},
			`"title":"Beacon"`,
		},
		{"PUT /incidents/:id", func(e *edge) {
			e.casework.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.IncidentPatch) bool {
				return *p.Title == "t" && *p.Description == "" && *p.Severity == "medium" && *p.TLP == "amber" && len(*p.Tags) == 0 &&
					p.ByFormula && *p.CustomFields == nil && !p.MergeFields && p.Status == nil && p.StartDate == nil && p.Assignee == nil
			}), driving.IfVersion(nil)).Return(anIncident(), nil)
		}, `{"title":"t"}`, 200, nil, ""},
		{"PATCH /incidents/:id", func(e *edge) {
			e.casework.EXPECT().Update(any, any, mock.MatchedBy(func(p driving.IncidentPatch) bool {
				return p.Title == nil && *p.Assignee == "" && p.ByFormula && p.MergeFields && (*p.CustomFields)["a"] == nil && p.EndDate.IsZero()
			}), driving.IfVersion(nil)).Return(anIncident(), nil)
		}, `{"assignee":null,"impact_score":null,"custom_fields":{"a":null},"end_date":null}`, 200, nil, ""},
		{"DELETE /incidents/:id", func(e *edge) { e.casework.EXPECT().Remove(any, any, driving.IfVersion(nil)).Return(nil) }, "", 204, nil, ""},
		{"POST /incidents/:id/reopen", func(e *edge) { e.casework.EXPECT().Reopen(any, incident.ID(alertID)).Return(anIncident(), nil) }, "", 200, nil, ""},
		{"GET /incidents/:id/alerts", func(e *edge) {
			e.linked.EXPECT().Linked(any, incident.ID(alertID), any, any).Return(pageOf(anAlert()), nil)
		}, "", 200, nil, `"count":1`},
		{
			"POST /incidents/:id/alerts", func(e *edge) {
				e.linked.EXPECT().Link(any, incident.ID(alertID), alert.ID(otherID)).Return(incident.Linking{Incident: anIncident(), Alert: fullAlert()}, nil)
			}, `{"alert":"` + otherID + `"}`, 201,
			map[string]string{"Location": "/alerts/" + alertID + "/"},
			`"incidents":["` + otherID + `"]`,
		},
		{"DELETE /incidents/:id/alerts/:alert_id", func(e *edge) {
			e.linked.EXPECT().Unlink(any, incident.ID(alertID), alert.ID(otherID)).Return(nil)
		}, "", 204, nil, ""},
	}
}

func TestIncident_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	fields := func(method, target, body string) (named []string) {
		for _, v := range e.send(method, target, body).problem(http.StatusBadRequest, "validation_failed").Errors {
			named = append(named, v.Field)
		}
		return named
	}
	one := "/api/v1/incidents/" + alertID + "/"
	require.ElementsMatch(t, []string{"alert_count", "severity", "title", "impact_score", "alert_ids[0]", "end_date", "start_date"},
		fields(http.MethodPost, "/api/v1/incidents/", `{"alert_count":1,"severity":"loud","impact_score":101,"alert_ids":["x"],"end_date":null,"start_date":7}`))
	require.ElementsMatch(t, []string{"title", "nonsense", "tlp"}, fields(http.MethodPut, one, `{"nonsense":1,"tlp":"pink"}`))
	require.ElementsMatch(t, []string{"alert_ids", "summary", "status"},
		fields(http.MethodPatch, one, `{"alert_ids":[],"status":null,"summary":"`+strings.Repeat("a", 256)+`"}`))
	for _, body := range []string{`{}`, `{"alert":null}`, `{"alert":"x"}`} {
		require.Equal(t, []string{"alert"}, fields(http.MethodPost, one+"alerts/", body))
	}
}

func TestIncident_TheSecondIDOfAPathIsAnID(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.send(http.MethodDelete, "/api/v1/incidents/"+alertID+"/alerts/nonsense/", "").problem(http.StatusNotFound, "not_found")
	a := e.get("/api/v1/incidents/" + alertID + "/alerts/" + otherID + "/")
	a.problem(http.StatusMethodNotAllowed, "method_not_allowed")
	require.Equal(t, "DELETE", a.Header().Get("Allow"))
}

func TestIncident_FiltersReachTheQuery(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.incidents.EXPECT().List(anyContext, mock.MatchedBy(func(q incident.Query) bool {
		return !*q.HasAlerts && *q.MinImpact == 40
	}), anyContext).Return(pageOf(anIncident()), nil)
	e.get("/api/v1/incidents/?has_alerts=false&min_impact=40&ordering=-impact_score,end_date").status(http.StatusOK)
	for _, bad := range []string{"has_alerts=1", "min_impact=high", "min_impact=101", "min_impact=-1"} {
		name, _, _ := strings.Cut(bad, "=")
		p := e.get("/api/v1/incidents/?"+bad).problem(http.StatusBadRequest, "invalid_parameter")
		require.Equal(t, name, p.Errors[0].Field)
	}
}
