// Package examples has programs that show how to use the module; this test runs them.
package examples

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

// programs is the directory that the examples are built into.
var programs string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "examples"); err != nil {
		log.Print(err)
		return 1
	}
	defer os.RemoveAll(programs)
	if out, err := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "./journal", "./gateway", "./client").CombinedOutput(); err != nil {
		log.Printf("go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// start starts an example, and returns the URL that it prints.
func start(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(programs, name), append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%s printed\n%s", name, stderr.Bytes())
		}
	})
	// It listens before it prints the line.
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%s ended before it listened: %v", name, err)
	}
	return strings.TrimSpace(line)
}

// curl runs curl -i, and returns the response that it prints.
func curl(t *testing.T, args ...string) *http.Response {
	t.Helper()
	// Neither the configuration of the user nor a proxy is wanted.
	cmd := exec.Command("curl", append([]string{"-q", "--noproxy", "*", "-sS", "-i", "--max-time", "60"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.Bytes())
	}
	// The request, for who reads the response: one to HEAD has a Content-Length and no content.
	r := &http.Request{Method: http.MethodGet, Header: http.Header{}}
	for i, arg := range args {
		switch arg {
		case "--head":
			r.Method = http.MethodHead
		case "-H":
			name, value, _ := strings.Cut(args[i+1], ": ")
			r.Header.Add(name, value)
		case "-u":
			user, password, _ := strings.Cut(args[i+1], ":")
			r.SetBasicAuth(user, password)
		case "--oauth2-bearer":
			r.Header.Set("Authorization", "Bearer "+args[i+1])
		}
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(out)), r)
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return resp
}

func needCurl(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
}

type curlTest struct {
	name   string
	args   []string
	status int
	lines  []string // WWW-Authenticate
	media  string   // Content-Type
	text   string   // content
}

// run checks the response, and returns what lint finds in it.
func (tt *curlTest) run(t *testing.T, url string) []lint.Finding {
	resp := curl(t, append(tt.args, url)...)
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != tt.status {
		t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
	}
	if diff := cmp.Diff(tt.lines, resp.Header["Www-Authenticate"]); diff != "" {
		t.Errorf("WWW-Authenticate (-want +got):\n%s", diff)
	}
	if got := resp.Header.Get("Content-Type"); got != tt.media {
		t.Errorf("Content-Type %q, want %q", got, tt.media)
	}
	if diff := cmp.Diff(tt.text, string(content)); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	if tt.status >= 400 && len(tt.lines) > 0 {
		if got := resp.Header.Get("Cache-Control"); got != "no-store" && tt.media != "text/html" {
			t.Errorf("Cache-Control %q", got)
		}
		if cs, err := httpauth.Challenges(resp); err != nil || len(cs) != len(tt.lines) {
			t.Errorf("the challenges are read as %v, %v", cs, err)
		}
	}
	return httplint.Response(resp)
}

const (
	problem = "application/problem+json"
	jsonrpc = "application/json"
)

func authorization(value string) []string { return []string{"-H", "Authorization: " + value} }

