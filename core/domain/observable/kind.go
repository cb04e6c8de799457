package observable

import "slices"

// Type says what a value is, and with it which rules the value follows.
type Type string

// The types. Other takes any text, so that no report is lost for lack of one.
const (
	IP           Type = "ip" // an address or a range in CIDR form
	Domain       Type = "domain"
	Hostname     Type = "hostname" // as domain, but may be a single label
	URL          Type = "url"
	Email        Type = "email"
	EmailSubject Type = "email-subject"
	MAC          Type = "mac-address"
	UserAgent    Type = "user-agent"
	Filename     Type = "filename"
	Filepath     Type = "filepath"
	MD5          Type = "hash-md5"
	SHA1         Type = "hash-sha1"
	SHA256       Type = "hash-sha256"
	SHA512       Type = "hash-sha512"
	JA3          Type = "ja3" // the MD5 of a TLS client's greeting, not the greeting
	RegKey       Type = "regkey"
	Process      Type = "process"
	Mutex        Type = "mutex"
	ASN          Type = "asn"
	CVE          Type = "cve"
	BTC          Type = "btc" // an address of the main network
	Phone        Type = "phone-number"
	Account      Type = "account"
	Other        Type = "other"
)

// Types lists every type, in the order people are offered them.
func Types() []Type {
	return []Type{
		IP, Domain, Hostname, URL, Email, EmailSubject, MAC, UserAgent, Filename, Filepath,
		MD5, SHA1, SHA256, SHA512, JA3, RegKey, Process, Mutex, ASN, CVE, BTC, Phone, Account, Other,
	}
}

// Known reports whether t is one of the types; case counts.
func Known(t Type) bool { return slices.Contains(Types(), t) }
