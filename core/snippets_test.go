package core_test

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// quoting lists the documents all of whose Go code is that of files. In other
// documents only what says where it is from is held against its file.
var quoting = []string{"docs/adapters.md"}

// A snippet is a block of Go code in a document, and the file that it says it
// is from; a line of "// …" in it leaves something out.
type snippet struct {
	doc, file, text string
}

var goBlock = regexp.MustCompile("(?ms)(?:^<!-- from (\\S+) -->\n)?^```go\n(.*?)^```$")

var leftOut = regexp.MustCompile(`(?m)^\s*// …\n`)

// Code in a document is compiled and tested nowhere, unless it is that of a file
// which is.
func TestDocs_SnippetsAreFromTheirFiles(t *testing.T) {
	t.Parallel()
	docs := readDocs(t)
	for _, c := range foreign(snippets(docs), quoting, os.DirFS(root)) {
		t.Error(c)
	}
	for _, doc := range quoting {
		if !goBlock.MatchString(docs[doc]) {
			t.Errorf("%s has no Go code: has it moved?", doc)
		}
	}
}

func snippets(docs map[string]string) []snippet {
	var out []snippet
	for name, text := range docs {
		for _, m := range goBlock.FindAllStringSubmatch(text, -1) {
			out = append(out, snippet{doc: name, file: m[1], text: m[2]})
		}
	}
	return out
}

// foreign lists the snippets that are not in their files.
func foreign(all []snippet, quoting []string, files fs.FS) []string {
	var out []string
	for _, s := range all {
		first, _, _ := strings.Cut(s.text, "\n")
		if s.file == "" {
			for _, doc := range quoting {
				if s.doc == doc {
					out = append(out, fmt.Sprintf("%s: the code that begins %q does not say which file it is from", s.doc, first))
				}
			}
			continue
		}
		file, err := fs.ReadFile(files, s.file)
		if err != nil {
			out = append(out, fmt.Sprintf("%s: %v", s.doc, err))
			continue
		}
		if missing := lacks("\n"+string(file), s.text); missing != "" {
			out = append(out, fmt.Sprintf("%s: the code that begins %q is not, or not in this order, in %s: copy it anew", s.doc, missing, s.file))
		}
	}
	return out
}

// lacks returns the first line of the first piece of a snippet that does not
// follow the one before it in file.
func lacks(file, text string) string {
	for _, piece := range leftOut.Split(text, -1) {
		piece = strings.Trim(piece, "\n")
		_, after, found := strings.Cut(file, "\n"+piece+"\n")
		if !found {
			first, _, _ := strings.Cut(piece, "\n")
			return first
		}
		file = "\n" + after
	}
	return ""
}

func TestDocs_SnippetsBite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const code = "package x\n\nfunc a() {\n\tone()\n}\n\nfunc b() {}\n"
	if err := os.WriteFile(dir+"/x.go", []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	fence := func(from, text string) string { return from + "```go\n" + text + "```\n" }
	const mark = "<!-- from x.go -->\n"
	for name, c := range map[string]struct{ doc, want string }{
		"a whole function":     {fence(mark, "func a() {\n\tone()\n}\n"), ""},
		"with something out":   {fence(mark, "func a() {\n\t// …\n}\n\nfunc b() {}\n"), ""},
		"in another order":     {fence(mark, "func b() {}\n// …\nfunc a() {\n"), `begins "func a() {"`},
		"changed since":        {fence(mark, "func a() {\n\ttwo()\n}\n"), "copy it anew"},
		"half a line":          {fence(mark, "func b\n"), "copy it anew"},
		"of a file that left":  {fence("<!-- from y.go -->\n", "func b() {}\n"), "y.go"},
		"of no file":           {fence("", "func b() {}\n"), "does not say"},
		"second block of none": {fence(mark, "func b() {}\n") + "\ntext\n\n" + fence("", "func b() {}\n"), "does not say"},
	} {
		got := foreign(snippets(map[string]string{"d.md": c.doc}), []string{"d.md"}, os.DirFS(dir))
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if got := foreign(snippets(map[string]string{"e.md": fence("", "anything\n")}), []string{"d.md"}, os.DirFS(dir)); len(got) > 0 {
		t.Errorf("other documents may show what is nowhere, got %q", got)
	}
}
