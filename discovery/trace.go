package discovery

import (
	"fmt"
	"strings"
)

// A Step is one URL that was tried, or a decision made without a request. All its strings except
// Reason come from servers; do not show them unescaped.
type Step struct {
	Document Document // what was looked for
	URL      string   // the URL that was fetched, or would have been; "" if none
	Status   int      // the status of the response; 0 if none
	Outcome  Outcome  // the result
	Reason   string   // why it was refused, in wording that may change; "" for OK and Redirect

	// Got is what the server sent, and Want what it should have sent, if the outcome is about a
	// single value. ResourceMismatch and IssuerMismatch have both. BadEndpoint has the URL in Got,
	// NotJSON the content type, and Redirect the URL it leads to.
	Got, Want string

	Err error // the underlying error, such as a network error; nil if there is none
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

// An Outcome is the result of a step. Its values are stable; later versions may add more.
type Outcome string

// The outcomes.
const (
	OK       Outcome = "ok"       // the metadata was accepted
	Redirect Outcome = "redirect" // the response redirects to the URL of the next step

	// The status is 4xx, but not 401, 403, 408 or 429. In an Error: there is no metadata.
	NotFound Outcome = "not-found"

	// The status is 401 or 403.
	NeedsCredentials Outcome = "needs-credentials"

	// The content type is not application/json, or the document is HTML.
	NotJSON Outcome = "not-json"

	// The status is none of the above and not 200, or is a redirect without a valid Location.
	BadStatus Outcome = "bad-status"

	Unreachable      Outcome = "unreachable"        // no connection, no TLS, or no HTTP
	Timeout          Outcome = "timeout"            // no complete response in time
	TooLarge         Outcome = "too-large"          // longer than MaxBytes
	TooManyRedirects Outcome = "too-many-redirects" // more than MaxRedirects
	RedirectLoop     Outcome = "redirect-loop"      // a redirect leads back
	TooManyRequests  Outcome = "too-many-requests"  // MaxRequests was reached
	Canceled         Outcome = "canceled"           // the context of the caller has ended

	// The URL is not absolute, has user information or a fragment, or is otherwise invalid.
	BadURL Outcome = "bad-url"

	// The URL is http.
	NotHTTPS Outcome = "not-https"

	// The host has an address that is not public, or a redirect leads to such a host.
	PrivateAddress Outcome = "private-address"

	// The challenge names two metadata URLs, or two authorization servers.
	Conflict Outcome = "conflict"

	// Not a JSON object, or one that lacks a required member, repeats one, or has invalid text.
	Malformed Outcome = "malformed"

	ResourceMismatch      Outcome = "resource-mismatch"       // the metadata is for another resource
	IssuerMismatch        Outcome = "issuer-mismatch"         // the metadata is for another issuer
	NoAuthorizationServer Outcome = "no-authorization-server" // the metadata names none

	// The token endpoint is missing, or an endpoint is not an https URL of a public host.
	BadEndpoint Outcome = "bad-endpoint"

	// The authorization server does not announce PKCE with S256.
	NoPKCE Outcome = "no-pkce"
)

// isAbsent reports whether there is no metadata at the URL, so that another place may have it.
func (o Outcome) isAbsent() bool {
	return o == NotFound || o == NeedsCredentials || o == NotJSON || o == Redirect
}

// An Error reports why discovery failed. It has the step that decided, and all steps that were
// taken.
type Error struct {
	Step
	Steps []Step
}

// Error says what was looked for and why it was refused. It quotes no URL and nothing that a server
// sent. The wording may change; the Outcome does not.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("discovery: " + e.Document.title() + ": " + e.Reason)
	if e.Status != 0 && e.Status != 200 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	return b.String()
}

// Unwrap returns the underlying error, such as a network error, or nil if there is none.
func (e *Error) Unwrap() error { return e.Err }

const notFound = "there is none"

// fail adds a step that fails without a request, and returns the error.
func (w *walk) fail(s Step) error {
	w.steps = append(w.steps, s)
	return &Error{s, w.steps}
}

// failed returns the error for a document that none of the steps from that index on got. Metadata
// that was refused says more than a URL without any, or one that demands credentials.
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
