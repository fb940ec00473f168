// Package challengevet defines an Analyzer that finds mistakes in HTTP authentication challenges that
// Go code builds by hand.
//
// It looks at values of the fields WWW-Authenticate, Proxy-Authenticate and Authentication-Info. The
// command in cmd/challengevet runs it.
//
// It reports two kinds of mistakes:
//
//   - A challenge that breaks a rule of package lint whatever its dynamic values are, such as
//     `Basic` without a realm. The category of the diagnostic is the name of the rule.
//   - A dynamic value that is not escaped, so that a quote in it changes the challenge. The
//     category is "raw-value". If the value comes from a request, whoever sends the request decides
//     what a client reads.
//
// With the flag -warnings it also reports the warnings of lint, and values formatted with %q, which
// escapes as Go does and not as HTTP does (category "go-quote").
//
// It checks these places:
//
//   - calls of Set, Add, Header and similar methods whose first argument is a constant with the
//     name of the field, in any case, as in net/http, gin, echo, fiber and fasthttp;
//   - assignments to header maps, and literals of them;
//   - small functions of the same package that pass the value on.
//
// It evaluates constants, concatenation, fmt.Sprintf, strings.Join, and variables whose every
// assignment is known. It does not guess what functions of other packages return. Test files are
// skipped unless -tests is set.
package challengevet

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Analyzer reports challenges that are broken, or that a dynamic value can break. Where it can, it
// suggests a fix that builds the same challenge with package wwwauth.
var Analyzer = &analysis.Analyzer{
	Name: "challengevet",
	Doc: "find broken HTTP authentication challenges\n\n" +
		"The fields WWW-Authenticate, Proxy-Authenticate and Authentication-Info are easy to get wrong\n" +
		"by hand: a realm without quotes, Basic without a realm, a value with a quote in it.",
	URL: "https://pkg.go.dev/github.com/seed-903fb8fe/wwwauth/govet/challengevet",
	Run: run,
}

var warnings, tests bool

func init() {
	Analyzer.Flags.BoolVar(&warnings, "warnings", false, "also report warnings of lint, and values formatted with %q")
	Analyzer.Flags.BoolVar(&tests, "tests", false, "also check test files")
}

func run(pass *analysis.Pass) (any, error) {
	var files []*ast.File
	for _, f := range pass.Files {
		if tests || !strings.HasSuffix(pass.Fset.File(f.Pos()).Name(), "_test.go") {
			files = append(files, f)
		}
	}
	p := newProgram(pass, files)
	r := &reporter{pass: pass, program: p, seen: map[finding]bool{}}
	for _, message := range p.messages() {
		r.report(message)
	}
	return nil, nil
}

// A finding is what must not be reported twice: a helper is read once for each of its calls.
type finding struct {
	pos            token.Pos
	category, text string
}
