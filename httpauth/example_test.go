package httpauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
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

// lookUp verifies the tokens of the examples.
func lookUp(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
	scope, ok := map[string]wwwauth.Scope{"reader": {"read"}, "writer": {"read", "write"}}[token]
	if !ok {
		return nil, &httpauth.TokenError{}
	}
	return &httpauth.Identity{Subject: "Rita", Scope: scope, Expires: time.Now().Add(time.Hour)}, nil
}

// greet greets the user that a Gate has identified.
func greet(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "Hello %s", httpauth.IdentityFrom(r.Context()).Subject)
}

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

// A Gate answers each request with the status and the challenge that RFC 6750 section 3 asks for. The
// program in examples/journal is a whole server.
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

// A complete server: anyone with the token can read the entries.
func ExampleNewGate() {
	verify := func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		if token != "mF_9.B5f-4.1JqM" { // a server asks its database, or checks the signature of a JWT
			return nil, &httpauth.TokenError{}
		}
		return &httpauth.Identity{Subject: "Rita", Scope: wwwauth.Scope{"journal:read"}, Expires: time.Now().Add(time.Hour)}, nil
	}
	entries := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello %s", httpauth.IdentityFrom(r.Context()).Subject)
	})
	mux := http.NewServeMux()

	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("GET /entries", gate.Handler(entries))

	server := httptest.NewServer(mux) // or http.ListenAndServe(addr, mux)
	defer server.Close()
	for _, token := range []string{"mF_9.B5f-4.1JqM", "wrong"} {
		r, err := http.NewRequest("GET", server.URL+"/entries", nil)
		if err != nil {
			log.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
		fmt.Println(resp.Status, resp.Header.Values("WWW-Authenticate"))
	}
	// Output:
	// 200 OK []
	// 401 Unauthorized [Bearer scope="journal:read", error="invalid_token", realm="journal"]
}

// One Gate can guard several resources, each with its own metadata and scopes.
func ExampleGateOptions_perRequest() {
	gate, err := httpauth.NewGate(lookUp, httpauth.GateOptions{
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
	show(gate.Handler(http.HandlerFunc(greet)), "")
	// Output:
	// 401 [Bearer resource_metadata="https://journal.example/.well-known/oauth-protected-resource/entries", realm="example"]
	//     An access token is needed
}

// Only the handler knows which scope a request needs. The Gate advertises all scopes, so that clients can
// ask for them at once.
func ExampleGate_Refuse() {
	gate, err := httpauth.NewGate(lookUp, httpauth.GateOptions{
		Bearer:        wwwauth.Bearer{Realm: "example", Scope: wwwauth.Scope{"read", "write"}},
		AdvertiseOnly: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !httpauth.IdentityFrom(r.Context()).Scope.Contains("write") {
			gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"write"}})
			return
		}
		io.WriteString(w, "done")
	}))
	show(handler, "Bearer reader")
	show(handler, "Bearer writer")
	// Output:
	// 403 [Bearer scope="write", error="insufficient_scope", realm="example"]
	//     The access token lacks a scope
	// 200 []
	//     done
}

// A server offers two schemes, and the client chooses one.
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

// If a challenge cannot be sent, the Fallback is sent in its place, and Send returns the error.
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
	// wwwauth: cannot format challenge 0, parameter 0: value contains a control byte
	// 401 [Basic realm="restricted"]
	//     Unauthorized
}

// A gateway adds the challenge that its backend forgets to send with a 401. The program in
// examples/gateway is complete.
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

// A Verifier can ask the user to log in again, here with a second factor (RFC 9470).
func ExampleTokenError() {
	verify := func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{
			Error:            wwwauth.InsufficientUserAuthentication,
			ErrorDescription: "A second factor is needed",
			ACRValues:        []string{"urn:example:mfa"},
		}}
	}
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{Bearer: wwwauth.Bearer{Realm: "bank"}})
	if err != nil {
		log.Fatal(err)
	}
	show(gate.Handler(http.HandlerFunc(greet)), "Bearer mF_9.B5f-4.1JqM")
	// Output:
	// 401 [Bearer error="insufficient_user_authentication", realm="bank", acr_values="urn:example:mfa", error_description="A second factor is needed"]
	//     A second factor is needed
}

