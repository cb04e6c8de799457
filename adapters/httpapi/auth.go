package httpapi

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// maxAgent is how many characters of a User-Agent are kept.
const maxAgent = 512

// admit finds out who asks and whether they may. Both refusals are on record by
// the time it returns.
func (a *API) admit(c *call) error {
	t := traceOf(c.ctx)
	origin := actor.Origin{
		RequestID: t.id, IP: t.ip, UserAgent: agent(c.request), Method: c.request.Method,
		Path: c.request.URL.Path, Status: c.route.status,
	}
	c.as(actor.Anonymous("", origin))
	if c.route.action == "" {
		return nil
	}
	token, ok := bearer(c.request.Header)
	if !ok {
		if err := a.Auth.Refuse(c.ctx); err != nil {
			return err
		}
		return fault.New(fault.Unauthenticated, "authentication is required")
	}
	who, err := a.Auth.Authenticate(c.ctx, token)
	if err != nil {
		return err
	}
	who.Origin = origin
	c.as(who)
	t.who = who
	return a.Permissions.Allowed(c.ctx, c.route.action)
}

func (c *call) as(who actor.Actor) {
	c.who, c.ctx = who, actor.With(c.ctx, who)
}

// bearer returns the credential of the one Authorization header. Anything but
// exactly one token is none: two headers could mean two people.
func bearer(h http.Header) (secret.Text, bool) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return secret.Text{}, false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimLeft(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " ,\t") {
		return secret.Text{}, false
	}
	return secret.New(token), true
}

func agent(r *http.Request) string {
	text := strings.ToValidUTF8(r.UserAgent(), "�")
	if runes := []rune(text); len(runes) > maxAgent {
		return string(runes[:maxAgent])
	}
	return text
}

// clientIP returns the address of whoever asks: the connection's, or when that
// is a trusted proxy, the last hop of X-Forwarded-For that is not. What stands
// left of that hop was written by the client and proves nothing.
func (a *API) clientIP(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	ip := at.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.trusts(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap().WithZone("")
	}
	return ip.String()
}

func (a *API) trusts(ip netip.Addr) bool {
	for _, prefix := range a.TrustedProxies {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}
