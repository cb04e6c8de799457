package storetest

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// caseworkReads are foreignReads of the work on incidents.
func caseworkReads() map[string]func(context.Context, readers, estate) (int, error) {
	type ctx = context.Context
	p := page.Request{}
	return map[string]func(ctx, readers, estate) (int, error){
		"Tasks.Find": func(c ctx, r readers, e estate) (int, error) { return one(r.Tasks.Find(c, e.task.ID)) },
		"Tasks.List": func(c ctx, r readers, e estate) (int, error) {
			return listed(r.Tasks.List(c, task.Query{Incident: e.incident.ID}, p))
		},
		"Tasks.Tally": func(c ctx, r readers, e estate) (int, error) {
			count, err := r.Tasks.Tally(c, e.incident.ID)
			return count.All + count.Open + count.Last, err
		},
	}
}

// addForeignCasework adds the ways to write to the work on others' incidents.
func addForeignCasework(w *world, table foreignTable) {
	theirs := func(e estate) task.State { return e.task }
	carried := func(s *task.State, c tenant.ID) { s.Company = c }
	trespass(table, "Tasks", taskNoun(), theirs, func(e estate) task.State { return w.newTask(e.incident) }, carried)
	table["Tasks.Add"] = append(table["Tasks.Add"], func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
		s := w.newTask(theirs.incident)
		s.Company = mine.company
		return taskNoun().add(ctx, tx, s)
	})
	table["Tasks.Save"] = append(table["Tasks.Save"], func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
		s := mine.task
		s.Incident = theirs.incident.ID
		return taskNoun().save(ctx, tx, s)
	})
	table["Tasks.Remove"] = both(func(s task.State) func(context.Context, txn.Tx) error {
		return func(ctx context.Context, tx txn.Tx) error { return tx.Tasks().Remove(ctx, task.Restore(s)) }
	}, theirs, carried)
	table["Incidents.Unlink"] = []func(context.Context, txn.Tx, estate, estate) error{
		func(ctx context.Context, tx txn.Tx, theirs, _ estate) error {
			_, err := tx.Incidents().Unlink(ctx, theirs.incident.ID, []alert.ID{theirs.alert.ID})
			return err
		},
	}
	table["Incidents.Remove"] = both(func(s incident.State) func(context.Context, txn.Tx) error {
		return func(ctx context.Context, tx txn.Tx) error { return tx.Incidents().Remove(ctx, incident.Restore(s)) }
	}, func(e estate) incident.State { return e.incident }, func(s *incident.State, c tenant.ID) { s.Company = c })
	table["Tasks.Move"] = []func(context.Context, txn.Tx, estate, estate) error{
		func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
			return tx.Tasks().Move(ctx, theirs.incident.ID, mine.incident.ID)
		},
		func(ctx context.Context, tx txn.Tx, theirs, mine estate) error {
			return tx.Tasks().Move(ctx, mine.incident.ID, theirs.incident.ID)
		},
	}
}
