package challengevet

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// The categories of reports for which lint has no rule.
const (
	rawValue = "raw-value"
	goQuotes = "go-quote"
)

type reporter struct {
	*program
	pass *analysis.Pass
	seen map[finding]bool
}

func (r *reporter) report(m message) {
	lines := make([]line, len(m.writes))
	known := true
	for i, w := range m.writes {
		lines[i] = layOut(r.eval(w.value, m.frame))
		r.reportHoles(m, w, lines[i])
		known = known && lines[i].known
	}
	if known {
		r.lint(m, m.writes, lines)
		return
	}
	for i, w := range m.writes {
		if lines[i].known {
			r.lint(m, []*write{w}, lines[i:i+1])
		}
	}
}

// reportHoles reports the dynamic values of a field line that go in as they are.
func (r *reporter) reportHoles(m message, w *write, l line) {
	for _, s := range l.slots {
		at := "a value"
		if s.name != "" {
			at = s.name
		}
		from := ""
		if s.hole != nil && s.hole.origin != "" {
			from = ", from " + s.hole.origin + ","
		}
		switch {
		case s.where == goEscaped:
			r.diagnose(m, w, l, goQuotes, fmt.Sprintf("%s: Go's escapes in %s are not those of HTTP: a client reads \\t as t and \\u00e9 as u00e9; "+
				"put a backslash before \" and \\ alone", m.field, at))
		case s.hole == nil || s.where == structural:
		case s.hole.kind == goQuoted:
			if warnings {
				r.diagnose(m, w, l, goQuotes, fmt.Sprintf("%s: %s%s is quoted as Go does: a client reads a tab as t and U+200B as u200b; "+
					"put a backslash before \" and \\ alone", m.field, at, from))
			}
		case s.hole.kind == raw && s.where == unquoted:
			r.diagnose(m, w, l, rawValue, fmt.Sprintf("%s: %s%s goes in neither quoted nor escaped: a space or comma in it ends the value, "+
				"and what follows it is read as something else; send it as a quoted string", m.field, at, from))
		case s.hole.kind == raw && s.hole.undone == quotes:
			r.diagnose(m, w, l, rawValue, fmt.Sprintf("%s: %s%s goes in with its backslashes as they are: one at its end takes the closing quote "+
				"with it; put a backslash before \" and \\", m.field, at, from))
		case s.hole.kind == raw:
			r.diagnose(m, w, l, rawValue, fmt.Sprintf("%s: %s%s goes in as it is: a quote in it ends the value, and a client reads "+
				"what follows as parameters; put a backslash before \" and \\", m.field, at, from))
		}
	}
}

// harmless are what is put in for dynamic values. A finding counts only if all of them lead to it.
var harmless = []string{"x", "https://example.com/x", "1", "true", "read"}

// lint reports what breaks a rule whatever the dynamic values are.
func (r *reporter) lint(m message, writes []*write, lines []line) {
	if strings.HasSuffix(m.field, "-Info") {
		r.authenticationInfo(m, writes, lines)
		return
	}
	type place struct {
		rule                   string
		line, challenge, param int
	}
	var first []lint.Finding
	count := map[place]int{}
	for i, value := range harmless {
		texts := make([]string, len(lines))
		for j, l := range lines {
			texts[j] = l.render(value)
		}
		findings := lint.Check(lint.Message{Header: map[string][]string{m.field: texts}})
		if i == 0 {
			first = findings
		}
		once := map[place]bool{}
		for _, f := range findings {
			at := place{f.Rule.Name, f.Line, f.Challenge, f.Param}
			if !once[at] {
				once[at] = true
				count[at]++
			}
		}
	}
	dynamic := dynamicParams(lines)
	for _, f := range first {
		if f.Rule.Severity != lint.Error && !warnings ||
			count[place{f.Rule.Name, f.Line, f.Challenge, f.Param}] < len(harmless) ||
			dynamic[[2]int{f.Challenge, f.Param}] {
			continue
		}
		w, l := writes[0], lines[0]
		if f.Line >= 0 {
			w, l = writes[f.Line], lines[f.Line]
		}
		text := m.field + ": " + strings.TrimSuffix(f.Message, ".")
		if f.Rule.Section != "" {
			text += " (" + f.Rule.Section + ")"
		}
		text += ". " + f.Rule.Advice
		r.diagnose(m, w, l, f.Rule.Name, text)
	}
}

// dynamicParams returns the parameters, by the index of their challenge and their own, whose value is
// dynamic: what lint says about such a value depends on what is unknown.
func dynamicParams(lines []line) map[[2]int]bool {
	const mark = "q0dynamic0q"
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.render(mark)
	}
	found := map[[2]int]bool{}
	challenges, _ := wwwauth.Parse(texts...)
	for i, c := range challenges {
		for j, p := range c.Params {
			if strings.Contains(p.Value, mark) {
				found[[2]int{i, j}] = true
			}
		}
	}
	return found
}

// authenticationInfo reports an Authentication-Info field that is not a list of parameters.
func (r *reporter) authenticationInfo(m message, writes []*write, lines []line) {
	for i, l := range lines {
		broken := true
		for _, value := range harmless {
			if _, err := wwwauth.ParseAuthenticationInfo(l.render(value)); err == nil {
				broken = false
			}
		}
		if broken {
			r.diagnose(m, writes[i], l, "authentication-info",
				m.field+": This is not a list of parameters (RFC 9110 section 11.6.3)")
		}
	}
}

func (r *reporter) diagnose(m message, w *write, l line, category, text string) {
	at := r.place(w.value, m.frame)
	key := finding{at.Pos(), category, text}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	d := analysis.Diagnostic{Pos: at.Pos(), End: at.End(), Category: category, Message: text + " [" + category + "]"}
	if at == w.value {
		d.SuggestedFixes = r.fixes(m, w, l, category)
	}
	r.pass.Report(d)
}

// place returns the expression that a report is about: that of the caller if a function only passes
// on what it is given.
func (r *reporter) place(e ast.Expr, f *frame) ast.Expr {
	for f != nil && f.call != nil {
		v, ok := r.object(e).(*types.Var)
		if !ok || len(r.assigned[v]) > 0 {
			break
		}
		i := parameter(f.function, v)
		if i < 0 {
			break
		}
		a := argument(f.function, f.call, i)
		if a == nil {
			break
		}
		e, f = a, f.caller
	}
	return e
}
