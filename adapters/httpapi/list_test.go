package httpapi_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

func TestList_ShapeAndLinks(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	place := page.Cursor{Values: []string{"5", "2026-03-02T12:00:00Z", alertID}}
	e.alerts.EXPECT().List(anyContext, anyContext, mock.MatchedBy(func(p page.Request) bool { return p.Cursor == nil })).
		Return(page.Result[*alert.Alert]{Items: []*alert.Alert{anAlert()}, Next: &place, Count: page.MaxCount, CountCapped: true}, nil).Once()
	body := e.get("/api/v1/alerts?page_size=1&severity=high,low&ordering=-severity,created_at").status(http.StatusOK).json()
	require.InDelta(t, 10_000, body["count"], 0)
	require.Equal(t, true, body["count_is_lower_bound"])
	require.Nil(t, body["previous"])
	require.Len(t, body["results"], 1)

	next, ok := body["next"].(string)
	require.True(t, ok)
	require.True(t, strings.HasPrefix(next, publicURL+"/api/v1/alerts/?"), next)
	u, err := url.Parse(next)
	require.NoError(t, err)
	require.Equal(t, "1", u.Query().Get("page_size"))
	require.Equal(t, "high,low", u.Query().Get("severity"))

	e.alerts.EXPECT().List(anyContext, anyContext, mock.MatchedBy(func(p page.Request) bool {
		return p.Size == 1 && p.Cursor != nil && strings.Join(p.Cursor.Values, "|") == strings.Join(place.Values, "|") && !p.Cursor.Before
	})).Return(page.Result[*alert.Alert]{Prev: &page.Cursor{Values: []string{"x"}, Before: true}}, nil)
	body = e.get(u.RequestURI()).status(http.StatusOK).json()
	require.NotContains(t, body, "count_is_lower_bound")
	require.Nil(t, body["next"])
	require.NotNil(t, body["previous"])
	require.Equal(t, []any{}, body["results"])
}

// A cursor is good for one list: its path, company, order and filters. Another
// page size may walk on.
func TestList_CursorOfAnotherListIs400(t *testing.T) {
	t.Parallel()
	e := lockedEdge(t)
	e.permissions.EXPECT().Allowed(anyContext, anyContext).Return(nil)
	e.auth.EXPECT().Authenticate(anyContext, secret.New("good")).Return(analyst(), nil)
	other, owner := analyst(), analyst()
	other.Company, other.Scope = otherID, tenant.Of(otherID)
	owner.Role, owner.Company, owner.Scope = actor.Superuser, "", tenant.All()
	e.auth.EXPECT().Authenticate(anyContext, secret.New("other")).Return(other, nil)
	e.auth.EXPECT().Authenticate(anyContext, secret.New("owner")).Return(owner, nil)
	e.alerts.EXPECT().List(anyContext, anyContext, anyContext).Return(page.Result[*alert.Alert]{Next: &page.Cursor{Values: []string{"x"}}}, nil)

	next, ok := e.get("/api/v1/alerts/?severity=high&ordering=-severity").status(http.StatusOK).json()["next"].(string)
	require.True(t, ok)
	u, err := url.Parse(next)
	require.NoError(t, err)
	cursor := u.Query().Get("cursor")
	own := "/api/v1/alerts/?severity=high&ordering=-severity&cursor="
	e.get(own + cursor).status(http.StatusOK)
	e.get(own + cursor + "&page_size=7").status(http.StatusOK)
	as := func(token string) []option {
		return []option{without("Authorization"), with("Authorization", "Bearer "+token)}
	}
	for name, c := range map[string]struct {
		target  string
		options []option
	}{
		"another path":     {"/api/v1/incidents/?severity=high&ordering=-severity&cursor=" + cursor, nil},
		"another filter":   {"/api/v1/alerts/?severity=low&ordering=-severity&cursor=" + cursor, nil},
		"one filter more":  {"/api/v1/alerts/?severity=high&ordering=-severity&status=new&cursor=" + cursor, nil},
		"another order":    {"/api/v1/alerts/?severity=high&ordering=severity&cursor=" + cursor, nil},
		"no order":         {"/api/v1/alerts/?severity=high&cursor=" + cursor, nil},
		"another company":  {own + cursor, as("other")},
		"a superuser":      {own + cursor, as("owner")},
		"cut off":          {own + cursor[:len(cursor)-1], nil},
		"made up":          {own + base64.RawURLEncoding.EncodeToString([]byte(`0123456789abcdef{"v":["x"]}`)), nil},
		"empty":            {own, nil},
		"no base64":        {own + "***", nil},
		"not canonical":    {own + cursor + "=", nil},
		"a page number":    {own + "2", nil},
		"longer than sane": {own + strings.Repeat("A", 5000), nil},
	} {
		p := e.get(c.target, c.options...).problem(http.StatusBadRequest, "invalid_parameter")
		require.Equal(t, "cursor", p.Errors[0].Field, name)
	}
}

