// Command sentineliq is the service: alerts in, messages out, and a record of
// who did what.
package main

import (
	"context"
	"os"

	"github.com/sentineliq/sentineliq/cmd/sentineliq/service"
)

// version is set at build time.
var version = "dev"

func main() {
	os.Exit(service.Main(context.Background(), service.Extensions{Version: version}, os.Args[1:], os.Stdout, os.Stderr))
}
