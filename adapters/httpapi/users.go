package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func userSorts() []string { return []string{"username", "email", "date_joined", "last_login"} }

// userQuery is what the list of users can be asked for.
type userQuery struct {
	pageQuery
	Ordering     string `form:"ordering" example:"username"` // Comma list of `username`, `email`, `date_joined`, `last_login`; `-` for descending
	Search       string `form:"search"`                      // Part of username, email or names
	Role         string `form:"role"`                        // Comma list of `superuser`, `admin_company`, `analyst_company`, `read_only`
	IsActive     bool   `form:"is_active"`
	Company      string `form:"company" format:"uuid"` // For superusers
	Username     string `form:"username"`              // The exact username, in any case
	Email        string `form:"email"`                 // The exact address, in any case
	JoinedAfter  string `form:"date_joined_after" format:"date-time"`
	JoinedBefore string `form:"date_joined_before" format:"date-time"`
}

// listUsers shows the users in reach.
//
//	@Summary	List users
//	@Tags		users
//	@Security	bearer
//	@Param		q		query		userQuery	false	"Filters"
//	@Success	200		{object}	listBody[userBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/users/ [get]
func (a *API) listUsers(c *call) (reply, error) {
	q := c.query()
	want := identity.UserQuery{
		Roles: q.roles("role"), IsActive: q.flag("is_active"), Company: tenant.ID(q.id("company")),
		Username: q.text("username"), Email: q.text("email"),
		JoinedAfter: q.time("date_joined_after"), JoinedBefore: q.time("date_joined_before"), Search: q.search(),
	}
	p := q.page(a.cursorsOf(c), userSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Users.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, userOf), nil
}

func showUser(u *identity.User) reply {
	return reply{body: userOf(u), etag: tag(u.State().Version)}
}

// createUser makes a user.
//
//	@Summary	Create a user
//	@Tags		users
//	@Security	bearer
//	@Param		Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param		body			body		userIn	true	"User"
//	@Success	201				{object}	userBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/users/ [post]
func (a *API) createUser(c *call) (reply, error) {
	var in userIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(u *identity.User) reply { return showUser(u).locatedAt(a.link("/users", string(u.ID()))) }
	return perform(c, show, func(ctx context.Context) (*identity.User, error) {
		return a.Users.Create(ctx, in.user())
	})
}

// me shows whoever asks.
//
//	@Summary	Show the own profile
//	@Tags		users
//	@Security	bearer
//	@Success	200		{object}	userBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/users/me/ [get]
func (a *API) me(c *call) (reply, error) {
	u, err := a.Users.Me(c.ctx)
	if err != nil {
		return reply{}, err
	}
	return showUser(u), nil
}

// findUser shows one user.
//
//	@Summary	Show a user
//	@Tags		users
//	@Security	bearer
//	@Param		id		path		string	true	"User id"	format(uuid)
//	@Success	200		{object}	userBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/users/{id}/ [get]
func (a *API) findUser(c *call) (reply, error) { return one(c, a.Users.Find, showUser) }

// replaceUser sets the names and the address of a user; role, activation and
// password stay when they are left out.
//
//	@Summary	Replace a user
//	@Tags		users
//	@Security	bearer
//	@Param		id			path		string		true	"User id"	format(uuid)
//	@Param		If-Match	header		string		false	"ETag that the object must still have"
//	@Param		body		body		userPatchIn	true	"User"
//	@Success	200			{object}	userBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/users/{id}/ [put]
func (a *API) replaceUser(c *call) (reply, error) {
	return a.updateUser(c, (*userPatchIn).replacement)
}

// patchUser changes some of a user.
//
//	@Summary	Change a user
//	@Tags		users
//	@Security	bearer
//	@Param		id			path		string		true	"User id"	format(uuid)
//	@Param		If-Match	header		string		false	"ETag that the object must still have"
//	@Param		body		body		userPatchIn	true	"What to change"
//	@Success	200			{object}	userBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/users/{id}/ [patch]
func (a *API) patchUser(c *call) (reply, error) { return a.updateUser(c, (*userPatchIn).patch) }

func (a *API) updateUser(c *call, read func(*userPatchIn) driving.UserPatch) (reply, error) {
	return change(c, read, a.Users.Find, a.Users.Update, showUser)
}

// removeUser deletes a user from sight; history keeps the name.
//
//	@Summary	Delete a user
//	@Tags		users
//	@Security	bearer
//	@Param		id			path	string	true	"User id"	format(uuid)
//	@Param		If-Match	header	string	false	"ETag that the object must still have"
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/users/{id}/ [delete]
func (a *API) removeUser(c *call) (reply, error) {
	return erase(c, a.Users.Find, a.Users.Remove, showUser)
}
