package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func TestIfMatch_Tags(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]int{
		`"3"`: {3}, ` "3" , "4"`: {3, 4}, `"3",,"4"`: {3, 4}, `W/"3"`: {-1}, `"abc"`: {-1}, `"03"`: {-1}, `"-1"`: {-1}, `""`: {-1}, `"+3"`: {-1},
		`3`: nil, `"3`: nil, `"3" "4"`: nil, `"3"x`: nil, ``: nil, `,`: nil, `W/3`: nil, `"1", *`: nil,
	} {
		got, ok := httpapi.ReadTags(header)
		require.Equal(t, want != nil, ok, header)
		if ok {
			require.Equal(t, want, got, header)
		}
	}
}

func TestIfMatch_IsHonoured(t *testing.T) {
	t.Parallel()
	version := func(n int) any {
		return mock.MatchedBy(func(v driving.IfVersion) bool { return v != nil && *v == n })
	}
	anything := mock.MatchedBy(func(v driving.IfVersion) bool { return v == nil })
	for header, c := range map[string]struct {
		want  any
		finds bool // a list needs the present version, which is 7
	}{
		"": {want: anything}, "*": {want: anything}, `"7"`: {want: version(7)}, `"6"`: {want: version(6)}, `"other"`: {want: version(-1)},
		`W/"7"`: {want: version(-1)}, `"1", "7"`: {want: version(7), finds: true}, `"1", "2"`: {want: version(-1), finds: true},
	} {
		e := newEdge(t)
		options := []option{}
		if header != "" {
			options = append(options, with("If-Match", header))
		}
		if c.finds {
			e.alerts.EXPECT().Find(anyContext, alert.ID(alertID)).Return(anAlert(), nil).Times(3)
		}
		e.alerts.EXPECT().Update(anyContext, alert.ID(alertID), anyContext, c.want).Return(anAlert(), nil).Times(2)
		e.alerts.EXPECT().Remove(anyContext, alert.ID(alertID), c.want).Return(nil).Once()
		target := "/api/v1/alerts/" + alertID + "/"
		e.send(http.MethodPatch, target, `{}`, options...).status(http.StatusOK)
		e.send(http.MethodPut, target, `{"title":"t","source":"s"}`, options...).status(http.StatusOK)
		require.Empty(t, e.send(http.MethodDelete, target, "", options...).status(http.StatusNoContent).Body.String())
	}
	e := newEdge(t)
	e.alerts.EXPECT().Update(anyContext, anyContext, anyContext, anyContext).Return(nil, fault.New(fault.Stale, "changed").WithCode("stale_version"))
	e.send(http.MethodPatch, "/api/v1/alerts/"+alertID, `{}`, with("If-Match", `"1"`)).problem(http.StatusPreconditionFailed, "stale_version")
	e.send(http.MethodPatch, "/api/v1/alerts/"+alertID, `{}`, with("If-Match", `1`)).problem(http.StatusBadRequest, "malformed_header")
	e.alerts.EXPECT().Find(anyContext, anyContext).Return(nil, notFound())
	e.send(http.MethodDelete, "/api/v1/alerts/"+alertID, "", with("If-Match", `"1","2"`)).problem(http.StatusNotFound, "not_found")
}

func TestAlert_ListsAreListsAndNothingIsNull(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.alerts.EXPECT().Find(anyContext, anyContext).Return(anAlert(), nil).Once()
	body := e.get("/api/v1/alerts/" + alertID).json()
	require.Len(t, body, 28, "every field of the contract")
	for _, name := range []string{"tags", "incidents"} {
		require.Equal(t, []any{}, body[name], name)
	}
	for _, name := range []string{"assignee", "api_key", "acknowledged_at", "acknowledged_by", "resolved_at", "resolution"} {
		require.Contains(t, body, name)
		require.Nil(t, body[name], name)
	}
	require.Equal(t, map[string]any{}, body["observable_data"])
	require.Equal(t, "2026-03-02T12:00:00.000001Z", body["created_at"])
	require.Empty(t, body["resolution_notes"])
}

