// Package discovery finds the way from the challenge of a 401 to the authorization server: the metadata
// of the protected resource (RFC 9728), and with it the metadata of an authorization server (RFC 8414,
// or OpenID Connect Discovery). A resource server publishes its metadata with a [Handler].
//
//	challenges, _ := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//	var client discovery.Client
//	result, err := client.Discover(ctx, "https://mcp.example.com/mcp", challenges)
//	// result.AuthorizationServer.AuthorizationEndpoint, result.Resource, result.Scopes ...
//
// # Order
//
// [Client.Discover] tries what the Model Context Protocol asks of clients (revision 2026-07-28), and
// then what its older revisions did:
//
//  1. The URL in the parameter resource_metadata of a Bearer or DPoP challenge. If there is one, nothing
//     else is tried: the server has said where its metadata is.
//  2. Else the well-known URLs of the resource, with its path and at the root: [ProtectedResourceURLs].
//  3. If there is no metadata in these places, the parameter authorization_server of such a challenge. It
//     stands in no standard, but MCP servers send it.
//  4. If there is none either, an authorization server at the origin of the resource, as revision
//     2025-03-26 had it. The endpoints that it let a client guess when there is no metadata at all are
//     not guessed: nothing could be checked.
//
// The authorization servers that the metadata names are tried in order, each at the URLs of
// [AuthorizationServerURLs]; the first with metadata that passes all checks is taken. A client that wants
// to choose calls [Client.ProtectedResource] and then [Client.AuthorizationServer].
//
// # Checks
//
// Metadata is refused, and never used in part, if it fails one of these:
//
//   - Each URL that is fetched, redirects included, is absolute, has the scheme https, and has neither
//     user information nor a fragment.
//   - It comes with status 200 as application/json, is one JSON object without repeated members, and is not
//     too large. A name in another case is another name.
//   - The resource is the one that was asked for, code point by code point (RFC 9728 section 3.3).
//   - The issuer is the one that was asked for, likewise (RFC 8414 section 3.3).
//   - An issuer is an https URL without query and fragment, and so are the endpoints, but for the query.
//   - Where the user is sent to an authorization endpoint, PKCE with S256 is announced, as MCP demands.
//
// signed_metadata is kept as it came and not verified, which RFC 9728 section 2.2 allows.
//
// # Safety
//
// The URLs are what a server chose, so that a client which fetches them can be made to call other
// hosts (RFC 9728 section 7.7). By default a Client therefore uses a transport of its own, which refuses
// every address that is not public when it connects: a name that resolves to another address at a
// second look gains nothing. It takes no proxy from the environment, because a proxy connects on behalf of
// the client, out of reach of that check. A caller with a Transport of its own can have the check with
// [Control].
//
// The text of metadata is untrusted: do not show it to a user as it is.
package discovery

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
)

// A Client fetches metadata. The zero Client is ready for use, has safe limits, and may be used by
// several goroutines at once.
type Client struct {
	// Transport makes the requests; its redirects, cookies and credentials are not used. If it is
	// nil, a transport is used that connects to public addresses only and knows no proxy. Another
	// one has to see to that itself, for example with [Control].
	Transport http.RoundTripper

	// AllowLoopback is for development: it lets http pass for the hosts localhost, 127.0.0.0/8 and
	// [::1], and lets the transport of the Client connect to such addresses.
	AllowLoopback bool

	// Lenient accepts two things that RFC 9728 and RFC 8414 forbid and that are often seen: a
	// resource that is the origin of the one asked for, or a parent of it, as MCP servers have that
	// publish one document for all their paths; and an issuer that differs by a slash at its end, as
	// Auth0 and servers of the TypeScript MCP SDK have it. Origins are then compared without regard to
	// case and to the default port.
	Lenient bool

	MaxBytes     int64 // of one document; zero or less stands for 1 MiB
	MaxRedirects int   // for one document; zero stands for 5, a negative number for none
	MaxRequests  int   // for one call of a method, with the issuers that are refused; zero or less stands for 20

	// Timeout is for one request with its answer; zero or less stands for 10 seconds. A call of a
	// method takes no longer than three times that, whatever number of requests it makes.
	Timeout time.Duration
}

// A Result is what [Client.Discover] has found.
type Result struct {
	// Resource is the value for the parameter resource of RFC 8707: the identifier in the metadata,
	// or the resource asked for if there is no metadata.
	Resource string

	// Scopes is what to ask for: see [Scopes].
	Scopes []string

	// ProtectedResource is the metadata of the resource; nil if there is none, and the
	// authorization server was found in another way (see Order in the package documentation).
	ProtectedResource *ProtectedResourceMetadata

	// AuthorizationServer is the metadata of the authorization server; nil if Discover has failed.
	AuthorizationServer *AuthorizationServerMetadata

	// Steps tells what was fetched, in order.
	Steps []Step
}

