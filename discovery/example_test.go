package discovery_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// A server whose challenge leads into the network of the client gets no request.
func Example() {
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

// A client has got a 401. Where does it send its user, and for which scopes?
func ExampleClient_Discover() {
	server := exampleServer()
	defer server.Close()

	resp, err := http.Get(server.URL + "/mcp")
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	challenges, _ := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)

	client := discovery.Client{AllowLoopback: true} // the example is a server on this host
	result, err := client.Discover(context.Background(), server.URL+"/mcp", challenges)
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(s string) { fmt.Println(strings.ReplaceAll(s, server.URL, "https://example.com")) }
	show("authorize at " + result.AuthorizationServer.AuthorizationEndpoint)
	show("scope        " + strings.Join(result.Scopes, " "))
	show("resource     " + result.Resource)
	for _, step := range result.Steps {
		show(fmt.Sprint(step.Outcome, " ", step.Status, " ", step.URL))
	}
	// Output:
	// authorize at https://example.com/authorize
	// scope        files:read
	// resource     https://example.com/mcp
	// ok 200 https://example.com/.well-known/oauth-protected-resource/mcp
	// not-found 404 https://example.com/.well-known/oauth-authorization-server
	// ok 200 https://example.com/.well-known/openid-configuration
}

// exampleServer is a resource server and its authorization server in one.
func exampleServer() *httptest.Server {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             server.URL + "/mcp",
		AuthorizationServers: []string{server.URL},
	})
	if err != nil {
		panic(err)
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

// A program acts on the outcome, and can show what was tried.
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

// A client that chooses the authorization server itself, here the one that it knows already.
func ExampleClient_ProtectedResource() {
	client := discovery.Client{Transport: pages{
		"https://mcp.example.com/.well-known/oauth-protected-resource/mcp": prm("https://mcp.example.com/mcp", "https://auth.example.org", "https://auth.example.com"),
		"https://auth.example.com/.well-known/oauth-authorization-server":  asm("https://auth.example.com"),
	}}
	metadata, err := client.ProtectedResource(context.Background(), "https://mcp.example.com/mcp", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, issuer := range metadata.AuthorizationServers {
		if issuer != "https://auth.example.com" {
			continue
		}
		server, err := client.AuthorizationServer(context.Background(), issuer)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(server.TokenEndpoint)
	}
	// Output: https://auth.example.com/token
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
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle(handler.Path(), handler)
	fmt.Println(wwwauth.NewChallenge("Bearer", "resource_metadata", handler.URL(), "scope", "files:read"))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", handler.Path(), nil))
	fmt.Println(w.Body)
	// Output:
	// Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="files:read"
	// {"resource":"https://mcp.example.com/mcp","authorization_servers":["https://auth.example.com"],"scopes_supported":["files:read"],"resource_name":"Files"}
}

// A client for anything else that a server names, such as a token endpoint, can have the same check.
func ExampleControl() {
	transport := &http.Transport{DialContext: (&net.Dialer{Control: discovery.Control}).DialContext}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	_, err := client.Get("http://127.0.0.1:8080/")
	fmt.Println(err)
	// Output: Get "http://127.0.0.1:8080/": dial tcp 127.0.0.1:8080: discovery: the address is not public
}

// A client was refused with a 403: it asks for what it had, and for what it lacks.
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
