package credential

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// sealVersion begins every sealed text, so that the format can change.
const sealVersion = "v1"

// AESGCM implements credential.Box: "v1.<key id>.<base64url of nonce and
// ciphertext>". Version, key id and label are authenticated with the text.
type AESGCM struct {
	current string // id of the key that seals
	keys    map[string]cipher.AEAD
}

// NewAESGCM returns a box whose key is derived from one of at least 32 bytes.
// Previous keys open what they sealed, and seal nothing.
func NewAESGCM(key secret.Text, previous ...secret.Text) (*AESGCM, error) {
	box := &AESGCM{keys: map[string]cipher.AEAD{}}
	for _, k := range append([]secret.Text{key}, previous...) {
		id, aead, err := derive(k)
		if err != nil {
			return nil, err
		}
		box.keys[id] = aead
		if box.current == "" {
			box.current = id
		}
	}
	return box, nil
}

// derive makes an encryption key and its public id, neither of which leads back
// to the secret or to the other.
func derive(key secret.Text) (string, cipher.AEAD, error) {
	if len(key.Reveal()) < minKey {
		return "", nil, fmt.Errorf("the encryption key has %d bytes, at least %d are needed", len(key.Reveal()), minKey)
	}
	material := []byte(key.Reveal())
	id, err := hkdf.Key(sha256.New, material, nil, "sentineliq box key id", 4)
	if err != nil {
		return "", nil, fmt.Errorf("derive a key id: %w", err)
	}
	derived, err := hkdf.Key(sha256.New, material, nil, "sentineliq box aes-256-gcm", 32)
	if err != nil {
		return "", nil, fmt.Errorf("derive an encryption key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return "", nil, fmt.Errorf("derive an encryption key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return "", nil, fmt.Errorf("derive an encryption key: %w", err)
	}
	return hex.EncodeToString(id), aead, nil
}

// KeyID names the key that seals. Kept with the data, it tells a wrong key at
// the start instead of at the first secret.
func (b *AESGCM) KeyID() string { return b.current }

// Seal encrypts under the current key with a fresh nonce.
func (b *AESGCM) Seal(plain []byte, label string) (secret.Text, error) {
	aead := b.keys[b.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	rand.Read(nonce) // never fails
	sealed := aead.Seal(nonce, nonce, plain, bound(b.current, label))
	return secret.New(sealVersion + "." + b.current + "." + base64.RawURLEncoding.EncodeToString(sealed)), nil
}

// Current looks at the key id of a sealed text.
func (b *AESGCM) Current(sealed secret.Text) bool {
	return strings.HasPrefix(sealed.Reveal(), sealVersion+"."+b.current+".")
}

// Open decrypts. Whatever does not open is Internal, with a message that names
// the reason but none of the content.
func (b *AESGCM) Open(sealed secret.Text, label string) ([]byte, error) {
	version, rest, _ := strings.Cut(sealed.Reveal(), ".")
	id, body, found := strings.Cut(rest, ".")
	if version != sealVersion || !found {
		return nil, fault.New(fault.Internal, "the encrypted value is not in a known format")
	}
	aead, known := b.keys[id]
	if !known {
		return nil, fault.New(fault.Internal, "the encrypted value needs a key that this service does not have")
	}
	encoding := base64.RawURLEncoding.Strict()
	raw, err := encoding.DecodeString(body)
	if err != nil || len(raw) < aead.NonceSize() || encoding.EncodeToString(raw) != body {
		return nil, fault.New(fault.Internal, "the encrypted value is damaged")
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], bound(id, label))
	if err != nil {
		return nil, fault.New(fault.Internal, "the encrypted value is damaged or belongs to another place")
	}
	return plain, nil
}

// bound is what a ciphertext is tied to. A key id holds no dot, so that no two
// pairs look the same.
func bound(id, label string) []byte { return []byte(sealVersion + "." + id + "." + label) }
