package challengevet_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files and the table in docs/ADOPTION.md")

// TestModules looks at releases of other projects. The golden file has each place with its rule, and
// the line that should stand there: every one of them was compared with the source by a person.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("this builds other modules")
	}
	command := build(t)
	for _, tt := range []struct {
		name    string
		nightly bool
		dir     func(t *testing.T) (dir string, packages []string)
	}{
		{"modules", false, inTestdata},
		{"nightly", true, inTestdata},
		{"gitea", true, gitea},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.nightly && os.Getenv("NIGHTLY") == "" {
				t.Skip("this takes minutes: NIGHTLY=1 runs it")
			}
			dir, packages := tt.dir(t)
			got := find(t, command, dir, packages)
			golden := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestPage keeps the table of docs/ADOPTION.md equal to the golden files.
func TestPage(t *testing.T) {
	const page, start, end = "../../docs/ADOPTION.md", "<!-- table challengevet -->\n", "<!-- end -->"
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(content), start)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the place of the table", page)
	}
	var table strings.Builder
	table.WriteString("| project | place | finding | in its place |\n|---|---|---|---|\n")
	for _, name := range []string{"modules", "nightly", "gitea"} {
		golden, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(golden)) {
			cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			version := strings.IndexByte(cells[0], '@')
			slash := version + strings.IndexByte(cells[0][version:], '/')
			code := strings.ReplaceAll(cells[2], "|", `\|`)
			if strings.Contains(code, "`") {
				code = "`` " + code + " ``"
			} else {
				code = "`" + code + "`"
			}
			fmt.Fprintf(&table, "| %s | `%s` | %s | %s |\n", strings.Replace(cells[0][:slash], "@", " ", 1), cells[0][slash+1:], cells[1], code)
		}
	}
	want := before + start + table.String() + end + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if want != string(content) {
		t.Errorf("%s is not up to date: go test ./challengevet -run 'Modules|Page' -update", page)
	}
}

// build returns the path of the command.
func build(t *testing.T) string {
	t.Helper()
	command := filepath.Join(t.TempDir(), "challengevet")
	if out, err := exec.Command("go", "build", "-o", command, "../cmd/challengevet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return command
}

// inTestdata returns a module in testdata that does nothing but import packages, and these.
func inTestdata(t *testing.T) (dir string, packages []string) {
	name := t.Name()[strings.LastIndexByte(t.Name(), '/')+1:]
	dir = filepath.Join("testdata", name)
	source, err := os.ReadFile(filepath.Join(dir, name+".go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`_ "(.*)"`).FindAllSubmatch(source, -1) {
		packages = append(packages, string(match[1]))
	}
	return dir, packages
}

// gitea copies the module, since it replaces modules that it requires.
func gitea(t *testing.T) (dir string, packages []string) {
	const version = "code.gitea.io/gitea@v1.26.0"
	out, err := exec.Command("go", "mod", "download", "-json", version).Output()
	if err != nil {
		t.Fatal(err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), version)
	if err := os.CopyFS(dir, os.DirFS(module.Dir)); err != nil {
		t.Fatal(err)
	}
	return dir, []string{"./services/lfs", "./routers/web/auth", "./routers/web/repo", "./routers/api/packages/..."}
}

// find runs the command, and returns a line for each finding: where it is, its rule, and the statement
// that the command suggests.
func find(t *testing.T, command, dir string, packages []string) string {
	t.Helper()
	run := exec.Command(command, append([]string{"-json", "-warnings"}, packages...)...)
	run.Dir = dir
	var stderr bytes.Buffer
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	type diagnostic struct {
		Category, Posn string
		Fixes          []struct {
			Edits []struct{ New string }
		} `json:"suggested_fixes"`
	}
	var found map[string]map[string][]diagnostic
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var lines []string
	for _, analyzers := range found {
		for _, diagnostics := range analyzers {
			for _, d := range diagnostics {
				fix := "-"
				if len(d.Fixes) > 0 {
					edits := d.Fixes[0].Edits
					fix = strings.Join(strings.Fields(edits[len(edits)-1].New), " ")
				}
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s", place(d.Posn), d.Category, fix))
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n") + "\n" // test variants of packages repeat them
}

// place returns the module with its version, the file in it and the line.
func place(posn string) string {
	path := filepath.ToSlash(posn)
	if cut := strings.LastIndex(path, ":"); cut >= 0 {
		path = path[:cut]
	}
	at := strings.LastIndex(path, "@")
	start := strings.LastIndex(path[:at], "/mod/")
	if start >= 0 {
		return path[start+len("/mod/"):]
	}
	return "code.gitea.io/gitea" + path[at:]
}

// TestApply applies the fixes in a module that requires this one, builds it, and asks the server.
func TestApply(t *testing.T) {
	if testing.Short() {
		t.Skip("this builds a module")
	}
	command := build(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module fixed\n\ngo 1.26\n\nrequire github.com/seed-903fb8fe/wwwauth v0.0.0\n\n" +
			"replace github.com/seed-903fb8fe/wwwauth => " + root + "\n",
		"main.go": `package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
)

func basic(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", "Basic")
}

func raw(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("WWW-Authenticate", "Basic realm=\"" + r.URL.Path + "\"")
}

func main() {
	for _, handler := range []http.HandlerFunc{basic, raw, sprintf} {
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest("GET", "/a%22b%5C", nil))
		fmt.Println(w.Result().Header["Www-Authenticate"][0])
	}
}
`,
		// The fix takes away the only use of fmt.
		"sprintf.go": `package main

import (
	"fmt"
	"net/http"
)

func sprintf(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%s", r.URL.Path))
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) string {
		t.Helper()
		c := exec.Command(name, args...)
		c.Dir = dir
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, stderr.Bytes())
		}
		return string(out)
	}
	run(command, "-fix", ".")
	const want = "Basic realm=\"restricted\"\nBasic realm=\"/a\\\"b\\\\\"\nBearer realm=\"/a\\\"b\\\\\"\n"
	if got := run("go", "run", "."); got != want {
		t.Errorf("the servers send\n%swant\n%s", got, want)
	}
}
