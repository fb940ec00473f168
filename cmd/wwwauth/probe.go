package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// probe is the command of that name: it goes the way of a client from a request without credentials to
// the authorization server, and tells how far it came.
func (e env) probe(args []string) int {
	p := printer{env: e, worst: -1}
	var private bool
	var timeout time.Duration
	flags := p.flags()
	flags.BoolVar(&private, "private", false, "")
	flags.DurationVar(&timeout, "timeout", 10*time.Second, "")
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return e.help()
	}
	if err == nil && len(operands) != 1 {
		err = errors.New("probe needs one URL")
	}
	if err == nil {
		err = cmp.Or(checkTimeout(timeout), checkResource(operands[0]))
	}
	if err != nil {
		return e.wrongUsage(err.Error())
	}
	p.setOutput()

	pr := probing{url: operands[0]}
	if err := pr.ask(e, timeout); err != nil {
		return e.unreachable(err, p.redact)
	}
	client := discovery.Client{Timeout: timeout, AllowLoopback: isLocal(pr.url)}
	if private {
		client.Transport, client.AllowPrivate = newTransport(), true
	}
	pr.discover(e, client)
	_, link := pr.shown(p.redact)
	pr.judge(link)
	if pr.isPrivate() {
		p.warn("", "the server is at a private address; if it is one of yours, -private fetches its metadata all the same")
	}
	var b bytes.Buffer
	if p.json {
		pr.printJSON(&b, p.redact)
	} else {
		pr.print(&b, style(p.colour), p.redact)
	}
	if _, err := p.stdout.Write(b.Bytes()); err != nil {
		p.worst = pr.verdict.exit
		return p.failed("", outputError{err})
	}
	return pr.verdict.exit
}

// A probing is one run of probe.
type probing struct {
	url    string
	method string // of the request whose answer counts
	other  string // what came of the other request, as a sentence; "" if there was none
	answer answer
	reading

	result  *discovery.Result // nil if there was nothing to start from
	err     error
	lenient bool // a client that is less strict gets further than err
	verdict verdict
}

// isPrivate tells whether the server itself turned out to be at a private address.
func (pr *probing) isPrivate() bool {
	return pr.result != nil && slices.ContainsFunc(pr.result.Steps, func(s discovery.Step) bool {
		return s.Outcome == discovery.PrivateAddress && host(s.URL) == host(pr.url)
	})
}

// A verdict is the last word on a server.
type verdict struct {
	name   string // stable: can, lenient, cannot, not-needed
	exit   int
	reason string // goes on after "because"; safe to print
}

