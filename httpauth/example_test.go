package httpauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

// show sends a request to the handler and prints the response.
func show(handler http.Handler, authorization string) {
	r := httptest.NewRequest("GET", "https://journal.example/entries", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Values("WWW-Authenticate"))
	content, _ := io.ReadAll(w.Body)
	fmt.Printf("    %s\n", bytes.TrimSpace(content))
}

// A handler for clients that have a token with the scope journal:read. The whole server is in
// examples/journal.
func Example() {
	verify := func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		expires := time.Now().Add(time.Hour)
		switch token { // a server asks its database here, or checks the signature of a JWT
		case "mF_9.B5f-4.1JqM":
			return &httpauth.Identity{Subject: "Rita", Scope: wwwauth.Scope{"journal:read"}, Expires: expires}, nil
		case "2YotnFZFEjr1zCsi":
			return &httpauth.Identity{Subject: "Otto", Expires: expires}, nil
		}
		return nil, &httpauth.TokenError{}
	}
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
		Body:   httpauth.JSONRPCBody,
	})
	if err != nil {
		log.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello %s", httpauth.IdentityFrom(r.Context()).Subject)
	}))

	show(handler, "")
	show(handler, "Bearer wrong")
	show(handler, "Bearer 2YotnFZFEjr1zCsi")
	show(handler, "Bearer mF_9.B5f-4.1JqM")
	// Output:
	// 401 [Bearer scope="journal:read", realm="journal"]
	//     {"error":{"code":-32000,"message":"An access token is needed"},"id":null,"jsonrpc":"2.0"}
	// 401 [Bearer scope="journal:read", error="invalid_token", realm="journal"]
	//     {"error":{"code":-32000,"message":"The access token is not valid"},"id":null,"jsonrpc":"2.0"}
	// 403 [Bearer scope="journal:read", error="insufficient_scope", realm="journal"]
	//     {"error":{"code":-32000,"message":"The access token lacks a scope"},"id":null,"jsonrpc":"2.0"}
	// 200 []
	//     Hello Rita
}

func ExampleNewGate() {
	entries := http.HandlerFunc(hello)
	mux := http.NewServeMux()

	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("GET /entries", gate.Handler(entries))

	show(mux, "")
	// Output:
	// 401 [Bearer scope="journal:read", realm="journal"]
	//     An access token is needed
}

// One Gate guards several resources, each with its own metadata and scopes.
func ExampleGateOptions_perRequest() {
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "example"},
		PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			b.ResourceMetadata = "https://journal.example/.well-known/oauth-protected-resource" + r.URL.EscapedPath()
			if r.Method != http.MethodGet {
				b.Scope = wwwauth.Scope{"write"}
			}
			return b
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	show(gate.Handler(http.HandlerFunc(hello)), "")
	// Output:
	// 401 [Bearer resource_metadata="https://journal.example/.well-known/oauth-protected-resource/entries", realm="example"]
	//     An access token is needed
}

// Only the handler knows which scope a request needs. The Gate advertises all of them, so that clients
// need not come back for each.
func ExampleGate_Refuse() {
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer:        wwwauth.Bearer{Realm: "example", Scope: wwwauth.Scope{"read", "write"}},
		AdvertiseOnly: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		needed := wwwauth.Scope{"write"} // from the name of a tool in the content, say
		if !httpauth.IdentityFrom(r.Context()).Scope.Contains(needed...) {
			gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: needed})
			return
		}
		io.WriteString(w, "done")
	}))
	show(handler, "Bearer reader")
	show(handler, "Bearer good")
	// Output:
	// 403 [Bearer scope="write", error="insufficient_scope", realm="example"]
	//     The access token lacks a scope
	// 200 []
	//     done
}

// The server supports two schemes, and the client chooses one.
func ExampleRefusal_Send() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := httpauth.Refusal{
			Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Negotiate"), wwwauth.NewChallenge("Basic", "realm", "printers", "charset", "UTF-8")},
			Body:       httpauth.ProblemBody,
		}.Send(w, r)
		if err != nil {
			log.Print(err)
		}
	})
	show(handler, "")
	// Output:
	// 401 [Negotiate Basic realm="printers", charset="UTF-8"]
	//     {"title":"Unauthorized","status":401}
}

// A challenge that cannot be sent is replaced, and reported.
func ExampleRefusal_Send_fallback() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := httpauth.Refusal{
			Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "two\nlines")},
			Fallback:   wwwauth.NewChallenge("Basic", "realm", "restricted"),
		}.Send(w, r)
		fmt.Println(err)
	})
	show(handler, "")
	// Output:
	// wwwauth: cannot format challenge 0, parameter 0: value holds a control byte
	// 401 [Basic realm="restricted"]
	//     Unauthorized
}

