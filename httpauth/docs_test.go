package httpauth_test

import (
	"os"
	"strings"
	"testing"
)

// What README.md and docs/ANSWERING.md show of Transport stands in a test that runs.
func TestSnippets(t *testing.T) {
	source := ""
	for _, file := range []string{"example_transport_test.go", "../interop/servers/answer_test.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			source += strings.TrimSpace(line) + "\n"
		}
	}
	for _, page := range []string{"../README.md", "../docs/ANSWERING.md"} {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		snippets := 0
		for _, block := range strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n```") {
			language, code, _ := strings.Cut(block, "\n")
			if !strings.Contains(code, "httpauth.Transport{") || language != "go" && language != "diff" {
				continue
			}
			snippets++
			want := ""
			for line := range strings.Lines(code) {
				// The lines of a diff are looked up one by one: both sides of it run.
				if language == "diff" {
					if line = strings.TrimSpace(strings.TrimLeft(line, "+-")); !strings.Contains(source, line+"\n") {
						t.Errorf("%s: no test has %s", page, line)
					}
					continue
				}
				want += strings.TrimSpace(line) + "\n"
			}
			if !strings.Contains(source, want) {
				t.Errorf("%s: no test has\n%s", page, want)
			}
		}
		if snippets == 0 {
			t.Errorf("%s shows nothing", page)
		}
	}
}