func TestCursor_EveryChangedBitIsNoticed(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef")
	text := httpapi.WriteCursor(key, "list", page.Cursor{Values: []string{"a", "b"}, Before: true})
	got, err := httpapi.ReadCursor(key, "list", text)
	require.NoError(t, err)
	require.Equal(t, &page.Cursor{Values: []string{"a", "b"}, Before: true}, got)
	data, err := base64.RawURLEncoding.DecodeString(text)
	require.NoError(t, err)
	for i := range len(data) * 8 {
		data[i/8] ^= 1 << (i % 8)
		_, err := httpapi.ReadCursor(key, "list", base64.RawURLEncoding.EncodeToString(data))
		require.Error(t, err, "bit %d", i)
		data[i/8] ^= 1 << (i % 8)
	}
	_, err = httpapi.ReadCursor([]byte("another key ....."), "list", text)
	require.Error(t, err)
}

func FuzzCursor(f *testing.F) {
	key := []byte("0123456789abcdef")
	f.Add(httpapi.WriteCursor(key, "list", page.Cursor{Values: []string{"a"}}), "list")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, list string) {
		at, err := httpapi.ReadCursor(key, list, text)
		if err == nil {
			require.Equal(t, text, httpapi.WriteCursor(key, list, *at), "read something that was never written")
		}
		place := page.Cursor{Values: []string{"a", strings.ToValidUTF8(list, "?")}, Before: len(text)%2 == 0}
		back, err := httpapi.ReadCursor(key, list, httpapi.WriteCursor(key, list, place))
		require.NoError(t, err)
		require.Equal(t, &place, back)
	})
}

