// Package challengevet reports mistakes in HTTP authentication challenges that Go code builds by
// hand: in the values of the fields WWW-Authenticate, Proxy-Authenticate and Authentication-Info.
//
// It reports two kinds of mistake:
//
//   - A challenge that breaks a rule of package lint whatever its dynamic values are, such as
//     `Basic` without a realm. The category of the report is the name of the rule.
//   - A dynamic value that is not escaped, so that a quote in it changes the challenge. The category
//     is "raw-value". If the value comes from a request, whoever sends the request chooses what a
//     client reads.
//
// With the flag -warnings it also reports the warnings of lint, and values formatted with %q, whose
// escapes are those of Go and not those of HTTP (category "go-quote").
//
// It checks calls of Set, Add, Header and similar methods whose first argument is a constant with
// the name of the field, in any case, which covers net/http, gin, echo, fiber and fasthttp; writes
// to header maps, and their literals; and small functions of the same package that pass the value
// on. It evaluates constants, concatenation, fmt.Sprintf, strings.Join, and variables of which every
// assignment is known. It does not guess at the results of functions of other packages. Test files
// are skipped unless -tests is set.
package challengevet

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Analyzer reports broken challenges.
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
	Analyzer.Flags.BoolVar(&warnings, "warnings", false, "report warnings of lint and values formatted with %q too")
	Analyzer.Flags.BoolVar(&tests, "tests", false, "look at the files of tests too")
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
