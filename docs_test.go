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
	if rows < 111 {
		t.Errorf("the table has %d rows, want those of 111 requirements or more", rows)
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

// TestSnippets checks that each piece of Go in the pages and the package comments is, byte for byte but for
// its indentation, in a program or a test that runs. Of a diff, each line is looked up by itself.
func TestSnippets(t *testing.T) {
	var pages, sources []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "node_modules" || name == "testdata" && filepath.ToSlash(path) != "testdata"):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			pages = append(pages, path)
		case strings.HasSuffix(path, "_test.go"), filepath.Ext(path) == ".go" && strings.HasPrefix(filepath.ToSlash(path), "examples/"):
			sources = append(sources, path)
		case filepath.Ext(path) == ".go":
			pages = append(pages, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(b), "\r\n", "\n")
	}
	var programs strings.Builder
	for _, path := range sources {
		programs.WriteString("\n" + text(path))
	}
	runs := func(snippet string) bool {
		for range 6 {
			if strings.Contains(programs.String(), "\n"+snippet) {
				return true
			}
			snippet = regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(snippet, "\t$1")
		}
		return false
	}

	fence := regexp.MustCompile("(?ms)^```(go|diff)\n(.*?)^```$")
	comment := regexp.MustCompile(`(?m)(?:^//.*\n)+^package `)
	block := regexp.MustCompile(`(?m)(?:^//\t.*\n|^//\n)*^//\t.*\n`)
	found := map[string]int{}
	for _, path := range pages {
		var snippets []string
		if filepath.Ext(path) == ".md" {
			for _, m := range fence.FindAllStringSubmatch(text(path), -1) {
				if m[1] == "go" {
					snippets = append(snippets, m[2])
					continue
				}
				for line := range strings.Lines(m[2]) {
					if line = strings.TrimLeft(line, "+-\t"); line != "\n" {
						snippets = append(snippets, line)
					}
				}
			}
		} else {
			for _, m := range block.FindAllString(comment.FindString(text(path)), -1) {
				if snippet := regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(m, ""); strings.Contains(snippet, ":= ") {
					snippets = append(snippets, snippet)
				}
			}
		}
		for _, snippet := range snippets {
			found[filepath.Ext(path)]++
			if !runs(strings.TrimLeft(snippet, "\n")) {
				t.Errorf("%s shows this, which no program or test has:\n%s", path, snippet)
			}
		}
	}
	if found[".md"] < 5 || found[".go"] < 7 {
		t.Errorf("%d snippets in pages and %d in package comments, want more", found[".md"], found[".go"])
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
