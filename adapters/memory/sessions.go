package memory

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type sessions struct{ u *unit }

func (s sessions) shelf() shelf[identity.SessionState] {
	return shelf[identity.SessionState]{
		u: s.u, rows: &s.u.data.sessions, noun: "session",
		company: func(s *identity.SessionState) tenant.ID { return s.Company },
		version: func(s *identity.SessionState) *int { return &s.Version },
	}
}

func (s sessions) Find(_ context.Context, id identity.SessionID) (*identity.Session, error) {
	state, err := s.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return identity.RestoreSession(state), nil
}

func (s sessions) Add(_ context.Context, session *identity.Session) error {
	state := session.State()
	return s.shelf().add(string(state.ID), state)
}

func (s sessions) Save(_ context.Context, session *identity.Session) error {
	state := session.State()
	return kept(session, s.shelf().save(string(state.ID), state, nil))
}
