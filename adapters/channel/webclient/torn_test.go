package webclient

import (
	"bytes"
	"net"
	"testing"
)

type recorded struct {
	net.Conn
	writes [][]byte
}

func (r *recorded) Write(p []byte) (int, error) {
	r.writes = append(r.writes, bytes.Clone(p))
	return len(p), nil
}

// A request passes the kill point with its first half sent, once.
func TestTorn_HalvesTheFirstWriteOfARequest(t *testing.T) {
	t.Parallel()
	under := &recorded{}
	conn := &torn{Conn: under}
	for _, text := range []string{"handshake", "request-1", "more of 1"} {
		if text == "request-1" {
			arm(conn)
		}
		if n, err := conn.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("%s: %d, %v", text, n, err)
		}
	}
	want := "handshake|requ|est-1|more of 1"
	if got := string(bytes.Join(under.writes, []byte("|"))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
