package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Probe goes from a URL to its authorization server, and holds what it found on the way.
type Probe struct {
	Request      // the URL, and fields for the first request
	Private bool // fetch metadata from private addresses too, and through the proxy of the environment
	Redact  bool
	Given   *secret.Given // what else to hide; may be nil

	World       World
	Verdict     Verdict
	TokenServer *TokenServer // of a registry; otherwise nil

	method     string // of the request whose response counts
	other      string // the outcome of the other request, as a sentence; "" if there was none
	answer     Answer
	status     int
	challenges []wwwauth.Challenge
	report     *report.Report

	result  *discovery.Result // nil if there was nothing to start from
	err     error
	lenient bool // a lenient client gets further than err

	tokenSteps []discovery.Step // those at the token server of a registry
	cors       []CORS
}

// Run makes the requests. It returns an error only if there was no response at all.
func (pr *Probe) Run(ctx context.Context) error {
	if err := pr.ask(ctx); err != nil {
		return err
	}
	client := discovery.Client{Timeout: pr.Timeout, AllowLoopback: Local(pr.URL) && !pr.Public}
	if pr.Private || pr.TLS != nil {
		client.Transport = pr.transport()
	}
	pr.World = pr.world()
	switch pr.World {
	case OAuth:
		if pr.discover(ctx, client); pr.result != nil {
			pr.askAsBrowser(ctx)
		}
	case Registry:
		pr.askTokenServer(ctx)
	}
	pr.judge()
	return nil
}

// IsPrivate reports whether the server itself is at a private address.
func (pr *Probe) IsPrivate() bool {
	return pr.result != nil && slices.ContainsFunc(pr.result.Steps, func(s discovery.Step) bool {
		return s.Outcome == discovery.PrivateAddress && weburl.Host(s.URL) == weburl.Host(pr.URL)
	})
}

// link returns a URL as it is shown.
func (pr *Probe) link(s string) string {
	if pr.Redact {
		return secret.URL(s)
	}
	return s
}

// A Verdict says whether a client can sign in.
type Verdict struct {
	Name   string // stable: can, lenient, cannot, not-needed
	Exit   int    // the exit status of the command
	Reason string // continues "because"; safe to print

	how          string // continues "A client", if it can; "" for "can sign in here"
	rule, remedy string // what the server should do, if that depends on the World
}

