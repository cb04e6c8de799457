package sqlstore

// dialect is all that the databases do not agree on.
type dialect interface {
	// seconds is the SQL of a time column as seconds since 1970.
	seconds(column string) string
	// skipLocked ends a SELECT whose rows are claimed: who comes second takes
	// others instead of waiting.
	skipLocked() string
	// maxVars is how many values one statement can carry.
	maxVars() int
	// broken says which rule of the schema err reports as broken.
	broken(err error) (rule breach, on string)
	// busy reports whether the whole transaction deserves another try.
	busy(err error) bool
	// down reports whether the database, not the statement, is at fault.
	down(err error) bool
}

// breach is a sort of rule of the schema.
type breach uint8

const (
	noBreach  breach = iota
	notUnique        // on names the columns, "users.username_key"
	dangling         // a foreign key leads nowhere, or would
)
