package eventgen

import (
	"encoding/json"
	"strings"
	"time"
)

// suricata is an alert record of Suricata's EVE log; it has no identifier.
func suricata(s *scene) report {
	rule := s.story(
		story{"LOCAL HUNTING plain-text password in HTTP", "Potential Corporate Privacy Violation", "2900011", []string{"attack.t1040"}},
		story{"LOCAL SCAN many hosts on one port", "Attempted Information Leak", "2900027", []string{"attack.t1046", "attack.ta0007"}},
		story{"LOCAL MALWARE beacon at even intervals", "A Network Trojan was detected", "2900034", []string{"attack.t1071.001", "attack.ta0011"}},
		story{"LOCAL WEB directory traversal in a request", "Web Application Attack", "2900058", []string{"attack.t1190", "attack.ta0001"}},
	)
	seen := sightings{}.see(kindIP, s.ip, s.machine.ip)
	page := "/" + strings.ToLower(s.token(6)) + "?q=1"
	record := object{
		"timestamp": s.at.Format("2006-01-02T15:04:05.000000-0700"), "flow_id": s.between(1_000_000_000_000, 9_000_000_000_000), "in_iface": "eth0",
		"event_type": "alert",
		"src_ip":     s.ip, "src_port": s.port(), "dest_ip": s.machine.ip, "dest_port": one(s.rnd, 80, 443, 22, 445), "proto": "TCP",
		"app_proto":    "http",
		"community_id": "1:" + s.token(27) + "=",
		"alert": object{
			"action": one(s.rnd, "allowed", "blocked"), "gid": 1, "signature_id": json.Number(rule.code), "rev": s.between(1, 9),
			"signature": rule.title, "category": rule.text, "severity": scale(s, 4, 3, 2, 1, 1),
			"metadata": object{"created_at": []any{"2024_01_01"}},
		},
		"flow": object{
			"pkts_toserver": s.between(1, 90), "pkts_toclient": s.between(1, 90), "bytes_toserver": s.between(60, 90000),
			"bytes_toclient": s.between(60, 90000), "start": s.at.Add(-time.Second).Format("2006-01-02T15:04:05.000000-0700"),
		},
	}
	if s.chance(0.7) {
		record["http"] = object{
			"hostname": s.domain, "url": page, "http_user_agent": s.agent, "http_method": "GET", "protocol": "HTTP/1.1", "status": 200,
			"length": s.between(0, 9000),
		}
		seen.see(kindURL, "http://"+s.domain+page).see(kindDomain, s.domain).see(kindUserAgent, s.agent)
	}

	return report{title: rule.title, text: rule.text + ".", tags: append(rule.tags, "ids", strings.ToLower(rule.text)), seen: seen, payload: record}
}

// zeek is a line of Zeek's notice log; the connection's uid stands for it.
func zeek(s *scene) report {
	notice := s.story(
		story{
			"certificate could not be validated (self signed certificate)",
			"A server showed a certificate that nobody has signed.",
			"SSL::Invalid_Server_Cert",
			[]string{"attack.t1573"},
		},
		story{
			"address scanned at least twenty-five hosts on one port",
			"One address has tried a port on many hosts.",
			"Scan::Port_Scan",
			[]string{"attack.t1046", "attack.ta0007"},
		},
		story{
			"guessed passwords over SSH",
			"An address has failed to sign in over SSH many times.",
			"SSH::Password_Guessing",
			[]string{"attack.t1110.001", "attack.ta0006"},
		},
	)
	uid := "C" + s.token(17)
	subject := "CN=" + s.domain + ",O=Example Works,C=ZZ"
	seen := sightings{}.see(kindIP, s.ip, s.machine.ip)
	if s.chance(0.4) {
		seen.see(kindDomain, s.domain)
	}

	return report{
		title: notice.code + ": " + notice.title, text: notice.text, ref: uid, tags: append(notice.tags, "ndr", notice.code), seen: seen,
		payload: object{
			"ts": float64(s.at.UnixMicro()) / 1e6, "uid": uid, "id.orig_h": s.ip, "id.orig_p": s.port(), "id.resp_h": s.machine.ip,
			"id.resp_p": one(s.rnd, 443, 8443, 22), "fuid": "F" + s.token(16),
			"proto": "tcp", "note": notice.code, "msg": notice.title, "sub": subject, "src": s.ip, "dst": s.machine.ip, "p": 443,
			"actions": []any{"Notice::ACTION_LOG"}, "suppress_for": 3600.0, "peer_descr": "worker-" + s.digits(1),
		},
	}
}
