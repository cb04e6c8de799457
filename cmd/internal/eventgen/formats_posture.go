package eventgen

// securityHub writes a finding in ASFF: a failed control, or a vulnerability of
// a package. Told again, the finding has moved on in its workflow.
func securityHub(s *scene) report {
	control := s.story(securityHubStories()...)
	region := s.region()
	product := "arn:aws:securityhub:" + region + "::product/aws/securityhub"
	id := "arn:aws:securityhub:" + region + ":" + s.account + ":security-control/" + control.code + "/finding/" + s.uuid()
	details, seen := s.failedControl(control.code)
	if control.code == "Inspector" {
		details, seen = s.vulnerableImage()
	}

	finding := object{
		"SchemaVersion": "2018-10-08", "Id": id, "ProductArn": product, "ProductName": "Security Hub", "CompanyName": "AWS",
		"Region": region, "GeneratorId": "security-control/" + control.code, "AwsAccountId": s.account,
		"Types":     []any{"Software and Configuration Checks/Industry and Regulatory Standards"},
		"CreatedAt": s.first.Format("2006-01-02T15:04:05.000Z"), "UpdatedAt": s.rfc3339(),
		"Severity": object{"Label": scale(s, "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"), "Normalized": scale(s, 0, 1, 40, 70, 90)},
		"Title":    control.title, "Description": control.text,
		"Remediation": object{
			"Recommendation": object{"Text": "See the documentation of the control.", "Url": "https://docs.example.com/controls/" + control.code},
		},
		"WorkflowState": "NEW", "RecordState": "ACTIVE", "Workflow": object{"Status": s.progress("NEW", "NOTIFIED", "RESOLVED")},
		"ProductFields": object{"aws/securityhub/ProductName": "Security Hub", "aws/securityhub/FindingId": product + "/" + id},
	}
	for key, value := range details {
		finding[key] = value
	}

	return report{
		title: control.title, text: control.text, ref: id, seen: seen, payload: finding,
		tags: append(control.tags, "aws", "Security Hub", "Software and Configuration Checks", "ACTIVE", "FAILED"),
	}
}

// failedControl is the part of a finding that tells what a control has looked
// at, often several resources.
func (s *scene) failedControl(code string) (object, sightings) {
	seen := sightings{}
	details := object{
		"Compliance": object{
			"Status": "FAILED", "SecurityControlId": code,
			"AssociatedStandards": []any{object{"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"}},
		},
		"Resources": s.several(12, func() any {
			return object{
				"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::" + s.resource(), "Partition": "aws", "Region": s.region(),
				"Tags": object{"owner": s.user.login, "cost-centre": s.digits(4)},
			}
		}),
	}
	if s.chance(0.1) {
		seen.see(kindIP, s.machine.ip)
		details["Network"] = object{"Direction": "IN", "DestinationIpV4": s.machine.ip}
	}

	return details, seen
}

// vulnerableImage is that part for a package in a container image.
func (s *scene) vulnerableImage() (object, sightings) {
	cve, digest := s.cve(), s.hex(64)
	details := object{
		"Resources": []any{object{
			"Type": "AwsEcrContainerImage", "Partition": "aws", "Region": s.region(),
			"Id": "arn:aws:ecr:" + s.region() + ":" + s.account + ":repository/" + s.resource() + "/sha256:" + digest,
		}},
		"Vulnerabilities": []any{object{
			"Id":                 cve,
			"VulnerablePackages": []any{object{"Name": "libexample", "Version": "1.2.3", "FixedInVersion": "1.2.9", "PackageManager": "OS"}},
		}},
	}

	return details, sightings{}.see(kindCVE, cve).see(kindSHA256, digest)
}

