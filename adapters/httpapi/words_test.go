package httpapi_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/driving"
)

const anyContext = mock.Anything

func unauthenticated() error { return fault.New(fault.Unauthenticated, "authentication is required") }

func forbidden() error { return fault.New(fault.Forbidden, "your role does not allow this") }

func notFound() error { return fault.New(fault.NotFound, "there is no such thing") }

// letIn makes the good token somebody's.
func (e *edge) letIn(who actor.Actor) {
	e.tb.Helper()
	e.auth.EXPECT().Authenticate(mock.Anything, secret.New("good")).Return(who, nil)
}

// refuseUnlessNobody refuses, after making sure that nobody is logged in.
func refuseUnlessNobody(t *testing.T) func(context.Context, secret.Text) (driving.Tokens, error) {
	t.Helper()
	return func(ctx context.Context, _ secret.Text) (driving.Tokens, error) {
		require.Empty(t, actor.From(ctx).ID)
		require.Equal(t, http.MethodPost, actor.From(ctx).Origin.Method)
		return driving.Tokens{}, unauthenticated()
	}
}
