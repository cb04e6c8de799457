// Package notification decides who is told what, over which channel, and what
// becomes of a message that does not get through.
package notification

import (
	"maps"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ChannelID identifies a channel.
type ChannelID string

// Channel is a configured way out: one Slack webhook, one mail server.
type Channel struct {
	was, is ChannelState
}

// ChannelState is a channel as stores and edges see it. The settings are kept
// encrypted; Shown is the same with every secret masked, fit to be read.
type ChannelState struct {
	ID        ChannelID
	Company   tenant.ID
	Name      string         `audit:"name"`
	Type      string         `audit:"channel_type"`
	Shown     map[string]any `audit:"config"`
	Sealed    secret.Text    `audit:"config_secrets"` // ciphertext of the settings
	IsEnabled bool           `audit:"is_enabled"`
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int
}

const maxChannelName = 100

// Settings are a channel's settings in the two forms that are kept.
type Settings struct {
	Shown  map[string]any
	Sealed secret.Text
}

// NewChannel makes a channel whose settings its type has approved.
func NewChannel(id ChannelID, company tenant.ID, name, kind string, set Settings, enabled bool, now time.Time) (*Channel, error) {
	var v fault.Violations
	v.Text("name", name, maxChannelName)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &Channel{is: ChannelState{
		ID: id, Company: company, Name: name, Type: kind, Shown: maps.Clone(set.Shown), Sealed: set.Sealed,
		IsEnabled: enabled, CreatedAt: now, UpdatedAt: now,
	}}, nil
}

// RestoreChannel rebuilds a stored channel. What s points to is the channel's
// from then on.
func RestoreChannel(s ChannelState) *Channel { return &Channel{was: s, is: s} }

// State returns the channel's present state, as a copy.
func (c *Channel) State() ChannelState {
	s := c.is
	s.Shown = maps.Clone(s.Shown)
	return s
}

// ID returns the channel's id.
func (c *Channel) ID() ChannelID { return c.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (c *Channel) Saved() { c.is.Version++ }

// SealLabel binds the channel's sealed settings to it and to its company.
func (c *Channel) SealLabel() string { return SealLabel(c.is.Company, c.is.ID) }

// SealLabel is the label of a channel that is yet to be made.
func SealLabel(company tenant.ID, id ChannelID) string {
	return "channel/" + string(company) + "/" + string(id)
}

// ChannelPatch changes what is not nil. The type never changes.
type ChannelPatch struct {
	Name      *string
	Settings  *Settings
	IsEnabled *bool
}

// Apply changes the channel.
func (c *Channel) Apply(p ChannelPatch, now time.Time) error {
	if p.Name != nil {
		var v fault.Violations
		v.Text("name", *p.Name, maxChannelName)
		if err := v.Err(); err != nil {
			return err
		}
		c.is.Name = *p.Name
	}
	if p.Settings != nil {
		c.is.Shown, c.is.Sealed = maps.Clone(p.Settings.Shown), p.Settings.Sealed
	}
	if p.IsEnabled != nil {
		c.is.IsEnabled = *p.IsEnabled
	}
	if !c.Unchanged() {
		c.is.UpdatedAt = now
	}
	return nil
}

// Reseal keeps the settings, encrypted anew. To its customer nothing changes.
func (c *Channel) Reseal(sealed secret.Text) { c.is.Sealed = sealed }

// AuditRef names the channel.
func (c *Channel) AuditRef() audit.Ref {
	return audit.Ref{Type: "channel", ID: string(c.is.ID), Name: c.is.Name, Company: c.is.Company}
}

// AuditChanges returns what changed since the channel was read.
func (c *Channel) AuditChanges() audit.Changes { return audit.Diff(c.was, c.is) }

// AuditSnapshot returns all that the channel says.
func (c *Channel) AuditSnapshot() audit.Changes { return audit.Diff(ChannelState{}, c.is) }

// Unchanged reports whether nothing did.
func (c *Channel) Unchanged() bool { return len(c.AuditChanges()) == 0 }

// ChannelQuery selects channels. Zero fields do not filter.
type ChannelQuery struct {
	Types     []string
	IsEnabled *bool
	Company   tenant.ID
	Search    string // part of the name
}
