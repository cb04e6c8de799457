package rabbitmq_test

import (
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// line is a wire to the broker that can go silent without breaking.
type line struct {
	address string

	mu   sync.Mutex
	held chan struct{} // nil: bytes pass
}

func newLine(tb testing.TB, to string) *line {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	l := &line{address: listener.Addr().String()}
	tb.Cleanup(func() {
		l.release()
		require.NoError(tb, listener.Close())
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				tb.Error(errors.Join(err, near.Close()))
				return
			}
			go l.pass(near, far)
			go l.pass(far, near)
		}
	}()
	return l
}

func (l *line) pass(from, to net.Conn) {
	defer from.Close() //nolint:errcheck // the other end may have closed it
	defer to.Close()   //nolint:errcheck // as above
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		l.mu.Lock()
		held := l.held
		l.mu.Unlock()
		if held != nil {
			<-held
		}
		if _, wrong := to.Write(piece[:n]); err != nil || wrong != nil {
			return
		}
	}
}

func (l *line) hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = make(chan struct{})
}

func (l *line) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}
