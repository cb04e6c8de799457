package notification

import (
	"fmt"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// RuleID identifies a rule.
type RuleID string

// Rule says which events become messages, and over which channels they go.
type Rule struct {
	was, is RuleState
}

// RuleState is a rule as stores and edges see it.
type RuleState struct {
	ID          RuleID
	Company     tenant.ID
	Name        string       `audit:"name"`
	Description string       `audit:"description"`
	EventTypes  []event.Name `audit:"event_types"`
	Condition   string       `audit:"condition"` // CEL; empty: always
	Channels    []ChannelID  `audit:"channels"`
	Title       string       `audit:"template.title"` // template; empty: the default one
	Body        string       `audit:"template.body"`
	Recipients  []string     `audit:"recipients"` // Assignee, Admins, Analysts or user ids
	IsActive    bool         `audit:"is_active"`
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int
}

// The groups of people a rule can name besides single users.
const (
	Assignee = "assignee" // whoever has the alert or incident when the event happens
	Admins   = "admins"   // every active admin_company of the company
	Analysts = "analysts" // every active analyst_company of the company
)

// IsGroup reports whether a recipient names a group instead of one user.
func IsGroup(recipient string) bool {
	return recipient == Assignee || recipient == Admins || recipient == Analysts
}

const (
	maxRuleName        = 100
	maxRuleDescription = 1_000
	maxCondition       = 10_000 // to store; the engine that runs it has limits of its own
	maxRuleChannels    = 50
	maxRuleRecipients  = 200
)

// RuleDraft is all that a client says of a rule. The condition and the
// templates have been checked by the time a rule is made from it.
type RuleDraft struct {
	Name, Description string
	EventTypes        []string
	Condition         string
	Channels          []string
	Title, Body       string
	Recipients        []string
	IsActive          bool
}

// NewRule makes a rule.
func NewRule(id RuleID, company tenant.ID, d RuleDraft, now time.Time) (*Rule, error) {
	r := &Rule{is: RuleState{ID: id, Company: company, CreatedAt: now}}
	if err := r.Rewrite(d, now); err != nil {
		return nil, err
	}
	return r, nil
}

// RestoreRule rebuilds a stored rule. What s points to is the rule's from then
// on.
func RestoreRule(s RuleState) *Rule { return &Rule{was: s, is: s} }

// State returns the rule's present state, as a copy that shares nothing.
func (r *Rule) State() RuleState {
	s := r.is
	s.EventTypes, s.Channels = slices.Clone(s.EventTypes), slices.Clone(s.Channels)
	s.Recipients = slices.Clone(s.Recipients)
	return s
}

// ID returns the rule's id.
func (r *Rule) ID() RuleID { return r.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (r *Rule) Saved() { r.is.Version++ }

// Draft returns the rule as a draft, for patches to start from.
func (r *Rule) Draft() RuleDraft {
	s := r.is
	d := RuleDraft{
		Name: s.Name, Description: s.Description, Condition: s.Condition, Title: s.Title, Body: s.Body,
		Recipients: slices.Clone(s.Recipients), IsActive: s.IsActive,
	}
	for _, name := range s.EventTypes {
		d.EventTypes = append(d.EventTypes, string(name))
	}
	for _, id := range s.Channels {
		d.Channels = append(d.Channels, string(id))
	}
	return d
}

// Rewrite replaces all that a client may say of the rule.
func (r *Rule) Rewrite(d RuleDraft, now time.Time) error {
	var v fault.Violations
	v.Text("name", d.Name, maxRuleName)
	v.Optional("description", d.Description, maxRuleDescription)
	v.Optional("condition", d.Condition, maxCondition)
	next := r.is
	next.Name, next.Description, next.Condition, next.IsActive = d.Name, d.Description, d.Condition, d.IsActive
	next.Title, next.Body, next.Recipients = d.Title, d.Body, distinct(d.Recipients)
	next.EventTypes, next.Channels = eventTypes(&v, d.EventTypes), nil
	for _, id := range distinct(d.Channels) {
		next.Channels = append(next.Channels, ChannelID(id))
	}
	if len(next.Channels) == 0 {
		v.Add("channels", fault.CodeRequired, "at least one channel is needed")
	}
	if len(next.Channels) > maxRuleChannels {
		v.Add("channels", fault.CodeTooLong, "at most %d channels are allowed", maxRuleChannels)
	}
	if len(next.Recipients) > maxRuleRecipients {
		v.Add("recipients", fault.CodeTooLong, "at most %d recipients are allowed", maxRuleRecipients)
	}
	CheckTemplate(&v, "template.title", d.Title, maxTitleTemplate)
	CheckTemplate(&v, "template.body", d.Body, maxBodyTemplate)
	if err := v.Err(); err != nil {
		return err
	}
	r.is = next
	if !r.Unchanged() {
		r.is.UpdatedAt = now
	}
	return nil
}

// eventTypes reads the names of events, each once.
func eventTypes(v *fault.Violations, names []string) []event.Name {
	if len(names) == 0 {
		v.Add("event_types", fault.CodeRequired, "at least one event is needed")
	}
	var out []event.Name
	for i, text := range names {
		field := fmt.Sprintf("event_types[%d]", i)
		if !v.Require(field, text) {
			continue
		}
		if name := fault.OneOf(v, field, text, "", event.Names()); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Wants reports whether the rule is there for events of that name.
func (r *Rule) Wants(name event.Name) bool {
	return r.is.IsActive && slices.Contains(r.is.EventTypes, name)
}

// AuditRef names the rule.
func (r *Rule) AuditRef() audit.Ref {
	return audit.Ref{Type: "rule", ID: string(r.is.ID), Name: r.is.Name, Company: r.is.Company}
}

// AuditChanges returns what changed since the rule was read.
func (r *Rule) AuditChanges() audit.Changes { return audit.Diff(r.was, r.is) }

// AuditSnapshot returns all that the rule says.
func (r *Rule) AuditSnapshot() audit.Changes { return audit.Diff(RuleState{}, r.is) }

// Unchanged reports whether nothing did.
func (r *Rule) Unchanged() bool { return len(r.AuditChanges()) == 0 }

// RuleQuery selects rules. Zero fields do not filter.
type RuleQuery struct {
	IsActive *bool
	Event    event.Name
	Channel  ChannelID
	Company  tenant.ID
	Search   string // part of the name
}

// distinct returns the list without repeats, in its order. The list comes from
// a client and may be long.
func distinct(list []string) []string {
	out := make([]string, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		if !seen[item] {
			out = append(out, item)
		}
		seen[item] = true
	}
	return out
}
