// Package discovery finds the authorization server of a protected resource that answered 401.
//
// A [Client] starts from the challenges of the 401. It fetches the metadata of the resource (RFC
// 9728), and then the metadata of an authorization server that it names (RFC 8414 or OpenID Connect
// Discovery). A resource server publishes its own metadata with a [Handler].
//
//	challenges, _ := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//	var client discovery.Client
//	result, err := client.Discover(ctx, "https://mcp.example.com/mcp", challenges)
//
// If err is nil, result has the authorization server with its endpoints, the resource, and the scopes
// to ask for.
//
// # Order
//
// [Client.Discover] follows the Model Context Protocol (revision 2026-07-28), and falls back to older
// revisions of it:
//
//  1. It fetches the URL in the resource_metadata parameter of a Bearer or DPoP challenge. If there
//     is one, it tries nothing else: the server has said where its metadata is.
//  2. Otherwise it tries the well-known URLs of the resource, with its path and at the root; see
//     [ProtectedResourceURLs].
//  3. If there is no metadata at these URLs, it tries the authorization server in the
//     authorization_server parameter of the challenge. This parameter is not in any standard, but
//     MCP servers send it.
//  4. If the challenge has none, it tries an authorization server at the origin of the resource, as
//     in revision 2025-03-26. It does not use the default endpoints of that revision: there is no
//     metadata to check them against.
//
// It tries the authorization servers that the metadata names in order, each at the URLs of
// [AuthorizationServerURLs], and uses the first whose metadata passes all checks. To choose one
// yourself, call [Client.ProtectedResource], then [Client.AuthorizationServer].
//
// If one of the URLs of a document has the metadata of another resource or issuer, the other URLs are
// not tried; after any other failure they are. Steps 3 and 4 are for resources without metadata, not
// a way around metadata that was refused.
//
// # Checks
//
// Metadata is used only if it passes all of these checks, and never in part. The fields of a [Client]
// relax some of them.
//
//   - Every URL that is fetched, redirects included, is an absolute https URL without user
//     information and without a fragment, whose host is an ASCII name or an IP address after
//     percent-decoding. A redirect leads neither from https to http nor from a public host to one
//     that is not.
//   - The response has status 200 and content type application/json, and is not too large. It is
//     one JSON object; no object in it has two members of the same name, and all strings are valid
//     Unicode. Names are case-sensitive.
//   - The resource equals the one that was asked for, code point by code point (RFC 9728 section
//     3.3), and so does the issuer (RFC 8414 section 3.3).
//   - An issuer is an https URL without query or fragment.
//   - There is a token endpoint. All endpoints are https URLs as above, and their host is neither
//     localhost nor a loopback, private or otherwise special IP address. This includes jwks_uri, and
//     endpoints that have no field here, such as userinfo_endpoint and the members of
//     mtls_endpoint_aliases.
//   - If there is an authorization endpoint, PKCE with S256 is announced, as MCP requires.
//
// The contents of signed_metadata are neither verified nor used, as RFC 9728 section 2.2 allows.
//
// # Safety
//
// The URLs come from servers, so a client that fetches them can be made to call any host (RFC 9728
// section 7.7). By default a Client therefore uses its own transport, which refuses to connect to any
// address that is not public. It checks the address when it connects, so a name that resolves to
// another address the second time gains nothing. It ignores the proxies of the environment, because
// a proxy connects on behalf of the client, where the address cannot be checked.
//
// Endpoints are checked by their URLs alone, which do not show where a name leads. So call them only
// through a dialer with [Control], or through a proxy with the same checks:
//
//	transport := &http.Transport{DialContext: (&net.Dialer{Control: discovery.Control}).DialContext}
//	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
//
// Package golang.org/x/oauth2 takes this client from the context, under its key HTTPClient.
//
// The text in metadata is untrusted; do not show it to users unescaped.
package discovery

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Client fetches metadata. The zero Client is ready to use and has safe limits. A Client is safe for
// concurrent use.
type Client struct {
	// Transport makes the requests. The Client itself follows redirects, and sends neither cookies
	// nor credentials. Nil means a transport that connects only to public addresses and uses no
	// proxy. Any other Transport must check addresses itself, for example with [Control].
	Transport http.RoundTripper

	// AllowLoopback is for development. It allows http for localhost, 127.0.0.0/8 and [::1], allows
	// endpoints on these hosts, and lets the default transport connect to them.
	AllowLoopback bool

	// AllowPrivate is for intranets. It allows endpoints at private addresses (RFC 1918, RFC 4193,
	// and the shared addresses of RFC 6598), and lets the default transport connect to them. Beware
	// that the metadata services of some clouds have such an address.
	AllowPrivate bool

	// Lenient allows two things that RFC 9728 and RFC 8414 forbid, but real servers do:
	//
	//   - The resource in the metadata is the origin of the one asked for, or a parent of it. MCP
	//     servers that publish one document for all their paths do this. The metadata must then
	//     come from the well-known URL of that parent, where nobody else on a shared host can
	//     publish.
	//   - The resource or the issuer differs by a slash at the end. Auth0 and the TypeScript MCP SDK
	//     do this.
	//
	// Resources are then compared without regard to the case of the host and to the default port.
	Lenient bool

	// These limit what servers can make a Client do. For each of them, zero means the default and a
	// negative number means no limit, except that a negative MaxRedirects follows no redirects.
	MaxBytes     int64 // of one document; 1 MiB by default
	MaxRedirects int   // for one document; 5 by default
	MaxRequests  int   // of one method call, counting issuers that are refused; 20 by default

	// Timeout limits one request with its response. Zero means the default of 10 seconds, and a
	// negative number means no limit. A method call takes at most three times as long, however many
	// requests it makes.
	Timeout time.Duration
}

