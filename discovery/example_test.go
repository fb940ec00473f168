package discovery_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// A client that gets a 401 from an MCP server learns where to send its user, and for which scopes.
func Example() {
	server := exampleServer()
	defer server.Close()

	resp, err := http.Get(server.URL + "/mcp")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	challenges, _ := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)

	client := discovery.Client{AllowLoopback: true} // the server of the example is on this host
	result, err := client.Discover(context.Background(), server.URL+"/mcp", challenges)
	if err != nil {
		log.Fatal(err)
	}
	show := func(s string) { fmt.Println(strings.ReplaceAll(s, server.URL, "https://example.com")) }
	show("authorize at " + result.AuthorizationServer.AuthorizationEndpoint)
	show("scope        " + strings.Join(result.Scopes, " "))
	show("resource     " + result.Resource)
	// Output:
	// authorize at https://example.com/authorize
	// scope        files:read
	// resource     https://example.com/mcp
}

// The steps of a result show what was tried.
func ExampleClient_Discover() {
	server := exampleServer()
	defer server.Close()
	challenges := []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "resource_metadata", server.URL+"/.well-known/oauth-protected-resource/mcp")}

	client := discovery.Client{AllowLoopback: true, Timeout: time.Minute}
	result, err := client.Discover(context.Background(), server.URL+"/mcp", challenges)
	if err != nil {
		log.Print(err) // the steps say what went wrong
	}
	for _, step := range result.Steps {
		fmt.Println(step.Outcome, step.Status, strings.TrimPrefix(step.URL, server.URL))
	}
	// Output:
	// ok 200 /.well-known/oauth-protected-resource/mcp
	// not-found 404 /.well-known/oauth-authorization-server
	// ok 200 /.well-known/openid-configuration
}

// A challenge that leads into the client's own network is refused before any request.
func ExampleClient_Discover_refused() {
	ctx := context.Background()
	resp := &http.Response{Header: http.Header{"Www-Authenticate": {`Bearer resource_metadata="https://169.254.169.254/latest/meta-data/"`}}}

	challenges, _ := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
	var client discovery.Client
	result, err := client.Discover(ctx, "https://mcp.example.com/mcp", challenges)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.AuthorizationServer.AuthorizationEndpoint, result.Resource, result.Scopes)
	// Output: discovery: protected resource metadata: the host has an address that is not public
}

// exampleServer starts a resource server that is its own authorization server.
func exampleServer() *httptest.Server {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             server.URL + "/mcp",
		AuthorizationServers: []string{server.URL},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle(handler.Path(), handler)
	mux.HandleFunc("/mcp", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("WWW-Authenticate", wwwauth.NewChallenge("Bearer", "resource_metadata", handler.URL(), "scope", "files:read").String())
		w.WriteHeader(http.StatusUnauthorized)
	})
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"code_challenge_methods_supported":["S256"]}`,
			server.URL, server.URL+"/authorize", server.URL+"/token")
	})
	return server
}

// A program acts on the outcome of the step that decided.
func ExampleError() {
	var client discovery.Client
	_, err := client.ProtectedResource(context.Background(), "https://mcp.example.com/mcp", "https://169.254.169.254/latest/meta-data/")
	var failure *discovery.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Outcome)
		fmt.Println(failure)
	}
	// Output:
	// private-address
	// discovery: protected resource metadata: the host has an address that is not public
}

// A client chooses the authorization server itself, here one that it trusts.
func ExampleClient_ProtectedResource() {
	server := exampleServer()
	defer server.Close()
	ctx := context.Background()
	client := discovery.Client{AllowLoopback: true} // the server of the example is on this host

	resource, err := client.ProtectedResource(ctx, server.URL+"/mcp", "")
	if err != nil {
		log.Fatal(err)
	}
	trusted := server.URL
	if !slices.Contains(resource.AuthorizationServers, trusted) {
		log.Fatal("no authorization server that is trusted")
	}
	metadata, err := client.AuthorizationServer(ctx, trusted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.TrimPrefix(metadata.TokenEndpoint, server.URL))
	// Output: /token
}

// A resource server publishes its metadata, and points to it in its challenges.
func ExampleHandler() {
	handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             "https://mcp.example.com/mcp",
		AuthorizationServers: []string{"https://auth.example.com"},
		ScopesSupported:      []string{"files:read"},
		ResourceName:         "Files",
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(handler.Path(), handler)
	challenge := wwwauth.NewChallenge("Bearer", "resource_metadata", handler.URL())
	fmt.Println(challenge)

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", handler.Path(), nil))
	fmt.Println(w.Body)
	// Output:
	// Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
	// {"resource":"https://mcp.example.com/mcp","authorization_servers":["https://auth.example.com"],"scopes_supported":["files:read"],"resource_name":"Files"}
}

// A client that calls endpoints named by servers, such as the token endpoint, has the same protection.
func ExampleControl() {
	transport := &http.Transport{DialContext: (&net.Dialer{Control: discovery.Control}).DialContext}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	_, err := client.Get("http://127.0.0.1:8080/")
	fmt.Println(err)
	// Output: Get "http://127.0.0.1:8080/": dial tcp 127.0.0.1:8080: discovery: the address is not public
}

// A client that is refused for lack of a scope asks for that scope besides those it has.
func ExampleScopes() {
	challenges, _ := wwwauth.Parse(`Bearer error="insufficient_scope", scope="files:write"`)
	fmt.Println(discovery.Scopes(challenges[0], nil, "files:read"))
	// Output: [files:read files:write]
}

func ExampleProtectedResourceURLs() {
	fmt.Println(discovery.ProtectedResourceURLs("https://mcp.example.com/public/mcp"))
	// Output: [https://mcp.example.com/.well-known/oauth-protected-resource/public/mcp https://mcp.example.com/.well-known/oauth-protected-resource] <nil>
}

func ExampleAuthorizationServerURLs() {
	fmt.Println(discovery.AuthorizationServerURLs("https://auth.example.com/tenant1"))
	// Output: [https://auth.example.com/.well-known/oauth-authorization-server/tenant1 https://auth.example.com/.well-known/openid-configuration/tenant1 https://auth.example.com/tenant1/.well-known/openid-configuration] <nil>
}
