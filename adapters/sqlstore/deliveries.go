package sqlstore

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// deliveryRow is a delivery.
type deliveryRow struct {
	ID             string    `gorm:"primaryKey"`
	Company        companyID `gorm:"column:company_id;<-:create"`
	NoticeID       string
	EventID        string
	RuleID         string
	ChannelID      string
	ChannelType    string
	Recipient      string
	Status         string
	StatusRank     int
	Attempts       int
	NextAttemptAt  moment
	LeaseUntil     moment
	LastError      string
	ResponseStatus int
	CreatedAt      moment
	DeliveredAt    maybe
	Version        int
	DueAt          moment `gorm:"->:false;<-"` // what the queue is sorted by
}

// TableName implements schema.Tabler.
func (deliveryRow) TableName() string { return "deliveries" }

func fromDelivery(d *notification.Delivery) deliveryRow {
	s := d.State()
	due := s.NextAttemptAt
	if s.Status == notification.Sending {
		due = s.LeaseUntil
	}
	return deliveryRow{
		ID: string(s.ID), Company: companyID(s.Company), NoticeID: string(s.Notice), EventID: s.Event, RuleID: string(s.Rule),
		ChannelID: string(s.Channel), ChannelType: s.ChannelType, Recipient: string(s.Recipient),
		Status: string(s.Status), StatusRank: slices.Index(notification.DeliveryStatuses(), s.Status),
		Attempts: s.Attempts, NextAttemptAt: moment{s.NextAttemptAt}, LeaseUntil: moment{s.LeaseUntil},
		LastError: s.LastError, ResponseStatus: s.ResponseStatus,
		CreatedAt: moment{s.CreatedAt}, DeliveredAt: maybe{s.DeliveredAt}, Version: s.Version,
		DueAt: moment{due},
	}
}

func toDelivery(r deliveryRow) *notification.Delivery {
	return notification.RestoreDelivery(notification.DeliveryState{
		ID: notification.DeliveryID(r.ID), Company: tenant.ID(r.Company), Notice: notification.ID(r.NoticeID),
		Event: r.EventID, Rule: notification.RuleID(r.RuleID), Channel: notification.ChannelID(r.ChannelID),
		ChannelType: r.ChannelType, Recipient: identity.UserID(r.Recipient), Status: notification.DeliveryStatus(r.Status),
		Attempts: r.Attempts, NextAttemptAt: r.NextAttemptAt.Time, LeaseUntil: r.LeaseUntil.Time,
		LastError: r.LastError, ResponseStatus: r.ResponseStatus,
		CreatedAt: r.CreatedAt.Time, DeliveredAt: r.DeliveredAt.Time, Version: r.Version,
	})
}

type deliveries struct{ u *unit }

func (d deliveries) Find(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error) {
	row, err := one[deliveryRow](d.u, d.u.in(ctx).Where("id = ?", string(id)), "delivery")
	if err != nil {
		return nil, err
	}
	return toDelivery(row), nil
}

func (d deliveries) List(ctx context.Context, q notification.DeliveryQuery, p page.Request) (page.Result[*notification.Delivery], error) {
	f := &filter{d.u.in(ctx).Model(&deliveryRow{})}
	f.company(q.Company)
	ranks(f, "status_rank", q.Statuses, func(s notification.DeliveryStatus) int {
		return slices.Index(notification.DeliveryStatuses(), s)
	})
	f.equal("channel_id", string(q.Channel))
	f.equal("notice_id", string(q.Notice))
	f.equal("rule_id", string(q.Rule))
	f.equal("recipient", string(q.Recipient))
	f.between("created_at", q.CreatedAfter, q.CreatedBefore)
	return list(ctx, d.u, f.DB, ordered{
		sorts:    []page.Sort{{Name: "created_at", Kind: page.Time}, {Name: "status", Kind: page.Rank}},
		fallback: newest("created_at"), columns: map[string]string{"status": "status_rank"},
	}, p, each(toDelivery))
}

// Add lets the database leave out what is there, and then asks which ids it has
// taken.
func (d deliveries) Add(ctx context.Context, added []*notification.Delivery) ([]*notification.Delivery, error) {
	rows := make([]deliveryRow, len(added))
	for i, one := range added {
		if err := d.u.reaches(one.State().Company, "delivery"); err != nil {
			return nil, err
		}
		rows[i] = fromDelivery(one)
	}
	size, err := batchSize[deliveryRow](d.u)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for part := range parts(rows, size) {
		unique := clause.OnConflict{DoNothing: true, Columns: []clause.Column{
			{Name: "company_id"}, {Name: "event_id"}, {Name: "rule_id"}, {Name: "channel_id"}, {Name: "recipient"},
		}}
		if err := d.u.in(ctx).Clauses(unique).Create(&part).Error; err != nil {
			return nil, d.u.known(err)
		}
		ids := make([]string, len(part))
		for i, row := range part {
			ids[i] = row.ID
		}
		var there []string
		if err := d.u.in(ctx).Model(&deliveryRow{}).Where("id IN ?", ids).Pluck("id", &there).Error; err != nil {
			return nil, d.u.known(err)
		}
		for _, id := range there {
			taken[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(added), func(one *notification.Delivery) bool {
		return !taken[string(one.State().ID)]
	}), nil
}

func (d deliveries) Save(ctx context.Context, delivery *notification.Delivery) error {
	row := fromDelivery(delivery)
	row.Version++
	return save(ctx, d.u, "delivery", row.ID, delivery.State().Version, &row)
}
