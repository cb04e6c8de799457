package observable

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// link reads a URL. Scheme and host get their one spelling; path, query and
// fragment stay byte for byte, because what they mean is the server's affair
// and a changed byte is another request.
func link(s string) (string, error) {
	for _, scheme := range []string{"data:", "javascript:", "mailto:", "magnet:", "urn:"} {
		if rest, ok := cutFold(s, scheme); ok && rest != "" {
			return scheme + rest, nil // these have no host
		}
	}
	l, err := split(s)
	if err != nil {
		return "", err
	}
	authority, err := l.canonical()
	if err != nil {
		return "", err
	}
	return l.scheme + "://" + authority + l.rest, nil
}

// parts is a URL taken apart: scheme "://" authority rest.
type parts struct {
	scheme, authority, rest string
}

// split refangs and takes apart. Whoever defangs a host with a tool often
// defangs the dots of the path as well; so the path is refanged too, but only
// when the front was defanged and only from the marks in square brackets.
func split(s string) (parts, error) {
	front, rest := cutFront(s)
	for n := 1; ; n++ {
		next, more := cutFront(front)
		if next == front {
			break
		}
		if n == layers-1 {
			return parts{}, tooManyLayers()
		}
		front, rest = next, more+rest
	}
	scheme, authority, ok := strings.Cut(front, "://")
	if !ok {
		return parts{}, fault.New(fault.Invalid, "must begin with a scheme such as https://")
	}
	l := parts{scheme: refangScheme(strings.ToLower(scheme)), authority: authority, rest: rest}
	if !validScheme(l.scheme) {
		return parts{}, fault.New(fault.Invalid, "must begin with a scheme such as https://")
	}
	if !strings.HasPrefix(s, scheme+"://"+authority) || l.scheme != strings.ToLower(scheme) {
		l.rest = strings.NewReplacer("[.]", ".", "[dot]", ".", "[:]", ":", "[/]", "/", "[@]", "@", "[at]", "@").Replace(rest)
	}
	return l, nil
}

// cutFront undoes one layer of defanging up to the end of the authority, and
// returns what follows untouched.
func cutFront(s string) (front, rest string) {
	var b []byte
	inside := 0 // where the authority begins
	for len(s) > 0 {
		if inside > 0 && strings.IndexByte("/?#", s[0]) >= 0 {
			break
		}
		out, n := mark(s)
		if inside == 0 && strings.HasPrefix(s, `:\\`) {
			out, n = "://", len(`:\\`)
		}
		if inside > 0 && strings.HasPrefix(out, "/") { // a defanged slash ends it as well
			s = out + s[n:]
			break
		}
		b = append(b, out...)
		s = s[n:]
		if inside == 0 && bytes.HasSuffix(b, []byte("://")) {
			inside = len(b)
		}
	}
	return string(b), s
}

// refangScheme turns hxxp, h**p and their like to http, and fxp to ftp.
func refangScheme(s string) string {
	tail := strings.TrimPrefix(s, "h")
	if len(tail) >= 3 && tail != s && strings.Trim(tail[:2], "tx*") == "" && (tail[2:] == "p" || tail[2:] == "ps") {
		return "htt" + tail[2:]
	}
	switch s {
	case "fxp", "f*p":
		return "ftp"
	case "fxps", "f*ps":
		return "ftps"
	}
	return s
}

func validScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || strings.IndexByte("0123456789+-.", c) < 0) {
			return false
		}
	}
	return s != ""
}

// canonical returns the authority with its host and port in one spelling. Who
// logs in (user:password@) stays as it is.
func (l parts) canonical() (string, error) {
	user, host := "", l.authority
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		user, host = host[:at+1], host[at+1:]
	}
	if strings.ContainsAny(user, " []<>\\\"") {
		return "", fault.New(fault.Invalid, "has a user that no URL may have")
	}
	host, port, err := l.cutPort(host)
	if err != nil {
		return "", err
	}
	switch {
	case host == "" && user == "" && port == "" && l.scheme == "file":
		return "", nil
	case host == "":
		return "", fault.New(fault.Invalid, "is a URL without a host")
	}
	host, err = urlHost(host)
	return user + host + port, err
}

// cutPort takes the port off a host and returns it with its colon, nothing
// when it is the scheme's own.
func (l parts) cutPort(s string) (host, port string, err error) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || strings.HasSuffix(s, "]") {
		return s, "", nil
	}
	host, port = s[:colon], s[colon+1:]
	if port == "" {
		return host, "", nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", "", fault.New(fault.Invalid, "has a port that is no number up to 65535")
	}
	port = strconv.FormatUint(n, 10)
	switch l.scheme + ":" + port {
	case "http:80", "https:443", "ws:80", "wss:443", "ftp:21":
		return host, "", nil
	}
	return host, ":" + port, nil
}

func urlHost(s string) (string, error) {
	if strings.HasPrefix(s, "[") {
		out, err := address(s)
		if err != nil || strings.Contains(out, "/") {
			return "", fault.New(fault.Invalid, "has a host in brackets that is not an IPv6 address")
		}
		if strings.Contains(out, ":") {
			out = "[" + out + "]"
		}
		return out, nil
	}
	out, err := name(s)
	if err != nil {
		return "", err
	}
	last := out[strings.LastIndexByte(out, '.')+1:]
	hex, isHex := strings.CutPrefix(last, "0x")
	if !allDigits(last) && (!isHex || hex != "" && !allHex(hex)) {
		return out, nil
	}
	ip, ok := looseIPv4(out)
	if !ok {
		return "", fault.New(fault.Invalid, "has a host that is neither a name nor an address")
	}
	return ip.String(), nil
}

// looseIPv4 reads an address as browsers do: one to four parts, each decimal,
// octal (0…) or hexadecimal (0x…), the last filling what the others leave.
// http://2130706433/ is a way to write 127.0.0.1 that only attackers use.
func looseIPv4(s string) (netip.Addr, bool) {
	numbers := strings.Split(s, ".")
	if len(numbers) > 4 {
		return netip.Addr{}, false
	}
	var sum uint64
	for i, text := range numbers {
		n, err := strconv.ParseUint(strings.ReplaceAll(text, "_", "!"), 0, 32)
		if text == "0x" {
			n, err = 0, nil
		}
		room := 8
		if i == len(numbers)-1 {
			room = 8 * (4 - i)
		}
		if err != nil || n>>room != 0 || strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0b") {
			return netip.Addr{}, false
		}
		sum = sum<<room | n
	}
	return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), true
}
