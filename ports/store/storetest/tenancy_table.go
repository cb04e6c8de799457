package storetest

import (
	"context"
	"maps"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func one[T any](_ T, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return 1, nil
}

func many[T any](list []T, err error) (int, error) { return len(list), err }

func listed[T any](got page.Result[T], err error) (int, error) {
	return max(len(got.Items), got.Count), err
}

// foreignReads asks for what belongs to e, by method, and counts what comes.
func foreignReads() map[string]func(context.Context, readers, estate) (int, error) {
	type ctx = context.Context
	p := page.Request{}
	reads := map[string]func(ctx, readers, estate) (int, error){
		"Companies.Find": func(c ctx, r readers, e estate) (int, error) { return one(r.Companies.Find(c, e.company)) },
		"Companies.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Companies.List(c, identity.CompanyQuery{Name: "Company " + string(e.company)}, p))
		},
		"Users.Find":    func(c ctx, r readers, e estate) (int, error) { return one(r.Users.Find(c, e.user.ID)) },
		"Users.ByLogin": func(c ctx, r readers, e estate) (int, error) { return one(r.Users.ByLogin(c, e.user.Email)) },
		"Users.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Users.List(c, identity.UserQuery{Company: e.company}, p))
		},
		"Users.Named": func(c ctx, r readers, e estate) (int, error) {
			return many(r.Users.Named(c, []identity.UserID{e.user.ID}))
		},
		"Sessions.Find":  func(c ctx, r readers, e estate) (int, error) { return one(r.Sessions.Find(c, e.session.ID)) },
		"APIKeys.Find":   func(c ctx, r readers, e estate) (int, error) { return one(r.APIKeys.Find(c, e.key.ID)) },
		"APIKeys.ByHash": func(c ctx, r readers, e estate) (int, error) { return one(r.APIKeys.ByHash(c, e.key.Hash)) },
		"APIKeys.List":   func(c ctx, r readers, e estate) (int, error) { return listed(r.APIKeys.List(c, e.company, p)) },
		"Alerts.Find":    func(c ctx, r readers, e estate) (int, error) { return one(r.Alerts.Find(c, e.alert.ID)) },
		"Alerts.Named":   func(c ctx, r readers, e estate) (int, error) { return many(r.Alerts.Named(c, []alert.ID{e.alert.ID})) },
		"Alerts.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Alerts.List(c, alert.Query{SourceRefs: []string{e.alert.SourceRef}}, p))
		},
		"Incidents.Find": func(c ctx, r readers, e estate) (int, error) { return one(r.Incidents.Find(c, e.incident.ID)) },
		"Incidents.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Incidents.List(c, incident.Query{Search: e.incident.Title}, p))
		},
		"Incidents.Timeline": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Incidents.Timeline(c, e.incident.ID, p))
		},
		"Incidents.Alerts":    func(c ctx, r readers, e estate) (int, error) { return many(r.Incidents.Alerts(c, e.incident.ID)) },
		"Observables.OfAlert": func(c ctx, r readers, e estate) (int, error) { return many(r.Observables.OfAlert(c, e.alert.ID)) },
		"Channels.Find":       func(c ctx, r readers, e estate) (int, error) { return one(r.Channels.Find(c, e.channel.ID)) },
		"Channels.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Channels.List(c, notification.ChannelQuery{Company: e.company}, p))
		},
		"Channels.Named": func(c ctx, r readers, e estate) (int, error) {
			return many(r.Channels.Named(c, []notification.ChannelID{e.channel.ID}))
		},
		"Rules.Find": func(c ctx, r readers, e estate) (int, error) { return one(r.Rules.Find(c, e.rule.ID)) },
		"Rules.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Rules.List(c, notification.RuleQuery{Channel: e.channel.ID}, p))
		},
		"Rules.Active": func(c ctx, r readers, e estate) (int, error) {
			found, err := r.Rules.Active(c)
			n := 0
			for _, rule := range found {
				if rule.ID() == e.rule.ID {
					n++
				}
			}
			return n, err
		},
		"Notices.Find":    func(c ctx, r readers, e estate) (int, error) { return one(r.Notices.Find(c, e.notice.ID)) },
		"Deliveries.Find": func(c ctx, r readers, e estate) (int, error) { return one(r.Deliveries.Find(c, e.delivery.ID)) },
		"Deliveries.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Deliveries.List(c, notification.DeliveryQuery{Notice: e.notice.ID}, p))
		},
		"Events.Named": func(c ctx, r readers, e estate) (int, error) { return many(r.Events.Named(c, []string{e.event.ID})) },
		"Audit.Find":   func(c ctx, r readers, e estate) (int, error) { return one(r.Audit.Find(c, e.entry.ID)) },
		"Audit.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Audit.List(c, audit.Query{EntityID: e.entry.Entity.ID}, p))
		},
		"Dashboard.Summary": func(c ctx, r readers, e estate) (int, error) {
			day := e.alert.CreatedAt.Truncate(24 * time.Hour)
			s, err := r.Dashboard.Summary(c, dashboard.Window{Company: e.company, From: day, To: day.AddDate(0, 0, 1), Zone: time.UTC})
			return s.Alerts.Total + s.Incidents.Total + s.Users.Active, err
		},
	}
	maps.Copy(reads, caseworkReads())
	return reads
}

