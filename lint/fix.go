package lint

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Correction is a challenge field as the server should send it.
type Correction struct {
	Field string // the name of the field, such as WWW-Authenticate

	// Lines are the field lines to send, one challenge on each. They break no rules except those
	// in Left. Lines is nil if the message alone does not show how to correct the field: Left
	// then has an [Error], or part of the field could not be read.
	Lines []string

	Challenges []wwwauth.Challenge // the challenges in Lines
	Mended     []Finding           // findings in the original message that Lines corrects
	Left       []Unmended          // findings that the author of the server must correct
}

// An Unmended is a finding that cannot be corrected from the message alone.
type Unmended struct {
	Finding        // in the original message; if it is only in Lines, all indexes of its Place are -1
	Why     string // why it cannot be corrected, as a sentence
}

// Fix returns each challenge field of the message as the server should send it: in the order and
// spelling that clients understand, with what is missing added where that is safe. Fields that the
// message lacks are not returned.
func Fix(m Message, profiles ...Profile) []Correction {
	return Linter{Profiles: profiles}.Fix(m)
}

// Fix is like the function [Fix], with the rules and profiles of l. Its result may also differ from
// the original in what only other rules ask for.
func (l Linter) Fix(m Message) []Correction { return l.Review(m).Corrections() }

// Corrections returns the same as [Linter.Fix].
func (r *Review) Corrections() []Correction {
	var before []Correction
	if r.memory != nil {
		before = r.memory.corrections
	}
	corrections, n := before[:0], 0
	for _, m := range r.fields {
		if len(m.lines) == 0 {
			continue
		}
		var c Correction
		if n < len(before) { // its memory
			c.Mended, c.Left = before[n].Mended[:0], before[n].Left[:0]
		}
		n++
		corrections = append(corrections, r.correct(m, c))
	}
	if r.memory != nil && n > 0 {
		r.memory.corrections = corrections
	}
	return corrections
}

// correct returns the correction of a field that was checked by the rules, in the memory of another.
func (r *Review) correct(was *message, c Correction) Correction {
	c.Field = was.field
	now := was
	var err error
	// A correction can make room for another: once an error that nobody may send is left out, its name is free for
	// a misspelt one. Each round takes away a name or settles one, and real messages need one.
	for range 8 {
		var settled bool
		c.Challenges, settled = now.corrected()
		c.Lines, err = wwwauth.Lines(c.Challenges...)
		if slices.Equal(c.Lines, now.lines) {
			break
		}
		if now == was {
			now = r.newMessage()
		}
		if settled && err == nil {
			now.set(was.facts, was.field, c.Lines, c.Challenges, nil) // what Lines writes is read as it was
			break
		}
		now.parse(was.facts, was.field, c.Lines)
	}
	if now != was {
		now.check(r.rules)
	}

	// What is wrong still, or for the first time, is left; and so is what could not be read.
	var still, said ruleSet
	for _, h := range now.hits {
		still.add(h.rule)
	}
	var lost traits
	for _, p := range was.problems {
		if !p.Kept {
			lost |= departs(p.Code)
		}
	}
	whys := make([]string, len(was.hits)) // why a finding is left; "" if it is mended
	left := 0
	conflict, of := false, -2 // whether the challenge of the latest duplicate has a conflict
	for i, h := range was.hits {
		needs := table[h.rule].needs
		said.add(h.rule)
		isDuplicate := needs == departs(wwwauth.DuplicateParam)
		if isDuplicate && of != h.at.Challenge {
			conflict, of = was.conflicts(h.at.Challenge), h.at.Challenge
		}
		switch {
		case needs&lost != 0:
			whys[i] = "This could not be read."
		case isDuplicate && conflict:
			whys[i] = "The values differ, and only you know which one is meant."
		case still.has(h.rule):
			whys[i] = why(table[h.rule].Rule)
		default:
			continue
		}
		left++
	}
	c.Left, c.Mended = slices.Grow(c.Left, left), slices.Grow(c.Mended, len(whys)-left)
	for i, h := range was.hits {
		if finding := was.finding(h); whys[i] != "" {
			c.Left = append(c.Left, Unmended{finding, whys[i]})
		} else {
			c.Mended = append(c.Mended, finding)
		}
	}
	if lost == 0 { // what was lost would be there
		var first []hit
		for _, h := range now.hits {
			if !said.has(h.rule) {
				first = append(first, h)
			}
		}
		slices.SortStableFunc(first, func(a, b hit) int { return a.rule - b.rule })
		for _, h := range first {
			h.at = nowhere
			c.Left = append(c.Left, Unmended{now.finding(h), why(table[h.rule].Rule)})
		}
	}
	if err != nil || lost != 0 || slices.ContainsFunc(c.Left, func(u Unmended) bool { return u.Rule.Severity == Error }) || len(c.Challenges) == 0 {
		c.Lines, c.Challenges = nil, nil
	}
	if now != was && r.memory != nil {
		r.memory.spare = append(r.memory.spare, now)
	}
	return c
}

