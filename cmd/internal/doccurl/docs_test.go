package doccurl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/cmd/internal/doccurl"
	"github.com/sentineliq/sentineliq/cmd/internal/launch"
)

const root = "../../.."

// Every curl example of every document is run, in order, against a service of
// its own that has just been started, as a reader would run it.
func TestDocuments_ExamplesWork(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"curl", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("NOT TESTED: the examples of the documents, because there is no %s on this machine", tool)
		}
	}
	binary, err := launch.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, name := range documents(t) {
		examples, err := doccurl.Find(read(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if total += len(examples); len(examples) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := start(t, binary)
			reader := doccurl.NewReader(service.URL, service.Password)
			for _, e := range examples {
				if !try(t, name, reader, e) {
					t.Fatalf("%s: not going on: later examples build on this one\nlog of the service:\n%s", name, service.Log())
				}
			}
		})
	}
	if total < len(promised) {
		t.Errorf("found %d examples in all documents: have they moved?", total)
	}
}

func start(t *testing.T, binary string) *launch.Service {
	t.Helper()
	service, err := launch.Start(t.Context(), launch.Options{Binary: binary, DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Stop(); err != nil {
			t.Error(err)
		}
	})
	return service
}

// try types one example into a shell, and judges and remembers the answer.
func try(t *testing.T, name string, reader *doccurl.Reader, e doccurl.Example) bool {
	t.Helper()
	at := name + ":" + strconv.Itoa(e.Line)
	typed, err := reader.Fill(e)
	if err != nil {
		t.Errorf("%s: %v", at, err)
		return false
	}
	got, err := shell(t.Context(), t.TempDir(), typed)
	if err != nil {
		t.Errorf("%s: %v", at, err)
		return false
	}
	if !e.Passes(got.status) {
		t.Errorf("%s: status %d\n%s\n%s", at, got.status, typed, got.body)
		return false
	}
	if strings.Contains(got.kind, "json") && !json.Valid(got.body) {
		t.Errorf("%s: the answer is not JSON: %s", at, got.body)
		return false
	}
	reader.Learn(typed, got.etag, got.body)
	return true
}

type answer struct {
	status     int
	kind, etag string
	body       []byte
}

var (
	statusLine  = regexp.MustCompile(`(?m)^HTTP/[0-9.]+ (\d{3})`)
	contentType = regexp.MustCompile(`(?mi)^content-type: *([^\r\n]*)`)
	etagHeader  = regexp.MustCompile(`(?mi)^etag: *([^\r\n]*)`)
)

// shell runs a block as it stands. Only the one curl in it is told, besides, to
// keep the headers and the body in files.
func shell(ctx context.Context, folder, typed string) (answer, error) {
	head, body := filepath.Join(folder, "head"), filepath.Join(folder, "body")
	script := `curl() { command curl -sS --max-time 30 -D "$HEAD" -o "$BODY" "$@"; }` + "\n" + typed + "\n"
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "HEAD="+head, "BODY="+body, "no_proxy=*")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return answer{}, &failed{typed, stderr.String(), err}
	}
	headers, err := os.ReadFile(head)
	if err != nil {
		return answer{}, err
	}
	var got answer
	if got.body, err = os.ReadFile(body); err != nil && !os.IsNotExist(err) {
		return answer{}, err
	}
	for _, m := range statusLine.FindAllSubmatch(headers, -1) { // the last one counts, after any 100 Continue
		if got.status, err = strconv.Atoi(string(m[1])); err != nil {
			return answer{}, err
		}
	}
	if m := contentType.FindSubmatch(headers); m != nil {
		got.kind = string(m[1])
	}
	if m := etagHeader.FindSubmatch(headers); m != nil {
		got.etag = string(m[1])
	}
	return got, nil
}

type failed struct {
	typed, stderr string
	err           error
}

func (f *failed) Error() string { return f.err.Error() + "\n" + f.stderr + "\n" + f.typed }

// documents lists README.md, and then everything in docs.
func documents(tb testing.TB) []string {
	tb.Helper()
	names := []string{"README.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if len(names) < 8 {
		tb.Fatalf("found %d documents: have they moved?", len(names))
	}
	return names
}

func read(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
