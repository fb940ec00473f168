// Server is an MCP server for clients that have a token. It needs an authorization server with introspection
// (RFC 7662) that knows it as a client; authserver is one to try it out with:
//
//	go run ./authserver &
//	CLIENT_SECRET=secret go run ./server -issuer http://127.0.0.1:9000 -client-id server &
//	curl -i -d '{}' http://127.0.0.1:8080/mcp
//	go run ./client -local http://127.0.0.1:8080/mcp whoami '{}'
//
// Behind a proxy that ends TLS, -url is the URL of the proxy; the second line printed then says where
// the proxy finds the server. With -sessions the server keeps sessions, and each is open to the user who
// started it alone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	public := flag.String("url", "", "`URL` of this host as clients see it, without a path; http and the address if empty")
	issuer := flag.String("issuer", "", "`URL` of the authorization server: its issuer identifier")
	scope := flag.String("scope", "tools:call", "`scopes` that a token must have, separated by spaces")
	sessions := flag.Bool("sessions", false, "keep sessions")
	v := verifier{secret: os.Getenv("CLIENT_SECRET")}
	flag.StringVar(&v.id, "client-id", "", "what the authorization server calls this server; CLIENT_SECRET in the environment is its secret")
	flag.Parse()

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	local := "http://" + listener.Addr().String()
	if *public == "" {
		*public = local
	}
	v.resource = *public + "/mcp"

	// The user who starts this server chooses the issuer, so it may be at a private address.
	client := discovery.Client{Transport: http.DefaultTransport, AllowLoopback: true}
	as, err := client.AuthorizationServer(context.Background(), *issuer)
	if err != nil {
		log.Fatal(err)
	}
	if as.IntrospectionEndpoint == "" {
		log.Fatal("server: the authorization server has no introspection")
	}
	v.endpoint = as.IntrospectionEndpoint

	metadata, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource:             v.resource,
		AuthorizationServers: []string{*issuer},
		ScopesSupported:      wwwauth.ParseScope(*scope),
	})
	if err != nil {
		log.Fatal(err)
	}
	gate, err := httpauth.NewGate(v.verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{ResourceMetadata: metadata.URL(), Scope: wwwauth.ParseScope(*scope)},
		Body:   httpauth.JSONRPCBody,
		// The authorization server is asked about each request, and need not say when a token expires.
		AllowMissingExpiration: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(metadata.Path(), metadata)
	// The gate verifies the token, and the SDK's own middleware, which takes its word, tells the SDK who the user is.
	bind := auth.RequireBearerToken(tokenInfo, &auth.RequireBearerTokenOptions{AllowMissingExpiration: true})
	tools := newMCPServer()
	mux.Handle("/mcp", gate.Handler(bind(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return tools }, &mcp.StreamableHTTPOptions{
		Stateless:    !*sessions,
		JSONResponse: true,
		// That is against pages which reach this host by another name. They have no token, and a proxy on
		// this host would be refused.
		DisableLocalhostProtection: true,
	}))))
	fmt.Println(v.resource)
	if *public != local {
		fmt.Printf("The server listens on %s/mcp\n", local)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// tokenInfo returns what the gate knows of the user. The SDK lets nobody use the session of another user, but
// only if it knows who that is: without a UserID, anyone who has the session ID gets in.
func tokenInfo(ctx context.Context, _ string, _ *http.Request) (*auth.TokenInfo, error) {
	who := httpauth.IdentityFrom(ctx)
	if who == nil || who.Subject == "" {
		return nil, auth.ErrInvalidToken
	}
	return &auth.TokenInfo{UserID: who.Subject, Scopes: who.Scope, Expiration: who.Expires}, nil
}

// newMCPServer returns a server whose tools know who has sent the request.
func newMCPServer() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "whoami", Version: "1"}, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "whoami", Description: "Says who you are, and what your token is good for."},
		func(_ context.Context, req *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
			who := req.Extra.TokenInfo
			text := fmt.Sprintf("You are %s, with the scope %s.", who.UserID, wwwauth.Scope(who.Scopes))
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}, nil, nil
		})
	return s
}

// A verifier asks the authorization server about tokens.
type verifier struct{ resource, endpoint, id, secret string }

// verify asks for each request. A server with many requests keeps the answers for a short time.
func (v verifier) verify(ctx context.Context, _ *http.Request, token string) (*httpauth.Identity, error) {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(v.id), url.QueryEscape(v.secret)) // RFC 6749 section 2.3.1
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("introspection: status %d", resp.StatusCode)
	}
	var answer struct {
		Active   bool
		Subject  string `json:"sub"`
		Scope    string
		Audience any   `json:"aud"` // a string, or a list of them
		Expires  int64 `json:"exp"`
		Key      any   `json:"cnf"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, 1<<20)).Decode(&answer); err != nil {
		return nil, err
	}
	// A token for another server is not valid here, or that server could use it in the name of the user. Nor is
	// one that is bound to a key, since nothing here asks for the key, or one of no user, who has no session.
	list, _ := answer.Audience.([]any)
	if !answer.Active || answer.Subject == "" || answer.Audience != v.resource && !slices.Contains(list, any(v.resource)) || answer.Key != nil {
		return nil, &httpauth.TokenError{}
	}
	who := httpauth.Identity{Subject: answer.Subject, Scope: wwwauth.ParseScope(answer.Scope)}
	if answer.Expires != 0 {
		who.Expires = time.Unix(answer.Expires, 0)
	}
	return &who, nil
}
