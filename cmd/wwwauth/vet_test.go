package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

// A vetted report is what the tests look at in the JSON of vet.
type vetted struct {
	Field      string
	Lines      []string
	Findings   []struct{ Rule string }
	Correction *struct {
		Lines []string
		Left  []struct{ Rule string }
	}
}

// vetText returns what vet finds in a text, and the names of the rules that are broken.
func vetText(t *testing.T, text string, flags ...string) (list []vetted, rules []string) {
	t.Helper()
	_, stdout, _ := runText(text, append([]string{"vet", "-json"}, flags...)...)
	for line := range strings.Lines(stdout) {
		var v vetted
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, v)
		for _, f := range v.Findings {
			rules = append(rules, f.Rule)
		}
	}
	slices.Sort(rules)
	return list, slices.Compact(rules)
}

// TestVetExamples checks that the command finds in each bad example of the rules that rule and no other, and nothing
// in the good ones: from the text that the documentation shows.
func TestVetExamples(t *testing.T) {
	for _, r := range lint.Rules() {
		for example, want := range map[string][]string{r.Bad: {r.Name}, r.Good: nil} {
			example = strings.ReplaceAll(example, "\r\n", "\n")
			// With CR LF, as on the wire: in copied text, a continued line does not count as folded.
			text, args := strings.ReplaceAll(example+"\n\n", "\n", "\r\n"), []string(nil)
			if !strings.Contains(example, "HTTP/") {
				// Field lines alone are arguments: a text without a response must look more like challenges than some do.
				args = strings.Split(example, "\n")
			}
			if _, got := vetText(t, text, args...); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q\n%s", r.Name, got, want, example)
			}
		}
	}
}

// TestVetResponse checks that the command finds in a recorded response what lint/httplint finds in the response
// itself, whatever the program that printed it.
func TestVetResponse(t *testing.T) {
	texts := map[string]string{}
	for _, r := range lint.Rules() {
		texts[r.Name+", good"] = r.Good
		if r.Name != "line-fold" { // net/http unfolds it
			texts[r.Name+", bad"] = r.Bad
		}
	}
	files, err := filepath.Glob(captures + "/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, file := range files {
		head, _, _ := strings.Cut(strings.ReplaceAll(string(readFile(t, file)), "\r\n", "\n"), "\n\n")
		for _, request := range []string{
			"", "> GET / HTTP/1.1\n", "> POST /mcp HTTP/1.1\n> Authorization: Bearer abc\n> Origin: https://app.example\n",
			"> GET /v2/ HTTP/1.1\n> Authorization: Basic YTpi\n> Proxy-Authorization: NTLM TlRMTVNTUAAB\n",
		} {
			texts[filepath.Base(file)+" "+request] = request + head
		}
	}
	n := 0
	for name, text := range texts {
		request, response := splitExample(text)
		if !strings.HasPrefix(response, "HTTP/") {
			continue
		}
		var q *http.Request
		if request != "" {
			var err error
			q, err = http.ReadRequest(bufio.NewReader(strings.NewReader(request)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(response)), q)
		if err != nil {
			continue // net/http does not read it: folded, or with a control byte
		}
		resp.Request = q
		n++
		var want []string
		for _, f := range httplint.Response(resp) {
			want = append(want, f.Rule.Name)
		}
		slices.Sort(want)
		want = slices.Compact(want)
		for form, print := range map[string]func(string, string) string{"heads": printHeads, "curl": printCurl} {
			if _, got := vetText(t, print(request, response)); !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q, want %q\n%s", name, form, got, want, text)
			}
		}
	}
	if n < 200 {
		t.Errorf("%d responses", n)
	}
}

// splitExample returns the heads of the request, if there is one, and of the response.
func splitExample(text string) (request, response string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n") + "\r\n"
		if sent, ok := strings.CutPrefix(line, "> "); ok {
			request += sent
		} else {
			response += line
		}
	}
	if request != "" {
		request += "\r\n"
	}
	return request, response + "\r\n"
}

func printHeads(request, response string) string { return request + response }

