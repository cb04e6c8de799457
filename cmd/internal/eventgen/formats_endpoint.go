package eventgen

import (
	"path"
	"strconv"
	"strings"
)

// crowdStrike is either a detection summary, which has an identifier, or a hit
// on a raw sensor event, which half of the senders pass on without one.
func crowdStrike(s *scene) report {
	detection := s.story(crowdStrikeStories()...)
	tactic, technique := cutCode(detection.code)
	seen := sightings{}.see(kindIP, s.ip)
	event := object{
		"CommandLine":        `"C:\Windows\System32\cmd.exe" /c "` + s.file.path + `" -quiet`,
		"ImageFileName":      `\Device\HarddiskVolume2\Windows\System32\cmd.exe`,
		"ParentBaseFileName": "explorer.exe", "UserName": s.user.login,
		"UserSid":         "S-1-5-21-" + s.digits(9) + "-" + s.digits(9) + "-" + s.digits(10) + "-1104",
		"TargetProcessId": s.digits(11), "ParentProcessId": s.digits(10), "RawProcessId": strconv.Itoa(s.between(400, 60000)),
		"IntegrityLevel": "12288",
		"ComputerName":   s.machine.name, "event_platform": "Win", "aid": s.hex(32), "cid": s.hex(32), "aip": s.ip,
		"ConfigBuild":                "1007.3.0016606.11",
		"EffectiveTransmissionClass": "2", "Tags": "25, 27, 40, 151, 874, 924", "timestamp": strconv.FormatInt(s.at.UnixMilli(), 10),
	}
	if s.chance(0.5) {
		event["MD5HashData"], event["SHA256HashData"] = s.file.md5, s.file.sha256
		seen.see(kindMD5, s.file.md5).see(kindSHA256, s.file.sha256)
	}
	if s.chance(0.4) {
		event["UserEmail"] = s.user.email
		seen.see(kindEmail, s.user.email)
	}
	r := report{title: detection.title, text: detection.text, tags: append(detection.tags, "crowdstrike", "endpoint"), seen: seen}
	if s.chance(0.5) {
		event["event_simpleName"], event["name"] = "ProcessRollup2", "ProcessRollup2V19"
		r.payload = event

		return r
	}

	event["DetectName"], event["Tactic"], event["Technique"] = detection.title, tactic, technique
	event["Severity"], event["SeverityName"] = s.level+1, scale(s, "Informational", "Low", "Medium", "High", "Critical")
	event["PatternDispositionDescription"] = one(s.rnd, "Prevention, process killed.", "Detection, standard detection.")
	r.ref = "ldt:" + s.hex(32) + ":" + s.digits(12)
	event["DetectId"] = r.ref
	r.payload = object{
		"metadata": object{
			"customerIDString": event["cid"], "offset": s.between(1, 9999999), "eventType": "DetectionSummaryEvent",
			"eventCreationTime": s.at.UnixMilli(), "version": "1.0",
		},
		"event": event,
	}

	return r
}

func crowdStrikeStories() []story {
	return []story{
		{
			"Encoded command given to an interpreter",
			"An interpreter was started with a command in base64.",
			"Execution/PowerShell",
			[]string{"attack.t1059.001", "attack.ta0002", "execution"},
		},
		{
			"Memory of the sign-in process dumped",
			"A tool wrote the memory of the process that holds credentials to disk.",
			"Credential Access/OS Credential Dumping",
			[]string{"attack.t1003.001", "attack.ta0006", "credential-access"},
		},
		{
			"Backup copies deleted",
			"Shadow copies were deleted, as ransomware does before it encrypts.",
			"Impact/Inhibit System Recovery",
			[]string{"attack.t1490", "attack.ta0040", "ransomware"},
		},
		{
			"Remote management tool from a download folder",
			"A tool for remote control was started from where downloads are kept.",
			"Command and Control/Remote Access Software",
			[]string{"attack.t1219", "attack.ta0011"},
		},
	}
}

