package observable

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Normalise checks a value by the rules of its type and returns the one
// spelling under which it is kept, so that two sensors that mean the same thing
// find each other. What it returns, it returns unchanged when given again.
//
// A refusal is fault.Invalid and reads as the end of a sentence whose subject
// is the field ("is not an IP address"); it never repeats the value.
func Normalise(t Type, raw string) (string, error) {
	s, err := clean(raw)
	if err != nil {
		return "", err
	}
	out, err := byType(t, s)
	if err != nil {
		return "", err
	}
	// A host name in punycode is longer than the one that came in.
	if err := checkLength(out); err != nil {
		return "", err
	}
	return out, nil
}

func byType(t Type, s string) (string, error) {
	switch t {
	case IP:
		return refanged(s, address)
	case Domain:
		return refanged(s, domain)
	case Hostname:
		return refanged(s, hostname)
	case Email:
		return refanged(s, email)
	case URL:
		return link(s)
	case MAC:
		return mac(s)
	case MD5, SHA1, SHA256, SHA512, JA3:
		return digest(t, s)
	case RegKey:
		return regKey(s)
	case ASN:
		return asn(s)
	case CVE:
		return cve(s)
	case BTC:
		return bitcoin(s)
	case Phone:
		return phone(s)
	case EmailSubject, UserAgent, Filename, Filepath, Process, Mutex, Account, Other:
		return s, nil
	}
	return "", fault.New(fault.Invalid, "is not a type of observable")
}

// clean is what every type asks of a text: storable, on one line, not blank.
// Invisible characters inside stay, because the right-to-left override in a
// file's name is the very thing an analyst looks for.
func clean(raw string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", fault.New(fault.Invalid, "must be valid UTF-8")
	}
	s := trim(strings.ReplaceAll(raw, "\t", " "))
	if s == "" {
		return "", fault.New(fault.Invalid, "must not be blank")
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "must not contain line breaks or other control characters")
	}
	return s, checkLength(s)
}

func checkLength(s string) error {
	if utf8.RuneCountInString(s) > MaxValue {
		return fault.Newf(fault.Invalid, "is longer than %d characters", MaxValue)
	}
	return nil
}

// trim drops what surrounds a pasted value unseen.
func trim(s string) string { return strings.TrimFunc(s, unseen) }

// unseen reports white space, and the zero-width spaces and byte order marks
// that editors and web pages leave.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200B' || r == '\u2060' || r == '\uFEFF'
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func allHex(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return s != ""
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// cutFold cuts an ASCII prefix off, whatever its case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
