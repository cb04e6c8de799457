package eventgen

import "time"

// databricks is a row of the audit table; it has no identifier.
func databricks(s *scene) report {
	rule := s.story(
		story{
			"Personal token made",
			"A token that does not expire was created.",
			"accounts/generateDbToken",
			[]string{"attack.t1098.001", "attack.ta0003"},
		},
		story{
			"Results downloaded in bulk",
			"The full result of a query was downloaded.",
			"databrickssql/downloadQueryResult",
			[]string{"attack.t1530", "attack.ta0009"},
		},
		story{
			"Address list of a workspace changed",
			"The list of permitted addresses was edited.",
			"accounts/updateIpAccessList",
			[]string{"attack.t1562.007", "attack.ta0005"},
		},
	)
	service, action := cutCode(rule.code)
	seen := sightings{}.see(kindEmail, s.user.email)
	row := object{
		"version": "2.0", "timestamp": s.at.UnixMilli(), "workspaceId": s.digits(16), "sessionId": s.hex(32), "userAgent": s.agent,
		"serviceName": service, "actionName": action, "requestId": s.uuid(), "auditLevel": "WORKSPACE_LEVEL",
		"userIdentity":  object{"email": s.user.email, "subjectName": nil},
		"requestParams": object{"path": "/Users/" + s.user.email + "/" + s.file.name, "tokenExpirationTime": -1},
		"response":      object{"statusCode": one(s.rnd, 200, 403), "errorMessage": nil, "result": nil},
	}
	if s.chance(0.45) {
		row["sourceIPAddress"] = s.ip
		seen.see(kindIP, s.ip)
	}
	if s.chance(0.15) {
		seen.see(kindUserAgent, s.agent)
	}

	return report{title: "Databricks: " + rule.title, text: rule.text, tags: append(rule.tags, "databricks"), seen: seen, payload: row}
}

// salesforce is a row of an event log file, every value of it a string.
func salesforce(s *scene) report {
	rule := s.story(
		story{"Report exported", "A report with customer data was exported.", "ReportExport", []string{"attack.t1213", "attack.ta0009"}},
		story{
			"Administrator signed in as another user",
			"An administrator opened a session in the name of a user.",
			"LoginAs",
			[]string{"attack.t1078", "attack.ta0003"},
		},
		story{
			"Sign-in from an outside address",
			"A sign-in came from an address outside the known networks.",
			"Login",
			[]string{"attack.t1078", "attack.ta0001"},
		},
	)

	return report{
		title: "Salesforce: " + rule.title, text: rule.text, tags: append(rule.tags, "salesforce"),
		seen: sightings{}.see(kindIP, s.ip).see(kindEmail, s.user.email),
		payload: object{
			"EVENT_TYPE": rule.code, "TIMESTAMP": s.at.Format("20060102150405.000"), "TIMESTAMP_DERIVED": s.rfc3339(), "REQUEST_ID": s.token(20),
			"ORGANIZATION_ID": "00D" + s.token(12), "USER_ID": "005" + s.token(12),
			"USER_NAME": s.user.email, "CLIENT_IP": s.ip, "SOURCE_IP": s.ip, "URI": "/home/home.jsp", "LOGIN_STATUS": "LOGIN_NO_ERROR",
			"BROWSER_TYPE": s.digits(8), "RUN_TIME": s.digits(3), "CPU_TIME": s.digits(2), "TLS_PROTOCOL": "TLSv1.3", "USER_TYPE": "Standard",
		},
	}
}

