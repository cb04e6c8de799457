package eventgen

import "strings"

// gitHubAudit is an entry of GitHub's audit log, streamed without its document
// id; some forwarders drop the time as well.
func gitHubAudit(s *scene) report {
	rule := s.story(
		story{
			"Branch protection overridden",
			"A push went past the rules that protect a branch.",
			"protected_branch.policy_override",
			[]string{"attack.t1562", "attack.ta0005"},
		},
		story{
			"Repository made public",
			"The visibility of a repository was changed from private to public.",
			"repo.access",
			[]string{"attack.t1567.001", "attack.ta0010"},
		},
		story{
			"Outside collaborator added",
			"Somebody outside the organisation can now read a repository.",
			"repo.add_member",
			[]string{"attack.t1098", "attack.ta0003"},
		},
		story{
			"Deploy key added",
			"A key that can push was added to a repository.",
			"public_key.create",
			[]string{"attack.t1098.004", "attack.ta0003"},
		},
		story{
			"Second factor no longer required",
			"The organisation has stopped requiring a second factor.",
			"org.disable_two_factor_requirement",
			[]string{"attack.t1556", "attack.ta0005"},
		},
	)
	organisation, _, _ := strings.Cut(s.cast.company, ".")
	seen := sightings{}
	entry := object{
		"action": rule.code, "actor": s.user.login, "actor_location": object{"country_code": "ZZ"}, "org": organisation,
		"org_id": s.between(1000, 999999),
		"repo":   organisation + "/" + s.resource(), "operation_type": "modify", "visibility": "private", "business": "northwind",
		"user_id": s.between(1000, 9999999),
	}
	if s.chance(0.3) {
		seen.see(kindAccount, s.user.login)
	}
	if s.chance(0.35) {
		entry["actor_ip"], entry["user_agent"] = s.ip, s.agent
		seen.see(kindIP, s.ip)
	}
	undated := s.chance(0.17)
	if !undated {
		entry["@timestamp"], entry["created_at"] = s.at.UnixMilli(), s.at.UnixMilli()
	}

	return report{
		title: "GitHub: " + rule.title, text: rule.text, tags: append(rule.tags, "github", "tactic:persistence"), seen: seen, payload: entry,
		undated: undated,
	}
}

// snyk is an entry of the audit log of a Snyk group; it has no identifier.
func snyk(s *scene) report {
	rule := s.story(
		story{
			"Project removed from monitoring",
			"A project is no longer tested for vulnerabilities.",
			"org.project.remove",
			[]string{"attack.t1562", "attack.ta0005"},
		},
		story{"Role changed in a group", "A member received another role.", "group.user.role.edit", []string{"attack.t1098", "attack.ta0004"}},
		story{"Policy on licences changed", "The rules on permitted licences were edited.", "org.policy.edit", []string{"configuration-required"}},
		story{
			"Service account made",
			"A service account with a token was created.",
			"org.service_account.create",
			[]string{"attack.t1136", "attack.ta0003"},
		},
	)

	return report{
		title: "Snyk: " + rule.title, text: rule.text, tags: append(rule.tags, "snyk"),
		payload: object{
			"groupId": s.uuid(), "orgId": s.uuid(), "userId": s.uuid(), "projectId": nil, "event": rule.code, "created": s.rfc3339(),
			"content": object{
				"before": object{"name": s.resource(), "role": "ORG_COLLABORATOR"}, "after": object{"name": s.resource(), "role": "ORG_ADMIN"},
			},
		},
	}
}
