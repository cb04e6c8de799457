// Package auth finds out who somebody is: by password, by refresh token, by
// access token or by API key.
package auth

import (
	"context"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/limit"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Lifetimes says how long tokens are good for.
type Lifetimes struct {
	Access, Refresh time.Duration
}

// Parts is what the service is made of.
type Parts struct {
	Gate      *gate.Gate
	Hasher    credential.Hasher
	Signer    credential.Signer
	Random    credential.Random
	Failures  limit.Failures // counts failed logins
	Clock     system.Clock
	IDs       system.IDs
	Meter     telemetry.Meter
	Lifetimes Lifetimes
}

// Service implements driving.Auth and driving.Permissions.
type Service struct {
	Parts

	mu   sync.Mutex
	used map[identity.KeyID]time.Time // API keys used since the last flush
}

// New returns the service.
func New(p Parts) *Service {
	return &Service{Parts: p, used: map[identity.KeyID]time.Time{}}
}

// Allowed refuses, and puts on record, an actor who may not take the action.
func (s *Service) Allowed(ctx context.Context, action string) error {
	return s.Gate.Allowed(ctx, policy.Action(action))
}
