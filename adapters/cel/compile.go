package cel

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types/ref"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// A mistake repeats in a deep expression; who reads them fixes one at a time.
const (
	maxMistakes = 3
	maxMistake  = 200 // characters
)

// program is a condition ready to run, and what it looks at.
type program struct {
	run    cel.Program
	fields map[string][]string // by noun
}

// compile checks syntax, types, limits and names, in this order.
func (e *Engine) compile(source string) (*program, error) {
	if utf8.RuneCountInString(source) > maxSource {
		return nil, fault.Newf(fault.Invalid, "a condition has at most %d characters", maxSource)
	}
	if !utf8.ValidString(source) {
		return nil, fault.New(fault.Invalid, "a condition must be valid UTF-8")
	}
	checked, issues := e.env.Compile(source)
	if found := issues.Errors(); len(found) > 0 {
		return nil, refuse(found)
	}
	fields, found := e.names(checked.NativeRep())
	if len(found) > 0 {
		return nil, refuse(found)
	}
	if !checked.OutputType().IsExactType(cel.BoolType) {
		return nil, fault.Newf(fault.Invalid, "at 1:1: a condition must be true or false, like alert.severity == %q", "high")
	}
	run, err := e.env.Program(checked, cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(maxCost), cel.CostTracking(prices{}), cel.InterruptCheckFrequency(checkEvery))
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "the condition cannot be compiled: %s", short(err.Error()))
	}
	return &program{run: run, fields: fields}, nil
}

// refuse makes one error of the first mistakes, each with its place.
func refuse(mistakes []*cel.Error) error {
	var parts []string
	for _, m := range mistakes[:min(len(mistakes), maxMistakes)] {
		text := short(m.Message)
		if line := m.Location.Line(); line > 0 { // limits of the whole have no place
			text = fmt.Sprintf("at %d:%d: %s", line, m.Location.Column()+1, text)
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return fault.New(fault.Invalid, strings.Join(parts, "; "))
}

// short is the first line of a message, cut.
func short(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	if runes := []rune(line); len(runes) > maxMistake {
		return string(runes[:maxMistake]) + "…"
	}
	return line
}

// prices tells what a step costs where the library's estimate is wrong for us:
// it prices a regular expression by the length of its text, while ours are
// bounded by the size of the program; and it does not count that a sum of long
// texts is copied each time one is added.
type prices struct{}

// CallCost returns the cost of a match or of a longer text, and leaves the rest
// to the library.
func (prices) CallCost(function, _ string, args []ref.Val, result ref.Val) *uint64 {
	const perCharacter, perMatchedCharacter = 0.1, 0.1 * maxPattern / 4
	switch {
	case function == overloads.Matches && len(args) > 0:
		return price(args[0], perMatchedCharacter)
	case function == operators.Add:
		return price(result, perCharacter)
	default:
		return nil
	}
}

// price is the cost of work on every character of a text or byte of a blob; nil
// when the value is neither.
func price(v ref.Val, each float64) *uint64 {
	var size int
	switch text := v.Value().(type) {
	case string:
		size = utf8.RuneCountInString(text)
	case []byte:
		size = len(text)
	default:
		return nil
	}
	cost := uint64(float64(size)*each) + 1
	return &cost
}
