package memory

import (
	"context"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type users struct{ u *unit }

func (s users) shelf() shelf[identity.UserState] {
	return shelf[identity.UserState]{
		u: s.u, rows: &s.u.data.users, noun: "user",
		company: func(s *identity.UserState) tenant.ID { return s.Company },
		version: func(s *identity.UserState) *int { return &s.Version },
		hidden:  func(s *identity.UserState) bool { return !s.DeletedAt.IsZero() },
	}
}

func (s users) Find(_ context.Context, id identity.UserID) (*identity.User, error) {
	state, err := s.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return identity.RestoreUser(state), nil
}

func (s users) ByLogin(ctx context.Context, login string) (*identity.User, error) {
	var byEmail identity.UserID
	for u := range s.shelf().all() {
		if strings.EqualFold(u.Username, login) {
			return s.Find(ctx, u.ID)
		}
		if strings.EqualFold(u.Email, login) {
			byEmail = u.ID
		}
	}
	return s.Find(ctx, byEmail)
}

func (s users) List(_ context.Context, q identity.UserQuery, p page.Request) (page.Result[*identity.User], error) {
	rows := s.shelf().matching(func(u *identity.UserState) bool {
		return anyOf(q.Roles, u.Role) && is(q.Company, u.Company) &&
			(q.IsActive == nil || *q.IsActive == u.IsActive) &&
			(q.Username == "" || strings.EqualFold(q.Username, u.Username)) &&
			(q.Email == "" || strings.EqualFold(q.Email, u.Email)) &&
			within(u.JoinedAt, q.JoinedAfter, q.JoinedBefore) &&
			mentions(q.Search, u.Username, u.Email, u.FirstName, u.LastName)
	})
	return list(rows, p, order[identity.UserState]{
		sorts: []page.Sort{
			{Name: "username", Kind: page.Text},
			{Name: "email", Kind: page.Text},
			{Name: "date_joined", Kind: page.Time},
			{Name: "last_login", Kind: page.Time},
		},
		fallback: newest("date_joined"),
		value: func(u *identity.UserState, name string) any {
			switch name {
			case "username":
				return u.Username
			case "email":
				return u.Email
			case "date_joined":
				return u.JoinedAt
			case "last_login":
				return u.LastLogin
			default:
				return string(u.ID)
			}
		},
	}, identity.RestoreUser)
}

func (s users) Named(_ context.Context, ids []identity.UserID) ([]*identity.User, error) {
	rows := s.shelf().matching(func(u *identity.UserState) bool { return len(ids) > 0 && anyOf(ids, u.ID) })
	return mapped(rows, identity.RestoreUser)
}

func (s users) Add(_ context.Context, u *identity.User) error {
	state := u.State()
	if err := s.unique(state); err != nil {
		return err
	}
	return s.shelf().add(string(state.ID), state)
}

func (s users) Save(_ context.Context, u *identity.User) error {
	state := u.State()
	if err := s.unique(state); err != nil {
		return err
	}
	return kept(u, s.shelf().save(string(state.ID), state, nil))
}

// unique looks beyond the scope: people log in by name alone.
func (s users) unique(u identity.UserState) error {
	for _, other := range s.u.data.users.rows {
		switch {
		case other.ID == u.ID:
		case strings.EqualFold(other.Username, u.Username):
			return duplicate("username")
		case strings.EqualFold(other.Email, u.Email):
			return duplicate("email")
		}
	}
	return nil
}
