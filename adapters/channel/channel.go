// Package channel lists the types of channel that the service knows. Adding one
// is a folder and a line in All.
package channel

import (
	"crypto/x509"
	"net/netip"
	"time"

	"github.com/sentineliq/sentineliq/adapters/channel/email"
	"github.com/sentineliq/sentineliq/adapters/channel/slack"
	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/adapters/channel/webhook"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// Options are what the operator decides about messages that leave.
type Options struct {
	Allow   []netip.Prefix               // OUTBOUND_ALLOW_CIDRS: may be reached although not public
	Mail    email.Server                 // the server's own SMTP settings
	Version string                       // of the product
	Clock   interface{ Now() time.Time } // dates mails and signatures
	Timeout time.Duration                // of a whole attempt; zero: 10 seconds
	Roots   *x509.CertPool               // nil: the system's
}

// All returns every type of channel, in the order in which they are listed to
// customers.
func All(o Options) []channel.Type {
	client := webclient.New(webclient.Options{
		Allow: o.Allow, Agent: "SentinelIQ/" + o.Version, Timeout: o.Timeout, Now: o.Clock.Now, Roots: o.Roots,
	})
	return []channel.Type{
		email.New(email.Options{
			Server: o.Mail, Allow: o.Allow, Clock: o.Clock, Version: o.Version, Timeout: o.Timeout, Roots: o.Roots,
		}),
		slack.New(client, o.Allow),
		webhook.New(client, o.Allow, o.Clock),
	}
}
