package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/probe"
)

// probes is the folder of what probe and get print.
const probes = "testdata/probe"

// standIn returns the output as if the server were at http://127.0.0.1:12345; the ports that systems
// give to tests have five digits too.
func standIn(server *httptest.Server, output string) string {
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	return strings.ReplaceAll(output, "127.0.0.1:"+port, "127.0.0.1:12345")
}

// A site is a server on this host: its pages by path, with the method before it where that matters.
// In a page, {} stands for the origin of the server.
type site map[string]page

type page struct {
	status int
	header [][2]string
	body   string
	serve  http.HandlerFunc // in place of all that
}

func challenge(lines ...string) page {
	p := page{status: 401}
	for _, line := range lines {
		p.header = append(p.header, [2]string{"WWW-Authenticate", line})
	}
	return p
}

func challengeAt(status int, lines ...string) page {
	p := challenge(lines...)
	p.status = status
	return p
}

// drop ends the connection without an answer, and hang does so when the client has gone.
func drop(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	conn.Close()
}

func hang(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body) // before that a server does not see that the client has gone
	<-r.Context().Done()
}

func document(text string) page {
	return page{200, [][2]string{{"Content-Type", "application/json"}}, text, nil}
}

func (s site) start(t *testing.T) *httptest.Server {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := s[r.Method+" "+r.URL.RequestURI()]
		if !ok {
			p, ok = s[r.URL.RequestURI()]
		}
		if !ok {
			p.status = 404
		}
		if p.serve != nil {
			p.serve(w, r)
			return
		}
		for _, field := range p.header {
			w.Header().Add(field[0], strings.ReplaceAll(field[1], "{}", server.URL))
		}
		w.WriteHeader(p.status)
		io.WriteString(w, strings.ReplaceAll(p.body, "{}", server.URL))
	}))
	t.Cleanup(server.Close)
	return server
}

const (
	prmPath  = "/.well-known/oauth-protected-resource/mcp"
	rootPath = "/.well-known/oauth-protected-resource"
	asPath   = "/.well-known/oauth-authorization-server"
	named    = `Bearer resource_metadata="{}` + prmPath + `", scope="files:read"`
	prm      = `{"resource":"{}/mcp","authorization_servers":["{}"]}`
	asm      = `{"issuer":"{}","authorization_endpoint":"{}/authorize","token_endpoint":"{}/token","registration_endpoint":"{}/register","code_challenge_methods_supported":["S256"]}`
)

// withToken refuses a request without the token, as a registry does.
func withToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") == "Bearer hush-hush" {
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token",service="registry.example",scope="repository:library/alpine:pull"`)
	w.WriteHeader(401)
}

