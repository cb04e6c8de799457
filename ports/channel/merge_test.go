package channel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sentineliq/sentineliq/ports/channel"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	const url = `"url":"https://loft.example/in/0123456789abcdef"`
	const token = `"token":"0123456789abcdef"`
	const headers = `"headers":{"Authorization":"Bearer 0123456789","X-Short":"abc"}`
	for patch, want := range map[string]string{
		`{}`:                        loft,
		`{"name":"Coop"}`:           `{` + url + `,` + token + `,"name":"Coop",` + headers + `}`,
		`{"name":null}`:             `{` + url + `,` + token + `,` + headers + `}`,
		`{"token":null}`:            `{` + url + `,"name":"Loft",` + headers + `}`,
		`{"token":"****cdef"}`:      loft,
		`{"token":"another-token"}`: `{` + url + `,"token":"another-token","name":"Loft",` + headers + `}`,
		`{"url":"https://loft.example/****cdef","headers":{"authorization":"****6789"}}`: `{` + url + `,` + token +
			`,"name":"Loft","headers":{"authorization":"Bearer 0123456789","X-Short":"abc"}}`,
		`{"headers":{"X-Short":null,"X-New":"n"}}`: `{` + url + `,` + token + `,"name":"Loft","headers":{"Authorization":"Bearer 0123456789","X-New":"n"}}`,
		`{"headers":{"x-short":"****"}}`:           `{` + url + `,` + token + `,"name":"Loft","headers":{"Authorization":"Bearer 0123456789","x-short":"abc"}}`,
		`{"headers":null}`:                         `{` + url + `,` + token + `,"name":"Loft"}`,
		`{"headers":{}}`:                           loft,
	} {
		old := parse(t, loft)
		got, err := channel.Merge(description(), old, parse(t, patch))
		if err != nil {
			t.Errorf("%s: %v", patch, said(err))
			continue
		}
		if diff := cmp.Diff(parse(t, want), got); diff != "" {
			t.Errorf("%s: %s", patch, diff)
		}
		if diff := cmp.Diff(parse(t, loft), old); diff != "" {
			t.Errorf("%s changed the old settings: %s", patch, diff)
		}
	}
}

func TestMerge_Refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ patch, want string }{
		{`{"surprise":1,"color":null}`, "color unknown_field, surprise unknown_field"},
		{`{"url":null}`, "url required"},
		{`{"name":7}`, "name invalid"},
		{`{"url":"https://other.example/****cdef"}`, "url invalid"},
		{`{"token":"****fedc"}`, "token invalid"},
		{`{"headers":{"X-New":"****"}}`, "headers.X-New invalid"},
		{`{"headers":{"X-New":"a","x-new":"b"}}`, "headers.x-new invalid"},
		{`{"headers":["Authorization"]}`, "headers invalid"},
		{`{"headers":{"Authorization":{"a":"b"}}}`, "headers.Authorization invalid"},
		{`{"token":["****cdef"]}`, "token invalid"},
		{`{"headers":{"Authorization":["****6789"]}}`, "headers.Authorization invalid"},
	} {
		_, err := channel.Merge(description(), parse(t, loft), parse(t, c.patch))
		if diff := cmp.Diff(c.want, said(err)); diff != "" {
			t.Errorf("%s: %s", c.patch, diff)
		}
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	got, err := channel.Replace(description(), parse(t, loft), parse(t,
		`{"url":"https://loft.example/****cdef","speed":3,"headers":{"AUTHORIZATION":"****6789"}}`))
	if err != nil {
		t.Fatal(said(err))
	}
	want := parse(t, `{"url":"https://loft.example/in/0123456789abcdef","speed":3,"headers":{"AUTHORIZATION":"Bearer 0123456789"}}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := channel.Replace(description(), parse(t, loft), parse(t, `{"name":"x"}`)); said(err) != "url required" {
		t.Errorf("got %s", said(err))
	}
	if _, err := channel.Replace(description(), nil, parse(t, `{"url":"https://loft.example/****cdef"}`)); said(err) != "url invalid" {
		t.Errorf("a mask of nothing: %s", said(err))
	}
}