// A Result is what [Client.Discover] found.
type Result struct {
	// Resource is the value for the resource parameter of RFC 8707: the identifier in the metadata
	// or, if there is no metadata, the resource that was asked for.
	Resource string

	// Scopes holds the scopes to ask for; see [Scopes].
	Scopes []string

	// ProtectedResource is the metadata of the resource. It is nil if none was found; the
	// authorization server may then have been found in another way, as described under Order in the
	// package documentation.
	ProtectedResource *ProtectedResourceMetadata

	// AuthorizationServer is the metadata of the authorization server; nil if Discover failed.
	AuthorizationServer *AuthorizationServerMetadata

	// Challenge is the challenge that was followed: the first Bearer or DPoP challenge with
	// resource_metadata, or else the first with authorization_server, or else the first. It is the
	// zero Challenge if there is none.
	Challenge wwwauth.Challenge

	// Steps lists what was tried, in order.
	Steps []Step
}

// Discover finds an authorization server for the resource, which is the URL of the request, given
// the challenges of the response. If none of them is Bearer or DPoP, it tries the well-known URLs.
//
// The error is an [*Error]. The Result is never nil; if there is an error, it has what was found
// before.
func (c *Client) Discover(ctx context.Context, resource string, challenges []wwwauth.Challenge) (*Result, error) {
	w, done := c.newWalk(ctx)
	defer done()
	result := &Result{Resource: resource}
	err := w.discover(result, challenges)
	result.Steps = w.steps
	return result, err
}

// ProtectedResource fetches the metadata of the resource from metadataURL, the resource_metadata
// parameter of a challenge. If metadataURL is empty, it tries [ProtectedResourceURLs]. The error is
// an [*Error].
func (c *Client) ProtectedResource(ctx context.Context, resource, metadataURL string) (*ProtectedResourceMetadata, error) {
	w, done := c.newWalk(ctx)
	defer done()
	return w.protectedResource(resource, metadataURL)
}

// AuthorizationServer fetches the metadata of the authorization server with the given issuer
// identifier from one of its [AuthorizationServerURLs]. The error is an [*Error].
func (c *Client) AuthorizationServer(ctx context.Context, issuer string) (*AuthorizationServerMetadata, error) {
	w, done := c.newWalk(ctx)
	defer done()
	return w.authorizationServer(issuer)
}

// Scopes returns the scopes to ask for: those already granted, so that a client that is sent back
// for more keeps them, and then those of the challenge or, if it has none, all that the metadata
// lists (MCP revision 2026-07-28, Scope Selection Strategy and Step-Up Authorization Flow). The
// metadata may be nil. If the result is empty, leave out the scope parameter.
//
// Each scope is returned once. Scopes of the challenge and the metadata that are not scope-tokens
// (RFC 6749 section 3.3) are dropped.
func Scopes(challenge wwwauth.Challenge, metadata *ProtectedResourceMetadata, granted ...string) []string {
	wanted := scopeTokens(bearer(challenge).Scope)
	if len(wanted) == 0 && metadata != nil {
		wanted = scopeTokens(metadata.ScopesSupported)
	}
	return wwwauth.Scope(granted).Union(wanted...)
}

// bearer returns the view of a Bearer or DPoP challenge, and the zero Bearer for any other.
func bearer(challenge wwwauth.Challenge) wwwauth.Bearer {
	if d, ok := challenge.DPoP(); ok {
		return d.Bearer
	}
	b, _ := challenge.Bearer()
	return b
}

// scopeTokens returns the scopes without those that are not scope-tokens. One with a space in it
// would be sent as two.
func scopeTokens(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return !isScopeToken(s) })
}

