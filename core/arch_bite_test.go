package core_test

import (
	"strings"
	"testing"
)

// fake makes a package of one file that imports the paths given; a path below
// this module is written without the module's name.
func fake(t *testing.T, at, file string, imports ...string) pkg {
	t.Helper()
	var b strings.Builder
	b.WriteString("package x\n")
	for _, imp := range imports {
		if match("core/...", imp) || match("ports/...", imp) || match("adapters/...", imp) ||
			match("config", imp) || match("migrations", imp) || match("api", imp) || match("cmd/...", imp) {
			imp = module + "/" + imp
		}
		b.WriteString("import _ \"" + imp + "\"\n")
	}
	return pkg{path: at, files: []source{parse(t, at+"/"+file, []byte(b.String()))}}
}

// A guard nobody has seen biting may be asleep: each row is an import that
// must be refused, and words of the reason it must be refused with.
func TestArchitecture_Bites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, imports, why string }{
		{"core/domain/alert", "core/gate", "from values alone"},
		{"core/domain/alert", "ports/store", "from values alone"},
		{"core/domain/alert", "gorm.io/gorm", "adapters/sqlstore"},
		{"core/domain/alert", "os", "no files"},
		{"core/domain/alert", "net/http", "no network"},
		{"core/domain/alert", "core/domain/incident", "ground up"},
		{"core/domain/tenant", "core/domain/identity", "ground up"},
		{"core/domain/unheard", "core/domain/fault", "does not say where"},
		{"core/gate", "ports/bus", "nothing else"},
		{"core/gate", "adapters/memory", "nothing else"},
		{"core/usecase/alerts", "ports/txn", "only the gate"},
		{"core/usecase/alerts", "ports/bus", "after the commit"},
		{"core/usecase/alerts", "ports/channel", "inside a transaction"},
		{"core/usecase/alerts", "core/usecase/incidents", "belongs in the domain"},
		{"core/usecase/alerts", "adapters/sqlstore", "no technology"},
		{"core/usecase/alerts", "github.com/google/uuid", "adapters/system"},
		{"core/usecase/alerts", "ports/store/storetest", "test support"},
		{"core/failpoint", "core/domain/fault", "imports nothing"},
		{"ports/store", "core/gate", "domain's language"},
		{"ports/store", "adapters/memory", "domain's language"},
		{"ports/bus", "ports/bus/busmock", "test support"},
		{"ports/store", "ports/txn", "only the gate"},
		{"adapters/httpapi", "ports/store", "pass by the gate"},
		{"adapters/httpapi", "core/usecase/alerts", "pass by the gate"},
		{"adapters/httpapi", "core/domain/policy", "would soon decide"},
		{"adapters/cli", "ports/txn", "pass by the gate"},
		{"adapters/cli", "github.com/gin-gonic/gin", "adapters/httpapi"},
		{"adapters/inproc", "ports/txn", "only the gate"},
		{"adapters/inproc", "ports/driving", "do not ask"},
		{"adapters/inproc", "adapters/memory", "meet in cmd"},
		{"adapters/inproc", "core/usecase/dispatch", "meet in cmd"},
		{"adapters/channel/slack", "adapters/channel/email", "one folder"},
		{"adapters/channel/slack", "adapters/channel", "one folder"},
		{"adapters/channel/slack", "ports/store", "one folder"},
		{"adapters/channel/webclient", "adapters/channel/slack", "which channels there are"},
		{"adapters/sqlstore", "core/domain/policy", "would soon decide"},
		{"adapters/memory", "modernc.org/sqlite", "adapters/sqlstore"},
		{"config", "ports/system", "plain values"},
		{"migrations", "core/domain/fault", "files to embed"},
		{"adapters/credential", "cmd/internal/eventgen", "meet in cmd"},
		{"adapters/credential", "github.com/left/pad", "no home"},
		{"pkg/util", "fmt", "no rule"},
	} {
		t.Run(c.from+" imports "+c.imports, func(t *testing.T) {
			t.Parallel()
			got := check([]pkg{fake(t, c.from, "x.go", c.imports)})
			if len(got) != 1 || !strings.Contains(got[0].why, c.why) {
				t.Errorf("got %v, want one violation that says %q", got, c.why)
			}
		})
	}
}

func TestArchitecture_LetsPass(t *testing.T) {
	t.Parallel()
	for _, p := range []pkg{
		fake(t, "core/domain/incident", "x.go", "errors", "core/domain/fault", "core/domain/alert"),
		fake(t, "core/gate", "x.go", "context", "core/domain/policy", "ports/txn", "core/failpoint"),
		fake(t, "core/usecase/dispatch", "x.go", "ports/bus", "ports/channel", "core/gate"),
		fake(t, "core/usecase/alerts", "x_test.go", "adapters/memory", "github.com/stretchr/testify/require"),
		fake(t, "ports/store/storetest", "x.go", "ports/txn", "testing", "github.com/stretchr/testify/require"),
		fake(t, "ports/bus/busmock", "x.go", "github.com/stretchr/testify/mock"),
		fake(t, "adapters/sqlstore", "x.go", "ports/txn", "migrations", "gorm.io/gorm", "gorm.io/driver/sqlite"),
		fake(t, "adapters/channel", "x.go", "adapters/channel/slack", "ports/channel"),
		fake(t, "adapters/channel/slack", "x.go", "adapters/channel/webclient", "ports/channel"),
		fake(t, "config", "x.go", "core/domain/secret", "github.com/joho/godotenv"),
		fake(t, "cmd/sentineliq/service", "x.go", "adapters/httpapi", "core/usecase/alerts", "ports/txn", "github.com/google/wire"),
	} {
		for _, v := range check([]pkg{p}) {
			t.Error(v)
		}
	}
}

func TestArchitecture_NoticesAnEmptyHouse(t *testing.T) {
	t.Parallel()
	if got, want := len(idle(nil)), len(rules)+len(reservations); got != want {
		t.Errorf("%d complaints about an empty house, want %d", got, want)
	}
}
