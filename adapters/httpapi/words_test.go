package httpapi_test

import (
	"github.com/stretchr/testify/mock"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
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