func printCurl(request, response string) string {
	var b strings.Builder
	for line := range strings.Lines(request) {
		b.WriteString("> " + line)
	}
	for line := range strings.Lines(response) {
		b.WriteString("< " + line)
	}
	return b.String()
}

// TestRecommended checks that what the command says a server should send passes vet, except for what it says is left,
// and that explain, -fix and JSON say the same: for all vectors, captures and examples.
func TestRecommended(t *testing.T) {
	const title = "What the server should send, a field line for each challenge\n\n"
	check := func(name, text string, flags ...string) {
		t.Helper()
		list, _ := vetText(t, text, flags...)
		_, fixed, _ := runText(text, append([]string{"vet", "-fix"}, flags...)...)
		var explained string
		if flags == nil {
			_, explained, _ = runText(text)
		}
		for _, v := range list {
			if v.Correction == nil || v.Correction.Lines == nil {
				continue
			}
			var left []string
			for _, l := range v.Correction.Left {
				left = append(left, l.Rule)
			}
			var send strings.Builder
			for _, line := range v.Correction.Lines {
				fmt.Fprintf(&send, "%s: %s\n", v.Field, line)
			}
			if !strings.Contains(fixed, send.String()) && !strings.Contains(send.String(), "\ufffd") {
				t.Errorf("%s: -fix has\n%snot\n%s", name, fixed, &send)
			}
			again, _ := vetText(t, replaceField(text, v.Field, send.String()), flags...)
			for _, w := range again {
				for _, f := range w.Findings {
					if w.Field == v.Field && !slices.Contains(left, f.Rule) {
						t.Errorf("%s: the recommended\n%sbreaks %s", name, &send, f.Rule)
					}
				}
			}
		}
		if _, lines, ok := strings.Cut(explained, title); ok && len(list) == 1 {
			lines, _, _ = strings.Cut(lines, "\n\n")
			var want []string
			for _, line := range list[0].Correction.Lines {
				want = append(want, "  "+line)
			}
			if got := strings.Split(strings.TrimRight(lines, "\n"), "\n"); len(got) != len(want) || !slices.Equal(got, want) && isPrintable(want) {
				t.Errorf("%s: explain says\n%s\n%s", name, lines, cmp.Diff(want, got))
			}
		}
	}
	for _, v := range allVectors(t) {
		var b bytes.Buffer
		for _, line := range v.Lines {
			fmt.Fprintf(&b, "%s: %s\n", v.Field, strings.ReplaceAll(strings.ReplaceAll(line, "\r\n", "\n"), "\n", "\n "))
		}
		if len(v.Lines) == 0 || bytes.ContainsAny(b.Bytes(), "\r\x00") {
			continue
		}
		status := "401"
		if v.Field == fieldNames[1] {
			status = "407"
		}
		check(v.ID, b.String())
		check(v.ID+", "+status, "> POST /mcp HTTP/1.1\n> Host: h.example\n\nHTTP/1.1 "+status+" x\n"+b.String()+"\n", "-profile", "mcp,registry")
	}
	files, err := filepath.Glob(captures + "/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, file := range files {
		head, _, _ := strings.Cut(strings.ReplaceAll(string(readFile(t, file)), "\r\n", "\n"), "\n\n")
		check(filepath.Base(file), head+"\n\n")
	}
	for _, r := range lint.Rules() {
		check(r.Name, strings.ReplaceAll(r.Bad, "\r\n", "\n")+"\n\n")
	}
}

func isPrintable(lines []string) bool {
	return !slices.ContainsFunc(lines, func(s string) bool { return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) })
}

// replaceField returns the text with other lines of the field.
func replaceField(text, field, lines string) string {
	var b strings.Builder
	in, done := false, false
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, ":")
		switch {
		case strings.EqualFold(strings.TrimSpace(name), field):
			if !done {
				b.WriteString(lines)
			}
			in, done = true, true
		case in && (line[0] == ' ' || line[0] == '\t'):
		default:
			in = false
			b.WriteString(line)
		}
	}
	return b.String()
}
