//go:build failpoint

package failpoint

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrInjected is what a point set to "error" returns.
var ErrInjected = errors.New("injected failure")

type plan struct {
	action string
	at     int // the visit at which it happens; 0: every visit
	seen   int
}

var (
	once  sync.Once
	mu    sync.Mutex
	plans map[string]*plan
)

// Enabled reports whether this build can be broken on purpose.
func Enabled() bool { return true }

// Hit does what FP says for the point: "kill" sends SIGKILL to the process,
// "error" returns ErrInjected, "panic" panics, "sleep=3s" waits. "@37" after it
// means at the 37th visit only.
func Hit(point string) error {
	once.Do(load)
	mu.Lock()
	p, found := plans[point]
	if !found {
		mu.Unlock()
		return nil
	}
	p.seen++
	due := p.at == 0 || p.seen == p.at
	mu.Unlock()
	if !due {
		return nil
	}
	return act(point, p.action)
}

func act(point, action string) error {
	switch name, value, _ := strings.Cut(action, "="); name {
	case "kill":
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return fmt.Errorf("kill at %s: %w", point, err)
		}
		select {} // the signal is on its way; nothing may happen after it
	case "panic":
		panic("injected panic at " + point)
	case "sleep":
		wait, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("failpoint %s: %w", point, err)
		}
		time.Sleep(wait)
		return nil
	default:
		return fmt.Errorf("%s: %w", point, ErrInjected)
	}
}

// load reads FP. A mistake in it stops the process: a test that breaks nothing
// would pass for the wrong reason.
func load() {
	plans = map[string]*plan{}
	for _, item := range strings.Split(os.Getenv("FP"), ";") {
		if item == "" {
			continue
		}
		point, action, found := strings.Cut(item, ":")
		if !found {
			panic("FP: " + item + " has no action")
		}
		action, visit, counted := strings.Cut(action, "@")
		p := &plan{action: action}
		if counted {
			at, err := strconv.Atoi(visit)
			if err != nil {
				panic("FP: " + item + ": " + err.Error())
			}
			p.at = at
		}
		plans[point] = p
	}
}
