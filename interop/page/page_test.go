// Package page tests the web page in a browser.
package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// The bounds on what a browser loads, in bytes.
const (
	maxBrotli = 900_000
	maxGzip   = 1_300_000
)

// build builds the page and returns its folder.
func build(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("../../page/build", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("\n%s", out)
	return dir
}

// TestSize checks that the page is not too large, that all files but the first have the hash of their contents
// in their names, and that each has its compressed copies beside it.
func TestSize(t *testing.T) {
	dir := build(t)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int64{}
	files := 0
	hashed := regexp.MustCompile(`^\w+\.[0-9a-f]{16}\.\w+$`)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		name := entry.Name()
		if ext := filepath.Ext(name); ext == ".br" || ext == ".gz" {
			sizes[ext] += info.Size()
			continue
		}
		files++
		if name != "index.html" && !hashed.MatchString(name) {
			t.Errorf("%s: no hash in the name", name)
		}
		for _, ext := range []string{".br", ".gz"} {
			if _, err := os.Stat(filepath.Join(dir, name+ext)); err != nil {
				t.Error(err)
			}
		}
	}
	if files < 7 || sizes[".br"] > maxBrotli || sizes[".gz"] > maxGzip {
		t.Errorf("%d files of %d bytes with brotli and %d with gzip; at most %d and %d are allowed", files, sizes[".br"], sizes[".gz"], maxBrotli, maxGzip)
	}
}

// TestImports checks that the page links no large package that it can do without. Each of these brings in others, such
// as reflect: fmt and os by themselves take 70,000 bytes of brotli.
func TestImports(t *testing.T) {
	list := exec.Command("go", "list", "-C", "../..", "-deps", "-tags", "page", "./page")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		switch name = strings.TrimSpace(name); name {
		case "compress/gzip", "encoding/hex", "encoding/json", "fmt", "log", "net", "net/http", "net/url", "os", "regexp", "text/template":
			t.Errorf("the page has the package %s: do without it in what page/main.go imports", name)
		}
	}
}

