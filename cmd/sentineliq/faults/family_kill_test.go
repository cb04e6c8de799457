package faults_test

import (
	"math/rand/v2"
	"testing"
)

// killFamilies end a process at an exact point of the pipeline.
func killFamilies() []family {
	at := func(id, name, where string, api bool, points ...string) family {
		f := family{id: id, name: name, injected: "SIGKILL " + where, hit: "a worker"}
		if api {
			f.hit = "an API"
		}
		f.strike = func(t *testing.T, c *cluster) {
			t.Helper()
			dice := rand.New(rand.NewPCG(c.dice, 0))
			for range rounds() {
				for _, point := range points {
					victims, latest := c.hands(), 6
					if api {
						victims, latest = c.apis, 60
					}
					c.killAt(t, victims[dice.IntN(len(victims))], point, 1+dice.IntN(latest))
				}
			}
		}
		return f
	}
	return []family{
		at("F01", "killed before the transaction", "at K0 and K1", true, "K0", "K1"),
		at("F02", "killed with rows written", "at K2", true, "K2"),
		at("F03", "killed before COMMIT", "at K3", true, "K3"),
		at("F05", "killed after COMMIT", "at K4 and K5", true, "K4", "K5"),
		at("F06", "killed with events claimed", "at K6", false, "K6"),
		at("F07", "killed with a message published", "at K7", false, "K7"),
		at("F08", "killed when done with the outbox", "at K8", false, "K8"),
		at("F09", "killed with a message consumed", "at K9", false, "K9"),
		at("F10", "killed before anything is sent", "at K10", false, "K10"),
		at("F11", "killed with bytes on the wire", "at K11", false, "K11"),
		at("F12", "killed after the receiver's yes", "at K12", false, "K12"),
		at("F13", "killed with the verdict recorded", "at K13 and K14", false, "K13", "K14"),
		{
			id: "F01-F13", name: "one process killed at every point", injected: "SIGKILL at K0 to K14", hit: "one process on SQLite",
			setup: setup{embedded: true}, strike: killedEverywhere,
		},
	}
}

// killedEverywhere kills the embedded service at one point after the other; in
// a short run at some of them.
func killedEverywhere(t *testing.T, c *cluster) {
	t.Helper()
	dice := rand.New(rand.NewPCG(c.dice, 0))
	points := []string{"K4", "K12"}
	if long() {
		points = []string{"K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K12", "K13", "K14"}
	}
	for _, point := range points {
		c.killAt(t, c.apis[0], point, 1+dice.IntN(6))
		c.more(t, 20)
	}
}

// rounds is how often a family does what it does.
func rounds() int {
	if long() {
		return 5
	}
	return 1
}
