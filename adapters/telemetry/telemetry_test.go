package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// open returns a meter and what it logs.
func open(tb testing.TB) (*adapter.Meter, *bytes.Buffer) {
	tb.Helper()
	var out bytes.Buffer
	logger, err := adapter.NewLogger(&out, adapter.JSON, slog.LevelInfo)
	require.NoError(tb, err)
	m, err := adapter.NewMeter(logger)
	require.NoError(tb, err)
	return m, &out
}

// scrape returns the lines that Prometheus would read.
func scrape(tb testing.TB, m *adapter.Meter) string {
	tb.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/metrics", http.NoBody))
	require.Equal(tb, http.StatusOK, answer.Code)
	return answer.Body.String()
}

func TestMeter_CountsMeasuresAndSets(t *testing.T) {
	t.Parallel()
	meter, out := open(t)
	var m telemetry.Meter = meter
	m.Count("http_requests_total", 2, "method", "GET", "route", "/api/v1/alerts/", "status", "200")
	m.Count("http_requests_total", 1, "status", "200", "method", "GET", "route", "/api/v1/alerts/")
	m.Observe("http_request_duration_seconds", 30*time.Millisecond, "method", "GET", "route", "/api/v1/alerts/")
	m.Set("queue_depth", 7, "type", "slack")
	m.Count("login_failures_total", 0)
	page := scrape(t, meter)
	for _, line := range []string{
		`sentineliq_http_requests_total{method="GET",route="/api/v1/alerts/",status="200"} 3`,
		`sentineliq_http_request_duration_seconds_bucket{method="GET",route="/api/v1/alerts/",le="0.025"} 0`,
		`sentineliq_http_request_duration_seconds_bucket{method="GET",route="/api/v1/alerts/",le="0.05"} 1`,
		`sentineliq_queue_depth{type="slack"} 7`,
		"sentineliq_login_failures_total 0",
		"sentineliq_outbox_depth 0",
		"# HELP sentineliq_outbox_oldest_seconds Age of the oldest event in the outbox.",
		"go_goroutines ",
		"process_start_time_seconds ",
	} {
		require.Contains(t, page, "\n"+line)
	}
	require.Empty(t, out.String())
}

func TestMeter_MisuseIsCountedAndNeverPanics(t *testing.T) {
	t.Parallel()
	m, out := open(t)
	for _, misuse := range []func(){
		func() { m.Count("no_such_total", 1) },
		func() { m.Count("no_such_total", 1) },
		func() { m.Set("no_such", 1) },
		func() { m.Observe("no_such_seconds", time.Second) },
		func() { m.Count("outbox_depth", 1) },
		func() { m.Set("login_failures_total", 1) },
		func() { m.Observe("login_failures_total", time.Second) },
		func() { m.Count("login_failures_total", -1) },
		func() { m.Count("login_failures_total", 1, "company", "acme") },
		func() { m.Count("deliveries_total", 1) },
		func() { m.Count("deliveries_total", 1, "type") },
		func() { m.Count("deliveries_total", 1, "type", "slack", "type", "slack") },
		func() { m.Count("deliveries_total", 1, "type", "slack", "result", "delivered") },
		func() { m.Count("deliveries_total", 1, "type", "slack", "outcome", "\xff") },
	} {
		require.NotPanics(t, misuse)
	}
	require.Contains(t, scrape(t, m), `sentineliq_background_errors_total{job="telemetry"} 14`)
	require.Equal(t, 1, strings.Count(out.String(), `"metric":"no_such_total"`), "once for each metric")
	require.NotContains(t, out.String(), "acme", "values stay out of the log")
}

func TestMeter_ManyAtOnce(t *testing.T) {
	t.Parallel()
	m, _ := open(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				m.Count("alerts_ingested_total", 1, "outcome", "accepted")
				m.Count("no_such_total", 1)
			}
		})
	}
	wg.Wait()
	require.Contains(t, scrape(t, m), `sentineliq_alerts_ingested_total{outcome="accepted"} 4000`)
}

