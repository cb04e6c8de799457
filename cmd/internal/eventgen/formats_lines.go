package eventgen

import (
	"fmt"
	"strings"
)

// cefLine is a line in ArcSight's Common Event Format. Two of three come behind
// a BSD syslog header, which has no year, and without a time of their own.
func cefLine(s *scene) report {
	event := s.story(
		story{"Traffic denied by policy", "The firewall has dropped a connection.", "deny", []string{"firewall"}},
		story{"File recognised as malware", "The gateway has stopped a file.", "virus", []string{"malware", "attack.t1204"}},
		story{"Administrator signed in", "A session on the management interface was opened.", "admin-login", []string{"attack.t1078"}},
		story{"Request to a category that is not allowed", "The proxy has refused a request.", "web-filter", []string{"proxy"}},
	)
	seen := sightings{}
	fields := []string{"src=" + s.ip, "dst=" + s.machine.ip, fmt.Sprintf("spt=%d", s.port()), "act=" + one(s.rnd, "blocked", "allowed")}
	if s.chance(0.75) {
		seen.see(kindIP, s.ip, s.machine.ip)
	} else {
		fields = fields[2:]
	}
	if s.chance(0.3) {
		fields = append(fields, "suser="+cefEscape(s.user.login))
		seen.see(kindAccount, s.user.login)
	}
	if s.chance(0.2) {
		fields = append(fields, "dhost="+s.machine.fqdn)
		seen.see(kindHostname, s.machine.fqdn)
	}
	if event.code == "web-filter" {
		page := s.url()
		fields = append(fields, "request="+cefEscape(page))
		seen.see(kindURL, page)
	}
	if event.code == "virus" {
		fields = append(fields, "fname="+cefEscape(s.file.name))
		seen.see(kindFilename, s.file.name)
	}

	header := s.at.Format("Jan _2 15:04:05") + " " + s.machine.name + " "
	undated := s.chance(0.65)
	r := report{title: event.title, text: event.text, tags: append(event.tags, "cef"), seen: seen, undated: undated}
	if !undated {
		header = ""
		fields = append(fields, fmt.Sprintf("rt=%d", s.at.UnixMilli()))
	}
	if s.chance(0.18) {
		r.ref = s.digits(12)
		fields = append(fields, "externalId="+r.ref)
	}
	r.payload = fmt.Sprintf("%sCEF:0|Example Networks|Gatekeeper|%d.2|%s|%s|%d|%s",
		header, s.between(7, 10), event.code, event.title, scale(s, 1, 3, 5, 8, 10), strings.Join(fields, " "))

	return r
}

// cefEscape escapes what would end an extension's value.
func cefEscape(value string) string {
	return strings.NewReplacer(`\`, `\\`, "=", `\=`, "\n", `\n`, "\r", `\r`).Replace(value)
}

// leefLine is a line in QRadar's Log Event Extended Format.
func leefLine(s *scene) report {
	event := s.story(
		story{
			"Configuration changed on an appliance",
			"Somebody has changed the running configuration.",
			"config-change",
			[]string{"change-control"},
		},
		story{"Tunnel closed by the other side", "A tunnel between two offices has gone down.", "vpn-down", []string{"network"}},
		story{"Signature matched in traffic", "The sensor has matched a signature.", "ips-match", []string{"ids", "attack.t1190"}},
	)
	fields := []string{
		"src=" + s.ip, "dst=" + s.machine.ip, "usrName=" + s.user.login, "sev=" + scale(s, "1", "3", "5", "8", "10"), "cat=" + event.code,
		"session=" + s.hex(8),
	}
	undated := s.chance(0.5)
	if !undated {
		fields = append(fields, "devTime="+s.at.Format("Jan 02 2006 15:04:05"), "devTimeFormat=MMM dd yyyy HH:mm:ss")
	}

	return report{
		title: event.title, text: event.text, tags: append(event.tags, "leef"), undated: undated,
		seen:    sightings{}.see(kindIP, s.ip, s.machine.ip).see(kindAccount, s.user.login),
		payload: "LEEF:2.0|Example Networks|Sensor|3.1|" + event.code + "|x09|" + strings.Join(fields, "\t"),
	}
}

// syslogLine is a syslog message: three of four in the BSD form, whose time has
// no year, the others after RFC 5424.
func syslogLine(s *scene) report {
	event := s.story(
		story{"Failed password for an account", "A password was refused.", "sshd", []string{"ssh", "attack.t1110", "attack.ta0006"}},
		story{"Session opened with root rights", "A user has run a command as root.", "sudo", []string{"attack.t1548.003", "attack.ta0004"}},
		story{"Interface changed its state", "An interface went down and came back.", "link", []string{"network"}},
		story{"Packet dropped by the filter", "The packet filter has dropped a packet.", "kernel", []string{"firewall"}},
	)
	seen := sightings{}
	message := fmt.Sprintf("%s: event %s", event.title, s.hex(8))
	if s.chance(0.7) {
		message += fmt.Sprintf(" from %s port %d", s.ip, s.port())
		seen.see(kindIP, s.ip)
	}
	if s.chance(0.6) {
		seen.see(kindHostname, s.machine.fqdn)
	}
	priority := 16*8 + scale(s, 6, 5, 4, 3, 2)
	process, undated := s.between(300, 32000), s.chance(0.75)
	line := fmt.Sprintf("<%d>1 %s %s %s %d - - %s", priority, s.rfc3339(), s.machine.fqdn, event.code, process, message)
	if undated {
		line = fmt.Sprintf("<%d>%s %s %s[%d]: %s", priority, s.at.Format("Jan _2 15:04:05"), s.machine.fqdn, event.code, process, message)
	}

	return report{
		title: event.title + " on " + s.machine.name, text: event.text, tags: append(event.tags, "syslog"), seen: seen, payload: line,
		undated: undated,
	}
}
