package lint_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// advice are the rules that docs/SENDING.md sums up, in their words.
var advice = []string{
	"several-on-one-line",
	"bearer-not-first",
	"basic-not-last",
	"md5-before-sha",
	"digest-sha-256-alone",
	"digest-sha-512-256",
	"digest-qop",
	"basic-no-realm",
	"basic-realm-not-first",
	"realm-unquoted",
	"digest-quoted",
	"quote-in-value",
	"not-ascii",
	"scheme-in-value",
	"empty-value",
	"lookalike",
	"error-without-credentials",
	"error-missing",
	"error-status",
	"not-exposed",
	"cacheable",
}

// TestSending checks that docs/SENDING.md has the words of the rules.
func TestSending(t *testing.T) {
	var b strings.Builder
	for _, name := range advice {
		r, ok := lint.Lookup(name)
		if !ok {
			t.Fatalf("%s is not a rule", name)
		}
		line := fmt.Sprintf("- %s ([%s](LINT.md#%s)).", markdown(r.Advice), name, name)
		if r.Breaks != "" {
			line += " Otherwise this breaks: " + markdown(r.Breaks) + "."
		}
		b.WriteString(fold(line))
	}

	const name, begin, end = "../docs/SENDING.md", "<!-- from the rules: go test ./lint -run TestSending -update -->\n", "<!-- end -->\n"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(page), "\r\n", "\n")
	before, rest, ok := strings.Cut(text, begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the marks are not there")
	}
	if *update {
		if err := os.WriteFile(name, []byte(before+begin+b.String()+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(got, b.String()); diff != "" {
		t.Errorf("docs/SENDING.md has drifted; -update writes it (-page +rules):\n%s", diff)
	}
}

// fold breaks an item of a list into lines.
func fold(s string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(s) {
		switch {
		case column == 0:
		case column+1+len(word) > 120:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}