// why says why a finding cannot be mended from the message alone.
func why(r Rule) string {
	switch r.Name {
	case "not-ascii", "quote-in-value", "needless-escape", "empty-value", "scheme-in-value", "lookalike", "basic-no-realm":
		return "Only you can choose another value."
	case "digest-params", "digest-sha-256-alone", "digest-algorithm", "digest-sha-512-256", "digest-qop", "digest-repeated":
		return "The server must be able to check the answer."
	case "error-status", "challenge-status", "proxy-field-status", "optional-field-status", "forbidden-anonymous", "payment-status", "cleartext", "handshake-over-http2":
		return "The challenge depends on the status or the connection, not the other way round."
	case "not-exposed", "cacheable", "dpop-nonce-missing", "dpop-nonce-repeated", "payment-stored":
		return "The fault is in another field of the response."
	}
	return "Only you know what is meant, or which value is right."
}

// conflicts reports whether a challenge has a parameter more than once that clients act on, with several values.
func (m *message) conflicts(challenge int) bool {
	if challenge < 0 || challenge >= len(m.all) {
		return true
	}
	c := m.all[challenge]
	first := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		name := strings.ToLower(p.Name)
		value, ok := first[name]
		switch {
		case !ok:
			first[name] = p.Value
		case value != p.Value && !(name == "scope" && schemeOf(c.Scheme)&oauth != 0): // which Distinct joins
			return true
		}
	}
	return false
}

// corrected returns the challenges of the field as a server should send them. They are settled if none was changed,
// though some may have been left out or moved: to correct them once more would change nothing.
func (m *message) corrected() (cs []wwwauth.Challenge, settled bool) {
	cs = make([]wwwauth.Challenge, 0, len(m.all))
	settled = true
	digests := 0
	for _, c := range m.all {
		c, same := m.correctedChallenge(c)
		settled = settled && same
		if slices.ContainsFunc(cs, func(d wwwauth.Challenge) bool { return isSame(c, d) }) {
			continue
		}
		cs = append(cs, c)
		if c.Is("Digest") {
			digests++
		}
	}
	// Bearer first, Basic last, and among Digest the strongest algorithm first.
	slices.SortStableFunc(cs, func(a, b wwwauth.Challenge) int { return rank(a) - rank(b) })
	if digests > 1 {
		cs = strongestFirst(cs)
	}
	return cs, settled
}

// isSame reports whether c and d have the same text.
func isSame(c, d wwwauth.Challenge) bool {
	return c.Scheme == d.Scheme && c.Token68 == d.Token68 && slices.Equal(c.Params, d.Params)
}

// strongestFirst sorts the challenges of Digest by their strength, in the places of such challenges.
func strongestFirst(cs []wwwauth.Challenge) []wwwauth.Challenge {
	var digests []wwwauth.Challenge
	for _, c := range cs {
		if c.Is("Digest") {
			digests = append(digests, c)
		}
	}
	slices.SortStableFunc(digests, func(a, b wwwauth.Challenge) int { return strength(a) - strength(b) })
	strong := slices.ContainsFunc(digests, func(c wwwauth.Challenge) bool { return strength(c) == 1 })
	out := cs[:0]
	for _, c := range cs {
		if c.Is("Digest") {
			c, digests = digests[0], digests[1:]
			if strength(c) == 0 && strong {
				continue // clients take SHA-256, which is as good
			}
		}
		out = append(out, c)
	}
	return out
}

func rank(c wwwauth.Challenge) int {
	switch schemeOf(c.Scheme) {
	case bearer:
		return 0
	case dpop:
		return 1
	case basic:
		return 3
	}
	return 2
}

// strength ranks a Digest challenge by its algorithm.
func strength(c wwwauth.Challenge) int {
	switch strings.ToUpper(strings.TrimSuffix(strings.ToLower(c.Get("algorithm")), "-sess")) {
	case "SHA-512-256":
		return 0
	case "SHA-256":
		return 1
	}
	return 2
}

