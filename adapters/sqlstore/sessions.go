package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// sessionRow is a login. A superuser's has no company.
type sessionRow struct {
	ID        string  `gorm:"primaryKey"`
	Company   ownerID `gorm:"column:company_id;<-:create"`
	UserID    string
	Epoch     int
	Current   string
	CreatedAt moment
	ExpiresAt moment
	RevokedAt maybe
	Version   int
}

// TableName implements schema.Tabler.
func (sessionRow) TableName() string { return "sessions" }

func fromSession(s *identity.Session) sessionRow {
	is := s.State()
	return sessionRow{
		ID: string(is.ID), Company: ownerID(is.Company), UserID: string(is.User), Epoch: is.Epoch, Current: is.Current,
		CreatedAt: moment{is.CreatedAt}, ExpiresAt: moment{is.ExpiresAt}, RevokedAt: maybe{is.RevokedAt}, Version: is.Version,
	}
}

func toSession(r sessionRow) *identity.Session {
	return identity.RestoreSession(identity.SessionState{
		ID: identity.SessionID(r.ID), Company: tenant.ID(r.Company), User: identity.UserID(r.UserID), Epoch: r.Epoch,
		Current: r.Current, CreatedAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time, RevokedAt: r.RevokedAt.Time,
		Version: r.Version,
	})
}

type sessions struct{ u *unit }

func (s sessions) Find(ctx context.Context, id identity.SessionID) (*identity.Session, error) {
	row, err := one[sessionRow](s.u, s.u.held(s.u.in(ctx).Where("id = ?", string(id))), "session")
	if err != nil {
		return nil, err
	}
	return toSession(row), nil
}

func (s sessions) Add(ctx context.Context, session *identity.Session) error {
	if err := s.u.reaches(session.State().Company, "session"); err != nil {
		return err
	}
	row := fromSession(session)
	return s.u.known(s.u.in(ctx).Create(&row).Error)
}

func (s sessions) Save(ctx context.Context, session *identity.Session) error {
	row := fromSession(session)
	row.Version++
	return kept(session, save(ctx, s.u, "session", row.ID, session.State().Version, &row))
}
