package users

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Create makes a user of the asker's company, or of the one a superuser names.
func (s *Service) Create(ctx context.Context, n driving.NewUser) (*identity.User, error) {
	if err := s.gate.Allowed(ctx, policy.UserCreate); err != nil {
		return nil, err
	}
	var v fault.Violations
	role, err := roleOf(ctx, &v, n.Role)
	if err != nil {
		return nil, err
	}
	company := n.Company
	if role != actor.Superuser {
		ctx, company, err = gate.Within(ctx, n.Company)
		if !v.Merge(err) {
			return nil, err
		}
		if err != nil {
			company = "refused" // told already; the other fields still want checking
		}
	}
	u, err := s.build(ctx, &v, n, role, company)
	if err != nil {
		return nil, err
	}
	return s.add(ctx, policy.UserCreate, u)
}

// Bootstrap makes the first superuser, unless there is one already. It reports
// whether it made one.
func (s *Service) Bootstrap(ctx context.Context, n driving.NewUser) (bool, error) {
	ctx = gate.As(ctx, "bootstrap")
	there, err := s.anySuperuser(ctx)
	if err != nil || there {
		return false, err
	}
	made, err := s.AddSuperuser(ctx, n)
	if fault.Is(err, fault.Conflict) {
		if there, again := s.anySuperuser(ctx); again == nil && there {
			return false, nil
		}
	}
	return made, err
}

// AddSuperuser makes one more superuser. Only somebody at the machine itself
// can ask for it; there is no way to it through the API of another role.
func (s *Service) AddSuperuser(ctx context.Context, n driving.NewUser) (bool, error) {
	ctx = gate.As(ctx, "bootstrap")
	var v fault.Violations
	u, err := s.build(ctx, &v, n, actor.Superuser, "")
	if err != nil {
		return false, err
	}
	_, err = s.add(ctx, policy.UserBootstrap, u)
	return err == nil, err
}

func (s *Service) anySuperuser(ctx context.Context) (bool, error) {
	return gate.Read(ctx, s.gate, policy.UserBootstrap, func(ctx context.Context, v store.View) (bool, error) {
		found, err := v.Users().List(ctx, identity.UserQuery{Roles: []actor.Role{actor.Superuser}}, page.Request{Size: 1})
		return len(found.Items) > 0, err
	})
}

func (s *Service) add(ctx context.Context, act policy.Action, u *identity.User) (*identity.User, error) {
	return gate.Write(ctx, s.gate, act, func(ctx context.Context, tx store.Tx) (*identity.User, error) {
		if company := u.State().Company; company != "" {
			if err := gate.Exists(ctx, tx, company); err != nil {
				return nil, err
			}
		}
		return u, tx.Users().Add(ctx, u)
	})
}

