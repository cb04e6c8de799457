// Package dashboards shows the numbers a manager looks at.
package dashboards

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Service implements driving.Dashboards.
type Service struct {
	gate  *gate.Gate
	clock system.Clock
}

// New returns the service.
func New(g *gate.Gate, clock system.Clock) *Service { return &Service{gate: g, clock: clock} }

// Summary counts what happened in a timeframe. A count that fails is an error,
// never a zero.
func (s *Service) Summary(ctx context.Context, f driving.Timeframe) (dashboard.Summary, error) {
	if err := s.gate.Allowed(ctx, policy.DashboardRead); err != nil {
		return dashboard.Summary{}, err
	}
	window, err := s.window(f)
	if err != nil {
		return dashboard.Summary{}, err
	}
	return gate.Read(ctx, s.gate, policy.DashboardRead, func(ctx context.Context, v store.View) (dashboard.Summary, error) {
		return v.Dashboard().Summary(ctx, window)
	})
}

// window reads a timeframe: two dates, or a number of days up to today.
func (s *Service) window(f driving.Timeframe) (dashboard.Window, error) {
	var v fault.Violations
	zone := time.UTC
	if f.Timezone != "" {
		loaded, err := time.LoadLocation(f.Timezone)
		if err != nil || f.Timezone == "Local" {
			v.Add("timezone", fault.CodeInvalid, "is not an IANA time zone")
		} else {
			zone = loaded
		}
	}
	byDates := f.StartDate != "" || f.EndDate != ""
	if byDates && f.Days != nil {
		v.Add("days", fault.CodeInvalid, "cannot be combined with start_date and end_date")
	}
	if !byDates {
		days := dashboard.DefaultDays
		if f.Days != nil {
			days = *f.Days
		}
		w, err := dashboard.LastDays(days, zone, s.clock.Now())
		v.Merge(err)
		w.Company = f.Company
		return w, v.Err()
	}
	first, last := date(&v, "start_date", f.StartDate), date(&v, "end_date", f.EndDate)
	if err := v.Err(); err != nil {
		return dashboard.Window{}, err
	}
	w, err := dashboard.Between(first, last, zone)
	w.Company = f.Company
	return w, err
}

func date(v *fault.Violations, field, text string) time.Time {
	if !v.Require(field, text) {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		v.Add(field, fault.CodeInvalid, "must be a date such as 2026-01-31")
	}
	return day
}
