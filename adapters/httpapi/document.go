package httpapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Limits of a document, whatever it is about. They keep small bodies from
// causing large work.
const (
	maxDepth = 64
	maxKeys  = 10_000 // of one object
)

// inspect checks what holds for every JSON document before anybody looks for
// fields in it. An error means that it cannot be read at all; what can be said
// about single fields goes to v: names given twice, and characters that a
// database cannot keep.
func inspect(data []byte, v *fault.Violations) error {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return malformed("the body is empty")
	case !utf8.Valid(data):
		return malformed("the body is not valid UTF-8")
	}
	if !json.Valid(data) {
		return malformed("the body is not one JSON document")
	}
	s := scan{data: data, found: v}
	return s.run()
}

func malformed(message string) error {
	return fault.New(fault.Invalid, message).WithCode("malformed_json")
}

// scan walks over a document that is known to be well formed.
type scan struct {
	data   []byte
	found  *fault.Violations
	faults int
	open   []frame
}

// frame is an object or list that the scan is in.
type frame struct {
	keys    map[string]bool // nil for a list
	key     string          // the present one
	wantKey bool
	index   int
}

func (s *scan) run() error {
	for i := 0; i < len(s.data); i++ {
		switch s.data[i] {
		case '{':
			s.open = append(s.open, frame{keys: map[string]bool{}, wantKey: true})
		case '[':
			s.open = append(s.open, frame{})
		case '}', ']':
			s.open = s.open[:len(s.open)-1]
		case ',':
			top := &s.open[len(s.open)-1]
			top.index++
			top.wantKey = top.keys != nil
		case '"':
			end := closing(s.data, i)
			s.text(s.data[i:end])
			i = end - 1
		}
		switch {
		case len(s.open) > maxDepth:
			return malformed("the body is nested more than " + strconv.Itoa(maxDepth) + " levels deep")
		case len(s.open) > 0 && len(s.open[len(s.open)-1].keys) > maxKeys:
			return malformed("an object has more than " + strconv.Itoa(maxKeys) + " fields")
		}
	}
	return nil
}

// closing returns the index after the quote that ends the string at i.
func closing(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// text looks at one string, quotes and all: a key or a value.
func (s *scan) text(quoted []byte) {
	if len(s.open) > 0 && s.open[len(s.open)-1].wantKey {
		top := &s.open[len(s.open)-1]
		top.key, top.wantKey = unquote(quoted), false
		if top.keys[top.key] {
			s.add("duplicate_field", "stands twice")
		}
		top.keys[top.key] = true
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return
	}
	switch nul, lone := escapes(quoted); {
	case nul:
		s.add(fault.CodeInvalid, "must not contain a NUL character")
	case lone:
		s.add(fault.CodeInvalid, "must not contain half a character (a lone surrogate)")
	}
}

func (s *scan) add(code, message string) {
	if s.faults++; s.faults <= maxFaults {
		s.found.Add(s.where(), code, "%s", message)
	}
}

// where returns the dotted path of the place the scan is at.
func (s *scan) where() string {
	var path strings.Builder
	for _, f := range s.open {
		if f.keys == nil {
			path.WriteString("[" + strconv.Itoa(f.index) + "]")
			continue
		}
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(shown(f.key))
	}
	return path.String()
}

func unquote(quoted []byte) string {
	var text string
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	if err := json.Unmarshal(quoted, &text); err != nil {
		return string(quoted)
	}
	return text
}

// escapes looks for escapes that stand for U+0000, or for half of a character
// whose other half is not there.
func escapes(quoted []byte) (nul, lone bool) {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		i++
		if quoted[i] != 'u' {
			continue
		}
		switch unit := codeUnit(quoted[i+1:]); {
		case unit == 0:
			nul = true
		case unit >= 0xDC00 && unit <= 0xDFFF:
			lone = true
		case unit >= 0xD800 && unit <= 0xDBFF:
			rest := quoted[i+5:]
			if !bytes.HasPrefix(rest, []byte(`\u`)) || codeUnit(rest[2:]) < 0xDC00 || codeUnit(rest[2:]) > 0xDFFF {
				lone = true
			} else {
				i += 6
			}
		}
		i += 4
	}
	return nul, lone
}

func codeUnit(digits []byte) uint64 {
	n, err := strconv.ParseUint(string(digits[:min(4, len(digits))]), 16, 16)
	if err != nil {
		return 0xFFFF
	}
	return n
}
