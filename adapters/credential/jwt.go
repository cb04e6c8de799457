package credential

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

const (
	issuer   = "sentineliq"
	audience = "sentineliq-api"
	// maxToken is several times what Sign makes; longer input is not parsed.
	maxToken = 4096
	// aheadOf is how far the clock of the instance that signed may be ahead of
	// the one that checks. Expiry has no leeway.
	aheadOf = 30 * time.Second
	// minKey is the least length of a secret, in bytes.
	minKey = 32
	// alphabet is that of base64url and the dots between. Go's decoder skips
	// line breaks even when strict, so that one token had many spellings.
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
)

// JWT implements credential.Signer with HS256 tokens. Times have whole seconds;
// a token expires up to a second early rather than late.
type JWT struct {
	key  []byte   // signs
	keys [][]byte // verify
}

// NewJWT returns a signer with a key of at least 32 bytes. What previous keys
// signed is good until it expires; they sign nothing.
func NewJWT(key secret.Text, previous ...secret.Text) (*JWT, error) {
	j := &JWT{key: []byte(key.Reveal())}
	for _, k := range append([]secret.Text{key}, previous...) {
		if len(k.Reveal()) < minKey {
			return nil, fmt.Errorf("the signing key has %d bytes, at least %d are needed", len(k.Reveal()), minKey)
		}
		j.keys = append(j.keys, []byte(k.Reveal()))
	}
	return j, nil
}

// claims is the payload of a token. Times are integers: what is not is refused
// while reading.
type claims struct {
	Issuer    string           `json:"iss"`
	Audience  jwt.ClaimStrings `json:"aud"`
	Subject   string           `json:"sub"`
	Role      string           `json:"role"`
	Company   string           `json:"company"`
	Username  string           `json:"username"`
	Session   string           `json:"sid"`
	Use       string           `json:"use"`
	ID        string           `json:"jti"`
	IssuedAt  int64            `json:"iat"`
	ExpiresAt int64            `json:"exp"`
	NotBefore *int64           `json:"nbf,omitempty"`
}

// Sign returns a token. Claims without a use, subject, session, id or times are
// a mistake of the caller and refused.
func (j *JWT) Sign(c credential.Claims) (secret.Text, error) {
	if c.Use != credential.Access && c.Use != credential.Refresh {
		return secret.Text{}, fmt.Errorf("sign a token: %q is no use", c.Use)
	}
	if c.Subject == "" || c.Session == "" || c.ID == "" || c.IssuedAt.IsZero() || !c.ExpiresAt.After(c.IssuedAt) {
		return secret.Text{}, errors.New("sign a token: subject, session, id, or times are missing")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, &claims{
		Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: c.Subject, Role: c.Role, Company: c.Company,
		Username: c.Username, Session: c.Session, Use: string(c.Use), ID: c.ID,
		IssuedAt: c.IssuedAt.Unix(), ExpiresAt: c.ExpiresAt.Unix(),
	})
	token.Header["typ"] = typeOf(c.Use)
	signed, err := token.SignedString(j.key)
	if err != nil {
		return secret.Text{}, fmt.Errorf("sign a token: %w", err)
	}
	if len(signed) > maxToken {
		return secret.Text{}, fmt.Errorf("sign a token: %d bytes would not be accepted again", len(signed))
	}
	return secret.New(signed), nil
}

// typeOf is the typ header of a token, after RFC 9068.
func typeOf(use credential.Use) string {
	if use == credential.Refresh {
		return "rt+jwt"
	}
	return "at+jwt"
}

// Verify accepts what Sign makes and nothing else. Its one error does not tell
// why, for whoever holds a bad token has no business to know.
func (j *JWT) Verify(token secret.Text, use credential.Use, now time.Time) (credential.Claims, error) {
	refused := fault.New(fault.Unauthenticated, "the token is not valid").WithCode("invalid_token")
	text := token.Reveal()
	if len(text) > maxToken || strings.Trim(text, alphabet) != "" {
		return credential.Claims{}, refused
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	var c claims
	var parsed *jwt.Token
	var err error
	for _, key := range j.keys {
		c = claims{}
		parsed, err = parser.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return key, nil })
		if !errors.Is(err, jwt.ErrTokenSignatureInvalid) {
			break
		}
	}
	if err != nil || !plain(parsed.Header, use) || !c.complete(use, now) {
		return credential.Claims{}, refused
	}
	return credential.Claims{
		Use: use, ID: c.ID, Subject: c.Subject, Session: c.Session, Username: c.Username, Role: c.Role, Company: c.Company,
		IssuedAt: time.Unix(c.IssuedAt, 0).UTC(), ExpiresAt: time.Unix(c.ExpiresAt, 0).UTC(),
	}, nil
}

// plain reports whether a header says what Sign writes and no more: nobody
// names a key, a place to fetch one, or an extension to understand.
func plain(header map[string]any, use credential.Use) bool {
	return len(header) == 2 && header["alg"] == "HS256" && header["typ"] == typeOf(use)
}

func (c *claims) complete(use credential.Use, now time.Time) bool {
	return c.Use == string(use) && c.Subject != "" && c.Session != "" && c.ID != "" && c.IssuedAt > 0 &&
		!time.Unix(c.IssuedAt, 0).After(now.Add(aheadOf)) && c.ExpiresAt > c.IssuedAt
}

// GetExpirationTime and the rest are what the parser checks claims by.
func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return date(&c.ExpiresAt), nil }

// GetIssuedAt returns iat.
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error) { return date(&c.IssuedAt), nil }

// GetNotBefore returns nbf, which Sign does not write.
func (c *claims) GetNotBefore() (*jwt.NumericDate, error) { return date(c.NotBefore), nil }

// GetIssuer returns iss.
func (c *claims) GetIssuer() (string, error) { return c.Issuer, nil }

// GetSubject returns sub.
func (c *claims) GetSubject() (string, error) { return c.Subject, nil }

// GetAudience returns aud.
func (c *claims) GetAudience() (jwt.ClaimStrings, error) { return c.Audience, nil }

// date turns a claim into what the parser compares; zero is absent. Seconds
// beyond the year 9999 would overflow and are cut.
func date(seconds *int64) *jwt.NumericDate {
	const lastSecond = 253_402_300_799
	if seconds == nil || *seconds == 0 {
		return nil
	}
	return jwt.NewNumericDate(time.Unix(max(min(*seconds, lastSecond), -lastSecond), 0))
}
