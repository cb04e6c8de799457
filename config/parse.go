package config

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

func duration(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a duration such as 30m")
	}
	return d, nil
}

// pause reads a duration that may be nothing.
func pause(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, errors.New("must be a duration such as 5s, or 0s")
	}
	return d, nil
}

// durations reads a list such as "5s,30s"; the empty list is fine.
func durations(v string) ([]time.Duration, error) {
	var list []time.Duration
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		d, err := duration(part)
		if err != nil {
			return nil, errors.New("must be durations separated by commas, such as 5s,30s,2m")
		}
		list = append(list, d)
	}
	return list, nil
}

func prefixes(v string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if one, single := netip.ParseAddr(part); single == nil {
			p, err = one.WithZone("").Prefix(one.BitLen())
		}
		if err != nil {
			return nil, errors.New("must be networks or addresses such as 10.0.0.0/8, separated by commas")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// ParseRate reads a rate such as "10/m"; "off" is no limit.
func ParseRate(v string) (Rate, error) {
	if v == "off" {
		return Rate{}, nil
	}
	periods := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	count, unit, found := strings.Cut(v, "/")
	n, err := strconv.Atoi(count)
	per, known := periods[unit]
	if !found || err != nil || n < 1 || !known {
		return Rate{}, errors.New("must be a rate such as 10/m, or off")
	}
	return Rate{Count: n, Per: per}, nil
}

// brokerURL never repeats the parser's error, which repeats the password.
func brokerURL(v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "amqp" && u.Scheme != "amqps") || u.Hostname() == "" || u.Fragment != "" ||
		strings.Contains(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		return errors.New("must be amqp://user:password@host:port/vhost or amqps://, with what is special in it percent-encoded")
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return errors.New("has a query that cannot be read")
	}
	if port, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || port < 1 || port > 65535) {
		return errors.New("has a port that is none")
	}
	return nil
}

// postgresURL looks at the form only; its error never repeats the password.
func postgresURL(v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || strings.Trim(u.Path, "/") == "" || u.Fragment != "" {
		return errors.New("must be postgres://user:password@host:5432/database, special characters in the password percent-encoded")
	}
	return nil
}

// smtpServer reads a URL such as smtp://user:password@mail.example.com:587. A
// password is not sent without TLS.
func smtpServer(v string) (SMTP, error) {
	if v == "" {
		return SMTP{}, nil
	}
	invalid := errors.New("must be smtp://user:password@host:port?tls=starttls, implicit or none")
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return SMTP{}, invalid // never the parser's error: it repeats the password
	}
	s := SMTP{Host: u.Hostname(), TLS: "starttls"}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return SMTP{}, invalid
	}
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return SMTP{}, invalid
		}
		s.TLS = values[0]
	}
	usual, known := map[string]int{"starttls": 587, "implicit": 465, "none": 25}[s.TLS]
	if s.Port = usual; u.Port() != "" {
		s.Port, err = strconv.Atoi(u.Port())
	}
	if err != nil || !known || s.Port < 1 || s.Port > 65535 {
		return SMTP{}, invalid
	}
	if u.User == nil {
		return s, nil
	}
	password, _ := u.User.Password()
	s.Username, s.Password = u.User.Username(), secret.New(password)
	if s.TLS == "none" && password != "" {
		return SMTP{}, errors.New("must not send a password without TLS: use tls=starttls or tls=implicit")
	}
	return s, nil
}
