// Package auditlog shows who did what. Nothing here can write.
package auditlog

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Service implements driving.AuditLog.
type Service struct {
	gate *gate.Gate
}

// New returns the service.
func New(g *gate.Gate) *Service { return &Service{gate: g} }

// List shows the entries in reach.
func (s *Service) List(ctx context.Context, q audit.Query, p page.Request) (page.Result[audit.Entry], error) {
	return gate.Read(ctx, s.gate, policy.AuditRead, func(ctx context.Context, v store.View) (page.Result[audit.Entry], error) {
		return v.Audit().List(ctx, q, p)
	})
}

// Find shows one entry.
func (s *Service) Find(ctx context.Context, id string) (*audit.Entry, error) {
	return gate.Read(ctx, s.gate, policy.AuditRead, func(ctx context.Context, v store.View) (*audit.Entry, error) {
		return v.Audit().Find(ctx, id)
	})
}
