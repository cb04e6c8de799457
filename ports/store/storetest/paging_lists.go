package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

const manyRows = 10

// names sort by their bytes, so capitals come before small letters.
func name(i int) string {
	return []string{"b", "B", "a-z", "a z", "ä", "Z", "a", "aa", "_", "ab"}[i%manyRows]
}

// distinct is a name that differs from the others by more than its case.
func distinct(i int) string { return name(i) + string(rune('0'+i)) }

// tie gives only a few different times, one of them none at all.
func tie(base time.Time, i int) time.Time {
	if i%4 == 3 {
		return time.Time{}
	}
	return base.Add(time.Duration(i%4) * time.Microsecond)
}

// reading adapts a noun's list to the ids of its items.
func reading[T any](list func(context.Context, readers, page.Request) (page.Result[T], error), id func(T) string,
) func(context.Context, readers, page.Request) ([]string, page.Result[string], error) {
	return func(ctx context.Context, r readers, p page.Request) ([]string, page.Result[string], error) {
		got, err := list(ctx, r, p)
		ids := page.Map(got, id)
		return ids.Items, ids, err
	}
}

// rows calls make for each of many rows, in no order of their ids.
func rows(w *world, each func(i int) row) []row {
	out := make([]row, manyRows)
	for i := range out {
		out[i] = each(i)
	}
	w.clock.Advance(time.Second)
	return out
}

func lists() []list {
	return slices.Concat(triageLists(), caseworkLists(), identityLists(), notificationLists(), storyLists())
}

func triageLists() []list {
	newest := page.Key{Name: "created_at", Desc: true}
	return []list{
		{
			name: "alerts", keys: alert.SortNames(), first: newest,
			read: reading(alertNoun().list, alertNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				company, base := w.company(t), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addAlert(t, company, func(s *alert.State) {
						s.CreatedAt, s.UpdatedAt = base.Add(time.Duration(i%3)*time.Microsecond), base.Add(-time.Duration(i%2)*time.Hour)
						s.EventTime, s.LastSeen = base.Add(-time.Duration(i%4)*time.Microsecond), base.Add(time.Duration(i%5)*time.Second)
						s.Severity, s.Status = severity.Levels()[i%5], alert.Statuses()[i%4]
					})
					return row{string(s.ID), map[string]any{
						"created_at": s.CreatedAt, "updated_at": s.UpdatedAt, "event_time": s.EventTime, "last_seen": s.LastSeen,
						"severity": s.Severity.Rank(), "status": slices.Index(alert.Statuses(), s.Status),
					}}
				})
			},
		},
		{
			name: "incidents", keys: incident.SortNames(), first: newest,
			read: reading(incidentNoun().list, incidentNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				company, base := w.company(t), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addIncident(t, company, func(s *incident.State) {
						s.CreatedAt, s.UpdatedAt = base.Add(time.Duration(i%3)*time.Microsecond), base.Add(-time.Duration(i%2)*time.Hour)
						s.StartDate = base.Add(-time.Duration(i%4) * time.Microsecond)
						s.Severity, s.Status = severity.Levels()[i%5], incident.Statuses()[i%4]
						s.EndDate, s.AlertCount = tie(base, i), 3*i
						if i%3 == 0 {
							s.Impact = ref(10 * i)
						}
					})
					return row{string(s.ID), map[string]any{
						"created_at": s.CreatedAt, "updated_at": s.UpdatedAt, "start_date": s.StartDate,
						"end_date": s.EndDate, "impact_score": s.ImpactScore(),
						"severity": s.Severity.Rank(), "status": slices.Index(incident.Statuses(), s.Status),
					}}
				})
			},
		},
	}
}

