// Package adopt replaces the parsers of other projects by this module, and runs their tests, which shows
// that the API suits programs of others. docs/ADOPTION.md has the results; to write it,
//
//	NIGHTLY=1 go test ./adopt -update
package adopt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// self is the module that the projects adopt.
const self = "github.com/seed-903fb8fe/wwwauth"

// A workspace is a copy of a module that may be changed. Go refuses to overlay files of its module cache.
type workspace struct {
	dir string
}

// open copies a module at a version from the module cache into dir, and makes it require the module in the
// folder root.
func open(module, version, dir, root string) (*workspace, error) {
	w := &workspace{dir}
	download := exec.Command("go", "mod", "download", "-json", module+"@"+version)
	download.Dir = os.TempDir() // outside of any module
	out, err := download.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %s%s", download, out, stderrOf(err))
	}
	var info struct{ Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return nil, err
	}
	if err := copyFolder(dir, info.Dir); err != nil {
		return nil, err
	}
	// A module must not name an older release of Go than a module that it requires.
	ours, err := goVersion(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	theirs, err := goVersion(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	edit := []string{"mod", "edit", "-require=" + self + "@v0.0.0", "-replace=" + self + "=" + root}
	if older(theirs, ours) {
		edit = append(edit, "-go="+ours)
	}
	_, err = w.run(edit...)
	return w, err
}

// copyFolder copies files and folders, which in the module cache are read-only.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o777)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o666)
	})
}

func goVersion(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if version, ok := strings.CutPrefix(line, "go "); ok {
			return strings.TrimSpace(version), nil
		}
	}
	return "", fmt.Errorf("%s has no go line", file)
}

// older reports whether a release of Go such as 1.25.5 comes before another.
func older(a, b string) bool {
	numbers := func(version string) (list []int) {
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(a), numbers(b)) < 0
}

// run runs the go command in the workspace and returns what it prints, with its standard error in the error.
func (w *workspace) run(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod -trimpath")
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", cmd, err, stderrOf(err))
	}
	return out, err
}

func stderrOf(err error) []byte {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.Stderr
	}
	return nil
}

// cut removes declarations by name from a Go file, with their comments and the imports that are no longer
// needed. It returns how many lines of code it removed.
func (w *workspace) cut(file string, names ...string) (lines int, err error) {
	path := filepath.Join(w.dir, file)
	source, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	rest, err := cut(source, names)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return codeLines(source) - codeLines(rest), os.WriteFile(path, rest, 0o666)
}

func cut(source []byte, names []string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var nodes []ast.Node
	for _, name := range names {
		node := find(file, name)
		if node == nil {
			return nil, fmt.Errorf("there is no %s", name)
		}
		nodes = append(nodes, node)
	}
	source = remove(files, source, nodes)

	file, err = parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	nodes = nil
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if !astutil.UsesImport(file, path) {
			nodes = append(nodes, spec)
		}
	}
	return remove(files, source, nodes), nil
}

// find returns the declaration with a name: of a function, of a method as Type.Method, or of a group of
// constants, variables or types that has the name first.
func find(file *ast.File, name string) ast.Node {
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			is := d.Name.Name
			if d.Recv != nil {
				is = receiver(d) + "." + is
			}
			if is == name {
				return d
			}
		case *ast.GenDecl:
			switch first := d.Specs[0].(type) {
			case *ast.ValueSpec:
				if first.Names[0].Name == name {
					return d
				}
			case *ast.TypeSpec:
				if first.Name.Name == name {
					return d
				}
			}
		}
	}
	return nil
}

func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	if pointer, ok := t.(*ast.StarExpr); ok {
		t = pointer.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// remove removes nodes from the source, each with the comment that documents it and the end of its line.
func remove(files *token.FileSet, source []byte, nodes []ast.Node) []byte {
	type span struct{ from, to int }
	var spans []span
	for _, node := range nodes {
		from := node.Pos()
		switch d := node.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		case *ast.GenDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		}
		to := files.Position(node.End()).Offset
		if n := bytes.IndexByte(source[to:], '\n'); n >= 0 {
			to += n + 1
		}
		spans = append(spans, span{files.Position(from).Offset, to})
	}
	slices.SortFunc(spans, func(a, b span) int { return b.from - a.from })
	for _, s := range spans {
		source = slices.Delete(slices.Clone(source), s.from, s.to)
	}
	return source
}

