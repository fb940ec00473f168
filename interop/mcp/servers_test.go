//go:build unix

// Package mcp checks the module against MCP servers and clients: those of the official SDKs for Go and
// TypeScript, mcp-proxy and fastmcp. What comes from npm is installed by npm ci.
package mcp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// A server is a real server. Its start returns the URL of its endpoint.
type server struct {
	name    string
	start   func(*testing.T, *authServer) string
	verdict string            // of wwwauth probe
	outcome discovery.Outcome // of the last step
	scope   string            // that our client asks for
}

var servers = []server{
	{"Go SDK", startGoSDK, "can", discovery.OK, "files:read"},
	{"TypeScript SDK 1", node("sdk1"), "can", discovery.OK, "files:read"},
	{"TypeScript SDK 2", node("sdk2"), "can", discovery.OK, "files:read"},
	{"mcp-proxy", node("mcp-proxy"), "can", discovery.OK, "files:read"},
	{"mcp-proxy without metadata", node("mcp-proxy-bare"), "cannot", discovery.NotFound, ""},
	// Its challenge has no scope, so what the metadata says is supported is asked for.
	{"fastmcp", node("fastmcp"), "can", discovery.OK, "files:read files:write"},
	{"fastmcp without metadata", node("fastmcp-bare"), "cannot", discovery.NotFound, ""},
}

// TestServers checks that wwwauth probe tells the truth about real servers: where it says that a client
// can sign in, ours does, and calls a tool with its token.
func TestServers(t *testing.T) {
	command := build(t)
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			as := newAuthServer(t)
			endpoint := s.start(t, as)

			var stderr bytes.Buffer
			cmd := exec.Command(command, "probe", "-json", endpoint)
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			var probe struct {
				Verdict  string
				Response struct{ Problems []any }
				Steps    []struct{ URL, Outcome string }
				SignIn   struct{ Issuer, Resource string }
			}
			if err := json.Unmarshal(out, &probe); err != nil {
				t.Fatalf("%v: %s%s", err, out, stderr.Bytes())
			}
			if probe.Verdict != s.verdict || len(probe.Steps) == 0 || probe.Steps[len(probe.Steps)-1].Outcome != string(s.outcome) || len(probe.Response.Problems) > 0 {
				t.Fatalf("want verdict %s, outcome %s: %s%s", s.verdict, s.outcome, out, stderr.Bytes())
			}
			if s.verdict != "can" {
				return
			}
			if probe.SignIn.Issuer != as.URL || probe.SignIn.Resource != endpoint {
				t.Errorf("%s", out)
			}

			token := signIn(t, endpoint)
			if want := "scope=" + s.scope + " resource=" + endpoint; !slices.Equal(as.requests(), []string{want}) {
				t.Errorf("the authorization server was asked for %q, want %q", as.requests(), want)
			}
			if answer := call(t, endpoint, token, "ping"); !strings.Contains(answer, "pong") {
				t.Errorf("the tool answers %s", answer)
			}
			if answer := call(t, endpoint, token+"x", "ping"); !strings.HasPrefix(answer, "401 ") {
				t.Errorf("to a wrong token the server answers %s", answer)
			}
		})
	}
}

// startGoSDK starts a server of the Go SDK behind its RequireBearerToken.
func startGoSDK(t *testing.T, as *authServer) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	endpoint := server.URL + "/mcp"
	verify := func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		g, ok := as.lookup(token)
		if !ok || g.resource != endpoint {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{Scopes: strings.Fields(g.scope), Expiration: time.Now().Add(time.Hour)}, nil
	}
	const path = "/.well-known/oauth-protected-resource/mcp"
	mux.Handle(path, auth.ProtectedResourceMetadataHandler(&oauthex.ProtectedResourceMetadata{Resource: endpoint, AuthorizationServers: []string{as.URL}}))
	gate := auth.RequireBearerToken(verify, &auth.RequireBearerTokenOptions{ResourceMetadataURL: server.URL + path, Scopes: []string{"files:read"}})
	mux.Handle("/mcp", gate(newMCPHandler()))
	return endpoint
}

