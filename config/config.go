// Package config reads how the service is to run: from flags, the environment
// and a .env file, in that order of precedence. What is wrong is told all at
// once, by the name the operator used.
package config

import (
	"net/netip"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// Config is every setting of the service. Durations and rates are checked;
// addresses are not dialled.
type Config struct {
	HTTPAddr    string
	MetricsAddr string // empty: metrics are served with the API
	DataDir     string
	PublicURL   string // without a slash at its end

	AdminUsername string
	AdminEmail    string
	AdminPassword secret.Text // empty: generated and shown once

	JWTKey          secret.Text // empty: generated into DataDir
	EncryptionKey   secret.Text // empty: generated into DataDir
	AccessLifetime  time.Duration
	RefreshLifetime time.Duration

	OutboundAllow  []netip.Prefix
	TrustedProxies []netip.Prefix
	RetrySchedule  []time.Duration
	LoginRate      Rate

	SMTP SMTP

	LogLevel  string // debug, info, warn or error
	LogFormat string // text, json, or empty: text on a terminal
}

// Rate is a number of times in a period; the zero Rate is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// SMTP is the server's own way to send mail; an empty Host means it has none.
type SMTP struct {
	Host     string
	Port     int
	Username string
	Password secret.Text
	TLS      string // starttls, implicit or none
	From     string
}

// minKey is the least length of a key somebody chooses, in bytes.
const minKey = 32
