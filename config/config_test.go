package config_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

const goodKey = "8f14e45fceea167a5a36dedd4bea2543"

// dotenv writes a .env file and returns its path.
func dotenv(tb testing.TB, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), ".env")
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func load(t *testing.T, env ...string) (config.Config, error) {
	t.Helper()
	return config.Load(nil, env, "")
}

func TestLoad_WithNothingGivenIsTheContract(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, nil, filepath.Join(t.TempDir(), "missing"))
	require.NoError(t, err)
	require.Equal(t, config.Config{
		HTTPAddr: "127.0.0.1:8000", DataDir: "./data", PublicURL: "http://127.0.0.1:8000",
		AdminUsername: "adminsentinel", AdminEmail: "admin@sentineliq.local",
		AccessLifetime: 30 * time.Minute, RefreshLifetime: 24 * time.Hour,
		RetrySchedule: []time.Duration{
			5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour,
		},
		LoginRate: config.Rate{Count: 10, Per: time.Minute}, LogLevel: "info",
	}, c)
}

func TestLoad_Precedence(t *testing.T) {
	t.Parallel()
	file := dotenv(t, "DATA_DIR=file\nSENTINELIQ_DATA_DIR=file-prefixed\nHTTP_ADDR=:1\nLOG_LEVEL=debug\nADMIN_USERNAME=file\nOTHER=x\n")
	c, err := config.Load([]string{"--data-dir", "flag", "--metrics-addr="}, []string{
		"DATA_DIR=env", "SENTINELIQ_HTTP_ADDR=:2", "HTTP_ADDR=:3", "METRICS_ADDR=:4", "ADMIN_USERNAME=", "SENTINELIQ_ADMIN_USERNAME=",
		"PATH=/bin", "odd",
	}, file)
	require.NoError(t, err)
	require.Equal(t, "flag", c.DataDir, "a flag beats all")
	require.Empty(t, c.MetricsAddr, "a flag can empty a variable")
	require.Equal(t, ":2", c.HTTPAddr, "with the prefix beats without, and the environment beats the file")
	require.Equal(t, "debug", c.LogLevel)
	require.Equal(t, "file", c.AdminUsername, "an empty variable is none")

	c, err = config.Load(nil, []string{"DATA_DIR=env"}, file)
	require.NoError(t, err)
	require.Equal(t, "env", c.DataDir, "the environment without the prefix beats the file with it")
	c, err = config.Load(nil, nil, file)
	require.NoError(t, err)
	require.Equal(t, "file-prefixed", c.DataDir)
}

func TestLoad_EverySettingIsRead(t *testing.T) {
	t.Parallel()
	c, err := load(t,
		"HTTP_ADDR=0.0.0.0:80", "METRICS_ADDR=[::1]:9090", "NO_WORKERS=true", "STOP_DELAY=3s", "DATA_DIR=/d", "PUBLIC_URL=https://soc.example.com/x/",
		"TRUSTED_PROXIES=10.1.2.3/8, 2001:db8::1,", "OUTBOUND_ALLOW_CIDRS=192.168.0.0/16",
		"ADMIN_USERNAME=root", "ADMIN_EMAIL=root@example.com", "ADMIN_PASSWORD=pw", "JWT_SECRET_KEY="+goodKey, "ENCRYPTION_KEY=x"+goodKey,
		"JWT_SECRET_KEY_PREVIOUS=y"+goodKey, "ENCRYPTION_KEY_PREVIOUS=z"+goodKey,
		"JWT_ACCESS_TOKEN_LIFETIME=5m", "JWT_REFRESH_TOKEN_LIFETIME=1h30m", "RETRY_SCHEDULE=1s, 2s", "LOGIN_RATE=600/h",
		"SMTP_URL=smtp://us%40er:p%2Fw@mail.example.com?tls=implicit", "SMTP_FROM=SOC <soc@example.com>", "LOG_LEVEL=warn", "LOG_FORMAT=json",
		"DATABASE_URL=", "AMQP_URL=amqps://us%40er:p%2Fw@mq.example.com:5671/soc?heartbeat=5",
	)
	require.NoError(t, err)
	require.Equal(t, config.Config{
		HTTPAddr: "0.0.0.0:80", MetricsAddr: "[::1]:9090", NoWorkers: true, StopDelay: 3 * time.Second, DataDir: "/d", PublicURL: "https://soc.example.com/x",
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::1/128")},
		OutboundAllow:  []netip.Prefix{netip.MustParsePrefix("192.168.0.0/16")},
		AdminUsername:  "root", AdminEmail: "root@example.com", AdminPassword: secret.New("pw"),
		JWTKey: secret.New(goodKey), EncryptionKey: secret.New("x" + goodKey),
		PreviousJWTKey: secret.New("y" + goodKey), PreviousEncryptionKey: secret.New("z" + goodKey),
		AccessLifetime: 5 * time.Minute, RefreshLifetime: 90 * time.Minute,
		RetrySchedule: []time.Duration{time.Second, 2 * time.Second}, LoginRate: config.Rate{Count: 600, Per: time.Hour},
		SMTP: config.SMTP{
			Host: "mail.example.com", Port: 465, Username: "us@er", Password: secret.New("p/w"), TLS: "implicit", From: "SOC <soc@example.com>",
		},
		AMQPURL:  secret.New("amqps://us%40er:p%2Fw@mq.example.com:5671/soc?heartbeat=5"),
		LogLevel: "warn", LogFormat: "json",
	}, c)
}