// Discover finds an authorization server for the resource, which is the URL of the request, from the
// challenges of its answer. Without a challenge, or with none of Bearer or DPoP, it tries the well-known
// URLs.
//
// The error is an [*Error]. The Result is never nil; with an error it has what was found until then.
func (c *Client) Discover(ctx context.Context, resource string, challenges []wwwauth.Challenge) (*Result, error) {
	w, done := c.newWalk(ctx)
	defer done()
	result := &Result{Resource: resource}
	err := w.discover(result, challenges)
	result.Steps = w.steps
	return result, err
}

// ProtectedResource fetches the metadata of the resource: from metadataURL, the parameter
// resource_metadata of a challenge, or from the well-known URLs if that is empty. The error is an
// [*Error].
func (c *Client) ProtectedResource(ctx context.Context, resource, metadataURL string) (*ProtectedResourceMetadata, error) {
	w, done := c.newWalk(ctx)
	defer done()
	return w.protectedResource(resource, metadataURL)
}

// AuthorizationServer fetches the metadata of the authorization server with the issuer identifier,
// from the URLs of [AuthorizationServerURLs]. The error is an [*Error].
func (c *Client) AuthorizationServer(ctx context.Context, issuer string) (*AuthorizationServerMetadata, error) {
	w, done := c.newWalk(ctx)
	defer done()
	return w.authorizationServer(issuer)
}

// Scopes returns the scopes to ask for: those of the challenge, else all that the metadata says are
// supported, else none, which means to omit the parameter; and before them those that were granted
// already, which a client keeps when it is sent back for more (MCP revision 2026-07-28, Scope Selection
// Strategy and Step-Up Authorization Flow). The metadata may be nil.
func Scopes(challenge wwwauth.Challenge, metadata *ProtectedResourceMetadata, granted ...string) []string {
	wanted := strings.Fields(challenge.Get("scope"))
	if len(wanted) == 0 && metadata != nil {
		wanted = metadata.ScopesSupported
	}
	var scopes []string
	for _, scope := range slices.Concat(granted, wanted) {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// choose returns the challenge that discovery starts from: the first of Bearer or DPoP that names
// metadata, else the first that names an authorization server, else the first. If there is none it returns
// the zero Challenge. Other schemes may have a parameter of that name too, but mean no OAuth.
func choose(challenges []wwwauth.Challenge) wwwauth.Challenge {
	for _, name := range []string{"resource_metadata", "authorization_server", ""} {
		for _, c := range challenges {
			if (c.Is("Bearer") || c.Is("DPoP")) && (name == "" || c.Get(name) != "") {
				return c
			}
		}
	}
	return wwwauth.Challenge{}
}

// discover fills in the result.
func (w *walk) discover(result *Result, challenges []wwwauth.Challenge) error {
	resource := result.Resource
	challenge := choose(challenges)
	result.Scopes = Scopes(challenge, nil)

	// Two URLs that differ would make it a matter of chance whom the client trusts.
	urls := challenge.Values("resource_metadata")
	if differ(urls) {
		return w.fail(Step{Document: ProtectedResource, Outcome: Conflict, Reason: "the challenge names two metadata URLs"})
	}
	metadata, err := w.protectedResource(resource, challenge.Get("resource_metadata"))
	if err == nil {
		result.Resource = metadata.Resource
		result.Scopes = Scopes(challenge, metadata)
		result.ProtectedResource = metadata
		if len(metadata.AuthorizationServers) == 0 {
			return w.fail(Step{Document: ProtectedResource, URL: w.last().URL, Outcome: NoAuthorizationServer,
				Reason: "the metadata names no authorization server"})
		}
		// The first error tells most: a server names the one first that it wants to be used.
		for _, issuer := range metadata.AuthorizationServers {
			found, failure := w.authorizationServer(issuer)
			if failure == nil {
				result.AuthorizationServer = found
				return nil
			}
			if err == nil {
				err = failure
			}
			if w.ended() {
				break
			}
		}
		return err
	}
	if len(urls) > 0 && urls[0] != "" || w.ended() || slices.ContainsFunc(w.steps, func(s Step) bool { return !s.Outcome.isAbsent() }) {
		return err
	}

	if differ(challenge.Values("authorization_server")) {
		return w.fail(Step{Document: AuthorizationServer, Outcome: Conflict, Reason: "the challenge names two authorization servers"})
	}
	issuers := []string{challenge.Get("authorization_server")}
	if issuers[0] == "" {
		// Both have the same well-known URLs, and the server has named neither.
		issuers = []string{origin(resource), origin(resource) + "/"}
	}
	found, failure := w.authorizationServer(issuers[0], issuers[1:]...)
	if failure != nil {
		if failure.(*Error).Outcome.isAbsent() {
			return err
		}
		return failure
	}
	result.AuthorizationServer = found
	return nil
}

// differ tells whether two of the values are not the same.
func differ(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != values[0] })
}