// sentinelOne is a threat of SentinelOne; told again, it has been dealt with.
func sentinelOne(s *scene) report {
	threat := s.story(
		story{
			"Malicious file found on a host",
			"The static engine judged a file to be malicious.",
			"Malware",
			[]string{"malware", "attack.t1204.002"},
		},
		story{
			"Behaviour like ransomware",
			"Many files were renamed within seconds by one process.",
			"Ransomware",
			[]string{"ransomware", "attack.t1486", "attack.ta0040"},
		},
		story{"Unwanted program installed", "A program that shows advertisements was installed.", "PUA", []string{"attack.t1204"}},
	)
	id := s.digits(19)
	seen := sightings{}.see(kindHostname, s.machine.name).see(kindAccount, s.user.login).
		see(kindFilename, s.file.name).see(kindFilepath, s.file.path).see(kindSHA1, s.file.sha1)
	if s.chance(0.4) {
		seen.see(kindIP, s.machine.ip)
	}

	return report{
		title: threat.title + ": " + s.file.name, text: threat.text, ref: id, tags: append(threat.tags, "endpoint", threat.code), seen: seen,
		payload: object{
			"id": id,
			"agentRealtimeInfo": object{
				"agentComputerName": s.machine.name, "agentId": s.digits(18), "agentInfected": s.turn == 0, "agentIsActive": true,
				"agentOsName":  "Windows 11 Pro",
				"agentVersion": "23.4.2.14", "networkInterfaces": []any{object{"inet": []any{s.machine.ip}, "name": "Ethernet"}},
				"siteName": "Default site",
			},
			"threatInfo": object{
				"threatId": id, "threatName": s.file.name, "filePath": s.file.path, "sha1": s.file.sha1, "sha256": nil, "md5": nil,
				"fileSize":       s.between(900, 4000000),
				"classification": threat.code, "classificationSource": "Static",
				"confidenceLevel": scale(s, "n/a", "suspicious", "suspicious", "malicious", "malicious"),
				"analystVerdict":  "undefined", "incidentStatus": s.progress("unresolved", "in_progress", "resolved"),
				"mitigationStatus": s.progress("active", "mitigated"),
				"processUser":      s.user.login, "originatorProcess": "explorer.exe", "createdAt": s.first.Format("2006-01-02T15:04:05.000000Z"),
				"identifiedAt": s.first.Format("2006-01-02T15:04:05.000000Z"), "updatedAt": s.at.Format("2006-01-02T15:04:05.000000Z"),
				"storyline": s.hex(16),
			},
			"indicators": []any{}, "mitigationStatus": []any{}, "whiteningOptions": []any{"hash", "path"},
		},
	}
}

// wazuh is an alert of the Wazuh manager: integrity checking or a log rule.
func wazuh(s *scene) report {
	rule := s.story(
		story{
			"Integrity checksum changed",
			"A watched file has other content than before.",
			"550/syscheck",
			[]string{"attack.t1565.001", "attack.ta0040"},
		},
		story{
			"Several failed sign-ins over SSH",
			"Sign-ins over SSH failed several times within two minutes.",
			"5712/sshd",
			[]string{"attack.t1110", "attack.ta0006"},
		},
		story{"New user added to the system", "A local account was created.", "5902/adduser", []string{"attack.t1136.001", "attack.ta0003"}},
		story{
			"File added to a watched folder",
			"A file has appeared where none is expected.",
			"554/syscheck",
			[]string{"attack.t1105", "attack.ta0011"},
		},
	)
	number, group := cutCode(rule.code)
	id := s.digits(10) + "." + s.digits(6)
	seen := sightings{}.see(kindHostname, s.machine.name)
	alert := object{
		"timestamp": s.at.Format("2006-01-02T15:04:05.000+0000"), "id": id, "location": "/var/log/auth.log",
		"rule": object{
			"id": number, "level": scale(s, 3, 5, 8, 12, 15), "description": rule.title, "firedtimes": s.between(1, 40), "mail": s.level > 2,
			"groups": []any{"ossec", group}, "pci_dss": []any{"11.5"}, "gdpr": []any{"II_5.1.f"}, "nist_800_53": []any{"SI.7"},
		},
		"agent": object{"id": "0" + s.digits(2), "name": s.machine.name, "ip": s.machine.ip}, "manager": object{"name": "wazuh." + s.cast.company},
		"decoder": object{"name": group}, "input": object{"type": "log"},
	}
	if group == "syscheck" {
		change := "modified"
		if number == "554" {
			change = "added"
		}
		name := "/etc/app/" + path.Base(s.file.name)
		alert["location"], alert["full_log"] = "syscheck", "File '"+name+"' "+change
		alert["syscheck"] = object{
			"path": name, "mode": "realtime", "event": change, "md5_after": s.file.md5, "sha1_after": s.file.sha1, "sha256_after": s.file.sha256,
			"uname_after": "root", "perm_after": "rw-r--r--",
		}
		seen.see(kindFilepath, name).see(kindMD5, s.file.md5).see(kindSHA1, s.file.sha1).see(kindSHA256, s.file.sha256)
	} else {
		alert["data"] = object{"srcip": s.ip, "srcuser": s.user.login, "srcport": strconv.Itoa(s.port())}
		alert["full_log"] = s.at.Format("Jan _2 15:04:05") + " " + s.machine.name + " sshd[" + s.digits(4) + "]: Failed password for " + s.user.login + " from " + s.ip
		seen.see(kindIP, s.ip).see(kindAccount, s.user.login)
	}

	return report{title: rule.title, text: rule.text, ref: id, tags: append(rule.tags, "hids", strings.ToUpper(group)), seen: seen, payload: alert}
}
