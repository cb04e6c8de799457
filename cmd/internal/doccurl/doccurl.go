// Package doccurl finds the curl examples of the documents and fills in what a
// reader would fill in, so that a test can run them against a real service and
// no example can rot.
//
// An example is a bash block with one call of curl. Comments on the lines right
// above it say what is special about it:
//
//	<!-- as: USERNAME -->    with the token of whoever logged in under that name
//	<!-- expect: 409 -->     it must fail, with this status
package doccurl

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Example is one curl call of a document.
type Example struct {
	Line   int    // where its block begins, from 1
	Text   string // the block without its fences
	As     string // empty: whoever logged in last
	Expect int    // the status; 0: any of 200 to 299
}

// Passes reports whether a status is the one that was promised.
func (e Example) Passes(status int) bool {
	if e.Expect != 0 {
		return status == e.Expect
	}
	return status >= 200 && status <= 299
}

var (
	comment = regexp.MustCompile(`^\s*<!--\s*(.*?)\s*-->\s*$`)
	call    = regexp.MustCompile(`(^|[\s(|;&])curl\s`)
)

// Find returns the examples of a document, in their order. A block that cannot
// be run, or a comment that cannot be understood, is an error.
func Find(document string) ([]Example, error) {
	var (
		found   []Example
		next    Example
		block   []string
		fence   string
		opening int
	)
	for i, line := range strings.Split(document, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case fence != "" && trimmed == "```":
			next.Line, next.Text = opening, strings.Join(block, "\n")
			calls := len(call.FindAllString(next.Text, -1))
			if fence == "```bash" && calls == 1 {
				found = append(found, next)
			} else if calls > 0 {
				return nil, fmt.Errorf("line %d: a block with %d calls of curl marked %q; give each a bash block of its own", opening, calls, fence)
			}
			next, block, fence = Example{}, nil, ""
		case fence != "":
			block = append(block, line)
		case strings.HasPrefix(trimmed, "```"):
			fence, opening = trimmed, i+1
		case comment.MatchString(line):
			if err := next.heed(comment.FindStringSubmatch(line)[1]); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
		case trimmed != "":
			next = Example{} // a comment counts for the block right below it
		}
	}
	if fence != "" {
		return nil, fmt.Errorf("line %d: the block has no end", opening)
	}
	return found, nil
}

// heed reads a comment. Those that are not about examples say nothing.
func (e *Example) heed(text string) error {
	name, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	switch name {
	case "as":
		e.As = value
	case "expect":
		status, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("expect: %q is no status", value)
		}
		e.Expect = status
	}
	return nil
}
