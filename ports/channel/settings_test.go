package channel_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/channel"
)

func description() channel.Description {
	return channel.Description{Label: "Pigeons", Fields: []channel.Field{
		{Name: "url", Kind: channel.KindURL, Required: true, Secret: true},
		{Name: "site", Kind: channel.KindURL},
		{Name: "token", Kind: channel.KindText, Secret: true},
		{Name: "name", Kind: channel.KindText},
		{Name: "speed", Kind: channel.KindNumber},
		{Name: "wind", Kind: channel.KindChoice, Choices: []string{"calm", "storm"}},
		{Name: "headers", Kind: channel.KindHeaders, Secret: true},
	}}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	m, err := channel.Parse(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// said returns the violations as "field code" lines.
func said(err error) string {
	var out []string
	for _, v := range fault.ViolationsOf(err) {
		out = append(out, strings.TrimPrefix(v.Field, "config.")+" "+v.Code)
	}
	return strings.Join(out, ", ")
}

const loft = `{"url":"https://loft.example/in/0123456789abcdef","token":"0123456789abcdef","name":"Loft",
	"headers":{"Authorization":"Bearer 0123456789","X-Short":"abc"}}`

func TestCheck(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		loft:                              "",
		`{}`:                              "url required",
		`{"url":""}`:                      "url required",
		`{"url":null,"name":null}`:        "url required",
		`{"url":"x","sped":1,"Name":"x"}`: "Name unknown_field, sped unknown_field",
		`{"url":1,"name":[],"speed":"1","wind":2,"headers":"x"}`:                 "url invalid, name invalid, speed invalid, wind invalid, headers invalid",
		`{"url":"x","speed":1.5}`:                                                "speed invalid",
		`{"url":"x","speed":1e12}`:                                               "speed invalid",
		`{"url":"x","speed":-3}`:                                                 "",
		`{"url":"x","wind":"breeze"}`:                                            "wind invalid",
		`{"url":"x","wind":""}`:                                                  "",
		`{"url":"x","name":"a\nb"}`:                                              "name invalid",
		`{"url":"x","name":"a\u0000b"}`:                                          "name invalid",
		`{"url":"x","headers":{"A":1}}`:                                          "headers.A invalid",
		`{"url":"x","headers":{"A":null}}`:                                       "headers.A invalid",
		`{"url":"x","headers":{"A":"b\r\nc"}}`:                                   "headers.A invalid",
		`{"url":"https://loft.example/****cdef"}`:                                "url invalid",
		`{"url":"x","token":"****"}`:                                             "token invalid",
		`{"url":"x","headers":{"A":"****6789"}}`:                                 "headers.A invalid",
		`{"url":"x","name":"****"}`:                                              "",
		fmt.Sprintf(`{"url":%q}`, strings.Repeat("x", 2001)):                     "url too_long",
		fmt.Sprintf(`{"url":"x","name":%q}`, strings.Repeat("x", 1001)):          "name too_long",
		fmt.Sprintf(`{"url":"x","headers":{%q:"x"}}`, strings.Repeat("x", 101)):  "headers too_long",
		fmt.Sprintf(`{"url":"x","headers":{"A":%q}}`, strings.Repeat("x", 4001)): "headers.A too_long",
		fmt.Sprintf(`{"url":"x","headers":{%s"Z":"x"}}`, manyHeaders(20)):        "headers too_long",
	} {
		if diff := cmp.Diff(want, said(channel.Check(description(), parse(t, settings)))); diff != "" {
			t.Errorf("%.100s: %s", settings, diff)
		}
	}
}

func manyHeaders(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `"H%d":"x",`, i)
	}
	return out.String()
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var s struct {
		URL   string
		Speed int
	}
	if err := channel.Decode(description(), json.RawMessage(`{"url":"x","speed":7,"name":null}`), &s); err != nil || s.URL != "x" || s.Speed != 7 {
		t.Errorf("got %+v, %v", s, err)
	}
	for _, raw := range []string{`[]`, `"x"`, `{`, `{"url":"x"} {}`, `1`} {
		if err := channel.Decode(description(), json.RawMessage(raw), &s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", raw, err)
		}
	}
	empty := channel.Description{Label: "Nothing"}
	for _, raw := range []string{``, `{}`, `null`} {
		if err := channel.Decode(empty, json.RawMessage(raw), &s); err != nil {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	got := channel.Mask(description(), parse(t, loft))
	want := map[string]any{
		"url": "https://loft.example/****cdef", "token": "****cdef", "name": "Loft",
		"headers": map[string]any{"Authorization": "****6789", "X-Short": "****"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for in, want := range map[string]string{
		`{"token":"elevenchars"}`:                          `{"token":"****"}`,
		`{"token":"twelve-chars"}`:                         `{"token":"****hars"}`,
		`{"token":"zwölf-zeiché"}`:                         `{"token":"****iché"}`,
		`{"token":""}`:                                     `{"token":""}`,
		`{"token":7}`:                                      `{"token":"****"}`,
		`{"url":"https://h.example"}`:                      `{"url":"https://h.example"}`,
		`{"url":"https://h.example:8443/"}`:                `{"url":"https://h.example:8443/"}`,
		`{"url":"https://h.example/short"}`:                `{"url":"https://h.example/****"}`,
		`{"url":"https://u:p@h.example/"}`:                 `{"url":"https://h.example/****"}`,
		`{"url":"https://h.example/?key=0123456789#frag"}`: `{"url":"https://h.example/****6789"}`,
		`{"url":"%zz 0123456789"}`:                         `{"url":"****"}`,
		`{"site":"https://h.example/open"}`:                `{"site":"https://h.example/open"}`,
		`{"forgotten":"0123456789abcdef"}`:                 `{"forgotten":"****cdef"}`,
		`{"headers":"x"}`:                                  `{"headers":"****"}`,
	} {
		got, err := json.Marshal(channel.Mask(description(), parse(t, in)))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s", in, got)
		}
	}
}
