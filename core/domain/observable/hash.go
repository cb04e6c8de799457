package observable

import (
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// digest reads a hash in hexadecimal, in lower case. The algorithm may stand
// before it, as in Sysmon's MD5=… and a container's sha256:…, and the bytes may
// be set apart, as in the fingerprint of a certificate.
func digest(t Type, s string) (string, error) {
	algorithm, length := algorithm(t)
	for _, name := range []string{algorithm, strings.Replace(algorithm, "sha", "sha-", 1)} {
		if rest, ok := cutFold(s, name); ok && rest != "" && (rest[0] == ':' || rest[0] == '=') {
			s = strings.TrimSpace(rest[1:])
			break
		}
	}
	s = strings.ToLower(joinPairs(s))
	if len(s) != length || !allHex(s) {
		return "", fault.Newf(fault.Invalid, "is not a hash of %d hexadecimal digits", length)
	}
	return s, nil
}

func algorithm(t Type) (name string, digits int) {
	switch t {
	case SHA1:
		return "sha1", 40
	case SHA256:
		return "sha256", 64
	case SHA512:
		return "sha512", 128
	case JA3:
		return "ja3", 32
	default:
		return "md5", 32
	}
}

// joinPairs removes the separator from aa:bb:cc, and touches nothing else.
func joinPairs(s string) string {
	if len(s) < 5 || len(s)%3 != 2 || strings.IndexByte(": -", s[2]) < 0 {
		return s
	}
	pairs := strings.Split(s, s[2:3])
	for _, p := range pairs {
		if len(p) != 2 {
			return s
		}
	}
	return strings.Join(pairs, "")
}

// cve reads the number of a vulnerability; the hyphens may be the dashes of a
// word processor. Numbers have at least four digits, and zeros before them
// only to get there.
func cve(s string) (string, error) {
	rest, ok := cutFold(strings.NewReplacer("‐", "-", "‑", "-", "–", "-", "—", "-", "_", "-", " ", "-").Replace(s), "CVE-")
	year, number, cut := strings.Cut(rest, "-")
	const most = 19 // digits, by the schema of the CVE programme
	if !ok || !cut || len(year) != 4 || !allDigits(year) || len(number) < 4 || len(number) > most || !allDigits(number) {
		return "", fault.New(fault.Invalid, "is not a CVE such as CVE-2021-44228")
	}
	for len(number) > 4 && number[0] == '0' {
		number = number[1:]
	}
	return "CVE-" + year + "-" + number, nil
}
