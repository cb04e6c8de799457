package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// companyRow is a company. Its own id confines it like any other row.
type companyRow struct {
	ID        companyID `gorm:"primaryKey"`
	Name      string
	IsActive  bool
	CreatedAt moment
	UpdatedAt moment
	Version   int
	NameKey   string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (companyRow) TableName() string { return "companies" }

func fromCompany(c *identity.Company) companyRow {
	s := c.State()
	return companyRow{
		ID: companyID(s.ID), Name: s.Name, IsActive: s.IsActive,
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		NameKey: folded(s.Name),
	}
}

func toCompany(r companyRow, users int) *identity.Company {
	return identity.RestoreCompany(identity.CompanyState{
		ID: tenant.ID(r.ID), Name: r.Name, IsActive: r.IsActive,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version, UserCount: users,
	})
}

type companies struct{ u *unit }

func (c companies) Find(ctx context.Context, id tenant.ID) (*identity.Company, error) {
	row, err := one[companyRow](c.u, c.u.in(ctx).Where("id = ?", string(id)), "company")
	if err != nil {
		return nil, err
	}
	found, err := c.restore(ctx, []companyRow{row})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (c companies) List(ctx context.Context, q identity.CompanyQuery, p page.Request) (page.Result[*identity.Company], error) {
	f := &filter{c.u.in(ctx).Model(&companyRow{})}
	f.equal("name", q.Name)
	f.between("created_at", q.CreatedAfter, q.CreatedBefore)
	f.searched("name_key", folded(q.Search))
	return list(ctx, c.u, f.q, namedOrTimed(page.Key{Name: "name"}), p, c.restore)
}

// restore counts the users of all the companies at once.
func (c companies) restore(ctx context.Context, rows []companyRow) ([]*identity.Company, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = string(row.ID)
	}
	var counts []struct {
		CompanyID string
		Users     int
	}
	if len(rows) > 0 {
		err := c.u.in(ctx).Model(&userRow{}).Select("company_id", "count(*) AS users").
			Where("company_id IN ? AND deleted_at IS NULL", ids).Group("company_id").Scan(&counts).Error
		if err != nil {
			return nil, c.u.known(err)
		}
	}
	users := make(map[string]int, len(counts))
	for _, count := range counts {
		users[count.CompanyID] = count.Users
	}
	out := make([]*identity.Company, len(rows))
	for i, row := range rows {
		out[i] = toCompany(row, users[string(row.ID)])
	}
	return out, nil
}

func (c companies) Add(ctx context.Context, company *identity.Company) error {
	if err := c.u.reaches(company.ID(), "company"); err != nil {
		return err
	}
	row := fromCompany(company)
	return c.u.known(c.u.in(ctx).Create(&row).Error)
}

func (c companies) Save(ctx context.Context, company *identity.Company) error {
	row := fromCompany(company)
	row.Version++
	return kept(company, save(ctx, c.u, "company", string(row.ID), company.State().Version, &row))
}

func (c companies) Remove(ctx context.Context, company *identity.Company) error {
	id := string(company.ID())
	var users int64
	err := c.u.in(ctx).Model(&userRow{}).Where("company_id = ? AND deleted_at IS NULL", id).Count(&users).Error
	switch {
	case err != nil:
		return c.u.known(err)
	case users > 0:
		return fault.New(fault.Conflict, "the company still has users").WithCode("company_has_users")
	}
	if err := c.u.reaches(company.ID(), "company"); err != nil {
		return err
	}
	// Children go before their parents; the timeline goes with its incidents.
	for _, model := range []any{
		&alertTagRow{}, &incidentTagRow{}, &incidentAlertRow{}, &incidentObservableRow{}, &alertObservableRow{},
		&taskRow{}, &alertRow{}, &incidentRow{}, &observableRow{}, &deliveryRow{}, &noticeRow{}, &ruleChannelRow{},
		&ruleRow{}, &channelRow{}, &outboxRow{}, &answerRow{}, &keyRow{}, &sessionRow{}, &userRow{},
	} {
		if err := c.u.in(ctx).Where("company_id = ?", id).Delete(model).Error; err != nil {
			return c.u.known(err)
		}
	}
	return remove[companyRow](ctx, c.u, "company", id, company.State().Version)
}