// foreignWrites writes to what belongs to others, by method: as it is, planted
// among theirs, or carried over to one's own company.
func foreignWrites(w *world) map[string][]func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
	type ctx = context.Context
	type writes = []func(c ctx, tx txn.Tx, theirs, mine estate) error
	alerts := func(c ctx, tx txn.Tx, i incident.ID, a alert.ID) error {
		_, err := tx.Incidents().Link(c, i, []alert.ID{a})
		return err
	}
	table := map[string][]func(c ctx, tx txn.Tx, theirs, mine estate) error{
		"Companies.Add": writes{func(c ctx, tx txn.Tx, _, _ estate) error {
			return tx.Companies().Add(c, identity.RestoreCompany(w.newCompany()))
		}},
		"Companies.Save": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Companies().Save(c, identity.RestoreCompany(identity.CompanyState{ID: theirs.company, Name: "Stolen"}))
		}},
		"Companies.Remove": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Companies().Remove(c, identity.RestoreCompany(identity.CompanyState{ID: theirs.company}))
		}},
		"Incidents.Link": writes{
			func(c ctx, tx txn.Tx, theirs, mine estate) error {
				return alerts(c, tx, mine.incident.ID, theirs.alert.ID)
			},
			func(c ctx, tx txn.Tx, theirs, mine estate) error {
				return alerts(c, tx, theirs.incident.ID, mine.alert.ID)
			},
			func(c ctx, tx txn.Tx, theirs, _ estate) error {
				return alerts(c, tx, theirs.incident.ID, theirs.alert.ID)
			},
		},
		"Incidents.Tell": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Incidents().Tell(c, []incident.Entry{w.newStory(theirs.incident)})
		}},
		"Observables.Sight": writes{func(c ctx, tx txn.Tx, theirs, mine estate) error {
			return tx.Observables().Sight(c, w.ids.New, []observable.Sighting{
				w.sighting(mine.alert, observable.IP, "198.51.100.1"), w.sighting(theirs.alert, observable.IP, "198.51.100.1"),
			})
		}},
		"Alerts.Ingest": writes{
			func(c ctx, tx txn.Tx, theirs, mine estate) error {
				_, err := tx.Alerts().Ingest(c, []*alert.Alert{alert.Restore(w.newAlert(mine.company)), alert.Restore(w.newAlert(theirs.company))})
				return err
			},
			func(c ctx, tx txn.Tx, theirs, _ estate) error {
				_, err := tx.Alerts().Ingest(c, []*alert.Alert{alert.Restore(w.newAlert(theirs.company, sameKey(theirs.alert)))})
				return err
			},
			func(c ctx, tx txn.Tx, theirs, mine estate) error { // an upsert by id would carry it over
				_, err := tx.Alerts().Ingest(c, []*alert.Alert{alert.Restore(w.newAlert(mine.company, func(s *alert.State) { s.ID = theirs.alert.ID }))})
				return err
			},
		},
		"Events.Settle": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Events().Settle(c, []string{theirs.event.ID})
		}},
		"Journal.Append": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Journal().Append(c, w.newEntry(theirs.company))
		}},
		"Journal.Emit": writes{func(c ctx, tx txn.Tx, theirs, _ estate) error {
			return tx.Journal().Emit(c, []event.Event{w.newEvent(theirs.company)})
		}},
	}
	addForeignRows(w, table)
	addForeignCasework(w, table)
	return table
}

type foreignTable = map[string][]func(ctx context.Context, tx txn.Tx, theirs, mine estate) error

