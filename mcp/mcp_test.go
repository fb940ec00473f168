package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// programs is the folder of this server and of the command, built.
var programs string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if programs, err = os.MkdirTemp("", "mcp"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(programs)
		for _, dir := range []string{".", "../cmd/wwwauth"} {
			build := exec.Command("go", "build", "-o", programs, ".")
			build.Dir = dir
			if out, err := build.CombinedOutput(); err != nil {
				panic(string(out))
			}
		}
		return m.Run()
	}())
}

func command(name string, args ...string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return exec.Command(filepath.Join(programs, name), args...)
}

// connect returns a session with a client of the SDK.
func connect(t *testing.T, transport mcp.Transport) *mcp.ClientSession {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// inProcess returns a session with a server in this process.
func inProcess(t *testing.T, s server) *mcp.ClientSession {
	t.Helper()
	ours, theirs := mcp.NewInMemoryTransports()
	if _, err := s.newServer().Connect(context.Background(), ours, nil); err != nil {
		t.Fatal(err)
	}
	return connect(t, theirs)
}

// args are the arguments of a tool.
type args = map[string]any

// call calls a tool and returns the texts of its answer, and whether it is an error.
func call(t *testing.T, session *mcp.ClientSession, tool string, a args) (texts []string, isError bool) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: a})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range result.Content {
		texts = append(texts, c.(*mcp.TextContent).Text)
	}
	return texts, result.IsError
}

const refused = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm='my home', nonce=\"c2VjcmV0\"\r\n\r\n"

