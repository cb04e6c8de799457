package credential

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// keyBytes is the length of a generated key; its text is twice as long.
const keyBytes = 32

// LoadOrCreate returns the key in a file of its own, and makes one when there
// is no file. Of two processes that begin together, both get the same key. The
// folder must exist.
func LoadOrCreate(path string) (secret.Text, error) {
	key, err := loadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return secret.Text{}, fmt.Errorf("create the key file: %w", err)
	}
	return loadKey(path)
}

// LoadIfThere returns the key in a file, and nothing when there is no file.
func LoadIfThere(path string) (secret.Text, error) {
	key, err := loadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return secret.Text{}, nil
	}
	return key, err
}

// loadKey refuses a file that others may read: its key may be known already.
func loadKey(path string) (secret.Text, error) {
	info, err := os.Stat(path)
	if err != nil {
		return secret.Text{}, fmt.Errorf("read the key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return secret.Text{}, fmt.Errorf("the key file %s is not a regular file", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return secret.Text{}, fmt.Errorf("the key file %s can be read by others (mode %04o): make it 0600, and think about a new key",
			path, info.Mode().Perm())
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the path
	if err != nil {
		return secret.Text{}, fmt.Errorf("read the key file: %w", err)
	}
	text := strings.TrimSpace(string(content))
	if raw, err := hex.DecodeString(text); err != nil || len(raw) != keyBytes {
		return secret.Text{}, fmt.Errorf("the key file %s does not hold %d bytes in hex", path, keyBytes)
	}
	return secret.New(text), nil
}

// createKey writes the key beside its place and links it there, so that the
// file appears complete or not at all, and never over another.
func createKey(path string) error {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails
	dir := filepath.Dir(path)
	draft, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name()) //nolint:errcheck // a leftover draft is a key that nobody uses
	_, err = draft.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the name of a new file survive a power cut: data encrypted with
// a key that is gone is gone too.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir) //nolint:gosec // the operator names the path
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
