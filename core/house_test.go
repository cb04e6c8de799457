package core_test

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	maxLines   = 300 // of a hand-written file
	maxMethods = 6   // of an interface in ports
)

// longer lists hand-written files that may exceed maxLines, and why.
var longer = map[string]string{}

// wider lists interfaces that may exceed maxMethods, and why.
var wider = map[string]string{}

// vague names say where code was put, not what it is for.
var vague = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "interfaces", "impl", "misc"}

// The manners of the house: what each package, file and interface owes its
// reader. Every complaint carries its reason.
func TestHouse(t *testing.T) {
	t.Parallel()
	pkgs := house(t)
	for name, complaints := range map[string][]string{
		"every package has a comment":      uncommented(pkgs),
		"files are short":                  tooLong(pkgs, longer),
		"interfaces in ports are small":    tooWide(pkgs, wider),
		"only the clock reads the time":    timeReaders(pkgs),
		"packages are named for a purpose": vaguelyNamed(pkgs),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range complaints {
				t.Error(c)
			}
		})
	}
}

func uncommented(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		mocks := p.support() && strings.HasSuffix(p.path, "mock")
		if !mocks && !slices.ContainsFunc(p.files, documents) {
			out = append(out, p.path+" has no package comment: go doc is the map of this house, say in one sentence what it is for")
		}
	}
	return out
}

func documents(f source) bool {
	return f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != ""
}

func tooLong(pkgs []pkg, allowed map[string]string) []string {
	var out []string
	met := map[string]bool{}
	for _, p := range pkgs {
		for _, f := range p.files {
			if !f.written() || f.lines() <= maxLines {
				continue
			}
			met[f.name] = true
			if allowed[f.name] == "" {
				out = append(out, fmt.Sprintf("%s has %d lines, more than %d: one file, one thought; split it, or list it in longer with a reason",
					f.name, f.lines(), maxLines))
			}
		}
	}
	return append(out, stale(allowed, met)...)
}

func tooWide(pkgs []pkg, allowed map[string]string) []string {
	var out []string
	met := map[string]bool{}
	for _, p := range pkgs {
		if !match("ports/...", p.path) || p.support() {
			continue
		}
		for name, n := range interfaces(p) {
			if n <= maxMethods {
				continue
			}
			met[name] = true
			if allowed[name] == "" {
				out = append(out, fmt.Sprintf("%s has %d methods, more than %d: each is a promise that every adapter and every fake must keep; "+
					"split it by who calls it, or list it in wider with a reason", name, n, maxMethods))
			}
		}
	}
	return append(out, stale(allowed, met)...)
}

// interfaces counts the methods each interface of a package declares itself.
// Embedded interfaces count where they are declared.
func interfaces(p pkg) map[string]int {
	out := map[string]int{}
	for _, f := range p.files {
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if face, ok := spec.Type.(*ast.InterfaceType); ok {
				for _, m := range face.Methods.List {
					out[p.path+"."+spec.Name.Name] += len(m.Names)
				}
			}
			return true
		})
	}
	return out
}

func stale(allowed map[string]string, met map[string]bool) []string {
	var out []string
	for name := range allowed {
		if !met[name] {
			out = append(out, name+" needs no exception any more: take it off the list")
		}
	}
	return out
}

func timeReaders(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if p.path == "adapters/system" || match("cmd/...", p.path) || p.support() {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, call := range clockCalls(f) {
				out = append(out, f.name+" uses time."+call+": time comes from ports/system, so that tests can choose it and one transaction has one now")
			}
		}
	}
	return out
}

// clockCalls names the functions of package time in f that read the clock.
func clockCalls(f source) []string {
	name := "time"
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == "time" && spec.Name != nil {
			name = spec.Name.Name
		}
	}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
			out = append(out, sel.Sel.Name)
		}
		return true
	})
	return out
}

func vaguelyNamed(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if slices.Contains(vague, path.Base(p.path)) {
			out = append(out, p.path+": a package named so attracts everything; name it for what it provides")
		}
	}
	return out
}

func TestHouse_Bites(t *testing.T) {
	t.Parallel()
	one := func(at, text string) []pkg {
		return []pkg{{path: at, files: []source{parse(t, at+"/x.go", []byte(text))}}}
	}
	wide := "package x\n\ntype Wide interface {\n\tA()\n\tB()\n\tC()\n\tD()\n\tE()\n\tF()\n\tG()\n}\n"
	long := "package x\n" + strings.Repeat("\n", maxLines)
	for name, c := range map[string]struct {
		got  []string
		want string
	}{
		"no comment":           {uncommented(one("core/gate", "package gate\n")), "no package comment"},
		"long file":            {tooLong(one("core/gate", long), nil), "301 lines"},
		"exception not needed": {tooLong(nil, map[string]string{"core/gone.go": "was long"}), "take it off"},
		"wide interface":       {tooWide(one("ports/store", wide), nil), "ports/store.Wide has 7 methods"},
		"clock in the core":    {timeReaders(one("core/gate", "package x\n\nimport \"time\"\n\nvar t = time.Now()\n")), "time.Now"},
		"renamed clock":        {timeReaders(one("adapters/cli", "package x\n\nimport tm \"time\"\n\nvar t = tm.Now\n")), "time.Now"},
		"hidden clock":         {timeReaders(one("core/gate", "package x\n\nimport \"time\"\n\nvar d = time.Since(t)\n")), "time.Since"},
		"vague name":           {vaguelyNamed(one("core/util", "package util\n")), "attracts everything"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(c.got) != 1 || !strings.Contains(c.got[0], c.want) {
				t.Errorf("got %q, want one complaint that says %q", c.got, c.want)
			}
		})
	}
	for name, got := range map[string][]string{
		"cmd reads the clock":   timeReaders(one("cmd/demo", "package x\n\nimport \"time\"\n\nvar t = time.Now()\n")),
		"suites may be long":    tooLong([]pkg{{path: "a", files: []source{parse(t, "a/x_test.go", []byte(long))}}}, nil),
		"generated may be long": tooLong(one("a", "// Code generated by x. DO NOT EDIT.\n\n"+long), nil),
		"excused":               tooWide(one("ports/store", wide), map[string]string{"ports/store.Wide": "a reason"}),
	} {
		if len(got) != 0 {
			t.Errorf("%s: got %q, want no complaint", name, got)
		}
	}
}
