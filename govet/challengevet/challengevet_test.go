package challengevet_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/seed-903fb8fe/wwwauth/govet/challengevet"
)

func TestShapes(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), challengevet.Analyzer, "shapes")
}

func TestWarnings(t *testing.T) {
	set(t, "warnings")
	analysistest.Run(t, analysistest.TestData(), challengevet.Analyzer, "warnings")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), challengevet.Analyzer, "fixes")
}

// There is a report and no fix where code was made from another file, and where a fix would not compile.
func TestNoFixes(t *testing.T) {
	for _, r := range analysistest.Run(t, analysistest.TestData(), challengevet.Analyzer, "generated", "nofix") {
		for _, d := range r.Diagnostics {
			if len(d.SuggestedFixes) > 0 {
				t.Errorf("%s: %s", r.Action.Package.Fset.Position(d.Pos), d.SuggestedFixes[0].TextEdits[0].NewText)
			}
		}
	}
}

func set(t *testing.T, flag string) {
	t.Helper()
	if err := challengevet.Analyzer.Flags.Set(flag, "true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { challengevet.Analyzer.Flags.Set(flag, "false") })
}