// newMCPHandler returns an MCP server of the Go SDK with the tools ping and write.
func newMCPHandler() http.Handler {
	s := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	for _, name := range []string{"ping", "write"} {
		mcp.AddTool(s, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: map[string]string{"ping": "pong", "write": "written"}[name]}}}, nil, nil
		})
	}
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})
}

// needNode skips the test if there is no Node.js, or its packages are not installed.
func needNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat("node_modules"); err != nil {
		t.Skip("npm ci was not run in this folder")
	}
}

// node starts a server of server.mjs.
func node(kind string) func(*testing.T, *authServer) string {
	return func(t *testing.T, as *authServer) string {
		t.Helper()
		needNode(t)
		port := strconv.Itoa(programs.Port(t))
		cmd := exec.Command("node", "server.mjs", kind, port, as.URL)
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			stdin.Close() // which ends it
			_, _ = io.Copy(io.Discard, stdout)
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if t.Failed() && stderr.Len() > 0 {
				t.Logf("%s printed\n%s", kind, stderr.Bytes())
			}
		})
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if lines.Text() == "listening" {
				return "http://127.0.0.1:" + port + "/mcp"
			}
		}
		t.Fatalf("%s ended before it listened", kind)
		return ""
	}
}

// build builds the command and returns the path of the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "wwwauth")
	cmd := exec.Command("go", "build", "-o", program, "./cmd/wwwauth")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// signIn gets from a 401 to a token, with the challenge read by wwwauth and the authorization server found by
// discovery.
func signIn(t *testing.T, endpoint string) string {
	t.Helper()
	resp := post(t, endpoint, "", "initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}`)
	resp.Body.Close()
	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
	if resp.StatusCode != http.StatusUnauthorized || err != nil {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	client := discovery.Client{AllowLoopback: true}
	result, err := client.Discover(t.Context(), endpoint, challenges)
	if err != nil {
		t.Fatalf("%v: %+v", err, result.Steps)
	}
	as := result.AuthorizationServer

	const callback = "http://127.0.0.1:1/callback"
	var registered struct {
		ID string `json:"client_id"`
	}
	registration, err := http.Post(as.RegistrationEndpoint, "application/json", strings.NewReader(`{"redirect_uris":["`+callback+`"],"token_endpoint_auth_method":"none"}`))
	decodeJSON(t, registration, err, &registered)

	verifier, state := rand.Text()+rand.Text(), rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	authorize, err := url.Parse(as.AuthorizationEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	authorize.RawQuery = url.Values{
		"response_type": {"code"}, "client_id": {registered.ID}, "redirect_uri": {callback}, "state": {state},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
		"scope": {strings.Join(result.Scopes, " ")}, "resource": {result.Resource},
	}.Encode()
	back := agree(t, authorize.String())
	if back.Get("state") != state || back.Get("iss") != as.Issuer {
		t.Fatalf("the user came back with %v", back)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	answer, err := http.PostForm(as.TokenEndpoint, url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "client_id": {registered.ID}, "redirect_uri": {callback},
		"code_verifier": {verifier}, "resource": {result.Resource},
	})
	decodeJSON(t, answer, err, &token)
	return token.AccessToken
}

// agree sends the user to the authorization endpoint, and returns the parameters with which the user
// comes back.
func agree(t *testing.T, authorize string) url.Values {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(authorize)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return back.Query()
}

func decodeJSON(t *testing.T, resp *http.Response, err error, v any) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil || resp.StatusCode >= 300 {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
}

// post sends a message of MCP.
func post(t *testing.T, endpoint, token, method, params string) *http.Response {
	t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":%s}`, method, params)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	req.Header.Set("MCP-Protocol-Version", "2025-11-25")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// call calls a tool of a server without sessions, and returns the result as text.
func call(t *testing.T, endpoint, token, tool string) string {
	t.Helper()
	resp := post(t, endpoint, token, "tools/call", `{"name":"`+tool+`","arguments":{}}`)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, answer)
}
