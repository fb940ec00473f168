package wwwauth_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConformance checks that the tests named in docs/CONFORMANCE.md exist, with the rows and vectors
// that it names.
func TestConformance(t *testing.T) {
	exists := map[string]bool{}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("discovery/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "cmd/wwwauth/next_test.go", "httpauth/httpauth_test.go", "httpauth/gate_test.go")
	for _, file := range append(files, more...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)\w+)\(`).FindAllSubmatch(source, -1) {
			exists[string(f[1])] = true
		}
		for _, row := range regexp.MustCompile(`(?m)^\t\t\{"([^"]+)", \d+, `).FindAllSubmatch(source, -1) {
			exists["TestNextSteps/"+string(row[1])] = true
		}
	}
	for _, tt := range grammarTests {
		exists["TestGrammar/"+tt.rule] = true
	}
	for _, tt := range repairTests {
		exists["TestRepairs/"+rowName(tt.lines)] = true
	}
	for _, shape := range hostileShapes {
		exists["TestHostileShapes/"+shape.name] = true
	}
	for _, v := range vectors(t) {
		exists["TestVectors/"+v.ID] = true
	}

	doc, err := os.ReadFile("docs/CONFORMANCE.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(doc)) {
		if !regexp.MustCompile(`^\| \d`).MatchString(line) {
			continue
		}
		rows++
		columns := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		tests := strings.ReplaceAll(columns[len(columns)-2], "\x00", "|")
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(tests, -1)
		if len(names) == 0 {
			t.Errorf("no test is named in %s", line)
		}
		for _, name := range names {
			if !exists[name[1]] {
				t.Errorf("there is no %s, which is named in %s", name[1], line)
			}
		}
	}
	if rows < 79 {
		t.Errorf("the table has %d rows, want those of 79 requirements or more", rows)
	}
}
