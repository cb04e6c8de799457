package telemetry

// prefix begins the name of every metric of the service.
const prefix = "sentineliq_"

// misuse counts what the code did wrong with metrics themselves.
const (
	misuse    = "background_errors_total"
	misuseJob = "telemetry"
)

type kind int

const (
	counter kind = iota
	gauge
	histogram
)

// metric is one row of the table below. The name is without the prefix.
type metric struct {
	name    string
	kind    kind
	labels  []string
	help    string
	buckets []float64 // of a histogram, in seconds
}

// metrics is every metric there is. A label takes few values, known when the
// code is written: no ids, no companies, no text from outside.
func metrics() []metric {
	return []metric{
		{name: "http_requests_total", kind: counter, labels: []string{"method", "route", "status"}, help: "HTTP requests answered."},
		{
			name: "http_request_duration_seconds", kind: histogram, labels: []string{"method", "route"},
			help:    "Time from the first byte of a request to the last of its answer.",
			buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		},
		{name: "alerts_ingested_total", kind: counter, labels: []string{"outcome"}, help: "Reported alerts: accepted, duplicate, rejected."},
		{name: "login_failures_total", kind: counter, help: "Logins refused for their credentials."},
		{name: "audit_denied_total", kind: counter, help: "Attempts that were refused and put on record."},
		{name: "events_relayed_total", kind: counter, help: "Events handed from the outbox to the bus."},
		{name: "outbox_depth", kind: gauge, help: "Events that wait in the outbox."},
		{name: "outbox_oldest_seconds", kind: gauge, help: "Age of the oldest event in the outbox."},
		{name: "queue_depth", kind: gauge, labels: []string{"type"}, help: "Deliveries that wait to be sent."},
		{name: "deliveries_late_total", kind: counter, labels: []string{"type"}, help: "Attempts whose verdict came after their lease had ended."},
		{name: "deliveries_total", kind: counter, labels: []string{"type", "outcome"}, help: "Attempts to deliver, by channel type and outcome."},
		{
			name: "delivery_duration_seconds", kind: histogram, labels: []string{"type"},
			help:    "Time of one attempt to deliver.",
			buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		},
		{name: "bus_connected", kind: gauge, labels: []string{"end"}, help: "Connections to the broker that work: publish, consume."},
		{name: "bus_queue_depth", kind: gauge, labels: []string{"queue"}, help: "Messages that wait at the broker: events, dead."},
		{
			name: "bus_publish_failures_total", kind: counter, labels: []string{"reason"},
			help: "Messages that the broker did not take: disconnected, blocked, unroutable, refused, unconfirmed.",
		},
		{name: "bus_dead_total", kind: counter, labels: []string{"reason"}, help: "Messages sent to the dead queue: garbage, newer, failed."},
		{name: "bus_unanswered_total", kind: counter, help: "Messages whose verdict the broker could not be told; they come again."},
		{name: misuse, kind: counter, labels: []string{"job"}, help: "Errors of background work that nobody waited for."},
	}
}
