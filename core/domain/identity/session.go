package identity

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// SessionID identifies a login and the family of refresh tokens that grew
// from it.
type SessionID string

// Session is one login. Each refresh token is good once; a spent one that
// comes back means that somebody has a copy, so the whole family dies.
type Session struct {
	is SessionState
}

// SessionState is a session as stores see it.
type SessionState struct {
	ID        SessionID
	User      UserID
	Company   tenant.ID // of the user; empty for superusers
	Epoch     int       // the user's, at login
	Current   string    // id of the one refresh token that is still good
	CreatedAt time.Time
	ExpiresAt time.Time // moves with each refresh
	RevokedAt time.Time // zero: alive
	Version   int
}

// NewSession opens a session whose first refresh token has id current.
func NewSession(s SessionState) *Session { return &Session{is: s} }

// RestoreSession rebuilds a stored session.
func RestoreSession(s SessionState) *Session { return &Session{is: s} }

// State returns the session's present state.
func (s *Session) State() SessionState { return s.is }

// Saved notes that a store has kept the present state as its next version.
func (s *Session) Saved() { s.is.Version++ }

// Alive reports whether the session's tokens are worth anything for a user in
// the given state.
func (s *Session) Alive(u UserState, now time.Time) bool {
	return s.is.RevokedAt.IsZero() && now.Before(s.is.ExpiresAt) && s.is.Epoch == u.Epoch && s.is.User == u.ID
}

// Rotate spends the presented refresh token and makes next the good one until
// expires. A token that was spent before is Unauthenticated; the caller must
// then Revoke the session and keep that.
func (s *Session) Rotate(presented, next string, expires time.Time) error {
	if presented != s.is.Current {
		return fault.New(fault.Unauthenticated, "the refresh token was used before").WithCode("refresh_reuse")
	}
	s.is.Current = next
	s.is.ExpiresAt = expires
	return nil
}

// Revoke ends the session.
func (s *Session) Revoke(now time.Time) {
	if s.is.RevokedAt.IsZero() {
		s.is.RevokedAt = now
	}
}
