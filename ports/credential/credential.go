// Package credential is the cryptography of identity and of secrets at rest.
package credential

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// Hasher keeps passwords as one-way hashes.
type Hasher interface {
	// Hash returns the hash of a password, with its salt and cost in it.
	Hash(ctx context.Context, password secret.Text) (secret.Text, error)
	// Matches compares in constant time. An empty hash costs as much as any
	// and matches nothing, so that a missing user cannot be told by the clock.
	Matches(ctx context.Context, password, hash secret.Text) (bool, error)
}

// Use is what a token is good for; a token of one use is never taken for the
// other.
type Use string

// The uses.
const (
	Access  Use = "access"
	Refresh Use = "refresh"
)

// Claims is what a token says. What matters is looked up again on every
// request; only ID, Session and Subject are believed.
type Claims struct {
	Use       Use
	ID        string // jti
	Subject   string // user id
	Session   string
	Username  string
	Role      string
	Company   string
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Signer makes and checks tokens.
type Signer interface {
	Sign(c Claims) (secret.Text, error)
	// Verify returns the claims of a token made by Sign for the given use.
	// Anything else is fault.Unauthenticated: wrong key, algorithm, issuer,
	// audience or use, expired, malformed.
	Verify(token secret.Text, use Use, now time.Time) (Claims, error)
}

// Random makes and recognises high-entropy secrets.
type Random interface {
	// Token returns n random bytes as URL-safe text.
	Token(n int) (secret.Text, error)
	// Digest returns a one-way digest of a high-entropy secret, in hex. It is
	// no password hash.
	Digest(token secret.Text) string
}

// Box encrypts secrets at rest. The label binds a ciphertext to its place: one
// that was copied to another row, column or company does not open.
type Box interface {
	Seal(plain []byte, label string) (secret.Text, error)
	Open(sealed secret.Text, label string) ([]byte, error)
	// Current reports whether a text was sealed with the key that seals now,
	// rather than with one that only opens.
	Current(sealed secret.Text) bool
}
