package input

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// canonical returns the challenges of all responses, as wwwauth fmt prints them.
func canonical(found Found) []string {
	list := []string{}
	for _, resp := range found.Responses {
		for _, name := range []string{proxyAuthenticate, wwwAuthenticate} {
			var lines []string
			for _, f := range resp.Fields {
				if challengeField(f.Name) == name || f.Name == "" && name == wwwAuthenticate {
					lines = append(lines, f.Value)
				}
			}
			cs, _ := wwwauth.Parse(lines...)
			for _, c := range cs {
				list = append(list, c.String())
			}
		}
	}
	return list
}

// TestForms reads the files as people have them. expect.json names the challenges in each.
func TestForms(t *testing.T) {
	data, err := os.ReadFile("testdata/forms/expect.json")
	if err != nil {
		t.Fatal(err)
	}
	var expect map[string][]string
	if err := json.Unmarshal(data, &expect); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("testdata/forms/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range names {
		name := filepath.Base(path)
		want, ok := expect[name]
		if !ok {
			if name != "expect.json" {
				t.Errorf("%s is not in expect.json", name)
			}
			continue
		}
		delete(expect, name)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := canonical(Find(text)); !slices.Equal(got, want) {
				t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
			}
		})
	}
	for name := range expect {
		t.Errorf("%s is missing", name)
	}
}

// TestDoc checks that the package's documentation says of every file what is in it.
func TestDoc(t *testing.T) {
	doc, err := os.ReadFile("input.go")
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(doc), "\npackage input\n")
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		if file != "input.go" && !strings.HasSuffix(file, "_test.go") && !strings.Contains(text, file+" ") {
			t.Errorf("%s is not named", file)
		}
	}
}
