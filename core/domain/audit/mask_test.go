package audit_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

const planted = "hunter2-planted"

func spellings() []string {
	return []string{
		"password", "Password", "PASSWORD", "pass_word", "user.password", "smtp_password", "newPassword", "password_hash",
		"passwd", "pwd", "db-pwd", "passphrase", "Pass Phrase", "pass", "secret", "client_secret", "clientSecret",
		"config_secrets", "webhook-secret", "token", "access_token", "refreshToken", "id-token", "X-Auth-Token", "tokens",
		"api_key", "apiKey", "API-KEY", "X-API-Key", "apikeys", "authorization", "Authorization", "Proxy-Authorization",
		"credential", "credentials", "aws_credentials", "cookie", "Set-Cookie", "private_key", "privateKeyPem", "signing_key",
		"webhook_url", "webhookUrl", "access_key", "secret_access_key", "session_key", "encryption_key", "ssh-key",
		"bearer", "jwt", "JWT", "key", "keys", "api/key", "api:key",
	}
}

func harmless() []string {
	return []string{
		"title", "regkey", "keyboard", "monkey", "bypass", "passed", "compass", "author", "status", "source_ref", "tags",
		"created_by", "resolution_notes", "custom_fields", "path", "",
	}
}

func TestMasked_NamesTellHoweverTheyAreSpelt(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(spellings()), 40)
	for _, name := range spellings() {
		require.Equal(t, map[string]any{name: secret.Mask}, audit.Masked(map[string]any{name: planted}), name)
		require.Equal(t, audit.Changes{name: {nil, secret.Mask}}, audit.MaskedChanges(audit.Changes{name: {nil, planted}}), name)
	}
	for _, name := range harmless() {
		require.Equal(t, map[string]any{name: "seen"}, audit.Masked(map[string]any{name: "seen"}), name)
	}
}

// nests puts a value under the name in every form that a value can have.
func nests(name string) map[string]any {
	type fielded struct {
		Password string `json:"password"`
		Plain    string
	}
	return map[string]any{
		"map":             map[string]any{name: planted},
		"text map":        map[string]string{name: planted},
		"list map":        map[string][]string{name: {planted}},
		"whole list":      map[string]any{name: []any{planted, map[string]any{"a": planted}}},
		"map in list":     []any{1, []any{map[string]any{name: planted}}},
		"list of maps":    []map[string]any{{name: planted}},
		"list of text":    []map[string]string{{name: planted}},
		"pair":            [2]any{nil, map[string]any{name: planted}},
		"changes":         map[string]any{"incident": audit.Changes{name: {planted, planted}}},
		"deep changes":    audit.Changes{"custom_fields": {nil, map[string]any{"a": []any{map[string]any{name: planted}}}}},
		"raw JSON":        json.RawMessage(`{"a":[{"` + name + `":"` + planted + `"}]}`),
		"raw JSON in map": map[string]any{"raw": json.RawMessage(`[{"` + name + `":{"b":"` + planted + `"}}]`)},
		"broken JSON":     json.RawMessage(`{"` + name + `":"` + planted + `"`),
		"struct":          fielded{Password: planted},
		"pointer":         &fielded{Password: planted},
		"list of structs": []fielded{{Password: planted}},
		"number":          map[string]any{name: 42, "n": 1},
		"secret text":     map[string]any{"anything": secret.New(planted)},
	}
}

func TestMasked_AtAnyDepth(t *testing.T) {
	t.Parallel()
	for form, value := range nests("api_token") {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(audit.Masked(value))
			require.NoError(t, err)
			require.NotContains(t, string(text), planted)
			require.NotContains(t, string(text), "42")
			require.Contains(t, string(text), secret.Mask)
		})
	}
}

func TestMasked_KeepsWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var nothing *int
	value := map[string]any{
		"text": "a", "number": 1, "float": 1.5, "long": int64(7), "flag": true, "nil": nil, "at": at, "list": []string{"a"},
		"bytes": []byte("a"), "pointer": nothing, "any": []any{"a", nil}, "data": map[string][]string{"regkey": {"HKLM"}},
		"raw": json.RawMessage(`{"n":12345678901234567890}`), "password": nil,
	}
	want := map[string]any{
		"text": "a", "number": 1, "float": 1.5, "long": int64(7), "flag": true, "nil": nil, "at": at, "list": []string{"a"},
		"bytes": []byte("a"), "pointer": nil, "any": []any{"a", nil}, "data": map[string]any{"regkey": []string{"HKLM"}},
		"raw": map[string]any{"n": json.Number("12345678901234567890")}, "password": nil,
	}
	require.Empty(t, cmp.Diff(want, audit.Masked(value)))
}

func TestMasked_ChangesACopy(t *testing.T) {
	t.Parallel()
	inner := map[string]any{"token": planted}
	changes := audit.Changes{"token": {planted, nil}, "fields": {nil, inner}}
	masked := audit.MaskedChanges(changes)
	require.Equal(t, planted, inner["token"])
	require.Equal(t, [2]any{planted, nil}, changes["token"])
	require.Equal(t, [2]any{secret.Mask, nil}, masked["token"], "that a secret was taken away may be read")
}

func TestMasked_WhatCannotBeReadIsNotShown(t *testing.T) {
	t.Parallel()
	odd := struct{ F func() }{func() {}}
	require.Equal(t, secret.Mask, audit.Masked(odd))
}
