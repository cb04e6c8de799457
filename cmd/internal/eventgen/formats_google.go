package eventgen

// gcpAudit is a rule's hit on a Cloud Audit log entry; two of five
// senders leave the entry's insertId out.
func gcpAudit(s *scene) report {
	rule := s.story(gcpAuditStories()...)
	project := numbered("proj-"+one(s.rnd, "shop", "data", "lab", "edge"), s.between(1, 30))
	metadata := object{"callerIp": s.ip, "callerSuppliedUserAgent": s.agent, "requestAttributes": object{"time": s.rfc3339(), "auth": object{}}}
	seen := sightings{}.see(kindEmail, s.user.email)
	if s.chance(0.6) {
		seen.see(kindIP, s.ip)
	} else {
		metadata["callerIp"] = "private"
	}

	r := report{
		title: "GCP: " + rule.title, text: rule.text, tags: append(rule.tags, "gcp"), seen: seen,
	}
	entry := object{
		"logName": "projects/" + project + "/logs/cloudaudit.googleapis.com%2Factivity", "timestamp": s.rfc3339(), "receiveTimestamp": s.rfc3339(),
		"severity": scale(s, "INFO", "NOTICE", "NOTICE", "ERROR", "CRITICAL"),
		"resource": object{"type": "project", "labels": object{"project_id": project}},
		"protoPayload": object{
			"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "iam.googleapis.com", "methodName": rule.code,
			"authenticationInfo": object{"principalEmail": s.user.email, "principalSubject": "user:" + s.user.email},
			"authorizationInfo": s.several(18, func() any {
				return object{
					"resource": "projects/" + project + "/" + s.resource(), "permission": "resourcemanager.projects.setIamPolicy",
					"granted": true, "resourceAttributes": object{"name": "projects/" + project},
				}
			}),
			"requestMetadata": metadata, "resourceName": "projects/" + project + "/" + s.resource(),
			"status": object{}, "response": object{"etag": s.token(12)},
		},
	}
	if s.chance(0.6) {
		r.ref = s.among("abcdefghijklmnopqrstuvwxyz0123456789", 12)
		entry["insertId"] = r.ref
	}
	r.payload = entry

	return r
}

func gcpAuditStories() []story {
	return []story{
		{
			"Service account key made",
			"A key file that does not expire was created for a service account.",
			"google.iam.admin.v1.CreateServiceAccountKey",
			[]string{"attack.t1098.001", "attack.ta0003"},
		},
		{
			"Log sink removed",
			"A sink that exports audit logs was deleted.",
			"google.logging.v2.ConfigServiceV2.DeleteSink",
			[]string{"attack.t1562.008", "attack.ta0005"},
		},
		{
			"Bucket shared with all users",
			"A binding makes the objects of a bucket public.",
			"storage.setIamPermissions",
			[]string{"attack.t1530", "attack.ta0009"},
		},
		{
			"Firewall rule opened to any address",
			"A rule accepts traffic from anywhere on every port.",
			"v1.compute.firewalls.insert",
			[]string{"attack.t1562.007", "attack.ta0005"},
		},
		{
			"Token made for another service account",
			"A principal made a token for an account that is not its own.",
			"GenerateAccessToken",
			[]string{"attack.t1550.001", "attack.ta0004"},
		},
	}
}

// googleWorkspace is one activity of the Admin SDK's reports.
func googleWorkspace(s *scene) report {
	rule := s.story(
		story{
			"Document shared with anyone who has the link",
			"The visibility of a document was widened to the whole internet.",
			"drive/change_user_access",
			[]string{"attack.t1567", "attack.ta0010"},
		},
		story{
			"Second factor switched off by a user",
			"A user removed the second factor from the account.",
			"login/2sv_disable",
			[]string{"attack.t1556", "attack.ta0003"},
		},
		story{
			"Sign-in marked as suspicious",
			"Google judged a sign-in to be unlike the user.",
			"login/suspicious_login",
			[]string{"attack.t1078", "attack.ta0001"},
		},
		story{
			"Administrator role given",
			"A user received a role with administrative rights.",
			"admin/ASSIGN_ROLE",
			[]string{"attack.t1098", "attack.ta0004"},
		},
	)
	application, name := cutCode(rule.code)
	id := "-" + s.digits(18)
	seen := sightings{}.see(kindEmail, s.user.email)
	activity := object{
		"kind": "admin#reports#activity", "etag": `"` + s.token(27) + `"`,
		"id": object{
			"time": s.rfc3339(), "uniqueQualifier": id, "applicationName": application, "customerId": "C0" + s.among("abcdefghijklmnop", 7),
		},
		"actor": object{"email": s.user.email, "profileId": s.digits(21)},
		"events": []any{object{"type": application, "name": name, "parameters": []any{
			object{"name": "affected_email_address", "value": s.user.email},
			object{"name": "doc_title", "value": s.file.name},
			object{"name": "visibility", "value": "people_with_link"},
			object{"name": "is_suspicious", "boolValue": s.level > 2},
		}}},
	}
	if s.chance(0.85) {
		activity["ipAddress"] = s.ip
		seen.see(kindIP, s.ip)
	}
	if application == "drive" && s.chance(0.4) {
		seen.see(kindFilename, s.file.name)
	}

	return report{
		title: rule.title, text: rule.text, ref: id, tags: append(rule.tags, "gsuite", "tactic:"+application), seen: seen, payload: activity,
	}
}
