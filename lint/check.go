package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A rule is a Rule with its check, which is one of the four functions. Those that return a bool report
// whether the rule is broken; if it is not the Summary that says how, they leave that to say.
type rule struct {
	Rule
	schemes set    // the challenges that the rule is about; 0 for all
	params  set    // the parameters that the rule is about; 0 for all
	needs   traits // without any of these, the rule finds nothing; 0 if it needs none
	atName  bool   // a finding in a parameter is at its name, not at its value

	response  func(m *message) bool
	challenge func(m *message, c *challenge) bool
	param     func(m *message, c *challenge, p *param) bool
	search    func(m *message) // calls found for each place
}

// table holds all rules, in the order of docs/LINT.md. What they say of clients was seen with these: curl 7.88,
// git 2.47 (which uses curl), wget 1.21, wget2 1.99, Subversion 1.14 (serf 1.3), Chromium 156, LWP 6.68, urllib of
// Python 3.11, requests 2.28, httpx 0.23, lftp 4.9; crane 0.22, oras-go 2.6, regctl 0.11, skopeo 1.9; the MCP SDKs
// for Go 1.8 and TypeScript 1.32 and 2.4, mcp-go 1.2.
var table = slices.Concat(responseRules, grammarRules, spellingRules, valueRules, orderRules, basicRules, bearerRules, digestRules, schemeRules, profileRules)

// A Review is a message that has been read and checked once. It is for callers that need more than
// one of its findings, corrections and profiles: [Linter.Check], [Linter.Fix] and [Evident] each
// read the message again. It is made by [Linter.Review] or a [Reviewer]; the zero Review has nothing
// to say.
type Review struct {
	rules  ruleSet
	facts  facts
	fields []*message  // the challenge fields; those that are missing too, where that means something
	room   [1]*message // of fields, enough for most
	memory *memory     // nil if it is not used again
}

// A memory is what a Reviewer uses again.
type memory struct {
	spare       []*message // fields of messages before
	findings    []Finding
	corrections []Correction
}

// Review reads the message and checks it by the rules of l.
func (l Linter) Review(m Message) *Review {
	r := new(Review)
	r.fields = r.room[:0]
	r.read(l, m)
	return r
}

// A Reviewer reviews messages one after the other, such as those of a log, and reuses its memory,
// which stays in proportion to the largest message. The zero Reviewer uses all rules. A Reviewer must
// not be used by several goroutines at once, and must not be copied after its first use.
type Reviewer struct {
	Linter Linter

	_      noCopy
	review Review
	memory memory
}

// A noCopy makes go vet report copies of the struct that it is in.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// Review is like [Linter.Review], but the Review and what its methods return are valid only until
// the next call, which overwrites them. Strings stay valid.
func (r *Reviewer) Review(m Message) *Review {
	r.memory.spare = append(r.memory.spare, r.review.fields...)
	r.review.memory = &r.memory
	r.review.fields = r.review.fields[:0]
	r.review.read(r.Linter, m)
	return &r.review
}

// read makes r the review of a message.
func (r *Review) read(l Linter, m Message) {
	r.rules = l.rules()
	r.facts.read(m, l.Profiles)
	for _, f := range challengeFields {
		if lines := r.facts.values(f.field); len(lines) > 0 || r.facts.expects(f.name) {
			m := r.newMessage()
			m.parse(&r.facts, f.name, lines)
			m.check(r.rules)
			r.fields = append(r.fields, m)
		}
	}
}

// newMessage returns a message to be set.
func (r *Review) newMessage() *message {
	if r.memory == nil {
		return new(message)
	}
	n := len(r.memory.spare)
	if n == 0 {
		return &message{parser: new(wwwauth.Parser)}
	}
	m := r.memory.spare[n-1]
	r.memory.spare = r.memory.spare[:n-1]
	return m
}

var challengeFields = [...]struct {
	field field
	name  string
}{
	{wwwAuthenticateField, wwwAuthenticate},
	{proxyAuthenticateField, proxyAuthenticate},
	{optionalAuthenticateField, optionalField},
}