// serve serves the folder, with its compressed files, under the policy that the page asks for; a worker has only the
// policy of its own response.
func serve(t testing.TB, dir string) string {
	t.Helper()
	index, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindSubmatch(index)
	if policy == nil {
		t.Fatal("no policy")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		b, err := fs.ReadFile(os.DirFS(dir), name+".br")
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", string(policy[1]))
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("Content-Type", mime.TypeByExtension(filepath.Ext(name)))
		w.Write(b)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// A kase is a text to read; result is what browser.mjs says.
type (
	kase struct {
		Name   string `json:"name"`
		Base64 string `json:"base64"`
		text   []byte
	}
	result struct {
		Requests, Violations, Errors, Axe []string
		Answers                           []struct {
			Text     string
			Messages []string
		}
		Shift, Ready float64
		Checks       map[string]string
	}
)

// cases returns all captures and forms, and some gzip files.
func cases(t testing.TB) (list []kase) {
	t.Helper()
	for _, folder := range []string{"../../testdata/captures", "../../internal/input/testdata/forms"} {
		files, err := filepath.Glob(folder + "/*")
		if err != nil || len(files) < 30 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, file := range files {
			if filepath.Base(file) == "expect.json" {
				continue // what is to be read from the forms
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, newKase(filepath.Base(file), b))
		}
	}
	// The page and the command use different implementations of gzip.
	member := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(s))
		w.Close()
		return b.String()
	}
	head := func(realm string) string {
		return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"" + realm + "\"\r\n\r\n"
	}
	one, two := member(head("one")), member(head("two"))
	record := func(realm string) string {
		return fmt.Sprintf("WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(head(realm)), head(realm))
	}
	for name, text := range map[string]string{
		"WARC, gzip":             member(record("one")) + member(record("two")),
		"gzip of two members":    one + two,
		"gzip with zeros":        one + "\x00\x00\x00\x00",
		"gzip of half a head":    member(head("one")[:40]) + member(head("one")[40:]+head("two")),
		"gzip twice":             member(one + two),
		"gzip within zeros":      one + strings.Repeat("\x00", 500) + two + strings.Repeat("\x00", 1000),
		"gzip of nothing":        member("") + "\x00\x00\x00",
		"gzip, then junk":        one + "junk\x00\x00" + two + "more junk",
		"gzip cut in its header": one[:5],
		"gzip without data":      one[:10],
		"gzip of junk":           one[:10] + strings.Repeat("junk", 100),
		"gzip, broken and whole": one[:40] + two,
		"gzip broken inside":     member((one + two)[:len(one+two)-10]),
		"three bytes of gzip":    one[:3],
		"almost gzip":            one[:3] + "WWW-Authenticate: Basic realm=\"x\"\n",
		"gzip with odd flags":    one[:3] + "\xff" + one[4:],
		"gzip cut short":         (one + two)[:len(one+two)-10],
		"gzip without a trailer": one[:len(one)-8],
		"gzip with a broken sum": one[:len(one)-8] + "12345678" + two,
	} {
		list = append(list, newKase(name, []byte(text)))
	}
	return list
}

func newKase(name string, text []byte) kase {
	return kase{name, base64.StdEncoding.EncodeToString(text), text}
}

// TestPage opens the page in Chromium: the report on every capture and form is that of the command, and that
// of the MCP server; nothing is requested but the files of the page, nothing violates its policy, and axe-core
// finds nothing. With SCREENSHOTS, a folder, it leaves pictures there.
func TestPage(t *testing.T) {
	if os.Getenv("NIGHTLY") == "" {
		t.Skip("it takes a minute; NIGHTLY=1 runs it")
	}
	chromium, err := exec.LookPath("chromium")
	if err == nil {
		_, err = os.Stat("node_modules/playwright-core")
	}
	if err != nil {
		if os.Getenv("PROGRAMS") == "required" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	origin := serve(t, build(t))
	all := cases(t)
	stdin, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "browser.mjs", origin, os.Getenv("SCREENSHOTS"))
	cmd.Env = append(os.Environ(), "CHROMIUM="+chromium)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{r.Violations, r.Errors, r.Axe} {
		for _, s := range list {
			t.Error(s)
		}
	}
	for _, request := range r.Requests {
		if u, err := url.Parse(request); err != nil || u.Scheme+"://"+u.Host+"/" != origin {
			t.Errorf("the page requests %s", request)
		}
	}
	if len(r.Checks) < 20 {
		t.Errorf("%d checks", len(r.Checks))
	}
	for name, wrong := range r.Checks {
		if wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
	if r.Shift > 0 {
		t.Errorf("the layout shifts by %v", r.Shift)
	}
	t.Logf("ready after %.0f ms", r.Ready)
	if len(r.Answers) != len(all) {
		t.Fatalf("%d answers, want %d", len(r.Answers), len(all))
	}
	command, tool := newCommand(t), newTool(t)
	for i, c := range all {
		want, messages := command(c.text)
		got := r.Answers[i]
		if got.Text != string([]rune(want)) || strings.Join(got.Messages, "\n") != messages {
			t.Errorf("%s: the page says\n%s\n%q\nand the command\n%s\n%s", c.Name, got.Text, got.Messages, want, messages)
		}
		if got := tool(c); got != string([]rune(want+messages)) {
			t.Errorf("%s: the tool says\n%s\nand the command\n%s%s", c.Name, got, want, messages)
		}
	}
}

// BenchmarkPage measures in Chromium, as medians: from the navigation until the page is ready; from the input of a
// text until its report is in the document; and within that the call of the WebAssembly alone.
func BenchmarkPage(b *testing.B) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		b.Skip(err)
	}
	digest := "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"one\"\r\n\r\n"
	var largest []byte
	all := cases(b)
	for _, c := range all {
		if len(c.text) > len(largest) && utf8.Valid(c.text) {
			largest = c.text
		}
	}
	texts := []kase{newKase("small", []byte(digest)), newKase("form", largest), newKase("MB", []byte(strings.Repeat(digest[:len(digest)-2]+"\r\n"+strings.Repeat("a line of a log\n", 2000), 32)))}
	stdin, err := json.Marshal(texts)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("node", "bench.mjs", serve(b, build(b)))
	cmd.Env = append(os.Environ(), "CHROMIUM="+chromium)
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var figures map[string]float64
	if err := json.Unmarshal(out, &figures); err != nil {
		b.Fatal(err)
	}
	for b.Loop() { // the figures are medians already
	}
	b.ReportMetric(0, "ns/op")
	for name, ms := range figures {
		b.ReportMetric(ms, name+"-ms")
	}
	for _, c := range texts {
		b.Logf("%s: %d bytes", c.Name, len(c.text))
	}
}

// program builds the program in the folder of a module.
func program(t *testing.T, module, folder string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if out, err := exec.Command("go", "build", "-C", module, "-o", name, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

// newCommand returns a function that runs the command on a text, and returns what it prints and its messages.
func newCommand(t *testing.T) func(text []byte) (stdout, messages string) {
	t.Helper()
	name := program(t, "../..", "./cmd/wwwauth")
	return func(text []byte) (string, string) {
		cmd := exec.Command(name)
		cmd.Env = append(os.Environ(), "COLUMNS=80")
		cmd.Stdin = bytes.NewReader(text)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() > 3 && cmd.ProcessState.ExitCode() != 66 {
			t.Fatalf("%v\n%s", err, stderr.Bytes())
		}
		var lines []string
		for line := range strings.Lines(stderr.String()) {
			lines = append(lines, strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "wwwauth: "))
		}
		return stdout.String(), strings.Join(lines, "\n")
	}
}

// newTool returns a function that has the MCP server explain a text.
func newTool(t *testing.T) func(c kase) string {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.CommandTransport{Command: exec.Command(program(t, "../../mcp", "."))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return func(c kase) string {
		args := map[string]any{"text": string(c.text), "show_secrets": true}
		if !utf8.Valid(c.text) {
			args["text"], args["encoding"] = c.Base64, "base64"
		}
		answer, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "explain", Arguments: args})
		if err != nil || answer.IsError {
			t.Fatalf("%s: %v, %+v", c.Name, err, answer)
		}
		var b strings.Builder
		for _, content := range answer.Content {
			b.WriteString(content.(*mcp.TextContent).Text)
		}
		return b.String()
	}
}
