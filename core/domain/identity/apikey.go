package identity

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// KeyID identifies an API key.
type KeyID string

// APIKey is a machine's credential. The key itself is shown once and never
// stored; Hash is enough to recognise it.
type APIKey struct {
	was, is KeyState
}

// KeyState is a key as stores and edges see it.
type KeyState struct {
	ID         KeyID
	Company    tenant.ID
	Name       string     `audit:"name"`
	Role       actor.Role `audit:"role"`
	Prefix     string     `audit:"prefix"` // the readable start of the key
	Hash       string     // SHA-256 of the key, in hex
	CreatedBy  UserID
	CreatedAt  time.Time
	ExpiresAt  time.Time `audit:"expires_at"` // zero: never
	LastUsedAt time.Time // zero: never; to the minute
	RevokedAt  time.Time `audit:"revoked_at"` // zero: not revoked
}

const maxKeyName = 100

// NewAPIKey makes a key. Role is below superuser: a key belongs to a company.
func NewAPIKey(s KeyState) (*APIKey, error) {
	var v fault.Violations
	v.Text("name", s.Name, maxKeyName)
	if !s.Role.Includes(actor.ReadOnly) || s.Role == actor.Superuser {
		v.Add("role", fault.CodeInvalid, "must be one of admin_company, analyst_company, read_only")
	}
	s.ExpiresAt = v.Moment("expires_at", s.ExpiresAt)
	if !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(s.CreatedAt) {
		v.Add("expires_at", fault.CodeInvalid, "must be in the future")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &APIKey{is: s}, nil
}

// RestoreAPIKey rebuilds a stored key.
func RestoreAPIKey(s KeyState) *APIKey { return &APIKey{was: s, is: s} }

// State returns the key's present state.
func (k *APIKey) State() KeyState { return k.is }

// Usable reports whether the key opens anything at the given time.
func (k *APIKey) Usable(now time.Time) bool {
	return k.is.RevokedAt.IsZero() && (k.is.ExpiresAt.IsZero() || now.Before(k.is.ExpiresAt))
}

// Revoke ends the key for good; the first time counts.
func (k *APIKey) Revoke(now time.Time) {
	if k.is.RevokedAt.IsZero() {
		k.is.RevokedAt = now
	}
}

// AuditRef names the key.
func (k *APIKey) AuditRef() audit.Ref {
	return audit.Ref{Type: "api_key", ID: string(k.is.ID), Name: k.is.Name, Company: k.is.Company}
}

// AuditChanges returns what changed since the key was read.
func (k *APIKey) AuditChanges() audit.Changes { return audit.Diff(k.was, k.is) }

// KeyPrefix starts every API key, so that one can be told from a token, and
// found by scanners where it should not be.
const KeyPrefix = "siq_"

// ShownPrefix is how many characters of a key stay readable.
const ShownPrefix = len(KeyPrefix) + 8