// codeLines returns the number of lines that have code on them, and not only comments or nothing.
func codeLines(source []byte) int {
	files := token.NewFileSet()
	file := files.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := make(map[int]bool)
	for {
		at, kind, text := s.Scan()
		if kind == token.EOF {
			return len(lines)
		}
		if kind == token.SEMICOLON && text == "\n" {
			continue
		}
		first := file.Line(at)
		for n := range strings.Count(text, "\n") + 1 {
			lines[first+n] = true
		}
	}
}

// add copies a file into a folder of the workspace and returns its lines of code.
func (w *workspace) add(from, folder, name string) (lines int, err error) {
	content, err := os.ReadFile(from)
	if err != nil {
		return 0, err
	}
	return codeLines(content), os.WriteFile(filepath.Join(w.dir, folder, name), content, 0o666)
}

// outcomes are the results of tests and subtests: pass, fail or skip, by package and name.
type outcomes map[string]string

// test runs the tests of packages in the workspace that match one expression and not another, if they are
// not empty. The text is what the failing ones printed.
func (w *workspace) test(run, skip string, packages ...string) (outcomes, string, error) {
	out, err := w.run(append([]string{"test", "-json", "-count=1", "-run=" + run, "-skip=" + skip}, packages...)...)
	all := make(outcomes)
	printed := make(map[string]string)
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var event struct{ Action, Package, Test, Output string }
		switch problem := decoder.Decode(&event); {
		case problem == io.EOF:
			var text strings.Builder
			for _, name := range slices.Sorted(maps.Keys(all)) {
				if all[name] == "fail" {
					text.WriteString(printed[name])
				}
			}
			// An error without a failing test, such as a package that does not compile, is our fault.
			if err != nil && text.Len() == 0 {
				return nil, "", fmt.Errorf("%w%s", err, out)
			}
			return all, text.String(), nil
		case problem != nil:
			return nil, "", fmt.Errorf("%w: %s", problem, out)
		}
		if event.Test == "" {
			continue
		}
		name := filepath.Base(event.Package) + ": " + event.Test
		switch event.Action {
		case "pass", "fail", "skip":
			all[name] = event.Action
		case "output":
			printed[name] += event.Output
		}
	}
}

// names returns the tests with an outcome, in order. Subtests replace their test.
func (o outcomes) names(outcome string) []string {
	var list []string
	all := slices.Sorted(maps.Keys(o))
	for _, name := range all {
		isParent := slices.ContainsFunc(all, func(other string) bool { return strings.HasPrefix(other, name+"/") })
		if o[name] == outcome && !isParent {
			list = append(list, name)
		}
	}
	return list
}

// A cost is what the benchmark of a project measures, for each of its operations.
type cost struct {
	nanoseconds float64
	bytes       int
	allocations int
}

// build compiles the tests of a package into a program that measure runs.
func (w *workspace) build(folder, program string) error {
	_, err := w.run("test", "-c", "-o", program, "./"+folder)
	return err
}

// measure runs the benchmark of a program that build has made, for a time or a number of iterations.
func measure(program, benchtime string) (cost, error) {
	cmd := exec.Command(program, "-test.run=^$", "-test.bench=^BenchmarkParse$", "-test.benchmem", "-test.benchtime="+benchtime)
	out, err := cmd.Output()
	if err != nil {
		return cost{}, fmt.Errorf("%v: %w\n%s%s", cmd, err, out, stderrOf(err))
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 8 || !strings.HasPrefix(fields[0], "BenchmarkParse") {
			continue
		}
		nanoseconds, err1 := strconv.ParseFloat(fields[2], 64)
		size, err2 := strconv.Atoi(fields[4])
		allocations, err3 := strconv.Atoi(fields[6])
		return cost{nanoseconds, size, allocations}, errors.Join(err1, err2, err3)
	}
	return cost{}, fmt.Errorf("%v: no result in\n%s", cmd, out)
}
