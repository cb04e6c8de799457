package rabbitmq_test

import (
	"os"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
)

func TestMain(m *testing.M) { os.Exit(rabbitmqtest.Main(m)) }
