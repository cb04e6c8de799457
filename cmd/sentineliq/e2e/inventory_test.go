package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// route is a method and a path of the API description.
type route struct{ method, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

// at is the route's path with an id in the place of every id.
func (r route) at(id string) string { return strings.ReplaceAll(r.pattern, "{id}", id) }

func (r route) writes() bool { return r.method != http.MethodGet }

// inventory returns every route that the program says it has.
func (a *app) inventory(t testing.TB) []route {
	t.Helper()
	var description struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	a.stranger().get("/openapi.json").want(t, http.StatusOK).into(t, &description)
	var all []route
	for path, methods := range description.Paths {
		if !strings.HasPrefix(path, base) {
			continue
		}
		for method := range methods {
			m := strings.ToUpper(method)
			if slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, m) {
				all = append(all, route{method: m, pattern: pattern(path)})
			}
		}
	}
	if len(all) < 50 {
		t.Fatalf("the API description has only %d routes", len(all))
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// nouns maps the beginnings of paths to what their ids are of.
func nouns() map[string]string {
	return map[string]string{
		"/users/": "user", "/companies/": "company", "/api-keys/": "api_key", "/alerts/": "alert", "/incidents/": "incident",
		"/notifications/channels/": "channel", "/notifications/rules/": "rule", "/notifications/deliveries/": "delivery",
		"/audit-logs/": "audit",
	}
}

// noun returns what the id in the route's path is of.
func (r route) noun(t testing.TB) string {
	t.Helper()
	before, _, _ := strings.Cut(r.pattern, "{id}")
	noun, known := nouns()[before]
	if !known {
		t.Fatalf("%s: the test does not know what the id is of", r)
	}
	return noun
}

// body is a valid body for a route that takes one. Those of routes that need
// none are nil.
func (s *story) body(r route) any {
	switch r.String() {
	case "PUT /users/{id}/":
		return map[string]any{"username": "taken-over", "email": "taken-over@globex.example", "role": "read_only"}
	case "PATCH /users/{id}/":
		return map[string]any{"first_name": "Taken"}
	case "PUT /companies/{id}/", "PATCH /companies/{id}/":
		return map[string]any{"name": "taken over"}
	case "PUT /alerts/{id}/":
		return map[string]any{"title": "taken over", "source": "globex"}
	case "PATCH /alerts/{id}/":
		return map[string]any{"title": "taken over"}
	case "POST /alerts/{id}/assign/", "POST /incidents/{id}/assign/":
		return map[string]any{"assignee": s.gus.id}
	case "POST /alerts/{id}/resolve/":
		return map[string]any{"resolution": "benign"}
	case "PUT /incidents/{id}/", "PATCH /incidents/{id}/":
		return map[string]any{"title": "taken over"}
	case "POST /incidents/{id}/alerts/":
		return map[string]any{"alert": s.foreign.alerts[0].id}
	case "POST /incidents/{id}/timeline/":
		return map[string]any{"title": "taken over"}
	case "PUT /notifications/channels/{id}/":
		return map[string]any{"name": "taken over", "config": map[string]any{"url": s.sink.url("/stolen"), "secret": s.secret}}
	case "PATCH /notifications/channels/{id}/":
		return map[string]any{"is_enabled": false}
	case "PUT /notifications/rules/{id}/":
		return map[string]any{"name": "taken over", "event_types": []string{"alert.created"}, "channels": []string{s.ids["channel"]}}
	case "PATCH /notifications/rules/{id}/":
		return map[string]any{"is_active": false}
	default:
		return nil
	}
}
