//go:build unix

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
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
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
		for name, scope := range map[string]wwwauth.Scope{
			// A 403 with all scopes that the token then needs, and one with those that it lacks.
			"all": {"files:read", "files:write"}, "lacking": {"files:write"},
		} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				as := newAuthServer(t)
				rs := newResourceServer(t, as, scope)
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
					want[1] = "scope=" + scope.String() + " resource=" + rs.endpoint
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
}

// A resourceServer is an MCP server of the Go SDK behind a gate of httpauth, with metadata by
// discovery.
type resourceServer struct {
	endpoint string

	mu       sync.Mutex
	statuses map[int]int // of answers, and how many there were
}

// newResourceServer starts a server whose tool ping needs the scope files:read, and whose tool write needs
// files:write and asks for the scope.
func newResourceServer(t *testing.T, as *authServer, scope wwwauth.Scope) *resourceServer {
	t.Helper()
	mux := http.NewServeMux()
	rs := &resourceServer{statuses: map[int]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(&statusWriter{w, rs}, r)
	}))
	t.Cleanup(server.Close)
	rs.endpoint = server.URL + "/mcp"

	// Only the challenge leads to the metadata.
	metadata, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             rs.endpoint,
		AuthorizationServers: []string{as.URL},
		ScopesSupported:      []string{"from:metadata"},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/elsewhere", metadata)

	verify := func(_ context.Context, _ *http.Request, token string) (*httpauth.Identity, error) {
		g, ok := as.lookup(token)
		if !ok || g.resource != rs.endpoint {
			return nil, &httpauth.TokenError{}
		}
		return &httpauth.Identity{Subject: g.clientID, Scope: wwwauth.ParseScope(g.scope), Expires: time.Now().Add(time.Hour)}, nil
	}
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer:        wwwauth.Bearer{ResourceMetadata: server.URL + "/elsewhere", Scope: wwwauth.Scope{"files:read"}, Realm: "files"},
		AdvertiseOnly: true, // the tools know what they need
		Body:          httpauth.JSONRPCBody,
	})
	if err != nil {
		t.Fatal(err)
	}
	next := newMCPHandler()
	mux.Handle("/mcp", gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		var message struct{ Params struct{ Name string } }
		_ = json.Unmarshal(body, &message)
		granted := httpauth.IdentityFrom(r.Context()).Scope
		switch name := message.Params.Name; {
		case name == "ping" && !granted.Contains("files:read"):
			gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"files:read"}})
		case name == "write" && !granted.Contains("files:write"):
			gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: scope, ErrorDescription: "The tool writes, so scope=files:read is not enough"})
		default:
			next.ServeHTTP(w, r)
		}
	})))
	return rs
}

func (rs *resourceServer) refused() map[int]int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.statuses
}

// A statusWriter counts statuses.
type statusWriter struct {
	http.ResponseWriter
	rs *resourceServer
}

func (w *statusWriter) WriteHeader(status int) {
	w.rs.mu.Lock()
	w.rs.statuses[status]++
	w.rs.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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
