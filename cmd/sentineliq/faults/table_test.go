package faults_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// result is a line of the table.
type result struct {
	id, name, injected, hit string
	took                    time.Duration
	faults, kills           int
	done, entries           int // changes acknowledged, and the audit entries that hold them
	retried, unknown        int // requests asked for again, and those nobody knows of in the end
	messages, duplicates    int
	lost, phantoms, foreign int
	findings                []finding
	recoveries              []recovery
}

// summarise lets the oracle judge and counts.
func summarise(id, name, injected, hit string, c *cluster, e *evidence) result {
	r := result{id: id, name: name, injected: injected, hit: hit, faults: len(e.wounds), messages: len(e.messages), duplicates: e.duplicates()}
	for _, w := range e.wounds {
		if w.kill {
			r.kills++
		}
	}
	for _, one := range e.changes {
		switch one.fate {
		case acknowledged:
			r.done, r.entries = r.done+one.changes(), r.entries+1
		case unknown:
			r.unknown++
		case refused:
		}
		if one.asked() > 1 {
			r.retried++
		}
	}
	r.findings = judge(e)
	for _, f := range r.findings {
		switch f.kind {
		case lost:
			r.lost++
		case phantom:
			r.phantoms++
		case foreign:
			r.foreign++
		}
	}
	c.diary.mu.Lock()
	r.recoveries = slices.Clone(c.diary.recoveries)
	c.diary.mu.Unlock()
	return r
}

// report fails the test for what must not be.
func (r result) report(t *testing.T) {
	t.Helper()
	for i, f := range r.findings {
		if i == 20 {
			t.Errorf("and %d findings more", len(r.findings)-i)
			break
		}
		t.Error(f)
	}
	t.Logf("%s: %d faults, %d kills; %d changes acknowledged in %d entries, %d asked again, %d unknown; %d messages, %d twice",
		r.id, r.faults, r.kills, r.done, r.entries, r.retried, r.unknown, r.messages, r.duplicates)
	for _, one := range r.recoveries {
		t.Logf("%s: %s (promised: %s)", one.what, one.took.Round(time.Millisecond), one.promise)
	}
}

// table collects the results of a run.
type table struct {
	mu      sync.Mutex
	began   time.Time
	results []result
}

func (t *table) add(r result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.results = append(t.results, r)
}

// write prints the table, and writes it to the file that was asked for.
func (t *table) write(tb testing.TB) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortStableFunc(t.results, func(a, b result) int { return cmp.Compare(a.id, b.id) })
	text := t.markdown()
	tb.Log("\n" + text)
	if file := os.Getenv(tableVariable); file != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			tb.Error(err)
		}
	}
}

func (t *table) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Faults\n\nWhat became of the promises when things broke, written by `make faults`.\n\n"+
		"- seed %d, commit %s, %s, %s\n- machine: %d CPUs, %s\n\n", seed(), commit(), t.began.UTC().Format("2006-01-02 15:04 UTC"),
		time.Since(t.began).Round(time.Second), runtime.NumCPU(), runtime.GOOS+"/"+runtime.GOARCH)
	out.WriteString("| | what is injected | into | faults | kills | changes | entries | asked again | unknown | lost | messages | duplicates | phantoms | foreign |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	total := result{id: "total"}
	for _, r := range t.results {
		out.WriteString(r.line())
		total.faults, total.kills, total.done, total.entries = total.faults+r.faults, total.kills+r.kills, total.done+r.done, total.entries+r.entries
		total.retried, total.unknown, total.messages = total.retried+r.retried, total.unknown+r.unknown, total.messages+r.messages
		total.duplicates, total.lost = total.duplicates+r.duplicates, total.lost+r.lost
		total.phantoms, total.foreign = total.phantoms+r.phantoms, total.foreign+r.foreign
	}
	out.WriteString(total.line() + "\n" + legend + recoveriesOf(t.results))
	return out.String()
}

const legend = `A *change* is an acknowledged request, a batch as many as it has reports; an
*entry* is the one line of the audit log that an acknowledged request has, and in
which every report of a batch is named. *Asked again* are requests that were not
answered and were repeated under the same ` + "`Idempotency-Key`" + `; *unknown* those that
were given up without an answer, and may be there once or not at all. *Lost* are
acknowledged changes, entries and owed messages that are not there, *duplicates*
messages that came again under the id they had, *phantoms* messages, rows and
entries of what did not happen, *foreign* whatever reached another company.
`

func (r result) line() string {
	return fmt.Sprintf("| %s | %s | %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n", r.id, r.injected, r.hit, r.faults, r.kills,
		r.done, r.entries, r.retried, r.unknown, r.lost, r.messages, r.duplicates, r.phantoms, r.foreign)
}

// recoveriesOf tells how long what is promised took, at best, usually and at
// worst.
func recoveriesOf(results []result) string {
	took, promised := map[string][]time.Duration{}, map[string]time.Duration{}
	var names []string
	for _, r := range results {
		for _, one := range r.recoveries {
			if took[one.what] == nil {
				names = append(names, one.what)
			}
			took[one.what], promised[one.what] = append(took[one.what], one.took), one.promise
		}
	}
	if len(names) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("\n| recovery | times | median | longest | promised |\n|---|---|---|---|---|\n")
	for _, name := range names {
		all := took[name]
		slices.Sort(all)
		fmt.Fprintf(&out, "| %s | %d | %s | %s | %s |\n", name, len(all), all[len(all)/2].Round(time.Millisecond),
			all[len(all)-1].Round(time.Millisecond), promised[name])
	}
	return out.String()
}

// seed is that of the run: the one that was asked for, or 1.
func seed() uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv(seedVariable), "1"), 10, 64)
	if err != nil {
		panic(seedVariable + ": " + err.Error())
	}
	return n
}

func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
