package webclient

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/sentineliq/sentineliq/core/failpoint"
)

// torn is a connection that can break in the middle of a request, in builds
// that can be broken on purpose.
type torn struct {
	net.Conn
	armed atomic.Bool
}

// Write sends the first half of a request, passes the kill point and sends the
// rest.
func (t *torn) Write(p []byte) (int, error) {
	if !t.armed.Swap(false) {
		return t.Conn.Write(p)
	}
	n, err := t.Conn.Write(p[:len(p)/2])
	if err != nil {
		return n, err
	}
	if err := failpoint.Hit(failpoint.Writing); err != nil {
		return n, err
	}
	rest, err := t.Conn.Write(p[n:])
	return n + rest, err
}

func (g *Guard) dialTearing(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := g.Dial(ctx, network, address)
	if err != nil || !failpoint.Enabled() {
		return conn, err
	}
	return &torn{Conn: conn}, nil
}

// tearable arms the connection that a request gets, once it is past the TLS
// handshake.
func tearable(ctx context.Context) context.Context {
	if !failpoint.Enabled() {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { arm(got.Conn) }})
}

func arm(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if t, ok := conn.(*torn); ok {
		t.armed.Store(true)
	}
}
