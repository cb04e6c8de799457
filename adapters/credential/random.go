package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// minToken is the least number of random bytes of a token: 128 bits.
const minToken = 16

// Random implements credential.Random with the randomness of the operating
// system. The zero value is ready to use.
type Random struct{}

// Token returns n random bytes, at least 16, in base64url without padding.
func (Random) Token(n int) (secret.Text, error) {
	if n < minToken {
		return secret.Text{}, fmt.Errorf("a token of %d random bytes can be guessed: at least %d are needed", n, minToken)
	}
	b := make([]byte, n)
	rand.Read(b) // never fails
	return secret.New(base64.RawURLEncoding.EncodeToString(b)), nil
}

// Digest returns the SHA-256 of a token in hex. That is enough for what cannot
// be guessed, and quick enough for every request.
func (Random) Digest(token secret.Text) string {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return hex.EncodeToString(sum[:])
}
