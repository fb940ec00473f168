package discovery

import (
	"fmt"
	"strings"
)

// A Step is one URL that was tried, or a decision without one. The texts are what servers chose, but for
// Reason, and must not be shown as they are.
type Step struct {
	Document Document // what was looked for
	URL      string   // what was fetched, or would have been; "" if there is none
	Status   int      // of the answer; 0 if there is none
	Outcome  Outcome  // what came of it
	Reason   string   // why it was refused, in words that may change; it quotes nothing. "" for OK and Redirect

	// Got is what the server sent and Want what it should have been, where the outcome is about one
	// value: ResourceMismatch, IssuerMismatch, BadEndpoint (Got only), NotJSON (Got is the content type),
	// and of a Redirect where it leads (Got).
	Got, Want string

	Err error // what lies below, such as a network error; nil if there is nothing
}

func (s *Step) refuse(outcome Outcome, reason string) {
	s.Outcome, s.Reason = outcome, reason
}

// A Document is a kind of metadata.
type Document string

// The kinds of metadata.
const (
	ProtectedResource   Document = "protected-resource"   // RFC 9728
	AuthorizationServer Document = "authorization-server" // RFC 8414 or OpenID Connect Discovery
)

func (d Document) title() string {
	if d == AuthorizationServer {
		return "authorization server metadata"
	}
	return "protected resource metadata"
}

// An Outcome is what came of a step. The names are stable; a later version may add some.
type Outcome string

// The outcomes.
const (
	OK       Outcome = "ok"       // the metadata was taken
	Redirect Outcome = "redirect" // it is said to be elsewhere, which is the next step

	NotFound         Outcome = "not-found"         // the status is another from 400 to 499; of an Error: there is no metadata
	NeedsCredentials Outcome = "needs-credentials" // the status is 401 or 403
	NotJSON          Outcome = "not-json"          // it is no JSON, mostly a page for humans

	BadStatus        Outcome = "bad-status"         // any other status but 200, also 408 and 429; or a redirect that leads nowhere
	Unreachable      Outcome = "unreachable"        // no connection, no TLS, or no HTTP
	Timeout          Outcome = "timeout"            // no full answer in time
	TooLarge         Outcome = "too-large"          // it is longer than MaxBytes
	TooManyRedirects Outcome = "too-many-redirects" // there are more than MaxRedirects
	RedirectLoop     Outcome = "redirect-loop"      // a redirect leads back
	TooManyRequests  Outcome = "too-many-requests"  // MaxRequests is reached
	Canceled         Outcome = "canceled"           // the context has ended

	BadURL         Outcome = "bad-url"         // the URL is not absolute, has user information, a fragment ...
	NotHTTPS       Outcome = "not-https"       // the URL has the scheme http
	PrivateAddress Outcome = "private-address" // the host has an address that is not public

	Conflict              Outcome = "conflict"                // the challenge names two URLs, or two authorization servers
	Malformed             Outcome = "malformed"               // it is no metadata: no object, a member twice, or one is missing
	ResourceMismatch      Outcome = "resource-mismatch"       // it is that of another resource
	IssuerMismatch        Outcome = "issuer-mismatch"         // it is that of another issuer
	NoAuthorizationServer Outcome = "no-authorization-server" // it names no authorization server
	BadEndpoint           Outcome = "bad-endpoint"            // an endpoint is missing, or no https URL
	NoPKCE                Outcome = "no-pkce"                 // the authorization server does not announce PKCE with S256
)

// isAbsent tells whether there is no metadata at the URL, so that another place may have it. What an
// older revision of MCP does is no way around metadata that was refused.
func (o Outcome) isAbsent() bool {
	return o == NotFound || o == NeedsCredentials || o == NotJSON || o == Redirect
}

// An Error tells why discovery has failed: by the step that decided it, and all that were taken.
type Error struct {
	Step
	Steps []Step
}

// Error says what was looked for and why it was refused. It quotes no URL and nothing that a server
// sent. Its wording may change; Outcome does not.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("discovery: " + e.Document.title() + ": " + e.Reason)
	if e.Status != 0 && e.Status != 200 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	return b.String()
}

// Unwrap returns what lies below, such as a network error.
func (e *Error) Unwrap() error { return e.Err }

const notFound = "there is none"

// fail adds a step that fails without a request, and returns the error.
func (w *walk) fail(s Step) error {
	w.steps = append(w.steps, s)
	return &Error{s, w.steps}
}

// failed returns the error for the document that none of the steps from the index on has got. Metadata
// that was refused tells more than a place that has none, or that is closed.
func (w *walk) failed(d Document, first int) error {
	places := 0
	for _, s := range w.steps[first:] {
		if !s.Outcome.isAbsent() {
			return &Error{s, w.steps}
		}
		if s.Outcome != Redirect {
			places++
		}
	}
	if places == 1 {
		return &Error{w.last(), w.steps}
	}
	for _, s := range w.steps[first:] {
		if s.Outcome == NeedsCredentials {
			return &Error{s, w.steps}
		}
	}
	return &Error{Step{Document: d, Outcome: NotFound, Reason: notFound}, w.steps}
}

func (w *walk) last() Step { return w.steps[len(w.steps)-1] }
