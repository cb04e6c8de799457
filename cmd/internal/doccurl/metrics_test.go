package doccurl_test

import (
	"regexp"
	"strings"
	"testing"
)

var declared = regexp.MustCompile(`"([a-z]+(?:_[a-z]+)*_(?:total|seconds|depth))"`)

// docs/operations.md says of every metric what to do about it, and of no other.
func TestOperations_ExplainsEveryMetric(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/operations.md")
	source := read(t, "adapters/telemetry/metrics.go")
	names := declared.FindAllStringSubmatch(source, -1)
	if len(names) < 10 {
		t.Fatalf("found %d metrics in the source: have they moved?", len(names))
	}
	for _, m := range names {
		if !strings.Contains(page, "\n| `"+m[1]+"`") && !strings.Contains(page, "\n| `"+m[1]+"{") {
			t.Errorf("docs/operations.md does not say what to do about %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("\n\\| `([a-z_]+)[`{]").FindAllStringSubmatch(page, -1) {
		if regexp.MustCompile(`_(total|seconds|depth)$`).MatchString(m[1]) && !strings.Contains(source, `"`+m[1]+`"`) {
			t.Errorf("docs/operations.md explains %s, which nobody measures", m[1])
		}
	}
}