func TestActions_BodiesAreStrictToo(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	alerts := "/api/v1/alerts/" + alertID
	for target, bodies := range map[string]map[string]string{
		alerts + "/acknowledge/":                   {`{"x":1}`: "x: unknown_field"},
		alerts + "/escalate/":                      {`{"x":1}`: "x: unknown_field"},
		alerts + "/assign/":                        {`{}`: "assignee: required", `{"assignee":1}`: "assignee: invalid", `{"assignee":"ana"}`: "assignee: invalid"},
		alerts + "/resolve/":                       {`{"notes":1,"resolution":"x"}`: "notes: invalid resolution: invalid"},
		"/api/v1/token/":                           {`{}`: "username: required password: required", `{"username":"a","email":"b","password":"c"}`: "email: invalid", `{"username":1,"password":"x"}`: "username: invalid"},
		"/api/v1/token/refresh/":                   {`{"refresh":null}`: "refresh: required", `{"refresh":"a","access":"b"}`: "access: unknown_field"},
		"/api/v1/notifications/test/":              {`{}`: "channel: required", `{"channel":"slack"}`: "channel: invalid"},
		"/api/v1/incidents/" + alertID + "/close/": {`{"notes":[]}`: "notes: invalid"},
	} {
		for body, want := range bodies {
			p := e.post(target, body).problem(http.StatusBadRequest, "validation_failed")
			got := ""
			for _, f := range fields(p) {
				got += f + " "
			}
			require.Equal(t, want+" ", got, "%s %s", target, body)
		}
	}
}

// What the binding finds and what the domain would find come in one answer.
func TestWrites_TellEverythingAtOnce(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	id := "/" + alertID + "/"
	for _, c := range []struct {
		method, path, body string
		want               []string
	}{
		{"POST", "users/", `{"x":1,"email":"no","role":"root"}`, []string{"email: invalid", "password: required", "role: invalid"}},
		{"PATCH", "users" + id, `{"x":1,"email":"no","role":"root","password":"short"}`, []string{"email: invalid", "password: too_short", "role: invalid"}},
		{"POST", "companies/", `{"x":1}`, []string{"name: required"}},
		{"PATCH", "companies" + id, `{"x":1,"name":null}`, []string{"name: required"}},
		{"POST", "api-keys/", `{"x":1}`, []string{"name: required", "role: invalid"}},
		{"POST", "alerts/", `{"x":1}`, []string{"title: required", "source: required"}},
		{"PATCH", "alerts" + id, `{"x":1,"title":"","severity":"bad","status":"closed"}`, []string{"title: required", "severity: invalid", "status: invalid"}},
		{"POST", "alerts" + id + "resolve/", `{"x":1}`, []string{"resolution: required"}},
		{"POST", "alerts" + id + "assign/", `{"x":1}`, []string{"assignee: required"}},
		{"POST", "incidents" + id + "timeline/", `{"x":1,"type":"song"}`, []string{"title: required", "type: invalid"}},
		{"POST", "notifications/channels/", `{"x":1}`, []string{"channel_type: required", "name: required"}},
		{"POST", "notifications/rules/", `{"x":1,"template":{"title":"{{ nothing }}"}}`, []string{
			"name: required", "event_types: required", "channels: required", "template.title: invalid",
		}},
		{"PUT", "users" + id, `{"x":1}`, []string{"username: required", "email: required"}},
		{"PUT", "companies" + id, `{"x":1}`, []string{"name: required"}},
		{"PUT", "alerts" + id, `{"x":1}`, []string{"title: required", "source: required"}},
		{"PUT", "notifications/channels" + id, `{"x":1}`, []string{"name: required"}},
		{"PATCH", "notifications/channels" + id, `{"x":1,"name":null}`, []string{"name: required"}},
		{"PUT", "notifications/rules" + id, `{"x":1}`, []string{"name: required", "event_types: required", "channels: required"}},
		{"PATCH", "notifications/rules" + id, `{"x":1}`, nil},
		{"POST", "notifications/test/", `{"x":1}`, []string{"channel: required"}},
		{"POST", "token/", `{"x":1}`, []string{"username: required", "password: required"}},
		{"POST", "token/refresh/", `{"x":1}`, []string{"refresh: required"}},
	} {
		p := e.send(c.method, "/api/v1/"+c.path, c.body).problem(http.StatusBadRequest, "validation_failed")
		require.ElementsMatch(t, append(c.want, "x: unknown_field"), fields(p), "%s %s", c.method, c.path)
	}
}
