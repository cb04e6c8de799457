package memory

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// journal is what is committed with every change.
type journal struct{ u *unit }

func (j journal) Append(_ context.Context, e audit.Entry) error {
	j.u.data.sequence++
	e.Sequence = j.u.data.sequence
	return auditLog(j).shelf().add(e.ID, e)
}

func (j journal) Emit(_ context.Context, events []event.Event) error { return j.u.emitted(events) }

// answer is what is kept under an idempotency key.
type answer struct {
	txn.Answer
	kept time.Time
}

// Recall need not wait for a concurrent use of the key: writers take turns.
func (j journal) Recall(_ context.Context, k txn.Key) (*txn.Answer, error) {
	kept, used := j.u.data.answers.rows[k]
	if !used {
		j.u.claimed[k] = true
		return nil, nil //nolint:nilnil // the port says that nothing kept is nil
	}
	a := kept.Answer
	a.Body = bytes.Clone(a.Body)
	return &a, nil
}

func (j journal) Keep(_ context.Context, k txn.Key, a txn.Answer) error {
	if !j.u.claimed[k] {
		return errors.New("the idempotency key was not claimed in this unit of work")
	}
	a.Body = bytes.Clone(a.Body)
	j.u.data.answers.put(j.u, k, answer{Answer: a, kept: j.u.now})
	return nil
}

// Alone implements store.Upkeep: there is one writer.
func (m maintenance) Alone(context.Context, string) (bool, error) { return true, nil }

// Forget implements store.Upkeep.
func (m maintenance) Forget(_ context.Context, before time.Time, limit int) (int, error) {
	left := limit
	forgotten := func(old bool) bool {
		if !old || left == 0 {
			return false
		}
		left--
		return true
	}
	m.u.data.answers.removeIf(m.u, func(a *answer) bool { return forgotten(a.kept.Before(before)) })
	m.u.data.sessions.removeIf(m.u, func(s *identity.SessionState) bool {
		return forgotten(s.ExpiresAt.Before(before) || !s.RevokedAt.IsZero() && s.RevokedAt.Before(before))
	})
	return limit - left, nil
}
