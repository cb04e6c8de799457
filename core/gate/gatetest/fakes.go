package gatetest

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// Hasher takes a password for its own hash, at no cost.
type Hasher struct{}

// Hash returns the password.
func (Hasher) Hash(_ context.Context, password secret.Text) (secret.Text, error) {
	return password, nil
}

// Matches compares; an empty hash matches nothing.
func (Hasher) Matches(_ context.Context, password, hash secret.Text) (bool, error) {
	return !hash.Empty() && password.Equal(hash), nil
}

// Signer writes tokens that a test can read: use, id, subject, session, expiry.
type Signer struct{}

// Sign writes the claims out.
func (Signer) Sign(c credential.Claims) (secret.Text, error) {
	return secret.New(strings.Join([]string{
		string(c.Use), c.ID, c.Subject, c.Session, strconv.FormatInt(c.ExpiresAt.UnixMicro(), 10),
	}, "|")), nil
}

// Verify reads what Sign wrote.
func (Signer) Verify(token secret.Text, use credential.Use, now time.Time) (credential.Claims, error) {
	invalid := fault.New(fault.Unauthenticated, "invalid token")
	parts := strings.Split(token.Reveal(), "|")
	if len(parts) != 5 || parts[0] != string(use) {
		return credential.Claims{}, invalid
	}
	expires, err := strconv.ParseInt(parts[4], 10, 64)
	if err != nil || !now.Before(time.UnixMicro(expires)) {
		return credential.Claims{}, invalid
	}
	return credential.Claims{Use: use, ID: parts[1], Subject: parts[2], Session: parts[3]}, nil
}

// Random counts instead of drawing. The zero value is ready to use.
type Random struct{ count atomic.Int64 }

// Token returns the next number, n characters long.
func (r *Random) Token(n int) (secret.Text, error) {
	number := strconv.FormatInt(r.count.Add(1), 10)
	return secret.New(strings.Repeat("0", max(0, n-len(number))) + number), nil
}

// Digest marks the token.
func (*Random) Digest(token secret.Text) string { return "digest of " + token.Reveal() }

// Box wraps what it seals in its label.
type Box struct{}

// Seal writes label and text.
func (Box) Seal(plain []byte, label string) (secret.Text, error) {
	return secret.New(label + "\n" + string(plain)), nil
}

// Open reads what Seal wrote under the same label.
func (Box) Open(sealed secret.Text, label string) ([]byte, error) {
	plain, found := strings.CutPrefix(sealed.Reveal(), label+"\n")
	if !found {
		return nil, fault.New(fault.Internal, "sealed under another label")
	}
	return []byte(plain), nil
}

// Current reports true: there is one key.
func (Box) Current(secret.Text) bool { return true }

// Meter measures nothing.
type Meter struct{}

// Count does nothing.
func (Meter) Count(string, int, ...string) {}

// Observe does nothing.
func (Meter) Observe(string, time.Duration, ...string) {}

// Set does nothing.
func (Meter) Set(string, float64, ...string) {}
