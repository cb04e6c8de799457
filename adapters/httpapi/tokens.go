package httpapi

import (
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// login exchanges a name and a password for tokens. Whatever is wrong with
// them, the answer is the same.
//
//	@Summary		Log in
//	@Description	By `username` or by `email`. Every failure is the same 401; too many are 429.
//	@Tags			auth
//	@Param			body	body		loginIn	true	"Credentials"
//	@Success		200		{object}	tokenBody
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/token/ [post]
func (a *API) login(c *call) (reply, error) {
	var in loginIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	if err := in.faults(); err != nil {
		return reply{}, err
	}
	tokens, err := a.Auth.Login(c.ctx, in.Username+in.Email, in.Password)
	return showTokens(tokens), err
}

func (in *loginIn) faults() error {
	var v fault.Violations
	switch {
	case in.Username != "" && in.Email != "":
		v.Add("email", fault.CodeInvalid, "must not come with a username")
	case in.Email == "":
		v.Require("username", in.Username)
	}
	v.Require("password", in.Password.Reveal())
	return v.Err()
}

// refresh exchanges a refresh token for a new pair.
//
//	@Summary		Refresh tokens
//	@Description	Spends the refresh token. Using a spent one ends the whole session: 401.
//	@Tags			auth
//	@Param			body	body		refreshIn	true	"Refresh token"
//	@Success		200		{object}	tokenBody
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/token/refresh/ [post]
func (a *API) refresh(c *call) (reply, error) {
	var in refreshIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	if err := in.faults(); err != nil {
		return reply{}, err
	}
	tokens, err := a.Auth.Refresh(c.ctx, in.Refresh)
	return showTokens(tokens), err
}

func (in *refreshIn) faults() error {
	var v fault.Violations
	v.Require("refresh", in.Refresh.Reveal())
	return v.Err()
}
