package storetest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// tenancy asks for, and writes to, another company's rows through every method
// there is.
func tenancy(t *testing.T, w *world) {
	t.Helper()
	t.Run("every method is tried", func(t *testing.T) {
		tried := map[string]bool{}
		for name := range foreignReads() {
			tried[name] = true
		}
		for name := range foreignWrites(w) {
			tried[name] = true
		}
		for _, name := range slices.Concat(methods(reflect.TypeFor[store.View]()), methods(reflect.TypeFor[txn.Tx]())) {
			require.True(t, tried[name] || ownKeys(name), "%s is a way into the store: try it with another company's rows", name)
		}
	})
	theirs, mine := w.estate(t), w.estate(t)
	before := w.estateOf(t, theirs)
	for name, read := range foreignReads() {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(mine.company), func(ctx context.Context, r readers) error {
				requireNothing(t, name, ctx, r, theirs, read)
				return nil
			})
			w.update(t, tenant.Of(mine.company), func(ctx context.Context, tx txn.Tx) error {
				if r := ofTx(tx); name != "Dashboard.Summary" && name != "Audit.Find" && name != "Audit.List" {
					requireNothing(t, name, ctx, r, theirs, read)
				}
				return nil
			})
		})
	}
	for name, writes := range foreignWrites(w) {
		t.Run(name, func(t *testing.T) {
			for i, write := range writes {
				err := w.try(t, tenant.Of(mine.company), func(ctx context.Context, tx txn.Tx) error {
					return write(ctx, tx, theirs, mine)
				})
				if name != "Events.Settle" {
					require.Error(t, err, "way %d", i)
				}
				if err != nil && slices.Contains([]string{"Save", "Remove", "Link"}, name[len(name)-4:]) {
					require.Contains(t, []fault.Kind{fault.NotFound, fault.Conflict}, fault.KindOf(err), "way %d: %v", i, err)
				}
				requireSame(t, before, w.estateOf(t, theirs))
			}
		})
	}
	t.Run("who sees all sees all", func(t *testing.T) {
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			for name, read := range foreignReads() {
				for _, e := range []estate{theirs, mine} {
					n, err := read(ctx, r, e)
					require.NoError(t, err, name)
					require.Positive(t, n, name)
				}
			}
			return nil
		})
	})
}

func requireNothing(t *testing.T, name string, ctx context.Context, r readers, e estate, //nolint:revive // t comes first
	read func(context.Context, readers, estate) (int, error),
) {
	t.Helper()
	n, err := read(ctx, r, e)
	if err != nil || slices.Contains(singles(), name) {
		requireNotFound(t, err)
	}
	require.Zero(t, n, "%s reads another company's rows", name)
}

// singles are the methods that say NotFound; the others may be empty instead.
func singles() []string {
	return []string{
		"Companies.Find", "Users.Find", "Users.ByLogin", "Sessions.Find", "APIKeys.Find", "APIKeys.ByHash", "Alerts.Find",
		"Incidents.Find", "Channels.Find", "Rules.Find", "Notices.Find", "Deliveries.Find", "Audit.Find",
	}
}

// ownKeys reports methods for which another company is no trespass: keys name
// the company of who asks, which need not be that of the work.
func ownKeys(name string) bool { return name == "Journal.Recall" || name == "Journal.Keep" }

// methods lists the methods of all that an opened unit of work offers.
func methods(unit reflect.Type) []string {
	var names []string
	for i := range unit.NumMethod() {
		part := unit.Method(i).Type.Out(0)
		if part.Kind() != reflect.Interface {
			continue
		}
		for j := range part.NumMethod() {
			names = append(names, unit.Method(i).Name+"."+part.Method(j).Name)
		}
	}
	return names
}

// An estate is one of everything that a company can have.
type estate struct {
	company  tenant.ID
	user     identity.UserState
	session  identity.SessionState
	key      identity.KeyState
	alert    alert.State
	incident incident.State
	channel  notification.ChannelState
	rule     notification.RuleState
	notice   notification.Notice
	delivery notification.DeliveryState
	event    event.Event
	entry    audit.Entry
}

