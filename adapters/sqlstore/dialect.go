package sqlstore

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// dialect is all that the databases do not agree on.
type dialect interface {
	spelling
	turns
	faults
	// enter is called first in every transaction. It tells the database how far
	// the transaction reaches, and returns the database's time, zero when it
	// keeps none.
	enter(ctx context.Context, tx gorm.ConnPool, s tenant.Scope) (time.Time, error)
	// rest is how long to wait before the transaction is tried again.
	rest() time.Duration
}

// spelling is how the databases say the same thing.
type spelling interface {
	// seconds is the SQL of a time column as seconds since 1970.
	seconds(column string) string
	// lateral joins each row before it with rows of a table, found by the rest of
	// a query that may name that row and end in ORDER BY and LIMIT.
	lateral(table, rest string) string
	// valueKey is what the index over the values of observables is made of.
	valueKey() string
	// maxVars is how many values one statement can carry.
	maxVars() int
}

// turns is how units of work keep out of each other's way. What is empty needs
// nothing, because there is one writer.
type turns interface {
	// skipLocked ends a SELECT whose rows are claimed: who comes second takes
	// others instead of waiting.
	skipLocked() string
	// lock is the strength of the lock on a row that is read to be saved: who
	// comes second reads it when the first has ended.
	lock() string
	// turn is the statement that makes units of work with the same name wait for
	// each other, and prepares the transaction for a claim.
	turn() string
	// alone is the query whether no other unit of work has the same name.
	alone() string
}

// faults is how errors are read.
type faults interface {
	// broken says which rule of the schema err reports as broken.
	broken(err error) (rule breach, on string)
	// busy reports whether the whole transaction deserves another try.
	busy(err error) bool
	// down reports whether the database, not the statement, is at fault.
	down(err error) bool
	// fatal reports whether a transaction in which a statement failed answers no
	// more, but for going back to a savepoint.
	fatal() bool
	// undone reports whether a COMMIT that failed with err has certainly taken
	// no effect.
	undone(ctx context.Context, err error) bool
}

// breach is a sort of rule of the schema.
type breach uint8

const (
	noBreach  breach = iota
	notUnique        // on names the columns, "users.username_key"
	dangling         // a foreign key leads nowhere, or would
)
