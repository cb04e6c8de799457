package eventgen

import (
	"encoding/json"
	"slices"
	"time"
)

// The ingest API refuses values beyond these limits; lengths are in characters.
const (
	maxTitle     = 200
	maxSource    = 100
	maxSourceRef = 255
	maxTags      = 100
	maxTag       = 50
)

// The observable types the ingest API knows.
const (
	kindIP        = "ip"
	kindDomain    = "domain"
	kindHostname  = "hostname"
	kindURL       = "url"
	kindEmail     = "email"
	kindFilename  = "filename"
	kindFilepath  = "filepath"
	kindMD5       = "hash-md5"
	kindSHA1      = "hash-sha1"
	kindSHA256    = "hash-sha256"
	kindProcess   = "process"
	kindAccount   = "account"
	kindUserAgent = "user-agent"
	kindCVE       = "cve"
	kindOther     = "other"
)

// Event is one alert as the ingest API takes it, either alone as a JSON body or
// as one line of a batch.
type Event struct {
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Source      string   `json:"source"`
	SourceRef   string   `json:"source_ref"`
	Severity    string   `json:"severity"`
	Tags        []string `json:"tags"`
	// EventTime is nil for products whose messages carry no full timestamp.
	EventTime *time.Time `json:"event_time"`
	// ObservableData maps an observable type to the values seen, none empty.
	ObservableData map[string][]string `json:"observable_data"`
	// RawPayload is an object, or a string for line formats such as CEF.
	RawPayload json.RawMessage `json:"raw_payload"`
}

// clone returns a copy that shares nothing with e that a caller could change.
func (e Event) clone() Event {
	e.Tags = slices.Clone(e.Tags)
	e.RawPayload = slices.Clone(e.RawPayload)
	if e.EventTime != nil {
		at := *e.EventTime
		e.EventTime = &at
	}

	seen := make(map[string][]string, len(e.ObservableData))
	for kind, values := range e.ObservableData {
		seen[kind] = slices.Clone(values)
	}
	e.ObservableData = seen

	return e
}

// sightings collects the observables of one event by type.
type sightings map[string][]string

// see notes values once each and skips empty ones.
func (o sightings) see(kind string, values ...string) sightings {
	for _, value := range values {
		if value != "" && !slices.Contains(o[kind], value) {
			o[kind] = append(o[kind], value)
		}
	}

	return o
}
