package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// found returns what is wrong with a body as "field: code".
func found(err error) []string {
	var list []string
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field+": "+v.Code)
	}
	return list
}

func TestBind_Malformed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":             "",
		"only space":          " \n",
		"no JSON":             "{title}",
		"cut off":             `{"title":"a"`,
		"two documents":       `{"title":"a"}{"title":"b"}`,
		"trailing data":       `{"title":"a"} x`,
		"byte order mark":     "\ufeff" + `{"title":"a"}`,
		"NaN":                 `{"title":NaN}`,
		"a comment":           `{"title":"a"/* b */}`,
		"leading zero":        `{"title":01}`,
		"single quotes":       `{'title':'a'}`,
		"invalid UTF-8":       "{\"title\":\"a\xff\"}",
		"raw control":         "{\"title\":\"a\x00\"}",
		"a list":              `[]`,
		"null":                `null`,
		"a text":              `"title"`,
		"too deep":            `{"raw_payload":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`,
		"absurdly deep":       strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
		"too many fields":     `{"raw_payload":{"` + strings.Join(numbers(10_001), `":1,"`) + `":1}}`,
		"a million of things": `{"tags":[` + strings.Repeat("1,", 500_000) + `]}`,
	} {
		err := httpapi.Bind([]byte(body), new(httpapi.AlertIn))
		require.True(t, fault.Is(err, fault.Invalid), name)
		status, code, _ := httpapi.ProblemOf(err)
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Equal(t, "malformed_json", code, name)
	}
}

func numbers(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26%50) + strings.Repeat("z", i/1300)
	}
	return list
}

func TestBind_FieldFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"unknown":            {`{"title":"t","source":"s","nope":1,"also":2}`, []string{"also: unknown_field", "nope: unknown_field"}},
		"another case":       {`{"title":"t","source":"s","Title":"x"}`, []string{"Title: unknown_field"}},
		"read only":          {`{"title":"t","source":"s","id":"x","status":"new"}`, []string{"status: read_only", "id: read_only"}},
		"twice":              {`{"title":"t","source":"s","title":"u"}`, []string{"title: duplicate_field"}},
		"twice by escape":    {`{"title":"t","source":"s","\u0074itle":"u"}`, []string{"title: duplicate_field"}},
		"twice inside":       {`{"title":"t","source":"s","raw_payload":{"a":[{"b":1,"b":2}]}}`, []string{"raw_payload.a[0].b: duplicate_field"}},
		"number for text":    {`{"title":1,"source":"s"}`, []string{"title: invalid"}},
		"text for list":      {`{"title":"t","source":"s","tags":"x"}`, []string{"tags: invalid"}},
		"null in list":       {`{"title":"t","source":"s","tags":["a",null]}`, []string{"tags[1]: invalid"}},
		"number in list":     {`{"title":"t","source":"s","tags":["a",1,true]}`, []string{"tags[1]: invalid", "tags[2]: invalid"}},
		"list for object":    {`{"title":"t","source":"s","observable_data":[]}`, []string{"observable_data: invalid"}},
		"text for list deep": {`{"title":"t","source":"s","observable_data":{"ip":"x"}}`, []string{"observable_data.ip: invalid"}},
		"NUL":                {`{"title":"a\u0000b","source":"s"}`, []string{"title: invalid"}},
		"NUL in a key":       {`{"title":"t","source":"s","raw_payload":{"a\u0000":1}}`, []string{"raw_payload.a\x00: invalid"}},
		"lone surrogate":     {`{"title":"\ud800","source":"s"}`, []string{"title: invalid"}},
		"lone low surrogate": {`{"title":"t","source":"s","tags":["\udc00x"]}`, []string{"tags[0]: invalid"}},
		"half a pair":        {`{"title":"\ud83d\u0041","source":"s"}`, []string{"title: invalid"}},
		"no offset":          {`{"title":"t","source":"s","event_time":"2026-01-01T00:00:00"}`, []string{"event_time: invalid"}},
		"no such day":        {`{"title":"t","source":"s","event_time":"2026-02-30T00:00:00Z"}`, []string{"event_time: invalid"}},
		"no such offset":     {`{"title":"t","source":"s","event_time":"2026-01-01T00:00:00+25:00"}`, []string{"event_time: invalid"}},
		"seconds":            {`{"title":"t","source":"s","event_time":1767225600}`, []string{"event_time: invalid"}},
		"year minus one":     {`{"title":"t","source":"s","event_time":"-001-01-01T00:00:00Z"}`, []string{"event_time: invalid"}},
		"absurdly many":      {`{"title":"t","source":"s","tags":["a"` + strings.Repeat(`,"a"`, 10_000) + `]}`, []string{"tags: too_long"}},
		"all at once":        {`{"title":"","severity":"bad","nope":1,"tags":"x"}`, []string{"tags: invalid", "nope: unknown_field", "title: required", "source: required", "severity: invalid"}},
		"wrong, not missing": {`{"title":1,"nope":1}`, []string{"title: invalid", "nope: unknown_field", "source: required"}},
	} {
		err := httpapi.Bind([]byte(c.body), new(httpapi.AlertIn))
		require.ElementsMatch(t, c.want, found(err), name)
	}
}

func TestBind_Accepts(t *testing.T) {
	t.Parallel()
	var in httpapi.AlertIn
	require.NoError(t, httpapi.Bind([]byte(` {"title":"\ud83d\ude00 \u202e<b>\"\\","source":"s","tags":["a"],"severity":null,"tlp":"red",
		"event_time":"2026-01-01T01:00:00.1234567+01:00","observable_data":{"ip":["192.0.2.1"]},"raw_payload":{"n":9007199254740993,"z":null}} `), &in))
	require.Equal(t, "😀 \u202e<b>\"\\", in.Title)
	require.Equal(t, []string{"a"}, in.Tags)
	require.Empty(t, in.Severity)
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 123_456_000, time.UTC), in.EventTime)
	require.Equal(t, map[string][]string{"ip": {"192.0.2.1"}}, in.ObservableData)
	require.Equal(t, `{"n":9007199254740993,"z":null}`, string(in.RawPayload))
}

