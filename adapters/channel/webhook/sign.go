package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// The form of signing secrets, as Standard Webhooks 1.0 has it.
const (
	secretPrefix = "whsec_"
	newKey       = 32 // bytes
	minKey       = 24
	maxKey       = 64
)

var errSecret = errors.New("must be whsec_ and the base64 of 24 to 64 bytes")

// sign returns the signature of one attempt: HMAC-SHA256 over the id, the time
// and the body, so that none can be exchanged for another's.
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// keyOf reads a secret. The prefix may be missing, as it may everywhere.
func keyOf(text secret.Text) (secret.Text, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text.Reveal(), secretPrefix))
	if err != nil || len(key) < minKey || len(key) > maxKey {
		return secret.Text{}, errSecret
	}
	return secret.New(string(key)), nil
}

func newSecret() string {
	key := make([]byte, newKey)
	rand.Read(key) // never fails: it ends the program instead
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}
