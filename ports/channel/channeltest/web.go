package channeltest

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// web is an HTTP receiver.
type web struct {
	server *httptest.Server

	mu       sync.Mutex
	answer   http.HandlerFunc
	requests []string
	conns    int
	ended    chan struct{}
}

func newWeb(t *testing.T) *web {
	t.Helper()
	w := &web{ended: make(chan struct{})}
	w.behave(takes)
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			w.mu.Lock()
			w.conns++
			w.mu.Unlock()
		}
	}
	w.server.Start()
	t.Cleanup(func() {
		close(w.ended) // before Close, which waits for the handlers
		w.server.CloseClientConnections()
		w.server.Close()
	})
	return w
}

func (w *web) place(settings string) string {
	return strings.ReplaceAll(settings, "{{url}}", w.server.URL)
}

func (w *web) roots() *x509.CertPool { return nil }

func (w *web) hangUp() {
	shut(w.server.Listener)
	w.server.CloseClientConnections()
}

// shut closes what a test is done with, or the other side has closed already.
func shut(c io.Closer) {
	if err := c.Close(); err != nil {
		return
	}
}

func (w *web) taken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

func (w *web) connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.conns
}

func (w *web) behave(r reply) {
	w.reply(map[reply]http.HandlerFunc{
		takes:   status(http.StatusOK),
		refuses: status(http.StatusForbidden),
		busy:    status(http.StatusServiceUnavailable),
		silent:  func(http.ResponseWriter, *http.Request) { <-w.ended },
	}[r])
}

func (w *web) reply(answer http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

func status(code int) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		rw.WriteHeader(code)
		fmt.Fprintf(rw, "you said: %s", r.RequestURI) // a receiver may repeat secrets; nobody may repeat them after it
	}
}

func (w *web) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.mu.Lock()
	w.requests = append(w.requests, transcript(r, body))
	answer := w.answer
	w.mu.Unlock()
	answer(rw, r)
}

// transcript is a request as a golden file keeps it: without what changes with
// the receiver, and JSON laid out.
func transcript(r *http.Request, body []byte) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s\n", r.Method, r.RequestURI)
	header := r.Header.Clone()
	header.Del("Content-Length")
	for _, name := range slices.Sorted(maps.Keys(header)) {
		fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(header[name], " | "))
	}
	out.WriteString("\n")
	if err := json.Indent(&out, body, "", "  "); err != nil {
		out.Write(body)
	}
	return out.String()
}
