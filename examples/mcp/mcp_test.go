// Package mcp has an MCP server and an MCP client that sign in with wwwauth; this test runs them.
package mcp

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"golang.org/x/oauth2"
)

// programs is the folder of the programs, built.
var programs string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if programs, err = os.MkdirTemp("", "mcp"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(programs)
		build := exec.Command("go", "build", "-o", programs, "./authserver", "./server", "./client")
		if out, err := build.CombinedOutput(); err != nil {
			panic(string(out))
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

// start starts a server, and returns the URL that it prints when it listens, and what it prints then.
func start(t *testing.T, name string, args ...string) (string, *bufio.Reader) {
	t.Helper()
	cmd := command(name, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), "CLIENT_SECRET=secret")
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
	lines := bufio.NewReader(stdout)
	return readLine(t, lines), lines
}

func readLine(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// runClient runs the client, calls visit with the URL to which it sends its user, and returns what it prints.
func runClient(t *testing.T, visit func(*testing.T, string), args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := command("client", args...)
	var out, messages bytes.Buffer
	cmd.Stdout = &out
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		messages.WriteString(lines.Text() + "\n")
		if url, ok := strings.CutPrefix(lines.Text(), "Sign in at "); ok {
			visit(t, url)
			if t.Failed() {
				cmd.Process.Kill() // it may wait for the user
			}
		}
	}
	err = cmd.Wait()
	return out.String(), messages.String(), err
}

// agree goes to the URL, as a browser does, and with it back to the client.
func agree(t *testing.T, url string) {
	resp, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	if page := content(t, resp); page != "You can close this window.\n" {
		t.Errorf("the user sees %q", page)
	}
}

// comeBack does not go to the URL, but comes back to the client with a query, in which {} stands for the state.
func comeBack(query string) func(*testing.T, string) {
	return func(t *testing.T, authorize string) {
		u, err := url.Parse(authorize)
		if err != nil {
			t.Error(err)
			return
		}
		callback, state := u.Query().Get("redirect_uri"), u.Query().Get("state")
		for _, wrong := range []string{callback + "?code=a&state=b", callback + "2?code=a&state=" + state} {
			resp, err := http.Get(wrong)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", wrong, resp.Status)
			}
		}
		agree(t, callback+"?"+strings.ReplaceAll(query, "{}", state))
	}
}

func content(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSignIn runs the three programs: what reaches the authorization server is the scope of the challenge,
// and the resource of the metadata.
func TestSignIn(t *testing.T) {
	as, asked := start(t, "authserver")
	endpoint, _ := start(t, "server", "-issuer", as, "-client-id", "server", "-scope", "tools:call tools:list")
	stdout, stderr, err := runClient(t, agree, "-local", endpoint, "whoami", "{}")
	if err != nil || stdout != "You are Rita, with the scope tools:call tools:list.\n" {
		t.Errorf("%v: %q\n%s", err, stdout, stderr)
	}
	if got, want := readLine(t, asked), `authorize scope="tools:call tools:list" resource="`+endpoint+`"`; got != want {
		t.Errorf("the authorization server got %s, want %s", got, want)
	}
}

// TestStepUp checks that the client comes back from a 403 with what it had and what it needs.
func TestStepUp(t *testing.T) {
	as, asked := start(t, "authserver")
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	metadata, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{Resource: server.URL + "/mcp", AuthorizationServers: []string{as}})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle(metadata.Path(), metadata)
	// The first token is good for one scope, and those after it for both.
	var mu sync.Mutex
	var first string
	expires := time.Now().Add(time.Hour)
	verify := func(_ context.Context, _ *http.Request, token string) (*httpauth.Identity, error) {
		mu.Lock()
		defer mu.Unlock()
		if first == "" {
			first = token
		}
		if token == first {
			return &httpauth.Identity{Scope: wwwauth.Scope{"tools:list"}, Expires: expires}, nil
		}
		return &httpauth.Identity{Scope: wwwauth.Scope{"tools:list", "tools:call"}, Expires: expires}, nil
	}
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer:        wwwauth.Bearer{ResourceMetadata: metadata.URL(), Scope: wwwauth.Scope{"tools:list"}},
		AdvertiseOnly: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "double"}, func(_ context.Context, _ *mcp.CallToolRequest, in struct{ Text string }) (*mcp.CallToolResult, any, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: in.Text + in.Text}}}, nil, nil
	})
	next := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})
	mux.Handle("/mcp", gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if bytes.Contains(body, []byte(`"tools/call"`)) && !httpauth.IdentityFrom(r.Context()).Scope.Contains("tools:call") {
			gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"tools:call"}})
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})))

	stdout, stderr, err := runClient(t, agree, "-local", server.URL+"/mcp", "double", `{"Text":"ho"}`)
	if err != nil || stdout != "hoho\n" {
		t.Errorf("%v: %q\n%s", err, stdout, stderr)
	}
	for _, scope := range []string{"tools:list", "tools:list tools:call"} {
		if got, want := readLine(t, asked), `authorize scope="`+scope+`" resource="`+server.URL+`/mcp"`; got != want {
			t.Errorf("the authorization server got %s, want %s", got, want)
		}
	}
}

