package challengevet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

const importPath = "github.com/seed-903fb8fe/wwwauth"

// fixes suggests what to write in place of a value: another constant, or a statement that builds the
// same challenge with this package. There is none where what a client reads today does not say what
// was meant.
func (r *reporter) fixes(m message, w *write, l line, category string) []analysis.SuggestedFix {
	if strings.HasSuffix(m.field, "-Info") || len(m.writes) > 1 || r.isGenerated(w.value.Pos()) {
		return nil
	}
	if s, ok := l.text.constant(); ok && r.info.Types[w.value].Value != nil {
		return r.constantFix(m, w, s, category)
	}
	return r.statementFix(m, w)
}

// isGenerated reports whether what is at a place was made from another file, which a line directive
// names: by cgo, goyacc and the like.
func (r *reporter) isGenerated(pos token.Pos) bool {
	return r.fset.PositionFor(pos, true) != r.fset.PositionFor(pos, false)
}

// constantFix writes a constant as it should be, where that leaves no error.
func (r *reporter) constantFix(m message, w *write, s, category string) []analysis.SuggestedFix {
	challenges, _ := wwwauth.Parse(s)
	for i, c := range challenges {
		if _, ok := c.Lookup("realm"); !ok && c.Is("Basic") && c.Token68 == "" {
			challenges[i].Params = append([]wwwauth.Param{{Name: "realm", Value: "restricted"}}, c.Params...)
		}
	}
	fixed, err := wwwauth.Format(challenges...)
	if err != nil || fixed == "" || fixed == s {
		return nil
	}
	for _, f := range lint.Check(lint.Message{Header: map[string][]string{m.field: {fixed}}}) {
		if f.Rule.Severity == lint.Error || f.Rule.Name == category {
			return nil
		}
	}
	literal := strconv.Quote(fixed)
	if strconv.CanBackquote(fixed) {
		literal = "`" + fixed + "`"
	}
	return []analysis.SuggestedFix{{
		Message:   "Send " + fixed,
		TextEdits: []analysis.TextEdit{{Pos: w.value.Pos(), End: w.value.End(), NewText: []byte(literal)}},
	}}
}

// statementFix builds the challenges with NewChallenge and formats them, which escapes every value. A
// value that no challenge can hold, such as one with a line break, then sends none.
func (r *reporter) statementFix(m message, w *write) []analysis.SuggestedFix {
	if w.stmt == nil || !w.inCall || r.shadowed(w.value.Pos()) || mentions(w, "challenge", "err") {
		return nil
	}
	t := r.eval(w.value, nil)
	l := layOut(t)
	if !l.known {
		return nil
	}
	// Each hole is marked, and must be found again in the value of a parameter.
	var marked strings.Builder
	var holes []*hole
	for _, p := range t {
		if p.hole == nil {
			if p.goEscapes {
				return nil
			}
			marked.WriteString(p.constant)
			continue
		}
		mark := fmt.Sprintf("q0hole%dend", len(holes))
		if p.hole.kind == goQuoted {
			mark = `"` + mark + `"`
		}
		marked.WriteString(mark)
		holes = append(holes, p.hole)
	}
	challenges, _ := wwwauth.Parse(marked.String())
	if len(challenges) == 0 {
		return nil
	}
	used := 0
	calls := make([]string, len(challenges))
	for i, c := range challenges {
		if c.Token68 != "" {
			return nil
		}
		args := []string{strconv.Quote(c.Scheme)}
		for _, p := range c.Params {
			value, n, ok := r.valueCode(w, p.Value, holes)
			if !ok {
				return nil
			}
			if n > 0 && strings.EqualFold(p.Name, "error_description") && (c.Is("Bearer") || c.Is("DPoP")) {
				value = "wwwauth.ErrorDescription(" + value + ")"
			}
			used += n
			args = append(args, strconv.Quote(p.Name), value)
		}
		calls[i] = "wwwauth.NewChallenge(" + strings.Join(args, ", ") + ")"
	}
	if used != len(holes) {
		return nil
	}
	before, after := r.source(w.call.Pos(), w.value.Pos()), r.source(w.value.End(), w.call.End())
	if before == "" {
		return nil
	}
	indent := r.indent(w.stmt)
	code := "if challenge, err := wwwauth.Format(" + strings.Join(calls, ", ") + "); err == nil {\n" +
		indent + "\t" + before + "challenge" + after + "\n" + indent + "}"
	edits := []analysis.TextEdit{{Pos: w.stmt.Pos(), End: w.stmt.End(), NewText: []byte(code)}}
	if edit, needed := importEdit(w.file); needed {
		edits = append([]analysis.TextEdit{edit}, edits...)
	}
	return []analysis.SuggestedFix{{Message: "Build the challenge with package wwwauth", TextEdits: edits}}
}

