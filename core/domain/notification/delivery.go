package notification

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// DeliveryID identifies a delivery.
type DeliveryID string

// DeliveryStatus is where a delivery stands.
type DeliveryStatus string

// The statuses. Failed ones are tried again; Dead ones were given up and can be
// retried by hand; Skipped ones were not wanted any more when their turn came.
const (
	Pending   DeliveryStatus = "pending"
	Sending   DeliveryStatus = "sending"
	Delivered DeliveryStatus = "delivered"
	Failed    DeliveryStatus = "failed"
	Dead      DeliveryStatus = "dead"
	Skipped   DeliveryStatus = "skipped"
)

// DeliveryStatuses lists the statuses.
func DeliveryStatuses() []DeliveryStatus {
	return []DeliveryStatus{Pending, Sending, Failed, Delivered, Skipped, Dead}
}

// Delivery is one notice on its way over one channel to one recipient. At most
// one exists for an event, rule, channel and recipient.
type Delivery struct {
	was, is DeliveryState
}

// DeliveryState is a delivery as stores and edges see it.
type DeliveryState struct {
	ID             DeliveryID
	Company        tenant.ID
	Notice         ID
	Event          string // the id the receiver recognises repeats by, with the recipient's
	Rule           RuleID
	Channel        ChannelID
	ChannelType    string
	Recipient      identity.UserID // empty where the channel is a place
	Status         DeliveryStatus  `audit:"status"`
	Attempts       int             `audit:"attempts"`
	NextAttemptAt  time.Time       // when it is due; zero when it is over
	LeaseUntil     time.Time       // whoever claimed it owns it until then
	LastError      string          `audit:"last_error"`
	ResponseStatus int             `audit:"response_status"`
	CreatedAt      time.Time
	DeliveredAt    time.Time `audit:"delivered_at"`
	Version        int       // fences a worker that lost its lease
}

// NewDelivery makes a delivery that is due at once.
func NewDelivery(id DeliveryID, n *Notice, c *Channel, to identity.UserID, now time.Time) *Delivery {
	return &Delivery{is: DeliveryState{
		ID: id, Company: n.Company, Notice: n.ID, Event: n.Event, Rule: n.Rule,
		Channel: c.is.ID, ChannelType: c.is.Type, Recipient: to,
		Status: Pending, NextAttemptAt: now, CreatedAt: now,
	}}
}

// RestoreDelivery rebuilds a stored delivery.
func RestoreDelivery(s DeliveryState) *Delivery { return &Delivery{was: s, is: s} }

// State returns the delivery's present state.
func (d *Delivery) State() DeliveryState { return d.is }

// Saved notes that a store has kept the present state as its next version.
func (d *Delivery) Saved() { d.is.Version++ }

// MessageID is the id that the receiver sees. It is the same for every attempt
// and for every repeat, and differs between recipients.
func (d *Delivery) MessageID() string { return "msg_" + string(d.is.ID) }

const maxLastError = 500

// Succeeded notes that the receiver took the message. Status is the HTTP
// status, 0 where there is none.
func (d *Delivery) Succeeded(status int, now time.Time) {
	d.is.Status, d.is.DeliveredAt = Delivered, now
	d.is.LastError, d.is.ResponseStatus = "", status
	d.end()
}

// Refused notes a failed attempt that may be repeated after wait; a nil wait
// gives up.
func (d *Delivery) Refused(reason string, status int, wait *time.Duration, now time.Time) {
	d.is.LastError, d.is.ResponseStatus = cut(reason), status
	if wait == nil {
		d.is.Status = Dead
		d.end()
		return
	}
	d.is.Status, d.is.NextAttemptAt, d.is.LeaseUntil = Failed, now.Add(*wait), time.Time{}
}

// Skip ends the delivery unsent because it is not wanted any more.
func (d *Delivery) Skip(reason string) {
	d.is.Status, d.is.LastError = Skipped, cut(reason)
	d.end()
}

// Retry makes a dead or skipped delivery due again, with all its attempts.
func (d *Delivery) Retry(now time.Time) error {
	if d.is.Status != Dead && d.is.Status != Skipped {
		return fault.Newf(fault.Conflict, "the delivery is %s", d.is.Status).WithCode("invalid_transition")
	}
	d.is.Status, d.is.Attempts, d.is.NextAttemptAt = Pending, 0, now
	return nil
}

// Over reports whether nothing more will happen by itself.
func (d *Delivery) Over() bool {
	return d.is.Status == Delivered || d.is.Status == Dead || d.is.Status == Skipped
}

func (d *Delivery) end() { d.is.NextAttemptAt, d.is.LeaseUntil = time.Time{}, time.Time{} }

// cut makes a reason fit to be stored: half of it may be what a stranger's
// server answered.
func cut(reason string) string {
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "\uFFFD"), "\x00", "")
	if utf8.RuneCountInString(reason) <= maxLastError {
		return reason
	}
	return string([]rune(reason)[:maxLastError-1]) + "…"
}

// AuditRef names the delivery.
func (d *Delivery) AuditRef() audit.Ref {
	return audit.Ref{Type: "delivery", ID: string(d.is.ID), Name: d.is.ChannelType, Company: d.is.Company}
}

// AuditChanges returns what changed since the delivery was read.
func (d *Delivery) AuditChanges() audit.Changes { return audit.Diff(d.was, d.is) }

// DeliveryQuery selects deliveries. Zero fields do not filter.
type DeliveryQuery struct {
	Statuses                    []DeliveryStatus
	Channel                     ChannelID
	Notice                      ID
	Rule                        RuleID
	Recipient                   identity.UserID
	Company                     tenant.ID
	CreatedAfter, CreatedBefore time.Time
}
