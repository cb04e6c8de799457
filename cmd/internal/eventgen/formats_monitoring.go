package eventgen

import "time"

// alertmanager is one alert of a webhook of Prometheus Alertmanager: firing at
// first, resolved when told again. A third of the senders strip its times.
func alertmanager(s *scene) report {
	alert := s.story(
		story{"Certificate expires soon", "The certificate of an endpoint runs out within fourteen days.", "CertificateExpiry", nil},
		story{"Error rate above its limit", "More than five of a hundred requests fail.", "HighErrorRate", []string{"Production"}},
		story{"Unusual number of refused sign-ins", "Refused sign-ins are three times the usual number.", "AuthFailures", []string{"attack.t1110"}},
		story{"Disk nearly full", "Less than a tenth of a disk is free.", "DiskSpaceLow", []string{"Production"}},
	)
	fingerprint, undated := s.hex(16), s.chance(0.35)
	status, ends := "firing", "0001-01-01T00:00:00Z"
	if s.turn%2 == 1 {
		status, ends = "resolved", s.rfc3339()
	}
	labels := object{
		"alertname": alert.code, "job": "node", "severity": scale(s, "info", "info", "warning", "critical", "critical"),
		"instance": s.machine.name + ":9100", "cluster": "main",
	}
	seen := sightings{}
	if s.chance(0.2) {
		labels["instance"] = s.machine.ip + ":9100"
		seen.see(kindIP, s.machine.ip)
	} else if s.chance(0.25) {
		seen.see(kindHostname, s.machine.fqdn)
	}
	firing := object{
		"status": status, "labels": labels, "annotations": object{"summary": alert.title, "description": alert.text},
		"generatorURL": "http://prometheus.example.com/graph?g0.expr=up&g0.tab=1", "fingerprint": fingerprint,
	}
	if !undated {
		firing["startsAt"], firing["endsAt"] = s.first.Format(time.RFC3339), ends
	}

	return report{
		title: alert.title + " (" + s.machine.name + ")", text: alert.text, ref: fingerprint, tags: append(alert.tags, "monitoring", alert.code),
		seen: seen, undated: undated, over: status == "resolved",
		payload: object{
			"version": "4", "groupKey": `{}:{alertname="` + alert.code + `"}`, "truncatedAlerts": 0, "status": status, "receiver": "soc",
			"groupLabels":  object{"alertname": alert.code},
			"commonLabels": labels, "commonAnnotations": object{}, "externalURL": "http://alertmanager.example.com", "alerts": []any{firing},
		},
	}
}

// grafana is a notification of Grafana's older alerting, which carries no time.
func grafana(s *scene) report {
	rule := s.story(
		story{"Latency of sign-ins above two seconds", "The ninety-fifth percentile has been above its limit for five minutes.", "alerting", nil},
		story{"No data from a collector", "A collector has sent nothing for ten minutes.", "no_data", nil},
		story{"Queue of the mail gateway is growing", "More than a thousand messages are waiting.", "alerting", nil},
	)
	id := s.digits(7)
	state := s.progress(rule.code, "ok")

	return report{
		title: "[Alerting] " + rule.title, text: rule.text, ref: id, tags: []string{"monitoring", "grafana"}, undated: true, over: state == "ok",
		payload: object{
			"dashboardId": s.between(1, 90), "evalMatches": []any{object{"value": s.between(1, 900), "metric": s.machine.name, "tags": object{}}},
			"message": rule.text, "orgId": 1, "panelId": s.between(1, 30),
			"ruleId": id, "ruleName": rule.title, "ruleUrl": "https://grafana.example.com/d/" + s.token(9), "state": state,
			"tags": object{"team": one(s.rnd, "platform", "soc", "network")}, "title": "[Alerting] " + rule.title,
		},
	}
}

// pagerDuty is a v3 webhook about an incident: triggered, acknowledged, resolved.
func pagerDuty(s *scene) report {
	incident := s.story(
		story{"Primary database does not answer", "Three checks in a row have failed.", "database", nil},
		story{"Remote access gateway is overloaded", "New sessions are refused.", "vpn", nil},
		story{"Backups have not finished", "The nightly backup has run for more than ten hours.", "backup", nil},
	)
	id := "Q" + s.among("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 13)
	state := s.progress("triggered", "acknowledged", "resolved")
	seen := sightings{}
	assignees := []any{}
	if s.chance(0.2) {
		assignees = append(assignees, object{"id": "P" + s.token(6), "type": "user_reference", "summary": s.user.name, "email": s.user.email})
		seen.see(kindEmail, s.user.email)
	}

	return report{
		title: incident.title, text: incident.text, ref: id, tags: []string{"monitoring", incident.code}, seen: seen, over: state == "resolved",
		payload: object{"event": object{
			"id": "01" + s.among("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 24), "event_type": "incident." + state, "resource_type": "incident",
			"occurred_at": s.rfc3339(),
			"agent":       object{"id": "P" + s.token(6), "type": "service_reference"}, "client": nil,
			"data": object{
				"id": id, "type": "incident", "self": "https://api.example.com/incidents/" + id, "number": s.between(1, 99999), "status": state,
				"incident_key": s.hex(32), "created_at": s.first.Format(time.RFC3339), "title": incident.title,
				"urgency": scale(s, "low", "low", "low", "high", "high"), "assignees": assignees,
				"service":  object{"id": "P" + s.token(6), "type": "service_reference", "summary": incident.code},
				"priority": object{"summary": scale(s, "P5", "P4", "P3", "P2", "P1")},
			},
		}},
	}
}