// TestRefusals checks that the client does not go where no server may send it, and gives up where no token
// helps.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name      string
		args      []string
		status    int
		challenge string
		requests  []string
		message   string
	}{
		{"no -local", nil, 401, `Bearer resource_metadata="{}/metadata"`, []string{"POST /mcp"}, "not https"},
		{"no metadata", []string{"-local"}, 401, `Bearer resource_metadata="{}/metadata"`, []string{"POST /mcp", "GET /metadata"}, "protected resource metadata"},
		{"403", []string{"-local"}, 403, `Bearer realm="x"`, []string{"POST /mcp"}, "403 Forbidden, and no other token would help"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			var requests []string // each once, since the SDK tries to connect with two revisions of MCP
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if request := r.Method + " " + r.URL.Path; !slices.Contains(requests, request) {
					requests = append(requests, request)
				}
				w.Header().Set("WWW-Authenticate", strings.ReplaceAll(tt.challenge, "{}", "http://"+r.Host))
				w.WriteHeader(tt.status)
			}))
			defer server.Close()
			stdout, stderr, err := runClient(t, agree, append(tt.args, server.URL+"/mcp", "whoami", "{}")...)
			if err == nil || stdout != "" || !strings.Contains(stderr, tt.message) || strings.Contains(stderr, "Sign in") {
				t.Errorf("%v: %q\n%s", err, stdout, stderr)
			}
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(requests, tt.requests) {
				t.Errorf("the server got %q", requests)
			}
		})
	}
}

// TestCallback checks what the client makes of those who come back from elsewhere.
func TestCallback(t *testing.T) {
	as, _ := start(t, "authserver")
	endpoint, _ := start(t, "server", "-issuer", as, "-client-id", "server")
	for _, tt := range []struct{ name, query, message string }{
		{"another issuer", "state={}&code=x&iss=https://as.example", "RFC 9207"},
		{"no issuer", "state={}&code=x", "RFC 9207"},
		{"refused", "state={}&error=access_denied&iss=" + as, `answers "access_denied"`},
		{"invented code", "state={}&code=x&iss=" + as, "invalid_grant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, err := runClient(t, comeBack(tt.query), "-local", endpoint, "whoami", "{}")
			if err == nil || stdout != "" || !strings.Contains(stderr, tt.message) {
				t.Errorf("%v: %q\n%s", err, stdout, stderr)
			}
		})
	}
}

// TestServer checks which tokens the server takes.
func TestServer(t *testing.T) {
	as, _ := start(t, "authserver")
	endpoint, _ := start(t, "server", "-issuer", as, "-client-id", "server")
	unknown, _ := start(t, "server", "-issuer", as, "-client-id", "another")
	metadata := `resource_metadata="` + strings.TrimSuffix(endpoint, "/mcp") + `/.well-known/oauth-protected-resource/mcp"`
	for _, tt := range []struct {
		name, endpoint, token string
		status                int
		challenge             string
	}{
		{"none", endpoint, "", 401, `Bearer ` + metadata + `, scope="tools:call"`},
		{"good", endpoint, token(t, as, endpoint, "tools:call more"), 200, ""},
		{"invented", endpoint, "invented", 401, `Bearer ` + metadata + `, scope="tools:call", error="invalid_token"`},
		{"for another server", endpoint, token(t, as, unknown, "tools:call"), 401, `Bearer ` + metadata + `, scope="tools:call", error="invalid_token"`},
		{"scope", endpoint, token(t, as, endpoint, "more"), 403, `Bearer ` + metadata + `, scope="tools:call", error="insufficient_scope"`},
		{"introspection refused", unknown, token(t, as, unknown, "tools:call"), 500, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp := list(t, tt.endpoint, "", tt.token)
			text := content(t, resp)
			if resp.StatusCode != tt.status || resp.Header.Get("WWW-Authenticate") != tt.challenge {
				t.Errorf("%s, %s\n%s", resp.Status, resp.Header.Get("WWW-Authenticate"), text)
			}
			if listed := strings.Contains(text, `"whoami"`); listed != (tt.status == 200) {
				t.Errorf("%s", text)
			}
		})
	}
}

