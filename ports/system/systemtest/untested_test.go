package systemtest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

func TestUntested_AddsALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "untested")
	t.Setenv(systemtest.UntestedVariable, path)
	systemtest.Untested("PostgreSQL", errors.New("initdb is not installed"))
	systemtest.Untested("RabbitMQ", errors.New("rabbitmq-server is not installed"))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "PostgreSQL: initdb is not installed\nRabbitMQ: rabbitmq-server is not installed\n", string(text))
}

func TestUntested_NobodyAsked(t *testing.T) {
	t.Setenv(systemtest.UntestedVariable, "")
	require.NotPanics(t, func() { systemtest.Untested("PostgreSQL", errors.New("none")) })
}