func securityHubStories() []story {
	return []story{
		{
			"Buckets should refuse requests without TLS",
			"This control checks whether the bucket policy refuses plain HTTP.",
			"S3.5",
			[]string{"security-control"},
		},
		{
			"Security groups should not open SSH to the world",
			"This control checks whether port 22 is reachable from any address.",
			"EC2.13",
			[]string{"security-control", "attack.t1190"},
		},
		{
			"Database snapshots should be private",
			"This control checks whether a snapshot can be restored by anyone.",
			"RDS.1",
			[]string{"security-control", "attack.t1530"},
		},
		{
			"Keys should be rotated every ninety days",
			"This control checks the age of active access keys.",
			"IAM.3",
			[]string{"security-control", "identity-access-management"},
		},
		{
			"Package with a known vulnerability",
			"An installed package is older than the version in which the vulnerability was fixed.",
			"Inspector",
			[]string{"vulnerability"},
		},
	}
}

// cve invents an identifier in a range that was never assigned.
func (s *scene) cve() string {
	return "CVE-2099-" + s.digits(5)
}

// prowler is a failed check in OCSF. Its checks name no observables, and the
// uid it has is left out by nine of ten forwarders.
func prowler(s *scene) report {
	check := s.story(
		story{
			"Storage can be listed by anyone",
			"The storage grants the right to list its objects to all users.",
			"storage_public_list",
			[]string{"storage"},
		},
		story{"Flow logs are not kept", "The network keeps no record of its connections.", "vpc_flow_logs_enabled", []string{"logging"}},
		story{
			"Root user has no hardware factor",
			"The first user of the account is not protected by a hardware key.",
			"iam_root_hardware_mfa",
			[]string{"identity"},
		},
		story{
			"Volumes are not encrypted",
			"New volumes are written in the clear unless asked otherwise.",
			"volume_default_encryption",
			[]string{"encryption"},
		},
	)
	information := object{
		"created_time": s.at.Unix(), "created_time_dt": s.at.Format("2006-01-02T15:04:05.000000"), "title": check.title, "desc": check.text,
		"types": []any{},
	}
	r := report{title: check.title, text: check.text, tags: append(check.tags, "ocsf", "FAIL", "aws")}
	if s.chance(0.1) {
		r.ref = "prowler-aws-" + check.code + "-" + s.account + "-" + s.region() + "-" + s.resource() + s.hex(4)
		information["uid"] = r.ref
	}
	r.payload = object{
		"message": check.text, "metadata": object{
			"event_code": check.code, "version": "1.4.0", "tenant_uid": "",
			"product":  object{"name": "Prowler", "uid": "prowler", "vendor_name": "Prowler", "version": "5.1.0"},
			"profiles": []any{"cloud", "datetime"},
		},
		"activity_id": 1, "activity_name": "Create", "category_name": "Findings", "category_uid": 2, "class_name": "Detection Finding",
		"class_uid": 2004, "type_uid": 200401,
		"severity": scale(s, "Informational", "Low", "Medium", "High", "Critical"), "severity_id": s.level + 1, "status": "New",
		"status_code": "FAIL", "status_id": 1,
		"status_detail": check.title + ": " + s.resource() + ".", "finding_info": information, "time": s.at.Unix(),
		"time_dt":     s.at.Format("2006-01-02T15:04:05.000000"),
		"cloud":       object{"account": object{"uid": s.account, "type": "AWS Account", "type_id": 10}, "provider": "aws", "region": s.region()},
		"remediation": object{"desc": "Change the setting and test again.", "references": []any{"https://docs.example.com/checks/" + check.code}},
		"resources": s.several(9, func() any {
			return object{
				"cloud_partition": "aws", "name": s.resource(), "region": s.region(), "type": "AwsAccount", "group": object{"name": "storage"},
				"uid": s.hex(20),
			}
		}),
		"unmapped": object{
			"related_url": "", "categories": []any{"internet-exposed"}, "depends_on": []any{}, "notes": "",
			"compliance": object{"CIS-3.0": []any{"2.1.4", "3.7"}, "ISO27001-2022": []any{"A.8.20"}},
		},
	}

	return r
}