func identityLists() []list {
	return []list{
		{
			name: "users", keys: []string{"username", "email", "date_joined", "last_login"},
			first: page.Key{Name: "date_joined", Desc: true}, read: reading(userNoun().list, userNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				company, base := w.company(t), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addUser(t, company, func(s *identity.UserState) {
						s.Username, s.Email = distinct(i), name(manyRows-1-i)+s.Email
						s.JoinedAt, s.LastLogin = base.Add(-time.Duration(i%3)*time.Microsecond), tie(base, i)
					})
					return row{string(s.ID), map[string]any{
						"username": s.Username, "email": s.Email, "date_joined": s.JoinedAt, "last_login": s.LastLogin,
					}}
				})
			},
		},
		{
			name: "companies", keys: []string{"name", "created_at"}, first: page.Key{Name: "name"},
			read: reading(func(ctx context.Context, r readers, p page.Request) (page.Result[*identity.Company], error) {
				return r.Companies.List(ctx, identity.CompanyQuery{}, p)
			}, func(c *identity.Company) string { return string(c.ID()) }),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				base := w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addCompany(t, func(s *identity.CompanyState) {
						s.Name, s.CreatedAt = distinct(i), base.Add(time.Duration(i%3)*time.Microsecond)
					})
					return row{string(s.ID), map[string]any{"name": s.Name, "created_at": s.CreatedAt}}
				})
			},
		},
		{
			name: "api keys", keys: []string{"name", "created_at"}, first: page.Key{Name: "created_at", Desc: true},
			read: reading(keyNoun().list, keyNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				u, base := w.addUser(t, w.company(t)), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addKey(t, u, func(s *identity.KeyState) {
						s.Name, s.CreatedAt = name(i%5), base.Add(time.Duration(i%3)*time.Microsecond)
					})
					return row{string(s.ID), map[string]any{"name": s.Name, "created_at": s.CreatedAt}}
				})
			},
		},
	}
}

func notificationLists() []list {
	newest, keys := page.Key{Name: "created_at", Desc: true}, []string{"name", "created_at"}
	return []list{
		{
			name: "channels", keys: keys, first: newest, read: reading(channelNoun().list, channelNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				company, base := w.company(t), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addChannel(t, company, func(s *notification.ChannelState) {
						s.Name, s.CreatedAt = distinct(i), base.Add(time.Duration(i%3)*time.Microsecond)
					})
					return row{string(s.ID), map[string]any{"name": s.Name, "created_at": s.CreatedAt}}
				})
			},
		},
		{
			name: "rules", keys: keys, first: newest, read: reading(ruleNoun().list, ruleNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				c, base := w.addChannel(t, w.company(t)), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addRule(t, c, func(s *notification.RuleState) {
						s.Name, s.CreatedAt = name(i), base.Add(time.Duration(i%3)*time.Microsecond)
					})
					return row{string(s.ID), map[string]any{"name": s.Name, "created_at": s.CreatedAt}}
				})
			},
		},
		{
			name: "deliveries", keys: []string{"created_at", "status"}, first: newest,
			read: reading(deliveryNoun().list, deliveryNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				c, base := w.addChannel(t, w.company(t)), w.clock.Now()
				return rows(w, func(i int) row {
					s := w.addDelivery(t, c, func(s *notification.DeliveryState) {
						s.Status, s.CreatedAt = notification.DeliveryStatuses()[i%6], base.Add(time.Duration(i%3)*time.Microsecond)
					})
					return row{string(s.ID), map[string]any{
						"created_at": s.CreatedAt, "status": slices.Index(notification.DeliveryStatuses(), s.Status),
					}}
				})
			},
		},
	}
}

// storyLists are the two lists that only time orders. The log's time is the
// order in which it was written.
func storyLists() []list {
	var told incident.ID
	return []list{
		{
			name: "timeline", keys: []string{"timestamp"}, first: page.Key{Name: "timestamp"},
			read: reading(func(ctx context.Context, r readers, p page.Request) (page.Result[incident.Entry], error) {
				return r.Incidents.Timeline(ctx, told, p)
			}, func(e incident.Entry) string { return e.ID }),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				i, base := w.addIncident(t, w.company(t)), w.clock.Now()
				told = i.ID
				return rows(w, func(n int) row {
					e := w.newStory(i, func(e *incident.Entry) { e.At = base.Add(-time.Duration(n%3) * time.Microsecond) })
					w.update(t, tenant.Of(i.Company), func(ctx context.Context, tx txn.Tx) error {
						return tx.Incidents().Tell(ctx, []incident.Entry{e})
					})
					return row{e.ID, map[string]any{"timestamp": e.At}}
				})
			},
		},
		{
			name: "audit log", keys: []string{"timestamp"}, first: page.Key{Name: "timestamp", Desc: true},
			read: reading(func(ctx context.Context, r readers, p page.Request) (page.Result[audit.Entry], error) {
				return r.Audit.List(ctx, audit.Query{Actions: []string{"step"}}, p)
			}, func(e audit.Entry) string { return e.ID }),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				company := w.company(t)
				return rows(w, func(i int) row {
					e := w.newEntry(company, func(e *audit.Entry) { e.Action = "step" })
					w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Journal().Append(ctx, e) })
					return row{e.ID, map[string]any{"timestamp": i}}
				})
			},
		},
	}
}
