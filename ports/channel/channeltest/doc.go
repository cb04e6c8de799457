// Package channeltest is what every type of channel must stand, in this
// repository or outside: each answer of the other side has its verdict, nothing
// of the other side can hold a sender up or fill it, and no secret of the
// settings appears where it can be read. A test of an adapter is one call:
//
//	channeltest.Run(t, channeltest.Fixture{Folder: "testdata", Update: *update, Make: make})
//
// The adapter provides
//
//   - Make, which makes the type for a World: it may speak to the addresses in
//     Allow, an attempt takes no longer than Timeout, certificates are checked
//     against Roots, and time is that of Clock. A type that sends through
//     adapters/channel/webclient passes them on to it;
//   - settings.json in Folder, with a value for every setting that the type
//     describes. "{{url}}" stands for the scheme, host and port of a receiver
//     over HTTP, "{{smtp_host}}" and "{{smtp_port}}" for a mail server. Secrets in
//     it should be easy to tell from other text, for they are searched for;
//   - golden/ in Folder, which the suite writes when Update is set, by custom the
//     flag -update: what leaves for each of Messages. Read it before you commit it.
//
// Settings: every one has a snake_case name and a label; what sounds secret is
// marked as secret; unknown, missing and misshapen ones are refused by name
// (channel.Decode does that), and line breaks as well; the mask hides what is
// secret, and sent back changes nothing; what a Preparer makes can be opened.
//
// The wire, for HTTP and SMTP: an attempt that is repeated sends the same bytes; a
// refusal for good is permanent, one for now and silence are not; the caller's end
// is the end, and no verdict; an address that is not allowed is refused when the
// settings are opened, with code "address_not_allowed"; one sender serves many
// goroutines; and no error, receipt, log line or printed sender has a secret in it.
//
// HTTP alone: the verdict on every status, Retry-After in seconds and as a date,
// redirects not followed, answers without end, connections used again, and a
// User-Agent that begins with "SentinelIQ". SMTP alone: the verdict at every step,
// STARTTLS with a valid certificate or nothing, the same Message-ID in every
// attempt, well-formed letters, and addresses that are none.
//
// A channel that speaks neither has its settings checked; the wire is then for
// tests of its own.
//
// docs/adapters.md leads through a whole adapter.
package channeltest
