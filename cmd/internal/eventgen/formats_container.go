package eventgen

import "strings"

// falco is a runtime rule's hit in a container; it has no identifier.
func falco(s *scene) report {
	rule := s.story(
		story{
			"Shell opened in a container",
			"A shell with a terminal was started in a running container.",
			"Notice",
			[]string{"attack.t1059", "attack.ta0002"},
		},
		story{
			"Sensitive file read by an unexpected program",
			"A program that has no need of it read a file with credentials.",
			"Warning",
			[]string{"attack.t1555", "attack.ta0006"},
		},
		story{
			"Binary written below a system folder",
			"A program was written to where only packages write.",
			"Error",
			[]string{"attack.t1543", "attack.ta0003"},
		},
		story{
			"Container talks to the cluster's interface",
			"A container called the Kubernetes interface, which it does not usually do.",
			"Notice",
			[]string{"attack.t1565", "attack.ta0007"},
		},
	)
	process := one(s.rnd, "bash", "cat", "curl", "nc", "sh", "xmrig-like")
	command := process + " " + s.file.path
	output := s.at.Format("15:04:05.000000000") + ": " + rule.code + " " + rule.title + " (user=root command=" + command + " container=" + s.hex(12) + ")"
	seen := sightings{}.see(kindHostname, s.machine.fqdn).see(kindProcess, process)
	if s.chance(0.3) {
		seen.see(kindFilepath, s.file.path)
	}

	return report{
		title: rule.title, text: output, tags: append(rule.tags, "kubernetes", "container", strings.ToLower(rule.code)), seen: seen,
		payload: object{
			"hostname": s.machine.fqdn, "output": output, "priority": scale(s, "Informational", "Notice", "Warning", "Error", "Critical"),
			"rule":   rule.title,
			"source": "syscall", "tags": []any{"container", "mitre_execution"}, "time": s.at.Format("2006-01-02T15:04:05.000000000Z"),
			"output_fields": object{
				"container.id": s.hex(12), "container.image.repository": "registry.example.com/" + s.resource(), "evt.time": s.at.UnixNano(),
				"k8s.ns.name": one(s.rnd, "default", "shop", "monitoring"), "k8s.pod.name": s.resource() + "-" + s.hex(5), "proc.cmdline": command,
				"proc.name":  process,
				"proc.pname": "containerd-shim", "user.name": "root", "fd.name": s.file.path,
			},
		},
	}
}

// trivy is a report of the trivy operator: vulnerabilities of an image, or the
// configuration of a workload. Some installations send it without a time.
func trivy(s *scene) report {
	uid, workload := s.uuid(), s.resource()
	kind := one(s.rnd, "VulnerabilityReport", "ConfigAuditReport")
	level := scale(s, "UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL")
	seen := sightings{}
	metadata := object{
		"name": "replicaset-" + workload, "namespace": one(s.rnd, "default", "shop", "monitoring"), "uid": uid, "generation": 1,
		"resourceVersion": s.digits(5),
		"labels": object{
			"trivy-operator.resource.kind": "ReplicaSet", "trivy-operator.resource.name": workload, "resource-spec-hash": s.hex(10),
		},
	}
	content := object{
		"scanner": object{"name": "Trivy", "vendor": "Aqua Security", "version": "0.57.1"},
		"summary": object{
			"criticalCount": scale(s, 0, 0, 0, 0, 1), "highCount": scale(s, 0, 0, 0, 1, 0), "mediumCount": scale(s, 0, 0, 1, 0, 0),
			"lowCount": scale(s, 0, 1, 0, 0, 0),
		},
	}
	text := "The configuration of " + workload + " has failed a check of level " + level + "."
	if kind == "VulnerabilityReport" {
		text = "The image of " + workload + " contains packages with known vulnerabilities."
		found := make([]any, 0, 24)
		for range s.between(1, 24) {
			cve := s.cve()
			seen.see(kindCVE, cve)
			found = append(found, object{
				"vulnerabilityID": cve, "resource": one(s.rnd, "libexample", "samplessl", "demo-zlib"), "installedVersion": "1.0." + s.digits(1),
				"fixedVersion": "1.1.0",
				"severity":     level, "title": "example: memory is read beyond its end", "primaryLink": "https://advisories.example.com/" + cve,
				"score": scale(s, 0.0, 3.1, 5.5, 7.8, 9.8),
			})
		}
		content["vulnerabilities"] = found
		content["artifact"] = object{"repository": "shop/" + workload, "tag": "1." + s.digits(2), "digest": "sha256:" + s.hex(64)}
	} else {
		content["checks"] = []any{
			object{
				"checkID": "KSV0" + s.digits(2), "category": "Kubernetes Security Check", "severity": level, "success": false,
				"title":    "Root file system can be written",
				"messages": []any{"Container 'app' should set 'securityContext.readOnlyRootFilesystem' to true"},
			},
		}
	}

	undated := s.chance(0.3)
	if !undated {
		metadata["creationTimestamp"], content["updateTimestamp"] = s.at.Format("2006-01-02T15:04:05Z"), s.at.Format("2006-01-02T15:04:05Z")
	}

	return report{
		title: kind + ": ReplicaSet " + workload, text: text, ref: uid, tags: []string{kind, "kubernetes"}, seen: seen, undated: undated,
		payload: object{"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": kind, "metadata": metadata, "report": content},
	}
}
