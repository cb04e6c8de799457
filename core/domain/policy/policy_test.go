package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/policy"
)

// Who may take an action, one letter each: anyone at all (n), a user or key
// that is read_only (r), analyst_company (a), admin_company (A) or superuser
// (S), and the service itself (y).
const (
	open    = "nraASy"
	readers = "raAS"
	analyst = "aAS"
	admin   = "AS"
	owner   = "S"
	service = "y"
)

// matrix says it again, action by action, so that a grant that changes by
// mistake changes twice or not at all.
func matrix() map[policy.Action]string {
	return map[policy.Action]string{
		"session.login": open, "session.login_failed": open, "session.authenticate": open,
		"session.token_refresh": open, "session.refresh_reuse": open,

		"company.read": readers, "company.create": owner, "company.update": owner, "company.delete": owner,
		"user.read": readers, "user.read_self": readers, "user.update_self": readers,
		"user.create": admin, "user.update": admin, "user.delete": admin, "user.bootstrap": service,
		"api_key.read": admin, "api_key.create": admin, "api_key.delete": admin,

		"alert.read": readers, "alert.create": analyst, "alert.update": analyst, "alert.delete": admin,
		"alert.ingest": analyst, "alert.ingest_batch": analyst, "alert.acknowledge": analyst,
		"alert.assign": analyst, "alert.resolve": analyst, "alert.escalate": analyst,
		"incident.read": readers, "incident.assign": analyst, "incident.close": admin, "incident.add_timeline": analyst,
		"incident.create": analyst, "incident.update": analyst, "incident.delete": admin, "incident.reopen": admin,
		"incident.link_alert": analyst, "incident.unlink_alert": analyst,
		"task.read": readers, "task.create": analyst, "task.update": analyst, "task.delete": admin,
		"task.complete": analyst, "task.assign": analyst,

		"channel.read": admin, "channel.create": admin, "channel.update": admin, "channel.delete": admin,
		"channel.test_channel": admin, "channel.reseal": service,
		"rule.read": admin, "rule.create": admin, "rule.update": admin, "rule.delete": admin,
		"delivery.read": readers, "delivery.retry": admin,
		"notification.dispatch": service, "delivery.deliver": service, "delivery.give_up": service, "delivery.skip": service,

		"dashboard.read": readers, "audit_log.read": readers,
	}
}

// actors returns somebody for each letter; people and keys share four of them.
func actors() map[string][]actor.Actor {
	who := map[string][]actor.Actor{"n": {actor.Anonymous("claimed", actor.Origin{})}, "y": {actor.Job("relay")}}
	for letter, role := range map[string]actor.Role{
		"r": actor.ReadOnly, "a": actor.Analyst, "A": actor.Admin, "S": actor.Superuser,
	} {
		who[letter] = []actor.Actor{
			{Type: actor.User, ID: "u", Role: role}, {Type: actor.APIKey, ID: "k", Role: role},
		}
	}
	return who
}

func TestTable_IsTheWholeMatrix(t *testing.T) {
	t.Parallel()
	table, want := policy.New(), matrix()
	for _, act := range table.Actions() {
		require.Contains(t, want, act, "a new action wants its line in this test")
	}
	require.Len(t, table.Actions(), len(want))
	for act, letters := range want {
		t.Run(string(act), func(t *testing.T) {
			t.Parallel()
			for letter, people := range actors() {
				for _, who := range people {
					require.Equal(t, strings.Contains(letters, letter), table.Allows(who, act), "%s %s", who.Type, letter)
				}
			}
		})
	}
}

func TestTable_EveryActionIsGrantedToSomebody(t *testing.T) {
	t.Parallel()
	table := policy.New()
	for _, act := range table.Actions() {
		granted := slices.ContainsFunc(slices.Concat(actors()["n"], actors()["S"], actors()["y"]), func(who actor.Actor) bool {
			return table.Allows(who, act)
		})
		require.True(t, granted, act)
	}
}

func TestTable_UnknownActionIsRefusedToEverybody(t *testing.T) {
	t.Parallel()
	for _, act := range []policy.Action{"", "alert", "alert.", "alert.explode", "Alert.Read", "alert.read "} {
		for _, people := range actors() {
			for _, who := range people {
				require.False(t, policy.New().Allows(who, act), "%q", act)
			}
		}
	}
	require.False(t, policy.Table{}.Allows(actor.Job("relay"), policy.AlertRead), "an empty table grants nothing")
}

func TestTable_ARoleWithoutAnIdentityMayNothing(t *testing.T) {
	t.Parallel()
	forged := actor.Actor{Type: actor.User, Role: actor.Superuser}
	unknown := actor.Actor{Type: actor.User, ID: "u", Role: 99}
	roleless := actor.Actor{Type: actor.User, ID: "u"}
	for _, who := range []actor.Actor{forged, unknown, roleless} {
		for act, letters := range matrix() {
			require.Equal(t, letters == open, policy.New().Allows(who, act), act)
		}
	}
}

func TestTable_AJobTakesNoRoleWithIt(t *testing.T) {
	t.Parallel()
	job := actor.Job("relay")
	job.Role = actor.Superuser
	for act, letters := range matrix() {
		require.Equal(t, strings.Contains(letters, service), policy.New().Allows(job, act), act)
	}
}

func TestAction_SaysEntityAndVerb(t *testing.T) {
	t.Parallel()
	require.Equal(t, "api_key", policy.APIKeyCreate.Entity())
	require.Equal(t, "create", policy.APIKeyCreate.Verb())
	for _, act := range policy.New().Actions() {
		require.Equal(t, string(act), act.Entity()+"."+act.Verb())
		require.NotContains(t, act.Verb(), ".")
	}
	require.Empty(t, policy.Action("alone").Verb())
}

func TestActions_AreSortedAndTheCallersOwn(t *testing.T) {
	t.Parallel()
	list := policy.New().Actions()
	require.True(t, slices.IsSorted(list))
	list[0] = "x"
	require.NotContains(t, policy.New().Actions(), policy.Action("x"))
}