// A Verifier distinguishes a token that is not valid from a database that cannot be reached.
func ExampleVerifier() {
	errNoRows, errTimeout := errors.New("no rows"), context.DeadlineExceeded
	query := func(ctx context.Context, token string) (user string, expires time.Time, err error) {
		switch token {
		case "good":
			return "Rita", time.Now().Add(time.Hour), nil
		case "slow":
			return "", time.Time{}, errTimeout
		}
		return "", time.Time{}, errNoRows
	}
	verify := func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		user, expires, err := query(ctx, token)
		if errors.Is(err, errNoRows) {
			return nil, &httpauth.TokenError{} // 401
		} else if err != nil {
			return nil, err // 500 or, for a timeout, 503
		}
		return &httpauth.Identity{Subject: user, Expires: expires}, nil
	}
	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer:  wwwauth.Bearer{Realm: "journal"},
		OnError: func(r *http.Request, err error) { fmt.Println("log:", err) },
	})
	if err != nil {
		log.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(greet))
	show(handler, "Bearer good")
	show(handler, "Bearer wrong")
	show(handler, "Bearer slow")
	// Output:
	// 200 []
	//     Hello Rita
	// 401 [Bearer error="invalid_token", realm="journal"]
	//     The access token is not valid
	// log: httpauth: token could not be verified: context deadline exceeded
	// 503 []
	//     Service Unavailable
}

// A web site sends an HTML page with its refusals.
func ExampleBody() {
	page := func(r *http.Request, f httpauth.Refusal) (contentType string, content []byte) {
		return "text/html; charset=utf-8", fmt.Appendf(nil, "<h1>%s</h1>", html.EscapeString(f.Message))
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpauth.Refusal{
			Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "wiki")},
			Message:    "Log in to see this page",
			Body:       page,
		}.Send(w, r)
	})
	show(handler, "")
	// Output:
	// 401 [Basic realm="wiki"]
	//     <h1>Log in to see this page</h1>
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

// A proxy asks for credentials before it connects to the server.
func ExampleOnProxyConnectResponse() {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpauth.Refusal{Status: http.StatusProxyAuthRequired, Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "the way out")}}.Send(w, r)
	}))
	defer proxy.Close()
	proxyURL, err := url.Parse(proxy.URL)
	if err != nil {
		log.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.OnProxyConnectResponse = httpauth.OnProxyConnectResponse
	transport.Proxy = http.ProxyURL(proxyURL)
	client := &http.Client{Transport: transport}
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

// A test of a handler does not need a Gate.
func ExampleWithIdentity() {
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(httpauth.WithIdentity(r.Context(), &httpauth.Identity{Subject: "Rita"}))
	w := httptest.NewRecorder()
	greet(w, r)
	fmt.Println(w.Body)
	// Output: Hello Rita
}

// A server accepts tokens from programs and passwords from people. The Gate offers both schemes, and an
// outer handler checks the passwords.
func ExampleGateOptions_alternatives() {
	login, err := wwwauth.BasicCredentials("Rita", "open sesame")
	if err != nil {
		log.Fatal(err)
	}
	gate, err := httpauth.NewGate(lookUp, httpauth.GateOptions{
		Bearer:       wwwauth.Bearer{Realm: "wiki"},
		Alternatives: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "wiki", "charset", "UTF-8")},
	})
	if err != nil {
		log.Fatal(err)
	}
	page := http.HandlerFunc(greet)
	guarded := gate.Handler(page)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if credentials, err := httpauth.Credentials(r); err == nil && credentials.Equal(login) {
			page.ServeHTTP(w, r.WithContext(httpauth.WithIdentity(r.Context(), &httpauth.Identity{Subject: "Rita"})))
			return
		}
		guarded.ServeHTTP(w, r)
	})
	show(handler, "Basic Uml0YTpvcGVuIHNlc2FtZQ==")
	show(handler, "Basic Uml0YTpndWVzcw==")
	// Output:
	// 200 []
	//     Hello Rita
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
