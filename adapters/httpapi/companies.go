package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
)

// namedSorts are the keys of everything that has a name and not much else.
func namedSorts() []string { return []string{"name", "created_at"} }

// companyQuery is what the list of companies can be asked for.
type companyQuery struct {
	pageQuery
	Ordering      string `form:"ordering" example:"-created_at"` // Comma list of `name`, `created_at`; `-` for descending
	Search        string `form:"search"`                         // Part of the name
	Name          string `form:"name"`                           // The exact name
	CreatedAfter  string `form:"created_after" format:"date-time"`
	CreatedBefore string `form:"created_before" format:"date-time"`
}

// listCompanies shows the companies in reach.
//
//	@Summary		List companies
//	@Description	Members see their own company.
//	@Tags			companies
//	@Security		bearer
//	@Param			q		query		companyQuery	false	"Filters"
//	@Success		200		{object}	listBody[companyBody]
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/companies/ [get]
func (a *API) listCompanies(c *call) (reply, error) {
	q := c.query()
	want := identity.CompanyQuery{
		Name: q.text("name"), CreatedAfter: q.time("created_after"), CreatedBefore: q.time("created_before"), Search: q.search(),
	}
	p := q.page(a.cursorsOf(c), namedSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Companies.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, companyOf), nil
}

func showCompany(k *identity.Company) reply {
	return reply{body: companyOf(k), etag: tag(k.State().Version)}
}

// createCompany makes a customer, with its first administrator if asked.
//
//	@Summary	Create a company
//	@Tags		companies
//	@Security	bearer
//	@Param		Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param		body			body		companyIn	true	"Company"
//	@Success	201				{object}	companyBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/companies/ [post]
func (a *API) createCompany(c *call) (reply, error) {
	var in companyIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(f identity.Founding) reply {
		made := showCompany(f.Company).locatedAt(a.link("/companies", string(f.Company.ID())))
		made.body = foundingOf(f)
		return made
	}
	return perform(c, show, func(ctx context.Context) (identity.Founding, error) {
		return a.Companies.Create(ctx, in.company())
	})
}

// findCompany shows one company.
//
//	@Summary	Show a company
//	@Tags		companies
//	@Security	bearer
//	@Param		id		path		string	true	"Company id"	format(uuid)
//	@Success	200		{object}	companyBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/companies/{id}/ [get]
func (a *API) findCompany(c *call) (reply, error) {
	return one(c, a.Companies.Find, showCompany)
}

// replaceCompany sets all that can be set of a company.
//
//	@Summary	Replace a company
//	@Tags		companies
//	@Security	bearer
//	@Param		id			path		string			true	"Company id"	format(uuid)
//	@Param		If-Match	header		string			false	"ETag that the object must still have"
//	@Param		body		body		companyPatchIn	true	"Company"
//	@Success	200			{object}	companyBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/companies/{id}/ [put]
func (a *API) replaceCompany(c *call) (reply, error) {
	return a.updateCompany(c, (*companyPatchIn).replacement)
}

// patchCompany changes some of a company.
//
//	@Summary	Change a company
//	@Tags		companies
//	@Security	bearer
//	@Param		id			path		string			true	"Company id"	format(uuid)
//	@Param		If-Match	header		string			false	"ETag that the object must still have"
//	@Param		body		body		companyPatchIn	true	"What to change"
//	@Success	200			{object}	companyBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/companies/{id}/ [patch]
func (a *API) patchCompany(c *call) (reply, error) {
	return a.updateCompany(c, (*companyPatchIn).patch)
}

func (a *API) updateCompany(c *call, read func(*companyPatchIn) identity.CompanyPatch) (reply, error) {
	return change(c, read, a.Companies.Find, a.Companies.Update, showCompany)
}

// removeCompany deletes a company that has no users.
//
//	@Summary	Delete a company
//	@Tags		companies
//	@Security	bearer
//	@Param		id			path	string	true	"Company id"	format(uuid)
//	@Param		If-Match	header	string	false	"ETag that the object must still have"
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/companies/{id}/ [delete]
func (a *API) removeCompany(c *call) (reply, error) {
	return erase(c, a.Companies.Find, a.Companies.Remove, showCompany)
}
