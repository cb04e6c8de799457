// Package deploy_test reads the files that put SentinelIQ into containers, and
// holds them against the manners of the house.
package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type dependency struct {
	Condition string `yaml:"condition"`
}

type container struct {
	Build       string                `yaml:"build"`
	Image       string                `yaml:"image"`
	User        string                `yaml:"user"`
	ReadOnly    bool                  `yaml:"read_only"`
	CapDrop     []string              `yaml:"cap_drop"`
	SecurityOpt []string              `yaml:"security_opt"`
	Restart     string                `yaml:"restart"`
	Command     []string              `yaml:"command"`
	Ports       []string              `yaml:"ports"`
	Volumes     []string              `yaml:"volumes"`
	Environment map[string]string     `yaml:"environment"`
	DependsOn   any                   `yaml:"depends_on"`
	Healthcheck map[string]any        `yaml:"healthcheck"`
	Depends     map[string]dependency `yaml:"-"`
}

func (c container) ours() bool { return c.Image == "sentineliq:dev" }

func containers(t *testing.T, file string) map[string]container {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", file))
	require.NoError(t, err)
	var compose struct {
		Services map[string]container `yaml:"services"`
	}
	require.NoError(t, yaml.Unmarshal(text, &compose))
	require.NotEmpty(t, compose.Services)
	for name, c := range compose.Services {
		again, err := yaml.Marshal(c.DependsOn)
		require.NoError(t, err)
		if _, list := c.DependsOn.([]any); !list {
			require.NoError(t, yaml.Unmarshal(again, &c.Depends), name)
			compose.Services[name] = c
		}
	}
	return compose.Services
}

func TestCompose_IsTheClusterOfTheDocs(t *testing.T) {
	t.Parallel()
	all := containers(t, "docker-compose.yml")
	for name, command := range map[string][]string{
		"api-1": {"serve", "--no-workers"}, "api-2": {"serve", "--no-workers"},
		"worker-1": {"worker"}, "worker-2": {"worker"}, "migrate": {"migrate", "up"},
	} {
		require.Equal(t, command, all[name].Command, name)
	}
	for _, name := range []string{"balancer", "postgres", "rabbitmq", "mailpit", "docs"} {
		require.Contains(t, all, name)
	}
	page, err := os.ReadFile("../docs/cluster.md")
	require.NoError(t, err)
	for name := range all {
		require.Contains(t, string(page), "`"+name+"`", "docs/cluster.md does not say what %s is", name)
	}
}

// Nothing may be more than it needs to be.
func TestCompose_IsLockedDown(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`:v?\d+\.\d+`)
	for _, file := range []string{"docker-compose.yml", "docker-compose.embedded.yml"} {
		for name, c := range containers(t, file) {
			require.Contains(t, c.SecurityOpt, "no-new-privileges:true", "%s %s", file, name)
			require.NotEmpty(t, c.Restart, "%s %s", file, name)
			if !c.ours() {
				require.Regexp(t, pinned, c.Image, "%s %s: an image without a version is another one tomorrow", file, name)
			}
			if name != "postgres" && name != "rabbitmq" { // they start as root and step down by themselves
				require.True(t, c.ReadOnly, "%s %s", file, name)
				require.Equal(t, []string{"ALL"}, c.CapDrop, "%s %s", file, name)
			}
			for _, port := range c.Ports {
				require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s %s: %s is open to the world", file, name, port)
			}
		}
	}
}

func TestCompose_StartsInOrder(t *testing.T) {
	t.Parallel()
	all := containers(t, "docker-compose.yml")
	for name, c := range all {
		if disabled, _ := c.Healthcheck["disable"].(bool); !disabled { //nolint:errcheck // absent is not disabled
			require.NotEmpty(t, c.Healthcheck["test"], "%s has no health check", name)
		}
		for on, d := range c.Depends {
			require.Contains(t, all, on, name)
			want := "service_healthy"
			if on == "migrate" {
				want = "service_completed_successfully"
			}
			require.Equal(t, want, d.Condition, "%s waits for %s", name, on)
		}
	}
	require.Contains(t, all["api-1"].Depends, "migrate")
	require.Contains(t, all["migrate"].Depends, "postgres")
}

