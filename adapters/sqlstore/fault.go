package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// known turns an error of the database into a fault that callers understand.
// The driver's text stays inside as the cause, for the log.
func known(d dialect, err error) error {
	var already *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &already), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fault.Wrap(fault.NotFound, "it does not exist", err)
	case d.busy(err):
		return fault.Wrap(fault.Unavailable, "the database is busy", err).After(pause)
	case d.down(err), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return fault.Wrap(fault.Unavailable, "the database cannot do its work", err).After(pause)
	}
	switch rule, on := d.broken(err); rule {
	case notUnique:
		return taken(on, err)
	case dangling:
		return fault.Wrap(fault.NotFound, "what it refers to does not exist", err)
	default:
		return err
	}
}

// known is known for the unit's database.
func (u *unit) known(err error) error { return known(u.dialect, err) }

// taken is the fault of a value that only one may have.
func taken(on string, cause error) *fault.Error {
	what := map[string]string{
		"users.username_key":                                  "username",
		"users.email_key":                                     "email",
		"companies.name_key":                                  "name",
		"channels.company_id, channels.name":                  "name",
		"alerts.company_id, alerts.source, alerts.source_ref": "source_ref",
	}[on]
	if what == "" {
		return fault.Wrap(fault.Conflict, "it exists already", cause)
	}
	return fault.Wrap(fault.Conflict, "the "+what+" is taken", cause).WithCode("duplicate_" + what)
}

func missing(noun string) error { return fault.New(fault.NotFound, "the "+noun+" does not exist") }

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "somebody else changed it meanwhile").WithCode("changed_meanwhile")
}
