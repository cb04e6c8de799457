package webclient

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// CodeAddress is the code of an address that messages are not sent to.
const CodeAddress = "address_not_allowed"

const (
	maxURL  = 2000
	maxHost = 253
)

// CheckURL refuses a URL that is malformed, ambiguous or leads where messages
// must not go, as far as its text can tell: names are judged when they are
// dialled. Plain http is for allowed addresses alone.
func CheckURL(raw string, allow []netip.Prefix) error {
	if err := checkSpelling(raw); err != nil {
		return err
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return invalid("must be a URL such as https://example.com/path")
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return invalid("must begin with https://")
	}
	if u.User != nil {
		return invalid("must not contain a user name or password")
	}
	free, err := checkHost(u.Hostname(), allow)
	if err != nil {
		return err
	}
	if u.Scheme == "http" && !free {
		return invalid("must begin with https://")
	}
	return checkPort(u, free, len(allow) > 0)
}

// Free reports whether a URL that CheckURL accepts leads to an address that
// the operator has allowed by number.
func Free(raw string, allow []netip.Prefix) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	free, err := checkHost(u.Hostname(), allow)
	return err == nil && free
}

// AddURL records under field what CheckURL says.
func AddURL(v *fault.Violations, field, raw string, allow []netip.Prefix) {
	add(v, field, CheckURL(raw, allow))
}

// AddHost records under field why a host may not be spoken to, as far as its
// text can tell. Free is a host that the operator has allowed by number.
func AddHost(v *fault.Violations, field, host string, allow []netip.Prefix) (free bool) {
	free, err := checkHost(host, allow)
	add(v, field, err)
	return free
}

func add(v *fault.Violations, field string, err error) {
	for _, one := range fault.ViolationsOf(err) {
		v.Add(field, one.Code, "%s", one.Message)
	}
}

// checkSpelling refuses what one parser might read differently from another.
// Internationalised names are written as xn--, other characters as %XX.
func checkSpelling(raw string) error {
	if len(raw) > maxURL {
		return invalid("at most 2000 characters are allowed")
	}
	for i := range len(raw) {
		if raw[i] <= ' ' || raw[i] >= 0x7f {
			return invalid("must consist of visible ASCII characters")
		}
	}
	if strings.ContainsAny(raw, `\#`) {
		return invalid(`must not contain # or \`)
	}
	return nil
}

// checkHost judges a host by its text. Free is one that the operator has
// allowed by number, or localhost where loopback is allowed.
func checkHost(host string, allow []netip.Prefix) (free bool, err error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		if allowed(allow, addr) {
			return true, nil
		}
		if NewGuard(nil).public.SafeAddr(addr) != nil {
			return false, forbidden("this address is not public and is not in OUTBOUND_ALLOW_CIDRS")
		}
		return false, nil
	}
	name := strings.ToLower(host)
	if !isName(name) {
		return false, invalid("the host must be a name or an address in its usual form")
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		if !loopbackAllowed(allow) {
			return false, forbidden("this address is not public and is not in OUTBOUND_ALLOW_CIDRS")
		}
		return true, nil
	}
	if looksNumeric(name) {
		return false, forbidden("the host must be a name or an address in its usual form")
	}
	if !strings.Contains(name, ".") && len(allow) == 0 {
		return false, forbidden("a name without a dot leads nowhere public")
	}
	return false, nil
}

func isName(name string) bool {
	if name == "" || len(name) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// looksNumeric reports whether some resolver would take a name for an IPv4
// address: 127.1, 0x7f000001, 2130706433, 0177.0.0.1.
func looksNumeric(name string) bool {
	last := name[strings.LastIndex(name, ".")+1:]
	return strings.HasPrefix(last, "0x") || strings.Trim(last, "0123456789") == ""
}

// checkPort allows the ports of the web, and any where the address itself is
// allowed. A name may turn out to be such an address when it is dialled.
func checkPort(u *url.URL, free, maybe bool) error {
	text := u.Port()
	if text == "" {
		if strings.HasSuffix(u.Host, ":") {
			return invalid("the port is missing")
		}
		return nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return invalid("the port must be a number from 1 to 65535")
	}
	if free || port == httpPort || port == httpsPort || maybe && !isAddress(u.Hostname()) {
		return nil
	}
	return forbidden("only the ports 80 and 443 are allowed")
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func invalid(message string) error { return fault.Field("url", fault.CodeInvalid, "%s", message) }

func forbidden(message string) error { return fault.Field("url", CodeAddress, "%s", message) }
