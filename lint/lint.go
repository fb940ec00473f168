// Package lint checks the challenges that a server is about to send, or has sent, against what a
// sender owes: the rules of the RFCs, scheme by scheme, and what real clients are known to break on.
// It is made for the tests of servers:
//
//	resp, err := http.Get(server.URL + "/private")
//	...
//	for _, f := range lint.Response(resp) {
//		t.Error(f)
//	}
//
// The command "wwwauth vet" does the same for a recorded response.
//
// What wwwauth.Lines writes keeps to the grammar already. Lint is about the rest: what is missing, what
// a scheme forbids, which order and which spelling is understood, what fits the status and the request.
// The rules stand in a table, which [Rules] returns, and which docs/LINT.md explains with examples.
//
// Departures from the grammar, which wwwauth.Parse reports, are findings too. In a field line that has one
// nothing else is looked for, since it is not clear what the line says: correct that first.
package lint

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A Severity tells how bad a finding is.
type Severity uint8

// The severities.
const (
	Warning Severity = iota + 1 // a SHOULD of a standard is not kept, or a known client does not understand it
	Error                       // a MUST of a standard is not kept
)

// String returns "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// A Rule is something that a server should keep to. Its text quotes nothing of what was sent.
type Rule struct {
	Name     string // stable, such as "basic-no-realm"
	Severity Severity
	Profile  Profile // the profile that the rule belongs to; "" if it is for all
	Message  string  // what is wrong, in a sentence
	Section  string  // of the standard that says so; "" if it is only the clients
	Clients  string  // those that are known to break on it; "" if none is
	Instead  string  // what to send instead
}

// Rules returns all rules, in the order of docs/LINT.md.
func Rules() []Rule {
	all := make([]Rule, len(table))
	for i, r := range table {
		all[i] = r.Rule
	}
	return all
}

// A Finding is a place where a rule is not kept.
type Finding struct {
	Rule  Rule
	Field string // the name of the field
	Place        // where
}

// A Place is where a finding stands: indices, and -1 for each that does not apply, as for a challenge
// that is missing.
type Place struct {
	Line      int // index of the field line
	Offset    int // byte offset in that line
	Challenge int // index in what wwwauth.Parse returns
	Param     int // index in the Params of that challenge
}

// nowhere is the place of what concerns the response as a whole.
var nowhere = Place{-1, -1, -1, -1}

// String says in one line where, what, and what to send instead. It quotes nothing of what was sent, and
// its wording may change.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Field)
	if f.Line >= 0 {
		fmt.Fprintf(&b, " line %d, offset %d", f.Line, f.Offset)
	}
	fmt.Fprintf(&b, ": %s %s: %s", f.Rule.Severity, f.Rule.Name, f.Rule.Message)
	if f.Rule.Section != "" {
		fmt.Fprintf(&b, " (%s)", f.Rule.Section)
	}
	if f.Rule.Clients != "" {
		fmt.Fprintf(&b, " Clients: %s.", f.Rule.Clients)
	}
	fmt.Fprintf(&b, " Instead: %s.", f.Rule.Instead)
	return b.String()
}

// A Profile is a kind of server, for which there are rules of its own.
type Profile string

// The profiles.
const (
	MCP      Profile = "mcp"      // a server of the Model Context Protocol, with its authorization
	Registry Profile = "registry" // a container registry, with the token authentication of Docker's
)

// NoCredentials is the value of [Message.Credentials] for a request without any.
const NoCredentials = "none"

// A Message is one challenge field of a response, and what is known of the rest.
type Message struct {
	// Field is the name of the field: WWW-Authenticate, Proxy-Authenticate, or Optional-WWW-Authenticate
	// (RFC 8053). "" stands for the first.
	Field string
	// Lines are the field lines, without the name. None is a response without the field.
	Lines []string
	// Status is that of the response. 0 if it is not known: no rule about it applies.
	Status int
	// Credentials is the scheme of the credentials that the request had, such as "Bearer", or
	// NoCredentials. "" if that is not known: no rule about it applies.
	Credentials string
	// Profiles are the kinds of server that this is.
	Profiles []Profile
	// Header holds the other fields of the response. If it is nil, no rule about them applies.
	Header http.Header
}

// Check returns what is wrong with the message: what concerns the whole of it, and then by line and
// offset.
func Check(m Message) []Finding {
	if m.Field == "" {
		m.Field = wwwAuthenticate
	}
	read := newMessage(m)
	var findings []Finding
	for _, r := range table {
		if r.Profile == "" || slices.Contains(m.Profiles, r.Profile) {
			r.check(read, func(at Place) { findings = append(findings, Finding{r.Rule, m.Field, at}) })
		}
	}
	slices.SortStableFunc(findings, func(f, g Finding) int {
		if f.Line != g.Line {
			return f.Line - g.Line
		}
		return f.Offset - g.Offset
	})
	return findings
}

// The challenge fields.
const (
	wwwAuthenticate   = "WWW-Authenticate"
	proxyAuthenticate = "Proxy-Authenticate"
	optionalField     = "Optional-WWW-Authenticate"
)

// Response returns what is wrong with the challenge fields of a response, or with their absence. It does
// not touch the body.
//
// From resp.Request it learns whether the request had credentials. A client of net/http sets that; to
// the response of an httptest.ResponseRecorder the caller should add it, or else the rules about it do not
// apply.
func Response(resp *http.Response, profiles ...Profile) []Finding {
	var findings []Finding
	for _, field := range []string{wwwAuthenticate, proxyAuthenticate, optionalField} {
		lines := resp.Header.Values(field)
		demanded := resp.StatusCode == http.StatusUnauthorized && field == wwwAuthenticate ||
			resp.StatusCode == http.StatusProxyAuthRequired && field == proxyAuthenticate ||
			resp.StatusCode == http.StatusForbidden && field == wwwAuthenticate
		if len(lines) == 0 && !demanded {
			continue
		}
		findings = append(findings, Check(Message{
			Field:       field,
			Lines:       lines,
			Status:      resp.StatusCode,
			Credentials: credentials(resp.Request, field),
			Profiles:    profiles,
			Header:      resp.Header,
		})...)
	}
	return findings
}

// credentials returns the scheme of the credentials in a request that the field is about.
func credentials(r *http.Request, field string) string {
	if r == nil {
		return ""
	}
	name := "Authorization"
	if field == proxyAuthenticate {
		name = "Proxy-Authorization"
	}
	if c, err := wwwauth.ParseCredentials(r.Header.Values(name)...); err != nil {
		return ""
	} else if c.Scheme() != "" {
		return c.Scheme()
	}
	// A token may come in the query or in a form too (RFC 6750 sections 2.2 and 2.3). Not every server takes it
	// from there, and the body is gone.
	inQuery := r.URL != nil && r.URL.Query().Has("access_token")
	if inQuery || strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return ""
	}
	return NoCredentials
}
