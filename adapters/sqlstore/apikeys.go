package sqlstore

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// keyRow is an API key.
type keyRow struct {
	ID         string    `gorm:"primaryKey"`
	Company    companyID `gorm:"column:company_id;<-:create"`
	Name       string
	Role       string
	Prefix     string
	Hash       string
	CreatedBy  link
	CreatedAt  moment
	ExpiresAt  maybe
	LastUsedAt maybe
	RevokedAt  maybe
}

// TableName implements schema.Tabler.
func (keyRow) TableName() string { return "api_keys" }

func fromAPIKey(k *identity.APIKey) keyRow {
	s := k.State()
	return keyRow{
		ID: string(s.ID), Company: companyID(s.Company), Name: s.Name, Role: s.Role.String(), Prefix: s.Prefix, Hash: s.Hash,
		CreatedBy: link(s.CreatedBy), CreatedAt: moment{s.CreatedAt}, ExpiresAt: maybe{s.ExpiresAt},
		LastUsedAt: maybe{s.LastUsedAt}, RevokedAt: maybe{s.RevokedAt},
	}
}

func toAPIKey(r keyRow) *identity.APIKey {
	role, _ := actor.ParseRole(r.Role) // a role that nobody knows may do nothing
	return identity.RestoreAPIKey(identity.KeyState{
		ID: identity.KeyID(r.ID), Company: tenant.ID(r.Company), Name: r.Name, Role: role, Prefix: r.Prefix, Hash: r.Hash,
		CreatedBy: identity.UserID(r.CreatedBy), CreatedAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time,
		LastUsedAt: r.LastUsedAt.Time, RevokedAt: r.RevokedAt.Time,
	})
}

type apiKeys struct{ u *unit }

// valid returns a query of the keys that were not revoked.
func (k apiKeys) valid(ctx context.Context) *gorm.DB {
	return k.u.in(ctx).Model(&keyRow{}).Where("revoked_at IS NULL")
}

func (k apiKeys) one(q *gorm.DB) (*identity.APIKey, error) {
	row, err := one[keyRow](k.u, q, "API key")
	if err != nil {
		return nil, err
	}
	return toAPIKey(row), nil
}

func (k apiKeys) Find(ctx context.Context, id identity.KeyID) (*identity.APIKey, error) {
	return k.one(k.u.held(k.valid(ctx).Where("id = ?", string(id))))
}

func (k apiKeys) ByHash(ctx context.Context, hash string) (*identity.APIKey, error) {
	return k.one(k.valid(ctx).Where("hash = ?", hash))
}

func (k apiKeys) List(ctx context.Context, company tenant.ID, p page.Request) (page.Result[*identity.APIKey], error) {
	f := &filter{k.valid(ctx)}
	f.company(company)
	return list(ctx, k.u, f.q, namedOrTimed(newest("created_at")), p, each(toAPIKey))
}

func (k apiKeys) Add(ctx context.Context, key *identity.APIKey) error {
	if err := k.u.reaches(key.State().Company, "API key"); err != nil {
		return err
	}
	row := fromAPIKey(key)
	return k.u.known(k.u.in(ctx).Create(&row).Error)
}

// Save compares no version: all that happens to a key is its end.
func (k apiKeys) Save(ctx context.Context, key *identity.APIKey) error {
	row := fromAPIKey(key)
	done := k.valid(ctx).Where("id = ?", row.ID).Select("*").Omit("id", "company_id", "created_at").Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return missing("API key")
	}
	return k.u.known(done.Error)
}

// keyUse notes the use of keys of all companies.
type keyUse struct{ u *unit }

// Touch writes once for each time: times are to the minute, so they are few.
func (k keyUse) Touch(ctx context.Context, used map[identity.KeyID]time.Time) error {
	at := map[time.Time][]string{}
	for id, when := range used {
		at[micro(when)] = append(at[micro(when)], string(id))
	}
	for when, ids := range at {
		err := apiKeys(k).valid(ctx).Where("id IN ?", ids).Where("(last_used_at IS NULL OR last_used_at < ?)", moment{when}).
			Update("last_used_at", moment{when}).Error
		if err != nil {
			return k.u.known(err)
		}
	}
	return nil
}
