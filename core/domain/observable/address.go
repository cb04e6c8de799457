package observable

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// address reads an IP address or a range in CIDR form. A range of one address
// is that address, and an IPv4 address inside IPv6 is IPv4, because sensors on
// dual-stack machines report the same peer both ways.
func address(s string) (string, error) {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	if strings.Contains(s, "%") {
		return "", fault.New(fault.Invalid, "must not carry an IPv6 zone, which means something on one machine only")
	}
	if strings.Contains(s, "/") {
		return network(s)
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return "", fault.New(fault.Invalid, "is not an IP address or range")
	}
	return ip.Unmap().String(), nil
}

func network(s string) (string, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return "", fault.New(fault.Invalid, "is not an IP address or range")
	}
	const mapped = 96 // bits in front of an IPv4 address inside IPv6
	if p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	if p.IsSingleIP() {
		return p.Addr().String(), nil
	}
	return p.Masked().String(), nil
}

// mac reads a 48-bit hardware address in the groupings of the usual vendors:
// 6 groups of 2, 3 of 4, 2 of 6 or one of 12 digits, between them colons,
// dashes, dots or spaces. Of six groups, each may lack its leading zero.
func mac(s string) (string, error) {
	groups := []string{s}
	if i := strings.IndexAny(s, ":-. "); i >= 0 {
		groups = strings.Split(s, s[i:i+1])
	}
	if !slices.Contains([]int{1, 2, 3, 6}, len(groups)) {
		return "", notMAC()
	}
	for i, g := range groups {
		if len(groups) == 6 && len(g) == 1 {
			groups[i] = "0" + g
		}
		if !allHex(g) || len(groups[i]) != 12/len(groups) {
			return "", notMAC()
		}
	}
	digits := strings.ToLower(strings.Join(groups, ""))
	for i := 10; i > 0; i -= 2 {
		digits = digits[:i] + ":" + digits[i:]
	}
	return digits, nil
}

func notMAC() error { return fault.New(fault.Invalid, "is not a MAC address") }

// asn reads the number of an autonomous system, with or without AS in front,
// also in the older notation of two halves: AS1.10 is AS65546.
func asn(s string) (string, error) {
	rest, ok := cutFold(s, "ASN")
	if !ok {
		rest, _ = cutFold(s, "AS")
	}
	rest = strings.TrimSpace(rest)
	high, low, halves := strings.Cut(rest, ".")
	if !halves {
		high, low = "0", rest
	}
	bits := 32
	if halves {
		bits = 16
	}
	h, errHigh := strconv.ParseUint(high, 10, 16)
	l, errLow := strconv.ParseUint(low, 10, bits)
	if errHigh != nil || errLow != nil {
		return "", fault.New(fault.Invalid, "is not an AS number such as AS64500")
	}
	return "AS" + strconv.FormatUint(h<<16+l, 10), nil
}
