package auditlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/auditlog"
)

func TestAuditLog_ShowsOnesOwnCompany(t *testing.T) {
	t.Parallel()
	h := gatetest.Open(t)
	s := auditlog.New(h.Gate)
	ours, theirs := h.As(t, actor.Analyst), h.ActAs(t, h.User(t, actor.Analyst, h.Zeta))
	require.Error(t, h.Allowed(ours, policy.UserCreate))
	require.Error(t, h.Allowed(theirs, policy.UserDelete))

	found, err := s.List(ours, audit.Query{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 1)
	require.Equal(t, "create", found.Items[0].Action)
	entry, err := s.Find(ours, found.Items[0].ID)
	require.NoError(t, err)
	require.Equal(t, audit.Denied, entry.Outcome)
	_, err = s.Find(theirs, found.Items[0].ID)
	require.True(t, fault.Is(err, fault.NotFound))

	all, err := s.List(h.As(t, actor.Superuser), audit.Query{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, all.Items, 2)
}