// Findings returns the same as [Linter.Check].
func (r *Review) Findings() []Finding {
	n := 0
	for _, m := range r.fields {
		n += len(m.hits)
	}
	if n == 0 {
		return nil
	}
	var findings []Finding
	if r.memory != nil {
		findings = r.memory.findings[:0]
	}
	findings = slices.Grow(findings, n)
	for _, m := range r.fields {
		for _, h := range m.hits {
			findings = append(findings, m.finding(h))
		}
	}
	if r.memory != nil {
		r.memory.findings = findings
	}
	return findings
}

// Challenges returns what [wwwauth.Parse] returns for a challenge field of the message. The caller
// must not change the challenges: r uses them too.
func (r *Review) Challenges(field string) ([]wwwauth.Challenge, error) {
	for _, m := range r.fields {
		if equalFold(m.field, field) && len(m.problems) > 0 {
			return m.all, m.problems
		} else if equalFold(m.field, field) {
			return m.all, nil
		}
	}
	return nil, nil
}

// Evident returns the same as the function [Evident].
func (r *Review) Evident() []Evidence {
	if r.facts.url == nil { // the zero Review
		return nil
	}
	return r.facts.evident()
}

// expects reports whether it means something that the field is missing.
func (f *facts) expects(field string) bool {
	switch f.Status {
	case 401, 403:
		return field == wwwAuthenticate
	case 407:
		return field == proxyAuthenticate
	}
	return false
}

// check runs the rules over the field, and puts what they find in the order of the places.
func (m *message) check(rules ruleSet) {
	for i := range rules.and(m.apply()).all() {
		m.rule = i
		m.run(&table[i])
	}
	if len(m.hits) > 1 {
		slices.SortStableFunc(m.hits, func(a, b hit) int {
			return cmp.Or(cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Offset, b.at.Offset))
		})
	}
}

// run checks one rule.
func (m *message) run(r *rule) {
	switch {
	case r.response != nil:
		if r.response(m) {
			m.found(nowhere)
		}
		return
	case r.search != nil:
		r.search(m)
		return
	}
	for i := range m.challenges {
		c := &m.challenges[i]
		switch {
		case r.schemes != 0 && r.schemes&c.scheme == 0, r.params != 0 && r.params&c.sent == 0:
		case r.challenge != nil:
			if r.challenge(m, c) {
				m.found(c.at)
			}
		default:
			for j := range c.params {
				p := &c.params[j]
				if (r.params == 0 || r.params&p.kind != 0) && (r.needs == 0 || r.needs&p.traits != 0) && !p.broken && r.param(m, c, p) {
					if r.atName {
						m.found(p.at)
					} else {
						m.found(p.valueAt())
					}
				}
			}
		}
	}
}

// A hit is a finding in the making: a Finding holds its whole Rule.
type hit struct {
	rule int    // index in the table
	said string // in place of the Summary; "" if that says what is wrong
	at   Place
}

// found adds a hit of the rule that is being checked.
func (m *message) found(at Place) {
	m.hits = append(m.hits, hit{m.rule, m.said, at})
	m.said = ""
}

// finding returns the finding of a hit.
func (m *message) finding(h hit) Finding {
	f := Finding{Rule: table[h.rule].Rule, Message: h.said, Field: m.field, Place: h.at}
	if h.said == "" {
		f.Message = f.Rule.Summary
	}
	return f
}

// say gives the next finding a message of its own. It returns true.
func (m *message) say(text string) bool {
	m.said = text
	return true
}

// A set is a set of schemes, or of the names of parameters.
type set uint64

// The schemes. OAuth is those with the parameters of RFC 6750.
const (
	basic set = 1 << iota
	bearer
	dpop
	digest
	negotiate
	ntlm
	gnap
	hoba
	mutual
	oauth1
	payment
	privateToken
	scramSHA1
	scramSHA256
	uma
	vapid
	concealed
	otherScheme

	oauth     = bearer | dpop
	handshake = negotiate | ntlm
	scram     = scramSHA1 | scramSHA256
)

