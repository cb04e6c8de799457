package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// setting is one thing that can be set.
type setting struct {
	name     string // of the variable; the flag is its kebab-case
	fallback string
	help     string
	set      func(*Config, string) error
}

// settings is the whole list, in the order in which it is documented.
func settings() []setting {
	return slices.Concat(serving(), database(), identity(), delivery(), logging())
}

func serving() []setting {
	return []setting{
		{"HTTP_ADDR", "127.0.0.1:8000", "listen address", func(c *Config, v string) error {
			c.HTTPAddr = v
			return address(v)
		}},
		{"METRICS_ADDR", "", "listen address of /metrics; empty: with the API", func(c *Config, v string) error {
			c.MetricsAddr = v
			if v == "" {
				return nil
			}
			return address(v)
		}},
		{"NO_WORKERS", "false", "true: serve answers the API and sends nothing; that is left to sentineliq worker", func(c *Config, v string) error {
			c.NoWorkers = v == "true"
			return oneOf(v, "true", "false")
		}},
		{"STOP_DELAY", "0s", "how long a process that is told to stop goes on serving, until load balancers have noticed", func(c *Config, v string) (err error) {
			c.StopDelay, err = pause(v)
			return err
		}},
		{"DATA_DIR", "./data", "folder of the embedded database and of generated keys", func(c *Config, v string) error {
			c.DataDir = v
			return required(v)
		}},
		{"PUBLIC_URL", "", "what links in messages and pages start with; empty: from HTTP_ADDR", func(c *Config, v string) error {
			c.PublicURL = strings.TrimRight(v, "/")
			return publicURL(v)
		}},
		{"TRUSTED_PROXIES", "", "networks whose X-Forwarded-For counts, separated by commas", func(c *Config, v string) (err error) {
			c.TrustedProxies, err = prefixes(v)
			return err
		}},
	}
}

func database() []setting {
	return []setting{
		{"DATABASE_URL", "", "postgres://user:password@host:5432/database; empty: SQLite in DATA_DIR", func(c *Config, v string) error {
			c.DatabaseURL = secret.New(v)
			return postgresURL(v)
		}},
		{"MIGRATION_DATABASE_URL", "", "the same database for the role that owns the schema; empty: as DATABASE_URL", func(c *Config, v string) error {
			c.MigrationURL = secret.New(v)
			return postgresURL(v)
		}},
		{"AUTO_MIGRATE", "false", "true: serve brings an old PostgreSQL schema up to date instead of refusing it", func(c *Config, v string) error {
			c.AutoMigrate = v == "true"
			return oneOf(v, "true", "false")
		}},
	}
}

func identity() []setting {
	return []setting{
		{"ADMIN_USERNAME", "adminsentinel", "username of the first superuser", func(c *Config, v string) error {
			c.AdminUsername = v
			return required(v)
		}},
		{"ADMIN_EMAIL", "admin@sentineliq.local", "e-mail address of the first superuser", func(c *Config, v string) error {
			c.AdminEmail = v
			return emailAddress(v)
		}},
		{"ADMIN_PASSWORD", "", "password of the first superuser; empty: generated and printed once", func(c *Config, v string) error {
			c.AdminPassword = secret.New(v)
			return nil
		}},
		{"JWT_SECRET_KEY", "", "key that signs tokens, at least 32 bytes; empty, which PostgreSQL refuses: generated into DATA_DIR", func(c *Config, v string) error {
			c.JWTKey = secret.New(v)
			return key(v)
		}},
		{"ENCRYPTION_KEY", "", "key that encrypts secrets at rest, at least 32 bytes; empty, which PostgreSQL refuses: generated into DATA_DIR", func(c *Config, v string) error {
			c.EncryptionKey = secret.New(v)
			return key(v)
		}},
		{"JWT_SECRET_KEY_PREVIOUS", "", "while keys are changed: one that verifies what it signed, and signs nothing", func(c *Config, v string) error {
			c.PreviousJWTKey = secret.New(v)
			return key(v)
		}},
		{"ENCRYPTION_KEY_PREVIOUS", "", "while keys are changed: one that opens what it encrypted, and encrypts nothing", func(c *Config, v string) error {
			c.PreviousEncryptionKey = secret.New(v)
			return key(v)
		}},
		{"JWT_ACCESS_TOKEN_LIFETIME", "30m", "how long an access token is good for", func(c *Config, v string) (err error) {
			c.AccessLifetime, err = duration(v)
			return err
		}},
		{"JWT_REFRESH_TOKEN_LIFETIME", "24h", "how long a refresh token is good for", func(c *Config, v string) (err error) {
			c.RefreshLifetime, err = duration(v)
			return err
		}},
		{"LOGIN_RATE", "10/m", "failed logins per account; an address gets ten times as many; off: no limit", func(c *Config, v string) (err error) {
			c.LoginRate, err = ParseRate(v)
			return err
		}},
	}
}

