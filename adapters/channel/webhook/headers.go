package webhook

import (
	"maps"
	"slices"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// ours are the headers that belong to the protocol and to us: whoever could
// set them could say where a message ends, or for whom it is.
const ours = " accept-encoding connection content-encoding content-length content-type expect host keep-alive" +
	" te trailer transfer-encoding upgrade "

const (
	nameChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
	proxy     = "proxy-"
	signature = "webhook-"
)

func checkHeaders(v *fault.Violations, headers map[string]secret.Text) {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		field := channel.Path("headers") + "." + name
		lower := strings.ToLower(name)
		switch {
		case name == "" || strings.Trim(lower, nameChars) != "":
			v.Add(channel.Path("headers"), fault.CodeInvalid, "a header's name has letters, digits and hyphens only")
		case strings.Contains(ours, " "+lower+" "), strings.HasPrefix(lower, proxy), strings.HasPrefix(lower, signature):
			v.Add(field, fault.CodeInvalid, "this header cannot be chosen")
		case seen[lower]:
			v.Add(field, fault.CodeInvalid, "this header is there twice")
		}
		seen[lower] = true
		if strings.ContainsFunc(headers[name].Reveal(), func(r rune) bool { return r < ' ' || r > '~' }) {
			v.Add(field, fault.CodeInvalid, "must consist of visible ASCII characters")
		}
	}
}
