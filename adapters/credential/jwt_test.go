package credential_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/credential/credentialtest"
)

const signingKey = "0123456789abcdef0123456789abcdef"

// forge signs any header and payload with the right key.
func forge(tb testing.TB, header, payload map[string]any) secret.Text {
	tb.Helper()
	part := func(v map[string]any) string {
		text, err := json.Marshal(v)
		require.NoError(tb, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(header) + "." + part(payload)
	mac := hmac.New(sha256.New, []byte(signingKey))
	mac.Write([]byte(signed))
	return secret.New(signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
}

// Every token here carries a good signature unless its header says otherwise:
// what is refused is refused for what it says.
func TestJWT_RefusesWhatItWouldNotWrite(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 30, 15, 0, time.UTC)
	s := openSigner(t, secret.New(signingKey))
	goodHeader := map[string]any{"alg": "HS256", "typ": "at+jwt"}
	goodPayload := map[string]any{
		"iss": "sentineliq", "aud": "sentineliq-api", "sub": "u", "jti": "j", "sid": "s", "use": "access",
		"iat": now.Unix(), "exp": now.Unix() + 60,
	}
	_, err := s.Verify(forge(t, goodHeader, goodPayload), credential.Access, now)
	require.NoError(t, err, "the base of this table must be good")

	type change map[string]any
	for name, c := range map[string]struct{ header, payload change }{
		"alg none":                   {header: change{"alg": "none"}},
		"alg None":                   {header: change{"alg": "None"}},
		"alg nOnE":                   {header: change{"alg": "nOnE"}},
		"alg missing":                {header: change{"alg": nil}},
		"alg HS384":                  {header: change{"alg": "HS384"}},
		"alg RS256":                  {header: change{"alg": "RS256"}},
		"alg hs256":                  {header: change{"alg": "hs256"}},
		"kid path":                   {header: change{"kid": "../../dev/null"}},
		"kid SQL":                    {header: change{"kid": "' OR 1=1"}},
		"kid long":                   {header: change{"kid": strings.Repeat("k", 10_000)}},
		"jku":                        {header: change{"jku": "https://evil.example/keys"}},
		"x5u":                        {header: change{"x5u": "https://evil.example/cert"}},
		"jwk":                        {header: change{"jwk": map[string]any{"kty": "oct", "k": "AA"}}},
		"crit":                       {header: change{"crit": []string{"x"}}},
		"typ missing":                {header: change{"typ": nil}},
		"typ JWT":                    {header: change{"typ": "JWT"}},
		"typ of the other use":       {header: change{"typ": "rt+jwt"}},
		"exp past by a second":       {payload: change{"exp": now.Unix() - 1}},
		"exp now":                    {payload: change{"exp": now.Unix()}},
		"exp missing":                {payload: change{"exp": nil}},
		"exp a string":               {payload: change{"exp": "9999999999"}},
		"exp a float":                {payload: change{"exp": 1e300}},
		"exp overflowing":            {payload: change{"exp": int64(1) << 62, "iat": int64(1) << 61}},
		"nbf ahead":                  {payload: change{"nbf": now.Unix() + 300}},
		"iat a day ahead":            {payload: change{"iat": now.Unix() + 86_400, "exp": now.Unix() + 90_000}},
		"iat missing":                {payload: change{"iat": nil}},
		"iat after exp":              {payload: change{"iat": now.Unix() + 20, "exp": now.Unix() + 10}},
		"iss wrong":                  {payload: change{"iss": "other"}},
		"iss missing":                {payload: change{"iss": nil}},
		"aud wrong":                  {payload: change{"aud": "other"}},
		"aud missing":                {payload: change{"aud": nil}},
		"aud an array without ours":  {payload: change{"aud": []string{"a", "b"}}},
		"use of the other":           {payload: change{"use": "refresh"}},
		"use missing":                {payload: change{"use": nil}},
		"sub missing":                {payload: change{"sub": nil}},
		"jti missing":                {payload: change{"jti": nil}},
		"sid missing":                {payload: change{"sid": nil}},
		"payload of the wrong types": {payload: change{"sub": 7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := forge(t, changed(goodHeader, c.header), changed(goodPayload, c.payload))
			_, err := s.Verify(token, credential.Access, now)
			require.True(t, fault.Is(err, fault.Unauthenticated), "got %v", err)
			require.Equal(t, "the token is not valid", err.Error(), "the reason stays here")
		})
	}
}

func changed(base, by map[string]any) map[string]any {
	out := maps.Clone(base)
	for name, value := range by {
		out[name] = value
		if value == nil {
			delete(out, name)
		}
	}
	return out
}

func TestJWT_EmptySignatureIsNone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 30, 15, 0, time.UTC)
	s := openSigner(t, secret.New(signingKey))
	good, err := s.Sign(credentialtest.Claims(credential.Access, now))
	require.NoError(t, err)
	unsigned := good.Reveal()[:strings.LastIndex(good.Reveal(), ".")+1]
	_, err = s.Verify(secret.New(unsigned), credential.Access, now)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

// CVE-2025-30204: a header full of dots cost memory in proportion. Counting
// allocations needs the process for itself, so this test is not parallel.
func TestJWT_HugeInputIsNotRead(t *testing.T) {
	s := openSigner(t, secret.New(signingKey))
	for name, huge := range map[string]string{
		"a megabyte of dots": strings.Repeat(".", 1<<20),
		"64 kB of text":      strings.Repeat("A", 1<<16),
		"invalid bytes":      strings.Repeat("\xff", 4096),
	} {
		token := secret.New(huge)
		allocs := testing.AllocsPerRun(10, func() {
			if _, err := s.Verify(token, credential.Access, time.Time{}); err == nil {
				t.Error("accepted: " + name)
			}
		})
		require.LessOrEqual(t, allocs, 3.0, name)
	}
}

func FuzzJWT_Verify(f *testing.F) {
	now := time.Date(2026, 3, 2, 9, 30, 15, 0, time.UTC)
	s := openSigner(f, secret.New(signingKey))
	good, err := s.Sign(credentialtest.Claims(credential.Access, now))
	require.NoError(f, err)
	f.Add(good.Reveal())
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(forge(f, map[string]any{"alg": "HS256", "typ": "at+jwt"}, map[string]any{"exp": 1}).Reveal())
	f.Fuzz(func(t *testing.T, text string) {
		_, err := s.Verify(secret.New(text), credential.Access, now)
		if err == nil && text != good.Reveal() {
			t.Errorf("%q was accepted", text)
		}
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func FuzzAESGCM_Open(f *testing.F) {
	box := openBox(f, secret.New(signingKey))
	sealed, err := box.Seal([]byte("plain"), "label")
	require.NoError(f, err)
	f.Add(sealed.Reveal(), "label")
	f.Add("v1.", "")
	f.Add("v1.00000000.AAAA", "label")
	f.Add(sealed.Reveal()[:20], "label")
	f.Fuzz(func(t *testing.T, text, label string) {
		got, err := box.Open(secret.New(text), label)
		if err == nil && (label != "label" || string(got) != "plain") {
			t.Errorf("%q opened under %q", text, label)
		}
		if err != nil && got != nil {
			t.Error("an error came with content")
		}
	})
}

func BenchmarkJWT_Verify(b *testing.B) {
	now := time.Date(2026, 3, 2, 9, 30, 15, 0, time.UTC)
	s := openSigner(b, secret.New(signingKey))
	token, err := s.Sign(credentialtest.Claims(credential.Access, now))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Verify(token, credential.Access, now); err != nil {
			b.Fatal(err)
		}
	}
}