// protectedResource fetches the metadata of the resource.
func (w *walk) protectedResource(resource, metadataURL string) (*ProtectedResourceMetadata, error) {
	if _, outcome, reason := checkURL(resource, w.AllowLoopback); outcome != OK {
		return nil, w.fail(Step{Document: ProtectedResource, Outcome: outcome, Reason: "the resource: " + reason})
	}
	urls := []string{metadataURL}
	if metadataURL == "" {
		urls, _ = ProtectedResourceURLs(resource)
	}
	first := len(w.steps)
	for i, u := range urls {
		// The identifier that u was made from. That of the root may have a slash or not.
		want := []string{resource}
		if i > 0 {
			want = []string{origin(resource), origin(resource) + "/"}
		}
		var metadata ProtectedResourceMetadata
		if w.fetch(ProtectedResource, u, func(step *Step, body []byte) {
			w.readProtectedResource(step, body, &metadata, resource, want)
		}) {
			return &metadata, nil
		}
		if w.ended() {
			break
		}
	}
	return nil, w.failed(ProtectedResource, first)
}

// readProtectedResource reads metadata and checks it (RFC 9728 section 3.3).
func (w *walk) readProtectedResource(step *Step, body []byte, m *ProtectedResourceMetadata, resource string, want []string) {
	if err := m.UnmarshalJSON(body); err != nil {
		step.refuse(Malformed, reasonOf(err))
		return
	}
	switch {
	case m.Resource == "":
		step.refuse(Malformed, "the member resource is missing")
	case slices.Contains(want, m.Resource), w.Lenient && isParent(m.Resource, resource):
	default:
		step.refuse(ResourceMismatch, "the metadata is that of another resource")
		step.Got, step.Want = m.Resource, want[0]
	}
}

// authorizationServer fetches the metadata of the authorization server with the issuer identifier,
// or with one of the others, which have the same well-known URLs.
func (w *walk) authorizationServer(issuer string, others ...string) (*AuthorizationServerMetadata, error) {
	_, outcome, reason := checkURL(issuer, w.AllowLoopback)
	if outcome == OK && strings.Contains(issuer, "?") {
		outcome, reason = BadURL, "it has a query"
	}
	if outcome != OK {
		// A document may name a great many.
		if !w.take() {
			return nil, w.fail(Step{Document: AuthorizationServer, Outcome: TooManyRequests, Reason: tooMany})
		}
		return nil, w.fail(Step{Document: AuthorizationServer, URL: issuer, Outcome: outcome, Reason: "the issuer: " + reason})
	}
	urls, _ := AuthorizationServerURLs(issuer)
	want := append([]string{issuer}, others...)
	if w.Lenient {
		bare := strings.TrimSuffix(issuer, "/")
		want = append(want, bare, bare+"/")
	}
	first := len(w.steps)
	for _, u := range urls {
		var metadata AuthorizationServerMetadata
		if w.fetch(AuthorizationServer, u, func(step *Step, body []byte) {
			w.readAuthorizationServer(step, body, &metadata, want)
		}) {
			return &metadata, nil
		}
		if w.ended() {
			break
		}
	}
	return nil, w.failed(AuthorizationServer, first)
}

// readAuthorizationServer reads metadata and checks it (RFC 8414 section 3.3).
func (w *walk) readAuthorizationServer(step *Step, body []byte, m *AuthorizationServerMetadata, want []string) {
	if err := m.UnmarshalJSON(body); err != nil {
		step.refuse(Malformed, reasonOf(err))
		return
	}
	if m.Issuer == "" {
		step.refuse(Malformed, "the member issuer is missing")
		return
	}
	if !slices.Contains(want, m.Issuer) {
		step.refuse(IssuerMismatch, "the metadata is that of another issuer")
		step.Got, step.Want = m.Issuer, want[0]
		return
	}
	for _, e := range m.endpoints() {
		if e.url == "" {
			continue
		}
		if _, outcome, reason := checkURL(e.url, w.AllowLoopback); outcome != OK {
			step.refuse(BadEndpoint, e.name+": "+reason)
			step.Got = e.url
			return
		}
	}
	switch {
	case m.TokenEndpoint == "":
		step.refuse(BadEndpoint, "token_endpoint is missing")
	case m.AuthorizationEndpoint != "" && !slices.Contains(m.CodeChallengeMethodsSupported, "S256"):
		step.refuse(NoPKCE, "code_challenge_methods_supported does not have S256, so clients of MCP must not go on")
	}
}
