package httpapi_test

import (
	"encoding/json"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
)

// One of everything, for the mocks to return.

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 1_000, time.UTC) }

func anAlert() *alert.Alert {
	return alert.Restore(alert.State{
		ID: alertID, Company: acmeID, Title: "<Beacon> & more", Severity: severity.High, Status: alert.New,
		Source: "suricata", SourceRef: "r1", TLP: sharing.Amber, PAP: sharing.PAPAmber, EventTime: noon(),
		FirstSeen: noon(), LastSeen: noon(), Occurrences: 2, RawPayload: json.RawMessage(`{"a":9007199254740993}`),
		CreatedBy: userID, CreatedAt: noon(), UpdatedAt: noon(), Version: 7,
	})
}

func fullAlert() *alert.Alert {
	s := anAlert().State()
	s.Tags, s.Observables, s.Incidents = []string{"vip"}, map[string][]string{"ip": {"192.0.2.1"}}, []string{otherID}
	s.Assignee, s.CreatedByKey, s.AcknowledgedAt, s.AcknowledgedBy = userID, otherID, noon(), userID
	s.ResolvedAt, s.Resolution, s.ResolutionNotes, s.RawPayload = noon(), alert.Benign, "fine", nil
	return alert.Restore(s)
}

func aCompany() *identity.Company {
	return identity.RestoreCompany(identity.CompanyState{
		ID: acmeID, Name: "Acme", IsActive: true, CreatedAt: noon(), UpdatedAt: noon(), Version: 3,
	})
}

func aUser() *identity.User {
	return identity.RestoreUser(identity.UserState{
		ID: userID, Username: "ana", Email: "ana@acme.example", Role: actor.Analyst, Company: acmeID, IsActive: true,
		PasswordHash: secret.New("hash-never-shown"), JoinedAt: noon(), Version: 4,
	})
}

func aKey() *identity.APIKey {
	return identity.RestoreAPIKey(identity.KeyState{
		ID: otherID, Company: acmeID, Name: "edr", Role: actor.Analyst, Prefix: "siq_abc", Hash: "hash-never-shown",
		CreatedBy: userID, CreatedAt: noon(),
	})
}

func anIncident() *incident.Incident {
	return incident.Restore(incident.State{
		ID: otherID, Company: acmeID, Title: "Beacon", Severity: severity.Critical, Status: incident.Open,
		TLP: sharing.Amber, PAP: sharing.PAPAmber, StartDate: noon(), AlertCount: 1, CreatedBy: userID,
		CreatedAt: noon(), UpdatedAt: noon(), Version: 2,
	})
}

func anEntry() incident.Entry {
	return incident.Entry{ID: userID, Incident: otherID, Type: incident.Note, Title: "Called", At: noon(), AddedAt: noon()}
}

func aChannel() *notification.Channel {
	return notification.RestoreChannel(notification.ChannelState{
		ID: otherID, Company: acmeID, Name: "Slack", Type: "slack", Shown: map[string]any{"webhook_url": "***"},
		Sealed: secret.New("sealed-never-shown"), IsEnabled: true, CreatedAt: noon(), UpdatedAt: noon(), Version: 5,
	})
}

func aRule() *notification.Rule {
	return notification.RestoreRule(notification.RuleState{
		ID: otherID, Company: acmeID, Name: "High", EventTypes: []event.Name{event.AlertCreated},
		Channels: []notification.ChannelID{otherID}, IsActive: true, CreatedAt: noon(), UpdatedAt: noon(), Version: 6,
	})
}

func aDelivery() *notification.Delivery {
	return notification.RestoreDelivery(notification.DeliveryState{
		ID: otherID, Company: acmeID, Notice: userID, Channel: alertID, Status: notification.Dead, Attempts: 7,
		LastError: "refused", ResponseStatus: 503, CreatedAt: noon(), Version: 9,
	})
}

func anAuditEntry() audit.Entry {
	return audit.Entry{
		ID: otherID, Sequence: 42, At: noon(), Company: acmeID, ActorType: actor.User, ActorID: userID, ActorName: "ana",
		Action: "assign", Entity: audit.Ref{Type: "alert", ID: alertID, Name: "Beacon"},
		Changes: audit.Changes{"assignee": {nil, userID}}, Origin: actor.Origin{RequestID: "r-1", IP: "192.0.2.7"},
		Status: 200, Outcome: audit.Success,
	}
}

func aSummary() dashboard.Summary {
	rate := 12.5
	return dashboard.Summary{
		Window: dashboard.Window{From: noon().Truncate(24 * time.Hour), To: noon().Truncate(24*time.Hour).AddDate(0, 0, 2), Zone: time.UTC},
		Alerts: dashboard.Alerts{
			Total: 3, BySeverity: map[string]int{"high": 3}, BySource: []dashboard.Named{{Name: "z", Count: 2}, {Name: "a", Count: 1}},
			Trend: []dashboard.Count{{Date: "2026-03-02", Count: 3}},
		},
		Incidents: dashboard.Incidents{EscalationRate: &rate},
	}
}
