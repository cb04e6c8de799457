package core_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Documents rot where nobody runs them: the tree of folders, the commands and
// the links that the documents show are held against the real ones.
func TestDocs(t *testing.T) {
	t.Parallel()
	docs := readDocs(t)
	t.Run("the tree in architecture.md is the tree", func(t *testing.T) {
		t.Parallel()
		tree, err := parseTree(docs["docs/architecture.md"])
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range compareTree(tree, house(t), isFolder) {
			t.Error(c)
		}
	})
	t.Run("make targets exist", func(t *testing.T) {
		t.Parallel()
		makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range unknownTargets(docs, string(makefile)) {
			t.Error(c)
		}
	})
	t.Run("links lead somewhere", func(t *testing.T) {
		t.Parallel()
		for _, c := range deadLinks(docs, exists) {
			t.Error(c)
		}
	})
}

// sidebar has links of its own kind, which a test in deploy follows.
const sidebar = "docs/site/_sidebar.md"

// readDocs returns the texts of the top-level documents and of docs, by path.
func readDocs(tb testing.TB) map[string]string {
	tb.Helper()
	out := map[string]string{}
	read := func(name string) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			tb.Fatal(err)
		}
		out[name] = string(text)
	}
	top, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range top {
		read(filepath.Base(name))
	}
	err = fs.WalkDir(os.DirFS(root), "docs", func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") && name != sidebar {
			read(name)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if len(out) < 8 {
		tb.Fatalf("found %d documents, expected at least 8: have they moved?", len(out))
	}
	return out
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join(root, name))
	return err == nil
}

func isFolder(name string) bool {
	info, err := os.Stat(filepath.Join(root, name))
	return err == nil && info.IsDir()
}

type folder struct {
	path    string
	purpose string
}

type treeError string

func (e treeError) Error() string { return string(e) }

// parseTree reads the block between the tree marks: a folder a line, two
// spaces for each level, a slash after the name, then its purpose.
func parseTree(doc string) ([]folder, error) {
	_, rest, ok := strings.Cut(doc, "<!-- tree -->")
	block, _, closed := strings.Cut(rest, "<!-- /tree -->")
	if !ok || !closed {
		return nil, treeError("docs/architecture.md has no block between <!-- tree --> and <!-- /tree -->")
	}
	var out []folder
	var stack []string
	for line := range strings.Lines(block) {
		line = strings.TrimRight(line, "\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "```") {
			continue
		}
		name, purpose, ok := strings.Cut(strings.TrimLeft(line, " "), "/")
		depth := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		if !ok || depth > len(stack) {
			return nil, treeError("cannot read this line of the tree: " + line)
		}
		stack = append(stack[:depth], name)
		out = append(out, folder{path.Join(stack...), strings.TrimSpace(purpose)})
	}
	return out, nil
}

func compareTree(tree []folder, pkgs []pkg, isFolder func(string) bool) []string {
	var out []string
	shown := map[string]bool{}
	for _, f := range tree {
		shown[f.path] = true
		if !isFolder(f.path) {
			out = append(out, f.path+" is in the tree of docs/architecture.md but not in the project")
		}
		if f.purpose == "" {
			out = append(out, f.path+" has no purpose in the tree of docs/architecture.md")
		}
	}
	for _, p := range pkgs {
		if !shown[p.path] {
			out = append(out, p.path+" is missing from the tree of docs/architecture.md: add a line that says what it is for")
		}
	}
	return out
}

var (
	makeInProse = regexp.MustCompile("`make ([a-z][a-z0-9-]*)")
	makeInCode  = regexp.MustCompile(`^\s*(?:\$ )?make ([a-z][a-z0-9-]*)`)
	makeTarget  = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

func unknownTargets(docs map[string]string, makefile string) []string {
	var targets, out []string
	for _, m := range makeTarget.FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, m[1])
	}
	for name, text := range docs {
		for _, target := range namedTargets(text) {
			if !slices.Contains(targets, target) {
				out = append(out, name+" tells the reader to run make "+target+", which the Makefile does not know")
			}
		}
	}
	return out
}

// namedTargets lists the make targets that a document names in backquotes, or
// at the start of a line of a code block.
func namedTargets(text string) []string {
	var out []string
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		re := makeInProse
		if fenced {
			re = makeInCode
		}
		for _, m := range re.FindAllStringSubmatch(line, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// deadLinks lists relative links between documents whose target is missing.
func deadLinks(docs map[string]string, exists func(string) bool) []string {
	var out []string
	for name, text := range docs {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, ":") {
				continue
			}
			if !exists(path.Join(path.Dir(name), target)) {
				out = append(out, name+" links to "+m[1]+", which is not there")
			}
		}
	}
	return out
}

func TestDocs_Bites(t *testing.T) {
	t.Parallel()
	tree, err := parseTree("<!-- tree -->\n```\ncore/      the core\n  gate/    the door\n  gone/    was here\n  mute/\n```\n<!-- /tree -->\n")
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(string) bool { return false }
	docs := map[string]string{"docs/a.md": "Run `make tset`, make sure.\n```\nmake typo\n```\n[b](b.md) [c](https://c) [d](#d)\n"}
	for name, c := range map[string]struct {
		got  []string
		want string
	}{
		"tree": {
			compareTree(tree, []pkg{{path: "core/gate"}, {path: "core/new"}}, func(p string) bool { return p != "core/gone" }),
			"core/gone is in the tree|core/mute has no purpose|core/new is missing",
		},
		"targets": {unknownTargets(docs, "test: ## all\n\tgo test\n"), "make tset|make typo"},
		"links":   {deadLinks(docs, nothing), "docs/a.md links to b.md"},
	} {
		wants := strings.Split(c.want, "|")
		if len(c.got) != len(wants) {
			t.Errorf("%s: got %q, want %d complaints", name, c.got, len(wants))
			continue
		}
		for i, want := range wants {
			if !strings.Contains(c.got[i], want) {
				t.Errorf("%s: got %q, want %q", name, c.got[i], want)
			}
		}
	}
	for _, bad := range []string{"no tree", "<!-- tree -->\n```\ncore\n```\n<!-- /tree -->"} {
		if _, err := parseTree(bad); err == nil {
			t.Errorf("parseTree(%q) succeeded, want an error", bad)
		}
	}
}
