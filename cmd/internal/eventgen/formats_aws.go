package eventgen

// cloudTrail is a detection rule's hit on one CloudTrail record.
func cloudTrail(s *scene) report {
	rule := s.story(cloudTrailStories()...)
	service, action := cutCode(rule.code)
	address, seen := s.ip, sightings{}.see(kindUserAgent, s.agent)
	if s.chance(0.35) {
		address = service + ".amazonaws.com" // called by the service itself
	} else {
		seen.see(kindIP, address)
	}

	identity := object{
		"type": "IAMUser", "principalId": "AIDA" + s.among("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17),
		"arn": "arn:aws:iam::" + s.account + ":user/" + s.user.login, "accountId": s.account, "userName": s.user.login,
	}
	seen.see(kindAccount, s.user.login)
	parameters := object{"userName": s.user.login}
	if s.chance(0.4) {
		arn := "arn:aws:s3:::" + s.resource()
		parameters = object{"resourceArn": arn, "policy": object{"Version": "2012-10-17", "Statement": s.several(16, func() any {
			return object{
				"Sid": s.token(8), "Effect": "Allow", "Principal": "*", "Action": []any{"s3:GetObject", "s3:ListBucket"},
				"Resource": arn + "/" + s.token(6) + "/*",
			}
		})}}
		seen.see(kindOther, arn)
	}

	id := s.uuid()
	payload := object{
		"eventVersion": "1.09", "userIdentity": identity, "eventTime": s.at.Format("2006-01-02T15:04:05Z"),
		"eventSource": service + ".amazonaws.com", "eventName": action, "awsRegion": s.region(),
		"sourceIPAddress": address, "userAgent": s.agent, "requestParameters": parameters, "responseElements": nil,
		"requestID": s.uuid(), "eventID": id, "readOnly": action == "GetSecretValue", "eventType": "AwsApiCall",
		"managementEvent": true, "recipientAccountId": s.account, "eventCategory": "Management",
		"tlsDetails": object{
			"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
			"clientProvidedHostHeader": service + "." + s.region() + ".amazonaws.com",
		},
	}
	if s.chance(0.2) {
		payload["errorCode"] = "Client.UnauthorizedOperation"
		rule.tags = append(rule.tags, "Client.UnauthorizedOperation")
	}

	return report{title: rule.title, text: rule.text, ref: id, tags: append(rule.tags, "aws"), seen: seen, payload: payload}
}

func cloudTrailStories() []story {
	return []story{
		{
			"Access key made for another user",
			"A key was created by one identity for a different one, a common way to keep access.",
			"iam/CreateAccessKey",
			[]string{"attack.t1098.001", "attack.ta0003"},
		},
		{
			"Trail logging switched off",
			"Recording of account activity was stopped on a trail.",
			"cloudtrail/StopLogging",
			[]string{"attack.t1562.008", "attack.ta0005", "defense-evasion"},
		},
		{
			"Console sign-in without a second factor",
			"An interactive session was opened with a password alone.",
			"signin/ConsoleLogin",
			[]string{"attack.t1078.004", "attack.ta0001"},
		},
		{
			"Bucket policy opened to everyone",
			"A bucket policy now grants access to any principal.",
			"s3/PutBucketPolicy",
			[]string{"attack.t1530", "attack.ta0009"},
		},
		{
			"Secret read from an unusual address",
			"A stored secret was fetched by an identity that has not read it before.",
			"secretsmanager/GetSecretValue",
			[]string{"attack.t1552", "attack.ta0006", "credential-access"},
		},
		{
			"Snapshot shared with a foreign account",
			"A disk snapshot was shared outside the organisation.",
			"ec2/ModifySnapshotAttribute",
			[]string{"attack.t1537", "attack.ta0010"},
		},
	}
}

// guardDuty counts the activity up each time it reports a finding again.
func guardDuty(s *scene) report {
	finding := s.story(guardDutyStories()...)
	id, instance, detector := s.hex(32), "i-"+s.hex(17), s.hex(32)
	region := s.region()
	arn := "arn:aws:guardduty:" + region + ":" + s.account + ":detector/" + detector + "/finding/" + id
	seen := sightings{}.see(kindOther, instance, arn)

	action := object{"actionType": "NETWORK_CONNECTION", "networkConnectionAction": object{
		"connectionDirection": "INBOUND", "protocol": "TCP", "blocked": false,
		"localPortDetails":  object{"port": 22, "portName": "SSH"},
		"remotePortDetails": object{"port": s.port(), "portName": "Unknown"},
		"remoteIpDetails":   object{"ipAddressV4": s.ip, "organization": object{"asn": "64500", "asnOrg": "Example Transit"}},
	}}
	if finding.code == "CryptoCurrency:EC2/BitcoinTool.B!DNS" {
		action = object{"actionType": "DNS_REQUEST", "dnsRequestAction": object{"domain": s.domain, "protocol": "UDP", "blocked": false}}
		seen.see(kindDomain, s.domain)
	} else {
		seen.see(kindIP, s.ip)
	}

	return report{
		title: finding.title, text: finding.text, ref: id, seen: seen, tags: append(finding.tags, "aws", finding.code),
		payload: object{
			"schemaVersion": "2.0", "accountId": s.account, "region": region, "partition": "aws", "id": id, "arn": arn,
			"type": finding.code, "title": finding.title, "description": finding.text,
			"severity": scale(s, 1.0, 2.0, 5.0, 8.0, 9.5),
			"resource": object{"resourceType": "Instance", "instanceDetails": object{
				"instanceId": instance, "instanceType": "t3.medium", "imageId": "ami-" + s.hex(17),
				"networkInterfaces": []any{object{"privateIpAddress": s.machine.ip, "subnetId": "subnet-" + s.hex(17), "vpcId": "vpc-" + s.hex(17)}},
				"tags":              []any{object{"key": "Name", "value": s.machine.name}},
			}},
			"service": object{
				"serviceName": "guardduty", "detectorId": detector, "action": action, "archived": false, "count": 1 + s.turn,
				"eventFirstSeen": s.first.Format("2006-01-02T15:04:05.000Z"), "eventLastSeen": s.rfc3339(),
			},
			"createdAt": s.first.Format("2006-01-02T15:04:05.000Z"), "updatedAt": s.rfc3339(),
		},
	}
}

func guardDutyStories() []story {
	return []story{
		{
			"Instance is the target of password guessing over SSH",
			"Many failed sign-ins over SSH reached the instance.",
			"UnauthorizedAccess:EC2/SSHBruteForce",
			[]string{"attack.t1110", "attack.ta0006"},
		},
		{
			"Instance asks for a name used by mining pools",
			"A name tied to the mining of crypto-currencies was looked up.",
			"CryptoCurrency:EC2/BitcoinTool.B!DNS",
			[]string{"attack.t1496", "attack.ta0040"},
		},
		{
			"Credentials of an instance used elsewhere",
			"Credentials made for an instance role were used from an outside address.",
			"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
			[]string{"attack.t1078.004", "attack.ta0006"},
		},
		{
			"Open port is being probed",
			"A port without restrictions was probed by a known scanner.",
			"Recon:EC2/PortProbeUnprotectedPort",
			[]string{"attack.t1595", "attack.ta0043"},
		},
	}
}

// awsWAF is one request that a managed rule group matched; it has no identifier.
func awsWAF(s *scene) report {
	rule := s.story(
		story{
			"Request for an administrative page",
			"The managed group for administrative paths matched a request from outside.",
			"AWSManagedRulesAdminProtectionRuleSet",
			[]string{"attack.t1190", "attack.ta0001", "managed-rules"},
		},
		story{
			"Database commands in a request",
			"The managed group for SQL matched part of a request.",
			"AWSManagedRulesSQLiRuleSet",
			[]string{"attack.t1190", "attack.ta0001", "managed-rules"},
		},
		story{
			"Known bad input in a header",
			"A header held a look-up string known from attacks on logging libraries.",
			"AWSManagedRulesKnownBadInputsRuleSet",
			[]string{"attack.t1190", "attack.ta0002", "managed-rules"},
		},
		story{
			"Requests from an anonymising network",
			"The address belongs to a hosting or anonymising provider.",
			"AWSManagedRulesAnonymousIpList",
			[]string{"attack.t1090", "attack.ta0011"},
		},
	)
	path := one(s.rnd, "/admin/", "/wp-login.php", "/api/v1/orders?id=1%27%20OR%201=1", "/.env", "/search?q=%3Cscript%3E")

	return report{
		title: rule.title, text: rule.text, tags: append(rule.tags, "aws", "waf"), seen: sightings{}.see(kindIP, s.ip),
		payload: object{
			"timestamp": s.at.UnixMilli(), "formatVersion": 1,
			"webaclId":          "arn:aws:wafv2:" + s.region() + ":" + s.account + ":regional/webacl/edge/" + s.uuid(),
			"terminatingRuleId": "AWS-" + rule.code, "terminatingRuleType": "MANAGED_RULE_GROUP",
			"action": one(s.rnd, "BLOCK", "BLOCK", "COUNT"), "terminatingRuleMatchDetails": []any{},
			"httpSourceName": "ALB", "httpSourceId": s.account + "-app/edge/" + s.hex(16),
			"ruleGroupList": []any{
				object{"ruleGroupId": "AWS#" + rule.code, "terminatingRule": object{"ruleId": rule.code + "_BODY", "action": "BLOCK"}},
			},
			"httpRequest": object{
				"clientIp": s.ip, "country": "ZZ", "uri": path, "args": "", "httpVersion": "HTTP/2.0", "httpMethod": one(s.rnd, "GET", "POST"),
				"requestId": s.token(22),
				"headers":   []any{object{"name": "host", "value": "www." + s.cast.company}, object{"name": "user-agent", "value": s.agent}},
			},
			"labels": []any{object{"name": "awswaf:managed:aws:" + rule.code}},
		},
	}
}
