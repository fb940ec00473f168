package lint_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A vector is an entry of testdata/corpus. A character of its lines is a byte.
type vector struct {
	ID, Field string
	Lines     []string
}

// vectors returns the vectors of all files of the corpus, by the name of the file and their number or id.
func vectors(t testing.TB) iter.Seq2[string, vector] {
	files, err := filepath.Glob("../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus, %v", err)
	}
	return func(yield func(string, vector) bool) {
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var vs []vector
			if err := json.Unmarshal(b, &vs); err != nil {
				t.Fatal(file, err)
			}
			for i, v := range vs {
				for k, line := range v.Lines {
					var raw []byte
					for _, c := range line {
						raw = append(raw, byte(c))
					}
					v.Lines[k] = string(raw)
				}
				name := v.ID
				if name == "" {
					name = fmt.Sprint(filepath.Base(file), " ", i)
				}
				if !yield(name, v) {
					return
				}
			}
		}
	}
}

// allMessages returns the vectors, the captures and the examples of the rules.
func allMessages(t *testing.T) iter.Seq2[string, message] {
	return func(yield func(string, message) bool) {
		for name, v := range vectors(t) {
			field := v.Field
			if field == "" {
				field = "WWW-Authenticate"
			}
			m := message{}
			m.Header = map[string][]string{field: v.Lines}
			if !yield(name, m) {
				return
			}
			m.Status, m.Request.Anonymous = 401, true
			m.profiles = []lint.Profile{lint.MCP, lint.Registry}
			if !yield(name+", 401", m) {
				return
			}
		}
		files, err := filepath.Glob("../testdata/captures/*.http")
		if err != nil || len(files) == 0 {
			t.Fatalf("no captures, %v", err)
		}
		for _, file := range files {
			if !yield(filepath.Base(file), readCapture(t, file)) {
				return
			}
		}
		for _, r := range lint.Rules() {
			if !yield(r.Name, parseMessage(t, strings.ReplaceAll(r.Bad, "\r\n", "\n"))) || !yield(r.Name, parseMessage(t, r.Good)) {
				return
			}
		}
	}
}

// readCapture reads the head of a recorded response.
func readCapture(t *testing.T, file string) message {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n")
	return parseMessage(t, head)
}
