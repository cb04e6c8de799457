# Everything a developer does here. `make help` lists it; .ci/run does the same
# steps in the same way, so what passes here passes there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go

# Nothing here needs C but the race detector. Without a C compiler the tests
# still run, and say that they run without it.
export CGO_ENABLED := 0
CC_FOUND := $(shell command -v $${CC:-gcc})
RACE ?= $(if $(CC_FOUND),-race)
GOTEST = CGO_ENABLED=$(if $(RACE),1,0) $(GO) test $(RACE) -shuffle=on $(TEST_FLAGS)
WARN = $(if $(RACE),:,echo "note: no C compiler found, testing without the race detector" >&2)

# The packages whose tests take no noticeable time: no file, no process, no port.
FAST := ./core/... ./ports/... ./config/... ./adapters/memory/...

COVERAGE_FLOOR := 90

GOLANGCI_VERSION := 2.15.0
GOLANGCI := $(if $(filter $(GOLANGCI_VERSION),$(shell golangci-lint version --short 2>/dev/null)),golangci-lint,.bin/golangci-lint-$(GOLANGCI_VERSION))

# What `make generate` writes, as git pathspecs.
GENERATED := cmd/sentineliq/service/wire_gen.go api/swagger.json api/openapi.json ':(glob)ports/*/*mock/*.go'

.PHONY: help run demo build migrate test matrix services test-unit test-e2e kill stop faults arch cover lint fmt generate drift clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## serve on the embedded default (SQLite in ./data); prints the first password once
	@$(GO) run ./cmd/sentineliq serve

demo: ## two companies, users of every role, a local sink and events flowing in
	@$(GO) run ./cmd/demo

build: ## build ./sentineliq without C
	$(GO) build -trimpath -ldflags "-s -w" -o sentineliq ./cmd/sentineliq

migrate: ## bring the database of the current settings up to date
	$(GO) run ./cmd/sentineliq migrate up

test: ## everything that can be tested on this machine, race detector on
	@$(WARN)
	@UNTESTED=$$(mktemp) && export UNTESTED && trap 'rm -f "$$UNTESTED"' EXIT && \
		code=0 && $(GOTEST) -timeout 15m -covermode=atomic -coverpkg=./core/... -coverprofile=coverage.out ./... || code=$$?; \
		.ci/untested "$$UNTESTED" >&2; exit $$code

matrix: ## stores, buses and the whole program on SQLite, PostgreSQL, with and without RabbitMQ; a table at the end (long)
	@.ci/matrix

services: ## install PostgreSQL and RabbitMQ for the tests (Debian, Ubuntu); nothing is left running
	@.ci/services

test-unit: ## the tests that take seconds, without the race detector that make test has on
	$(GO) test -shuffle=on $(TEST_FLAGS) $(FAST)

test-e2e: ## the built program over HTTP, with local sinks
	@$(WARN)
	$(GOTEST) -count=1 -timeout 15m ./cmd/sentineliq/e2e/...

.PHONY: examples
examples: ## the modules under examples, as somebody outside builds them
	@$(WARN)
	@for module in examples/*/go.mod; do ( cd "$$(dirname "$$module")"; echo "$$module"; \
		$(GO) build ./...; $(GO) vet ./...; $(GOTEST) -timeout 5m ./... ); done

kill: ## kill the program at every failpoint, many times over (long)
	KILL_ROUNDS=$${KILL_ROUNDS:-50} $(GO) test -tags failpoint -count=1 -v -timeout 120m -run '^TestKill' ./cmd/sentineliq/e2e/...

stop: ## tell the program to stop under load, many times over, on both databases (long)
	STOP_ROUNDS=$${STOP_ROUNDS:-50} $(GO) test -count=1 -v -timeout 120m -run '^TestStop' ./cmd/sentineliq/e2e/...

faults: ## break processes, database and broker under load; LONG=1: for half an hour (needs both installed)
	FAULTS=1 FAULTS_LONG=$(LONG) REQUIRE_SERVICES=1 $(GO) test -count=1 -v -timeout 180m -run '^Test(Faults|Storm|Oracle)' ./cmd/sentineliq/faults

arch: ## the import rules, the manners of the house, the documents
	$(GO) test -count=1 ./core

cover: coverage.out ## coverage of core in the last make test; fails below the floor
	@$(GO) tool cover -func=coverage.out | awk -v floor=$(COVERAGE_FLOOR) \
		'{sub("%", "", $$NF)} $$NF < 60 && $$1 != "total:" {print "  " $$1, $$2, $$NF "%"} $$1 == "total:" {total = $$NF} \
		END {printf "coverage of core: %s%% (floor %s%%)\n", total, floor; exit total + 0 < floor}'

coverage.out:
	@$(MAKE) test

lint: $(filter .bin/%,$(GOLANGCI)) ## every linter, and vet with the build tags
	$(GOLANGCI) run ./...
	$(GO) vet -tags failpoint ./core/... ./adapters/... ./cmd/...
	@for module in examples/*/go.mod; do ( cd "$$(dirname "$$module")"; $(GOLANGCI:.bin/%=$(CURDIR)/.bin/%) run ./... ); done

fmt: $(filter .bin/%,$(GOLANGCI)) ## format the code
	$(GOLANGCI) fmt ./...
	$(GO) tool swag fmt -d adapters/httpapi

.bin/golangci-lint-%:
	@mkdir -p .bin
	GOBIN=$(CURDIR)/.bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$*
	@mv .bin/golangci-lint $@

generate: ## wiring, mocks and the API description
	$(GO) tool wire gen ./cmd/sentineliq/service
	$(GO) tool mockery --log-level=error
	$(GO) tool swag init -q -d adapters/httpapi -g doc.go -o api --outputTypes json --parseInternal --parseDependency
	$(GO) run ./cmd/internal/openapi

drift: generate ## fail when generated files are not what generate makes of the sources
	@git diff --exit-code --stat -- $(GENERATED) || { echo "generated files differ: run make generate, and stage the result" >&2; exit 1; }
	@new=$$(git ls-files --others --exclude-standard -- $(GENERATED)); \
		test -z "$$new" || { printf 'generated files not in git:\n%s\n' "$$new" >&2; exit 1; }

clean: ## remove what was built; the data stays
	rm -rf .bin sentineliq coverage.out
