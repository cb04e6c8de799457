package observable

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// maxLocal is the longest local part, in bytes, by RFC 5321.
const maxLocal = 64

// email reads an e-mail address, also inside <…> with or without a name before
// it. The local part is brought to lower case as well: the standard lets a
// server tell Ana@ from ana@, none of note does, and an analyst who looks for
// one must find the other. The alert keeps the spelling that was reported.
func email(s string) (string, error) {
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.HasSuffix(s, ">") {
		s = trim(s[open+1 : len(s)-1])
	}
	s, _ = cutFold(s, "mailto:")
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", fault.New(fault.Invalid, "is not an e-mail address: it has no @")
	}
	local := strings.ToLower(s[:at])
	if !validLocal(local) {
		return "", fault.New(fault.Invalid, "is not an e-mail address: what stands before the @ is not a mailbox")
	}
	host, err := mailHost(s[at+1:])
	if err != nil {
		return "", err
	}
	return local + "@" + host, nil
}

// validLocal allows the dots that the standard forbids at the ends and in
// pairs, since mailboxes of that kind exist.
func validLocal(s string) bool {
	if s == "" || len(s) > maxLocal {
		return false
	}
	if inner, ok := strings.CutPrefix(s, `"`); ok {
		inner, ok = strings.CutSuffix(inner, `"`)
		return ok && inner != "" && !strings.Contains(inner, `"`)
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`()<>[],;:\"@`, r)
	})
}

// mailHost reads what follows the @: a name or an address in brackets.
func mailHost(s string) (string, error) {
	inner, opened := strings.CutPrefix(s, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed {
		return hostname(s)
	}
	six, _ := cutFold(inner, "IPv6:")
	ip, err := netip.ParseAddr(six)
	if err != nil || ip.Zone() != "" {
		return "", fault.New(fault.Invalid, "has brackets after the @ that hold no IP address")
	}
	if ip = ip.Unmap(); ip.Is4() {
		return "[" + ip.String() + "]", nil
	}
	return "[IPv6:" + ip.String() + "]", nil
}
