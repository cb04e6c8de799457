package sqlstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// answerRow is what was answered under an idempotency key. The key of a
// superuser is the platform's.
type answerRow struct {
	Position int64   `gorm:"primaryKey"`
	Company  ownerID `gorm:"column:company_id;<-:create"`
	Actor    string
	Key      string `gorm:"column:idempotency_key"`
	Request  string
	Status   int
	Body     []byte
	KeptAt   moment
}

// TableName implements schema.Tabler.
func (answerRow) TableName() string { return "idempotency_keys" }

// unanswered is the status of a key that is claimed and has no answer yet.
const unanswered = -1

// journal is what is committed with every change.
type journal struct{ u *unit }

func (j journal) Append(ctx context.Context, e audit.Entry) error {
	if err := j.u.reaches(e.Company, "audit entry"); err != nil {
		return err
	}
	row := fromAudit(e)
	return j.u.known(j.u.in(ctx).Create(&row).Error)
}

func (j journal) Emit(ctx context.Context, list []event.Event) error {
	rows := make([]outboxRow, len(list))
	for i, e := range list {
		if err := j.u.reaches(e.Company, "event"); err != nil {
			return err
		}
		rows[i] = fromEvent(e)
		rows[i].ClaimedUntil = moment{j.u.now}
	}
	return insert(ctx, j.u, rows)
}

// Recall claims the key by inserting it: whoever comes second waits for the
// first to end. The key need not be in scope, so it is named in full.
func (j journal) Recall(ctx context.Context, k txn.Key) (*txn.Answer, error) {
	row := answerRow{Company: ownerID(k.Company), Actor: k.Actor, Key: k.Key, Status: unanswered, KeptAt: moment{j.u.now}}
	claimed := j.u.within(ctx, tenant.All()).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if claimed.Error != nil {
		return nil, j.u.known(claimed.Error)
	}
	kept, err := one[answerRow](j.u, j.under(ctx, k), "answer")
	if err != nil {
		return nil, err
	}
	if kept.Status == unanswered {
		return nil, nil //nolint:nilnil // the port says that nothing kept is nil
	}
	return &txn.Answer{Request: kept.Request, Status: kept.Status, Body: kept.Body}, nil
}

func (j journal) Keep(ctx context.Context, k txn.Key, a txn.Answer) error {
	done := j.under(ctx, k).Where("status = ?", unanswered).Updates(map[string]any{
		"request": a.Request, "status": a.Status, "body": a.Body, "kept_at": moment{j.u.now},
	})
	if done.Error == nil && done.RowsAffected == 0 {
		return errors.New("the idempotency key was not claimed in this unit of work")
	}
	return j.u.known(done.Error)
}

func (j journal) under(ctx context.Context, k txn.Key) *gorm.DB {
	return j.u.within(ctx, tenant.All()).Model(&answerRow{}).
		Where("COALESCE(company_id, '') = ? AND actor = ? AND idempotency_key = ?", string(k.Company), k.Actor, k.Key)
}

// Forget implements store.Upkeep.
func (k upkeep) Forget(ctx context.Context, before time.Time, limit int) (int, error) {
	old := k.u.in(ctx).Model(&answerRow{}).Select("position").Where("kept_at < ?", moment{before}).Order("kept_at").Limit(limit)
	gone := k.u.in(ctx).Where("position IN (?)", old).Delete(&answerRow{})
	if gone.Error != nil {
		return 0, k.u.known(gone.Error)
	}
	answers := int(gone.RowsAffected)
	over := k.u.in(ctx).Model(&sessionRow{}).Select("id").
		Where("(expires_at < ? OR revoked_at < ?)", moment{before}, moment{before}).Limit(limit - answers)
	gone = k.u.in(ctx).Where("id IN (?)", over).Delete(&sessionRow{})
	return answers + int(gone.RowsAffected), k.u.known(gone.Error)
}