func schemeOf(s string) set {
	var buf [longestName]byte
	switch string(lower(&buf, s)) {
	case "basic":
		return basic
	case "bearer":
		return bearer
	case "dpop":
		return dpop
	case "digest":
		return digest
	case "negotiate":
		return negotiate
	case "ntlm":
		return ntlm
	case "gnap":
		return gnap
	case "hoba":
		return hoba
	case "mutual":
		return mutual
	case "oauth":
		return oauth1
	case "payment":
		return payment
	case "privatetoken":
		return privateToken
	case "scram-sha-1":
		return scramSHA1
	case "scram-sha-256":
		return scramSHA256
	case "uma":
		return uma
	case "vapid":
		return vapid
	case "concealed":
		return concealed
	}
	return otherScheme
}

// The parameters that rules ask about.
const (
	realm set = 1 << iota
	scope
	errorCode
	errorDescription
	errorURI
	resourceMetadata
	authorizationServer
	authorizationURI
	authorization
	asURI
	referrer
	claims
	algs
	service
	maxAge
	maxAgeDash
	charset
	nonce
	domain
	opaque
	qop
	stale
	algorithm
	userhash
	ttl
	sid
	data
	challengeParam
	tokenKey
	version
	validation
	reason
	ks1
	ticket
	id
	method
	intent
	request
	expires
	otherParam

	bearerTexts = scope | errorCode | errorDescription | errorURI
)

func paramOf(name string) set {
	var buf [longestName]byte
	switch string(lower(&buf, name)) {
	case "realm":
		return realm
	case "scope":
		return scope
	case "error":
		return errorCode
	case "error_description":
		return errorDescription
	case "error_uri":
		return errorURI
	case "resource_metadata":
		return resourceMetadata
	case "authorization_server":
		return authorizationServer
	case "authorization_uri":
		return authorizationURI
	case "authorization":
		return authorization
	case "as_uri":
		return asURI
	case "referrer":
		return referrer
	case "claims":
		return claims
	case "algs":
		return algs
	case "service":
		return service
	case "max_age":
		return maxAge
	case "max-age":
		return maxAgeDash
	case "charset":
		return charset
	case "nonce":
		return nonce
	case "domain":
		return domain
	case "opaque":
		return opaque
	case "qop":
		return qop
	case "stale":
		return stale
	case "algorithm":
		return algorithm
	case "userhash":
		return userhash
	case "ttl":
		return ttl
	case "sid":
		return sid
	case "data":
		return data
	case "challenge":
		return challengeParam
	case "token-key":
		return tokenKey
	case "version":
		return version
	case "validation":
		return validation
	case "reason":
		return reason
	case "ks1":
		return ks1
	case "ticket":
		return ticket
	case "id":
		return id
	case "method":
		return method
	case "intent":
		return intent
	case "request":
		return request
	case "expires":
		return expires
	}
	return otherParam
}

// longestName is longer than each name that rules ask about.
const longestName = 40

// lower returns s in lower case, and only the beginning of what is too long to be a known name. It does not
// allocate.
func lower(buf *[longestName]byte, s string) []byte {
	n := copy(buf[:], s)
	for i, c := range buf[:n] {
		if 'A' <= c && c <= 'Z' {
			buf[i] = c | 0x20
		}
	}
	return buf[:n]
}

// value returns the first value of a parameter; "" if there is none.
func (c *challenge) value(kind set) string {
	if c.sent&kind != 0 {
		for i := range c.params {
			if c.params[i].kind == kind {
				return c.params[i].Value
			}
		}
	}
	return ""
}

// missing returns a message that names the parameters that the challenge lacks, or has without a value; "" if
// there is none. A token68 in their place has a rule of its own, and so has a parameter that was dropped.
func (c *challenge) missing(kinds set, names ...string) string {
	if c.Token68 != "" || !c.whole || c.has&kinds == kinds {
		return ""
	}
	var lacking []string
	for _, name := range names {
		if c.has&paramOf(name) == 0 {
			lacking = append(lacking, name)
		}
	}
	return list(lacking, "and") + isAre(lacking) + " missing."
}

// lacks makes the check that finds the challenges that lack one of the parameters.
func lacks(names ...string) func(*message, *challenge) bool {
	var kinds set
	for _, name := range names {
		kinds |= paramOf(name)
	}
	return func(m *message, c *challenge) bool {
		text := c.missing(kinds, names...)
		return text != "" && m.say(text)
	}
}

