package doccurl_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// promised are the examples that the product was promised with, to the letter.
var promised = map[string]string{
	"### Obtaining a JWT Token": `curl -X POST http://localhost:8000/api/v1/token/ \
  -H "Content-Type: application/json" \
  -d '{"username":"adminsentinel", "password":"change-me-in-production"}'`,
	"### Creating a Company (Superuser Only)": `curl -X POST http://localhost:8000/api/v1/companies/ \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer <access_token>" \
  -d '{"name": "New Company"}'`,
	"### Managing Users (Admin Company)": `curl -X POST http://localhost:8000/api/v1/users/ \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer <access_token>" \
  -d '{
    "username": "new_analyst",
    "email": "analyst@company.com",
    "password": "secure_password",
    "role": "analyst_company",
    "first_name": "New",
    "last_name": "Analyst"
  }'`,
	"### Getting Dashboard Summary": `curl -X GET http://localhost:8000/api/v1/dashboard/summary/ \
  -H "Authorization: Bearer <access_token>"`,
	"### Configuring a Notification Channel": `curl -X POST http://localhost:8000/api/v1/notifications/channels/ \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer <access_token>" \
  -d '{
    "name": "Company Slack",
    "channel_type": "slack",
    "config": {
      "webhook_url": "https://hooks.slack.com/services/XXX/YYY/ZZZ",
      "username": "SentinelIQ Bot",
      "icon_emoji": ":alert:"
    },
    "is_enabled": true
  }'`,
}

// The examples that customers were shown first stand in the README word for
// word, each under its heading.
func TestReadme_KeepsThePromisedExamples(t *testing.T) {
	t.Parallel()
	for _, complaint := range drifted(read(t, "README.md")) {
		t.Error(complaint)
	}
}

func TestReadme_KeepsThePromisedExamples_Bites(t *testing.T) {
	t.Parallel()
	readme := read(t, "README.md")
	for heading, example := range promised {
		for _, changed := range []string{
			strings.Replace(readme, heading, heading+"!", 1),
			strings.Replace(readme, example, strings.Replace(example, "-X", "--request", 1), 1),
			strings.Replace(readme, example, strings.Replace(example, "\"", "'", 1), 1),
		} {
			if len(drifted(changed)) == 0 {
				t.Errorf("a change of %q goes unnoticed", heading)
			}
		}
	}
}

func drifted(readme string) []string {
	var complaints []string
	for heading, example := range promised {
		_, section, found := strings.Cut(readme, "\n"+heading+"\n")
		if !found {
			complaints = append(complaints, "README.md has no heading "+heading)
			continue
		}
		section, _, _ = strings.Cut(section, "\n#")
		if !strings.Contains(section, "\n```bash\n"+example+"\n```\n") {
			complaints = append(complaints, "the example under "+heading+" is not the promised one:\n"+example)
		}
	}
	return complaints
}

var quoted = regexp.MustCompile("`([a-z_./]+)`")

// The table of places names folders and files that are there.
func TestReadme_WhatIsWhereIsThere(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(read(t, "README.md"), "\n## Where is what\n")
	table, _, _ = strings.Cut(table, "\n## ")
	places := quoted.FindAllStringSubmatch(table, -1)
	if len(places) < 15 {
		t.Fatalf("found %d places: has the table moved?", len(places))
	}
	for _, m := range places {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("README.md says that something is in %s, which is not there", m[1])
		}
	}
}
