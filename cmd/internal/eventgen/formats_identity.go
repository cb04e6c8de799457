package eventgen

// okta is one event of the Okta system log.
func okta(s *scene) report {
	rule := s.story(
		story{
			"Sign-in to the administration console",
			"A session with administrative rights was opened.",
			"user.session.access_admin_app",
			[]string{"attack.t1078", "attack.ta0001"},
		},
		story{
			"All factors of a user reset",
			"The second factors of a user were removed.",
			"user.mfa.factor.reset_all",
			[]string{"attack.t1556.006", "attack.ta0003"},
		},
		story{
			"API token made",
			"A token for the programming interface was created.",
			"system.api_token.create",
			[]string{"attack.t1098.001", "attack.ta0003"},
		},
		story{
			"Push requests answered with no",
			"A user has refused several push requests in a row.",
			"user.mfa.okta_verify.deny_push",
			[]string{"attack.t1621", "attack.ta0006"},
		},
	)
	id := s.uuid()
	seen := sightings{}.see(kindAccount, s.user.name).see(kindEmail, s.user.email).see(kindIP, s.ip).see(kindUserAgent, s.agent)
	context := object{"asNumber": 64500, "asOrg": "Example Transit", "domain": ".", "isProxy": false, "isp": "Example Access"}
	if s.chance(0.3) {
		context["domain"] = s.domain
		seen.see(kindDomain, s.domain)
	}

	return report{
		title: rule.title, text: rule.text, ref: id, tags: append(rule.tags, "okta", "identity-access-management"), seen: seen,
		payload: object{
			"uuid": id, "version": "0", "published": s.rfc3339(), "eventType": rule.code, "displayMessage": rule.title,
			"severity": scale(s, "INFO", "INFO", "WARN", "WARN", "ERROR"), "legacyEventType": "core." + rule.code,
			"actor": object{
				"id": "00u" + s.token(17), "type": "User", "alternateId": s.user.email, "displayName": s.user.name, "detailEntry": nil,
			},
			"client": object{
				"userAgent": object{"rawUserAgent": s.agent, "os": "Unknown", "browser": "UNKNOWN"}, "zone": "null", "device": "Computer", "id": nil,
				"ipAddress": s.ip, "geographicalContext": object{"city": "Anytown", "country": "Nowhere", "postalCode": "00000"},
			},
			"authenticationContext": object{"authenticationStep": 0, "externalSessionId": "trs" + s.token(22), "credentialType": nil},
			"outcome":               object{"result": one(s.rnd, "SUCCESS", "FAILURE", "DENY"), "reason": nil}, "securityContext": context,
			"debugContext": object{
				"debugData": object{"requestId": s.token(27), "requestUri": "/api/v1/authn", "threatSuspected": "false", "url": "/api/v1/authn?"},
			},
			"transaction": object{"type": "WEB", "id": s.token(27), "detail": object{}},
			"target":      []any{object{"id": "00u" + s.token(17), "type": "User", "alternateId": s.user.email, "displayName": s.user.name}},
			"request":     object{"ipChain": []any{object{"ip": s.ip, "version": "V4", "source": nil}}},
		},
	}
}

// auth0 is one tenant log of Auth0.
func auth0(s *scene) report {
	rule := s.story(
		story{
			"Many sign-ins blocked from one address",
			"Sign-ins were blocked because one address tried too many accounts.",
			"limit_sul",
			[]string{"attack.t1110.003", "attack.ta0006"},
		},
		story{
			"Sign-in with a password known from a leak",
			"The password is in a public collection of leaked ones.",
			"pwd_leak",
			[]string{"attack.t1110.004", "attack.ta0006"},
		},
		story{
			"Role added through the management interface",
			"A role was added to a user by a management call.",
			"sapi",
			[]string{"attack.t1098", "attack.ta0004"},
		},
	)
	id := "900" + s.digits(40)
	page := "https://tenant." + s.cast.company + "/u/login?state=" + s.token(24)
	seen := sightings{}.see(kindIP, s.ip).see(kindEmail, s.user.email).see(kindUserAgent, s.agent)
	details := object{
		"request": object{
			"method": "POST", "path": "/u/login", "channel": "https://manage.example.com/", "ip": s.ip,
			"auth": object{"strategy": "jwt", "user": object{"email": s.user.email, "name": s.user.name}},
		},
	}
	if s.chance(0.8) {
		seen.see(kindURL, page)
		details["prompt"] = page
	}
	if s.chance(0.7) {
		seen.see(kindAccount, "auth0|"+s.user.login)
	}

	return report{
		title: "Auth0: " + rule.title, text: rule.text, ref: id, tags: append(rule.tags, "identity"), seen: seen,
		payload: object{
			"log_id": id, "data": object{
				"log_id": id, "date": s.rfc3339(), "type": rule.code, "description": rule.title, "connection": "Username-Password-Authentication",
				"client_id": s.token(32), "client_name": "Web Shop", "ip": s.ip, "user_agent": s.agent, "user_id": "auth0|" + s.user.login,
				"user_name": s.user.email, "strategy": "auth0", "strategy_type": "database", "details": details,
				"$event_schema": object{"version": "1.0.0"}, "tenant_name": "tenant",
			},
		},
	}
}

// duo is one record of the authentication log; it has no identifier.
func duo(s *scene) report {
	rule := s.story(
		story{
			"Push marked as fraud by its user",
			"A user has said that a push request was not their own.",
			"user_marked_fraud",
			[]string{"attack.t1621", "attack.ta0006"},
		},
		story{
			"Bypass code made for a user",
			"An administrator made a code that stands in for the second factor.",
			"bypass_create",
			[]string{"attack.t1556", "attack.ta0003"},
		},
		story{
			"User locked after failed attempts",
			"Too many attempts failed and the account was locked.",
			"user_lockout",
			[]string{"attack.t1110", "attack.ta0006"},
		},
	)
	seen := sightings{}.see(kindAccount, s.user.login)
	record := object{
		"access_device": object{
			"browser": "Chrome", "browser_version": "141.0", "hostname": s.machine.name, "ip": s.ip, "os": "Windows",
			"location": object{"city": "Anytown", "country": "Nowhere", "state": ""},
		},
		"application": object{"key": "DI" + s.among("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 18), "name": "VPN"},
		"auth_device": object{"ip": nil, "name": "phone-" + s.digits(4)}, "event_type": "authentication", "factor": "duo_push",
		"isotimestamp": s.at.Format("2006-01-02T15:04:05.000000+00:00"), "timestamp": s.at.Unix(), "reason": rule.code,
		"result": one(s.rnd, "fraud", "denied", "success"),
		"user":   object{"groups": []any{"staff"}, "key": "DU" + s.digits(18), "name": s.user.login},
	}
	if s.chance(0.5) {
		record["email"] = s.user.email
		seen.see(kindEmail, s.user.email)
	}
	if s.chance(0.3) {
		seen.see(kindIP, s.ip)
	}

	return report{title: "Duo: " + rule.title, text: rule.text, tags: append(rule.tags, "identity"), seen: seen, payload: record}
}
