// Package credential is the cryptography of the service: Argon2id for
// passwords, HS256 tokens, AES-256-GCM for secrets at rest, and the files that
// keep generated keys.
package credential

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// The cost of a hash: 19 MiB and two passes, the least that OWASP advises; a
// hash takes some 25 ms.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

// What a stored hash may ask for. Whoever can write to the database must not be
// able to make a login cost gigabytes.
const (
	maxArgonMemory = 256 * 1024
	maxArgonTime   = 16
)

// Argon2 implements credential.Hasher. Every hash takes 19 MiB, so no more than
// a fixed number run at once; others wait their turn.
type Argon2 struct {
	turns chan struct{}
	dummy hash
}

// NewArgon2 returns a hasher that runs at most parallel hashes at once; the
// number of CPUs is a good choice, more only adds memory.
func NewArgon2(parallel int) *Argon2 {
	return &Argon2{
		turns: make(chan struct{}, max(parallel, 1)),
		dummy: hash{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, argonSalt), key: make([]byte, argonKey)},
	}
}

// hash is a PHC string taken apart.
type hash struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

// Hash returns a PHC string, "$argon2id$v=19$m=19456,t=2,p=1$salt$key".
func (a *Argon2) Hash(ctx context.Context, password secret.Text) (secret.Text, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt) // never fails
	h := hash{memory: argonMemory, time: argonTime, threads: argonThreads, salt: salt, key: make([]byte, argonKey)}
	key, err := a.derive(ctx, password, h)
	if err != nil {
		return secret.Text{}, err
	}
	h.key = key
	return secret.New(h.String()), nil
}

// Matches compares a password with a PHC string of Hash, or of other Argon2id
// parameters within bounds. Without a hash it derives a key all the same.
func (a *Argon2) Matches(ctx context.Context, password, stored secret.Text) (bool, error) {
	h := a.dummy
	if !stored.Empty() {
		var err error
		if h, err = parseHash(stored.Reveal()); err != nil {
			return false, err
		}
	}
	key, err := a.derive(ctx, password, h)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, h.key) == 1 && !stored.Empty(), nil
}

// derive waits for its turn, or for ctx to end. A hash that has begun is not
// interrupted.
func (a *Argon2) derive(ctx context.Context, password secret.Text, h hash) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	select {
	case a.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("hash a password: %w", ctx.Err())
	}
	defer func() { <-a.turns }()
	return argon2.IDKey([]byte(password.Reveal()), h.salt, h.time, h.memory, h.threads, uint32(len(h.key))), nil //nolint:gosec // parseHash bounds it
}

// String writes the hash in the PHC format.
func (h hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parseHash reads a PHC string. Its errors say nothing of the content.
func parseHash(text string) (hash, error) {
	malformed := errors.New("the stored password hash is malformed")
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return hash{}, malformed
	}
	var h hash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil {
		return hash{}, malformed
	}
	var errSalt, errKey error
	h.salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	h.key, errKey = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 {
		return hash{}, malformed
	}
	if h.memory < 8 || h.memory > maxArgonMemory || h.time < 1 || h.time > maxArgonTime || h.threads < 1 || h.threads > 16 {
		return hash{}, malformed
	}
	if h.String() != text {
		return hash{}, malformed
	}
	return h, nil
}
