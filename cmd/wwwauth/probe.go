package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/lint"
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
		err = checkTarget(operands[0])
	}
	if err != nil {
		return e.wrongUsage(err.Error())
	}
	p.setOutput()

	pr := probing{url: operands[0]}
	if err := pr.ask(e, timeout); err != nil {
		return e.unreachable(err)
	}
	client := discovery.Client{Timeout: timeout, AllowLoopback: isLocal(pr.url)}
	if private {
		client.Transport = newTransport()
	}
	pr.discover(e, client)
	pr.judge()
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
	get    int    // status of the answer to GET, if another request was made
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

// ask makes the first request, without credentials: a GET, and if that brings no challenge, the POST of
// an MCP client, whose servers need not allow GET.
func (pr *probing) ask(e env, timeout time.Duration) error {
	header := http.Header{"Accept": {"application/json, text/event-stream, */*"}}
	get, err := e.send(request{http.MethodGet, pr.url, "", header, timeout})
	if err != nil {
		return err
	}
	pr.use(http.MethodGet, get)
	if len(pr.challenges) > 0 {
		return nil
	}
	header.Set("Content-Type", "application/json")
	header.Set("MCP-Protocol-Version", "2025-11-25")
	post, err := e.send(request{http.MethodPost, pr.url, initialize, header, timeout})
	if err != nil {
		return err
	}
	if get.status != http.StatusUnauthorized || post.status == http.StatusUnauthorized || post.header.Get(fieldNames[0]) != "" {
		pr.get = get.status
		pr.use(http.MethodPost, post)
	}
	return nil
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
	if pr.status != http.StatusUnauthorized && !(pr.status >= 400 && slices.ContainsFunc(pr.challenges, isOAuth)) {
		return
	}
	ctx, done := e.progress(context.Background())
	defer done()
	pr.result, pr.err = client.Discover(ctx, pr.url, pr.challenges)
	if pr.err == nil || !slices.ContainsFunc(pr.result.Steps, func(s discovery.Step) bool {
		return s.Outcome == discovery.ResourceMismatch || s.Outcome == discovery.IssuerMismatch
	}) {
		return
	}
	client.Lenient = true
	if result, err := client.Discover(ctx, pr.url, pr.challenges); err == nil {
		pr.lenient = true
		result.Steps = pr.result.Steps // what is refused is what there is to see
		pr.result = result
	}
}

// judge comes to the verdict.
func (pr *probing) judge() {
	var failure *discovery.Error
	switch {
	case pr.result == nil && pr.status < 300:
		pr.verdict = verdict{"not-needed", 3, fmt.Sprintf("the server answers a request without credentials with %d", pr.status)}
	case pr.result == nil && pr.status < 400:
		pr.verdict = verdict{"cannot", 1, fmt.Sprintf("the server answers with %d, a redirect to %s: probe that", pr.status, inProse(pr.answer.location))}
	case pr.result == nil:
		pr.verdict = verdict{"cannot", 1, fmt.Sprintf("the server answers with %d, and a client begins to sign in at a 401", pr.status)}
	case pr.err == nil:
		pr.verdict = verdict{name: "can"}
	case errors.As(pr.err, &failure):
		pr.verdict = verdict{"cannot", 1, because(failure, pr.challenges)}
		if pr.lenient {
			pr.verdict.name = "lenient"
		}
	}
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
	return fmt.Sprintf("the metadata of the %s cannot be used: %s", document, e.Reason)
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
	asked := vetting{credentials: lint.NoCredentials}
	for _, same := range byRule(asked.check(pr.response)) {
		rule := same[0].Rule
		add(rule.Name, fmt.Sprintf("%s Instead: %s.", rule.Message, rule.Instead))
	}
	named := func(c wwwauth.Challenge) bool { return c.Get("resource_metadata") != "" }
	switch oauth := slices.ContainsFunc(pr.challenges, isOAuth); {
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
	return pr.reading.redact(), hideQuery
}

// hideQuery returns a URL with the letters and digits of its query replaced.
func hideQuery(s string) string {
	before, query, ok := strings.Cut(s, "?")
	if !ok {
		return s
	}
	return before + "?" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("=&;%+-._~/:", r) {
			return r
		}
		return 'x'
	}, query)
}

// print writes the report.
func (pr *probing) print(b *bytes.Buffer, s style, redacted bool) {
	r, link := pr.shown(redacted)
	e := explainer{b, s, r}
	switch {
	case pr.method == http.MethodGet:
		e.line("GET %s", safe(link(pr.url)))
	default:
		e.line("POST %s", safe(link(pr.url)))
		e.WriteString(wrap("", fmt.Sprintf("This is the first request of an MCP client; GET gave %d.", pr.get)))
	}
	e.verdict()
	e.challengeList()
	e.departures()
	if pr.result != nil {
		e.title("What a client finds")
		for i, step := range pr.result.Steps {
			e.step(i, step, link)
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
	if pr.result == nil || pr.result.AuthorizationServer == nil {
		return
	}
	m := pr.result.AuthorizationServer
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
func (e explainer) step(i int, s discovery.Step, link func(string) string) {
	e.line("")
	e.line("  %s", e.bold(fmt.Sprintf("%d. metadata of the %s", i+1, documents[s.Document])))
	if s.URL != "" {
		e.line("     %s", safe(cut(link(s.URL), maxText)))
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
		e.line("       %-4s  %s", word, quoteIfUnclear(cut(link(s.Got), maxText)))
	}
	if s.Want != "" {
		e.line("       want  %s", quoteIfUnclear(cut(link(s.Want), maxText)))
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
