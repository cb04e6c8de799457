package eventgen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// object is a JSON object whose keys are written sorted, so that equal content
// has equal bytes.
type object map[string]any

// report is what a product sends about a scene.
type report struct {
	title, text string
	ref         string // empty: the product has no identifier of its own
	tags        []string
	seen        sightings
	payload     any
	undated     bool // the message carries no full timestamp
	over        bool // a resolved or recovered alert, which counts as info
}

// occurrence is a scene together with the last thing said about it.
type occurrence struct {
	scene *scene
	event Event
}

// report has the product of the scene speak and brings its words into the form
// the API takes.
func (s *scene) report() *occurrence {
	s.rnd = seeded(s.seed, streamPayload)
	r := s.format.build(s)
	raw := encode(r.payload)

	e := Event{
		Title:          r.title,
		Description:    s.describe(r.text),
		Source:         s.format.source,
		SourceRef:      r.ref,
		Severity:       levelName(s.level),
		Tags:           s.label(r.tags),
		ObservableData: map[string][]string{},
		RawPayload:     raw,
	}
	if r.seen != nil {
		e.ObservableData = r.seen
	}
	if e.SourceRef == "" {
		e.SourceRef = contentRef(raw)
	}
	if r.over {
		e.Severity = levelName(0)
	}
	if !r.undated {
		at := s.at.Truncate(time.Millisecond)
		e.EventTime = &at
	}
	s.odd.after(&e, seeded(s.seed, streamOdd))

	return &occurrence{scene: s, event: clipped(e)}
}

// describe leaves some descriptions out and draws others long, as products do.
func (s *scene) describe(text string) string {
	switch n := s.rnd.IntN(100); {
	case n < 6:
		return ""
	case n < 9:
		return text + "\n\nSteps:\n- confirm with " + s.user.name + "\n- compare with the change calendar\n- isolate " + s.machine.name + " if in doubt"
	case n < 52:
		return text + " " + strings.Join(advice()[:s.between(1, len(advice()))], " ")
	default:
		return text
	}
}

func advice() []string {
	return []string{
		"Compare the activity with earlier days of the same account before closing.",
		"If the owner cannot explain it, revoke sessions and rotate the credentials involved.",
		"Sources that are part of an approved scan can be excluded from the rule by their address.",
		"Related records of the last twenty-four hours are kept in the product and can be exported from there.",
		"The rule looks at single records only, so a slow attempt over several days would not be found by it.",
	}
}

// label sorts tags and drops repeats; one report in twelve has none at all.
func (s *scene) label(tags []string) []string {
	if s.rnd.IntN(12) == 0 {
		return []string{}
	}
	tags = slices.Clone(tags)
	slices.Sort(tags)

	return slices.Compact(tags)
}

// contentRef stands in for a missing identifier: equal payloads, equal reference.
func contentRef(raw []byte) string {
	sum := sha256.Sum256(raw)

	return "sha256:" + hex.EncodeToString(sum[:16])
}

// encode writes canonical JSON. Formats hold nothing but strings, numbers,
// lists and objects, which always encode; a slip becomes the JSON null that
// the tests refuse.
func encode(payload any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return json.RawMessage("null")
	}

	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// clipped cuts what would exceed the limits of the API.
func clipped(e Event) Event {
	e.Title = clip(e.Title, maxTitle)
	e.Source = clip(e.Source, maxSource)
	e.SourceRef = clip(e.SourceRef, maxSourceRef)
	e.Tags = e.Tags[:min(len(e.Tags), maxTags)]
	for i := range e.Tags {
		e.Tags[i] = clip(e.Tags[i], maxTag)
	}

	return e
}

// clip keeps the first n characters.
func clip(text string, n int) string {
	if characters := []rune(text); len(characters) > n {
		return string(characters[:n])
	}

	return text
}
