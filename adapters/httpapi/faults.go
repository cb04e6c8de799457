package httpapi

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// This file lets inputs say what the domain finds wrong with them (see
// checked). The rules themselves are the domain's: here they are only asked.

// anyCompany stands for whatever company the asker will turn out to have.
const anyCompany tenant.ID = "00000000-0000-0000-0000-000000000000"

func (in *userIn) faults() error { return userFaults(in.user()) }

func userFaults(n driving.NewUser) error {
	var v fault.Violations
	if n.Username == "" {
		n.Username = n.Email
	}
	role, known := actor.ParseRole(n.Role)
	if n.Role == "" {
		role, known = actor.Analyst, true
	}
	if !known {
		badRole(&v)
		role = actor.ReadOnly
	}
	company := anyCompany
	if role == actor.Superuser {
		company = n.Company
	}
	v.Merge(identity.CheckPassword("password", n.Password, n.Username, n.Email))
	_, err := identity.CreateUser(identity.NewUser{
		Username: n.Username, Email: n.Email, FirstName: n.FirstName, LastName: n.LastName, Role: role, Company: company,
	}, time.Time{})
	v.Merge(err)
	return v.Err()
}

func (in *userPatchIn) faults() error {
	p := in.patch()
	if in.replaces {
		p = in.replacement()
	}
	var v fault.Violations
	v.Merge(identity.RestoreUser(identity.UserState{Company: anyCompany}).Apply(identity.UserPatch{
		Username: p.Username, Email: p.Email, FirstName: p.FirstName, LastName: p.LastName,
	}))
	if _, known := actor.ParseRole(in.Role.Value); in.Role.Given && !known {
		badRole(&v)
	}
	if in.Password.Given {
		v.Merge(identity.CheckPassword("password", in.Password.Value, in.Username.Value, in.Email.Value))
	}
	return v.Err()
}

func badRole(v *fault.Violations) {
	v.Add("role", fault.CodeInvalid, "must be one of superuser, admin_company, analyst_company, read_only")
}

func (in *companyIn) faults() error {
	var v fault.Violations
	_, err := identity.NewCompany("", in.Name, time.Time{})
	v.Merge(err)
	if admin := in.company().Admin; admin != nil {
		v.Under("admin_user", userFaults(*admin))
	}
	return v.Err()
}

func (in *companyPatchIn) faults() error {
	p := in.patch()
	if in.replaces {
		p = in.replacement()
	}
	return identity.RestoreCompany(identity.CompanyState{}).Apply(p, time.Time{})
}

func (in *keyIn) faults() error {
	role, _ := actor.ParseRole(in.Role)
	_, err := identity.NewAPIKey(identity.KeyState{Name: in.Name, Role: role, ExpiresAt: in.ExpiresAt})
	return err
}

func (in *alertIn) faults() error {
	_, err := alert.Create("", "", in.draft(), alert.Reporter{}, time.Time{})
	return err
}

func (in *alertPatchIn) faults() error {
	p := in.patch()
	if in.replaces {
		p = in.replacement()
	}
	return alert.Restore(alert.State{}).Apply(p.Patch, time.Time{})
}

func (in *resolveIn) faults() error {
	return alert.Restore(alert.State{Status: alert.New}).Resolve(in.Resolution, in.Notes, time.Time{})
}

func (in *closeIn) faults() error {
	return incident.Restore(incident.State{Status: incident.Open}).Close(in.Notes, time.Time{})
}

func (in *entryIn) faults() error {
	return incident.Restore(incident.State{}).Tell(in.draft(), time.Time{})
}

func (in *channelIn) faults() error {
	var v fault.Violations
	v.Require("channel_type", in.Type)
	_, err := notification.NewChannel("", "", in.Name, in.Type, notification.Settings{}, true, time.Time{})
	v.Merge(err)
	return v.Err()
}

func (in *ruleIn) faults() error {
	_, err := notification.NewRule("", "", in.rule().RuleDraft, time.Time{})
	return err
}

func (in *channelPatchIn) faults() error {
	p := in.patch()
	if in.replaces {
		p = in.replacement()
	}
	return notification.RestoreChannel(notification.ChannelState{}).Apply(notification.ChannelPatch{Name: p.Name}, time.Time{})
}

// faults judges a replacement. What a patch lacks is in the rule, which is not
// here.
func (in *rulePatchIn) faults() error {
	if !in.replaces {
		return nil
	}
	_, err := notification.NewRule("", "", notification.RuleDraft{
		Name: in.Name.Value, Description: in.Description.Value, EventTypes: in.EventTypes.Value, Condition: in.Condition.Value,
		Channels: in.Channels.Value, Recipients: in.Recipients.Value,
		Title: in.Template.Value.Title.Value, Body: in.Template.Value.Body.Value,
	}, time.Time{})
	return err
}