// list asks for the tools. The host is that of the endpoint if it is empty.
func list(t *testing.T, endpoint, host, token string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader(
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// introspection starts an authorization server that gives the answers about tokens.
func introspection(t *testing.T, answers map[string]string) (issuer string) {
	mux := http.NewServeMux()
	as := httptest.NewServer(mux)
	t.Cleanup(as.Close)
	mux.HandleFunc("/.well-known/oauth-authorization-server", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, strings.ReplaceAll(`{"issuer":"{}","authorization_endpoint":"{}/a","token_endpoint":"{}/t","introspection_endpoint":"{}/i",
			"code_challenge_methods_supported":["S256"]}`, "{}", as.URL))
	})
	mux.HandleFunc("POST /i", func(w http.ResponseWriter, r *http.Request) {
		if id, secret, _ := r.BasicAuth(); id != "a%3Ab" || secret != "secret" {
			t.Errorf("introspection by %s", id)
		}
		io.WriteString(w, answers[r.PostFormValue("token")])
	})
	return as.URL
}

// TestSessions checks that a session is open to the user who started it, with whatever token, and to nobody
// else, though every token here is valid.
func TestSessions(t *testing.T) {
	const resource = "https://mcp.example.com/mcp"
	answer := func(sub string) string {
		return `{"active":true,"sub":"` + sub + `","scope":"tools:call","aud":"` + resource + `"}`
	}
	as := introspection(t, map[string]string{"rita": answer("Rita"), "rita2": answer("Rita"), "otto": answer("Otto"), "nobody": answer("")})
	_, more := start(t, "server", "-sessions", "-issuer", as, "-client-id", "a:b", "-url", "https://mcp.example.com")
	_, local, _ := strings.Cut(readLine(t, more), " listens on ")
	request := func(method, token, session, body string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, local, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json, text/event-stream")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		if session != "" {
			req.Header.Set("Mcp-Session-Id", session)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	const whoami = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami","arguments":{}}}`
	open := func(token string) string {
		t.Helper()
		resp := request("POST", token, "", `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",`+
			`"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`)
		text := content(t, resp)
		id := resp.Header.Get("Mcp-Session-Id")
		if resp.StatusCode != http.StatusOK || id == "" {
			t.Fatalf("%s starts a session: %s, %q\n%s", token, resp.Status, id, text)
		}
		if resp := request("POST", token, id, `{"jsonrpc":"2.0","method":"notifications/initialized"}`); resp.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %s\n%s", token, resp.Status, content(t, resp))
		}
		return id
	}
	ritas, ottos := open("rita"), open("otto")
	for _, tt := range []struct {
		method, token, session string
		status                 int
		text                   string
	}{
		{"POST", "rita", ritas, 200, "You are Rita"},
		{"POST", "otto", ritas, 403, ""},
		{"GET", "otto", ritas, 403, ""},
		{"DELETE", "otto", ritas, 403, ""},
		{"POST", "rita", ottos, 403, ""},
		{"POST", "nobody", ritas, 401, ""},
		{"POST", "invented", ritas, 500, ""}, // no answer about it
		{"POST", "", ritas, 401, ""},
		{"POST", "rita2", ritas, 200, "You are Rita"},
		{"POST", "otto", ottos, 200, "You are Otto"},
		{"DELETE", "rita2", ritas, 204, ""},
		{"POST", "rita", ritas, 404, ""},
	} {
		resp := request(tt.method, tt.token, tt.session, whoami)
		if text := content(t, resp); resp.StatusCode != tt.status || !strings.Contains(text, tt.text) || tt.status != 200 && strings.Contains(text, "You are") {
			t.Errorf("%s by %q: %s, want %d %s\n%s", tt.method, tt.token, resp.Status, tt.status, tt.text, text)
		}
	}
}