// The cases of RFC 6750 section 3, and of a field that breaks the rules of RFC 9110 section 11.6.2.
func TestJournal(t *testing.T) {
	needCurl(t)
	url := start(t, "journal")
	for _, tt := range []curlTest{
		{
			"no token", nil, 401, []string{`Bearer scope="journal:read", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"An access token is needed"}`,
		},
		{
			"no token, HEAD", []string{"--head"}, 401, []string{`Bearer scope="journal:read", realm="journal"`},
			problem, "",
		},
		{
			"no token, to write", []string{"-d", "Rain."}, 401, []string{`Bearer scope="journal:write", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"An access token is needed"}`,
		},
		{
			"another scheme", []string{"-u", "rita:secret"}, 401, []string{`Bearer scope="journal:read", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"An access token is needed"}`,
		},
		{
			"another scheme, malformed", authorization("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"), 401,
			[]string{`Bearer scope="journal:read", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"An access token is needed"}`,
		},
		{
			"an empty field", []string{"-H", "Authorization;"}, 401, []string{`Bearer scope="journal:read", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"An access token is needed"}`,
		},
		{
			"malformed", authorization("Bearer reader please"), 400,
			[]string{`Bearer scope="journal:read", error="invalid_request", realm="journal", error_description="The Authorization field is malformed"`},
			problem, `{"title":"Bad Request","status":400,"detail":"The Authorization field is malformed"}`,
		},
		{
			"scheme alone", authorization("Bearer"), 400,
			[]string{`Bearer scope="journal:read", error="invalid_request", realm="journal", error_description="The Authorization field has no access token"`},
			problem, `{"title":"Bad Request","status":400,"detail":"The Authorization field has no access token"}`,
		},
		{
			"two fields", append(authorization("Bearer reader"), authorization("Bearer reader")...), 400,
			[]string{`Bearer scope="journal:read", error="invalid_request", realm="journal", error_description="The request has more than one Authorization field"`},
			problem, `{"title":"Bad Request","status":400,"detail":"The request has more than one Authorization field"}`,
		},
		{
			"bad token", []string{"--oauth2-bearer", "stolen"}, 401, []string{`Bearer scope="journal:read", error="invalid_token", realm="journal"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"The access token is not valid"}`,
		},
		{
			"expired token", authorization("Bearer old"), 401,
			[]string{`Bearer scope="journal:read", error="invalid_token", realm="journal", error_description="The access token expired"`},
			problem, `{"title":"Unauthorized","status":401,"detail":"The access token expired"}`,
		},
		{
			"missing scope", append(authorization("Bearer reader"), "-d", "Rain."), 403,
			[]string{`Bearer scope="journal:write", error="insufficient_scope", realm="journal"`},
			problem, `{"title":"Forbidden","status":403,"detail":"The access token lacks a scope"}`,
		},
		{"write", append(authorization("Bearer writer"), "-d", "Rain."), 201, nil, "", ""},
		{"read", authorization("bearer reader"), 200, nil, "application/json", `[{"By":"Rita","Text":"The first day."},{"By":"Walt","Text":"Rain."}]` + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, f := range tt.run(t, url) {
				t.Error(f)
			}
		})
	}
}

// The client prints what a server asks for, and what is wrong with it.
func TestClient(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("WWW-Authenticate", `Bearer scope="journal:read journal:write", realm=/`)
		w.Header().Add("WWW-Authenticate", `Basic realm="journal"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	out, err := exec.Command(filepath.Join(programs, "client"), server.URL).Output()
	if err != nil {
		t.Fatal(err)
	}
	const want = "Bearer / journal:read journal:write wwwauth: line 0, offset 49: value must be quoted\n"
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A backend that answers as its path says.
func backend(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/bare":
		http.Error(w, "no", http.StatusUnauthorized)
	case "/own":
		w.Header().Set("Content-Type", "text/html")
		w.Header().Add("WWW-Authenticate", `Basic  realm=x`) // valid, but not as we would write it
		w.Header().Add("WWW-Authenticate", `Negotiate`)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, "<p>no</p>")
	case "/empty":
		w.Header().Set("WWW-Authenticate", "")
		w.WriteHeader(http.StatusUnauthorized)
	case "/unreadable":
		w.Header().Set("WWW-Authenticate", "{}")
		w.WriteHeader(http.StatusUnauthorized)
	case "/ok":
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, "{}")
	}
}

func TestGateway(t *testing.T) {
	needCurl(t)
	server := httptest.NewServer(http.HandlerFunc(backend))
	defer server.Close()
	metadata := []string{"-realm", "mcp", "-scope", "files:read files:write", "-resource-metadata", "https://mcp.example/.well-known/oauth-protected-resource"}
	legacy := []string{"-realm", "mcp", "-scope", "files:read", "-authorization-server", "https://as.example"}
	const needed = `{"error":{"code":-32000,"message":"An access token is needed"},"id":null,"jsonrpc":"2.0"}`
	const invalid = `{"error":{"code":-32000,"message":"The access token is not valid"},"id":null,"jsonrpc":"2.0"}`
	fallback := []string{`Bearer realm="MCP Server"`}

	for _, gateway := range []struct {
		flags []string
		tests []curlTest
	}{
		{metadata, []curlTest{
			{
				"/bare", nil, 401,
				[]string{`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read files:write", realm="mcp"`},
				jsonrpc, needed,
			},
			{
				"/bare", authorization("Bearer stolen"), 401,
				[]string{`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read files:write", error="invalid_token", realm="mcp"`},
				jsonrpc, invalid,
			},
			{
				"/empty", nil, 401,
				[]string{`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read files:write", realm="mcp"`},
				jsonrpc, needed,
			},
			{
				"/unreadable", nil, 401,
				[]string{`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read files:write", realm="mcp"`},
				jsonrpc, needed,
			},
			{"/own", nil, 401, []string{`Basic  realm=x`, `Negotiate`}, "text/html", "<p>no</p>"},
			{"/ok", nil, 200, nil, "application/json", "{}"},
		}},
		{legacy, []curlTest{
			{"/bare", nil, 401, []string{`Bearer scope="files:read", realm="mcp", authorization_server="https://as.example"`}, jsonrpc, needed},
			{"/bare", []string{"-u", "a:b"}, 401, []string{`Bearer scope="files:read", realm="mcp", authorization_server="https://as.example"`}, jsonrpc, needed},
		}},
		{nil, []curlTest{{"/bare", nil, 401, fallback, jsonrpc, needed}}},
		{[]string{"-scope", `files:"read"`}, []curlTest{
			{"/bare", []string{"--head"}, 401, fallback, jsonrpc, ""},
			{"/bare", authorization("Bearer stolen"), 401, []string{`Bearer error="invalid_token", realm="MCP Server"`}, jsonrpc, invalid},
		}},
	} {
		url := start(t, "gateway", append(gateway.flags, "-backend", server.URL)...)
		for _, tt := range gateway.tests {
			t.Run(strings.Join(append(gateway.flags, tt.name), " "), func(t *testing.T) {
				for _, f := range tt.run(t, strings.TrimSuffix(url, "/")+tt.name) {
					// What the backend sends is not ours, and what the flags ask for not our choice.
					if tt.name != "/own" && f.Rule.Name != "authorization-server" {
						t.Error(f)
					}
				}
			})
		}
	}
}

// A browser reads the challenge only if it is exposed.
func TestGatewayOrigin(t *testing.T) {
	needCurl(t)
	server := httptest.NewServer(http.HandlerFunc(backend))
	defer server.Close()
	url := start(t, "gateway", "-backend", server.URL, "-realm", "mcp")
	for _, args := range [][]string{{"-H", "Origin: https://app.example"}, nil} {
		want := ""
		if args != nil {
			want = "WWW-Authenticate"
		}
		resp := curl(t, append(args, url+"bare")...)
		if got := resp.Header.Get("Access-Control-Expose-Headers"); got != want {
			t.Errorf("%v: Access-Control-Expose-Headers %q, want %q", args, got, want)
		}
	}
}

// What README.md tells a new user to type in a module of their own works before the release too: the
// commands that get the library, and the programs, each in a file as it is.
func TestREADME(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.ReplaceAll(string(b), "\r\n", "\n")
	clone, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^    go (mod edit -replace=.*|get .*)$`).FindAllStringSubmatch(readme, -1)
	programs := regexp.MustCompile("(?ms)^```go\n(package main\n.*?)^```$").FindAllStringSubmatch(readme, -1)
	if len(commands) != 2 || len(programs) != 2 {
		t.Fatalf("%d commands, and %d programs", len(commands), len(programs))
	}

	folder := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run("mod", "init", "example.com/hello")
	for _, command := range commands {
		args := strings.Fields(command[1])
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "/path/to/clone", clone)
		}
		run(args...)
	}
	for i, program := range programs {
		name := filepath.Join(folder, strconv.Itoa(i))
		if err := os.Mkdir(name, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(name, "main.go"), []byte(program[1]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run("vet", "./...")
}

// Each example is one file that can be read at a glance.
func TestLength(t *testing.T) {
	files, err := filepath.Glob("*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(source, []byte("\n")); lines >= 100 {
			t.Errorf("%s has %d lines, want fewer than 100", file, lines)
		}
	}
}
