package sqlstore

import (
	"context"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ruleRow is a rule; its channels are rows of their own.
type ruleRow struct {
	ID          string    `gorm:"primaryKey"`
	Company     companyID `gorm:"column:company_id;<-:create"`
	Name        string
	Description string
	EventTypes  document[[]event.Name]
	Condition   string
	Title       string
	Body        string
	Recipients  document[[]string]
	IsActive    bool
	CreatedAt   moment
	UpdatedAt   moment
	Version     int
	SearchText  string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (ruleRow) TableName() string { return "rules" }

// ruleChannelRow is a channel of a rule.
type ruleChannelRow struct {
	Company   companyID `gorm:"column:company_id;primaryKey;<-:create"`
	RuleID    string    `gorm:"primaryKey"`
	ChannelID string    `gorm:"primaryKey"`
	Position  int       // in the rule's own order
}

// TableName implements schema.Tabler.
func (ruleChannelRow) TableName() string { return "rule_channels" }

func fromRule(r *notification.Rule) (ruleRow, []ruleChannelRow) {
	s := r.State()
	row := ruleRow{
		ID: string(s.ID), Company: companyID(s.Company), Name: s.Name, Description: s.Description,
		EventTypes: documentOf(s.EventTypes), Condition: s.Condition, Title: s.Title, Body: s.Body,
		Recipients: documentOf(s.Recipients), IsActive: s.IsActive,
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		SearchText: strings.ToLower(s.Name),
	}
	links := make([]ruleChannelRow, len(s.Channels))
	for i, id := range s.Channels {
		links[i] = ruleChannelRow{Company: row.Company, RuleID: row.ID, ChannelID: string(id), Position: i}
	}
	return row, links
}

func toRule(r ruleRow, channels []notification.ChannelID) *notification.Rule {
	return notification.RestoreRule(notification.RuleState{
		ID: notification.RuleID(r.ID), Company: tenant.ID(r.Company), Name: r.Name, Description: r.Description,
		EventTypes: r.EventTypes.is, Condition: r.Condition, Channels: channels, Title: r.Title, Body: r.Body,
		Recipients: r.Recipients.is, IsActive: r.IsActive,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	})
}

type rules struct{ u *unit }

func (r rules) Find(ctx context.Context, id notification.RuleID) (*notification.Rule, error) {
	row, err := one[ruleRow](r.u, r.u.held(r.u.in(ctx).Where("id = ?", string(id))), "rule")
	if err != nil {
		return nil, err
	}
	found, err := r.restore(ctx, []ruleRow{row})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (r rules) List(ctx context.Context, q notification.RuleQuery, p page.Request) (page.Result[*notification.Rule], error) {
	f := &filter{r.u.in(ctx).Model(&ruleRow{})}
	f.company(q.Company)
	f.flag("is_active", q.IsActive)
	if q.Event != "" {
		f.searched("event_types", `"`+string(q.Event)+`"`)
	}
	if q.Channel != "" {
		f.where("id IN (?)", r.u.in(ctx).Model(&ruleChannelRow{}).Select("rule_id").
			Where("company_id = (?) AND channel_id = ?", r.u.owner(ctx, &channelRow{}, string(q.Channel)), string(q.Channel)))
	}
	f.searched("search_text", strings.ToLower(q.Search))
	return list(ctx, r.u, f.q, namedOrTimed(newest("created_at")), p, r.restore)
}

func (r rules) Active(ctx context.Context) ([]*notification.Rule, error) {
	rows, err := all[ruleRow](r.u, r.u.in(ctx).Where("is_active = ?", true).Order("id"))
	if err != nil {
		return nil, err
	}
	return r.restore(ctx, rows)
}

// restore reads the channels of all the rules at once.
func (r rules) restore(ctx context.Context, rows []ruleRow) ([]*notification.Rule, error) {
	channels := map[string][]notification.ChannelID{}
	for part := range parts(rows, r.u.dialect.maxVars()/4) {
		ids, companies := make([]string, len(part)), make([]string, len(part))
		for i, row := range part {
			ids[i], companies[i] = row.ID, string(row.Company)
		}
		links, err := all[ruleChannelRow](r.u, r.u.in(ctx).
			Where("company_id IN ? AND rule_id IN ?", distinct(companies), ids).Order("position"))
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			channels[l.RuleID] = append(channels[l.RuleID], notification.ChannelID(l.ChannelID))
		}
	}
	out := make([]*notification.Rule, len(rows))
	for i, row := range rows {
		out[i] = toRule(row, channels[row.ID])
	}
	return out, nil
}

func (r rules) Add(ctx context.Context, rule *notification.Rule) error {
	if err := r.u.reaches(rule.State().Company, "rule"); err != nil {
		return err
	}
	row, links := fromRule(rule)
	if err := r.u.in(ctx).Create(&row).Error; err != nil {
		return r.u.known(err)
	}
	return insert(ctx, r.u, links)
}

func (r rules) Save(ctx context.Context, rule *notification.Rule) error {
	row, links := fromRule(rule)
	row.Version++
	if err := save(ctx, r.u, "rule", row.ID, rule.State().Version, &row); err != nil {
		return err
	}
	if err := r.unlink(ctx, row); err != nil {
		return err
	}
	return kept(rule, insert(ctx, r.u, links))
}

func (r rules) Remove(ctx context.Context, rule *notification.Rule) error {
	row, _ := fromRule(rule)
	err := unchanged[ruleRow](ctx, r.u, "rule", row.ID, row.Version)
	if err == nil {
		err = r.unlink(ctx, row)
	}
	if err != nil {
		return err
	}
	return remove[ruleRow](ctx, r.u, "rule", row.ID, row.Version)
}

func (r rules) unlink(ctx context.Context, row ruleRow) error {
	return r.u.known(r.u.in(ctx).Where("company_id = ? AND rule_id = ?", row.Company, row.ID).Delete(&ruleChannelRow{}).Error)
}