// addForeignRows adds the ways that all nouns with rows of their own share.
func addForeignRows(w *world, table foreignTable) {
	trespass(table, "Users", userNoun(), func(e estate) identity.UserState { return e.user },
		func(e estate) identity.UserState { return w.newUser(e.company) },
		func(s *identity.UserState, c tenant.ID) {
			s.Company, s.Username, s.Email = c, w.ids.New(), w.ids.New()+"@example.com"
		})
	trespass(table, "Sessions", sessionNoun(), func(e estate) identity.SessionState { return e.session },
		func(e estate) identity.SessionState { return w.newSession(e.user) },
		func(s *identity.SessionState, c tenant.ID) { s.Company = c })
	trespass(table, "APIKeys", keyNoun(), func(e estate) identity.KeyState { return e.key },
		func(e estate) identity.KeyState { return w.newKey(e.user) },
		func(s *identity.KeyState, c tenant.ID) { s.Company = c })
	trespass(table, "Alerts", alertNoun(), func(e estate) alert.State { return e.alert },
		func(e estate) alert.State { return w.newAlert(e.company) },
		func(s *alert.State, c tenant.ID) { s.Company, s.SourceRef = c, w.ids.New() })
	trespass(table, "Incidents", incidentNoun(), func(e estate) incident.State { return e.incident },
		func(e estate) incident.State { return w.newIncident(e.company) },
		func(s *incident.State, c tenant.ID) { s.Company = c })
	trespass(table, "Channels", channelNoun(), func(e estate) notification.ChannelState { return e.channel },
		func(e estate) notification.ChannelState { return w.newChannel(e.company) },
		func(s *notification.ChannelState, c tenant.ID) { s.Company, s.Name = c, w.ids.New() })
	trespass(table, "Rules", ruleNoun(), func(e estate) notification.RuleState { return e.rule },
		func(e estate) notification.RuleState { return w.newRule(e.channel) },
		func(s *notification.RuleState, c tenant.ID) { s.Company = c })
	trespass(table, "Notices", noticeNoun(), func(e estate) notification.Notice { return e.notice },
		func(e estate) notification.Notice { return w.newNotice(e.rule) },
		func(n *notification.Notice, c tenant.ID) { n.Company, n.Event = c, w.ids.New() })
	trespass(table, "Deliveries", deliveryNoun(), func(e estate) notification.DeliveryState { return e.delivery },
		func(e estate) notification.DeliveryState { return w.newDelivery(w.newNotice(e.rule), e.channel) },
		func(s *notification.DeliveryState, c tenant.ID) { s.Company, s.Event = c, w.ids.New() })

	table["Rules.Add"] = append(table["Rules.Add"], func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
		return ruleNoun().add(ctx, tx, w.newRule(theirs.channel, func(s *notification.RuleState) { s.Company = mine.company }))
	})
	table["Alerts.Remove"] = both(func(s alert.State) func(context.Context, txn.Tx) error {
		return func(ctx context.Context, tx txn.Tx) error { return tx.Alerts().Remove(ctx, alert.Restore(s)) }
	}, func(e estate) alert.State { return e.alert }, func(s *alert.State, c tenant.ID) { s.Company = c })
	table["Rules.Remove"] = both(func(s notification.RuleState) func(context.Context, txn.Tx) error {
		return func(ctx context.Context, tx txn.Tx) error { return tx.Rules().Remove(ctx, notification.RestoreRule(s)) }
	}, func(e estate) notification.RuleState { return e.rule }, func(s *notification.RuleState, c tenant.ID) { s.Company = c })
	table["Channels.Remove"] = both(func(s notification.ChannelState) func(context.Context, txn.Tx) error {
		return func(ctx context.Context, tx txn.Tx) error {
			return tx.Channels().Remove(ctx, notification.RestoreChannel(s))
		}
	}, func(e estate) notification.ChannelState { return e.channel }, func(s *notification.ChannelState, c tenant.ID) { s.Company = c })
}

// trespass adds a noun's Add and Save: a new row of theirs, an old row of
// theirs under one's own company.
func trespass[S any](table foreignTable, name string, n noun[S], old, fresh func(estate) S, move func(*S, tenant.ID)) {
	table[name+".Add"] = []func(context.Context, txn.Tx, estate, estate) error{
		func(ctx context.Context, tx txn.Tx, theirs, _ estate) error { return n.add(ctx, tx, fresh(theirs)) },
		func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
			s := old(theirs)
			move(&s, mine.company)
			return n.add(ctx, tx, s)
		},
	}
	if n.save != nil {
		table[name+".Save"] = both(func(s S) func(context.Context, txn.Tx) error {
			return func(ctx context.Context, tx txn.Tx) error { return n.save(ctx, tx, s) }
		}, old, move)
	}
}

// both does something to a row of theirs as it is, and as if it were one's own.
func both[S any](do func(S) func(context.Context, txn.Tx) error, old func(estate) S, move func(*S, tenant.ID)) []func(context.Context, txn.Tx, estate, estate) error {
	return []func(context.Context, txn.Tx, estate, estate) error{
		func(ctx context.Context, tx txn.Tx, theirs, _ estate) error { return do(old(theirs))(ctx, tx) },
		func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
			s := old(theirs)
			move(&s, mine.company)
			return do(s)(ctx, tx)
		},
	}
}
