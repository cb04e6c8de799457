package eventgen

// proofpoint is a message or a click that Proofpoint TAP reports; three of four
// forwarders leave out its identifier, a fifth of them the time.
func proofpoint(s *scene) report {
	threat := s.story(proofpointStories()...)
	sender, page := s.user.login+"@"+s.domain, s.url()
	seen := sightings{}.see(kindEmail, sender, s.user.email)
	message := object{
		"GUID": s.hex(32), "QID": s.token(12), "sender": sender, "fromAddress": []any{sender}, "headerFrom": s.user.name + " <" + sender + ">",
		"recipient": []any{s.user.email}, "toAddresses": []any{s.user.email},
		"senderIP": s.ip, "subject": "Re: " + s.file.name, "messageID": "<" + s.token(20) + "@" + s.domain + ">",
		"messageSize": s.between(2000, 900000), "cluster": "example_hosted", "policyRoutes": []any{"default_inbound"},
		"spamScore": s.between(0, 100), "phishScore": s.between(0, 100), "impostorScore": s.between(0, 100), "malwareScore": s.between(0, 100),
		"quarantineFolder": nil, "modulesRun": []any{"av", "spf", "dkimv", "spam", "urldefense"},
		"threatsInfoMap": []any{
			object{
				"threat": page, "threatID": s.hex(64), "threatStatus": "active", "threatType": "url", "classification": threat.code,
				"threatUrl": "https://threats.example.com/" + s.hex(16),
			},
		},
	}
	if s.chance(0.7) {
		seen.see(kindIP, s.ip)
	}
	if s.chance(0.8) {
		seen.see(kindURL, page)
	}
	if s.chance(0.25) {
		message["messageParts"] = []any{
			object{
				"disposition": "attached", "filename": s.file.name, "md5": s.file.md5, "sha256": s.file.sha256,
				"contentType": "application/octet-stream", "sandboxStatus": "THREAT",
			},
		}
		seen.see(kindFilename, s.file.name).see(kindMD5, s.file.md5).see(kindSHA256, s.file.sha256)
	}

	r := report{
		title: threat.title, text: threat.text, tags: append(threat.tags, "email-security", "proofpoint"), seen: seen, payload: message,
		undated: s.chance(0.22),
	}
	if s.chance(0.25) {
		r.ref = s.uuid()
		message["id"] = r.ref
	}
	if !r.undated {
		message["messageTime"], message["threatTime"] = s.rfc3339(), s.rfc3339()
	}

	return r
}

func proofpointStories() []story {
	return []story{
		{
			"Message with a malicious attachment delivered",
			"An attachment was recognised only after delivery.",
			"malware",
			[]string{"attack.t1566.001", "attack.ta0001", "phishing"},
		},
		{
			"Click on a link to a phishing page",
			"A user followed a link in a message.",
			"phish",
			[]string{"attack.t1566.002", "attack.ta0001", "phishing"},
		},
		{
			"Message that poses as a colleague blocked",
			"The sender's name is that of a colleague, the address is not.",
			"impostor",
			[]string{"attack.t1656", "attack.ta0001"},
		},
	}
}
