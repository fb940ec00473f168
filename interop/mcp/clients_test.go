package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// A client signs in at the endpoint, calls the tools, and returns their answers.
type client struct {
	name string
	run  func(t *testing.T, endpoint string, tools ...string) []string
}

var clients = []client{
	{"Go SDK", runGoClient},
	{"TypeScript SDK 1", nodeClient("1")},
	{"TypeScript SDK 2", nodeClient("2")},
}

// TestClients checks that real clients understand our challenges: they sign in with the scope of the
// 401, call a tool, and come back with the wider scope of the 403 for another one. That they get there
// proves little, since they fall back to well-known URLs and to the scopes of the metadata; so the
// metadata is elsewhere, names other scopes, and what reached the authorization server is compared.
func TestClients(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			as := newAuthServer(t)
			rs := newResourceServer(t, as)
			got := c.run(t, rs.endpoint, "ping", "write")
			if !slices.Equal(got, []string{"pong", "written"}) {
				t.Errorf("the tools answer %q", got)
			}
			want := []string{
				"scope=files:read resource=" + rs.endpoint,
				"scope=files:read files:write resource=" + rs.endpoint,
			}
			if c.name == "TypeScript SDK 1" {
				// It asks for the scope of the latest challenge, and drops what it had.
				want[1] = "scope=files:write resource=" + rs.endpoint
			}
			if got := as.requests(); !slices.Equal(got, want) {
				t.Errorf("the authorization server was asked for\n%q, want\n%q", got, want)
			}
			if got := rs.refused(); got[401] == 0 || got[403] == 0 {
				t.Errorf("refused %v", got)
			}
		})
	}
}

// A resourceServer is an MCP server of the Go SDK behind a gate that sends our challenges.
type resourceServer struct {
	endpoint string
	metadata string // URL of the metadata
	as       *authServer
	next     http.Handler

	mu       sync.Mutex
	statuses map[int]int // of refusals, and how many there were
}

func newResourceServer(t *testing.T, as *authServer) *resourceServer {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	rs := &resourceServer{endpoint: server.URL + "/mcp", as: as, next: newMCPHandler(), statuses: map[int]int{}}
	metadata, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             rs.endpoint,
		AuthorizationServers: []string{as.URL},
		ScopesSupported:      []string{"from:metadata"},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Only the challenge leads here.
	rs.metadata = server.URL + "/elsewhere"
	mux.Handle("/elsewhere", metadata)
	mux.Handle("/mcp", rs)
	return rs
}

func (rs *resourceServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	g, ok := rs.as.lookup(token)
	if !ok || g.resource != rs.endpoint {
		rs.refuse(w, http.StatusUnauthorized, wwwauth.New("Bearer", "resource_metadata", rs.metadata, "scope", "files:read"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var message struct{ Params struct{ Name string } }
	_ = json.Unmarshal(body, &message)
	need := map[string]string{"ping": "files:read", "write": "files:write"}[message.Params.Name]
	if need != "" && !slices.Contains(strings.Fields(g.scope), need) {
		rs.refuse(w, http.StatusForbidden, wwwauth.New("Bearer", "resource_metadata", rs.metadata, "scope", need,
			"error", "insufficient_scope", "error_description", "The tool writes, so the token needs the scope files:write"))
		return
	}
	rs.next.ServeHTTP(w, r)
}

// refuse sends the challenge, and one for other clients behind it.
func (rs *resourceServer) refuse(w http.ResponseWriter, status int, c wwwauth.Challenge) {
	rs.mu.Lock()
	rs.statuses[status]++
	rs.mu.Unlock()
	lines, err := wwwauth.Lines(c, wwwauth.New("Basic", "realm", `say "hi"`))
	if err != nil {
		http.Error(w, "cannot refuse", http.StatusInternalServerError)
		return
	}
	for _, line := range lines {
		w.Header().Add("WWW-Authenticate", line)
	}
	w.WriteHeader(status)
}

func (rs *resourceServer) refused() map[int]int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.statuses
}

func runGoClient(t *testing.T, endpoint string, tools ...string) []string {
	t.Helper()
	const callback = "http://127.0.0.1:1/callback"
	handler, err := auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		DynamicClientRegistrationConfig: &auth.DynamicClientRegistrationConfig{Metadata: &oauthex.ClientRegistrationMetadata{
			RedirectURIs: []string{callback}, ClientName: "Go SDK", TokenEndpointAuthMethod: "none",
		}},
		RedirectURL: callback,
		AuthorizationCodeFetcher: func(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
			back := agree(t, args.URL)
			return &auth.AuthorizationResult{Code: back.Get("code"), State: back.Get("state"), Iss: back.Get("iss")}, nil
		},
		Client: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: endpoint, OAuthHandler: handler}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	var answers []string
	for _, name := range tools {
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: map[string]any{}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		answers = append(answers, result.Content[0].(*mcp.TextContent).Text)
	}
	return answers
}

func nodeClient(version string) func(*testing.T, string, ...string) []string {
	return func(t *testing.T, endpoint string, tools ...string) []string {
		t.Helper()
		needNode(t)
		cmd := exec.Command("node", append([]string{"client.mjs", version, endpoint}, tools...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
}