func TestLoad_PublicURLComesFromTheListenAddress(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":8000": "http://localhost:8000", "0.0.0.0:80": "http://localhost:80", "[::]:1": "http://localhost:1",
		"[::1]:1": "http://[::1]:1", "soc.example.com:8000": "http://soc.example.com:8000",
	} {
		c, err := load(t, "HTTP_ADDR="+listen)
		require.NoError(t, err)
		require.Equal(t, want, c.PublicURL)
	}
}

func TestLoad_BadValuesAreNamed(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"HTTP_ADDR":                  {"8000", "host", ":x", ":70000", "http://localhost:80"},
		"METRICS_ADDR":               {"9090"},
		"PUBLIC_URL":                 {"soc.example.com", "ftp://x", "http://", "https://x?y", "https://u:p@x", "https://x#y"},
		"TRUSTED_PROXIES":            {"x", "10.0.0.0/33", "10.0.0.0/8;10.1.0.0/8", "10.0.0.0-10.0.0.9"},
		"OUTBOUND_ALLOW_CIDRS":       {"internal"},
		"ADMIN_EMAIL":                {"root", "Root <root@example.com>", "a@b, c@d"},
		"JWT_SECRET_KEY":             {goodKey[1:], strings.Repeat("a", 64), "django-insecure-" + goodKey, "Change-Me-In-Production-" + goodKey},
		"ENCRYPTION_KEY":             {"short"},
		"JWT_ACCESS_TOKEN_LIFETIME":  {"30", "-1m", "0s", "1d"},
		"JWT_REFRESH_TOKEN_LIFETIME": {"x"},
		"RETRY_SCHEDULE":             {"5", "5s;6s", "5s,0s"},
		"LOGIN_RATE":                 {"10", "0/m", "-1/m", "10/w", "10/", "/m", "x/m", "OFF", "99999999999999999999/m"},
		"SMTP_URL": {
			"mail.example.com", "http://mail", "smtp://", "smtp://mail:x", "smtp://mail:0", "smtp://mail:70000", "smtp://mail?tls=ssl",
			"smtp://mail?TLS=none", "smtp://mail?tls=none&tls=implicit", "smtp://u:hunter2@mail:25?tls=none", "smtp://u:hunter2%zz@mail", "smtp://mail/x",
			"smtp://mail?tls=%zz",
		},
		"SMTP_FROM":  {"soc", "a@b, c@d"},
		"LOG_LEVEL":  {"verbose", "INFO"},
		"LOG_FORMAT": {"xml"},
		"DATABASE_URL": {
			"mysql://sentineliq:hunter2@localhost/x", "postgres://sentineliq:hunter2@localhost", "postgres://u:hunter2%zz@h/x", "localhost",
		},
		"MIGRATION_DATABASE_URL": {"sentineliq:hunter2"},
		"AUTO_MIGRATE":           {"yes", "TRUE", "1"},
		"AMQP_URL": {
			"mq.example.com", "http://guest:hunter2@mq", "amqp://", "amqp://:hunter2@:5672", "amqp://u:hunter2@mq:x", "amqp://u:hunter2@mq:0",
			"amqp://u:hunter2@mq:70000", "amqp://u:hunter2%zz@mq", "amqp://u:hunter2@mq/a/b", "amqp://u:hun#ter2@mq", "amqp://u:hunter2@mq/?x=%zz",
		},
	} {
		for _, value := range values {
			_, err := load(t, name+"="+value, "SMTP_URL=smtp://mail", "SMTP_FROM=a@b", "SENTINELIQ_"+name+"="+value)
			require.ErrorContains(t, err, "SENTINELIQ_"+name+" ", value)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), goodKey[1:])
		}
	}
}

