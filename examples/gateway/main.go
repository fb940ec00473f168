// Gateway is a reverse proxy for a server that answers 401 without a challenge, as some MCP servers do. It adds
// the challenge:
//
//	go run ./examples/gateway -backend http://127.0.0.1:3000 -realm mcp -scope 'files:read files:write' \
//		-resource-metadata https://mcp.example/.well-known/oauth-protected-resource
//
// Challenges that the server sends itself are passed on as they are.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8081", "the `address` to listen on")
	backend := flag.String("backend", "", "`URL` of the server behind the gateway")
	scope := flag.String("scope", "", "`scopes` of the challenge, separated by spaces")
	var bearer wwwauth.Bearer
	flag.StringVar(&bearer.Realm, "realm", "", "`realm` of the challenge")
	flag.StringVar(&bearer.ResourceMetadata, "resource-metadata", "", "`URL` of the protected resource metadata (RFC 9728)")
	flag.StringVar(&bearer.AuthorizationServer, "authorization-server", "", "`URL` of the authorization server, for clients that do not know the metadata")
	flag.Parse()
	bearer.Scope = wwwauth.ParseScope(*scope)

	target, err := url.Parse(*backend)
	if err != nil || target.Host == "" {
		log.Fatal("gateway: -backend must be a URL")
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	server := &http.Server{Handler: newGateway(target, bearer), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// newGateway returns a reverse proxy for the target that adds the challenge to a 401 without one. If the challenge
// cannot be sent, because it has no parameter or an invalid one, it adds one with a realm.
func newGateway(target *url.URL, bearer wwwauth.Bearer) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.SetXForwarded()
		},
		FlushInterval: -1, // MCP servers answer with events
		ModifyResponse: func(resp *http.Response) error {
			// A field that is empty, or that nobody can read, is not a challenge.
			if own, _ := httpauth.Challenges(resp); resp.StatusCode != http.StatusUnauthorized || len(own) > 0 {
				return nil
			}
			b, message := bearer, "An access token is needed"
			if c, err := httpauth.Credentials(resp.Request); err == nil && c.Is("Bearer") {
				b.Error, message = wwwauth.InvalidToken, "The access token is not valid"
			}
			challenge, err := b.Challenge()
			if err != nil {
				log.Print(err)
			}
			fallback, _ := wwwauth.Bearer{Realm: "MCP Server", Error: b.Error}.Challenge()
			httpauth.Refusal{
				Challenges: []wwwauth.Challenge{challenge},
				Fallback:   fallback,
				Message:    message,
				Body:       httpauth.JSONRPCBody,
			}.Replace(resp)
			return nil
		},
	}
}
