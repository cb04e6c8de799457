package eventgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// person is somebody whose account appears in events.
type person struct {
	name, login, email string
}

// machine is a host of the watched company.
type machine struct {
	name, fqdn, ip string
}

// cast holds who and what recurs in the events of one generator. The first of
// each kind appear most often.
type cast struct {
	company  string
	people   []person
	machines []machine
	accounts []string // the account numbers that cloud providers use in examples
	tenant   string   // a UUID
}

const (
	castPeople   = 48
	castMachines = 64
)

// newCast invents a company.
func newCast(rnd *rand.Rand) cast {
	s := &scene{rnd: rnd}
	c := cast{
		company: one(rnd, "northwind-lab", "blue-harbour", "quietriver", "larkspur", "tallpine", "greyfen") +
			one(rnd, ".example", ".example.com", ".example.net", ".example.org"),
		accounts: []string{"111122223333", "444455556666", "777788889999", "123456789012"},
		tenant:   s.uuid(),
	}
	for range castPeople {
		c.people = append(c.people, c.newPerson(rnd))
	}
	for i := range castMachines {
		c.machines = append(c.machines, c.newMachine(rnd, i))
	}

	return c
}

func (c cast) newPerson(rnd *rand.Rand) person {
	given := one(rnd, "Alma", "Bruno", "Ciara", "Dorian", "Edda", "Faris", "Greta", "Hugo", "Imre", "Jolanta",
		"Kenji", "Leila", "Milos", "Nadia", "Oskar", "Paloma", "Quentin", "Rosalind", "Stellan", "Tamsin")
	family := one(rnd, "Abendroth", "Bexley", "Corvino", "Dunmore", "Estrada", "Fenwick", "Galloway", "Hollins",
		"Ivarsson", "Jankauskas", "Kestrel", "Lindqvist", "Marchetti", "Norrby", "Okonjo", "Pemberton")
	login := strings.ToLower(given + "." + family)

	return person{name: given + " " + family, login: login, email: login + "@" + c.company}
}

func (c cast) newMachine(rnd *rand.Rand, i int) machine {
	role := one(rnd, "web", "db", "mail", "vpn", "build", "laptop", "dc", "files", "proxy", "k8s-node")
	name := fmt.Sprintf("%s-%02d", role, i+1)

	return machine{name: name, fqdn: name + "." + c.company, ip: fmt.Sprintf("192.0.2.%d", i+10)}
}

// somebody favours the first people: a few accounts make most of the noise.
func (c cast) somebody(rnd *rand.Rand) person {
	return c.people[rnd.IntN(1+rnd.IntN(len(c.people)))]
}

func (c cast) someMachine(rnd *rand.Rand) machine {
	return c.machines[rnd.IntN(1+rnd.IntN(len(c.machines)))]
}

// outsideIP is an address beyond the company's own network; about one in
// sixteen is IPv6.
func outsideIP(rnd *rand.Rand) string {
	if rnd.IntN(16) == 0 {
		return fmt.Sprintf("2001:db8:%x:%x::%x", 1+rnd.IntN(0xfff), 1+rnd.IntN(0xfff), 1+rnd.IntN(0xffff))
	}

	return fmt.Sprintf("%s.%d", one(rnd, "198.51.100", "203.0.113"), 1+rnd.IntN(254))
}

// outsideDomain is a name an attacker might have registered.
func outsideDomain(rnd *rand.Rand) string {
	return fmt.Sprintf("%s-%s%d.%s",
		one(rnd, "login", "cdn", "update", "secure", "pay", "docs", "mail", "static"),
		one(rnd, "portal", "sync", "check", "verify", "cloud", "support"),
		rnd.IntN(500), one(rnd, "example", "test", "invalid", "example.net", "example.org"))
}

// userAgent is in the form browsers and tools use; versions are invented.
func userAgent(rnd *rand.Rand) string {
	return fmt.Sprintf(one(rnd,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.1 Safari/605.1.15",
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/%d.0",
		"python-requests/2.%d.0", "curl/8.%d.1", "aws-cli/2.%d.0 Python/3.12 Linux/6.1 exe/x86_64", "Go-http-client/1.%d"),
		1+rnd.IntN(140))
}
