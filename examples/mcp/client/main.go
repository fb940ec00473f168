// Client calls a tool of an MCP server. If it is refused, it follows the challenge to the authorization server,
// gets a token, and calls again:
//
//	go run ./client https://mcp.example.com/mcp tool '{"argument":"value"}'
//
// With -local, the server and its authorization server may be on this host, as the programs beside it are.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"golang.org/x/oauth2"
)

// What servers send is printed here and in the errors, and must not control the terminal.
var stdout, stderr = terminal{os.Stdout}, terminal{os.Stderr}

func main() {
	log.SetFlags(0)
	log.SetOutput(stderr)
	local := flag.Bool("local", false, "for development: let servers be on this host, or at private addresses")
	flag.Parse()
	if flag.NArg() != 3 {
		log.Fatal("usage: client [-local] URL TOOL ARGUMENTS")
	}
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if !*local {
		dialer.Control = discovery.Control // no server sends this client to a private address
	}
	web := &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true}

	ctx := context.Background()
	client := mcp.NewClient(&mcp.Implementation{Name: "client", Version: "1"}, nil)
	handler := &signIn{
		discovery: discovery.Client{Transport: web, AllowLoopback: *local, AllowPrivate: *local},
		http:      &http.Client{Transport: web, Timeout: 10 * time.Second},
	}
	transport := &mcp.StreamableClientTransport{Endpoint: flag.Arg(0), OAuthHandler: handler, DisableStandaloneSSE: true}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		log.Fatal(err)
	}
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: flag.Arg(1), Arguments: json.RawMessage(flag.Arg(2))})
	if err != nil {
		log.Fatal(err)
	}
	for _, content := range result.Content {
		if text, ok := content.(*mcp.TextContent); ok {
			fmt.Fprintln(stdout, text.Text)
		}
	}
	if result.IsError {
		log.Fatal("the tool has failed")
	}
}

// A signIn gets tokens for the SDK, which calls Authorize after each 401 and 403. This client sends one request at
// a time; one that sends several needs a mutex here.
type signIn struct {
	discovery discovery.Client
	http      *http.Client // for the endpoints that it finds
	token     oauth2.TokenSource
	asked     []string // scopes
}

// TokenSource returns nil until there is a token.
func (s *signIn) TokenSource(context.Context) (oauth2.TokenSource, error) {
	return s.token, nil
}

// Authorize gets a token after a response that asks for one, or for more scopes.
func (s *signIn) Authorize(ctx context.Context, req *http.Request, resp *http.Response) error {
	resp.Body.Close()
	challenges, err := httpauth.Challenges(resp)
	if err != nil {
		log.Print(err) // departures from RFC 9110; the challenges are there all the same
	}
	challenge, _ := wwwauth.Select(challenges, "Bearer")
	if bearer, _ := challenge.Bearer(); resp.StatusCode == http.StatusForbidden && bearer.Error != wwwauth.InsufficientScope {
		return fmt.Errorf("%s, and no other token would help", resp.Status)
	}
	result, err := s.discovery.Discover(ctx, req.URL.String(), challenges)
	if err != nil {
		return err
	}
	as := result.AuthorizationServer
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	config := oauth2.Config{
		RedirectURL: "http://" + listener.Addr().String() + "/callback",
		Scopes:      discovery.Scopes(challenge, result.ProtectedResource, s.asked...), // what it had, and what it needs
		Endpoint:    oauth2.Endpoint{AuthURL: as.AuthorizationEndpoint, TokenURL: as.TokenEndpoint, AuthStyle: oauth2.AuthStyleInParams},
	}
	// A program that is there to stay keeps the identifier that it gets.
	registered, err := oauthex.RegisterClient(ctx, as.RegistrationEndpoint, &oauthex.ClientRegistrationMetadata{
		RedirectURIs: []string{config.RedirectURL}, ClientName: "wwwauth example", TokenEndpointAuthMethod: "none",
	}, s.http)
	if err != nil {
		return err
	}
	config.ClientID = registered.ClientID
	state, verifier, resource := rand.Text(), oauth2.GenerateVerifier(), oauth2.SetAuthURLParam("resource", result.Resource)
	fmt.Fprintf(stderr, "Sign in at %s\n", config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier), resource))
	back := wait(listener, state)
	if iss := back.Get("iss"); iss != as.Issuer && (iss != "" || as.AuthorizationResponseIssParameterSupported) {
		return fmt.Errorf("the answer is not that of %s (RFC 9207)", as.Issuer)
	}
	if back.Get("error") != "" {
		return fmt.Errorf("the authorization server answers %q", back.Get("error"))
	}
	token, err := config.Exchange(context.WithValue(ctx, oauth2.HTTPClient, s.http), back.Get("code"), oauth2.VerifierOption(verifier), resource)
	if err != nil {
		return err
	}
	s.token, s.asked = oauth2.StaticTokenSource(token), config.Scopes
	return nil
}

// wait returns the query that the authorization server sends the user back with.
func wait(listener net.Listener, state string) url.Values {
	back := make(chan url.Values, 1)
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if r.URL.Path != "/callback" || query.Get("state") != state {
			http.NotFound(w, r) // anyone on this host can send a request here
			return
		}
		fmt.Fprintln(w, "You can close this window.")
		select {
		case back <- query:
		default: // a second time
		}
	})}
	go server.Serve(listener)
	defer server.Shutdown(context.Background()) // after what the user sees is sent
	return <-back
}

// A terminal writes text with U+FFFD in place of control characters other than tab and newline, and of the
// invisible ones that reorder text.
type terminal struct{ io.Writer }

func (t terminal) Write(p []byte) (int, error) {
	text := strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, string(p))
	if _, err := io.WriteString(t.Writer, text); err != nil {
		return 0, err
	}
	return len(p), nil
}