// probeTests are servers, good and broken, and what probe must say of them.
var probeTests = []struct {
	name    string
	site    site
	args    []string
	path    string // of the URL; "" for /mcp
	exit    int
	verdict string
	outcome discovery.Outcome // of the step that decides; "" if there is none
}{
	{name: "good", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "post", verdict: "can", outcome: discovery.OK,
		site: site{"GET /mcp": {status: 405}, "POST /mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "repaired", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge("Bearer resource_metadata={}" + prmPath + ", scope='a b'"), prmPath: document(prm), asPath: document(asm)}},
	{name: "redirected", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge(named), prmPath: {status: 302, header: [][2]string{{"Location", "/real?token=abc123"}}}, "/real?token=abc123": document(prm), asPath: document(asm)}},
	{name: "redacted", args: []string{"-redact"}, verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge(named), prmPath: {status: 302, header: [][2]string{{"Location", "/real?token=abc123"}}}, "/real?token=abc123": document(prm), asPath: document(asm)}},
	{name: "old", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge("Bearer"), asPath: document(asm)}},
	{name: "registered", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(strings.Replace(asm, `"registration_endpoint":"{}/register",`, "", 1))}},
	{name: "open", verdict: "not-needed", exit: 3,
		site: site{"/mcp": {status: 200}}},
	{name: "open-site", verdict: "not-needed", exit: 3,
		site: site{"GET /mcp": {status: 200}, "/mcp": {status: 405}}},
	{name: "open-mcp", verdict: "not-needed", exit: 3,
		site: site{"POST /mcp": {status: 200}, "/mcp": {status: 405}}},
	{name: "landing-page", verdict: "can", outcome: discovery.OK,
		site: site{"GET /mcp": {status: 200}, "POST /mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "basic-get", verdict: "can", outcome: discovery.OK,
		site: site{"GET /mcp": challenge(`Basic realm="x"`), "POST /mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "dropped-get", verdict: "can", outcome: discovery.OK,
		site: site{"GET /mcp": {serve: drop}, "POST /mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "dropped-post", verdict: "can",
		site: site{"GET /mcp": challenge(`Basic realm="x"`), "POST /mcp": {serve: drop}}},
	{name: "dropped-post-open", verdict: "not-needed", exit: 3,
		site: site{"GET /mcp": {status: 200}, "POST /mcp": {serve: drop}}},
	{name: "hanging-get", args: []string{"-timeout", "5s"}, verdict: "can", outcome: discovery.OK,
		site: site{"GET /mcp": {serve: hang}, "POST /mcp": challenge(named), prmPath: document(prm), asPath: document(asm)}},
	{name: "challenge-404", verdict: "cannot", exit: 1,
		site: site{"/mcp": challengeAt(404, named), prmPath: document(prm), asPath: document(asm)}},
	{name: "challenge-500", verdict: "cannot", exit: 1,
		site: site{"/mcp": challengeAt(500, named), prmPath: document(prm), asPath: document(asm)}},
	{name: "challenge-403", verdict: "cannot", exit: 1,
		site: site{"/mcp": challengeAt(403, named), prmPath: document(prm), asPath: document(asm)}},
	{name: "insufficient-scope", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challengeAt(403, named+`, error="insufficient_scope"`), prmPath: document(prm), asPath: document(asm)}},
	{name: "named-missing", verdict: "cannot", exit: 1, outcome: discovery.NotFound,
		site: site{"/mcp": challenge(named)}},
	{name: "named-guarded", verdict: "cannot", exit: 1, outcome: discovery.NeedsCredentials,
		site: site{"/mcp": challenge(named), prmPath: challenge("Bearer")}},
	{name: "named-busy", verdict: "cannot", exit: 1, outcome: discovery.BadStatus,
		site: site{"/mcp": challenge(named), prmPath: {status: 429}}},
	{name: "no-server-metadata", verdict: "cannot", exit: 1, outcome: discovery.NotFound,
		site: site{"/mcp": challenge(named), prmPath: document(prm)}},
	{name: "two-servers", verdict: "cannot", exit: 1, outcome: discovery.Conflict,
		site: site{"/mcp": challenge(`Bearer authorization_server="{}", authorization_server="https://other.example"`), asPath: document(asm)}},
	{name: "no-authorization-endpoint", verdict: "cannot", exit: 1, outcome: discovery.OK,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(strings.Replace(asm, `"authorization_endpoint":"{}/authorize",`, "", 1))}},
	{name: "no-authorization-endpoint-lenient", verdict: "cannot", exit: 1, outcome: discovery.ResourceMismatch,
		site: site{"/mcp": challenge(`Bearer resource_metadata="{}/.well-known/oauth-protected-resource"`), "/.well-known/oauth-protected-resource": document(strings.Replace(prm, "{}/mcp", "{}", 1)), asPath: document(strings.Replace(asm, `"authorization_endpoint":"{}/authorize",`, "", 1))}},
	{name: "redacted-moved", args: []string{"-redact"}, verdict: "cannot", exit: 1,
		site: site{"/mcp": {status: 302, header: [][2]string{{"Location", "https://hush:hush@login.example/x?code=hush#access_token=hush"}}}}},
	{name: "redacted-user", args: []string{"-redact"}, verdict: "cannot", exit: 1, outcome: discovery.BadURL,
		site: site{"/mcp": challenge(`Bearer resource_metadata="https://user:hush@h.example/x"`)}},
	{name: "redacted-fragment", args: []string{"-redact"}, verdict: "cannot", exit: 1, outcome: discovery.BadURL,
		site: site{"/mcp": challenge(named), prmPath: {status: 302, header: [][2]string{{"Location", "/z#access_token=hush"}}}}},
	{name: "redacted-type", args: []string{"-redact"}, verdict: "cannot", exit: 1, outcome: discovery.NotJSON,
		site: site{"/mcp": challenge(named), prmPath: {200, [][2]string{{"Content-Type", "text/plain; token=hush"}}, "x", nil}}},
	{name: "redacted-issuer", args: []string{"-redact"}, verdict: "cannot", exit: 1, outcome: discovery.BadURL,
		site: site{"/mcp": challenge(named), prmPath: document(strings.Replace(prm, `["{}"]`, `["https://user:hush@a.example"]`, 1))}},
	{name: "missing", verdict: "cannot", exit: 1, site: site{}},
	{name: "moved", verdict: "cannot", exit: 1,
		site: site{"/mcp": {status: 307, header: [][2]string{{"Location", "{}/mcp/"}}}}},
	{name: "parent", verdict: "lenient", exit: 1, outcome: discovery.ResourceMismatch,
		site: site{"/mcp": challenge(`Bearer resource_metadata="{}/.well-known/oauth-protected-resource"`), "/.well-known/oauth-protected-resource": document(strings.Replace(prm, "{}/mcp", "{}", 1)), asPath: document(asm)}},
	{name: "parent-elsewhere", verdict: "cannot", exit: 1, outcome: discovery.ResourceMismatch,
		site: site{"/mcp": challenge(named), prmPath: document(strings.Replace(prm, "{}/mcp", "{}", 1)), asPath: document(asm)}},
	{name: "issuer-slash", verdict: "lenient", exit: 1, outcome: discovery.IssuerMismatch,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(strings.Replace(asm, `"{}"`, `"{}/"`, 1))}},
	{name: "no-pkce", verdict: "cannot", exit: 1, outcome: discovery.NoPKCE,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(strings.Replace(asm, "S256", "plain", 1))}},
	{name: "hostile", verdict: "cannot", exit: 1, outcome: discovery.ResourceMismatch,
		site: site{"/mcp": challenge(named), prmPath: document(`{"resource":"\u001b[31m\u202e","authorization_servers":["{}"]}`), asPath: document(asm)}},

	// Other worlds than OAuth.
	{name: "password", path: "/v2/", verdict: "can",
		site: site{"/v2/": challenge(`Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256`, `Basic realm="x"`)}},
	{name: "negotiate", path: "/v2/", verdict: "can",
		site: site{"/v2/": challenge("Negotiate", "NTLM")}},
	{name: "registry", path: "/v2/", verdict: "can", outcome: discovery.OK,
		site: site{"/v2/": {serve: withToken}, "/token?scope=repository%3Alibrary%2Falpine%3Apull&service=registry.example": document(`{"token":"hush-hush","expires_in":300}`)}},
	{name: "registry-refused-token", path: "/v2/", verdict: "can", outcome: discovery.NeedsCredentials,
		site: site{"/v2/": challenge(`Bearer realm="{}/token",service="r",scope="a b"`), "/token?scope=a&scope=b&service=r": document(`{"access_token":"hush-hush"}`)}},
	{name: "registry-login", path: "/v2/", verdict: "can", outcome: discovery.NeedsCredentials,
		site: site{"/v2/": challenge(`Bearer realm="{}/token",service="r"`), "/token?service=r": challenge(`Basic realm="hush"`)}},
	{name: "registry-html", path: "/v2/", verdict: "cannot", exit: 1, outcome: discovery.NotJSON,
		site: site{"/v2/": challenge(`Bearer realm="{}/token",service="r"`), "/token?service=r": {200, [][2]string{{"Content-Type", "text/html"}}, "<!doctype html>", nil}}},
	{name: "registry-no-token", path: "/v2/", verdict: "cannot", exit: 1, outcome: discovery.Malformed,
		site: site{"/v2/": challenge(`Bearer realm="{}/token",service="r"`), "/token?service=r": document(`{"token":""}`)}},
	{name: "registry-http", path: "/v2/", verdict: "cannot", exit: 1, outcome: discovery.NotHTTPS,
		site: site{"/v2/": challenge(`Bearer realm="http://auth.example/token",service="r"`)}},
	{name: "registry-private", path: "/v2/", verdict: "cannot", exit: 1, outcome: discovery.PrivateAddress,
		site: site{"/v2/": challenge(`Bearer realm="https://169.254.169.254/token",service="r"`)}},
	{name: "browser", verdict: "can", outcome: discovery.OK,
		site: site{"OPTIONS /mcp": {204, [][2]string{{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Headers", "Authorization, content-type"}, {"Access-Control-Allow-Headers", "mcp-protocol-version"}}, "", nil},
			"/mcp":  {401, [][2]string{{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Expose-Headers", "WWW-Authenticate, X"}, {"WWW-Authenticate", named}}, "", nil},
			prmPath: {200, [][2]string{{"Access-Control-Allow-Origin", "https://client.example"}, {"Content-Type", "application/json"}}, prm, nil}, asPath: {200, [][2]string{{"Access-Control-Allow-Origin", "*"}, {"Content-Type", "application/json"}}, asm, nil}}},
	{name: "browser-in-part", verdict: "can", outcome: discovery.OK,
		site: site{"OPTIONS /mcp": {401, [][2]string{{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Headers", "*"}}, "", nil},
			"/mcp":  {401, [][2]string{{"Access-Control-Allow-Origin", "*"}, {"WWW-Authenticate", named}}, "", nil},
			prmPath: {200, [][2]string{{"Access-Control-Allow-Origin", "https://other.example"}, {"Content-Type", "application/json"}}, prm, nil}, asPath: document(asm)}},

	// Each broken in one way.
	{name: "wrong-resource", verdict: "cannot", exit: 1, outcome: discovery.ResourceMismatch,
		site: site{"/mcp": challenge(named), prmPath: document(strings.Replace(prm, "{}/mcp", "https://other.example/mcp", 1)), asPath: document(asm)}},
	{name: "http-metadata", verdict: "cannot", exit: 1, outcome: discovery.NotHTTPS,
		site: site{"/mcp": challenge(`Bearer resource_metadata="http://mcp.example.com/metadata"`), asPath: document(asm)}},
	{name: "private-redirect", verdict: "cannot", exit: 1, outcome: discovery.PrivateAddress,
		site: site{"/mcp": challenge(named), prmPath: {status: 302, header: [][2]string{{"Location", "https://169.254.169.254/latest/meta-data/"}}}}},
	{name: "no-header", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": {status: 401}, prmPath: document(prm), asPath: document(asm)}},
	{name: "no-header-no-metadata", verdict: "cannot", exit: 1, outcome: discovery.NotFound,
		site: site{"/mcp": {status: 401}}},
	{name: "basic-only", verdict: "can", outcome: discovery.OK,
		site: site{"/mcp": challenge(`Basic realm="x", resource_metadata="{}/metadata"`), "/metadata": document(`{"resource":"{}/mcp","authorization_servers":["https://evil.example"]}`),
			prmPath: document(prm), asPath: document(asm)}},
	{name: "basic-only-elsewhere", verdict: "cannot", exit: 1, outcome: discovery.NotFound,
		site: site{"/mcp": challenge(`Basic realm="x", resource_metadata="{}/metadata"`), "/metadata": document(prm)}},
	{name: "issuer-mismatch", verdict: "cannot", exit: 1, outcome: discovery.IssuerMismatch,
		site: site{"/mcp": challenge(named), prmPath: document(prm), asPath: document(strings.Replace(asm, `"{}"`, `"https://evil.example"`, 1))}},
	{name: "html", verdict: "cannot", exit: 1, outcome: discovery.NotJSON,
		site: site{"/mcp": challenge(named), prmPath: {200, [][2]string{{"Content-Type", "text/html; charset=utf-8"}}, "<!doctype html><title>Sign in</title>", nil}}},
	{name: "endless", verdict: "cannot", exit: 1, outcome: discovery.TooLarge,
		site: site{"/mcp": challenge(named), prmPath: {serve: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(" ", 64<<10)); err != nil {
					return
				}
			}
		}}}},
	{name: "loop", verdict: "cannot", exit: 1, outcome: discovery.RedirectLoop,
		site: site{"/mcp": challenge(named), prmPath: {status: 302, header: [][2]string{{"Location", "/a"}}}, "/a": {status: 302, header: [][2]string{{"Location", prmPath}}}}},
	{name: "slow", args: []string{"-timeout", "5s"}, verdict: "cannot", exit: 1, outcome: discovery.Timeout,
		site: site{"/mcp": challenge(named), prmPath: {serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}}},
}

func TestProbe(t *testing.T) {
	for _, tt := range probeTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := tt.site.start(t)
			path := tt.path
			if path == "" {
				path = "/mcp"
			}
			args, url := append([]string{"probe"}, tt.args...), server.URL+path
			exit, stdout, stderr := runText("", append(args, url)...)
			if exit != tt.exit || stderr != "" {
				t.Errorf("exit %d, want %d; standard error: %s", exit, tt.exit, stderr)
			}
			checkSafe(t, stdout)
			if strings.Contains(stdout, "hush") {
				t.Errorf("a secret is shown:\n%s", stdout)
			}
			checkGolden(t, "probe-"+tt.name, standIn(server, stdout))

			exit, stdout, stderr = runText("", append(args, "-json", url)...)
			if exit != tt.exit || stderr != "" {
				t.Errorf("-json: exit %d, want %d; standard error: %s", exit, tt.exit, stderr)
			}
			checkSafe(t, stdout)
			if strings.Contains(stdout, "hush") {
				t.Errorf("-json: a secret is shown:\n%s", stdout)
			}
			checkJSON(t, []byte(stdout))
			var v struct {
				Steps           []struct{ Outcome string }
				Verdict, Reason string
				World           string
				SignIn          any
			}
			if err := json.Unmarshal([]byte(stdout), &v); err != nil {
				t.Fatal(err)
			}
			if v.Verdict != tt.verdict {
				t.Errorf("verdict %s, want %s", v.Verdict, tt.verdict)
			}
			if (v.SignIn != nil) != (v.World == "oauth" && (tt.verdict == "can" || tt.verdict == "lenient")) || (v.Reason == "") != (tt.verdict == "can") {
				t.Errorf("sign-in %v, reason %q", v.SignIn, v.Reason)
			}
			decided := tt.outcome == "" && len(v.Steps) == 0
			for _, s := range v.Steps {
				decided = decided || s.Outcome == string(tt.outcome)
			}
			if !decided {
				t.Errorf("no step is %q: %+v", tt.outcome, v.Steps)
			}
		})
	}
}

// checkGolden checks the text against the golden file with the name.
func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(probes, name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, file)), got); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestProbeGolden checks that each golden file belongs to a test.
func TestProbeGolden(t *testing.T) {
	files, err := filepath.Glob(probes + "/*.golden")
	if err != nil || len(files) != len(probeTests)+len(getTests) {
		t.Errorf("%d golden files, %v", len(files), err)
	}
}

// getTests are requests, and what get prints of the answer.
var getTests = []struct {
	name string
	site site
	args []string
	path string
	exit int
}{
	{name: "good", site: site{"GET /mcp": challenge(named)}, path: "/mcp"},
	{name: "repaired", site: site{"/mcp": challenge(`Basic realm="say "hi""`, `Bearer scope="a"`)}, path: "/mcp", exit: 1},
	{name: "both-fields", site: site{"/mcp": {407, [][2]string{{"WWW-Authenticate", "Negotiate"}, {"Proxy-Authenticate", `Basic realm="p"`}}, "", nil}}, path: "/mcp"},
	{name: "none", site: site{"/mcp": {status: 200}}, path: "/mcp", exit: 3},
	{name: "no-header", site: site{"/mcp": {status: 401}}, path: "/mcp", exit: 3},
	{name: "not-allowed", site: site{"POST /mcp": challenge(named), "/mcp": {status: 405}}, path: "/mcp", exit: 3},
	{name: "moved", site: site{"/mcp": {status: 302, header: [][2]string{{"Location", "/\x9b31m"}}}}, path: "/mcp", exit: 3},
	{name: "moved-redacted", args: []string{"-redact"}, site: site{"/mcp": {status: 302, header: [][2]string{{"Location", "https://hush:hush@login.example/x?code=hush#access_token=hush"}}}}, path: "/mcp", exit: 3},
	{name: "json", args: []string{"-json", "-redact", "-X", "PUT"}, site: site{"PUT /mcp": challenge(`Digest realm="x", nonce="secret", qop="auth"`)}, path: "/mcp"},
}

func TestGet(t *testing.T) {
	for _, tt := range getTests {
		t.Run(tt.name, func(t *testing.T) {
			server := tt.site.start(t)
			exit, stdout, stderr := runText("", append(append([]string{"get"}, tt.args...), server.URL+tt.path)...)
			if exit != tt.exit {
				t.Errorf("exit %d, want %d", exit, tt.exit)
			}
			if stderr != "" {
				stdout += "--- standard error\n" + stderr
			}
			checkSafe(t, stdout)
			if strings.Contains(stdout, "hush") {
				t.Errorf("a secret is shown:\n%s", stdout)
			}
			checkGolden(t, "get-"+tt.name, standIn(server, stdout))
		})
	}
}

// TestGetRequest checks what get sends.
func TestGetRequest(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("body.txt", []byte("from a file"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, `GET "" [] [wwwauth] [*/*] `},
		{[]string{"-d", `{"a":1}`}, `POST "{\"a\":1}" [application/json] [wwwauth] [*/*] `},
		{[]string{"-d", "[1]", "-X", "PUT"}, `PUT "[1]" [application/json] [wwwauth] [*/*] `},
		{[]string{"-d", "a=b"}, `POST "a=b" [application/x-www-form-urlencoded] [wwwauth] [*/*] `},
		{[]string{"-d", "@body.txt", "-H", "content-type:text/plain"}, `POST "from a file" [text/plain] [wwwauth] [*/*] `},
		{[]string{"-d", ""}, `POST "" [application/x-www-form-urlencoded] [wwwauth] [*/*] `},
		{[]string{"-d", "@-"}, `POST "from standard input" [application/x-www-form-urlencoded] [wwwauth] [*/*] `},
		{[]string{"-X", "M-SEARCH"}, `M-SEARCH "" [] [wwwauth] [*/*] `},
		{[]string{"-H", "User-Agent: me", "-H", "Accept: a", "-H", "accept: b"}, `GET "" [] [me] [a b] `},
		{[]string{"-H", "Host: other.example"}, `GET "" [] [wwwauth] [*/*] other.example`},
	} {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			host := ""
			if !strings.HasPrefix(r.Host, "127.") {
				host = r.Host
			}
			got = fmt.Sprintf("%s %q %v %v %v %s", r.Method, body, r.Header["Content-Type"], r.Header["User-Agent"], r.Header["Accept"], host)
			if r.Header.Get("Authorization") != "" {
				t.Error("there are credentials")
			}
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(401)
		}))
		if exit, _, stderr := runText("from standard input", append(append([]string{"get"}, tt.args...), server.URL)...); exit != 0 || got != tt.want {
			t.Errorf("%q: exit %d, %s\n got %s\nwant %s", tt.args, exit, stderr, got, tt.want)
		}
		server.Close()
	}
}

