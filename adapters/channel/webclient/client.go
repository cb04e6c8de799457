// Package webclient is how messages leave over HTTP: to allowed addresses only,
// without redirects, and with a bound on everything the other side can send or
// take. What it says about a failure never contains the address.
package webclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// Limits of an attempt.
const (
	DialTimeout    = 5 * time.Second
	AttemptTimeout = 10 * time.Second

	maxAnswer  = 64 << 10
	maxHeaders = 64 << 10
	idleConns  = 64
	idlePerKey = 4
	idleTime   = 60 * time.Second
)

// Options say what a Client may do. Zero fields take the usual.
type Options struct {
	Allow    []netip.Prefix   // addresses that may be spoken to although they are not public
	Agent    string           // the User-Agent
	Timeout  time.Duration    // of a whole attempt; zero: AttemptTimeout
	Now      func() time.Time // for Retry-After with a date; nil: dates are ignored
	Roots    *x509.CertPool   // nil: the system's
	Resolver *net.Resolver    // nil: the system's
}

// Client posts messages. It may be used by several goroutines, and keeps
// connections for the next message to the same place.
type Client struct {
	http    *http.Client
	agent   string
	timeout time.Duration
	now     func() time.Time
}

// New makes a client. It takes no proxy from the environment: a proxy would
// dial for us, out of reach of the guard.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = AttemptTimeout
	}
	guard := NewGuard(o.Allow, httpPort, httpsPort)
	guard.resolver = o.Resolver
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &Client{
		agent: o.Agent, timeout: o.Timeout, now: o.Now,
		http: &http.Client{
			Transport: &http.Transport{
				DialContext:            guard.dialTearing,
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
				TLSHandshakeTimeout:    DialTimeout,
				Protocols:              protocols,
				DisableCompression:     true, // 64 KiB stay 64 KiB
				MaxResponseHeaderBytes: maxHeaders,
				MaxIdleConns:           idleConns,
				MaxIdleConnsPerHost:    idlePerKey,
				IdleConnTimeout:        idleTime,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Encode writes a body. The same value gives the same bytes, and no character
// is escaped that JSON does not want escaped.
func Encode(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// Post sends one attempt of a JSON body. The verdict on anything but a 2xx is a
// *channel.Refusal; of the answer only the status is looked at.
func (c *Client) Post(ctx context.Context, target string, header http.Header, body []byte) (channel.Receipt, error) {
	attempt, cancel := context.WithTimeout(tearable(ctx), c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(attempt, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return channel.Receipt{}, &channel.Refusal{Reason: "the address of the channel is not a URL", Permanent: true}
	}
	for name, values := range header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.agent)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return channel.Receipt{}, Explain(ctx, err)
	}
	defer resp.Body.Close()
	drain(resp.Body)
	return c.judge(resp)
}

// drain reads what the receiver has to say, within bounds, so that the
// connection can be used again. Whether that works changes nothing: the status
// was the answer.
func drain(body io.Reader) {
	if _, err := io.Copy(io.Discard, io.LimitReader(body, maxAnswer)); err != nil {
		return
	}
}

// Explain turns what went wrong on the way into a verdict that names no
// address. When the caller gave up, the error also is the caller's own.
func Explain(ctx context.Context, err error) error {
	ended := ctx.Err()
	switch {
	case ended == nil:
		return explain(err)
	case errors.Is(ended, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", explain(ended), ended)
	default:
		return fmt.Errorf("%w: %w", &channel.Refusal{Reason: "the attempt was broken off"}, ended)
	}
}