// Metrics are named by text all over the code; this test finds every use and
// tries it, so that a typing mistake does not wait for production.
func TestMeter_KnowsEveryMetricThatTheCodeUses(t *testing.T) {
	t.Parallel()
	m, out := open(t)
	uses := 0
	for _, folder := range []string{"core", "adapters", "cmd"} {
		top := filepath.Join("..", "..", folder)
		err := fs.WalkDir(os.DirFS(top), ".", func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil //nolint:nilerr // the compiler says it better
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && try(m, call) {
					uses++
				}
				return true
			})
			return nil
		})
		require.NoError(t, err)
	}
	require.Greater(t, uses, 5, "too few uses found: has the field that holds the meter another name?")
	require.Empty(t, out.String())
}

// try does what a call like s.meter.Count("x", n, "label", value) does.
func try(m *adapter.Meter, call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 1 {
		return false
	}
	holder, ok := method.X.(*ast.SelectorExpr)
	if !ok || !strings.EqualFold(holder.Sel.Name, "meter") {
		return false
	}
	var texts []string
	for _, arg := range call.Args {
		literal, ok := arg.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			texts = append(texts, "x")
			continue
		}
		text, err := strconv.Unquote(literal.Value)
		texts = append(texts, text)
		if err != nil {
			return false
		}
	}
	if len(texts) < 2 {
		return false
	}
	switch method.Sel.Name {
	case "Count":
		m.Count(texts[0], 1, texts[2:]...)
	case "Observe":
		m.Observe(texts[0], time.Second, texts[2:]...)
	case "Set":
		m.Set(texts[0], 1, texts[2:]...)
	default:
		return false
	}
	return true
}

func TestLog_LinesAreStructuredAndKeepSecrets(t *testing.T) {
	t.Parallel()
	for _, format := range []string{adapter.Text, adapter.JSON, adapter.Auto} {
		var out bytes.Buffer
		logger, err := adapter.NewLogger(&out, format, slog.LevelInfo)
		require.NoError(t, err)
		var log telemetry.Log = logger
		key := secret.New("canary")
		log.Info("started", "key", key, "both", []secret.Text{key}, "by", map[string]any{"key": key, "ref": &key})
		log.Warn("two\nlines", "field", "a=b \"c\"\n")
		log.Error("failed", "error", errors.New("why"), "odd")
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		require.Len(t, lines, 3, format)
		require.NotContains(t, out.String(), "canary")
		require.Contains(t, lines[2], "why")
	}
}

func TestLog_JSONWhenNobodyWatches(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	logger, err := adapter.NewLogger(file, adapter.Auto, slog.LevelInfo)
	require.NoError(t, err)
	logger.Info("hello", "at", time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("", 3600)))
	require.NoError(t, file.Close())
	text, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	var record map[string]any
	require.NoError(t, json.Unmarshal(text, &record))
	require.Equal(t, "hello", record["msg"])
	require.Equal(t, "2026-03-02T09:00:00Z", record["at"])
	require.Regexp(t, "Z$", record["time"])
	_, err = adapter.NewLogger(null, adapter.Auto, slog.LevelInfo)
	require.NoError(t, errors.Join(err, null.Close()))
}

func TestLog_LevelAndFormat(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger, err := adapter.NewLogger(&out, adapter.Text, slog.LevelWarn)
	require.NoError(t, err)
	logger.Info("quiet")
	logger.Warn("loud")
	require.NotContains(t, out.String(), "quiet")
	require.Contains(t, out.String(), "loud")
	_, err = adapter.NewLogger(&out, "xml", slog.LevelInfo)
	require.ErrorContains(t, err, `"xml"`)
}

func BenchmarkMeter_Count(b *testing.B) {
	m, _ := open(b)
	b.ReportAllocs()
	for b.Loop() {
		m.Count("http_requests_total", 1, "method", "GET", "route", "/api/v1/alerts/", "status", "200")
	}
}
