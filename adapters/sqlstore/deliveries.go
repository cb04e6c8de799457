package sqlstore

import (
	"context"
	"slices"

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
	row, err := one[deliveryRow](d.u, d.u.held(d.u.in(ctx).Where("id = ?", string(id))), "delivery")
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
	return list(ctx, d.u, f.q, ordered{
		sorts:    []page.Sort{{Name: "created_at", Kind: page.Time}, {Name: "status", Kind: page.Rank}},
		fallback: newest("created_at"), columns: map[string]string{"status": "status_rank"},
	}, p, each(toDelivery))
}

// onRedelivery leaves out what is there already; what is new comes back.
const onRedelivery = " ON CONFLICT (company_id, event_id, rule_id, channel_id, recipient) DO NOTHING RETURNING id"

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
	fresh := map[string]bool{}
	for part := range parts(rows, size) {
		sql, values, err := valued(ctx, d.u, part)
		if err != nil {
			return nil, err
		}
		var ids []string
		if err := d.u.reviewed(ctx, sql+onRedelivery, values...).Scan(&ids).Error; err != nil {
			return nil, d.u.known(err)
		}
		for _, id := range ids {
			fresh[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(added), func(one *notification.Delivery) bool {
		return !fresh[string(one.State().ID)]
	}), nil
}

func (d deliveries) Save(ctx context.Context, delivery *notification.Delivery) error {
	row := fromDelivery(delivery)
	row.Version++
	return kept(delivery, save(ctx, d.u, "delivery", row.ID, delivery.State().Version, &row))
}