// list joins words as in a sentence.
func list(words []string, and string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	case 2:
		return words[0] + " " + and + " " + words[1]
	default:
		return strings.Join(words[:n-1], ", ") + ", " + and + " " + words[n-1]
	}
}

func isAre(words []string) string {
	if len(words) == 1 {
		return " is"
	}
	return " are"
}

// is reports whether the field is the one of the name.
func (m *message) is(field string) bool { return m.field == field }

// demands reports whether the status demands a challenge in the field.
func (m *message) demands() bool {
	return m.Status == 401 && m.is(wwwAuthenticate) || m.Status == 407 && m.is(proxyAuthenticate)
}

// absent reports whether the field has no challenge, nor anything that could be meant as one.
func (m *message) absent() bool { return len(m.all) == 0 && len(m.problems) == 0 }

// sentToken reports whether the request is known to have had a token of Bearer or DPoP.
func (m *message) sentToken() bool { return m.scheme != "" && schemeOf(m.scheme)&oauth != 0 }

// sentNone reports whether it is known to have had none.
func (m *message) sentNone() bool { return m.anonymous || m.scheme != "" && !m.sentToken() }

// equalFold compares without regard to ASCII case (RFC 9110 sections 11.1 and 11.2).
func equalFold(a, b string) bool {
	return len(a) == len(b) && wwwauth.Challenge{Scheme: a}.Is(b)
}

func isOne(s string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return equalFold(s, name) })
}

// A profileSet is a set of profiles.
type profileSet uint8

func profileBit(p Profile) profileSet {
	switch p {
	case MCP:
		return 1
	case Registry:
		return 2
	}
	return 0
}

// Evidence is a profile that a message belongs to, with the reason to believe so.
type Evidence struct {
	Profile Profile
	Reason  string // such as "the path ends in /mcp"
}

// Evident returns the profiles that are evident from the message, each with the reason. [Check] and
// [Fix] apply the rules of these profiles.
func Evident(m Message) []Evidence {
	var f facts
	f.read(m, nil)
	return f.evident()
}

func (f *facts) evident() []Evidence {
	var found []Evidence
	if reason := f.evidentMCP(); reason != "" {
		found = append(found, Evidence{MCP, reason})
	}
	if reason := f.evidentRegistry(); reason != "" {
		found = append(found, Evidence{Registry, reason})
	}
	return found
}

func (f *facts) evidentMCP() string {
	path := f.url.Path
	sent := f.Request.Header
	switch {
	case strings.HasSuffix(strings.TrimRight(path, "/"), "/mcp"):
		return "the path ends in /mcp"
	case strings.Contains(path, "/mcp/"):
		return "the path goes through /mcp/"
	case f.values(mcpVersion) != nil || lookup(sent, "MCP-Protocol-Version") != nil:
		return "the message has MCP-Protocol-Version"
	case f.values(mcpSession) != nil || lookup(sent, "Mcp-Session-Id") != nil:
		return "the message has Mcp-Session-Id"
	}
	if f.Request.Method == "POST" {
		accept := first(lookup(sent, "Accept"))
		if strings.Contains(accept, "application/json") && strings.Contains(accept, "text/event-stream") {
			return "the request is a POST that accepts JSON and an event stream, as JSON-RPC of MCP is"
		}
	}
	return ""
}

func (f *facts) evidentRegistry() string {
	path := f.url.Path
	if f.values(dockerVersion) != nil {
		return "the response has Docker-Distribution-Api-Version"
	}
	if rest, ok := strings.CutPrefix(path, "/v2"); ok {
		switch {
		case rest == "" || rest == "/":
			return "the path is /v2/"
		case rest[0] == '/' && (strings.Contains(rest, "/manifests/") || strings.Contains(rest, "/blobs/") || strings.Contains(rest, "/tags/list") ||
			strings.Contains(rest, "/referrers/") || strings.HasSuffix(rest, "/_catalog")):
			return "the path is one of a registry, below /v2/"
		}
	}
	return ""
}
