package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

func overview() string { return string(appendOverview(nil, layout.Page{})) }

// exitStatus returns what the help says of it.
func exitStatus() string {
	_, rest, _ := strings.Cut(overview(), "\nExit status\n")
	status, _, _ := strings.Cut(rest, "\nExamples\n")
	return status
}

// TestDocs checks that docs/COMMAND.md lists the exit statuses as the help does, that its examples show what the
// command prints, and that it stays short enough to be read.
func TestDocs(t *testing.T) {
	doc := strings.ReplaceAll(string(readFile(t, "../../docs/COMMAND.md")), "\r\n", "\n")
	const begin = "```\n  explain: "
	if *update {
		i := strings.Index(doc, begin) + len("```\n")
		doc = doc[:i] + exitStatus() + doc[i+strings.Index(doc[i:], "```\n"):]
		if err := os.WriteFile("../../docs/COMMAND.md", []byte(doc), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(doc, "```\n"+exitStatus()+"```\n") || !strings.HasPrefix("```\n"+exitStatus(), begin) {
		t.Error("the exit statuses are not those of the help")
	}
	if n := strings.Count(doc, "\n"); n > 200 {
		t.Errorf("docs/COMMAND.md has %d lines", n)
	}
	examples := regexp.MustCompile("(?s)```console\n\\$ wwwauth ([^\n]*)\n(.*?)```\n").FindAllStringSubmatch(doc, -1)
	if len(examples) != 5 {
		t.Errorf("%d examples", len(examples))
	}
	t.Chdir("../..") // the paths of files are those in a clone
	for _, example := range examples {
		if strings.HasPrefix(example[1], "probe ") {
			// This one needs a server; see TestProbe/parent.
			if example[2] != string(readFile(t, "cmd/wwwauth/testdata/probe/probe-parent.golden")) {
				t.Error("the example of probe is another")
			}
			continue
		}
		_, got, _ := runText("", shellWords(t, example[1])...)
		want := example[2]
		if strings.HasPrefix(want, "{") {
			var b bytes.Buffer
			if err := json.Compact(&b, []byte(want)); err != nil {
				t.Error(err)
			}
			want = b.String() + "\n"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-doc +got):\n%s", example[1], diff)
		}
	}
}

// TestDocComment checks that doc.go, and so the command's page of documentation, has the help.
func TestDocComment(t *testing.T) {
	doc := strings.ReplaceAll(string(readFile(t, "doc.go")), "\r\n", "\n")
	i := strings.Index(doc, "//\tUsage:")
	if i < 0 {
		t.Fatal("doc.go has no usage")
	}
	var comment strings.Builder
	for line := range strings.Lines(overview()) {
		if line == "\n" {
			comment.WriteString("//\n")
		} else {
			comment.WriteString("//\t" + line)
		}
	}
	want := doc[:i] + comment.String() + "package main\n"
	if *update {
		if err := os.WriteFile("doc.go", []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		doc = want
	}
	if doc != want {
		t.Errorf("doc.go does not have the help as it is printed; go test -run TestDocComment -update writes it:\n%s", cmp.Diff(want, doc))
	}
}

// TestHelpExamples checks that the examples in the help that need no network and no file work.
func TestHelpExamples(t *testing.T) {
	examples := regexp.MustCompile(`(?m)^  wwwauth (.*)$`).FindAllStringSubmatch(overview(), -1)
	n := 0
	for _, example := range examples {
		if strings.Contains(example[1], "@") || strings.Contains(example[1], ".") && !strings.Contains(example[1], "=") || strings.HasPrefix(example[1], "get ") || strings.HasPrefix(example[1], "probe ") {
			continue
		}
		n++
		want := 1 // they show what is wrong
		if strings.Contains(example[1], "-explain") {
			want = 0
		}
		if exit, stdout, _ := runText("", shellWords(t, example[1])...); exit != want || stdout == "" {
			t.Errorf("%s: exit %d\n%s", example[1], exit, stdout)
		}
	}
	if n != 3 {
		t.Errorf("%d examples", n)
	}
	for i, line := range strings.Split(overview(), "\n") {
		if layout.Columns(line) > 80 {
			t.Errorf("line %d is too wide: %s", i+1, line)
		}
	}
}

// shellWords splits a command line with plain words and words in one kind of quotes.
func shellWords(t *testing.T, s string) []string {
	t.Helper()
	var words []string
	for _, m := range regexp.MustCompile(`'([^']*)'|"([^"]*)"|([^\s'"]+)`).FindAllStringSubmatch(s, -1) {
		words = append(words, m[1]+m[2]+m[3])
	}
	return words
}

// TestSchemaCodes checks that the schema has all codes of the library. That it fits the output is
// checked in the folder interop.
func TestSchemaCodes(t *testing.T) {
	b, err := os.ReadFile("../../docs/wwwauth.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs struct {
			Problem struct {
				Properties struct{ Code struct{ Enum []string } }
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	var want []string
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		want = append(want, code.String())
	}
	if diff := cmp.Diff(want, schema.Defs.Problem.Properties.Code.Enum); diff != "" {
		t.Errorf("(-library +schema):\n%s", diff)
	}
}

// TestOutcomes checks that the documentation and the schema of probe have all outcomes of the package
// discovery.
func TestOutcomes(t *testing.T) {
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +Outcome = "([a-z-]+)"`).FindAllSubmatch(readFile(t, "../../discovery/trace.go"), -1) {
		want = append(want, string(m[1]))
	}
	var schema struct {
		Defs struct {
			Step struct {
				Properties struct{ Outcome struct{ Enum []string } }
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(readFile(t, "../../docs/wwwauth-probe.schema.json"), &schema); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, schema.Defs.Step.Properties.Outcome.Enum); diff != "" {
		t.Errorf("(-package +schema):\n%s", diff)
	}
	doc := string(readFile(t, "../../docs/COMMAND.md"))
	for _, name := range want {
		if name != "canceled" && !strings.Contains(doc, "`"+name+"`") { // the command does not cancel
			t.Errorf("%s is not in docs/COMMAND.md", name)
		}
	}
}
