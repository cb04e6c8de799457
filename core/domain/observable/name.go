package observable

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// The limits of RFC 1035, in bytes.
const (
	maxLabel = 63
	maxName  = 253
)

// domain reads a name of at least two labels whose last is not a number;
// otherwise every truncated IPv4 address would be a domain.
func domain(s string) (string, error) {
	out, err := name(s)
	if err != nil {
		return "", err
	}
	dot := strings.LastIndexByte(out, '.')
	if dot < 0 {
		return "", fault.New(fault.Invalid, "must have at least two labels, as in example.com")
	}
	if allDigits(out[dot+1:]) {
		return "", fault.New(fault.Invalid, "is a number or an address, not a domain")
	}
	return out, nil
}

// hostname reads the name of a machine; one label will do.
func hostname(s string) (string, error) {
	out, err := name(s)
	if err != nil {
		return "", err
	}
	if _, err := netip.ParseAddr(out); err == nil {
		return "", fault.New(fault.Invalid, "is an IP address, not a host name")
	}
	return out, nil
}

// name brings a DNS name to lower case and its labels to punycode. Underscores
// are allowed, since _dmarc and many Windows machines have them; the empty
// label of the root is dropped.
func name(s string) (string, error) {
	if utf8.RuneCountInString(s) > maxName+1 { // it may end in the dot of the root
		return "", tooLongName()
	}
	s, err := fold(s)
	if err != nil {
		return "", err
	}
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for i, l := range labels {
		if labels[i], err = label(l); err != nil {
			return "", err
		}
	}
	out := strings.Join(labels, ".")
	if len(out) > maxName {
		return "", tooLongName()
	}
	return out, nil
}

func tooLongName() error {
	return fault.Newf(fault.Invalid, "is a name longer than %d characters", maxName)
}

func label(s string) (string, error) {
	if s == "" {
		return "", fault.New(fault.Invalid, "has an empty label between its dots")
	}
	if s[0] == '-' || s[len(s)-1] == '-' {
		return "", fault.New(fault.Invalid, "has a label that begins or ends with a hyphen")
	}
	if strings.ContainsFunc(s, notInName) {
		return "", fault.New(fault.Invalid, "has a character that no name may have")
	}
	out, err := punycode(s)
	if err != nil {
		return "", err
	}
	if len(out) > maxLabel {
		return "", tooLongLabel()
	}
	return out, nil
}

func tooLongLabel() error {
	return fault.Newf(fault.Invalid, "has a label longer than %d characters", maxLabel)
}

// notInName reports whether r is an ASCII character other than those of a
// label and the dot. What lies beyond ASCII is judged by fold.
func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r == '.', r > '~':
		return false
	}
	return true
}