// TestTerminal checks that nothing that a server sends controls the terminal of the client's user.
func TestTerminal(t *testing.T) {
	const hostile = "a\x1b]0;pwned\a\x1b[2J\rb\x00\x7f\u009b31mc\u202ed\u2066e\u200bf\tg\nü"
	const want = "a\ufffd]0;pwned\ufffd\ufffd[2J\ufffdb\ufffd\ufffd\ufffd31mc\ufffdd\ufffde\ufffdf\tg\nü\n"
	s := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "text"}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: hostile}}}, nil, nil
	})
	s.AddTool(&mcp.Tool{Name: "error", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, &jsonrpc.Error{Code: -32000, Message: hostile}
	})
	server := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true}))
	defer server.Close()
	stdout, stderr, err := runClient(t, agree, "-local", server.URL, "text", "{}")
	if err != nil || stdout != want {
		t.Errorf("%v: %q\n%s", err, stdout, stderr)
	}
	stdout, stderr, err = runClient(t, agree, "-local", server.URL, "error", "{}")
	if err == nil || stdout != "" || !strings.Contains(stderr, "pwned") || strings.ContainsAny(stderr, "\x00\a\r\x1b\x7f\u009b\u202e\u2066\u200b") {
		t.Errorf("%v: %q\n%q", err, stdout, stderr)
	}
}

// TestIntrospection checks what the server makes of responses (RFC 7662 section 2.2), and that it can be
// behind a proxy.
func TestIntrospection(t *testing.T) {
	answers := map[string]string{} // by token, which is the number of the row
	as := introspection(t, answers)
	const resource = "https://mcp.example.com/mcp"
	rows := []struct {
		answer string
		status int
	}{
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":"` + resource + `"}`, 200},
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":["a","` + resource + `"],"exp":4000000000}`, 200},
		{`{"active":false,"sub":"Rita","scope":"tools:call","aud":"` + resource + `"}`, 401},
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":"` + resource + `","exp":1000000000}`, 401},
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":"` + resource + `/"}`, 401},
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":["a"]}`, 401},
		{`{"active":true,"sub":"Rita","scope":"tools:call"}`, 401},
		{`{"active":true,"sub":"Rita","scope":"tools:call","aud":"` + resource + `","cnf":{"jkt":"x"}}`, 401},
		{`{"active":true,"sub":"Rita","aud":"` + resource + `"}`, 403},
		{`{"active":true,"scope":"tools:call","aud":"` + resource + `"}`, 401},
		{`<html>`, 500},
	}
	for i, row := range rows {
		answers[strconv.Itoa(i)] = row.answer
	}
	got, more := start(t, "server", "-issuer", as, "-client-id", "a:b", "-url", "https://mcp.example.com")
	if got != resource {
		t.Errorf("the server prints %s", got)
	}
	_, local, _ := strings.Cut(readLine(t, more), " listens on ")
	for i, row := range rows {
		resp := list(t, local, "mcp.example.com", strconv.Itoa(i))
		if text := content(t, resp); resp.StatusCode != row.status {
			t.Errorf("%s: %s\n%s", row.answer, resp.Status, text)
		}
		want := `Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="tools:call"`
		if got := resp.Header.Get("WWW-Authenticate"); (row.status == 401 || row.status == 403) && !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", row.answer, got)
		}
	}
}

// token returns a token that the authorization server has given for the resource.
func token(t *testing.T, as, resource, scope string) string {
	t.Helper()
	config := oauth2.Config{
		RedirectURL: "http://127.0.0.1:1/callback",
		Scopes:      strings.Fields(scope),
		Endpoint:    oauth2.Endpoint{AuthURL: as + "/authorize", TokenURL: as + "/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	client, err := oauthex.RegisterClient(t.Context(), as+"/register", &oauthex.ClientRegistrationMetadata{RedirectURIs: []string{config.RedirectURL}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	config.ClientID = client.ClientID
	verifier, target := oauth2.GenerateVerifier(), oauth2.SetAuthURLParam("resource", resource)
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), target))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier), target)
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// TestLength checks that each program is one file that can be read in five minutes.
func TestLength(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(source, []byte("\n")); lines >= 180 {
			t.Errorf("%s has %d lines, want fewer than 180", file, lines)
		}
	}
}

// TestCommands checks that docs/DISCOVERY.md has the commands of the server's documentation.
func TestCommands(t *testing.T) {
	page, err := os.ReadFile("../../docs/DISCOVERY.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("server/main.go")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^//\t(.+)$`).FindAllSubmatch(source, -1)
	for _, c := range commands {
		if !bytes.Contains(page, append([]byte("    "), c[1]...)) {
			t.Errorf("docs/DISCOVERY.md lacks %s", c[1])
		}
	}
	if len(commands) != 4 {
		t.Errorf("%d commands", len(commands))
	}
}
