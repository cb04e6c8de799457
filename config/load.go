package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// Prefix may stand before the name of every variable; with it a variable beats
// the same one without, and a name that is not known is an error.
const Prefix = "SENTINELIQ_"

// Load reads the configuration from flags ("--http-addr=…"), the environment
// ("HTTP_ADDR=…") and a .env file, which need not exist. Every mistake is in
// the error, under the name the operator used.
func Load(args, environ []string, dotenv string) (Config, error) {
	var faults []error
	file, err := readFile(dotenv)
	if err != nil {
		faults = append(faults, err)
	}
	env := map[string]string{}
	for _, line := range environ {
		if name, value, found := strings.Cut(line, "="); found {
			env[name] = value
		}
	}
	flags, err := readFlags(args)
	if err != nil {
		faults = append(faults, err)
	}
	faults = append(faults, unknown(env), unknown(file))

	var c Config
	for _, s := range settings() {
		name, value := s.lookUp(flags, env, file)
		if err := s.set(&c, value); err != nil {
			faults = append(faults, fmt.Errorf("%s %w", name, err))
		}
	}
	if err := errors.Join(append(faults, c.validate())...); err != nil {
		return Config{}, err
	}
	c.PublicURL = cmp.Or(c.PublicURL, "http://"+reachable(c.HTTPAddr))
	return c, nil
}

// lookUp finds the value that counts, and the name it was given under. A
// variable that is empty is as good as none, for tools that pass variables on
// cannot leave one out; a flag that is empty was meant so.
func (s setting) lookUp(flags, env, file map[string]string) (name, value string) {
	flag := "--" + s.flag()
	if v, found := flags[s.flag()]; found {
		return flag, v
	}
	for _, source := range []map[string]string{env, file} {
		for _, name := range []string{Prefix + s.name, s.name} {
			if v := source[name]; v != "" {
				return name, v
			}
		}
	}
	return s.name, s.fallback
}

// isSwitch reports whether the setting is on or off; as a flag, its name alone
// switches it on.
func (s setting) isSwitch() bool { return s.fallback == "false" }

func (s setting) flag() string { return strings.ToLower(strings.ReplaceAll(s.name, "_", "-")) }

func readFile(path string) (map[string]string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	values, err := godotenv.UnmarshalBytes(content)
	if err != nil {
		return nil, fmt.Errorf("%s:%d is not NAME=value", path, firstBad(content)) // the parser's error repeats the line
	}
	return values, nil
}

// firstBad returns the number of the first line that cannot be read by itself.
func firstBad(content []byte) int {
	number := 0
	for line := range bytes.Lines(content) {
		number++
		if _, err := godotenv.UnmarshalBytes(line); err != nil {
			return number
		}
	}
	return number
}

// readFlags reads --name=value and --name value; a switch needs no value. A
// value that begins with two hyphens needs the first form.
func readFlags(args []string) (map[string]string, error) {
	values := map[string]string{}
	var faults []error
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		given, isFlag := strings.CutPrefix(arg, "--")
		name, value, complete := strings.Cut(given, "=")
		known := slices.IndexFunc(settings(), func(s setting) bool { return s.flag() == name })
		if !isFlag || known < 0 {
			bare, _, _ := strings.Cut(arg, "=") // the rest may be a secret
			faults = append(faults, fmt.Errorf("%s is not a flag; see sentineliq help", bare))
			continue
		}
		follows := len(args) > 0 && !strings.HasPrefix(args[0], "--")
		switch {
		case complete:
		case follows:
			value, args = args[0], args[1:]
		case settings()[known].isSwitch():
			value = "true"
		default:
			faults = append(faults, fmt.Errorf("--%s has no value", name))
			continue
		}
		values[name] = value
	}
	return values, errors.Join(faults...)
}

// unknown reports prefixed variables that mean nothing: a typing mistake must
// not pass in silence.
func unknown(values map[string]string) error {
	var faults []error
	for name := range values {
		bare, prefixed := strings.CutPrefix(name, Prefix)
		if prefixed && !slices.ContainsFunc(settings(), func(s setting) bool { return s.name == bare }) {
			faults = append(faults, fmt.Errorf("%s is not a setting; see sentineliq help", name))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// reachable turns a listen address into one that can be opened: what listens
// everywhere is called localhost.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