// A gateway adds the challenge that its backend forgets to send with a 401. The whole program is in
// examples/gateway.
func ExampleRefusal_Replace() {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		log.Fatal(err)
	}
	refusal := httpauth.Refusal{Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "realm", "MCP Server")}, Body: httpauth.JSONRPCBody}
	gateway := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(resp *http.Response) error {
			if challenges, _ := httpauth.Challenges(resp); resp.StatusCode == http.StatusUnauthorized && len(challenges) == 0 {
				if err := refusal.Replace(resp); err != nil {
					log.Print(err)
				}
			}
			return nil
		},
	}
	show(gateway, "")
	// Output:
	// 401 [Bearer realm="MCP Server"]
	//     {"error":{"code":-32000,"message":"Unauthorized"},"id":null,"jsonrpc":"2.0"}
}

func ExampleChallenges() {
	server := httptest.NewServer(newExampleHandler())
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	challenges, err := httpauth.Challenges(resp)
	if err != nil {
		log.Print(err) // departures from RFC 9110; the challenges are there all the same
	}
	if c, ok := wwwauth.Select(challenges, "Bearer"); ok {
		bearer, _ := c.Bearer()
		fmt.Println(resp.StatusCode, bearer.Scope)
	}
	// Output: 401 read
}

func newExampleHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpauth.Refusal{Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "scope", "read")}}.Send(w, r)
	})
}

// A proxy wants credentials before it connects to the server.
func ExampleOnProxyConnectResponse() {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpauth.Refusal{Status: http.StatusProxyAuthRequired, Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "the way out")}}.Send(w, r)
	}))
	defer proxy.Close()
	proxyURL, err := url.Parse(proxy.URL)
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyURL(proxyURL),
		OnProxyConnectResponse: httpauth.OnProxyConnectResponse,
	}}
	_, err = client.Get("https://journal.example/")
	var refused *httpauth.ConnectError
	if errors.As(err, &refused) {
		fmt.Println(refused)
		fmt.Println(refused.Challenges)
	}
	// Output:
	// httpauth: proxy refused to connect: 407 Proxy Authentication Required
	// [Basic realm="the way out"]
}

// A test of a handler needs no Gate.
func ExampleWithIdentity() {
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(httpauth.WithIdentity(r.Context(), &httpauth.Identity{Subject: "Rita", Value: 7}))
	w := httptest.NewRecorder()
	hello(w, r)
	fmt.Println(w.Body)
	// Output: hello Rita 7
}

// A server that accepts Bearer tokens from programs and passwords from people. The Gate offers both; a
// handler around it looks at the passwords.
func ExampleGateOptions_alternatives() {
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer:       wwwauth.Bearer{Realm: "wiki"},
		Alternatives: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "wiki", "charset", "UTF-8")},
	})
	if err != nil {
		log.Fatal(err)
	}
	page := http.HandlerFunc(hello)
	guarded := gate.Handler(page)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		credentials, err := httpauth.Credentials(r)
		if user, password, ok := credentials.Basic(); err == nil && ok && user == "Rita" && password == "open sesame" {
			page.ServeHTTP(w, r.WithContext(httpauth.WithIdentity(r.Context(), &httpauth.Identity{Subject: user})))
			return
		}
		guarded.ServeHTTP(w, r)
	})
	show(handler, "Basic Uml0YTpvcGVuIHNlc2FtZQ==")
	show(handler, "Basic Uml0YTpndWVzcw==")
	// Output:
	// 200 []
	//     hello Rita <nil>
	// 401 [Bearer realm="wiki" Basic realm="wiki", charset="UTF-8"]
	//     An access token is needed
}

func ExampleCredentials() {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth("Rita", "open sesame")
	credentials, err := httpauth.Credentials(r)
	if err != nil {
		log.Fatal(err) // a server answers 400 if the scheme is one of its own, and 401 otherwise
	}
	user, _, ok := credentials.Basic()
	fmt.Println(user, ok)
	fmt.Println(credentials) // never prints a secret
	// Output:
	// Rita true
	// Basic [hidden]
}

func ExampleSetCredentials() {
	r := httptest.NewRequest("GET", "/", nil)
	if err := httpauth.SetCredentials(r, wwwauth.TokenCredentials("Bearer", "mF_9.B5f-4.1JqM")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Header.Get("Authorization"))
	// Output: Bearer mF_9.B5f-4.1JqM
}