// initialize is the first request of an MCP client.
const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"wwwauth","version":"1"}}}`

// checkResource returns an error if s is no URL that a client could take for a resource. What the user has
// written is no fault of the server.
func checkResource(s string) error {
	if err := checkTarget(s); err != nil {
		return err
	}
	if strings.Contains(s, "#") {
		return errors.New("the URL has a fragment, which a resource does not have")
	}
	switch _, err := weburl.ParseHTTP(s); err {
	case nil:
		return nil
	case weburl.ErrHost:
		return errors.New("the host of the URL is not ASCII; write it with xn--")
	default:
		return fmt.Errorf("the URL %w", err)
	}
}

// ask makes the first request, without credentials: a GET, and unless that makes a client sign in, the POST
// of an MCP client, whose servers need not allow GET.
func (pr *probing) ask(e env, timeout time.Duration) error {
	header := http.Header{"Accept": {"application/json, text/event-stream, */*"}}
	get, err := e.send(request{http.MethodGet, pr.url, "", header, timeout})
	if err == nil {
		if pr.use(http.MethodGet, get); pr.begins() {
			return nil
		}
	}
	first := *pr
	header.Set("Content-Type", "application/json")
	header.Set("MCP-Protocol-Version", "2025-11-25")
	post, postErr := e.send(request{http.MethodPost, pr.url, initialize, header, timeout})
	switch {
	case err != nil && postErr != nil:
		return err
	case postErr != nil:
		pr.other = "POST, the first request of an MCP client, brought no answer."
		return nil
	}
	pr.use(http.MethodPost, post)
	switch {
	case err != nil:
		pr.other = "This is the first request of an MCP client; GET brought no answer."
	case pr.outweighs(first.reading):
		pr.other = fmt.Sprintf("This is the first request of an MCP client; GET gave %d.", get.status)
	default:
		*pr = first
		pr.other = fmt.Sprintf("POST, the first request of an MCP client, gave %d.", post.status)
	}
	return nil
}

// begins tells whether the response makes a client of OAuth sign in: a 401 with a challenge that it
// understands, or a 403 that asks for more scopes.
func (r reading) begins() bool {
	return slices.ContainsFunc(r.challenges, func(c wwwauth.Challenge) bool {
		return isOAuth(c) && (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden && c.Get("error") == "insufficient_scope")
	})
}

// outweighs tells whether this is the response to POST that counts, and not that to GET, at which no
// client begins.
func (r reading) outweighs(get reading) bool {
	refused := r.status == http.StatusUnauthorized || len(r.challenges) > 0
	switch {
	case r.begins():
		return true
	case len(get.challenges) > 0:
		return false
	case get.status == http.StatusUnauthorized:
		return refused
	case get.status < 300:
		// An ordinary site takes no POST there.
		return r.status < 400 || r.status == http.StatusForbidden || refused
	}
	return true
}

// use takes the answer as the one that counts.
func (pr *probing) use(method string, a answer) {
	r := response{status: a.status, field: fieldNames[0]}
	for _, other := range a.responses() {
		if other.field == r.field {
			r = other
		}
	}
	pr.method, pr.answer, pr.reading = method, a, newReading(r)
}

// isOAuth tells whether a client that signs in by OAuth takes the challenge for its own.
func isOAuth(c wwwauth.Challenge) bool { return c.Is("Bearer") || c.Is("DPoP") }

// discover looks for the authorization server, if the answer is one that makes a client do so; a
// second time in a less strict way, if some clients get further in that way.
func (pr *probing) discover(e env, client discovery.Client) {
	if pr.status != http.StatusUnauthorized && !pr.begins() {
		return
	}
	ctx, done := e.progress(context.Background())
	defer done()
	// The second time may take what the first has left of the time for both.
	end := time.Now().Add(3 * client.Timeout)
	pr.result, pr.err = client.Discover(ctx, pr.url, pr.challenges)
	if pr.err == nil || !slices.ContainsFunc(pr.result.Steps, func(s discovery.Step) bool {
		return s.Outcome == discovery.ResourceMismatch || s.Outcome == discovery.IssuerMismatch
	}) {
		return
	}
	client.Lenient = true
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	if result, err := client.Discover(ctx, pr.url, pr.challenges); err == nil {
		pr.lenient = true
		result.Steps = pr.result.Steps // what is refused is what there is to see
		pr.result = result
	}
}

// judge comes to the verdict, whose reason shows URLs as link has them.
func (pr *probing) judge(link func(string) string) {
	var failure *discovery.Error
	switch {
	case pr.result == nil && pr.status < 300:
		pr.verdict = verdict{"not-needed", 3, fmt.Sprintf("the server answers a request without credentials with %d", pr.status)}
	case pr.result == nil && pr.status < 400:
		pr.verdict = verdict{"cannot", 1, fmt.Sprintf("the server answers with %d, a redirect to %s: probe that", pr.status, inProse(link(pr.answer.location)))}
	case pr.result == nil:
		pr.verdict = verdict{"cannot", 1, fmt.Sprintf("the server answers with %d, and a client begins to sign in at a 401", pr.status)}
	case pr.err == nil && pr.result.AuthorizationServer.AuthorizationEndpoint == "":
		pr.verdict = verdict{"cannot", 1, "the metadata of the authorization server has no authorization_endpoint, so there is nowhere to send a user"}
	case pr.err == nil:
		pr.verdict = verdict{name: "can"}
	case errors.As(pr.err, &failure):
		pr.verdict = verdict{"cannot", 1, because(failure, pr.challenges)}
		if pr.lenient && pr.result.AuthorizationServer.AuthorizationEndpoint != "" {
			pr.verdict.name = "lenient"
		}
	}
}

// signIn returns the authorization server at which a client can sign in, and nil if none can.
func (pr *probing) signIn() *discovery.AuthorizationServerMetadata {
	if pr.verdict.name == "can" || pr.verdict.name == "lenient" {
		return pr.result.AuthorizationServer
	}
	return nil
}

// because says why discovery has failed.
func because(e *discovery.Error, challenges []wwwauth.Challenge) string {
	document := documents[e.Document]
	if e.Outcome == discovery.NotFound {
		switch {
		case e.Document == discovery.AuthorizationServer:
			return "the " + document + " that is named has no metadata"
		case slices.ContainsFunc(challenges, func(c wwwauth.Challenge) bool { return isOAuth(c) && c.Get("resource_metadata") != "" }):
			return fmt.Sprintf("the metadata that the challenge names is not there (status %d)", e.Status)
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
}

// A finding is something that the server should do in another way, though it may work as it is.
type finding struct{ rule, text string }

// advice returns what the server should do in another way: what lint finds in the response, and what
// only the way to the authorization server shows.
func (pr *probing) advice() []finding {
	var list []finding
	add := func(rule, text string) { list = append(list, finding{rule, text}) }
	asked := vetting{credentials: noCredentials}
	for _, same := range byRule(asked.check(pr.response)) {
		rule := same[0].Rule
		add(rule.Name, fmt.Sprintf("%s %s.", rule.Summary, rule.Advice))
	}
	named := func(c wwwauth.Challenge) bool { return c.Get("resource_metadata") != "" }
	switch oauth := slices.ContainsFunc(pr.challenges, isOAuth); {
	case pr.result == nil && oauth && pr.status >= 400:
		add("challenge-without-401", fmt.Sprintf("The challenge comes with the status %d. Clients sign in at a 401, or at a 403 with the error insufficient_scope, and do not look at this one (RFC 9110 section 15.5.2).", pr.status))
	case pr.result == nil:
	case !oauth && slices.ContainsFunc(pr.challenges, named):
		add("metadata-in-other-scheme", "resource_metadata stands in a challenge that is neither Bearer nor DPoP, where clients do not look for it (RFC 9728 section 5.1).")
	case !oauth:
		add("no-bearer", "There is no challenge with Bearer or DPoP, so only clients that try the well-known URLs all the same find the way.")
	case !slices.ContainsFunc(pr.challenges, func(c wwwauth.Challenge) bool { return isOAuth(c) && named(c) }):
		add("no-resource-metadata", "The challenge has no resource_metadata, so a client has to guess where the metadata is (RFC 9728 section 5.1).")
	}
	if pr.result != nil && pr.result.AuthorizationServer != nil {
		m := pr.result.AuthorizationServer
		if m.RegistrationEndpoint == "" && !m.ClientIDMetadataDocumentSupported {
			add("no-registration", "The authorization server lets no client register itself, so only clients that it knows already can sign in.")
		}
		if pr.result.ProtectedResource == nil {
			add("no-resource-document", "The resource has no metadata, so only clients that do as MCP had it until 2025-03-26, or read authorization_server, find the way.")
		}
	}
	return list
}

// shown returns the reading as it is to be shown, and the function that a URL goes through.
func (pr *probing) shown(redacted bool) (reading, func(string) string) {
	if !redacted {
		return pr.reading, func(s string) string { return s }
	}
	return pr.reading.redact(&secret.Given{}), secret.URL
}

// steps returns the steps as they are to be shown.
func (pr *probing) steps(redacted bool) []discovery.Step {
	if pr.result == nil {
		return nil
	}
	steps := slices.Clone(pr.result.Steps)
	if !redacted {
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

// print writes the report.
func (pr *probing) print(b *bytes.Buffer, s style, redacted bool) {
	r, link := pr.shown(redacted)
	e := explainer{b, s, r}
	e.line("%s %s", pr.method, safe(link(pr.url)))
	if pr.other != "" {
		e.WriteString(wrap("", pr.other))
	}
	e.verdict()
	e.challengeList()
	e.departures()
	if pr.result != nil {
		e.title("What a client finds")
		for i, step := range pr.steps(redacted) {
			e.step(i, step)
		}
	}
	if list := pr.advice(); len(list) > 0 {
		e.title("What the server should do")
		e.line("")
		for _, f := range list {
			e.WriteString(wrap("  - ", f.text+" ["+f.rule+"]"))
		}
	}
	e.title("Verdict")
	e.line("")
	e.WriteString(wrap("  ", pr.conclusion()))
	m := pr.signIn()
	if m == nil {
		return
	}
	e.line("")
	for _, row := range [][2]string{
		{"issuer", m.Issuer}, {"authorize", m.AuthorizationEndpoint}, {"token", m.TokenEndpoint}, {"register", m.RegistrationEndpoint},
		{"resource", pr.result.Resource}, {"scope", strings.Join(pr.result.Scopes, " ")},
	} {
		if row[1] != "" {
			e.line("  %-9s  %s", row[0], quoteIfUnclear(cut(link(row[1]), maxText)))
		}
	}
}

// step prints one step.
func (e explainer) step(i int, s discovery.Step) {
	e.line("")
	e.line("  %s", e.bold(fmt.Sprintf("%d. metadata of the %s", i+1, documents[s.Document])))
	if s.URL != "" {
		e.line("     %s", safe(cut(s.URL, maxText)))
	}
	text := string(s.Outcome)
	if s.Status != 0 {
		text = fmt.Sprintf("%d, %s", s.Status, s.Outcome)
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	e.WriteString(wrap("     ", text))
	if s.Got != "" {
		word := "got"
		if s.Outcome == discovery.Redirect {
			word = "to"
		}
		e.line("       %-4s  %s", word, quoteIfUnclear(cut(s.Got, maxText)))
	}
	if s.Want != "" {
		e.line("       want  %s", quoteIfUnclear(cut(s.Want, maxText)))
	}
}

// conclusion returns the verdict as a sentence.
func (pr *probing) conclusion() string {
	switch pr.verdict.name {
	case "can":
		return "A client can sign in here."
	case "not-needed":
		return "A client need not sign in here, because " + pr.verdict.reason + "."
	case "lenient":
		return "A client that keeps to the RFCs cannot sign in here, because " + pr.verdict.reason + ". Clients that do not compare so strictly can."
	}
	return "A client cannot sign in here, because " + pr.verdict.reason + "."
}
