// Package cel runs the conditions of notification rules in the Common
// Expression Language, which has no loops without end and no reach outside its
// values, and which can be stopped in the middle.
package cel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/ports/condition"
)

// What a condition may cost. A condition of an analyst costs some ten units,
// one regular expression over the longest description 250,000; the limit is
// reached after some 25 ms. Patterns are small because a match, alone of all
// steps, cannot be stopped.
const (
	maxSource   = 4096 // characters
	maxNesting  = 2    // comprehensions in comprehensions
	maxNodes    = 10_000
	maxPattern  = 100 // instructions of a compiled regular expression
	maxCost     = 300_000
	maxTime     = 50 * time.Millisecond
	checkEvery  = 100 // steps between looks at the deadline
	maxCompiled = 1_000
)

// Engine implements condition.Engine. It keeps what it compiled last, and may
// be used by many goroutines.
type Engine struct {
	env      *cel.Env
	fields   map[string]map[string]bool // by noun: what a condition may look at
	compiled *recent[*program]
}

// New returns an engine that knows the nouns of events.
func New() (*Engine, error) {
	options := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(maxSource),
		cel.ExpressionNodeLimit(maxNodes),
		cel.RegexProgramSizeLimit(maxPattern),
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.ASTValidators(
			cel.ValidateComprehensionNestingLimit(maxNesting), cel.ValidateRegexLiterals(),
			cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals(),
		),
		cel.Function("rank", cel.Overload("rank_string", []*cel.Type{cel.StringType}, cel.IntType, cel.UnaryBinding(rank))),
	}
	fields := map[string]map[string]bool{}
	for noun, names := range notification.Names() {
		options = append(options, cel.Variable(noun, cel.MapType(cel.StringType, cel.DynType)))
		fields[noun] = map[string]bool{}
		for _, name := range names {
			fields[noun][name] = true
		}
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("set up CEL: %w", err)
	}
	return &Engine{env: env, fields: fields, compiled: newRecent[*program](maxCompiled)}, nil
}

// rank makes severities comparable: 1 for info up to 5 for critical, 0 for any
// other word.
func rank(v ref.Val) ref.Val {
	name, ok := v.Value().(string)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	level, err := severity.Parse(name)
	if err != nil {
		return types.IntZero
	}
	return types.Int(level.Rank())
}

// Check compiles a condition. Its error is fit for whoever wrote the condition
// and begins with the place, "at line:column: ".
func (e *Engine) Check(source string) error {
	if blank(source) {
		return nil
	}
	_, err := e.program(source)
	return err
}

// Holds runs a condition. What cannot be decided is Invalid when it never can
// (too costly, a text compared by size with a number), and Unavailable when it
// only took too long this time.
func (e *Engine) Holds(ctx context.Context, source string, facts condition.Facts) (bool, error) {
	if blank(source) {
		return true, nil
	}
	p, err := e.program(source)
	if err != nil {
		return false, err
	}
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	if err := limited.Err(); err != nil {
		return false, fault.Wrap(fault.Unavailable, "the condition was not decided in time", err)
	}
	out, _, err := p.run.ContextEval(limited, p.look(facts))
	switch {
	case err == nil:
		return out == types.True, nil
	case lacking(err):
		return false, nil
	case limited.Err() != nil && errors.Is(err, limited.Err()):
		return false, fault.Wrap(fault.Unavailable, "the condition was not decided in time", err)
	default:
		return false, fault.Newf(fault.Invalid, "the condition cannot be decided: %s", short(err.Error()))
	}
}

func blank(source string) bool { return strings.TrimSpace(source) == "" }

// lacking reports whether an evaluation ended at something that the facts do
// not have. The library tells by text only; the suite of the port notices when
// the text changes.
func lacking(err error) bool {
	text := err.Error()
	return strings.HasPrefix(text, "no such key") || strings.HasPrefix(text, "index out of bounds") ||
		strings.HasPrefix(text, "index '") && strings.Contains(text, "out of range")
}

func (e *Engine) program(source string) (*program, error) {
	if p, found := e.compiled.get(source); found {
		return p, nil
	}
	p, err := e.compile(source)
	if err != nil {
		return nil, err
	}
	e.compiled.put(source, p)
	return p, nil
}