// valueCode returns the Go expression of a value with marks for holes, and how many it has. It fails
// where a hole is not an expression of the value itself, or is escaped already.
func (r *reporter) valueCode(w *write, value string, holes []*hole) (code string, n int, ok bool) {
	var parts []string
	for value != "" {
		before, rest, found := strings.Cut(value, "q0hole")
		if before != "" {
			parts = append(parts, strconv.Quote(before))
		}
		if !found {
			break
		}
		number, after, _ := strings.Cut(rest, "end")
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(holes) {
			return "", 0, false
		}
		h := holes[i]
		expression := r.source(h.expr.Pos(), h.expr.End())
		if expression == "" || h.expr.Pos() < w.value.Pos() || h.expr.End() > w.value.End() || h.undone != 0 ||
			h.kind == unknown || h.kind == safe && !r.isVariable(h.expr) {
			return "", 0, false
		}
		switch t := r.info.TypeOf(h.expr); {
		case h.format != "" && !imports(w.file, "fmt"):
			return "", 0, false
		case h.format != "":
			expression = "fmt.Sprintf(" + strconv.Quote(h.format) + ", " + expression + ")"
		case isString(t) && types.Identical(t, types.Typ[types.String]):
		case isString(t):
			expression = "string(" + expression + ")"
		case isError(t):
			expression += ".Error()"
		case imports(w.file, "fmt"):
			expression = "fmt.Sprint(" + expression + ")"
		default:
			return "", 0, false
		}
		parts = append(parts, expression)
		value = after
		n++
	}
	if len(parts) == 0 {
		return `""`, 0, true
	}
	return strings.Join(parts, "+"), n, true
}

func (r *reporter) isVariable(e ast.Expr) bool { return r.object(e) != nil }

// mentions reports whether one of the names occurs in what a fix keeps of a call.
func mentions(w *write, names ...string) bool {
	found := false
	ast.Inspect(w.call, func(n ast.Node) bool {
		if n == w.value {
			return false
		}
		if name, ok := n.(*ast.Ident); ok && slices.Contains(names, name.Name) {
			found = true
		}
		return true
	})
	return found
}

// source returns the text between two places of a file; "" if it cannot be read.
func (r *reporter) source(pos, end token.Pos) string {
	file := r.fset.File(pos)
	content, err := r.pass.ReadFile(file.Name())
	if err != nil || file.Offset(end) > len(content) {
		return ""
	}
	return string(content[file.Offset(pos):file.Offset(end)])
}

// indent returns the white space before a statement.
func (r *reporter) indent(stmt ast.Stmt) string {
	file := r.fset.File(stmt.Pos())
	line := r.source(file.LineStart(file.PositionFor(stmt.Pos(), false).Line), stmt.Pos())
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// shadowed reports whether the name wwwauth means something else at a place.
func (r *reporter) shadowed(pos token.Pos) bool {
	scope := r.pkg.Scope().Innermost(pos)
	if scope == nil {
		return true
	}
	_, object := scope.LookupParent("wwwauth", pos)
	if object == nil {
		return false
	}
	name, ok := object.(*types.PkgName)
	return !ok || name.Imported().Path() != importPath
}

func imports(file *ast.File, path string) bool {
	for _, spec := range file.Imports {
		if spec.Name == nil && spec.Path.Value == strconv.Quote(path) {
			return true
		}
	}
	return false
}

// importEdit returns the edit that imports this module's package, if the file does not yet.
func importEdit(file *ast.File) (edit analysis.TextEdit, needed bool) {
	if imports(file, importPath) {
		return edit, false
	}
	spec := strconv.Quote(importPath)
	if len(file.Imports) == 0 {
		return analysis.TextEdit{Pos: file.Name.End(), End: file.Name.End(), NewText: []byte("\n\nimport " + spec)}, true
	}
	first := file.Decls[0].(*ast.GenDecl) // imports come before all else
	if first.Lparen.IsValid() {
		// At the end, after an empty line, as a group of its own.
		return analysis.TextEdit{Pos: first.Rparen, End: first.Rparen, NewText: []byte("\n\t" + spec + "\n")}, true
	}
	return analysis.TextEdit{Pos: first.Pos(), End: first.Pos(), NewText: []byte("import " + spec + "\n")}, true
}
