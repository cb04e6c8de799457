// Package channel is the ways out: each type of channel knows its settings and
// how to send a message, and says whether trying again can help.
package channel

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// Message is what there is to say, for any channel. All text is plain; the
// channel escapes it the way its receiver needs.
type Message struct {
	ID        string // the same for every attempt; the receiver's key against repeats
	Title     string
	Body      string
	Severity  severity.Level
	Event     string // such as "alert.created"
	EventID   string // the same for all messages about one event
	EventTime time.Time
	Company   string // its name
	Labels    []Label
	Link      string         // absolute URL into the product; may be empty
	Data      map[string]any // the event's facts, for machines
	Recipient Recipient      // empty where the channel is a place
}

// Label is a fact worth showing beside the text.
type Label struct{ Name, Value string }

// Recipient is the person a message is for.
type Recipient struct{ Name, Email string }

// Receipt is what the receiver said to a message it took.
type Receipt struct {
	Status int // HTTP status; 0 where there is none
}

// Field describes one setting of a type of channel.
type Field struct {
	Name     string
	Label    string
	Kind     Kind
	Required bool
	Secret   bool     // encrypted at rest, masked everywhere
	Choices  []string // for KindChoice
	Help     string
}

// Kind is what sort of value a setting takes.
type Kind string

// The kinds of settings.
const (
	KindText    Kind = "text"
	KindURL     Kind = "url"
	KindNumber  Kind = "number"
	KindChoice  Kind = "choice"
	KindHeaders Kind = "headers" // names and values of HTTP headers
)

// Description is what the API and a form need to know of a type.
type Description struct {
	Label     string
	ToPeople  bool // one message per recipient instead of one per rule
	Fields    []Field
	Configure string // one sentence on where the settings come from
}

// Type is a kind of channel, such as Slack.
type Type interface {
	// Name is the stable name that is stored, such as "slack".
	Name() string
	Describe() Description
	// Open makes a Sender from settings. Settings that cannot work are
	// fault.Invalid, with the names of the fields.
	Open(settings json.RawMessage) (Sender, error)
}

// Preparer is a Type that makes settings of its own where the customer left them
// out, such as a signing secret.
type Preparer interface {
	// Prepare returns the settings with what was missing. The customer has no
	// other way to learn a secret made here than the answer to the request that
	// made it.
	Prepare(settings json.RawMessage) (json.RawMessage, error)
}

// Sender sends messages over one configured channel. It may be used by several
// goroutines.
type Sender interface {
	// Send returns nil error only when the receiver has taken the message. Any
	// other error is a *Refusal, or is treated as one that may pass. No error
	// carries a secret of the settings.
	Send(ctx context.Context, m Message) (Receipt, error)
}