func (w *world) estate(t *testing.T) estate {
	t.Helper()
	e := estate{company: w.company(t)}
	e.user = w.addUser(t, e.company)
	e.session, e.key = w.addSession(t, e.user), w.addKey(t, e.user)
	e.alert = w.addAlert(t, e.company, func(s *alert.State) { s.Tags = []string{"vip"} })
	e.incident = w.addIncident(t, e.company, func(s *incident.State) { s.Tags = []string{"vip"} })
	w.sight(t, e.company, w.sighting(e.alert, observable.IP, "198.51.100.1"))
	w.link(t, e.incident, e.alert)
	e.alert = w.findAlert(t, e.alert)
	e.channel = w.addChannel(t, e.company)
	e.rule = w.addRule(t, e.channel)
	e.notice = w.addNotice(t, e.rule)
	e.delivery = w.newDelivery(e.notice, e.channel)
	e.event, e.entry = w.emit(t, e.company), w.newEntry(e.company)
	w.update(t, tenant.Of(e.company), func(ctx context.Context, tx txn.Tx) error {
		if err := tx.Incidents().Tell(ctx, []incident.Entry{w.newStory(e.incident)}); err != nil {
			return err
		}
		if err := tx.Journal().Append(ctx, e.entry); err != nil {
			return err
		}
		_, err := tx.Deliveries().Add(ctx, []*notification.Delivery{notification.RestoreDelivery(e.delivery)})
		return err
	})
	return e
}

// estateOf reads all that the company of e has.
func (w *world) estateOf(t *testing.T, e estate) map[string]any {
	t.Helper()
	all := w.everything(t, e.company)
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		session, err := r.Sessions.Find(ctx, e.session.ID)
		require.NoError(t, err)
		notice, err := r.Notices.Find(ctx, e.notice.ID)
		require.NoError(t, err)
		events, err := r.Events.Named(ctx, []string{e.event.ID})
		require.NoError(t, err)
		seen, err := r.Observables.OfAlert(ctx, e.alert.ID)
		require.NoError(t, err)
		story, err := r.Incidents.Timeline(ctx, e.incident.ID, page.Request{})
		require.NoError(t, err)
		linked, err := r.Incidents.Alerts(ctx, e.incident.ID)
		require.NoError(t, err)
		all["session"], all["notice"], all["events"], all["seen"] = session.State(), *notice, events, seen
		all["story"], all["linked"] = story.Items, pick(linked, (*alert.Alert).State)
		return nil
	})
	return all
}

// everything reads the lists of a company, leaving out the empty ones.
func (w *world) everything(t *testing.T, company tenant.ID) map[string]any {
	t.Helper()
	all := map[string]any{}
	p := page.Request{Size: page.MaxSize}
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		us, err := r.Users.List(ctx, identity.UserQuery{Company: company}, p)
		kept(t, all, "users", us, err, (*identity.User).State)
		ks, err := r.APIKeys.List(ctx, company, p)
		kept(t, all, "keys", ks, err, (*identity.APIKey).State)
		as, err := r.Alerts.List(ctx, alert.Query{Company: company}, p)
		kept(t, all, "alerts", as, err, (*alert.Alert).State)
		is, err := r.Incidents.List(ctx, incident.Query{Company: company}, p)
		kept(t, all, "incidents", is, err, (*incident.Incident).State)
		cs, err := r.Channels.List(ctx, notification.ChannelQuery{Company: company}, p)
		kept(t, all, "channels", cs, err, (*notification.Channel).State)
		rs, err := r.Rules.List(ctx, notification.RuleQuery{Company: company}, p)
		kept(t, all, "rules", rs, err, (*notification.Rule).State)
		ds, err := r.Deliveries.List(ctx, notification.DeliveryQuery{Company: company}, p)
		kept(t, all, "deliveries", ds, err, (*notification.Delivery).State)
		es, err := r.Audit.List(ctx, audit.Query{Company: company}, p)
		kept(t, all, "log", es, err, func(e audit.Entry) audit.Entry { return e })
		return nil
	})
	return all
}

func kept[T, S any](t *testing.T, all map[string]any, name string, got page.Result[T], err error, state func(T) S) {
	t.Helper()
	require.NoError(t, err)
	if len(got.Items) > 0 {
		all[name] = pick(got.Items, state)
	}
}
