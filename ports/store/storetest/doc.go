// Package storetest is what a store promises, as tests that any store must pass:
// the one in memory, the SQL one on each of its databases, and those outside this
// repository. A fake that passes is as good as the real thing for testing the
// core. A test of an adapter is one call:
//
//	storetest.Run(t, func(t *testing.T, clock system.Clock) txn.Runner { return mystore.Open(t, clock) })
//
// The adapter provides stores that are empty, migrated and nobody else's, and
// closes each when its t ends. The suite opens more than fifty. It decides the time: a
// unit of work takes its Now from clock, and so do leases.
//
// The chapters, each a subtest that can be run alone (-run '/outbox$'), in an order
// in which a store can be written:
//
//   - unit of work: all or nothing, whether it fails, panics or is interrupted;
//     one time; none inside another; a view does not change while it is open;
//   - companies, users, sessions, api keys, alerts, incidents, observables,
//     channels, rules, notices, deliveries: every field comes back, what is absent
//     is fault.NotFound, uniqueness is fault.Conflict with its code, of twenty
//     that save the same version one wins;
//   - alert search, paging, counting, text and time: filters and orders; pages
//     that stay right while rows come and go; any text; microseconds in UTC;
//   - tenancy: every method is called from company A for what is B's, and finds
//     nothing;
//   - ingest: repeats are counted and not repeated, also when they arrive at once;
//   - journal, idempotency, audit log: what is committed with each change;
//   - outbox, delivery queue, upkeep: what is claimed is claimed once, and waits
//     again when its lease ends;
//   - dashboard: the numbers.
//
// Entities come to a store as values with a State and go back through Restore:
// alert.Restore(state), and a.State(). Orders and cursors are those of
// page.Request.Columns; a store compares, it does not invent them.
//
// Every change that the suite makes has an audit entry in the same unit of work,
// as the gate's have, so a store may refuse those without one.
//
// docs/adapters.md leads through a store that adds to another.
package storetest