// initialize is the first request of an MCP client.
const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"wwwauth","version":"1"}}}`

// CheckResource returns an error if s cannot be the URL of a resource: a mistake of the user should not look like
// one of the server.
func CheckResource(s string) error {
	if err := CheckTarget(s); err != nil {
		return err
	}
	if strings.Contains(s, "#") {
		return errors.New("the URL has a fragment, which a resource does not have")
	}
	switch err := weburl.CheckHTTP(s); err {
	case nil:
		return nil
	case weburl.ErrHost:
		return errors.New("the host in the URL is not ASCII; write it with xn--")
	default:
		return fmt.Errorf("the URL %w", err)
	}
}

// ask makes the first request, without credentials: a GET, and unless that makes a client sign in, the POST
// of an MCP client, because MCP servers need not allow GET.
func (pr *Probe) ask(ctx context.Context) error {
	header := http.Header{"Accept": {"application/json, text/event-stream, */*"}}
	get, err := pr.send(ctx, http.MethodGet, "", header)
	if err == nil {
		if pr.use(get); pr.begins() {
			return nil
		}
	}
	first := *pr
	header.Set("Content-Type", "application/json")
	header.Set("MCP-Protocol-Version", "2025-11-25")
	post, postErr := pr.send(ctx, http.MethodPost, initialize, header)
	switch {
	case err != nil && postErr != nil:
		return err
	case postErr != nil:
		pr.other = "POST, the first request of an MCP client, got no response."
		return nil
	}
	pr.use(post)
	switch {
	case err != nil:
		pr.other = "This is the first request of an MCP client; GET got no response."
	case pr.outweighs(&first):
		pr.other = fmt.Sprintf("This is the first request of an MCP client; GET gave %d.", get.Status)
	default:
		*pr = first
		pr.other = fmt.Sprintf("POST, the first request of an MCP client, gave %d.", post.Status)
	}
	return nil
}

// begins reports whether the response makes an OAuth client sign in: a 401 with a challenge that it
// understands, or a 403 that asks for more scopes.
func (r *Probe) begins() bool {
	return slices.ContainsFunc(r.challenges, func(c wwwauth.Challenge) bool {
		return isOAuth(c) && (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden && c.Get("error") == "insufficient_scope")
	})
}

// outweighs reports whether the response to POST counts, rather than the one to GET, which makes no client sign
// in.
func (r *Probe) outweighs(get *Probe) bool {
	refused := r.status == http.StatusUnauthorized || len(r.challenges) > 0
	switch {
	case r.begins():
		return true
	case len(get.challenges) > 0:
		return false
	case get.status == http.StatusUnauthorized:
		return refused
	case get.status < 300:
		// An ordinary site does not allow POST there.
		return r.status < 400 || r.status == http.StatusForbidden || refused
	}
	return true
}

// transport returns the transport for URLs that a server chose. Unless Private is set, it connects to public
// addresses only and uses no proxy, like that of package discovery.
func (pr *Probe) transport() *http.Transport {
	if pr.Private {
		t := NewTransport()
		t.TLSClientConfig = pr.TLS
		return t
	}
	dialer := net.Dialer{Control: func(network, address string, conn syscall.RawConn) error {
		err := public(network, address, conn)
		if ap, parseErr := netip.ParseAddrPort(address); err != nil && parseErr == nil && ap.Addr().IsLoopback() && Local(pr.URL) && !pr.Public {
			return nil
		}
		return err
	}}
	return &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: pr.TLS, ForceAttemptHTTP2: true, DisableKeepAlives: true, MaxResponseHeaderBytes: 1 << 20}
}

// send makes a request to the URL, and returns the last response.
func (pr *Probe) send(ctx context.Context, method, body string, header http.Header) (Answer, error) {
	r := pr.Request
	r.Method, r.Body, r.Header = method, body, header.Clone()
	maps.Copy(r.Header, pr.Header)
	answers, err := Send(ctx, r)
	return last(answers), err
}

// use makes a the response that counts.
func (pr *Probe) use(a Answer) {
	pr.method, pr.answer, pr.status = a.Request.Method, a, a.Status
	pr.challenges, _ = wwwauth.Parse(a.Values("WWW-Authenticate")...)
	in := a.Response()
	in.Line = 0
	in.Fields = slices.DeleteFunc(in.Fields, func(f input.Field) bool {
		return strings.EqualFold(strings.TrimRight(f.Name, " \t"), "Proxy-Authenticate")
	})
	reports := report.New(in, report.Options{Redact: pr.Redact, Given: pr.Given, Credentials: report.NoCredentials, Now: time.Now()})
	pr.report = reports[0]
}

// isOAuth reports whether an OAuth client answers the challenge.
func isOAuth(c wwwauth.Challenge) bool { return c.Is("Bearer") || c.Is("DPoP") }

// discover looks for the authorization server, and if the comparison of the resource or the issuer stops it, looks
// again as a lenient client does.
func (pr *Probe) discover(ctx context.Context, client discovery.Client) {
	// The second run gets what the first has left of the time for both.
	end := time.Now().Add(3 * client.Timeout)
	pr.result, pr.err = client.Discover(ctx, pr.URL, pr.challenges)
	if pr.err == nil || !slices.ContainsFunc(pr.result.Steps, func(s discovery.Step) bool {
		return s.Outcome == discovery.ResourceMismatch || s.Outcome == discovery.IssuerMismatch
	}) {
		return
	}
	client.Lenient = true
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	if result, err := client.Discover(ctx, pr.URL, pr.challenges); err == nil {
		pr.lenient = true
		result.Steps = pr.result.Steps // those of the strict run, which show what it refused
		pr.result = result
	}
}

// judge sets the verdict.
func (pr *Probe) judge() {
	failure := pr.failure()
	switch {
	case pr.World == Registry:
		pr.Verdict = pr.judgeRegistry()
	case pr.World == Password || pr.World == Negotiate:
		pr.Verdict = Verdict{Name: "can", how: pr.withoutDiscovery()}
	case pr.result == nil && pr.status < 300:
		pr.Verdict = Verdict{Name: "not-needed", Exit: 3, Reason: fmt.Sprintf("the server answers a request without credentials with %d", pr.status)}
	case pr.result == nil && pr.status < 400:
		pr.Verdict = Verdict{Name: "cannot", Exit: 1, Reason: fmt.Sprintf("the server answers with %d, a redirect%s", pr.status, pr.redirect())}
	case pr.result == nil:
		pr.Verdict = Verdict{Name: "cannot", Exit: 1, Reason: fmt.Sprintf("the server answers with %d, but clients sign in only after a 401", pr.status)}
	case pr.err == nil && pr.result.AuthorizationServer.AuthorizationEndpoint == "":
		pr.Verdict = Verdict{Name: "cannot", Exit: 1, Reason: "the metadata of the authorization server has no authorization_endpoint, so there is nowhere to send a user"}
	case pr.err == nil:
		pr.Verdict = Verdict{Name: "can"}
	case failure != nil:
		pr.Verdict = Verdict{Name: "cannot", Exit: 1, Reason: because(failure, pr.challenges)}
		if pr.lenient && pr.result.AuthorizationServer.AuthorizationEndpoint != "" {
			pr.Verdict.Name = "lenient"
		}
	}
}

// failure returns the error of discovery, or nil if it succeeded.
func (pr *Probe) failure() *discovery.Error {
	var failure *discovery.Error
	errors.As(pr.err, &failure)
	return failure
}

// redirect says where the response redirects to, and whether that can be probed.
func (pr *Probe) redirect() string {
	from, err := url.Parse(pr.URL)
	if err != nil || pr.answer.Location == "" {
		return " to nowhere"
	}
	to, err := from.Parse(pr.answer.Location)
	if err != nil || CheckResource(to.String()) != nil {
		return " to " + layout.Quote(layout.Cut(pr.link(pr.answer.Location), maxText))
	}
	return " to " + layout.Quote(layout.Cut(pr.link(to.String()), maxText)) + ": probe that"
}

// signIn returns the authorization server at which a client can sign in, and nil if none can.
func (pr *Probe) signIn() *discovery.AuthorizationServerMetadata {
	if pr.result != nil && (pr.Verdict.Name == "can" || pr.Verdict.Name == "lenient") {
		return pr.result.AuthorizationServer
	}
	return nil
}

// because says why discovery failed.
func because(e *discovery.Error, challenges []wwwauth.Challenge) string {
	document := documents[e.Document]
	if e.Outcome == discovery.NotFound {
		switch {
		case e.Document == discovery.AuthorizationServer:
			return "the " + document + " that was named has no metadata"
		case slices.ContainsFunc(challenges, func(c wwwauth.Challenge) bool { return isOAuth(c) && c.Get("resource_metadata") != "" }):
			return fmt.Sprintf("there is no metadata at the URL that the challenge names (status %d)", e.Status)
		}
		return "there is no metadata of the resource, and no authorization server at its origin either"
	}
	text := fmt.Sprintf("the metadata of the %s cannot be used: %s", document, e.Reason)
	if e.Status != 0 && e.Status != http.StatusOK {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	return text
}

var documents = map[discovery.Document]string{
	discovery.ProtectedResource:   "resource",
	discovery.AuthorizationServer: "authorization server",
	tokenServer:                   "token server",
	withToken:                     "server, with the token",
}

// A finding is something that the server should change, even if it works.
type finding struct{ rule, text string }

// advice returns what the server should change: what lint finds in the response, and what
// discovery shows.
func (pr *Probe) advice() []finding {
	var list []finding
	add := func(rule, text string) { list = append(list, finding{rule, text}) }
	for _, f := range pr.report.Findings {
		add(f.Rule, f.Wrong+" "+f.Instead+".")
	}
	named := func(c wwwauth.Challenge) bool { return c.Get("resource_metadata") != "" }
	switch oauth := slices.ContainsFunc(pr.challenges, isOAuth); {
	case pr.result == nil && oauth && pr.status >= 400 && pr.World != Registry:
		add("challenge-without-401", fmt.Sprintf("The challenge comes with the status %d. Clients sign in after a 401, or after a 403 with the error insufficient_scope, and ignore this one (RFC 9110 section 15.5.2).", pr.status))
	case pr.result == nil:
	case !oauth && slices.ContainsFunc(pr.challenges, named):
		add("metadata-in-other-scheme", "resource_metadata is in a challenge that is neither Bearer nor DPoP, where clients do not look for it (RFC 9728 section 5.1).")
	case !oauth:
		add("no-bearer", "There is no Bearer or DPoP challenge, so only clients that try the well-known URLs anyway can sign in.")
	case !slices.ContainsFunc(pr.challenges, func(c wwwauth.Challenge) bool { return isOAuth(c) && named(c) }):
		add("no-resource-metadata", "The challenge has no resource_metadata, so clients have to guess where the metadata is (RFC 9728 section 5.1).")
	}
	if f, ok := pr.remedy(); ok {
		list = append(list, f)
	}
	if pr.result != nil && pr.result.AuthorizationServer != nil {
		m := pr.result.AuthorizationServer
		if m.RegistrationEndpoint == "" && !m.ClientIDMetadataDocumentSupported {
			add("no-registration", "Clients cannot register with the authorization server, so only those that it already knows can sign in.")
		}
		if pr.result.ProtectedResource == nil {
			add("no-resource-document", "The resource has no metadata, so only clients that follow revision 2025-03-26 of MCP, or read authorization_server, can sign in.")
		}
	}
	return list
}

// steps returns the steps as they are shown.
func (pr *Probe) steps() []discovery.Step {
	steps := slices.Clone(pr.tokenSteps)
	if pr.result != nil {
		steps = slices.Clone(pr.result.Steps)
	}
	if !pr.Redact {
		return steps
	}
	for i := range steps {
		s := &steps[i]
		if s.Outcome == discovery.NotJSON {
			s.Got, _, _ = mime.ParseMediaType(s.Got) // the parameters may hold anything
		}
		s.URL, s.Got, s.Want = secret.URL(s.URL), secret.URL(s.Got), secret.URL(s.Want)
	}
	return steps
}

// maxText is how much of a value is shown, in bytes.
const maxText = 1000
