package challengevet_test

import (
	"fmt"
	"log"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/seed-903fb8fe/wwwauth/govet/challengevet"
)

// A program runs the Analyzer on a package whose handler sends
//
//	w.Header().Set("WWW-Authenticate", "Basic")
//	w.Header().Set("WWW-Authenticate", `Bearer realm="`+r.Host+`"`)
//
// The command challengevet does this from the command line.
func Example() {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, "./testdata/src/example")
	if err != nil {
		log.Fatal(err)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{challengevet.Analyzer}, pkgs, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, action := range graph.Roots {
		for _, d := range action.Diagnostics {
			fmt.Printf("line %d: %s\n", action.Package.Fset.Position(d.Pos).Line, d.Category)
		}
	}
	// Output:
	// line 7: basic-no-realm
	// line 8: raw-value
}
