package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// keyQuery is what the list of API keys can be asked for.
type keyQuery struct {
	pageQuery
	Ordering string `form:"ordering" example:"name"` // Comma list of `name`, `created_at`; `-` for descending
	Company  string `form:"company" format:"uuid"`   // For superusers
}

// listKeys shows the keys in reach, never the secrets.
//
//	@Summary	List API keys
//	@Tags		api-keys
//	@Security	bearer
//	@Param		q		query		keyQuery	false	"Filters"
//	@Success	200		{object}	listBody[keyBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/api-keys/ [get]
func (a *API) listKeys(c *call) (reply, error) {
	q := c.query()
	company, p := tenant.ID(q.id("company")), q.page(a.cursorsOf(c), namedSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.APIKeys.List(c.ctx, company, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, keyOf), nil
}

// createKey makes a key and shows its secret, this once.
//
//	@Summary		Create an API key
//	@Description	`key` is in this answer and never again.
//	@Tags			api-keys
//	@Security		bearer
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		keyIn	true	"API key"
//	@Success		201				{object}	keyBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/api-keys/ [post]
func (a *API) createKey(c *call) (reply, error) {
	var in keyIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(k identity.IssuedKey) reply {
		return reply{body: issuedOf(k), location: a.link("/api-keys", string(k.State().ID))}
	}
	return perform(c, show, func(ctx context.Context) (identity.IssuedKey, error) {
		return a.APIKeys.Create(ctx, in.key())
	})
}

// findKey shows one key, never its secret.
//
//	@Summary	Show an API key
//	@Tags		api-keys
//	@Security	bearer
//	@Param		id		path		string	true	"API key id"	format(uuid)
//	@Success	200		{object}	keyBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/api-keys/{id}/ [get]
func (a *API) findKey(c *call) (reply, error) {
	return one(c, a.APIKeys.Find, func(k *identity.APIKey) reply { return reply{body: keyOf(k)} })
}

// removeKey ends a key at once.
//
//	@Summary	Revoke an API key
//	@Tags		api-keys
//	@Security	bearer
//	@Param		id	path	string	true	"API key id"	format(uuid)
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/api-keys/{id}/ [delete]
func (a *API) removeKey(c *call) (reply, error) {
	return reply{}, a.APIKeys.Revoke(c.ctx, identity.KeyID(c.id))
}
