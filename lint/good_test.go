package lint_test

import (
	"os"
	"strings"
	"testing"
)

// TestGood checks that no rule finds anything in what real servers send and clients get along with.
func TestGood(t *testing.T) {
	b, err := os.ReadFile("testdata/good.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for block := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n") {
		head, text, _ := strings.Cut(strings.TrimRight(block, "\n"), "\n")
		source, ok := strings.CutPrefix(head, "good ")
		if !ok {
			continue
		}
		n++
		if findings := parseMessage(t, text).check(); len(findings) > 0 {
			t.Errorf("%s:\n%v", source, findings)
		}
	}
	if n < 40 {
		t.Errorf("%d messages", n)
	}
}