// TestNetworkUsage checks wrong usage of get and probe, and servers that do not answer.
func TestNetworkUsage(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(hang))
	defer silent.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	broken := site{"/": {serve: func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, "SSH-2.0-\x1b[31m\r\n\r\n")
		conn.Close()
	}}}.start(t)
	for _, tt := range []struct {
		args   []string
		exit   int
		stderr string // what it contains
	}{
		{nil, 64, "needs one URL"},
		{[]string{"http://a.example", "http://b.example"}, 64, "needs one URL"},
		{[]string{"a.example"}, 64, "not an http or https URL"},
		{[]string{"ftp://a.example"}, 64, "not an http or https URL"},
		{[]string{"https:///a"}, 64, "not an http or https URL"},
		{[]string{"https://u:p@a.example"}, 64, "without credentials"},
		{[]string{"https://:80/"}, 64, "not an http or https URL"},
		{[]string{"https://a.example:0"}, 64, "a port that does not exist"},
		{[]string{"https://a.example:65536"}, 64, "a port that does not exist"},
		{[]string{"-timeout", "x", "https://a.example"}, 64, "timeout"},
		{[]string{"-timeout", "0", "https://a.example"}, 64, "timeout"},
		{[]string{"-timeout", "-1s", "https://a.example"}, 64, "timeout"},
		{[]string{"-timeout", "61m", "https://a.example"}, 64, "timeout"},
		{[]string{"-x", "https://a.example"}, 64, "-x"},
		{[]string{"-timeout", "1ms", silent.URL}, 69, "no response within 1ms"},
		{[]string{gone.URL}, 69, "no response: the connection was refused (dial tcp 127.0.0.1:"},
		{[]string{broken.URL}, 69, "no response: "},
	} {
		for _, command := range []string{"get", "probe"} {
			exit, stdout, stderr := runText("", append([]string{command}, tt.args...)...)
			if exit != tt.exit || stdout != "" || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("%s %q: exit %d, %q, %q; want %d, %q", command, tt.args, exit, stdout, stderr, tt.exit, tt.stderr)
			}
			checkSafe(t, stderr)
		}
	}
	for _, args := range [][]string{
		{"get", "-H", "no colon", gone.URL}, {"get", "-H", ": x", gone.URL}, {"get", "-H", "a b: x", gone.URL}, {"get", "-H", "a: x\ny", gone.URL},
		{"probe", "-d", "x", gone.URL}, {"get", "-private", gone.URL}, {"explain", "-timeout", "1s", "Basic"},
	} {
		if exit, _, _ := runText("", args...); exit != 64 {
			t.Errorf("%q: exit %d", args, exit)
		}
	}
	// What the user has written is refused before there is a request, and is not for the log.
	asked := site{"/mcp": {serve: func(http.ResponseWriter, *http.Request) { t.Error("there was a request") }}}.start(t)
	for _, args := range [][]string{
		{"probe", asked.URL + "/mcp#a"}, {"probe", asked.URL + "/mcp#"}, {"probe", asked.URL + "/mcp?a={b}"}, {"probe", asked.URL + "/a b"}, {"probe", asked.URL + "/é"},
		{"probe", "https://bücher.example/"}, {"get", "-X", "A B", asked.URL + "/mcp"}, {"get", "-X", "GET\n", asked.URL + "/mcp"}, {"get", "-d", "@", asked.URL + "/mcp"},
		{"get", "-H", "Authorization Bearer hush", asked.URL + "/mcp"}, {"get", "-H", "X: hush\n", "-H", "A: b", asked.URL + "/mcp"},
	} {
		if exit, stdout, stderr := runText("", args...); exit != 64 || stdout != "" || strings.Contains(stderr, "hush") || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%q: exit %d, %s%s", args, exit, stdout, stderr)
		}
	}
	if exit, _, stderr := runText("", "get", "-d", "@missing.txt", gone.URL); exit != 66 || !strings.Contains(stderr, "missing.txt") {
		t.Errorf("exit %d, %s", exit, stderr)
	}
	for _, command := range []string{"get", "probe"} {
		if exit, stdout, _ := runText("", command, "-h"); exit != 0 || !strings.HasPrefix(stdout, "Usage: wwwauth "+command+" ") {
			t.Errorf("%s -h: exit %d", command, exit)
		}
	}
}

