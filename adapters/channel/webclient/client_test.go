package webclient_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/ports/channel"
)

func allowLoopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// names is a resolver that answers every question for a name with these
// addresses, the first time and the times after it.
func names(t *testing.T, first, later []string) *net.Resolver {
	t.Helper()
	var config net.ListenConfig
	server, err := config.ListenPacket(context.WithoutCancel(t.Context()), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	var asked atomic.Int32
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			answers := first
			if asked.Add(1) > 2 { // a name is asked for twice: A and AAAA
				answers = later
			}
			if _, err := server.WriteTo(reply(buf[:n], answers), from); err != nil {
				return
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func reply(question []byte, addresses []string) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}, Questions: m.Questions}
	for _, text := range addresses {
		addr := netip.MustParseAddr(text)
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case addr.Is4() && q.Type == dnsmessage.TypeA:
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: addr.As4()}})
		case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	packed, err := out.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// A name is as good as the address it leads to at the moment of dialling.
func TestPost_NamesThatLeadInside(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(server.Close)
	for name, inside := range map[string][]string{
		"loopback": {"127.0.0.1"}, "private": {"10.0.0.1"}, "metadata": {"169.254.169.254"}, "IPv6 only": {"::1"},
		"mapped": {"::ffff:127.0.0.1"}, "all inside": {"127.0.0.1", "192.168.1.1", "fd00::1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := webclient.New(webclient.Options{Resolver: names(t, inside, inside)})
			_, err := client.Post(t.Context(), "https://hook.example.com/secret-path", nil, nil)
			v := channel.VerdictOn(err)
			if !v.Permanent || !strings.Contains(v.Reason, "address_not_allowed") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a name that changes between the look and the dial", func(t *testing.T) {
		t.Parallel()
		// The save-time check sees no address at all; every dial resolves anew.
		client := webclient.New(webclient.Options{Resolver: names(t, []string{"10.0.0.1"}, []string{"127.0.0.1"})})
		for range 3 {
			_, err := client.Post(t.Context(), "https://hook.example.com/", nil, nil)
			if v := channel.VerdictOn(err); !v.Permanent {
				t.Errorf("got %v", err)
			}
		}
	})
	if visits.Load() != 0 {
		t.Error("somebody inside was reached")
	}
}

func TestPost_MixedNameReachesTheAllowedAddressOnly(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	client := webclient.New(webclient.Options{
		Allow: allowLoopback(), Roots: roots, Resolver: names(t, []string{"10.0.0.1", "127.0.0.1"}, []string{"10.0.0.1", "127.0.0.1"}),
	})
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Post(t.Context(), "https://example.com:"+u.Port()+"/", nil, nil); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestPost_PortsOfPublicAddresses(t *testing.T) {
	t.Parallel()
	client := webclient.New(webclient.Options{Timeout: time.Second})
	_, err := client.Post(t.Context(), "https://8.8.8.8:25/", nil, nil)
	if v := channel.VerdictOn(err); !v.Permanent || !strings.Contains(v.Reason, "address_not_allowed") {
		t.Errorf("got %v", err)
	}
}

func TestPost_Certificates(t *testing.T) {
	t.Parallel()
	serve := func(config *tls.Config) *httptest.Server {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = config
		server.StartTLS()
		t.Cleanup(server.Close)
		return server
	}
	good := serve(nil)
	roots := x509.NewCertPool()
	roots.AddCert(good.Certificate())
	old := serve(&tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10})
	plain := httptest.NewServer(nil)
	t.Cleanup(plain.Close)
	for name, c := range map[string]struct {
		url   string
		roots *x509.CertPool
		taken bool
	}{
		"known":        {good.URL, roots, true},
		"self-signed":  {good.URL, nil, false},
		"another host": {strings.Replace(good.URL, "127.0.0.1", "127.0.0.2", 1), roots, false},
		"TLS 1.1":      {old.URL, roots, false},
		"no TLS":       {strings.Replace(plain.URL, "http:", "https:", 1), roots, false},
	} {
		client := webclient.New(webclient.Options{Allow: allowLoopback(), Roots: c.roots, Timeout: 2 * time.Second})
		_, err := client.Post(t.Context(), c.url+"/secret-path", nil, nil)
		if (err == nil) != c.taken {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret-path") {
			t.Errorf("%s: the URL is in %v", name, err)
		}
	}
}

func TestPost_NoProxyFromTheEnvironment(t *testing.T) {
	var visits atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	client := webclient.New(webclient.Options{Resolver: names(t, []string{"10.0.0.1"}, []string{"10.0.0.1"})})
	_, err := client.Post(t.Context(), "http://hook.example.com/", nil, nil)
	if v := channel.VerdictOn(err); !v.Permanent || visits.Load() != 0 {
		t.Errorf("got %v after %d visits to the proxy", err, visits.Load())
	}
}

func TestPost_NotAURL(t *testing.T) {
	t.Parallel()
	_, err := webclient.New(webclient.Options{}).Post(t.Context(), "https://exa mple.com/secret-path", nil, nil)
	if v := channel.VerdictOn(err); !v.Permanent || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("got %v", err)
	}
}