// choose returns the challenge to follow: the first of Bearer or DPoP that names metadata, else the
// first that names an authorization server, else the first. If there is none it returns the zero
// Challenge. Other schemes may have a parameter of that name too, but it has another meaning there.
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
	resource, challenge := result.Resource, choose(challenges)
	result.Challenge = challenge
	result.Scopes = Scopes(challenge, nil)

	// With two different URLs it would be a matter of chance whom the client trusts.
	if challenge.Conflicts("resource_metadata") {
		return w.fail(Step{Document: ProtectedResource, Outcome: Conflict, Reason: "the challenge names two metadata URLs"})
	}
	metadataURL := challenge.Get("resource_metadata")
	metadata, err := w.protectedResource(resource, metadataURL)
	if err == nil {
		result.Resource = metadata.Resource
		result.Scopes = Scopes(challenge, metadata)
		result.ProtectedResource = metadata
		result.AuthorizationServer, err = w.firstOf(metadata.AuthorizationServers)
		return err
	}
	// What older revisions did is for resources without metadata.
	if metadataURL != "" || w.ended() || slices.ContainsFunc(w.steps, func(s Step) bool { return !s.Outcome.isAbsent() }) {
		return err
	}

	if challenge.Conflicts("authorization_server") {
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

// firstOf returns the metadata of the first authorization server that can be used. If there is
// none, it returns the first error: a server names the one first that it prefers.
func (w *walk) firstOf(issuers []string) (*AuthorizationServerMetadata, error) {
	if len(issuers) == 0 {
		return nil, w.fail(Step{Document: ProtectedResource, URL: w.last().URL, Outcome: NoAuthorizationServer,
			Reason: "the metadata names no authorization server"})
	}
	var err error
	for _, issuer := range issuers {
		found, failure := w.authorizationServer(issuer)
		if failure == nil {
			return found, nil
		}
		if err == nil {
			err = failure
		}
		if w.ended() {
			break
		}
	}
	return nil, err
}

// protectedResource fetches the metadata of the resource.
func (w *walk) protectedResource(resource, metadataURL string) (*ProtectedResourceMetadata, error) {
	if _, outcome, why := checkURL(resource, w.AllowLoopback); outcome != OK {
		return nil, w.fail(Step{Document: ProtectedResource, Outcome: outcome, Reason: "the resource " + why})
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
			w.readProtectedResource(step, body, &metadata, want, func() bool {
				return isSame(metadata.Resource, resource) || isParent(metadata.Resource, resource) && isOwnWellKnown(u, metadata.Resource)
			})
		}) {
			return &metadata, nil
		}
		if w.ended() || w.last().Outcome == ResourceMismatch {
			break
		}
	}
	return nil, w.failed(ProtectedResource, first)
}

// readProtectedResource reads metadata and checks it (RFC 9728 section 3.3). If the resource is
// none of the wanted, a lenient Client asks whether it will do.
func (w *walk) readProtectedResource(step *Step, body []byte, m *ProtectedResourceMetadata, want []string, willDo func() bool) {
	if err := m.UnmarshalJSON(body); err != nil {
		step.refuse(Malformed, reasonOf(err))
		return
	}
	switch {
	case m.Resource == "":
		step.refuse(Malformed, "the member resource is missing")
		return
	case slices.Contains(want, m.Resource), w.Lenient && willDo():
	default:
		step.refuse(ResourceMismatch, "the metadata is that of another resource")
		step.Got, step.Want = m.Resource, want[0]
		return
	}
	w.checkEndpoints(step, m.endpoints())
}

// authorizationServer fetches the metadata of the authorization server with the issuer identifier,
// or with one of the others, which have the same well-known URLs.
func (w *walk) authorizationServer(issuer string, others ...string) (*AuthorizationServerMetadata, error) {
	_, outcome, why := checkURL(issuer, w.AllowLoopback)
	if outcome == OK && strings.Contains(issuer, "?") {
		outcome, why = BadURL, errQuery.Error()
	}
	if outcome != OK {
		// A document may name a great many.
		if !w.take() {
			return nil, w.fail(Step{Document: AuthorizationServer, Outcome: TooManyRequests, Reason: tooMany})
		}
		return nil, w.fail(Step{Document: AuthorizationServer, URL: issuer, Outcome: outcome, Reason: "the issuer " + why})
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
		if w.ended() || w.last().Outcome == IssuerMismatch {
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
	switch {
	case m.Issuer == "":
		step.refuse(Malformed, "the member issuer is missing")
	case !slices.Contains(want, m.Issuer):
		step.refuse(IssuerMismatch, "the metadata is that of another issuer")
		step.Got, step.Want = m.Issuer, want[0]
	case !w.checkEndpoints(step, m.endpoints()):
	case m.TokenEndpoint == "":
		step.refuse(BadEndpoint, "token_endpoint is missing")
	case m.AuthorizationEndpoint != "" && !slices.Contains(m.CodeChallengeMethodsSupported, "S256"):
		step.refuse(NoPKCE, "code_challenge_methods_supported does not have S256, which MCP clients require")
	}
}

// checkEndpoints checks the URLs that a client will call, or send its user to, and that are there.
// It reports whether all are good.
func (w *walk) checkEndpoints(step *Step, endpoints []endpoint) bool {
	for _, e := range endpoints {
		if e.url == "" {
			continue
		}
		u, outcome, why := checkURL(e.url, w.AllowLoopback)
		if outcome == OK && !w.reach().allows(weburl.HostKind(u.Hostname())) {
			outcome, why = BadEndpoint, "has a host that is not public"
		}
		if outcome != OK {
			step.refuse(BadEndpoint, e.name+" "+why)
			step.Got = e.url
			return false
		}
	}
	return true
}