// correctedChallenge returns a challenge as it should be sent, and whether that is the same except for the order and
// repetition of parameters.
func (m *message) correctedChallenge(c wwwauth.Challenge) (corrected wwwauth.Challenge, same bool) {
	c = c.Distinct()
	scheme := schemeOf(c.Scheme)
	same = true
	if scheme == otherScheme {
		if near := meantScheme(c); near != "" {
			c.Scheme, scheme, same = near, schemeOf(near), false
		}
	}
	var named, sent set // the parameters, and those that have a value
	for _, p := range c.Params {
		kind := paramOf(p.Name)
		named |= kind
		if p.Value != "" {
			sent |= kind
		}
	}
	params := c.Params[:0] // which are a copy
	var kept set
	for _, was := range c.Params {
		p, ok := m.correctedParam(scheme, named, sent, was)
		same = same && ok && p == was
		if ok && !slices.ContainsFunc(params, func(q wwwauth.Param) bool { return equalFold(p.Name, q.Name) }) {
			params = append(params, p)
			kept |= paramOf(p.Name)
		}
	}
	if scheme&oauth != 0 && m.Status == 401 && m.sentToken() && scheme == schemeOf(m.scheme) && c.Token68 == "" && kept&errorCode == 0 {
		params = append(params, wwwauth.Param{Name: "error", Value: string(wwwauth.InvalidToken)})
		same = false
	}
	if scheme == basic && c.Token68 == "" && kept&realm == 0 {
		if host := m.host(); host != "" {
			params = append(params, wwwauth.Param{Name: "realm", Value: host})
			same = false
		}
	}
	slices.SortStableFunc(params, func(p, q wwwauth.Param) int { return place(scheme, p) - place(scheme, q) })
	if c.Params = params; len(params) == 0 {
		c.Params = nil
	}
	return c, same
}

// place is where a parameter belongs: for the clients that search the field for scope= and the like, the
// parameters that they look for come before all others, and text for people last.
func place(scheme set, p wwwauth.Param) int {
	switch {
	case scheme == basic && equalFold(p.Name, "realm"):
		return 0
	case scheme&oauth == 0:
		return 4
	}
	switch paramOf(p.Name) {
	case resourceMetadata:
		return 0
	case scope:
		return 1
	case errorCode:
		return 2
	case realm:
		return 3
	case errorDescription:
		return 5
	}
	return 4
}

// correctedParam returns a parameter as it should be sent, and whether it should be. The challenge has the parameters
// that are named, and those that are sent have a value.
func (m *message) correctedParam(scheme, named, sent set, p wwwauth.Param) (wwwauth.Param, bool) {
	kind := paramOf(p.Name)
	if isApostrophed(p.Value) {
		p.Value = p.Value[1 : len(p.Value)-1]
	}
	if scheme&(basic|digest|oauth) != 0 && kind == otherParam {
		// What is empty is left out below, and its name is free.
		if meant := meantParam(scheme, sent, p); meant != "" {
			p.Name, kind = meant, paramOf(meant)
		}
	}
	if p.Value == "" && kind&(realm|nonce|opaque|domain) == 0 {
		return p, false
	}
	if scheme&oauth != 0 {
		p.Name = strings.ToLower(p.Name)
		return m.correctedBearer(scheme, named, kind, p)
	}
	switch {
	case scheme&(basic|digest) != 0 && kind == charset && !equalFold(p.Value, "UTF-8"):
		return p, false // it is only a hint
	case scheme == digest && kind == domain && m.is(proxyAuthenticate):
		return p, false
	case scheme == digest && kind&(stale|userhash) != 0 && !isOne(p.Value, "true", "false"):
		return p, false // any other value means false
	case scheme == digest && kind == stale && m.anonymous && equalFold(p.Value, "true"):
		return p, false
	case scheme == digest && kind == qop && slices.ContainsFunc(tokens([]string{p.Value}), func(s string) bool { return s == "auth" }):
		p.Value = "auth"
	case kind == maxAge && scheme&(hoba|privateToken) != 0:
		p.Name = "max-age"
	}
	p.Value = withoutUserinfo(p.Value)
	return p, true
}

func (m *message) correctedBearer(scheme, named, kind set, p wwwauth.Param) (wwwauth.Param, bool) {
	switch kind {
	case realm:
		return p, p.Value != "" || scheme == bearer && named&authorizationURI != 0 // as Entra ID sends it
	case scope:
		p.Value = strings.Join(slices.Collect(words(p.Value)), " ")
	case errorDescription:
		if !isVisible(p.Value) {
			p.Value = wwwauth.ErrorDescription(p.Value)
		}
	case maxAgeDash:
		p.Name = "max_age"
	}
	if kind&(errorCode|errorDescription|errorURI) != 0 && m.sentNone() {
		return p, false
	}
	p.Value = withoutUserinfo(p.Value)
	return p, true
}

// withoutUserinfo returns a URL without user information, and anything else as it is.
func withoutUserinfo(s string) string {
	if !strings.Contains(s, "@") || !strings.Contains(s, "://") {
		return s
	}
	u, err := weburl.Split(s)
	if err != nil || !u.HasUser || !u.IsWeb() {
		return s
	}
	return strings.Replace(s, "//"+u.Userinfo+"@", "//", 1)
}
