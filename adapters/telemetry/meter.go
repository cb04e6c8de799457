package telemetry

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Meter implements telemetry.Meter with a registry of its own. Using a metric
// wrongly breaks nothing: it is counted as a background error, and logged the
// first time.
type Meter struct {
	registry *prometheus.Registry
	log      telemetry.Log
	labels   map[string][]string
	counters map[string]*prometheus.CounterVec
	gauges   map[string]*prometheus.GaugeVec
	times    map[string]*prometheus.HistogramVec
	told     sync.Map // names of metrics whose misuse was logged
}

// NewMeter registers every metric of the service, and those of the Go runtime
// and the process. Metrics without labels are there from the start, at zero.
func NewMeter(log telemetry.Log) (*Meter, error) {
	m := &Meter{
		registry: prometheus.NewRegistry(), log: log, labels: map[string][]string{},
		counters: map[string]*prometheus.CounterVec{}, gauges: map[string]*prometheus.GaugeVec{},
		times: map[string]*prometheus.HistogramVec{},
	}
	for _, row := range metrics() {
		if err := m.registry.Register(m.make(row)); err != nil {
			return nil, fmt.Errorf("register metric %s: %w", row.name, err)
		}
	}
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := m.registry.Register(c); err != nil {
			return nil, fmt.Errorf("register the metrics of the process: %w", err)
		}
	}
	return m, nil
}

func (m *Meter) make(row metric) prometheus.Collector {
	m.labels[row.name] = row.labels
	switch row.kind {
	case gauge:
		vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: prefix + row.name, Help: row.help}, row.labels)
		m.gauges[row.name] = vec
		if len(row.labels) == 0 {
			vec.WithLabelValues()
		}
		return vec
	case histogram:
		vec := prometheus.NewHistogramVec(
			prometheus.HistogramOpts{Name: prefix + row.name, Help: row.help, Buckets: row.buckets}, row.labels)
		m.times[row.name] = vec
		return vec
	case counter:
	}
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: prefix + row.name, Help: row.help}, row.labels)
	m.counters[row.name] = vec
	if len(row.labels) == 0 {
		vec.WithLabelValues()
	}
	return vec
}

// Count adds to a counter; a negative n is a misuse, for counters only grow.
func (m *Meter) Count(name string, n int, labels ...string) {
	vec, values := m.counters[name], m.values(name, labels)
	if vec == nil || values == nil || n < 0 {
		m.misused(name, labels)
		return
	}
	c, err := vec.GetMetricWithLabelValues(values...)
	if err != nil {
		m.misused(name, labels)
		return
	}
	c.Add(float64(n))
}

// Observe adds a duration to a histogram, in seconds.
func (m *Meter) Observe(name string, d time.Duration, labels ...string) {
	vec, values := m.times[name], m.values(name, labels)
	if vec == nil || values == nil {
		m.misused(name, labels)
		return
	}
	h, err := vec.GetMetricWithLabelValues(values...)
	if err != nil {
		m.misused(name, labels)
		return
	}
	h.Observe(d.Seconds())
}

// Set sets a gauge.
func (m *Meter) Set(name string, value float64, labels ...string) {
	vec, values := m.gauges[name], m.values(name, labels)
	if vec == nil || values == nil {
		m.misused(name, labels)
		return
	}
	g, err := vec.GetMetricWithLabelValues(values...)
	if err != nil {
		m.misused(name, labels)
		return
	}
	g.Set(value)
}

// values puts the values of label pairs in the order of the table; nil when the
// names are not those of the table.
func (m *Meter) values(name string, pairs []string) []string {
	declared := m.labels[name]
	if len(pairs) != 2*len(declared) {
		return nil
	}
	values := make([]string, len(declared))
	given := make([]bool, len(declared))
	for i := 0; i < len(pairs); i += 2 {
		at := slices.Index(declared, pairs[i])
		if at < 0 || given[at] {
			return nil
		}
		values[at], given[at] = pairs[i+1], true
	}
	return values
}

// misused is called for mistakes of the code, so the names it logs are few; the
// values of labels stay out.
func (m *Meter) misused(name string, pairs []string) {
	m.counters[misuse].WithLabelValues(misuseJob).Inc()
	if _, before := m.told.LoadOrStore(name, true); before {
		return
	}
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
	}
	m.log.Error("a metric is not used as it is declared", "metric", name, "labels", names)
}

// Handler serves the metrics in the text format of Prometheus.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