func TestBind_PatchTellsLeftOutFromNull(t *testing.T) {
	t.Parallel()
	var in httpapi.AlertPatchIn
	require.NoError(t, httpapi.Bind([]byte(`{"description":null,"tags":[],"assignee":null}`), &in))
	require.True(t, in.Description.Given)
	require.True(t, in.Description.Null)
	require.Empty(t, *in.Description.Ptr())
	require.Nil(t, in.Title.Ptr())
	require.NotNil(t, in.Tags.Ptr())
	require.True(t, in.Assignee.Null)

	err := httpapi.Bind([]byte(`{"title":null,"severity":null,"status":null,"event_time":null,"company":"x","tags":1}`), new(httpapi.AlertPatchIn))
	require.ElementsMatch(t, []string{
		"title: required", "severity: required", "status: required", "event_time: required", "company: read_only", "tags: invalid",
	}, found(err))
}

func TestBind_BooleansAreBooleans(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`"true"`, "1", "null", "[]"} {
		err := httpapi.Bind([]byte(`{"is_active":`+value+`}`), new(httpapi.UserPatchIn))
		require.Len(t, found(err), 1, value)
	}
	var in httpapi.UserPatchIn
	require.NoError(t, httpapi.Bind([]byte(`{"is_active": false }`), &in))
	require.False(t, *in.IsActive.Ptr())
}

func TestBind_NestedFaultsHaveTheirPath(t *testing.T) {
	t.Parallel()
	err := httpapi.Bind([]byte(`{"name":"n","admin_user":{"email":"nobody","password":"short","x":1}}`), new(httpapi.CompanyIn))
	require.ElementsMatch(t, []string{"admin_user.x: unknown_field", "admin_user.email: invalid", "admin_user.password: too_short"}, found(err))
	err = httpapi.Bind([]byte(`{"name":"n","admin_user":[]}`), new(httpapi.CompanyIn))
	require.Equal(t, []string{"admin_user: invalid"}, found(err))
	err = httpapi.Bind([]byte(`{"template":{"title":1,"subject":"x"}}`), new(httpapi.RulePatchIn))
	require.ElementsMatch(t, []string{"template.title: invalid", "template.subject: unknown_field"}, found(err))
}

// Settings go through float64 in storage, so a number that would change on the
// way is refused rather than changed.
func TestBind_NumbersOfFreeObjectsAreExactOrRefused(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"587": true, "9007199254740992": true, "-1": true, "1.5": true, "1e3": true,
		"9007199254740993": false, "9223372036854775808": false, "1e400": false, `{"deep":[1e400]}`: false,
	} {
		var in httpapi.ChannelIn
		err := httpapi.Bind([]byte(`{"name":"n","channel_type":"email","config":{"smtp_port":`+value+`}}`), &in)
		require.Equal(t, ok, err == nil, "%s: %v", value, err)
		if ok {
			require.IsType(t, float64(0), in.Config["smtp_port"])
		} else {
			require.Contains(t, fault.ViolationsOf(err)[0].Field, "config.smtp_port")
		}
	}
}

func TestBind_ManyFaultsStayAHundred(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	p := e.post("/api/v1/alerts/", `{"title":"t","source":"s","tags":[`+strings.Repeat("1,", 100_000)+`1]}`).problem(http.StatusBadRequest, "validation_failed")
	require.Len(t, p.Errors, 100)
}

func TestBind_MediaTypes(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	body := `{"title":"t","source":"s"}`
	for _, kind := range []string{
		"text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=latin1", ";", "application/jsonx",
	} {
		e.post("/api/v1/alerts/", body, without("Content-Type"), with("Content-Type", kind)).problem(http.StatusUnsupportedMediaType, "unsupported")
	}
	e.post("/api/v1/alerts/", body, without("Content-Type")).problem(http.StatusUnsupportedMediaType, "unsupported")
	e.post("/api/v1/alerts/", body, with("Content-Type", "application/json")).problem(http.StatusUnsupportedMediaType, "unsupported")
	e.post("/api/v1/alerts/", body, with("Content-Encoding", "gzip")).problem(http.StatusUnsupportedMediaType, "unsupported")
	e.post("/api/v1/token/", "username=a&password=b", without("Content-Type"), with("Content-Type", "text/plain")).
		problem(http.StatusUnsupportedMediaType, "unsupported")

	e.alerts.EXPECT().Create(anyContext, anyContext).Return(anAlert(), nil).Once()
	e.post("/api/v1/alerts/", body, without("Content-Type"), with("Content-Type", "Application/JSON; Charset=UTF-8")).status(http.StatusCreated)
}

func FuzzBind(f *testing.F) {
	for _, seed := range []string{
		`{"title":"t","source":"s"}`, `{"title":"\ud83d\ude00","tags":["a",1]}`, `{"a":{"b":[1,{"c":null}]}}`, `{"\u0000":"\\\""}`, `[{"a":1}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in httpapi.AlertIn
		err := httpapi.Bind(data, &in)
		if err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
			return
		}
		require.True(t, json.Valid(data))
		require.NotContains(t, in.Title, "\x00")
		var patch httpapi.AlertPatchIn
		if err := httpapi.Bind(data, &patch); err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
		}
	})
}
