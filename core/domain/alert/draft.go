package alert

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Limits of an alert's fields, in characters unless said otherwise.
const (
	maxTitle       = 200
	maxDescription = 100_000
	maxSource      = 100
	maxSourceRef   = 255
	maxTag         = 50
	maxTags        = 100 // tags an alert
	maxValues      = 500 // observable values an alert, over all types
	maxNotes       = 10_000
)

// Draft is a report as it comes in; empty fields take their defaults. Enum
// fields are text, so that one pass can tell everything that is wrong.
type Draft struct {
	Company     tenant.ID // only a superuser names one
	Title       string
	Description string
	Severity    string
	Source      string
	SourceRef   string
	Tags        []string
	TLP, PAP    string
	EventTime   time.Time
	Observables map[string][]string
	RawPayload  json.RawMessage
}

// Reporter says who reports: a user or an API key.
type Reporter struct {
	User identity.UserID
	Key  identity.KeyID
}

// Create makes a new alert of a company from a draft.
func Create(id ID, company tenant.ID, d Draft, by Reporter, now time.Time) (*Alert, error) {
	var v fault.Violations
	v.Text("title", d.Title, maxTitle)
	v.Optional("description", d.Description, maxDescription)
	v.Text("source", d.Source, maxSource)
	v.Optional("source_ref", d.SourceRef, maxSourceRef)
	checkObservables(&v, d.Observables)
	s := State{
		ID: id, Company: company, Title: d.Title, Description: d.Description,
		Severity: severity.Read(&v, "severity", d.Severity, severity.Medium),
		Status:   New, Source: d.Source, SourceRef: reference(d.SourceRef), Tags: Tags(&v, d.Tags),
		TLP:       fault.OneOf(&v, "tlp", d.TLP, sharing.Amber, sharing.TLPs()),
		PAP:       fault.OneOf(&v, "pap", d.PAP, sharing.PAPAmber, sharing.PAPs()),
		EventTime: v.Moment("event_time", d.EventTime), FirstSeen: now, LastSeen: now, Occurrences: 1,
		Observables: d.Observables, RawPayload: d.RawPayload,
		CreatedBy: by.User, CreatedByKey: by.Key, CreatedAt: now, UpdatedAt: now,
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.EventTime.IsZero() {
		s.EventTime = now
	}
	return &Alert{is: s.clone(), told: []event.Name{event.AlertCreated}}, nil
}

// reference returns a source's reference; a blank one is none.
func reference(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return text
}

// Tags checks a list of tags and returns it without repeats, in its order. There
// are at most 100, of at most 50 characters each.
func Tags(v *fault.Violations, list []string) []string {
	if len(list) > maxTags {
		v.Add("tags", fault.CodeTooLong, "at most %d tags are allowed", maxTags)
		return nil
	}
	out := make([]string, 0, len(list))
	for i, tag := range list {
		v.Text(fmt.Sprintf("tags[%d]", i), tag, maxTag)
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

func checkObservables(v *fault.Violations, data map[string][]string) {
	total := 0
	for _, values := range data {
		total += len(values)
	}
	if total > maxValues {
		v.Add("observable_data", fault.CodeTooLong, "at most %d values are allowed", maxValues)
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(data)) {
		field := "observable_data." + kind
		if !observable.Known(observable.Type(kind)) {
			v.Add(field, fault.CodeInvalid, "is not a type of observable")
			continue
		}
		for i, value := range data[kind] {
			v.Optional(fmt.Sprintf("%s[%d]", field, i), value, observable.MaxValue)
		}
	}
}

// ReporterOf returns who reports when a acts. The service itself is nobody.
func ReporterOf(a actor.Actor) Reporter {
	switch a.Type {
	case actor.User:
		return Reporter{User: identity.UserID(a.ID)}
	case actor.APIKey:
		return Reporter{Key: identity.KeyID(a.ID)}
	default:
		return Reporter{}
	}
}
