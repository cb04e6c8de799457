package eventgen

import (
	"math/rand/v2"
	"sort"
)

// format is one product: the name its events come under and how it reports.
type format struct {
	source string
	build  func(*scene) report
	// follows: the product reports the same thing again as its state changes,
	// for example firing and then resolved.
	follows bool
}

// formats lists the products from the busiest to the rarest, the order that
// decides how often each is heard.
func formats() []format {
	return []format{
		{source: "aws-cloudtrail", build: cloudTrail},
		{source: "azure-activity", build: azureActivity},
		{source: "gcp-audit", build: gcpAudit},
		{source: "aws-security-hub", build: securityHub, follows: true},
		{source: "github-audit", build: gitHubAudit},
		{source: "crowdstrike-falcon", build: crowdStrike},
		{source: "syslog", build: syslogLine},
		{source: "cef", build: cefLine},
		{source: "google-workspace", build: googleWorkspace},
		{source: "okta", build: okta},
		{source: "prowler-ocsf", build: prowler},
		{source: "auth0", build: auth0},
		{source: "databricks", build: databricks},
		{source: "prometheus-alertmanager", build: alertmanager, follows: true},
		{source: "proofpoint-tap", build: proofpoint},
		{source: "aws-guardduty", build: guardDuty, follows: true},
		{source: "grafana", build: grafana, follows: true},
		{source: "microsoft-entra-id", build: entraID},
		{source: "snyk", build: snyk},
		{source: "aws-waf", build: awsWAF},
		{source: "trivy-operator", build: trivy},
		{source: "asana", build: asana},
		{source: "slack-audit", build: slackAudit},
		{source: "duo", build: duo},
		{source: "snowflake", build: snowflake},
		{source: "suricata", build: suricata},
		{source: "falco", build: falco},
		{source: "salesforce", build: salesforce},
		{source: "wazuh", build: wazuh},
		{source: "microsoft-sentinel", build: sentinel, follows: true},
		{source: "pagerduty", build: pagerDuty, follows: true},
		{source: "sentinelone", build: sentinelOne, follows: true},
		{source: "microsoft-defender", build: defender, follows: true},
		{source: "zeek", build: zeek},
		{source: "leef", build: leefLine},
	}
}

// zipfShift flattens the head of the distribution: with it the busiest product
// sends one event in eight, not one in four.
const zipfShift = 2

// mix draws products with weights that fall with their rank (Zipf).
type mix struct {
	formats    []format
	cumulative []float64
}

func newMix(formats []format) mix {
	m := mix{formats: formats}
	total := 0.0
	for i := range formats {
		total += 1 / float64(i+1+zipfShift)
		m.cumulative = append(m.cumulative, total)
	}

	return m
}

func (m mix) draw(rnd *rand.Rand) format {
	total := m.cumulative[len(m.cumulative)-1]

	return m.formats[sort.SearchFloat64s(m.cumulative, rnd.Float64()*total)]
}

// severityWeights are the shares, in thousandths, from info to critical.
func severityWeights() [5]int {
	return [5]int{177, 120, 364, 285, 54}
}

func drawLevel(rnd *rand.Rand) int {
	weights := severityWeights()
	n := rnd.IntN(1000)
	for level, weight := range weights {
		if n -= weight; n < 0 {
			return level
		}
	}

	return len(weights) - 1
}

func levelName(level int) string {
	return [...]string{"info", "low", "medium", "high", "critical"}[level]
}