// A setting that the service does not know is a typing mistake, and a secret in
// the file is everybody's.
func TestCompose_SettingsAndSecrets(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/configuration.md")
	require.NoError(t, err)
	hidden := regexp.MustCompile(`PASSWORD|KEY|_URL`)
	literal := regexp.MustCompile(`://[^:/@]+:([^@]*)@`)
	required := regexp.MustCompile(`^\$\{[A-Z_]+:\?run deploy/secrets\.sh\}$`)
	for _, file := range []string{"docker-compose.yml", "docker-compose.embedded.yml"} {
		for name, c := range containers(t, file) {
			for key, value := range c.Environment {
				if c.ours() {
					require.Contains(t, string(page), "| `"+key+"` |", "%s %s", file, name)
				}
				if found := literal.FindStringSubmatch(value); found != nil {
					require.Regexp(t, required, found[1], "%s %s %s", file, name, key)
				}
				if hidden.MatchString(key) && !strings.Contains(key, "_URL") && file == "docker-compose.yml" {
					require.Regexp(t, required, value, "%s %s %s", file, name, key)
				}
			}
		}
	}
	for name, c := range containers(t, "docker-compose.yml") {
		if name != "migrate" {
			require.NotContains(t, c.Environment, "MIGRATION_DATABASE_URL", "%s could take the walls down", name)
		}
	}
}

func TestSecrets_AreMadeOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), ".env")
	out, err := exec.CommandContext(t.Context(), "./secrets.sh", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	first, err := os.ReadFile(file)
	require.NoError(t, err)
	var names, values []string
	for line := range strings.Lines(string(first)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		require.Len(t, value, 64, "%s", name)
		require.NotContains(t, values, value)
		require.NotContains(t, string(out), value)
		names, values = append(names, name), append(values, value)
	}
	compose, err := os.ReadFile("../docker-compose.yml")
	require.NoError(t, err)
	for _, found := range regexp.MustCompile(`\$\{([A-Z_]+):\?`).FindAllStringSubmatch(string(compose), -1) {
		require.Contains(t, names, found[1])
	}
	require.Error(t, exec.CommandContext(t.Context(), "./secrets.sh", file).Run(), "keys in use are not thrown away")
	again, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, first, again)
}

func TestImage_HoldsTheProgramAlone(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../Dockerfile")
	require.NoError(t, err)
	var last []string // the lines of the stage that is shipped
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "FROM ") {
			require.NotContains(t, line, "latest")
			last = nil
		}
		last = append(last, strings.TrimSpace(line))
	}
	require.Equal(t, "FROM scratch", last[0])
	for _, line := range []string{"USER 65532:65532", "VOLUME /data", `ENTRYPOINT ["/sentineliq"]`} {
		require.Contains(t, last, line)
	}
	require.True(t, slices.ContainsFunc(last, func(l string) bool {
		return strings.HasPrefix(l, "HEALTHCHECK ") && strings.Contains(l, `["/sentineliq", "healthcheck"]`)
	}))
	ignored, err := os.ReadFile("../.dockerignore")
	require.NoError(t, err)
	for _, name := range []string{".env", ".git", "data"} {
		require.Contains(t, strings.Fields(string(ignored)), name, "it must not get into an image")
	}
}

// The programs say themselves whether they understand their settings, where they
// are installed.
func TestBalancer_UnderstandsItsSettings(t *testing.T) {
	t.Parallel()
	haproxy, err := exec.LookPath("haproxy")
	if err != nil {
		t.Skip("haproxy is not installed")
	}
	text, err := os.ReadFile("haproxy.cfg")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	out, err := exec.CommandContext(t.Context(), haproxy, "-c", "-f", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// Every page is in the list of the site, and what the list names is there.
func TestSite_ListsEveryPage(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("../docs/site/_sidebar.md")
	require.NoError(t, err)
	var listed, pages []string
	for _, found := range regexp.MustCompile(`\]\(/([^)]+)\)`).FindAllStringSubmatch(string(list), -1) {
		listed = append(listed, found[1])
	}
	require.NoError(t, filepath.WalkDir("../docs", func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".md" && !strings.HasPrefix(path, "../docs/site/") && path != "../docs/README.md" {
			pages = append(pages, strings.TrimPrefix(path, "../docs/"))
		}
		return err
	}))
	require.ElementsMatch(t, pages, listed)
	for _, file := range []string{"index.html", "settings.js", "theme.css"} {
		text, err := os.ReadFile("../docs/site/" + file)
		require.NoError(t, err)
		require.NotRegexp(t, `(src|href)="https?:|@import|url\(`, string(text), "%s fetches something from elsewhere", file)
	}
}
