// Package config reads how the service is to run: from flags, the environment
// and a .env file, in that order of precedence. What is wrong is told all at
// once, by the name the operator used.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// Config is every setting of the service. Durations and rates are checked;
// addresses are not dialled.
type Config struct {
	HTTPAddr    string
	MetricsAddr string // empty: metrics are served with the API
	NoWorkers   bool   // of serve: the work is done by processes of their own
	StopDelay   time.Duration
	DataDir     string
	PublicURL   string // without a slash at its end

	DatabaseURL  secret.Text // of PostgreSQL; empty: SQLite in DataDir
	MigrationURL secret.Text // for the role that owns the schema; empty: as DatabaseURL
	AutoMigrate  bool        // on PostgreSQL; SQLite always migrates

	AdminUsername string
	AdminEmail    string
	AdminPassword secret.Text // empty: generated and shown once

	JWTKey                secret.Text // empty: generated into DataDir, but not with DatabaseURL
	EncryptionKey         secret.Text // as JWTKey
	PreviousJWTKey        secret.Text // verifies what it signed; empty: there is none
	PreviousEncryptionKey secret.Text // opens what it sealed; empty: there is none
	AccessLifetime        time.Duration
	RefreshLifetime       time.Duration

	OutboundAllow  []netip.Prefix
	TrustedProxies []netip.Prefix
	RetrySchedule  []time.Duration
	LoginRate      Rate

	SMTP SMTP

	AMQPURL secret.Text // empty: the bus is in the process

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
	From     string // an address, with or without a name
}

// validate checks what no setting can check alone. Settings that were refused
// are zero here.
func (c *Config) validate() error {
	var faults []error
	if c.RefreshLifetime > 0 && c.AccessLifetime > c.RefreshLifetime {
		faults = append(faults, errors.New("JWT_ACCESS_TOKEN_LIFETIME must not be longer than JWT_REFRESH_TOKEN_LIFETIME"))
	}
	if !c.JWTKey.Empty() && c.JWTKey.Equal(c.EncryptionKey) {
		faults = append(faults, errors.New("JWT_SECRET_KEY and ENCRYPTION_KEY must not be the same key"))
	}
	for name, pair := range map[string][2]secret.Text{
		"JWT_SECRET_KEY": {c.JWTKey, c.PreviousJWTKey}, "ENCRYPTION_KEY": {c.EncryptionKey, c.PreviousEncryptionKey},
	} {
		if !pair[0].Empty() && pair[0].Equal(pair[1]) {
			faults = append(faults, fmt.Errorf("%s and %[1]s_PREVIOUS must not be the same key", name))
		}
	}
	if c.DatabaseURL.Empty() && !c.MigrationURL.Empty() {
		faults = append(faults, errors.New("MIGRATION_DATABASE_URL must not be given without DATABASE_URL"))
	}
	if !c.DatabaseURL.Empty() && c.JWTKey.Empty() {
		faults = append(faults, errors.New("JWT_SECRET_KEY must be given with DATABASE_URL, the same for every process; make one with openssl rand -hex 32"))
	}
	if !c.DatabaseURL.Empty() && c.EncryptionKey.Empty() {
		faults = append(faults, errors.New("ENCRYPTION_KEY must be given with DATABASE_URL, the same for every process; make one with openssl rand -hex 32"))
	}
	if c.SMTP.Host != "" && c.SMTP.From == "" {
		faults = append(faults, errors.New("SMTP_FROM must be given with SMTP_URL"))
	}
	return errors.Join(faults...)
}

// What a key somebody chooses must have: bytes, and different ones among them.
// 32 random bytes in hex have all sixteen digits, or nearly.
const (
	minKey     = 32
	minVariety = 10
)
