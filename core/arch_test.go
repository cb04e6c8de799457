package core_test

import "testing"

// A rule says which packages of this module the non-test files of some
// packages may import. The first rule that matches a package binds it; a
// package that no rule matches is itself a violation. Patterns are those of
// match; "own" stands for the adapter's own subpackages.
type rule struct {
	of    string
	may   string
	least int // fewer matching packages mean that the rule has lost its folder
	why   string
}

const vocabulary = "core/domain/..."

var rules = []rule{
	{
		of: "core", may: "", least: 1,
		why: "it only explains the rings",
	},
	{
		of: "core/failpoint", may: "", least: 1,
		why: "a kill point must be importable from anywhere, so it imports nothing",
	},
	{
		of: vocabulary, may: vocabulary, least: 12,
		why: "the domain decides from values alone; what needs the world belongs in a use case or an adapter",
	},
	{
		of: "core/gate", may: vocabulary + " core/failpoint ports/store ports/txn ports/system", least: 1,
		why: "the gate authorises, confines, commits and records; it does nothing else, so it needs nothing else",
	},
	{
		of: "core/usecase/*", may: vocabulary + " core/gate core/failpoint ports/...", least: 9,
		why: "a use case arranges: it knows no technology, and what two use cases share belongs in the domain",
	},
	{
		of: "ports/...", may: vocabulary + " ports/...", least: 9,
		why: "a port speaks the domain's language, whatever stands behind it",
	},
	{
		of: "adapters/httpapi", may: vocabulary + " core/failpoint ports/driving ports/credential ports/system ports/telemetry api own", least: 1,
		why: "the HTTP edge asks through ports/driving; whoever holds the store can pass by the gate",
	},
	{
		of: "adapters/cli", may: vocabulary + " ports/driving ports/system ports/telemetry own", least: 1,
		why: "the command line asks through ports/driving; whoever holds the store can pass by the gate",
	},
	{
		of: "adapters/sqlstore", may: vocabulary + " core/failpoint ports/... migrations own", least: 1,
		why: "the SQL store knows its schema and its port",
	},
	{
		of: "adapters/channel", may: vocabulary + " ports/channel own", least: 1,
		why: "the list of channels knows the channels and nobody else",
	},
	{
		of: "adapters/channel/webclient", may: vocabulary + " core/failpoint ports/channel", least: 1,
		why: "what channels share must not know which channels there are",
	},
	{
		of: "adapters/channel/present", may: vocabulary + " ports/channel", least: 1,
		why: "what channels share must not know which channels there are",
	},
	{
		of: "adapters/channel/*", may: vocabulary + " core/failpoint ports/channel ports/system adapters/channel/webclient adapters/channel/present own", least: 3,
		why: "a channel is one folder: it can be added, read and removed without opening another channel",
	},
	{
		of: "adapters/*", may: vocabulary + " core/failpoint ports/... own", least: 6,
		why: "an adapter serves one port with one technology; adapters meet in cmd only",
	},
	{
		of: "config", may: "core/domain/secret", least: 1,
		why: "settings are plain values; who needs them is told by cmd",
	},
	{
		of: "migrations/...", may: "", least: 1,
		why: "migrations are files to embed",
	},
	{
		of: "api/...", may: "", least: 1,
		why: "the API description is files to embed",
	},
	{
		of: "deploy", may: "", least: 1,
		why: "what puts the program into containers reads files",
	},
	{
		of: "cmd/...", may: "...", least: 3,
		why: "programs put the parts together",
	},
}

// A reservation keeps a package for the importers named, whatever the rules
// above allow.
type reservation struct {
	what string
	to   string
	why  string
}

var reservations = []reservation{
	{
		what: "ports/txn", to: "core/gate adapters/sqlstore adapters/memory cmd/...",
		why: "only the gate opens a transaction, so that no change escapes authorisation, company and audit",
	},
	{
		what: "ports/bus", to: "core/usecase/dispatch core/usecase/relay core/usecase/notifications ports/... adapters/... cmd/...",
		why: "messages leave after the commit; a use case that could publish would do it before",
	},
	{
		what: "ports/channel", to: "core/usecase/dispatch core/usecase/relay core/usecase/notifications ports/... adapters/... cmd/...",
		why: "sending waits for other people's machines; only delivery may, and never inside a transaction",
	},
	{
		what: "ports/driving", to: "core/usecase/... ports/... adapters/httpapi adapters/cli cmd/...",
		why: "driven adapters are asked, they do not ask",
	},
	{
		what: "core/domain/policy", to: "core/... ports/... cmd/...",
		why: "who may do what is decided in the core; an adapter that asks would soon decide",
	},
}

// worldly lists the parts of the standard library that reach out of the
// process; the domain may not use them.
const worldly = "os/... net net/http/... net/smtp database/sql/... log syscall io/fs"

// domainOrder lists the domain packages from the ground up. Each may import
// those of earlier lines only, so that the domain can be read in this order.
var domainOrder = []string{
	"fault",
	"secret page tenant severity sharing once",
	"actor event",
	"policy",
	"audit",
	"identity",
	"observable",
	"alert",
	"incident",
	"notification dashboard",
}

// A home is where a third-party library lives. Everybody else goes through a
// port, so that replacing a library means editing one folder. Libraries that
// only tests use need no home.
type home struct {
	vendor string
	at     string
}

var homes = []home{
	{"github.com/gin-gonic/gin", "adapters/httpapi"},
	{"golang.org/x/time", "adapters/httpapi"},
	{"gorm.io", "adapters/sqlstore"},
	{"modernc.org/sqlite", "adapters/sqlstore"},
	{"github.com/jackc/pgx/v5", "adapters/sqlstore/..."},
	{"github.com/pressly/goose/v3", "adapters/sqlstore"},
	{"github.com/rabbitmq/amqp091-go", "adapters/rabbitmq"},
	{"github.com/golang-jwt/jwt/v5", "adapters/credential"},
	{"golang.org/x/crypto", "adapters/credential"},
	{"github.com/google/uuid", "adapters/system"},
	{"cel.dev/cel-go", "adapters/cel"},
	{"github.com/prometheus/client_golang", "adapters/telemetry"},
	{"github.com/wneessen/go-mail", "adapters/channel/email"},
	{"code.dny.dev/ssrf", "adapters/channel/..."},
	{"github.com/joho/godotenv", "config"},
	{"github.com/google/wire", "cmd/sentineliq/service"},
	{"github.com/emersion/go-smtp", "cmd/demo"},
	{"github.com/getkin/kin-openapi", "cmd/internal/openapi"},
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	for _, v := range check(house(t)) {
		t.Error(v)
	}
}

// Renaming a folder must not switch a rule off without anybody noticing.
func TestArchitecture_RulesStillMatch(t *testing.T) {
	t.Parallel()
	for _, complaint := range idle(house(t)) {
		t.Error(complaint)
	}
}
