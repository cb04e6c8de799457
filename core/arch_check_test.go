package core_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A violation is one import that breaks the rules, and the reason it may not.
type violation struct {
	where string
	what  string
	why   string
}

func (v violation) String() string {
	return fmt.Sprintf("%s %s\n\twhy not: %s", v.where, v.what, v.why)
}

// check holds every import of every non-test file against the tables above.
func check(pkgs []pkg) []violation {
	var found []violation
	for _, p := range pkgs {
		if p.support() {
			continue
		}
		r, ok := ruleOf(p.path)
		if !ok {
			found = append(found, violation{p.path, "is outside the house", "no rule in core/arch_test.go says what it may import"})
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, imp := range f.imports() {
				if why := refuse(r, p.path, imp); why != "" {
					found = append(found, violation{f.name, "imports " + imp, why})
				}
			}
		}
	}
	return found
}

// refuse returns why a package may not import another, or nothing.
func refuse(r rule, from, imp string) string {
	if !strings.HasPrefix(imp, module+"/") {
		return refuseForeign(from, imp)
	}
	imp = strings.TrimPrefix(imp, module+"/")
	if isSupport(imp) {
		return "test support is for tests; shipped code must not depend on it"
	}
	may := strings.Fields(strings.ReplaceAll(r.may, "own", adapterOf(from)+"/..."))
	if !matchAny(may, imp) {
		return r.why
	}
	for _, held := range reservations {
		if match(held.what, imp) && !matchAny(strings.Fields(held.to), from) {
			return held.why
		}
	}
	if level := domainLevel(from); level >= 0 && domainLevel(imp) >= level {
		return "it does not come before " + from + " in domainOrder; the domain is read from the ground up"
	}
	if match(vocabulary, from) && domainLevel(from) < 0 {
		return "domainOrder in core/arch_test.go does not say where " + from + " stands"
	}
	return ""
}

// refuseForeign is refuse for the standard library and third parties.
func refuseForeign(from, imp string) string {
	if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
		if match(vocabulary, from) && matchAny(strings.Fields(worldly), imp) {
			return "the domain decides from values alone: no files, no network, no log"
		}
		return ""
	}
	for _, h := range homes {
		if !match(h.vendor+"/...", imp) {
			continue
		}
		if match(h.at, from) {
			return ""
		}
		return "its only home is " + h.at + "; everybody else goes through a port"
	}
	return "it has no home in core/arch_test.go; give it one folder, or do without"
}

func ruleOf(p string) (rule, bool) {
	i := slices.IndexFunc(rules, func(r rule) bool { return match(r.of, p) })
	if i < 0 {
		return rule{}, false
	}
	return rules[i], true
}

// adapterOf returns the folder that holds a package's own subpackages.
func adapterOf(p string) string {
	if parts := strings.Split(p, "/"); len(parts) > 2 && !strings.HasPrefix(p, "adapters/channel/") {
		return strings.Join(parts[:2], "/")
	}
	return p
}

func domainLevel(p string) int {
	name, ok := strings.CutPrefix(p, "core/domain/")
	if !ok {
		return -1
	}
	return slices.IndexFunc(domainOrder, func(line string) bool {
		return slices.Contains(strings.Fields(line), name)
	})
}

// match reports whether a package path fits a pattern: "x" is one package,
// "x/*" its children, "x/..." itself and everything below, "..." everything.
func match(pattern, p string) bool {
	if pattern == "..." {
		return true
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return p == root || strings.HasPrefix(p, root+"/")
	}
	ok, err := path.Match(pattern, p)
	return err == nil && ok
}

func matchAny(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, p) })
}

// idle lists the rules and reservations that bind fewer packages than they
// were written for.
func idle(pkgs []pkg) []string {
	bound := map[string]int{}
	for _, p := range pkgs {
		if r, ok := ruleOf(p.path); ok && !p.support() {
			bound[r.of]++
		}
	}
	var out []string
	for _, r := range rules {
		if bound[r.of] < r.least {
			out = append(out, fmt.Sprintf("the rule for %s binds %d packages, expected at least %d: was the folder renamed?",
				r.of, bound[r.of], r.least))
		}
	}
	for _, held := range reservations {
		if !slices.ContainsFunc(pkgs, func(p pkg) bool { return match(held.what, p.path) }) {
			out = append(out, "the reservation of "+held.what+" protects nothing: was the folder renamed?")
		}
	}
	return out
}
