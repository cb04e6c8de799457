package doccurl_test

import (
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
	readme := read(t, "README.md")
	for heading, example := range promised {
		_, section, found := strings.Cut(readme, "\n"+heading+"\n")
		if !found {
			t.Errorf("README.md has no heading %q", heading)
			continue
		}
		section, _, _ = strings.Cut(section, "\n#")
		if !strings.Contains(section, "\n```bash\n"+example+"\n```\n") {
			t.Errorf("the example under %q is not the promised one:\n%s", heading, example)
		}
	}
}
