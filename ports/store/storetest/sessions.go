package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func sessionNoun() noun[identity.SessionState] {
	return noun[identity.SessionState]{
		plain: func(t *testing.T, w *world, company tenant.ID) identity.SessionState {
			t.Helper()
			return w.newSession(w.addUser(t, company))
		},
		full: func(t *testing.T, w *world, company tenant.ID) identity.SessionState {
			t.Helper()
			return w.newSession(w.addUser(t, company), func(s *identity.SessionState) {
				s.Epoch, s.Version, s.RevokedAt = 4, 6, s.CreatedAt.Add(time.Minute)
			})
		},
		id:      func(s identity.SessionState) string { return string(s.ID) },
		version: func(s *identity.SessionState) *int { return &s.Version },
		changed: func(s identity.SessionState) identity.SessionState {
			s.Current, s.ExpiresAt, s.RevokedAt = "next", s.ExpiresAt.Add(time.Hour), s.RevokedAt.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s identity.SessionState) error {
			return tx.Sessions().Add(ctx, identity.NewSession(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s identity.SessionState) error {
			return tx.Sessions().Save(ctx, identity.RestoreSession(s))
		},
		find: func(ctx context.Context, r readers, id string) (identity.SessionState, error) {
			s, err := r.Sessions.Find(ctx, identity.SessionID(id))
			return stateOf(s, err, (*identity.Session).State)
		},
	}
}

func sessions(t *testing.T, w *world) {
	t.Helper()
	sessionNoun().keeps(t, w)
	t.Run("a superuser's belongs to no company", func(t *testing.T) {
		s := w.addSession(t, w.addUser(t, ""))
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			got, err := r.Sessions.Find(ctx, s.ID)
			require.NoError(t, err)
			requireSame(t, s, got.State())
			return nil
		})
		w.view(t, tenant.Of(w.company(t)), func(ctx context.Context, r readers) error {
			_, err := r.Sessions.Find(ctx, s.ID)
			requireNotFound(t, err)
			return nil
		})
	})
}
