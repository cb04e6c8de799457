package webclient

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"code.dny.dev/ssrf"
)

const (
	httpPort  = 80
	httpsPort = 443
)

// notAllowed is the reason of every refused address, whatever stands there: a
// finer one would make the service a port scanner.
const notAllowed = "address_not_allowed: messages are not sent to this address"

var errAddress = errors.New(notAllowed)

// Guard dials public addresses, and those that the operator allows. It judges
// the very address that is dialled, after the name was resolved, so a name that
// changes its mind in between gains nothing.
type Guard struct {
	allow    []netip.Prefix
	public   *ssrf.Guardian
	resolver *net.Resolver
}

// NewGuard makes a guard. Public addresses can be reached at the ports named
// only, allowed ones at any.
func NewGuard(allow []netip.Prefix, ports ...uint16) *Guard {
	return &Guard{allow: allow, public: ssrf.New(ssrf.WithPorts(ports...))}
}

// Dial connects to an address, trying in turn what its name resolves to.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: DialTimeout, Resolver: g.resolver, Control: g.control}
	return dialer.DialContext(ctx, network, address)
}

// control is asked by the dialer with the socket made and nothing sent.
func (g *Guard) control(network, address string, raw syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return errAddress
	}
	if allowed(g.allow, target.Addr()) {
		return nil
	}
	if err := g.public.Safe(network, address, raw); err != nil {
		return errAddress
	}
	return nil
}

// allowed reports whether the operator allows an address. An IPv4 address in
// IPv6 clothes is the IPv4 address.
func allowed(allow []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(allow, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

func loopbackAllowed(allow []netip.Prefix) bool {
	return allowed(allow, netip.AddrFrom4([4]byte{127, 0, 0, 1})) || allowed(allow, netip.IPv6Loopback())
}
