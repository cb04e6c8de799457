package observable_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/observable"
)

func TestFromReport_NormalisesSortsAndMerges(t *testing.T) {
	t.Parallel()
	report := map[string][]string{
		"url":    {"hxxp://evil[.]com"},
		"ip":     {"192.0.2.9", "::ffff:192.0.2.1", "192[.]0[.]2[.]1"},
		"domain": {"EVIL.com", "evil[.]com."},
	}
	for range 20 { // maps come in any order
		require.Equal(t, []observable.Value{
			{Type: observable.Domain, Value: "evil.com"},
			{Type: observable.IP, Value: "192.0.2.1"},
			{Type: observable.IP, Value: "192.0.2.9"},
			{Type: observable.URL, Value: "http://evil.com"},
		}, observable.FromReport(report))
	}
}

func TestFromReport_WhatATypeRefusesIsKeptAsOther(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ typ, in, out string }{
		"no address":     {"ip", " unknown ", "unknown"},
		"no such type":   {"wallet", "abc", "abc"},
		"line breaks":    {"other", "\na\r\nb\x00", "a  b"},
		"invalid UTF-8":  {"process", "a\xff\xfeb", "a\uFFFDb"},
		"too long":       {"other", strings.Repeat("é", 5000), strings.Repeat("é", observable.MaxValue)},
		"space at a cut": {"other", strings.Repeat("a", 4095) + " b", strings.Repeat("a", 4095)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := observable.FromReport(map[string][]string{c.typ: {c.in}})
			require.Equal(t, []observable.Value{{Type: observable.Other, Value: c.out}}, got)
		})
	}
}

func TestFromReport_BlanksAreDropped(t *testing.T) {
	t.Parallel()
	require.Empty(t, observable.FromReport(nil))
	require.Empty(t, observable.FromReport(map[string][]string{
		"ip": {"", " \t", "\ufeff", "\x00\n"}, "other": {"\u200b"}, "nonsense": nil,
	}))
}
