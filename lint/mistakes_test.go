package lint_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestMistakes checks that what real servers got wrong is found, by the rule that says so.
func TestMistakes(t *testing.T) {
	b, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for block := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n") {
		head, text, _ := strings.Cut(strings.TrimRight(block, "\n"), "\n")
		source, ok := strings.CutPrefix(head, "mistake ")
		if !ok {
			continue
		}
		n++
		i := strings.LastIndex(source, ": ")
		want := strings.Fields(source[i+1:])
		m := parseMessage(t, text)
		findings := m.check()
		got := ruleNames(findings)
		for _, rule := range want {
			if _, ok := lint.Lookup(rule); !ok {
				t.Errorf("%s: %s is not a rule", source, rule)
			}
			if !slices.Contains(got, rule) {
				t.Errorf("%s: %q is not found, but %q", source, rule, got)
			}
		}
		// One missing field gives one finding.
		if slices.Contains(want, "no-challenge") && len(findings) != 1 {
			t.Errorf("%s: %v", source, findings)
		}
		checkPlaces(t, m, findings)
	}
	if n < 110 {
		t.Errorf("%d mistakes", n)
	}
}
