package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// For each noun, newX makes an ordinary state and addX stores it as well. Edits
// show what matters to the test.

func (w *world) newCompany(edits ...func(*identity.CompanyState)) identity.CompanyState {
	id := w.ids.New()
	return edited(identity.CompanyState{
		ID: tenant.ID(id), Name: "Company " + id, IsActive: true, CreatedAt: w.clock.Now(), UpdatedAt: w.clock.Now(),
	}, edits)
}

func (w *world) addCompany(t *testing.T, edits ...func(*identity.CompanyState)) identity.CompanyState {
	t.Helper()
	s := w.newCompany(edits...)
	w.update(t, tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		if err := tx.Companies().Add(ctx, identity.RestoreCompany(s)); err != nil {
			return err
		}
		return tx.Journal().Append(ctx, w.newEntry(s.ID))
	})
	return s
}

// company adds a company and returns its id, which is all that most tests need.
func (w *world) company(t *testing.T) tenant.ID {
	t.Helper()
	return w.addCompany(t).ID
}

func (w *world) newUser(company tenant.ID, edits ...func(*identity.UserState)) identity.UserState {
	id := w.ids.New()
	return edited(identity.UserState{
		ID: identity.UserID(id), Username: "user-" + id, Email: id + "@example.com", FirstName: "Ana", LastName: "Lyst",
		Role: actor.Analyst, Company: company, IsActive: true, PasswordHash: secret.New("$argon2id$" + id), JoinedAt: w.clock.Now(),
	}, edits)
}

// addUser stores a user; one without a company is a superuser.
func (w *world) addUser(t *testing.T, company tenant.ID, edits ...func(*identity.UserState)) identity.UserState {
	t.Helper()
	s := w.newUser(company, edits...)
	scope := tenant.Of(company)
	if company == "" {
		s.Role, scope = actor.Superuser, tenant.All()
	}
	w.update(t, scope, func(ctx context.Context, tx txn.Tx) error {
		return tx.Users().Add(ctx, identity.RestoreUser(s))
	})
	return s
}

func (w *world) newSession(u identity.UserState, edits ...func(*identity.SessionState)) identity.SessionState {
	return edited(identity.SessionState{
		ID: identity.SessionID(w.ids.New()), User: u.ID, Company: u.Company, Epoch: u.Epoch, Current: w.ids.New(),
		CreatedAt: w.clock.Now(), ExpiresAt: w.clock.Now().Add(24 * time.Hour),
	}, edits)
}

func (w *world) addSession(t *testing.T, u identity.UserState, edits ...func(*identity.SessionState)) identity.SessionState {
	t.Helper()
	s := w.newSession(u, edits...)
	w.update(t, tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		if err := tx.Sessions().Add(ctx, identity.NewSession(s)); err != nil {
			return err
		}
		return tx.Journal().Append(ctx, w.newEntry(u.Company))
	})
	return s
}

func (w *world) newKey(u identity.UserState, edits ...func(*identity.KeyState)) identity.KeyState {
	id := w.ids.New()
	return edited(identity.KeyState{
		ID: identity.KeyID(id), Company: u.Company, Name: "key " + id, Role: actor.Analyst, Prefix: "siq_" + id[len(id)-6:],
		Hash: "hash-" + id, CreatedBy: u.ID, CreatedAt: w.clock.Now(),
	}, edits)
}

func (w *world) addKey(t *testing.T, u identity.UserState, edits ...func(*identity.KeyState)) identity.KeyState {
	t.Helper()
	s := w.newKey(u, edits...)
	w.update(t, tenant.Of(u.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.APIKeys().Add(ctx, identity.RestoreAPIKey(s))
	})
	return s
}

func (w *world) newAlert(company tenant.ID, edits ...func(*alert.State)) alert.State {
	id, now := w.ids.New(), w.clock.Now()
	return edited(alert.State{
		ID: alert.ID(id), Company: company, Title: "Alert " + id, Severity: severity.High, Status: alert.New,
		Source: "siem", SourceRef: "ref-" + id, TLP: sharing.Amber, PAP: sharing.PAPAmber,
		EventTime: now, FirstSeen: now, LastSeen: now, Occurrences: 1, CreatedAt: now, UpdatedAt: now,
	}, edits)
}

func (w *world) addAlert(t *testing.T, company tenant.ID, edits ...func(*alert.State)) alert.State {
	t.Helper()
	s := w.newAlert(company, edits...)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Alerts().Add(ctx, alert.Restore(s))
	})
	return s
}

func (w *world) newIncident(company tenant.ID, edits ...func(*incident.State)) incident.State {
	id, now := w.ids.New(), w.clock.Now()
	return edited(incident.State{
		ID: incident.ID(id), Company: company, Title: "Incident " + id, Severity: severity.High, Status: incident.Open,
		TLP: sharing.Amber, PAP: sharing.PAPAmber, StartDate: now, CreatedAt: now, UpdatedAt: now,
	}, edits)
}

func (w *world) addIncident(t *testing.T, company tenant.ID, edits ...func(*incident.State)) incident.State {
	t.Helper()
	s := w.newIncident(company, edits...)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Add(ctx, incident.Restore(s))
	})
	return s
}

// link ties alerts to an incident and returns the distinct observables.
func (w *world) link(t *testing.T, i incident.State, alerts ...alert.State) (observables int) {
	t.Helper()
	ids := make([]alert.ID, len(alerts))
	for n, a := range alerts {
		ids[n] = a.ID
	}
	w.update(t, tenant.Of(i.Company), func(ctx context.Context, tx txn.Tx) error {
		var err error
		observables, err = tx.Incidents().Link(ctx, i.ID, ids)
		return err
	})
	return observables
}
