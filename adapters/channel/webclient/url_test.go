package webclient_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// hosts that must never be spoken to, as they stand in a URL. Each group is
// an entry of the threat model.
func forbiddenHosts() map[string][]string {
	return map[string][]string{
		"loopback and unspecified": {"127.0.0.1", "[::1]", "[::]", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"},
		"IPv4 in other notations":  {"127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "0", "127.0.0.0x1", "127.0.1", "8.8.8.08"},
		"characters in disguise":   {"①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛocalhost", "１２７.0.0.1", "exämple.com", "%31%32%37.0.0.1", "localhost%00.example.com"},
		"private": {
			"10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1",
			"[fd00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]",
		},
		"special": {
			"0.1.2.3", "192.0.0.8", "198.18.0.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "239.255.255.250", "192.88.99.1",
			"192.0.2.1", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]", "[ff02::1]",
		},
		"wrapped":       {"[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[::127.0.0.1]", "[::ffff:8.8.8.8]"},
		"local names":   {"localhost", "LOCALHOST", "LocalHost", "x.localhost", "intranet", "metadata"},
		"no name":       {"", ".", "..", "a..b", "-a.example", "example.com.", "a b.example", "exa$mple.com", "[::1", "::1", "[v1.x]", "example.com:"},
		"whole address": {"user:pw@example.com", "hooks.slack.com@evil.example", "@example.com", ":pw@example.com"},
	}
}

func TestCheckURL_ForbiddenHosts(t *testing.T) {
	t.Parallel()
	for group, hosts := range forbiddenHosts() {
		for _, host := range hosts {
			for _, raw := range []string{"https://" + host + "/x", "http://" + host + "/x", "https://" + host + ":443/x"} {
				if err := webclient.CheckURL(raw, nil); err == nil {
					t.Errorf("%s: %s is accepted", group, raw)
				}
			}
		}
	}
}

func TestCheckURL_AddressesAreNamedSo(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://169.254.169.254/latest/meta-data", "https://localhost/",
		"https://2130706433/", "https://0x7f.0.0.1/", "https://example.com:22/", "https://8.8.8.8:8080/",
	} {
		if v := fault.ViolationsOf(webclient.CheckURL(raw, nil)); len(v) != 1 || v[0].Code != "address_not_allowed" {
			t.Errorf("%s: %v", raw, v)
		}
	}
}

func TestCheckURL_MalformedAndDoubtful(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "x", "example.com/hook", "//example.com/", "https:", "https:///x", "https:example.com", "https://",
		"file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "unix:///run/x", "data:text/plain,x", "ldap://example.com/",
		"javascript:alert(1)", "ws://example.com/", "http+unix://x/",
		"http://example.com/", "HTTP://example.com/", "http://8.8.8.8/",
		"https://example.com:22/", "https://example.com:25/", "https://example.com:5432/", "https://example.com:5672/",
		"https://example.com:6379/", "https://example.com:0/", "https://example.com:65536/", "https://example.com:-1/",
		"https://example.com:443:80/",
		"https://evil.example/#hooks.slack.com", "https://hooks.slack.com#@evil.example/", "https://example.com/x#",
		`https://hooks.slack.com\@evil.example/`, `https:\\example.com\`, `https://example.com\`,
		"https://exam\tple.com/", "https://example.com/\r\nHost: x", "https://example.com/ x", " https://example.com/", "https://example.com/\x00",
		"https://example.com/ä", "https://example.com/\u2028", "https://example.com/%zz",
		"https://example.com/" + strings.Repeat("x", 2000), "https://" + strings.Repeat("a.", 130) + "com/",
	} {
		if err := webclient.CheckURL(raw, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v", raw, err)
		}
	}
}

func TestCheckURL_Accepts(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"https://hooks.slack.com/services/T0/B0/x", "https://example.com", "https://example.com:443/x?y=z", "https://example.com:80/",
		"HTTPS://Example.COM/", "https://xn--exmple-cua.com/", "https://8.8.8.8/x", "https://[2606:4700::1111]/", "https://a_b.example.com/%20",
		"https://3com.example/", "https://example.co1/",
	} {
		if err := webclient.CheckURL(raw, nil); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestCheckURL_AllowedNetworks(t *testing.T) {
	t.Parallel()
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for raw, want := range map[string]bool{
		"http://127.0.0.1:8080/x":        true,
		"http://localhost:8080/x":        true,
		"http://[::ffff:127.0.0.1]:80/x": true,
		"https://10.1.2.3:9443/x":        true,
		"http://[fd12::1]/x":             true,
		"https://hook.corp.example:8443": true, // where it leads is judged when it is dialled
		"https://intranet/hook":          true,
		"http://10.2.0.1/x":              false,
		"https://10.2.0.1/x":             false,
		"http://[::1]/x":                 false,
		"http://hook.corp.example/":      false,
		"http://8.8.8.8/":                false,
		"https://8.8.8.8:8443/":          false,
		"http://127.1/":                  false,
	} {
		if err := webclient.CheckURL(raw, allow); (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// Whatever CheckURL accepts without allowed networks is https to a public
// address or a name with a dot, and reads the same when it is written again.
func FuzzCheckURL(f *testing.F) {
	for _, hosts := range forbiddenHosts() {
		for _, host := range hosts {
			f.Add("https://" + host + "/x")
		}
	}
	f.Add("https://example.com:443/a?b=c")
	f.Fuzz(func(t *testing.T, raw string) {
		if webclient.CheckURL(raw, nil) != nil {
			return
		}
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q is accepted", raw)
		}
		if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
			if !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.Is4In6() {
				t.Fatalf("%q is accepted", raw)
			}
		} else if !strings.Contains(u.Hostname(), ".") {
			t.Fatalf("%q is accepted", raw)
		}
		if again, err := url.Parse(u.String()); err != nil || again.Host != u.Host {
			t.Fatalf("%q reads differently the second time", raw)
		}
	})
}
