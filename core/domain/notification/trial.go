package notification

import "github.com/sentineliq/sentineliq/core/domain/audit"

// Trial is a test message on its way over a channel.
type Trial struct {
	Channel  *Channel
	Delivery *Delivery
}

// AuditRef names the channel that is tried.
func (t Trial) AuditRef() audit.Ref { return t.Channel.AuditRef() }

// AuditChanges returns nothing: a test changes no channel.
func (t Trial) AuditChanges() audit.Changes { return nil }

// AuditMetadata names the delivery.
func (t Trial) AuditMetadata() map[string]any {
	return map[string]any{"delivery_id": string(t.Delivery.is.ID)}
}

// Dispatch is the one change in which events of a company become messages.
type Dispatch struct {
	Notices    []*Notice
	Deliveries []*Delivery // those that are new
	Events     []string
}

// AuditRef names the first notice; a dispatch without one changes nothing.
func (d Dispatch) AuditRef() audit.Ref {
	ref := audit.Ref{Type: "notification"}
	if len(d.Notices) > 0 {
		first := d.Notices[0]
		ref.ID, ref.Name, ref.Company = string(first.ID), first.Title, first.Company
	}
	return ref
}

// AuditChanges returns nothing: notices are new and never change.
func (d Dispatch) AuditChanges() audit.Changes { return nil }

// AuditMetadata lists every event, notice and delivery.
func (d Dispatch) AuditMetadata() map[string]any {
	deliveries := make([]any, len(d.Deliveries))
	for i, one := range d.Deliveries {
		deliveries[i] = map[string]any{
			"id": string(one.is.ID), "notification_id": string(one.is.Notice),
			"channel_id": string(one.is.Channel), "recipient": string(one.is.Recipient),
		}
	}
	events := make([]any, len(d.Events))
	for i, id := range d.Events {
		events[i] = id
	}
	return map[string]any{"events": events, "deliveries": deliveries}
}