// TestTools checks that an agent gets each kind of answer, in this process and over standard input and output.
func TestTools(t *testing.T) {
	for name, session := range map[string]*mcp.ClientSession{
		"in process": inProcess(t, server{}),
		"stdio":      connect(t, &mcp.CommandTransport{Command: command("mcp")}),
	} {
		t.Run(name, func(t *testing.T) {
			list, err := session.ListTools(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, tool := range list.Tools {
				names = append(names, tool.Name)
				if !tool.Annotations.ReadOnlyHint || tool.Title == "" || len(tool.Description) < 100 {
					t.Errorf("%s: an agent learns too little of it: %+v", tool.Name, tool)
				}
			}
			slices.Sort(names)
			if want := []string{"explain", "fmt", "probe", "vet"}; !slices.Equal(names, want) {
				t.Errorf("the tools are %q, want %q", names, want)
			}
			for _, tt := range []struct {
				name, tool     string
				args           args
				isError        bool
				want, unwanted string // in the answer
			}{
				{"text", "explain", args{"text": refused}, false, "What a client should do next", "c2VjcmV0"},
				{"client", "explain", args{"text": refused, "for": "client"}, false, "What a client should do next", "What departs"},
				{"server", "explain", args{"text": refused, "for": "server"}, false, "What departs", "What a client should do next"},
				{"json", "explain", args{"text": refused, "format": "json"}, false, `"verdict":"repaired"`, "c2VjcmV0"},
				{"short json", "explain", args{"text": refused, "format": "json", "short": true}, false, `"field":"WWW-Authenticate"`, "verdict"},
				{"secrets", "explain", args{"text": refused, "show_secrets": true}, false, "c2VjcmV0", ""},
				{"vet", "vet", args{"text": refused}, false, "single-quote", "What a client"},
				{"vet profile", "vet", args{"text": "WWW-Authenticate: Bearer", "profile": []string{"mcp"}, "status": 401, "credentials": "none"}, false, "mcp-metadata", ""},
				{"vet only", "vet", args{"text": refused, "only": []string{"single-quote"}}, false, "single-quote", "digest-"},
				{"vet without", "vet", args{"text": refused, "disable": []string{"single-quote"}}, false, "digest-", "single-quote"},
				{"vet corrects", "vet", args{"text": "WWW-Authenticate: Basic realm='a'", "format": "json"}, false, `realm=\"a\"`, ""},
				{"no such rule", "vet", args{"text": refused, "only": []string{"digest-qob"}}, true, "did you mean digest-qop?", ""},
				{"fmt", "fmt", args{"text": "WWW-Authenticate: Basic realm='my home', Negotiate"}, false, "Basic realm=\"my home\"\nNegotiate\n", ""},
				{"base64", "fmt", args{"text": "V1dXLUF1dGhlbnRpY2F0ZTogQmFzaWMgcmVhbG09Iv8i", "encoding": "base64"}, false, "Basic realm=", ""},
				{"nothing", "explain", args{"text": "Good morning."}, false, "no challenge found", ""},
				{"no base64", "fmt", args{"text": "?", "encoding": "base64"}, true, "text is not base64", ""},
				{"no such format", "explain", args{"text": refused, "format": "xml"}, true, "enum", ""},
				{"no such argument", "explain", args{"text": refused, "colour": true}, true, "colour", ""},
				{"too long", "explain", args{"text": strings.Repeat("a", maxText+1)}, true, "the limit is", ""},
				{"answer too long", "explain", args{"text": strings.Repeat(refused, 2000)}, true, "the limit is", ""},
				{"no URL", "probe", args{"url": "ftp://example.com"}, true, "not an http or https URL", ""},
				{"loopback", "probe", args{"url": "http://127.0.0.1:1"}, true, "not public", ""},
				{"metadata service", "probe", args{"url": "http://169.254.169.254/latest"}, true, "not public", ""},
			} {
				t.Run(tt.name, func(t *testing.T) {
					texts, isError := call(t, session, tt.tool, tt.args)
					got := strings.Join(texts, "\n")
					if isError != tt.isError || !strings.Contains(got, tt.want) || tt.unwanted != "" && strings.Contains(got, tt.unwanted) {
						t.Errorf("isError is %v, want %v; the answer must have %q and not %q:\n%.2000s", isError, tt.isError, tt.want, tt.unwanted, got)
					}
				})
			}
		})
	}
}

// TestPrivate checks that probe goes to this machine if the server was started to do so.
func TestPrivate(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="home"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer site.Close()
	for _, session := range []*mcp.ClientSession{
		inProcess(t, server{private: true}),
		connect(t, &mcp.CommandTransport{Command: command("mcp", "-private")}),
	} {
		for format, want := range map[string]string{"text": "Verdict", "json": `"verdict"`} {
			texts, isError := call(t, session, "probe", args{"url": site.URL, "format": format})
			if isError || len(texts) != 1 || !strings.Contains(texts[0], want) || !strings.Contains(texts[0], "Basic") {
				t.Errorf("%s: %v, %q", format, isError, texts)
			}
		}
	}
}

// TestCommand checks that the tools say what the command says, of every capture and of every form in which
// people have a response.
func TestCommand(t *testing.T) {
	session := inProcess(t, server{})
	var files []string
	for _, folder := range []string{"../testdata/captures", "../internal/input/testdata/forms"} {
		list, err := filepath.Glob(folder + "/*")
		if err != nil || len(list) < 30 {
			t.Fatalf("%s: %d files, %v", folder, len(list), err)
		}
		files = append(files, list...)
	}
	texts := map[string][]byte{
		"damaged gzip": []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + refused),
	}
	for _, file := range files {
		if filepath.Base(file) == "expect.json" {
			continue // what is to be read from the forms
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = b
	}
	for file, b := range texts {
		for _, tt := range []struct {
			flags []string
			tool  string
			args  args
		}{
			{[]string{"-redact"}, "explain", args{}},
			{[]string{}, "explain", args{"show_secrets": true}},
			{[]string{"-redact", "-for", "client"}, "explain", args{"for": "client"}},
			{[]string{"-redact", "-for", "server", "-short"}, "explain", args{"for": "server", "short": true}},
			{[]string{"-redact", "-json"}, "explain", args{"format": "json"}},
			{[]string{"vet", "-redact", "-profile", "mcp"}, "vet", args{"profile": []string{"mcp"}}},
			{[]string{"vet", "-redact", "-only", "single-quote,metadata-url"}, "vet", args{"only": []string{"single-quote", "metadata-url"}}},
			{[]string{"vet", "-redact", "-disable", "single-quote"}, "vet", args{"disable": []string{"single-quote"}}},
			{[]string{"fmt"}, "fmt", args{"show_secrets": true}},
		} {
			want, messages := runCommand(t, b, tt.flags...)
			tt.args["text"] = string(b)
			if !utf8.Valid(b) {
				tt.args["text"], tt.args["encoding"] = base64.StdEncoding.EncodeToString(b), "base64"
			}
			texts, isError := call(t, session, tt.tool, tt.args)
			got := strings.Join(texts, "")
			want += messages
			if got == "nothing to report" {
				got = ""
			}
			if isError || got != string([]rune(want)) {
				t.Errorf("%s %q: the tool says\n%s\nand the command\n%s", file, tt.flags, got, want)
			}
		}
	}
}

// runCommand runs the command and returns what it prints, and its messages as a tool has them.
func runCommand(t *testing.T, stdin []byte, args ...string) (stdout, messages string) {
	t.Helper()
	cmd := command("wwwauth", args...)
	cmd.Env = append(os.Environ(), "COLUMNS=80")
	cmd.Stdin = bytes.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() > 3 && cmd.ProcessState.ExitCode() != 66 {
		t.Fatalf("%q: %v\n%s", args, err, errs.Bytes())
	}
	var lines []string
	for line := range strings.Lines(errs.String()) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "wwwauth: "))
	}
	return out.String(), strings.Join(lines, "\n")
}

// TestREADME checks that the configurations in README.md are JSON that starts this server, and that it names
// all tools and the flag.
func TestREADME(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(b, -1)
	if len(blocks) < 2 {
		t.Fatalf("%d configurations", len(blocks))
	}
	for _, block := range blocks {
		var config map[string]map[string]struct {
			Command string
			Args    []string
		}
		if err := json.Unmarshal(block[1], &config); err != nil {
			t.Errorf("%v:\n%s", err, block[1])
		}
		for _, servers := range config {
			if s, ok := servers["wwwauth"]; !ok || !strings.HasSuffix(s.Command, "wwwauth-mcp") || len(s.Args) > 0 {
				t.Errorf("it does not start the server:\n%s", block[1])
			}
		}
	}
	for _, want := range []string{"`explain`", "`vet`", "`fmt`", "`probe`", "`-private`"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
}
