package sqlstore

import (
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// filter adds conditions to a query. What is empty does not filter.
type filter struct{ q *gorm.DB }

func (f *filter) where(text string, values ...any) { f.q = f.q.Where(text, values...) }

func (f *filter) equal(column, value string) {
	if value != "" {
		f.where(column+" = ?", value)
	}
}

func (f *filter) flag(column string, value *bool) {
	if value != nil {
		f.where(column+" = ?", *value)
	}
}

func (f *filter) company(c tenant.ID) {
	if c != "" {
		f.where("company_id = ?", companyID(c))
	}
}

// between takes two exclusive bounds.
func (f *filter) between(column string, after, before time.Time) {
	if !after.IsZero() {
		f.where(column+" > ?", moment{after})
	}
	if !before.IsZero() {
		f.where(column+" < ?", moment{before})
	}
}

// searched takes text in the spelling of the column.
func (f *filter) searched(column, text string) {
	if text != "" && f.reasonable(text) {
		f.where(column+` LIKE ? ESCAPE '\'`, containing(text))
	}
}

// maxSearch is the longest text that is searched for, in bytes: databases refuse
// long patterns in words of their own.
const maxSearch = 10_000

func (f *filter) reasonable(search string) bool {
	if len(search) <= maxSearch {
		return true
	}
	f.q = f.q.Session(&gorm.Session{})
	f.q.AddError(fault.Field("search", fault.CodeTooLong, "at most %d bytes are allowed", maxSearch)) //nolint:errcheck // it returns what it was given
	return false
}

// among takes any of the values.
func among[V any](f *filter, column string, values []V) {
	if len(values) > 0 {
		f.where(column+" IN ?", values)
	}
}

// texts turns a list of text-like values into texts.
func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