func TestLoad_RatesCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Rate{
		"off": {}, "1/s": {Count: 1, Per: time.Second}, "10/m": {Count: 10, Per: time.Minute},
		"600/h": {Count: 600, Per: time.Hour}, "5/d": {Count: 5, Per: 24 * time.Hour},
	} {
		got, err := config.ParseRate(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestLoad_SMTPPortsFollowTLS(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]config.SMTP{
		"smtp://m":                      {Host: "m", Port: 587, TLS: "starttls", From: "a@b"},
		"smtp://m?tls=implicit":         {Host: "m", Port: 465, TLS: "implicit", From: "a@b"},
		"smtp://m?tls=none":             {Host: "m", Port: 25, TLS: "none", From: "a@b"},
		"smtp://m:1025?tls=none":        {Host: "m", Port: 1025, TLS: "none", From: "a@b"},
		"smtp://u@[2001:db8::1]:2525/":  {Host: "2001:db8::1", Port: 2525, TLS: "starttls", Username: "u", From: "a@b"},
		"smtp://u:p@m:587?tls=starttls": {Host: "m", Port: 587, TLS: "starttls", Username: "u", Password: secret.New("p"), From: "a@b"},
	} {
		c, err := load(t, "SMTP_URL="+url, "SMTP_FROM=a@b")
		require.NoError(t, err, url)
		require.Equal(t, want, c.SMTP, url)
	}
}

func TestLoad_SettingsMustFitTogether(t *testing.T) {
	t.Parallel()
	_, err := load(t, "JWT_ACCESS_TOKEN_LIFETIME=48h", "JWT_SECRET_KEY="+goodKey, "ENCRYPTION_KEY="+goodKey, "SMTP_URL=smtp://mail")
	require.ErrorContains(t, err, "JWT_ACCESS_TOKEN_LIFETIME must not be longer")
	require.ErrorContains(t, err, "must not be the same key")
	require.ErrorContains(t, err, "SMTP_FROM must be given")
}

func TestLoad_AllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	file := dotenv(t, "SENTINELIQ_IN_FILE=1\nLOG_LEVEL=loud\n")
	_, err := config.Load([]string{"--log-format=xml", "--no-such=hunter2", "serve", "--http-addr"},
		[]string{"SENTINELIQ_HTP_ADDR=:1", "SENTINELIQ_=", "LOGIN_RATE=x"}, file)
	require.Error(t, err)
	require.ElementsMatch(t, []string{
		"--no-such is not a flag; see sentineliq help",
		"serve is not a flag; see sentineliq help",
		"--http-addr has no value",
		"SENTINELIQ_ is not a setting; see sentineliq help",
		"SENTINELIQ_HTP_ADDR is not a setting; see sentineliq help",
		"SENTINELIQ_IN_FILE is not a setting; see sentineliq help",
		"LOGIN_RATE must be a rate such as 10/m, or off",
		"--log-format must be one of text, json",
		"LOG_LEVEL must be one of debug, info, warn, error",
	}, strings.Split(err.Error(), "\n"))
}

func TestLoad_FlagsTakeTheirValueEitherWay(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{"--log-level=warn", "--data-dir", "/d", "--log-level", "error", "--admin-password=--x=y"}, nil, "")
	require.NoError(t, err)
	require.Equal(t, "error", c.LogLevel, "the last one counts")
	require.Equal(t, "/d", c.DataDir)
	require.Equal(t, "--x=y", c.AdminPassword.Reveal())
	_, err = config.Load([]string{"--data-dir", "--log-level=warn"}, nil, "")
	require.ErrorContains(t, err, "--data-dir has no value")
	for _, args := range [][]string{{"--no-workers"}, {"--no-workers", "--data-dir=/d"}, {"--no-workers=true"}, {"--no-workers", "true"}} {
		c, err = config.Load(args, nil, "")
		require.NoError(t, err)
		require.True(t, c.NoWorkers, "%v", args)
	}
	c, err = config.Load([]string{"--no-workers=false"}, []string{"NO_WORKERS=true"}, "")
	require.NoError(t, err)
	require.False(t, c.NoWorkers)
}