// asana is an event of the audit log, kept here without its gid.
func asana(s *scene) report {
	rule := s.story(
		story{
			"Export of the workspace started",
			"All data of the workspace is being exported.",
			"workspace_export_started/content_export",
			[]string{"attack.t1213", "attack.ta0009"},
		},
		story{"Guest invited to a team", "Somebody from outside was invited.", "team_member_added/access_control", []string{"attack.t1136"}},
		story{
			"Sign-in rules loosened",
			"The way in which members must sign in was changed.",
			"workspace_saml_settings_changed/admin_settings",
			[]string{"attack.t1556", "attack.ta0005"},
		},
	)
	name, category := cutCode(rule.code)

	return report{
		title: "Asana: " + rule.title, text: rule.text, tags: append(rule.tags, "asana"),
		seen: sightings{}.see(kindIP, s.ip).see(kindEmail, s.user.email).see(kindAccount, s.user.name).see(kindUserAgent, s.agent),
		payload: object{
			"created_at": s.rfc3339(), "event_type": name, "event_category": category,
			"actor":    object{"actor_type": "user", "email": s.user.email, "gid": s.digits(16), "name": s.user.name},
			"context":  object{"client_ip_address": s.ip, "context_type": "web", "user_agent": s.agent},
			"resource": object{"gid": s.digits(16), "name": s.cast.company, "resource_type": "workspace"}, "details": object{},
		},
	}
}

// slackAudit is an entry of the audit log; two of three come without their id.
func slackAudit(s *scene) report {
	rule := s.story(
		story{
			"Session from a changed device",
			"The device behind a session is no longer the same.",
			"anomaly",
			[]string{"attack.t1539", "attack.ta0006"},
		},
		story{
			"Application with wide rights approved",
			"An application that can read all channels was approved.",
			"app_approved",
			[]string{"attack.t1528"},
		},
		story{
			"Retention of messages shortened",
			"Messages are now deleted after a day.",
			"pref.retention_changed",
			[]string{"attack.t1485", "attack.ta0040"},
		},
	)
	entry := object{
		"date_create": s.at.Unix(), "action": rule.code,
		"actor": object{
			"type": "user", "user": object{"id": "U" + s.token(10), "name": s.user.login, "email": s.user.email, "team": "T" + s.token(8)},
		},
		"entity": object{"type": "workspace", "workspace": object{"id": "T" + s.token(8), "name": s.cast.company, "domain": "northwind"}},
		"context": object{
			"ip_address": s.ip, "ua": s.agent, "session_id": s.digits(12),
			"location": object{"type": "workspace", "id": "T" + s.token(8), "name": s.cast.company},
		},
		"details": object{"reason": []any{"ip_address"}},
	}
	r := report{
		title: "Slack: " + rule.title, text: rule.text, tags: append(rule.tags, "slack"), payload: entry,
		seen: sightings{}.see(kindIP, s.ip).see(kindEmail, s.user.email).see(kindAccount, s.user.login),
	}
	if s.chance(0.35) {
		r.ref = s.uuid()
		entry["id"] = r.ref
	}

	return r
}

// snowflake is a row of the sign-in or the query history.
func snowflake(s *scene) report {
	rule := s.story(
		story{
			"Sign-in of a client that is not on the list",
			"A program that is not permitted has opened a session.",
			"LOGIN_HISTORY",
			[]string{"attack.t1078", "attack.ta0001"},
		},
		story{
			"Data copied to an outside stage",
			"A query has written a table to storage outside the company.",
			"QUERY_HISTORY",
			[]string{"attack.t1567", "attack.ta0010"},
		},
		story{
			"Role with full rights granted",
			"The most powerful role was granted to a user.",
			"GRANTS_TO_USERS",
			[]string{"attack.t1098", "attack.ta0004"},
		},
	)
	seen := sightings{}.see(kindAccount, s.user.login)
	row := object{
		"p_source_label": rule.code, "EVENT_TIMESTAMP": s.at.Format(time.RFC3339), "USER_NAME": s.user.login, "REPORTED_CLIENT_TYPE": "OTHER",
		"REPORTED_CLIENT_VERSION": "1." + s.digits(2), "ROLE_NAME": "ACCOUNTADMIN", "WAREHOUSE_NAME": "WH_SMALL",
		"QUERY_TEXT": "COPY INTO @outside_stage FROM customers", "IS_SUCCESS": "YES", "ERROR_CODE": nil, "QUERY_ID": s.uuid(),
	}
	if s.chance(0.6) {
		row["CLIENT_IP"] = s.ip
		seen.see(kindIP, s.ip)
	}
	if s.chance(0.5) {
		row["EMAIL"] = s.user.email
		seen.see(kindEmail, s.user.email)
	}

	return report{title: "Snowflake: " + rule.title, text: rule.text, tags: append(rule.tags, "snowflake"), seen: seen, payload: row}
}
