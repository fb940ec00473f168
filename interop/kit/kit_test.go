//go:build unix

// Package kit runs testdata/corpus/kit, which tests parsers in any language with the vectors.
package kit

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

const corpus = "../../testdata/corpus/"

// TestRunners runs the parsers that come with the kit, and package wwwauth, under each runner: all of
// what they answer must be right.
func TestRunners(t *testing.T) {
	python, node := programs.Find(t, "python3"), findNode(t)
	plug := filepath.Join(t.TempDir(), "plug")
	if out, err := exec.Command("go", "build", "-o", plug, "./plug").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(corpus + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	runners := map[string][]string{
		"Python":     {python, corpus + "kit/run.py"},
		"JavaScript": {node, corpus + "kit/run.mjs"},
	}
	// What is right, wrong, and not answered differs by member; * is any number but 0.
	const strict = "conforms: * right, 0 wrong, 0 not answered\n" +
		"challenges: * right, 0 wrong, * not answered\n" +
		"problems: 0 right, 0 wrong, * not answered\n"
	parsers := []struct {
		name string
		args []string
		want string
	}{
		{"strict.py", []string{python, corpus + "kit/strict.py"}, strict},
		{"strict.mjs", []string{node, corpus + "kit/strict.mjs"}, strict},
		{"wwwauth", []string{plug}, "conforms: * right, 0 wrong, 0 not answered\n" +
			"challenges: * right, 0 wrong, 0 not answered\n" +
			"problems: * right, 0 wrong, 0 not answered\n"},
	}
	for language, runner := range runners {
		for _, p := range parsers {
			t.Run(language+"/"+p.name, func(t *testing.T) {
				t.Parallel()
				out, err := run(runner, p.args)
				if err != nil || stars(out) != p.want {
					t.Errorf("%v\n%s", err, out)
				}
				if shown := "    " + strings.ReplaceAll(strings.TrimSpace(out), "\n", "\n    ") + "\n"; p.want == strict && !strings.Contains(readme, shown) {
					t.Errorf("testdata/corpus/README.md should show\n%s", shown)
				}
			})
		}
		t.Run(language+"/wrong", func(t *testing.T) {
			t.Parallel()
			out, err := run(runner, []string{python, "-c", "import sys\nfor line in sys.stdin: print('{\"conforms\": true}')"})
			if _, exited := err.(*exec.ExitError); !exited || !strings.HasSuffix(stars(out),
				"conforms: * right, * wrong, 0 not answered\nchallenges: 0 right, 0 wrong, * not answered\nproblems: 0 right, 0 wrong, * not answered\n") {
				t.Errorf("%v\n%.2000s", err, out)
			}
		})
		t.Run(language+"/silent", func(t *testing.T) {
			t.Parallel()
			out, err := run(runner, []string{python, "-c", "import sys; sys.stdin.read()"})
			if _, exited := err.(*exec.ExitError); !exited || !strings.Contains(out, " 0 answers to ") {
				t.Errorf("%v\n%.2000s", err, out)
			}
		})
	}
}

func run(runner, parser []string) (string, error) {
	args := append(append([]string{}, runner...), parser...)
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	return string(out), err
}

// stars replaces each number but 0 by a star.
func stars(text string) string {
	words := strings.SplitAfter(text, " ")
	for i, w := range words {
		if n := strings.TrimSpace(w); n != "0" && n != "" && strings.Trim(n, "0123456789") == "" {
			words[i] = strings.Replace(w, n, "*", 1)
		}
	}
	return strings.Join(words, "")
}

// findNode finds a Node.js that has what run.mjs uses. .ci/install does not install one.
func findNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	return node
}

// TestSchema checks that the vectors are as kit/schema.json says, and no identifier occurs twice.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(corpus + "kit/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(corpus + "*.json")
	if len(files) == 0 {
		t.Fatal("no vectors")
	}
	seen := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		var vectors []struct{ ID string }
		if err := json.Unmarshal(data, &vectors); err != nil {
			t.Fatal(err)
		}
		for _, v := range vectors {
			if other, ok := seen[v.ID]; ok {
				t.Errorf("%s is in %s and %s", v.ID, other, file)
			}
			seen[v.ID] = file
		}
	}
	for _, text := range []string{
		`[]`,
		`[{"id": "x", "source": "s", "field": "WWW-Authenticate", "lines": ["A"], "conforms": true, "challenges": [], "problems": [{"line": 0, "offset": 0, "code": "semicolon", "kept": true}]}]`,
		`[{"id": "x", "source": "s", "field": "WWW-Authenticate", "lines": ["\u0100"], "conforms": true, "challenges": [], "problems": []}]`,
		`[{"id": "x", "source": "s", "field": "WWW-Authenticate", "lines": ["A b=c"], "conforms": true, "challenges": [{"scheme": "A", "token68": "", "params": [["b"]]}], "problems": []}]`,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("valid: %s", text)
		}
	}
}