// A line that cannot be read may hold a password: its number is enough.
func TestLoad_DamagedFileIsNotShown(t *testing.T) {
	t.Parallel()
	_, err := config.Load(nil, nil, dotenv(t, "# fine\nHTTP_ADDR=:1\nADMIN PASSWORD hunter2\n"))
	require.ErrorContains(t, err, ".env:3 is not NAME=value")
	require.NotContains(t, err.Error(), "hunter2")
	_, err = config.Load(nil, nil, t.TempDir())
	require.ErrorContains(t, err, "cannot be read")
}

func TestLoad_FileIsReadAsAShellWould(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, nil, dotenv(t, "ADMIN_PASSWORD='pa$$ #1'\nexport LOG_LEVEL=\"debug\" # why\n"))
	require.NoError(t, err)
	require.Equal(t, "pa$$ #1", c.AdminPassword.Reveal())
	require.Equal(t, "debug", c.LogLevel)
}

func TestLoad_PostgresNeedsKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	const url = "DATABASE_URL=postgres://u:hunter2@h/x"
	_, err := load(t, url)
	require.ErrorContains(t, err, "JWT_SECRET_KEY must be given")
	require.ErrorContains(t, err, "ENCRYPTION_KEY must be given")
	_, err = load(t, "MIGRATION_"+url)
	require.ErrorContains(t, err, "without DATABASE_URL")
	c, err := load(t, url, "MIGRATION_DATABASE_URL=postgresql://o:p@h:1/x", "AUTO_MIGRATE=true", "JWT_SECRET_KEY="+goodKey, "ENCRYPTION_KEY=x"+goodKey)
	require.NoError(t, err)
	require.Equal(t, secret.New("postgres://u:hunter2@h/x"), c.DatabaseURL)
	require.Equal(t, secret.New("postgresql://o:p@h:1/x"), c.MigrationURL)
	require.True(t, c.AutoMigrate)
	require.NotContains(t, fmt.Sprintf("%+v", c), "hunter2")
}

func TestConfig_DoesNotShowSecrets(t *testing.T) {
	t.Parallel()
	c, err := load(t, "ADMIN_PASSWORD=hunter2", "JWT_SECRET_KEY="+goodKey, "SMTP_URL=smtp://u:hunter2@m", "SMTP_FROM=a@b", "AMQP_URL=amqp://u:hunter2@mq")
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, c), "hunter2")
	}
}

// The example names every setting that can be used, once, and is right.
func TestExample_IsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("example.env")
	require.NoError(t, err)
	asIs, err := config.Load(nil, nil, "example.env")
	require.NoError(t, err)
	defaults, err := load(t)
	require.NoError(t, err)
	require.Equal(t, defaults, asIs, "an untouched copy changes nothing")

	assignment := regexp.MustCompile(`(?m)^# ([A-Z_]+=)`)
	keys := []string{"JWT_SECRET_KEY=" + goodKey, "ENCRYPTION_KEY=x" + goodKey}
	_, err = config.Load(nil, keys, dotenv(t, assignment.ReplaceAllString(string(text), "SENTINELIQ_$1")))
	require.NoError(t, err, "every example is a good value")
	var shown []string
	for _, m := range assignment.FindAllStringSubmatch(string(text), -1) {
		shown = append(shown, strings.TrimSuffix(m[1], "="))
	}
	require.ElementsMatch(t, shown, names(config.Table()))
}

func names(table string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)`").FindAllStringSubmatch(table, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestDescribe_NamesEverySetting(t *testing.T) {
	t.Parallel()
	for _, name := range names(config.Table()) {
		require.Contains(t, config.Describe(), name)
	}
}

func TestDocument_ShowsTheTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "configuration.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "<!-- settings -->\n")
	shown, _, closed := strings.Cut(rest, "<!-- /settings -->")
	require.True(t, found && closed, "docs/configuration.md has no block between <!-- settings --> and <!-- /settings -->")
	require.Equal(t, config.Table(), shown, "replace the block in docs/configuration.md by the expected text")
}
