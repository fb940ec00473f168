// Package lint checks the challenges that a server sends in WWW-Authenticate and Proxy-Authenticate, and
// the status and fields around them. Its rules come from the RFCs, scheme by scheme, and from what breaks
// real clients. It is made for tests of servers:
//
//	for _, f := range lint.Check(lint.Lines(`Basic realm=example`)) {
//		t.Error(f)
//	}
//
// Package [github.com/seed-903fb8fe/wwwauth/lint/httplint] does the same for an *http.Response, and the
// command "wwwauth vet" for a recorded one.
//
// An Error breaks a MUST of a standard. A Warning breaks a SHOULD, or something that named clients are
// known to fail on. [Rules] returns all rules; docs/LINT.md shows each with a good and a bad example.
//
// What wwwauth.Lines writes keeps to the grammar already. Lint looks at the rest: what is missing, what a
// scheme forbids, which order and spelling clients understand, and what fits the status and the request.
// [Fix] returns the challenges as a server should send them.
package lint

import (
	"errors"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// A Severity says how bad a finding is.
type Severity uint8

// The severities.
const (
	Warning Severity = iota + 1 // breaks a SHOULD of a standard, or a known client
	Error                       // breaks a MUST of a standard
)

// String returns "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "Severity(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText returns the name of the severity.
func (s Severity) MarshalText() ([]byte, error) {
	if s != Warning && s != Error {
		return nil, errors.New("lint: unknown severity " + strconv.Itoa(int(s)))
	}
	return []byte(s.String()), nil
}

// UnmarshalText sets the severity to the one with the name.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "warning":
		*s = Warning
	case "error":
		*s = Error
	default:
		return errors.New("lint: unknown severity " + strconv.Quote(string(text)))
	}
	return nil
}

// A Rule is one thing that a server must or should do. Names and severities are stable.
type Rule struct {
	Name     string   // such as "basic-no-realm"
	Severity Severity // Error or Warning
	Profile  Profile  // the kind of server that the rule is for; "" if it is for all
	Summary  string   // what is wrong, in one sentence
	Advice   string   // what to do instead, in the imperative, without a full stop
	Section  string   // of the standard that says so; "" for a rule of practice
	Standard string   // what that section says
	Breaks   string   // the clients that fail, and how; "" if none is known
	Bad      string   // an example that breaks the rule, and no other
	Good     string   // an example that breaks none
}

// URL returns the address of the rule's documentation.
func (r Rule) URL() string {
	return "https://github.com/seed-903fb8fe/wwwauth/blob/main/docs/LINT.md#" + r.Name
}

// Rules returns all rules, in the order of docs/LINT.md.
func Rules() []Rule {
	all := make([]Rule, len(table))
	for i, r := range table {
		all[i] = r.Rule
	}
	return all
}

// Lookup returns the rule with the name.
func Lookup(name string) (Rule, bool) {
	for _, r := range table {
		if r.Name == name {
			return r.Rule, true
		}
	}
	return Rule{}, false
}

// A Finding is a place in a message that breaks a rule.
type Finding struct {
	Rule    Rule
	Message string // what is wrong here; it quotes nothing that was sent
	Field   string // the name of the challenge field, such as WWW-Authenticate
	Place          // where in that field
}

// A Place is where a finding is. An index is -1 where it does not apply, as for a challenge that is
// missing.
type Place struct {
	Line      int // index of the field line
	Offset    int // byte offset in that line
	Challenge int // index in the result of wwwauth.Parse
	Param     int // index in the Params of that challenge
}

// nowhere is the place of what concerns the response as a whole.
var nowhere = Place{-1, -1, -1, -1}