func TestList_BadParametersNameTheParameter(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for query, want := range map[string]string{
		"page_size=0": "page_size", "page_size=-1": "page_size", "page_size=1001": "page_size", "page_size=x": "page_size",
		"page_size=1e3": "page_size", "page_size=%2B5": "page_size", "page_size=": "page_size", "page=2": "page", "offset=10": "offset",
		"limit=5": "limit", "company_id=" + otherID: "company_id", "access_token=good": "access_token",
		"ordering=created_at;drop": "", "ordering=-password": "ordering", "ordering=created_at,created_at": "ordering",
		"ordering=created_at,-created_at": "ordering", "ordering=,": "ordering", "ordering=--severity": "ordering", "ordering=id": "ordering",
		"severity=bad": "severity", "severity=high,": "severity", "severity=High": "severity", "status=closed": "status",
		"severity=high&severity=low": "severity", "tlp=white": "tlp", "assignee=nobody": "assignee", "incident=1": "incident",
		"created_after=yesterday": "created_after", "created_after=2026-01-01": "created_after", "event_before=2026-02-30T00:00:00Z": "event_before",
		"search=%00": "search", "search=%ff": "search", "tag=" + strings.Repeat("a,", 101) + "a": "tag", "source=": "source",
		"Severity=high": "Severity", "%2500=1": "%00",
	} {
		p := e.get("/api/v1/alerts/?" + query)
		if want == "" {
			p.problem(http.StatusBadRequest, "malformed_query")
			continue
		}
		got := p.problem(http.StatusBadRequest, "invalid_parameter")
		require.Equal(t, want, got.Errors[0].Field, query)
		require.Contains(t, got.Detail, want)
	}
	p := e.get("/api/v1/alerts/?severity=x&status=y&nope=1&page_size=0").problem(http.StatusBadRequest, "invalid_parameter")
	require.Equal(t, []string{"nope: unknown_parameter"}, fields(p), "names come first")
	p = e.get("/api/v1/alerts/?severity=x&status=y&page_size=0").problem(http.StatusBadRequest, "invalid_parameter")
	require.ElementsMatch(t, []string{"severity: invalid", "status: invalid", "page_size: invalid"}, fields(p))
	e.get("/api/v1/alerts/"+alertID+"/?expand=1").problem(http.StatusBadRequest, "invalid_parameter")
	e.post("/api/v1/alerts/?x=1", `{}`).problem(http.StatusBadRequest, "invalid_parameter")
	require.Equal(t, "is_active", e.get("/api/v1/users/?is_active=1").problem(400, "invalid_parameter").Errors[0].Field)
	require.Equal(t, "role", e.get("/api/v1/users/?role=root").problem(400, "invalid_parameter").Errors[0].Field)
	require.Equal(t, "period", e.get("/api/v1/audit-logs/?period=decade").problem(400, "invalid_parameter").Errors[0].Field)
	require.Equal(t, "period", e.get("/api/v1/audit-logs/?period=week&date_to=2026-01-01").problem(400, "invalid_parameter").Errors[0].Field)
	require.Equal(t, "days", e.get("/api/v1/dashboard/summary/?days=x").problem(400, "invalid_parameter").Errors[0].Field)
}

func TestList_AlertFilters(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return when.UTC()
	}
	e.alerts.EXPECT().List(anyContext, alert.Query{
		Severities: []severity.Level{severity.High, severity.Low}, Statuses: []alert.Status{alert.New, alert.Escalated},
		TLPs: []sharing.TLP{sharing.Red}, PAPs: []sharing.PAP{sharing.PAPGreen}, Sources: []string{"a", "b c"},
		SourceRefs: []string{"r"}, Tags: []string{"vip"}, Assignees: []identity.UserID{userID, otherID}, Unassigned: true,
		Incident: otherID, Company: acmeID, CreatedAfter: at("2026-01-01T00:00:00Z"), CreatedBefore: at("2026-01-02T00:00:00Z"),
		EventAfter: at("2026-01-03T00:00:00Z"), EventBefore: at("2026-01-04T00:00:00Z"),
		UpdatedAfter: at("2026-01-05T00:00:00Z"), UpdatedBefore: at("2026-01-06T00:00:00Z"), Search: "50% off_",
	}, page.Request{Size: 1000, Order: []page.Key{{Name: "severity", Desc: true}, {Name: "last_seen"}}}).Return(pageOf[*alert.Alert](), nil)
	e.get("/api/v1/alerts/?severity=high,low&status=new,escalated&tlp=red&pap=green&source=a,b%20c&source_ref=r&tag=vip" +
		"&assignee=me,none," + otherID + "&incident=" + otherID + "&company=" + acmeID +
		"&created_after=2026-01-01T00:00:00Z&created_before=2026-01-02T01:00:00%2B01:00&event_after=2026-01-03T00:00:00Z" +
		"&event_before=2026-01-04T00:00:00Z&updated_after=2026-01-05T00:00:00Z&updated_before=2026-01-06T00:00:00Z" +
		"&search=50%25+off_&page_size=1000&ordering=-severity,last_seen").status(http.StatusOK)
}

