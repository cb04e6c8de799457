package eventgen

import "strings"

// progress is the state of an alert that an analyst works on, by turn.
func (s *scene) progress(states ...string) string {
	return states[min(s.turn, len(states)-1)]
}

// defender is an alert of Microsoft Defender as Graph's alerts_v2 gives it.
func defender(s *scene) report {
	alert := s.story(
		story{
			"Suspicious script started by an office program",
			"An office program started a script interpreter.",
			"Execution",
			[]string{"attack.t1204.002", "attack.t1059.001"},
		},
		story{
			"Credentials read from process memory",
			"A tool opened the memory of the process that holds sign-in secrets.",
			"CredentialAccess",
			[]string{"attack.t1003.001", "attack.ta0006"},
		},
		story{
			"Protection was switched off",
			"Real-time protection was disabled by a command.",
			"DefenseEvasion",
			[]string{"attack.t1562.001", "attack.ta0005"},
		},
		story{
			"File known to be malicious was blocked",
			"A file was recognised and put into quarantine before it ran.",
			"Malware",
			[]string{"attack.t1204", "malware"},
		},
	)
	id := "da" + s.digits(18) + "_-" + s.digits(9)
	device := object{
		"@odata.type": "#microsoft.graph.security.deviceEvidence", "createdDateTime": s.first.Format("2006-01-02T15:04:05.0000000Z"),
		"verdict":       "unknown",
		"deviceDnsName": s.machine.fqdn, "hostName": s.machine.name, "osPlatform": "Windows11", "mdeDeviceId": s.hex(40), "healthStatus": "active",
		"loggedOnUsers": []any{object{"accountName": s.user.login, "domainName": strings.ToUpper(s.cast.company)}}, "lastIpAddress": s.machine.ip,
	}
	found := object{
		"@odata.type": "#microsoft.graph.security.fileEvidence", "verdict": "suspicious", "detectionStatus": "detected",
		"mdeDeviceId": device["mdeDeviceId"],
		"fileDetails": object{
			"fileName": s.file.name, "filePath": s.file.path, "sha1": s.file.sha1, "sha256": s.file.sha256, "fileSize": s.between(2000, 900000),
		},
	}

	return report{
		title: alert.title, text: alert.text, ref: id, tags: append(alert.tags, "defender", alert.code),
		seen: sightings{}.see(kindHostname, s.machine.fqdn).see(kindIP, s.machine.ip).see(kindAccount, s.user.login).
			see(kindFilename, s.file.name).see(kindFilepath, s.file.path).see(kindSHA1, s.file.sha1).see(kindSHA256, s.file.sha256),
		payload: object{
			"@odata.type": "#microsoft.graph.security.alert", "id": id, "providerAlertId": strings.TrimPrefix(id, "da"), "incidentId": s.digits(6),
			"status": s.progress("new", "inProgress", "resolved"), "severity": scale(s, "informational", "low", "medium", "high", "high"),
			"classification": nil, "determination": nil, "serviceSource": "microsoftDefenderForEndpoint", "detectionSource": "antivirus",
			"productName": "Microsoft Defender for Endpoint", "detectorId": s.uuid(), "tenantId": s.cast.tenant,
			"title": alert.title, "description": alert.text, "category": alert.code, "assignedTo": nil,
			"alertWebUrl":     "https://security.example.com/alerts/" + id,
			"createdDateTime": s.first.Format("2006-01-02T15:04:05.0000000Z"), "lastUpdateDateTime": s.at.Format("2006-01-02T15:04:05.0000000Z"),
			"mitreTechniques": []any{"T1059.001", "T1204"}, "evidence": []any{device, found},
		},
	}
}

// sentinel is an incident of Microsoft Sentinel as its automation sends it.
func sentinel(s *scene) report {
	incident := s.story(
		story{"Rare process on a server", "A process was started that is run on no other server.", "Execution", []string{"attack.ta0002"}},
		story{
			"Mail forwarding to an outside address",
			"A rule forwards all mail of a user to another company.",
			"Exfiltration",
			[]string{"attack.t1114.003", "attack.ta0010"},
		},
		story{
			"Sign-in after many failures",
			"A sign-in succeeded after more than twenty failures within an hour.",
			"CredentialAccess",
			[]string{"attack.t1110", "attack.ta0006"},
		},
	)
	name := s.uuid()
	id := "/subscriptions/" + s.uuid() + "/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/main" +
		"/providers/Microsoft.SecurityInsights/Incidents/" + name
	entities := []any{object{"kind": "Ip", "properties": object{"address": s.ip, "friendlyName": s.ip}}}
	seen := sightings{}.see(kindIP, s.ip)
	if s.chance(0.5) {
		entities = append(entities, object{"kind": "Host", "properties": object{"hostName": s.machine.name, "dnsDomain": s.cast.company}})
		seen.see(kindHostname, s.machine.fqdn)
	}
	if s.chance(0.4) {
		page := s.url()
		entities = append(entities, object{"kind": "Url", "properties": object{"url": page}})
		seen.see(kindURL, page).see(kindDomain, s.domain)
	}

	return report{
		title: incident.title, text: incident.text, ref: name, tags: append(incident.tags, "siem", incident.code), seen: seen,
		payload: object{
			"eventUniqueId": s.uuid(), "workspaceId": s.uuid(),
			"object": object{
				"id": id, "name": name, "type": "Microsoft.SecurityInsights/Incidents", "etag": `"` + s.uuid() + `"`,
				"properties": object{
					"title": incident.title, "description": incident.text, "severity": scale(s, "Informational", "Low", "Medium", "High", "High"),
					"status": s.progress("New", "Active", "Closed"), "incidentNumber": s.between(100, 99999), "labels": []any{},
					"owner":               object{"objectId": nil, "email": nil, "assignedTo": nil, "userPrincipalName": nil},
					"createdTimeUtc":      s.first.Format("2006-01-02T15:04:05.0000000Z"),
					"lastModifiedTimeUtc": s.at.Format("2006-01-02T15:04:05.0000000Z"),
					"additionalData": object{
						"alertsCount": 1 + s.turn, "bookmarksCount": 0, "commentsCount": s.turn, "alertProductNames": []any{"Azure Sentinel"},
						"tactics": []any{incident.code},
					},
					"relatedEntities": entities, "providerName": "Azure Sentinel",
				},
			},
		},
	}
}
