package eventgen

// azureActivity is a rule's hit on a record of the Azure activity log.
func azureActivity(s *scene) report {
	rule := s.story(azureActivityStories()...)
	id, subscription := s.uuid(), s.uuid()
	resource := "/subscriptions/" + subscription + "/resourceGroups/" + s.resource() + "/providers/" + rule.code
	seen := sightings{}.see(kindIP, s.ip)
	claims := object{"appid": s.uuid(), "ipaddr": s.ip}
	if s.chance(0.15) {
		claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = s.user.email
		seen.see(kindEmail, s.user.email)
	}

	return report{
		title: "Azure: " + rule.title, text: rule.text, ref: id, tags: append(rule.tags, "azure"), seen: seen,
		payload: object{
			"time": s.at.Format("2006-01-02T15:04:05.0000000Z"), "resourceId": resource, "operationName": rule.code,
			"operationVersion": "2021-04-01", "category": "Administrative", "resultType": one(s.rnd, "Success", "Start", "Failure"),
			"resultSignature": "Succeeded.OK", "durationMs": s.between(20, 4000), "callerIpAddress": s.ip, "correlationId": id,
			"identity": object{
				"claims":        claims,
				"authorization": object{"scope": resource, "action": rule.code, "evidence": object{"role": "Contributor", "principalType": "User"}},
			},
			"level":    scale(s, "Information", "Information", "Warning", "Error", "Critical"),
			"location": "westeurope",
			"properties": object{
				"eventCategory": "Administrative", "hierarchy": s.cast.tenant + "/" + subscription,
				"changes": s.several(14, func() any {
					return object{"path": "properties." + s.token(10), "before": s.uuid(), "after": s.uuid(), "changeType": "Update"}
				}),
			},
			"tenantId": s.cast.tenant,
		},
	}
}

func azureActivityStories() []story {
	return []story{
		{
			"Diagnostic settings removed",
			"The settings that send logs to the monitoring workspace were deleted.",
			"Microsoft.Insights/diagnosticSettings/delete",
			[]string{"attack.t1562.008", "attack.ta0005", "defense-evasion", "impair-defenses"},
		},
		{
			"Owner role granted at subscription level",
			"A role assignment gives full control of a subscription.",
			"Microsoft.Authorization/roleAssignments/write",
			[]string{"attack.t1098", "attack.ta0004", "privilege-escalation"},
		},
		{
			"Key vault deleted",
			"A vault that held keys or secrets was deleted.",
			"Microsoft.KeyVault/vaults/delete",
			[]string{"attack.t1485", "attack.ta0040", "data-destruction"},
		},
		{
			"Network rule opened to any address",
			"A network security rule now accepts traffic from anywhere.",
			"Microsoft.Network/networkSecurityGroups/securityRules/write",
			[]string{"attack.t1562.007", "attack.ta0005"},
		},
		{
			"Command run on a virtual machine",
			"A script was run through the management plane, without a session on the host.",
			"Microsoft.Compute/virtualMachines/runCommand/action",
			[]string{"attack.t1059", "attack.ta0002", "execution"},
		},
	}
}

// entraID is a sign-in that was judged risky, or a change to the directory.
func entraID(s *scene) report {
	rule := s.story(
		story{
			"Sign-in from an unfamiliar place",
			"The properties of the sign-in differ from those learnt for this user.",
			"unfamiliarFeatures",
			[]string{"attack.t1078.004", "attack.ta0001"},
		},
		story{
			"Impossible travel between two sign-ins",
			"Two sign-ins are further apart than the time between them allows.",
			"unlikelyTravel",
			[]string{"attack.t1078", "attack.ta0001"},
		},
		story{
			"Password spraying against many accounts",
			"The same password was tried on many accounts.",
			"passwordSpray",
			[]string{"attack.t1110.003", "attack.ta0006", "credential-access"},
		},
		story{
			"Application granted wide permissions",
			"A user agreed to an application that can read all mail.",
			"consentGrant",
			[]string{"attack.t1528", "attack.ta0006"},
		},
	)
	id := s.uuid()
	seen := sightings{}.see(kindIP, s.ip).see(kindEmail, s.user.email)
	if s.chance(0.6) {
		seen.see(kindUserAgent, s.agent)
	}

	return report{
		title: rule.title, text: rule.text, ref: id, tags: append(rule.tags, "identity", "azure"), seen: seen,
		payload: object{
			"id": id, "createdDateTime": s.rfc3339(), "userDisplayName": s.user.name, "userPrincipalName": s.user.email, "userId": s.uuid(),
			"appId": s.uuid(), "appDisplayName": one(s.rnd, "Office Portal", "Mail Client", "Internal Wiki"), "ipAddress": s.ip,
			"clientAppUsed": "Browser", "userAgent": s.agent, "correlationId": s.uuid(),
			"conditionalAccessStatus": one(s.rnd, "success", "failure", "notApplied"),
			"isInteractive":           true, "riskDetail": "none", "riskLevelAggregated": scale(s, "none", "low", "medium", "high", "high"),
			"riskState": "atRisk", "riskEventTypes_v2": []any{rule.code},
			"status": object{"errorCode": one(s.rnd, 0, 50126, 50053, 50074), "failureReason": "Other.", "additionalDetails": nil},
			"deviceDetail": object{
				"deviceId": "", "displayName": s.machine.name, "operatingSystem": "Windows10", "browser": "Edge", "isCompliant": false,
				"isManaged": false, "trustType": "",
			},
			"location": object{
				"city": "Anytown", "state": "", "countryOrRegion": "ZZ", "geoCoordinates": object{"latitude": 0.0, "longitude": 0.0},
			},
		},
	}
}
