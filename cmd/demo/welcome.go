package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/cmd/internal/launch"
)

// welcome shows where everything is and who may log in.
func (s *screen) welcome(service *launch.Service, companies []*company, o options) {
	lines := []string{
		"SentinelIQ is alive.",
		"",
		"API and try-out page  " + service.URL + "/api/v1/docs/",
		"Dashboard (JSON)      " + service.URL + "/api/v1/dashboard/summary/",
		"Ready? Numbers?       " + service.URL + "/readyz   " + service.URL + "/metrics",
		"",
		fmt.Sprintf("%-24s %-16s %-16s %s", "Company", "Role", "Username", "Password"),
		fmt.Sprintf("%-24s %-16s %-16s %s", "(all of them)", "superuser", service.Username, service.Password),
	}
	for _, c := range companies {
		for _, p := range c.people {
			lines = append(lines, fmt.Sprintf("%-24s %-16s %-16s %s", c.name, p.role, p.username, p.password))
		}
	}
	ending := "Stop with Ctrl-C."
	if o.duration > 0 {
		ending = "It stops by itself after " + o.duration.String() + "."
	}
	lines = append(lines, "", fmt.Sprintf("%s The same events again: -seed %d", ending, o.seed))
	analyst := companies[0].with(roleAnalyst)[0]
	s.say("\n" + box(lines) + "\n" + examples(service.URL, analyst) + "\n")
}

// examples are commands to copy.
func examples(url string, p *person) string {
	return fmt.Sprintf(`Try it, in another terminal:

  TOKEN=$(curl -s -X POST %[1]s/api/v1/token/ -H "Content-Type: application/json" \
    -d '{"username":"%[2]s", "password":"%[3]s"}' | sed 's/.*"access":"\([^"]*\)".*/\1/')
  curl -s %[1]s/api/v1/dashboard/summary/ -H "Authorization: Bearer $TOKEN"
  curl -s "%[1]s/api/v1/alerts/?status=new&ordering=-severity&page_size=3" -H "Authorization: Bearer $TOKEN"
`, url, p.username, p.password)
}

func box(lines []string) string {
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(line))
	}
	var out strings.Builder
	bar := strings.Repeat("─", width+2)
	out.WriteString("╭" + bar + "╮\n")
	for _, line := range lines {
		out.WriteString("│ " + line + strings.Repeat(" ", width-utf8.RuneCountInString(line)) + " │\n")
	}
	out.WriteString("╰" + bar + "╯\n")
	return out.String()
}

// farewell shows the numbers, and where the data is if it was kept.
func (s *screen) farewell(t tally, data string) {
	s.say("\n" + t.String())
	if data != "" {
		s.say("The data is kept in " + data + ": DATA_DIR=" + data + " make run serves it again.")
	}
}
