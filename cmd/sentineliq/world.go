package main

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
)

// This file makes the world around the core: one provider for each thing that
// takes more than its constructor.

func newClock() portsystem.Clock { return system.Clock{} }

// openStore opens the database: PostgreSQL, which tells the time itself so that
// leases do not depend on whose clock is right, or the embedded one, whose
// folder it makes first.
func openStore(ctx context.Context, cfg config.Config, clock portsystem.Clock) (*sqlstore.Store, error) {
	if !cfg.DatabaseURL.Empty() {
		return sqlstore.Open(ctx, sqlstore.Options{URL: cfg.DatabaseURL, MigrationURL: cfg.MigrationURL})
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	return sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(cfg.DataDir, "sentineliq.db"), Clock: clock})
}

func newLog(cfg config.Config) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return nil, fmt.Errorf("LOG_LEVEL: %w", err)
	}
	return telemetry.NewLogger(os.Stderr, cfg.LogFormat, level)
}

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

// newTokenKey needs the store only so that the data folder is there.
func newTokenKey(cfg config.Config, _ *sqlstore.Store) (tokenKey, error) {
	key, err := chosen(cfg.JWTKey, cfg.DataDir, "jwt.key")
	return tokenKey(key), err
}

func newSigner(key tokenKey) (portcredential.Signer, error) {
	return credential.NewJWT(secret.Text(key))
}

func newCursorKey(key tokenKey) (cursorKey, error) {
	digest := credential.Random{}.Digest(secret.New("page cursors " + secret.Text(key).Reveal()))
	return hex.DecodeString(digest)
}

func newBox(cfg config.Config, _ *sqlstore.Store) (portcredential.Box, error) {
	key, err := chosen(cfg.EncryptionKey, cfg.DataDir, "encryption.key")
	if err != nil {
		return nil, err
	}
	return credential.NewAESGCM(key)
}

func newHasher() portcredential.Hasher { return credential.NewArgon2(runtime.NumCPU()) }

// rememberedLogins bounds the memory that strangers can fill: some 20 MB.
const rememberedLogins = 100_000

func newFailures(cfg config.Config, clock portsystem.Clock) *ratelimit.Failures {
	rate := ratelimit.Rate{Failures: cfg.LoginRate.Count, Per: cfg.LoginRate.Per}
	return ratelimit.New(clock, rate, rememberedLogins)
}

func newEngine() (*cel.Engine, error) { return cel.New() }

func newTypes(cfg config.Config, clock portsystem.Clock) portchannel.Types {
	return channel.All(channel.Options{
		Allow: cfg.OutboundAllow, Version: version, Clock: clock,
		Mail: email.Server{
			Host: cfg.SMTP.Host, Port: cfg.SMTP.Port, Username: cfg.SMTP.Username, Password: cfg.SMTP.Password,
			TLS: cfg.SMTP.TLS, From: cfg.SMTP.From,
		},
	})
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