// String returns the finding in one line: where, what, and what to do. It quotes nothing that was sent.
// The wording may change.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Field)
	if f.Line >= 0 {
		b.WriteString(" line " + strconv.Itoa(f.Line) + ", offset " + strconv.Itoa(f.Offset))
	}
	b.WriteString(": " + f.Rule.Severity.String() + " " + f.Rule.Name + ": " + f.Message)
	if f.Rule.Section != "" {
		b.WriteString(" (" + f.Rule.Section + ")")
	}
	if f.Rule.Breaks != "" {
		b.WriteString(" Breaks: " + f.Rule.Breaks + ".")
	}
	b.WriteString(" " + f.Rule.Advice + ".")
	return b.String()
}

// A Profile is a kind of server that has rules of its own.
type Profile string

// The profiles.
const (
	MCP      Profile = "mcp"      // a server of the Model Context Protocol
	Registry Profile = "registry" // a container registry
)

// A Message is a response, and what is known of the request that it answers. A zero field means that
// the fact is not known, and then no rule about it applies.
type Message struct {
	Status int    // 401, for example
	Proto  string // "HTTP/1.1" or "HTTP/2", for example

	// Header holds the fields of the response; an http.Header fits. Names may be in any case. The lines of
	// a field are counted in the order of Header[name]; if the same name occurs in several cases, in the
	// order of those names.
	Header map[string][]string
	// Complete reports whether Header has all fields of the response, so that one it lacks was not sent.
	// The challenge fields are always taken to be complete.
	Complete bool

	Request Request
}

// A Request is what is known of a request.
type Request struct {
	Method string // "POST", for example
	URL    string // "https://example.com/mcp", or the path alone

	// Header holds the fields of the request, all of them; nil if they are not known. Of credentials only the
	// scheme is read.
	Header map[string][]string

	// Anonymous reports whether the request had no credentials, and Scheme is the scheme of those it had. If
	// both are zero, Header decides.
	Anonymous bool
	Scheme    string
}

// Lines returns a message with the given values of WWW-Authenticate, of which nothing else is known.
func Lines(lines ...string) Message {
	return Message{Header: map[string][]string{wwwAuthenticate: lines}}
}

// Check returns what is wrong with the message, with the rules for all servers, those of the profiles, and
// those of the profiles that [Evident] finds. Findings come by field, then by line and offset; what concerns
// the response as a whole comes first.
func Check(m Message, profiles ...Profile) []Finding {
	return Linter{Profiles: profiles}.Check(m)
}

// A Linter is a choice of rules. The zero Linter has them all.
type Linter struct {
	Profiles []Profile // in addition to those that are evident from the message
	Only     []string  // the names of the rules to check; nil for all
	Disable  []string  // the names of rules to leave out
}

// Validate returns an error for a name in Only or Disable that is not the name of a rule, and for an unknown
// profile.
func (l Linter) Validate() error {
	for _, names := range [][]string{l.Only, l.Disable} {
		for _, name := range names {
			if _, ok := Lookup(name); !ok {
				return unknownRule(name)
			}
		}
	}
	for _, p := range l.Profiles {
		if p != MCP && p != Registry {
			return errors.New("lint: unknown profile " + strconv.Quote(string(p)) + "; the profiles are " + string(MCP) + " and " + string(Registry))
		}
	}
	return nil
}

// unknownRule returns the error for a name that is not the name of a rule.
func unknownRule(name string) error {
	var names []string
	for _, r := range table {
		names = append(names, r.Name)
	}
	if near := known.Near(name, names); near != "" {
		return errors.New("lint: unknown rule " + strconv.Quote(name) + "; did you mean " + near + "?")
	}
	return errors.New("lint: unknown rule " + strconv.Quote(name))
}

// Check returns what is wrong with the message by the rules of l. Names of rules that do not exist have no
// effect; see [Linter.Validate].
func (l Linter) Check(m Message) []Finding { return l.Review(m).Findings() }

// The challenge fields.
const (
	wwwAuthenticate   = "WWW-Authenticate"
	proxyAuthenticate = "Proxy-Authenticate"
	optionalField     = "Optional-WWW-Authenticate"
)