func delivery() []setting {
	return []setting{
		{"OUTBOUND_ALLOW_CIDRS", "", "internal networks that channels may reach, separated by commas", func(c *Config, v string) (err error) {
			c.OutboundAllow, err = prefixes(v)
			return err
		}},
		{"RETRY_SCHEDULE", "5s,30s,2m,10m,1h,6h", "waits between the attempts of a delivery; one attempt more than waits", func(c *Config, v string) (err error) {
			c.RetrySchedule, err = durations(v)
			return err
		}},
		{"SMTP_URL", "", "the server's own mail: smtp://user:password@host:port?tls=starttls, implicit or none", func(c *Config, v string) error {
			from := c.SMTP.From
			server, err := smtpServer(v)
			server.From = from
			c.SMTP = server
			return err
		}},
		{"SMTP_FROM", "", "sender of the server's own mail, an address with or without a name", func(c *Config, v string) error {
			c.SMTP.From = v
			if _, err := mail.ParseAddress(v); v != "" && err != nil {
				return errors.New("must be an e-mail address, such as SentinelIQ <alerts@example.com>")
			}
			return nil
		}},
		{"AMQP_URL", "", "RabbitMQ broker, amqp://user:password@host:port/vhost or amqps://; empty: messages stay in the process", func(c *Config, v string) error {
			c.AMQPURL = secret.New(v)
			return brokerURL(v)
		}},
	}
}

func logging() []setting {
	return []setting{
		{"LOG_LEVEL", "info", "debug, info, warn or error", func(c *Config, v string) error {
			c.LogLevel = v
			return oneOf(v, "debug", "info", "warn", "error")
		}},
		{"LOG_FORMAT", "", "text or json; empty: text on a terminal, else json", func(c *Config, v string) error {
			c.LogFormat = v
			return oneOf(v, "", "text", "json")
		}},
	}
}

func required(v string) error {
	if v == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func address(v string) error {
	_, port, err := net.SplitHostPort(v)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return errors.New("must be host:port, such as 127.0.0.1:8000")
	}
	return nil
}

func publicURL(v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("must be an http or https URL without query or user")
	}
	return nil
}

func emailAddress(v string) error {
	if parsed, err := mail.ParseAddress(v); err != nil || parsed.Address != v {
		return errors.New("must be one e-mail address")
	}
	return nil
}

// key refuses keys that are short, and those that people copy from examples.
func key(v string) error {
	switch {
	case v == "":
		return nil
	case len(v) < minKey:
		return fmt.Errorf("must have at least %d bytes", minKey)
	case strings.Contains(strings.ToLower(v), "change-me"), strings.Contains(strings.ToLower(v), "insecure"):
		return errors.New("is a sample value")
	case variety(v) < minVariety:
		return errors.New("is too regular to be a key; make one with openssl rand -hex 32")
	}
	return nil
}

// variety counts the different bytes of a key.
func variety(v string) int {
	seen := map[byte]bool{}
	for i := range len(v) {
		seen[v[i]] = true
	}
	return len(seen)
}

func oneOf(v string, allowed ...string) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	named := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return a == "" })
	return errors.New("must be one of " + strings.Join(named, ", "))
}

// Describe writes every setting with its default, for the help text.
func Describe() string {
	var out strings.Builder
	for _, s := range settings() {
		fmt.Fprintf(&out, "  %-28s %s (default: %s)\n", s.name, s.help, cmp.Or(s.fallback, "empty"))
	}
	return out.String()
}

// Table writes every setting as a table in Markdown, for the documents.
func Table() string {
	var out strings.Builder
	out.WriteString("| variable | flag | default | meaning |\n|---|---|---|---|\n")
	for _, s := range settings() {
		fallback := "empty"
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		fmt.Fprintf(&out, "| `%s` | `--%s` | %s | %s |\n", s.name, s.flag(), fallback, s.help)
	}
	return out.String()
}
