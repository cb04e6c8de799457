package faults_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// vitals are what a process holds on to.
type vitals struct {
	process    string
	goroutines int
	files      int
}

// vitals measures every process.
func (c *cluster) vitals(t testing.TB) []vitals {
	t.Helper()
	out := make([]vitals, 0, len(c.processes()))
	for _, p := range c.processes() {
		goroutines, err := p.counter("go_goroutines")
		if err != nil || goroutines == 0 {
			t.Fatalf("%s has %v goroutines: %v", p.name, goroutines, err)
		}
		files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.now().cmd.Process.Pid))
		if err != nil && !errors.Is(err, os.ErrNotExist) { // where there is no /proc, goroutines must do
			t.Fatalf("%s: %v", p.name, err)
		}
		out = append(out, vitals{process: p.name, goroutines: int(goroutines), files: len(files)})
	}
	return out
}

// counter returns the sum over all series of a metric. One that never moved may
// have none, and is 0.
func (p *process) counter(name string) (sum float64, err error) {
	res, err := probe.Get(p.url() + "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("metrics: status %d", res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		series, value, ok := strings.Cut(lines.Text(), " ")
		base, _, _ := strings.Cut(series, "{")
		if !ok || base != name {
			continue
		}
		var one float64
		if _, err := fmt.Sscan(value, &one); err != nil {
			return 0, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		sum += one
	}
	return sum, lines.Err()
}

// outcry is one line of a program's log that says ERROR.
type outcry struct {
	process string
	at      time.Time
	text    string
	request string // that it is about, if any
}

// outcries reads the logs of all lives of all processes.
func (c *cluster) outcries(t testing.TB) []outcry {
	t.Helper()
	var out []outcry
	for _, p := range c.processes() {
		p.mu.Lock()
		past := p.past
		p.mu.Unlock()
		for _, l := range past {
			data, err := os.ReadFile(l.log)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				if one, is := outcryIn(line); is {
					one.process = p.name
					out = append(out, one)
				}
			}
		}
	}
	return out
}

// outcryIn reads a line of a log. What is not a line of the log, such as the
// trace of a panic, cries too.
func outcryIn(line string) (outcry, bool) {
	var record struct {
		Time  time.Time
		Level string
		Msg   string
		Error string
		ID    string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(line), &record); err != nil {
		if text := strings.TrimSpace(line); strings.HasPrefix(text, "panic:") || strings.HasPrefix(text, "fatal error:") {
			return outcry{text: text}, true
		}
		return outcry{}, false
	}
	return outcry{at: record.Time, text: record.Msg + ": " + record.Error, request: record.ID}, record.Level == "ERROR"
}
