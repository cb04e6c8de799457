package eventgen

import (
	"math/rand/v2"
	"strings"
	"time"
)

// scene is what happened, before a product has put it into its own words. To
// report it again, the same seed replays the same draws, so identifiers stay.
type scene struct {
	cast   *cast
	format format
	seed   uint64
	rnd    *rand.Rand // belongs to the format; replayed from seed at each report
	turn   int        // how many times the product has reported it before
	first  time.Time
	at     time.Time
	level  int // 0 info to 4 critical
	theme  int // which of its stories a product tells

	user    person
	machine machine
	account string // number of the cloud account
	ip      string // the other side's address
	domain  string // the other side's name
	agent   string
	file    file
	odd     odd
}

// file is something found on a host.
type file struct {
	name, path, md5, sha1, sha256 string
}

// scene draws who did what from where.
func (g *Generator) scene(f format, at time.Time) *scene {
	s := &scene{
		cast: &g.cast, format: f, seed: g.rnd.Uint64(), rnd: g.rnd, first: at, at: at,
		level: drawLevel(g.rnd), theme: g.rnd.IntN(1 << 16),
		user: g.cast.somebody(g.rnd), machine: g.cast.someMachine(g.rnd), account: one(g.rnd, g.cast.accounts...),
		ip: outsideIP(g.rnd), domain: outsideDomain(g.rnd), agent: userAgent(g.rnd),
		odd: drawOdd(g.rnd),
	}
	s.file = s.newFile()
	s.odd.before(s)

	return s
}

func (s *scene) newFile() file {
	name := one(s.rnd, "invoice", "setup", "helper", "update", "report", "sync", "agent", "notes") +
		numbered("", s.rnd.IntN(900)) + one(s.rnd, ".exe", ".dll", ".ps1", ".js", ".docm", ".sh", ".zip")
	folder := one(s.rnd, `C:\Users\Public\`, `C:\ProgramData\Cache\`, "/tmp/", "/var/tmp/.cache/", "/opt/tools/")

	return file{name: name, path: folder + name, md5: s.hex(32), sha1: s.hex(40), sha256: s.hex(64)}
}

// rfc3339 is the time of this report to the millisecond.
func (s *scene) rfc3339() string {
	return s.at.Format("2006-01-02T15:04:05.000Z")
}

// url is an address on the other side's host.
func (s *scene) url() string {
	return "https://" + s.domain + "/" + strings.ToLower(s.token(8))
}

// resource is the name of something in the company's cloud.
func (s *scene) resource() string {
	return numbered(one(s.rnd, "billing-export", "customer-uploads", "ci-artifacts", "audit-archive", "web-assets", "ml-scratch"), s.between(1, 40))
}

// story is one of the things a product tells: code is its own word for it.
type story struct {
	title, text, code string
	tags              []string
}

// story picks by theme, so that a storm keeps to one story per product.
func (s *scene) story(all ...story) story {
	return all[s.theme%len(all)]
}

// scale picks the product's own word for the severity, info first.
func scale[T any](s *scene, info, low, medium, high, critical T) T {
	return [...]T{info, low, medium, high, critical}[s.level]
}

// cutCode splits a story's code of the form service/action.
func cutCode(code string) (service, action string) {
	service, action, _ = strings.Cut(code, "/")

	return service, action
}

// region is where in the cloud it happened; it goes with the theme, so that a
// storm stays in one place.
func (s *scene) region() string {
	return [...]string{"eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2"}[s.theme/7%4]
}
