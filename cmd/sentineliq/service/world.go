package service

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sentineliq/sentineliq/adapters/cel"
	"github.com/sentineliq/sentineliq/adapters/channel"
	"github.com/sentineliq/sentineliq/adapters/channel/email"
	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/adapters/credential"
	"github.com/sentineliq/sentineliq/adapters/inproc"
	"github.com/sentineliq/sentineliq/adapters/ratelimit"
	"github.com/sentineliq/sentineliq/adapters/sqlstore"
	"github.com/sentineliq/sentineliq/adapters/system"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/ports/bus"
	portchannel "github.com/sentineliq/sentineliq/ports/channel"
	portcredential "github.com/sentineliq/sentineliq/ports/credential"
	portsystem "github.com/sentineliq/sentineliq/ports/system"
	porttelemetry "github.com/sentineliq/sentineliq/ports/telemetry"
)

// This file makes the world around the core: one provider for each thing that
// takes more than its constructor.

func newClock() portsystem.Clock { return system.Clock{} }

func newWorld(cfg config.Config, ext Extensions, clock portsystem.Clock, meter porttelemetry.Meter, log *slog.Logger) World {
	return World{
		Config: cfg, Log: log, Meter: meter, Clock: clock,
		Web: webclient.Options{Allow: cfg.OutboundAllow, Agent: "SentinelIQ/" + ext.Version, Now: clock.Now},
	}
}

// openStore opens the store of ext or of the settings. It first makes the folder
// of the embedded database, which keeps the generated keys as well.
func openStore(ctx context.Context, w World, ext Extensions) (Store, error) {
	if w.Config.DatabaseURL.Empty() {
		if err := os.MkdirAll(w.Config.DataDir, 0o700); err != nil {
			return nil, fmt.Errorf("DATA_DIR: %w", err)
		}
	}
	if ext.Store != nil {
		return ext.Store(ctx, w)
	}
	return OpenStore(ctx, w)
}

// OpenStore opens the store that the settings ask for, for an extension that
// adds to it: PostgreSQL, which tells the time itself so that leases do not
// depend on whose clock is right, or the embedded one.
func OpenStore(ctx context.Context, w World) (*sqlstore.Store, error) {
	if !w.Config.DatabaseURL.Empty() {
		return sqlstore.Open(ctx, sqlstore.Options{URL: w.Config.DatabaseURL, MigrationURL: w.Config.MigrationURL})
	}
	return sqlstore.Open(ctx, sqlstore.Options{Path: databaseFile(w.Config), Clock: w.Clock})
}

func databaseFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "sentineliq.db") }

func newLog(cfg config.Config) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return nil, fmt.Errorf("LOG_LEVEL: %w", err)
	}
	return telemetry.NewLogger(os.Stderr, cfg.LogFormat, level)
}

// The files of generated keys in the data folder.
const (
	tokenKeyFile = "jwt.key"
	boxKeyFile   = "encryption.key"
)

// tokenKey signs tokens; cursorKey, derived from it, authenticates page cursors.
type (
	tokenKey  secret.Text
	cursorKey []byte
)

// chosen returns a key that the operator chose, or the one generated into the
// data folder.
func chosen(own secret.Text, dir, file string) (secret.Text, error) {
	if !own.Empty() {
		return own, nil
	}
	return credential.LoadOrCreate(filepath.Join(dir, file))
}

// previous returns the keys that were good before: one that the operator gives, and
// one in a file beside the present one.
func previous(own secret.Text, dir, file string) ([]secret.Text, error) {
	var keys []secret.Text
	if !own.Empty() {
		keys = append(keys, own)
	}
	kept, err := credential.LoadIfThere(filepath.Join(dir, file+".previous"))
	if err == nil && !kept.Empty() {
		keys = append(keys, kept)
	}
	return keys, err
}

// newTokenKey needs the store only so that the data folder is there.
func newTokenKey(cfg config.Config, _ Store) (tokenKey, error) {
	key, err := chosen(cfg.JWTKey, cfg.DataDir, tokenKeyFile)
	return tokenKey(key), err
}

func newSigner(key tokenKey, cfg config.Config) (portcredential.Signer, error) {
	before, err := previous(cfg.PreviousJWTKey, cfg.DataDir, tokenKeyFile)
	if err != nil {
		return nil, err
	}
	return credential.NewJWT(secret.Text(key), before...)
}

func newCursorKey(key tokenKey) (cursorKey, error) {
	digest := credential.Random{}.Digest(secret.New("page cursors " + secret.Text(key).Reveal()))
	return hex.DecodeString(digest)
}

func newBox(cfg config.Config, _ Store) (portcredential.Box, error) {
	key, err := chosen(cfg.EncryptionKey, cfg.DataDir, boxKeyFile)
	if err != nil {
		return nil, err
	}
	before, err := previous(cfg.PreviousEncryptionKey, cfg.DataDir, boxKeyFile)
	if err != nil {
		return nil, err
	}
	return credential.NewAESGCM(key, before...)
}

func newHasher() portcredential.Hasher { return credential.NewArgon2(runtime.NumCPU()) }

// rememberedLogins bounds the memory that strangers can fill: some 20 MB.
const rememberedLogins = 100_000

func newFailures(cfg config.Config, clock portsystem.Clock) *ratelimit.Failures {
	rate := ratelimit.Rate{Failures: cfg.LoginRate.Count, Per: cfg.LoginRate.Per}
	return ratelimit.New(clock, rate, rememberedLogins)
}

func newEngine() (*cel.Engine, error) { return cel.New() }

// newTypes lists the channels there are, and behind them those of ext.
func newTypes(w World, ext Extensions) (portchannel.Types, error) {
	smtp := w.Config.SMTP
	types := channel.All(channel.Options{
		Allow: w.Config.OutboundAllow, Version: ext.Version, Clock: w.Clock,
		Mail: email.Server{
			Host: smtp.Host, Port: smtp.Port, Username: smtp.Username, Password: smtp.Password,
			TLS: smtp.TLS, From: smtp.From,
		},
	})
	if ext.Channels != nil {
		types = append(types, ext.Channels(w)...)
	}
	taken := map[string]bool{}
	for _, kind := range types {
		if taken[kind.Name()] {
			return nil, fmt.Errorf("two types of channel are called %q", kind.Name())
		}
		taken[kind.Name()] = true
	}
	return types, nil
}

func newBells(types portchannel.Types) bus.Bells {
	bells := bus.Bells{}
	for _, kind := range types {
		bells[kind.Name()] = inproc.NewBell()
	}
	return bells
}

func newLifetimes(cfg config.Config) auth.Lifetimes {
	return auth.Lifetimes{Access: cfg.AccessLifetime, Refresh: cfg.RefreshLifetime}
}

func newSender(p dispatch.SenderParts, cfg config.Config) *dispatch.Sender {
	p.Schedule, p.Jitter, p.Public = cfg.RetrySchedule, rand.Float64, cfg.PublicURL
	return dispatch.NewSender(p)
}