// build checks everything about a new user at once, and hashes the password
// only when there is nothing wrong: a hash is the costly part.
func (s *Service) build(ctx context.Context, v *fault.Violations, n driving.NewUser, role actor.Role, company tenant.ID) (*identity.User, error) {
	if n.Username == "" {
		n.Username = n.Email
	}
	v.Merge(identity.CheckPassword("password", n.Password, n.Username, n.Email))
	fresh := identity.NewUser{
		ID: identity.UserID(s.ids.New()), Username: n.Username, Email: n.Email, FirstName: n.FirstName,
		LastName: n.LastName, Role: role, Company: company, Inactive: n.Inactive,
	}
	if _, err := identity.CreateUser(fresh, s.clock.Now()); !v.Merge(err) {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	hash, err := s.hasher.Hash(ctx, n.Password)
	if err != nil {
		return nil, err
	}
	fresh.Hash = hash
	return identity.CreateUser(fresh, s.clock.Now())
}

// roleOf reads a role that the asker wants to grant. Nobody grants more than
// they have.
func roleOf(ctx context.Context, v *fault.Violations, name string) (actor.Role, error) {
	if name == "" {
		return actor.Analyst, nil
	}
	role, known := actor.ParseRole(name)
	if !known {
		v.Add("role", fault.CodeInvalid, "must be one of superuser, admin_company, analyst_company, read_only")
		return actor.ReadOnly, nil
	}
	if !actor.From(ctx).Role.Includes(role) {
		return role, fault.New(fault.Forbidden, "you cannot grant a role above your own")
	}
	return role, nil
}

// Update changes a user. Administrators change everybody in their company;
// everyone else their own names and e-mail address.
func (s *Service) Update(ctx context.Context, id identity.UserID, p driving.UserPatch, version driving.IfVersion) (*identity.User, error) {
	act := policy.UserUpdate
	if who := actor.From(ctx); who.Type == actor.User && who.ID == string(id) && harmless(p) {
		act = policy.UserUpdateSelf
	}
	if err := s.gate.Allowed(ctx, act); err != nil {
		return nil, err
	}
	var v fault.Violations
	patch := identity.UserPatch{
		Username: p.Username, Email: p.Email, FirstName: p.FirstName, LastName: p.LastName, IsActive: p.IsActive,
	}
	if p.Role != nil {
		role, err := roleOf(ctx, &v, *p.Role)
		if err != nil {
			return nil, err
		}
		patch.Role = &role
	}
	if err := s.password(ctx, &v, id, p, &patch); err != nil {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return gate.Write(ctx, s.gate, act, func(ctx context.Context, tx store.Tx) (*identity.User, error) {
		u, err := s.find(ctx, tx, id, version)
		if err != nil {
			return nil, err
		}
		if err := u.Apply(patch); err != nil {
			return nil, err
		}
		if err := keepsOne(ctx, tx, u); err != nil {
			return nil, err
		}
		return u, tx.Users().Save(ctx, u)
	})
}

// harmless reports whether a patch touches nothing but names and address.
func harmless(p driving.UserPatch) bool {
	return p.Role == nil && p.IsActive == nil && p.Password == nil && p.Username == nil
}

// password checks and hashes a new password against the names the user will
// have.
func (s *Service) password(ctx context.Context, v *fault.Violations, id identity.UserID, p driving.UserPatch, patch *identity.UserPatch) error {
	if p.Password == nil {
		return nil
	}
	u, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	state := u.State()
	username, email := state.Username, state.Email
	if p.Username != nil {
		username = *p.Username
	}
	if p.Email != nil {
		email = *p.Email
	}
	v.Merge(identity.CheckPassword("password", *p.Password, username, email))
	if !v.Empty() {
		return nil
	}
	var hash secret.Text
	if hash, err = s.hasher.Hash(ctx, *p.Password); err != nil {
		return err
	}
	patch.PasswordHash = &hash
	return nil
}

// Remove deletes a user from sight. Their sessions die; history keeps the name.
func (s *Service) Remove(ctx context.Context, id identity.UserID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.gate, policy.UserDelete, func(ctx context.Context, tx store.Tx) (*identity.User, error) {
		u, err := s.find(ctx, tx, id, version)
		if err != nil {
			return nil, err
		}
		u.Remove(tx.Now())
		if err := keepsOne(ctx, tx, u); err != nil {
			return nil, err
		}
		return u, tx.Users().Save(ctx, u)
	})
	return err
}

func (s *Service) find(ctx context.Context, tx store.Tx, id identity.UserID, version driving.IfVersion) (*identity.User, error) {
	u, err := tx.Users().Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return u, fault.IfVersion(version, u.State().Version)
}

// keepsOne refuses a change after which a company would have no administrator
// left, or the platform no superuser: whoever made it could not undo it. A
// superuser can, and may leave a company without.
func keepsOne(ctx context.Context, tx store.Tx, changed *identity.User) error {
	role, lost := changed.LosesPower()
	if !lost || (role == actor.Admin && actor.From(ctx).Role == actor.Superuser) {
		return nil
	}
	active := true
	others, err := tx.Users().List(ctx, identity.UserQuery{
		Roles: []actor.Role{role}, IsActive: &active, Company: changed.State().Company,
	}, page.Request{Size: 2, NoCount: true})
	if err != nil {
		return err
	}
	for _, other := range others.Items {
		if other.ID() != changed.ID() {
			return nil
		}
	}
	return fault.Newf(fault.Conflict, "this is the last active %s", role).WithCode("last_of_role")
}
