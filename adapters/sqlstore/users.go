package sqlstore

import (
	"context"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// userRow is a user. Superusers have no company, so only a unit of work over
// all companies sees them.
type userRow struct {
	ID           string  `gorm:"primaryKey"`
	Company      ownerID `gorm:"column:company_id;<-:create"`
	Username     string
	Email        string
	FirstName    string
	LastName     string
	Role         string
	IsActive     bool
	PasswordHash string
	Epoch        int
	JoinedAt     moment
	LastLogin    moment
	DeletedAt    maybe
	Version      int
	UsernameKey  string `gorm:"->:false;<-"`
	EmailKey     string `gorm:"->:false;<-"`
	SearchText   string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (userRow) TableName() string { return "users" }

func fromUser(u *identity.User) userRow {
	s := u.State()
	return userRow{
		ID: string(s.ID), Company: ownerID(s.Company), Username: s.Username, Email: s.Email,
		FirstName: s.FirstName, LastName: s.LastName, Role: s.Role.String(), IsActive: s.IsActive,
		PasswordHash: s.PasswordHash.Reveal(), Epoch: s.Epoch, JoinedAt: moment{s.JoinedAt},
		LastLogin: moment{s.LastLogin}, DeletedAt: maybe{s.DeletedAt}, Version: s.Version,
		UsernameKey: folded(s.Username), EmailKey: folded(s.Email),
		SearchText: searchable(s.Username, s.Email, s.FirstName, s.LastName),
	}
}

func toUser(r userRow) *identity.User {
	role, _ := actor.ParseRole(r.Role) // a role that nobody knows may do nothing
	return identity.RestoreUser(identity.UserState{
		ID: identity.UserID(r.ID), Company: tenant.ID(r.Company), Username: r.Username, Email: r.Email,
		FirstName: r.FirstName, LastName: r.LastName, Role: role, IsActive: r.IsActive,
		PasswordHash: secret.New(r.PasswordHash), Epoch: r.Epoch, JoinedAt: r.JoinedAt.Time,
		LastLogin: r.LastLogin.Time, DeletedAt: r.DeletedAt.Time, Version: r.Version,
	})
}

type users struct{ u *unit }

// present returns a query of the users who are still there.
func (s users) present(ctx context.Context) *gorm.DB {
	return s.u.in(ctx).Model(&userRow{}).Where("deleted_at IS NULL")
}

func (s users) Find(ctx context.Context, id identity.UserID) (*identity.User, error) {
	return s.one(s.u.held(s.present(ctx).Where("id = ?", string(id))))
}

// ByLogin prefers a username to an address that reads the same.
func (s users) ByLogin(ctx context.Context, login string) (*identity.User, error) {
	key := folded(login)
	return s.one(s.present(ctx).Where("(username_key = ? OR email_key = ?)", key, key).
		Order(gorm.Expr("CASE WHEN username_key = ? THEN 0 ELSE 1 END", key)))
}

func (s users) one(q *gorm.DB) (*identity.User, error) {
	row, err := one[userRow](s.u, q, "user")
	if err != nil {
		return nil, err
	}
	return toUser(row), nil
}

func (s users) List(ctx context.Context, q identity.UserQuery, p page.Request) (page.Result[*identity.User], error) {
	f := &filter{s.present(ctx)}
	roles := make([]string, len(q.Roles))
	for i, role := range q.Roles {
		roles[i] = role.String()
	}
	among(f, "role", roles)
	f.flag("is_active", q.IsActive)
	f.company(q.Company)
	f.equal("username_key", folded(q.Username))
	f.equal("email_key", folded(q.Email))
	f.between("joined_at", q.JoinedAfter, q.JoinedBefore)
	f.searched("search_text", searchable(q.Search))
	return list(ctx, s.u, f.q, ordered{
		sorts: []page.Sort{
			{Name: "username", Kind: page.Text},
			{Name: "email", Kind: page.Text},
			{Name: "date_joined", Kind: page.Time},
			{Name: "last_login", Kind: page.Time},
		},
		fallback: newest("date_joined"), columns: map[string]string{"date_joined": "joined_at"},
	}, p, each(toUser))
}

func (s users) Named(ctx context.Context, ids []identity.UserID) ([]*identity.User, error) {
	rows, err := byID[userRow](ctx, s.u, texts(ids), s.present)
	if err != nil {
		return nil, err
	}
	return each(toUser)(ctx, rows)
}

func (s users) Add(ctx context.Context, u *identity.User) error {
	if err := s.u.reaches(u.State().Company, "user"); err != nil {
		return err
	}
	row := fromUser(u)
	return s.u.known(s.u.in(ctx).Create(&row).Error)
}

func (s users) Save(ctx context.Context, u *identity.User) error {
	if _, err := s.Find(ctx, u.ID()); err != nil {
		return err // a user who was deleted stays so
	}
	row := fromUser(u)
	row.Version++
	return kept(u, save(ctx, s.u, "user", row.ID, u.State().Version, &row))
}
