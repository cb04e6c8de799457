package cel

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
)

// names returns which fields a condition looks at, or its mistakes. A noun must
// be followed by a field that is known when the condition is saved, so that a
// typing mistake is found then and not by a message that never came.
func (e *Engine) names(tree *ast.AST) (map[string][]string, []*cel.Error) {
	fields := map[string][]string{}
	var found []*cel.Error
	wrong := func(node ast.Expr, message string) {
		found = append(found, &cel.Error{ExprID: node.ID(), Location: tree.SourceInfo().GetStartLocation(node.ID()), Message: message})
	}
	everything := ast.MatchDescendants(ast.NavigateAST(tree), func(ast.NavigableExpr) bool { return true })
	for _, node := range everything {
		switch node.Kind() {
		case ast.IdentKind:
			noun := node.AsIdent()
			if e.fields[noun] == nil {
				continue
			}
			field, named := fieldOf(node)
			switch {
			case !named:
				wrong(node, noun+" must be followed by one of its fields, like "+noun+".id")
			case !e.fields[noun][field]:
				wrong(node, noun+"."+field+" is not a field that conditions can look at")
			case !slices.Contains(fields[noun], field):
				fields[noun] = append(fields[noun], field)
			}
		case ast.ComprehensionKind:
			loop := node.AsComprehension()
			for _, variable := range []string{loop.IterVar(), loop.IterVar2()} {
				if e.fields[variable] != nil {
					wrong(node, variable+" is what an event tells of: give the variable another name")
				}
			}
		case ast.CallKind:
			if !literalPattern(node) {
				wrong(node, "the pattern of matches must be a text in quotes")
			}
		default:
		}
	}
	return fields, found
}

// fieldOf returns the field that is taken from a noun, as noun.field or
// noun["field"].
func fieldOf(noun ast.NavigableExpr) (string, bool) {
	parent, found := noun.Parent()
	if !found {
		return "", false
	}
	if parent.Kind() == ast.SelectKind {
		return parent.AsSelect().FieldName(), true
	}
	if parent.Kind() != ast.CallKind || parent.AsCall().FunctionName() != operators.Index {
		return "", false
	}
	args := parent.AsCall().Args()
	if args[0].ID() != noun.ID() || args[1].Kind() != ast.LiteralKind {
		return "", false
	}
	field, ok := args[1].AsLiteral().Value().(string)
	return field, ok
}

// literalPattern reports whether a call is no regular expression, or one whose
// pattern was checked. Alerts are written by attackers, too: a pattern from an
// alert would run whatever they like.
func literalPattern(node ast.NavigableExpr) bool {
	call := node.AsCall()
	if call.FunctionName() != overloads.Matches {
		return true
	}
	args := call.Args()
	return len(args) > 0 && args[len(args)-1].Kind() == ast.LiteralKind
}
