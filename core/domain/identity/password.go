package identity

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// Length of a password in characters of any script.
const (
	minPassword = 8
	maxPassword = 128
)

//go:embed common_passwords.txt
var commonPasswords string

// CheckPassword applies the rules for a new password of the user with the
// given names; violations are reported under field. There are no rules of
// composition: length and rarity are what helps (NIST SP 800-63B).
func CheckPassword(field string, password secret.Text, username, email string) error {
	var v fault.Violations
	text := password.Reveal()
	switch length := utf8.RuneCountInString(text); {
	case length == 0:
		v.Add(field, fault.CodeRequired, "this field is required")
		return v.Err()
	case length < minPassword:
		v.Add(field, "too_short", "at least %d characters are needed", minPassword)
	case length > maxPassword:
		v.Add(field, fault.CodeTooLong, "at most %d characters are allowed", maxPassword)
	}
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		v.Add(field, fault.CodeInvalid, "must be valid text without NUL characters")
	}
	lower := strings.ToLower(text)
	if lower == strings.ToLower(username) || lower == strings.ToLower(email) {
		v.Add(field, "too_similar", "must not be the username or the e-mail address")
	}
	if isCommon(lower) {
		v.Add(field, "too_common", "is on the list of common passwords")
	}
	return v.Err()
}

func isCommon(lower string) bool {
	for line := range strings.Lines(commonPasswords) {
		if strings.TrimSpace(line) == lower {
			return true
		}
	}
	return false
}