func TestList_AnAPIKeyIsNotMe(t *testing.T) {
	t.Parallel()
	e := lockedEdge(t)
	key := analyst()
	key.Type = actor.APIKey
	e.letIn(key)
	e.permissions.EXPECT().Allowed(anyContext, anyContext).Return(nil)
	p := e.get("/api/v1/incidents/?assignee=me").problem(http.StatusBadRequest, "invalid_parameter")
	require.Equal(t, "assignee", p.Errors[0].Field)
}

func TestList_OtherFilters(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	yes, no := true, false
	e.users.EXPECT().List(anyContext, identity.UserQuery{
		Roles: []actor.Role{actor.Admin, actor.ReadOnly}, IsActive: &yes, Username: "ANA", Search: "x",
	}, page.Request{Order: []page.Key{{Name: "last_login", Desc: true}}}).Return(pageOf[*identity.User](), nil)
	e.get("/api/v1/users/?role=admin_company,read_only&is_active=true&username=ANA&search=x&ordering=-last_login").status(200)
	e.incidents.EXPECT().List(anyContext, incident.Query{Statuses: []incident.Status{incident.Closed}, Unassigned: true}, page.Request{}).
		Return(pageOf[*incident.Incident](), nil)
	e.get("/api/v1/incidents/?status=closed&assignee=none").status(200)
	e.channels.EXPECT().List(anyContext, notification.ChannelQuery{Types: []string{"slack", "email"}, IsEnabled: &no}, page.Request{}).
		Return(pageOf[*notification.Channel](), nil)
	e.get("/api/v1/notifications/channels/?channel_type=slack,email&is_enabled=false").status(200)
	e.rules.EXPECT().List(anyContext, notification.RuleQuery{Event: "alert.created", Channel: otherID}, page.Request{}).
		Return(pageOf[*notification.Rule](), nil)
	e.get("/api/v1/notifications/rules/?event_type=alert.created&channel=" + otherID).status(200)
	e.deliveries.EXPECT().List(anyContext, notification.DeliveryQuery{
		Statuses: []notification.DeliveryStatus{notification.Dead}, Notice: otherID, Recipient: userID,
	}, page.Request{}).Return(pageOf[*notification.Delivery](), nil)
	e.get("/api/v1/notifications/deliveries/?status=dead&notification=" + otherID + "&recipient=" + userID).status(200)
}

// The clock stands at 2026-03-02 09:30 UTC, a Monday.
func TestList_AuditPeriods(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		when, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return when
	}
	for query, want := range map[string]audit.Query{
		"period=today":     {From: day("2026-03-02"), To: day("2026-03-03")},
		"period=yesterday": {From: day("2026-03-01"), To: day("2026-03-02")},
		"period=week":      {From: day("2026-02-24"), To: day("2026-03-03")},
		"period=month":     {From: day("2026-02-01"), To: day("2026-03-03")},
		"period=year":      {From: day("2025-03-03"), To: day("2026-03-03")},
		"date_from=2026-01-01&date_to=2026-01-31":             {From: day("2026-01-01"), To: day("2026-02-01")},
		"date_to=2026-01-31T00:00:00Z&outcome=denied,failure": {To: day("2026-01-31"), Outcomes: []audit.Outcome{audit.Denied, audit.Failure}},
		"entity_type=alert,user&entity_id=x&action=login&actor=a&username=u&request_id=r&search=s": {
			EntityTypes: []string{"alert", "user"}, EntityID: "x", Actions: []string{"login"}, ActorID: "a", Username: "u", RequestID: "r", Search: "s",
		},
	} {
		e := newEdge(t)
		e.auditLog.EXPECT().List(anyContext, want, anyContext).Return(pageOf[audit.Entry](), nil)
		e.get("/api/v1/audit-logs/?" + query).status(http.StatusOK)
	}
}
