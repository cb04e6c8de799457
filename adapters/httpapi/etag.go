package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// tag is the entity tag of a version.
func tag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// noVersion is a version that no object ever has, for tags that are not ours.
const noVersion = -1

// ifVersion turns If-Match into the version that a change is meant for: nil
// without the header, and for *. With more than one tag, present is asked for
// the tag that the object has now.
func (c *call) ifVersion(present func() (string, error)) (driving.IfVersion, error) {
	values := c.request.Header.Values("If-Match")
	if len(values) == 0 {
		return nil, nil
	}
	header := strings.Join(values, ",")
	if strings.TrimSpace(header) == "*" {
		return nil, nil
	}
	versions, ok := readTags(header)
	switch {
	case !ok:
		return nil, fault.New(fault.Invalid, "If-Match must be * or a list of quoted entity tags").WithCode("malformed_header")
	case len(versions) == 1:
		return &versions[0], nil
	}
	now, err := present()
	if err != nil {
		return nil, err
	}
	version := noVersion
	if i := slices.IndexFunc(versions, func(v int) bool { return tag(v) == now }); i >= 0 {
		version = versions[i]
	}
	return &version, nil
}

// readTags reads a list of entity tags. Weak tags never match here, by the
// rules of HTTP, and tags of another form are not ours.
func readTags(header string) (versions []int, ok bool) {
	for rest := header; ; {
		rest = strings.TrimLeft(rest, " \t,")
		if rest == "" {
			return versions, len(versions) > 0
		}
		strong, weak := strings.CutPrefix(rest, "W/")
		inner, quoted := strings.CutPrefix(strong, `"`)
		text, after, closed := strings.Cut(inner, `"`)
		if !quoted || !closed || !separated(after) {
			return nil, false
		}
		version, err := strconv.Atoi(text)
		if err != nil || weak || tag(version) != `"`+text+`"` || version < 0 {
			version = noVersion
		}
		versions = append(versions, version)
		rest = after
	}
}

func separated(after string) bool {
	after = strings.TrimLeft(after, " \t")
	return after == "" || after[0] == ','
}
