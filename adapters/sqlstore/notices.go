package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// facts is what an event knows, by noun.
type facts = map[string]map[string]any

// noticeRow is a notice. The table refuses to change one.
type noticeRow struct {
	ID          string    `gorm:"primaryKey"`
	Company     companyID `gorm:"column:company_id;<-:create"`
	EventID     string
	EventName   string
	RuleID      string
	Title       string
	Body        string
	Category    string
	Severity    int
	RelatedType string
	RelatedID   string
	Facts       document[facts]
	EventTime   moment
	CreatedAt   moment
}

// TableName implements schema.Tabler.
func (noticeRow) TableName() string { return "notices" }

func fromNotice(n *notification.Notice) noticeRow {
	return noticeRow{
		ID: string(n.ID), Company: companyID(n.Company), EventID: n.Event, EventName: string(n.EventName), RuleID: string(n.Rule),
		Title: n.Title, Body: n.Body, Category: n.Category, Severity: n.Severity.Rank(),
		RelatedType: n.RelatedType, RelatedID: n.RelatedID, Facts: documentOf(n.Facts),
		EventTime: moment{n.EventTime}, CreatedAt: moment{n.CreatedAt},
	}
}

func toNotice(r noticeRow) *notification.Notice {
	return &notification.Notice{
		ID: notification.ID(r.ID), Company: tenant.ID(r.Company), Event: r.EventID, EventName: event.Name(r.EventName),
		Rule: notification.RuleID(r.RuleID), Title: r.Title, Body: r.Body, Category: r.Category,
		Severity:    severity.Level(r.Severity), //nolint:gosec // a rank is small
		RelatedType: r.RelatedType, RelatedID: r.RelatedID, Facts: r.Facts.is,
		EventTime: r.EventTime.Time, CreatedAt: r.CreatedAt.Time,
	}
}

type notices struct{ u *unit }

func (n notices) Find(ctx context.Context, id notification.ID) (*notification.Notice, error) {
	row, err := one[noticeRow](n.u, n.u.in(ctx).Where("id = ?", string(id)), "notification")
	if err != nil {
		return nil, err
	}
	return toNotice(row), nil
}

func (n notices) Add(ctx context.Context, added []*notification.Notice) error {
	rows := make([]noticeRow, len(added))
	for i, one := range added {
		if err := n.u.reaches(one.Company, "notification"); err != nil {
			return err
		}
		rows[i] = fromNotice(one)
	}
	return insert(ctx, n.u, rows)
}
