// Package lint checks the challenges that a server sends in WWW-Authenticate and Proxy-Authenticate,
// together with the status and the other fields of the response. Its rules come from the RFCs, scheme
// by scheme, and from what breaks real clients. It is made for the tests of servers:
//
//	for _, f := range lint.Check(lint.Lines(`Basic realm=example`)) {
//		t.Error(f)
//	}
//
// Package [github.com/seed-903fb8fe/wwwauth/lint/httplint] does the same for an *http.Response, and
// the command "wwwauth vet" for a recorded response.
//
// A finding with the severity [Error] breaks a MUST of a standard. A [Warning] breaks a SHOULD, or
// breaks clients that the rule names. [Rules] returns all rules; docs/LINT.md shows each with a good
// and a bad example. [Fix] returns the challenges as the server should send them.
//
// The output of wwwauth.Lines always follows the grammar. Lint checks the rest: what is missing, what
// a scheme forbids, which order and spelling clients understand, and what fits the status and the
// request.
//
// [Check], [Evident] and [Fix] each read the message. To read it once for all three, and to choose
// rules, use a [Linter] and its [Review].
package lint

import (
	"errors"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// A Severity says how bad a finding is. The zero Severity is not valid.
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

// MarshalText implements [encoding.TextMarshaler]. It returns "warning" or "error", or an error if
// s is not one of the constants.
func (s Severity) MarshalText() ([]byte, error) {
	if s != Warning && s != Error {
		return nil, errors.New("lint: unknown severity " + strconv.Itoa(int(s)))
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. The text must be "warning" or "error". On
// error s is unchanged.
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
	Section  string   // where the standard has the rule; "" if the rule comes from practice
	Standard string   // what that section says
	Breaks   string   // which clients fail, and how; "" if none are known
	Bad      string   // an example that breaks this rule and no other
	Good     string   // an example that breaks no rule
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

// Lookup returns the rule with the given name, and whether there is one.
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
	Message string // what is wrong here, quoting nothing that was sent
	Field   string // the name of the challenge field, such as WWW-Authenticate
	Place          // where in that field
}

// A Place is where a finding is. An index is -1 where it does not apply, such as for a challenge
// that is missing.
type Place struct {
	Line      int // index of the field line
	Offset    int // byte offset in that line
	Challenge int // index in the result of wwwauth.Parse
	Param     int // index in the Params of that challenge
}

// nowhere is the place of what concerns the response as a whole.
var nowhere = Place{-1, -1, -1, -1}

// String returns the finding in one line: where it is, what is wrong, and what to do. It quotes
// nothing that was sent. The wording may change.
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

// A Profile is a kind of server that has additional rules.
type Profile string

// The profiles.
const (
	MCP      Profile = "mcp"      // a server of the Model Context Protocol
	Registry Profile = "registry" // a container registry
)

// A Message is a response, with what is known of the request that it answers. A zero field means
// that the fact is not known; rules that depend on it are then not checked.
type Message struct {
	Status int    // such as 401
	Proto  string // such as "HTTP/1.1" or "HTTP/2"

	// Header holds the fields of the response. An http.Header can be assigned to it. Names may be
	// in any case. Lines are counted in the order of Header[name]; if a name occurs in several
	// cases, in the order of those names.
	Header map[string][]string

	// Complete means that Header has all fields of the response, so that a field that it lacks
	// was not sent. The challenge fields are always taken to be complete.
	Complete bool

	Request Request // the request that the response answers
}

// A Request is what is known of a request. Its zero fields are those that are not known.
type Request struct {
	Method string // such as "POST"
	URL    string // such as "https://example.com/mcp", or the path alone

	// Header holds all fields of the request; nil means that they are not known. Only the scheme
	// of credentials is read.
	Header map[string][]string

	// Anonymous means that the request had no credentials. Scheme is the scheme of the credentials
	// that it had. If both are zero, Header decides.
	Anonymous bool
	Scheme    string
}

// Lines returns a message with the given values of WWW-Authenticate, of which nothing else is
// known.
func Lines(lines ...string) Message {
	return Message{Header: map[string][]string{wwwAuthenticate: lines}}
}

// Check returns the findings in the message. It checks the rules for all servers, those of the
// given profiles, and those of the profiles that are [Evident]. Findings are ordered by field, then
// by line and offset; in each field, those that concern the response as a whole come first.
func Check(m Message, profiles ...Profile) []Finding {
	return Linter{Profiles: profiles}.Check(m)
}

// A Linter checks messages by a choice of rules. The zero Linter uses all rules.
type Linter struct {
	Profiles []Profile // profiles to check besides those that are evident from the message
	Only     []string  // the names of the rules to check; nil means all
	Disable  []string  // the names of rules not to check
}

// Validate returns an error if Only or Disable names a rule that does not exist, or if a profile is
// unknown.
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

// Check is like the function [Check], with the rules and profiles of l. Names of rules that do not
// exist have no effect; see [Linter.Validate].
func (l Linter) Check(m Message) []Finding { return l.Review(m).Findings() }

// The challenge fields.
const (
	wwwAuthenticate   = "WWW-Authenticate"
	proxyAuthenticate = "Proxy-Authenticate"
	optionalField     = "Optional-WWW-Authenticate"
)
