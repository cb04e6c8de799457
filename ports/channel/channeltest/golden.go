package channeltest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// golden compares what leaves for every message with the files in golden/.
func (s *suite) golden(t *testing.T, dial func(*testing.T) wire) {
	t.Helper()
	for name, m := range Messages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := dial(t)
			send(t, s.open(t, w, world(w)), m)
			got := w.taken()
			if len(got) != 1 {
				t.Fatalf("%d messages left, not 1", len(got))
			}
			s.compare(t, filepath.Join(s.Folder, "golden", name+".txt"), fold(got[0]))
		})
	}
}

func (s *suite) compare(t *testing.T, file, got string) {
	t.Helper()
	if s.Update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run with -update and read what it writes", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the message is not that of %s (-want +got):\n%s", file, diff)
	}
}

// widest is how long a line of a golden file may be.
const widest = 1000

// fold makes a message readable: what is very long is a head and a checksum.
func fold(text string) string {
	var out strings.Builder
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		same := 1
		for i+same < len(lines) && lines[i+same] == lines[i] && lines[i] != "" {
			same++
		}
		line := lines[i]
		if len(line) > widest {
			line = fmt.Sprintf("%s [%d bytes, sha256 %x]", strings.ToValidUTF8(line[:widest/4], "?"), len(line), sha256.Sum256([]byte(line)))
		}
		out.WriteString(line)
		if same > 1 {
			fmt.Fprintf(&out, " [%d times]", same)
			i += same - 1
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}
