// Command tally reads go test -json on standard input and prints what a person
// wants of it: the closing line of each package, the output of what failed and
// why tests were skipped. It writes the closing lines again, and a line that
// counts the tests, to the file named by its argument.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go test -json | tally FILE")
		os.Exit(2)
	}
	t := tally{out: os.Stdout, said: map[string][]string{}, blamed: map[string]bool{}}
	err := t.read(bufio.NewReader(os.Stdin))
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(t.summary()), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	}
	if t.fails > 0 {
		os.Exit(1)
	}
}

type event struct {
	Action, Package, Test, Output string
}

func (e event) name() string { return strings.TrimSpace(e.Package + " " + e.Test) }

type tally struct {
	out                  io.Writer
	passes, fails, skips int
	closing              string
	said                 map[string][]string // output of what has no verdict yet
	blamed               map[string]bool     // packages in which a test failed
}

func (t *tally) read(in *bufio.Reader) error {
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(t.out, line) // not go test speaking
			continue
		}
		t.add(e)
	}
	for name, text := range t.said { // tests of a binary that died; its package counts as failed
		fmt.Fprintf(t.out, "no verdict: %s\n%s", name, strings.Join(text, ""))
	}
	return nil
}

func (t *tally) add(e event) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "output":
		t.said[e.name()] = append(t.said[e.name()], e.Output)
	case "pass", "fail", "skip":
		text := strings.Join(t.said[e.name()], "")
		delete(t.said, e.name())
		if e.Test == "" {
			t.closePackage(e, text)
		} else {
			t.closeTest(e, text)
		}
	}
}

func (t *tally) closeTest(e event, text string) {
	switch e.Action {
	case "pass":
		t.passes++
		return
	case "fail":
		t.fails++
		t.blamed[e.Package] = true
	case "skip":
		t.skips++
	}
	fmt.Fprintf(t.out, "%s: %s\n%s", e.Action, e.name(), text)
}

// closePackage prints all that a failed package said outside its tests, and of
// others the closing line.
func (t *tally) closePackage(e event, text string) {
	if e.Action == "fail" {
		fmt.Fprint(t.out, text)
		if !t.blamed[e.Package] {
			t.fails++ // it did not build, or died between tests
		}
	}
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "ok "):
			fmt.Fprint(t.out, line)
			t.closing += line
		case strings.HasPrefix(line, "FAIL\t"):
			t.closing += line
		}
	}
}

func (t *tally) summary() string {
	return fmt.Sprintf("%s%d passed, %d failed, %d skipped\n", t.closing, t.passes, t.fails, t.skips)
}
