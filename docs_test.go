package wwwauth_test

import (
	"bytes"
	"io/fs"
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
	for _, file := range testFiles(t, ".") {
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
	if rows < 88 {
		t.Errorf("the table has %d rows, want those of 88 requirements or more", rows)
	}
}

// TestSecurity checks that the tests named in SECURITY.md exist.
func TestSecurity(t *testing.T) {
	var sources []byte
	for _, file := range append(testFiles(t, "."), testFiles(t, "examples/mcp")...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, source...)
	}
	doc, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w*`).FindAll(doc, -1)
	if len(names) == 0 {
		t.Error("SECURITY.md names no test")
	}
	for _, name := range names {
		if !bytes.Contains(sources, append([]byte("\nfunc "), name...)) {
			t.Errorf("there is no %s, which SECURITY.md names", name)
		}
	}
}

// testFiles returns the tests of all packages of the module in a folder.
func testFiles(t *testing.T, root string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root:
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
		case strings.HasSuffix(path, "_test.go"):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