// TestProbePrivate checks that private addresses are refused unless the user allows them. Nothing is at
// the address, or the network is not reachable: so it shows only that it was tried.
func TestProbePrivate(t *testing.T) {
	private := site{"/mcp": challenge(`Bearer resource_metadata="https://0.0.0.0:1/metadata"`)}.start(t)
	_, stdout, _ := runText("", "probe", private.URL+"/mcp")
	if !strings.Contains(stdout, "private-address") {
		t.Error(stdout)
	}
	_, stdout, _ = runText("", "probe", "-private", "-timeout", "1s", private.URL+"/mcp")
	if strings.Contains(stdout, "private-address") {
		t.Error(stdout)
	}
}

// TestProgress checks what a terminal shows while the command waits: one line, which is cleared.
func TestProgress(t *testing.T) {
	server := site{"/mcp": challenge(named)}.start(t)
	var b bytes.Buffer
	ctx, done := progress(t.Context(), &b)
	req, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := probe.NewTransport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	done()
	if want := "\r\x1b[Kwaiting for " + strings.TrimPrefix(server.URL, "http://") + " ...\r\x1b[K"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestProbeOutputError checks the exit code if the report cannot be written.
func TestProbeOutputError(t *testing.T) {
	server := site{"/mcp": {status: 200}}.start(t)
	var stderr bytes.Buffer
	if exit := run([]string{"probe", server.URL + "/mcp"}, strings.NewReader(""), failingWriter{fmt.Errorf("full")}, &stderr, noEnv); exit != 74 {
		t.Errorf("exit %d, %s", exit, stderr.String())
	}
}

// TestProbeMarkdown checks that the report to paste has the version, what was tried and what is wrong, no secret, and
// nothing of the server outside of its block of code.
func TestProbeMarkdown(t *testing.T) {
	hostile := strings.Replace(prm, "{}/mcp", "https://u:hush@h.example/```\\n# <b>@team</b>", 1)
	server := site{"/mcp": challenge(named), prmPath: document(hostile), asPath: document(asm)}.start(t)
	exit, stdout, stderr := runText("", "probe", "-markdown", "-H", "X-Key: hush-hush", server.URL+"/mcp")
	if exit != 1 || stderr != "" {
		t.Errorf("exit %d, %s", exit, stderr)
	}
	outside, block, ok := strings.Cut(stdout, "text\n")
	if !ok || strings.Contains(outside, "@team") || strings.Contains(stdout, "hush") {
		t.Error(stdout)
	}
	for _, want := range []string{"### wwwauth probe: a client cannot sign in", "- Version: ", "`wwwauth probe " + server.URL + "/mcp`", "(`resource-mismatch`)"} {
		if !strings.Contains(outside, want) {
			t.Errorf("no %q in\n%s", want, outside)
		}
	}
	fence := outside[strings.LastIndex(outside, "\n")+1:]
	if !strings.HasPrefix(fence, "```") || strings.Count(block, fence) != 1 {
		t.Errorf("fence %q\n%s", fence, block)
	}
	if exit, _, _ := runText("", "probe", "-markdown", "-json", server.URL); exit != 64 {
		t.Errorf("exit %d", exit)
	}
}
