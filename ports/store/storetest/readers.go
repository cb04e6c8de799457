package storetest

import (
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// readers is what can be read in a view and in a unit of work alike, so that
// both are asked the same questions. Audit and Dashboard are in views alone.
type readers struct {
	Companies   store.CompanyReader
	Users       store.UserReader
	Sessions    store.SessionReader
	APIKeys     store.APIKeyReader
	Alerts      store.AlertReader
	Incidents   store.IncidentReader
	Observables store.ObservableReader
	Tasks       store.TaskReader
	Channels    store.ChannelReader
	Rules       store.RuleReader
	Notices     store.NoticeReader
	Deliveries  store.DeliveryReader
	Events      store.EventReader
	Audit       store.AuditReader
	Dashboard   store.Dashboard
}

func ofView(v store.View) readers {
	return readers{
		Companies: v.Companies(), Users: v.Users(), Sessions: v.Sessions(), APIKeys: v.APIKeys(),
		Alerts: v.Alerts(), Incidents: v.Incidents(), Observables: v.Observables(), Tasks: v.Tasks(),
		Channels: v.Channels(), Rules: v.Rules(), Notices: v.Notices(), Deliveries: v.Deliveries(), Events: v.Events(),
		Audit: v.Audit(), Dashboard: v.Dashboard(),
	}
}

func ofTx(tx txn.Tx) readers {
	return readers{
		Companies: tx.Companies(), Users: tx.Users(), Sessions: tx.Sessions(), APIKeys: tx.APIKeys(),
		Alerts: tx.Alerts(), Incidents: tx.Incidents(), Observables: tx.Observables(), Tasks: tx.Tasks(),
		Channels: tx.Channels(), Rules: tx.Rules(), Notices: tx.Notices(), Deliveries: tx.Deliveries(), Events: tx.Events(),
	}
}
