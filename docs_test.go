package wwwauth_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	gotoken "go/token"
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

// TestSnippets checks that each piece of Go in the pages and in the documentation of packages and exported
// names is, byte for byte except its indentation, in a program or a test that runs. Of a diff, each line is
// looked up by itself.
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

	found := map[string]int{}
	for _, path := range pages {
		snippets := goInPage
		if filepath.Ext(path) == ".go" {
			snippets = goInComments
		}
		for _, snippet := range snippets(t, text(path)) {
			found[filepath.Ext(path)]++
			if !runs(snippet) {
				t.Errorf("%s shows this, which no program or test has:\n%s", path, snippet)
			}
		}
	}
	if found[".md"] < 5 || found[".go"] < 20 {
		t.Errorf("%d snippets in pages and %d in documentation, want more", found[".md"], found[".go"])
	}
}

// goInPage returns the Go in a page of Markdown.
func goInPage(t *testing.T, page string) []string {
	var snippets []string
	for _, m := range regexp.MustCompile("(?ms)^```(go|diff)\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
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
	return snippets
}

// goInComments returns the Go in the documentation of a source file: in the comments of the package and of
// what is exported, every indented block that can be parsed. The others are grammar, JSON, tables and commands.
func goInComments(t *testing.T, source string) []string {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	docs := []*ast.CommentGroup{file.Doc}
	ast.FileExports(file)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			docs = append(docs, n.Doc)
		case *ast.GenDecl:
			docs = append(docs, n.Doc)
		case *ast.TypeSpec:
			docs = append(docs, n.Doc)
		case *ast.Field:
			docs = append(docs, n.Doc)
		}
		return true
	})
	var snippets []string
	for _, group := range docs {
		for _, block := range new(comment.Parser).Parse(group.Text()).Content {
			code, ok := block.(*comment.Code)
			if !ok {
				continue
			}
			for _, form := range []string{"package p\n%s", "package p\nfunc _() {\n%s\n}"} {
				if _, err := parser.ParseFile(gotoken.NewFileSet(), "", fmt.Sprintf(form, code.Text), 0); err == nil {
					snippets = append(snippets, code.Text)
					break
				}
			}
		}
	}
	return snippets
}

// TestExamples checks that each example is a whole program, as far as it is shown: that what it uses is
// declared in its file, which go/doc then shows with it.
func TestExamples(t *testing.T) {
	n := 0
	for _, path := range testFiles(t, ".") {
		file, err := parser.ParseFile(gotoken.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range doc.Examples(file) {
			n++
			if e.Play == nil || e.Output == "" && !e.EmptyOutput {
				t.Errorf("%s: Example%s uses what other files declare, or has no output", path, e.Name)
			}
		}
	}
	if n < 100 {
		t.Errorf("%d examples, want more", n)
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
