package lint

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// facts are what the rules ask about a message as a whole.
type facts struct {
	Message
	url      *weburl.URL   // of the request, with its path decoded; unknownURL if it is not known
	fields   []fieldLines  // of the response, those that rules ask about
	few      [2]fieldLines // room for most
	profiles profileSet
}

// A fieldLines is a field with its lines.
type fieldLines struct {
	field  field
	joined bool // the name is there in several cases, and lines are those of all
	lines  []string
}

// A field is one of the fields of a response that rules ask about.
type field uint8

const (
	otherField field = iota
	wwwAuthenticateField
	proxyAuthenticateField
	optionalAuthenticateField
	dpopNonce
	allowOrigin
	allowCredentials
	exposeHeaders
	cacheControl
	expiresField
	mcpVersion
	mcpSession
	dockerVersion
)

func fieldOf(name string) field {
	var buf [longestName]byte
	switch string(lower(&buf, name)) {
	case "www-authenticate":
		return wwwAuthenticateField
	case "proxy-authenticate":
		return proxyAuthenticateField
	case "optional-www-authenticate":
		return optionalAuthenticateField
	case "dpop-nonce":
		return dpopNonce
	case "access-control-allow-origin":
		return allowOrigin
	case "access-control-allow-credentials":
		return allowCredentials
	case "access-control-expose-headers":
		return exposeHeaders
	case "cache-control":
		return cacheControl
	case "expires":
		return expiresField
	case "mcp-protocol-version":
		return mcpVersion
	case "mcp-session-id":
		return mcpSession
	case "docker-distribution-api-version":
		return dockerVersion
	}
	return otherField
}

// unknownURL is that of most messages. A URL in each of them would be a tenth of their memory.
var unknownURL weburl.URL

// read sets f to the facts of the message.
func (f *facts) read(m Message, profiles []Profile) {
	*f = facts{Message: m, url: &unknownURL, fields: f.fields[:0]}
	if f.fields == nil {
		f.fields = f.few[:0]
	}
	for name, lines := range m.Header {
		field := fieldOf(name)
		if field == otherField {
			continue
		}
		switch i := f.index(field); {
		case i < 0:
			f.fields = append(f.fields, fieldLines{field: field, lines: lines})
		case !f.fields[i].joined: // the name in another case
			f.fields[i].lines, f.fields[i].joined = lookup(m.Header, name), true
		}
	}
	if m.Request.URL != "" {
		u, _ := weburl.Split(m.Request.URL)
		u.Path = weburl.Decode(u.Path)
		f.url = &u
	}
	for _, p := range profiles {
		f.profiles |= profileBit(p)
	}
	for _, e := range f.evident() {
		f.profiles |= profileBit(e.Profile)
	}
}

// index returns the index of the field in f.fields; -1 if the response does not have it.
func (f *facts) index(field field) int {
	return slices.IndexFunc(f.fields, func(l fieldLines) bool { return l.field == field })
}

// values returns the lines of a field of the response.
func (f *facts) values(field field) []string {
	if i := f.index(field); i >= 0 {
		return f.fields[i].lines
	}
	return nil
}

// get returns the first line of a field of the response.
func (f *facts) get(field field) string { return first(f.values(field)) }

func first(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// lookup returns the lines of a field whose name may be in h in any case, even in several.
func lookup(h map[string][]string, name string) []string {
	var found []string
	keys := make([]string, 0, 4)
	for key, lines := range h {
		if len(key) == len(name) && equalFold(key, name) {
			keys = append(keys, key)
			found = lines
		}
	}
	if len(keys) < 2 {
		return found
	}
	slices.Sort(keys)
	found = nil
	for _, key := range keys {
		found = append(found, h[key]...)
	}
	return found
}

// credentials returns the scheme of the credentials that the request had for the field, and whether it is known
// that it had none.
func (f *facts) credentials(field string) (scheme string, anonymous bool) {
	r := f.Request
	if r.Anonymous || r.Scheme != "" || r.Header == nil {
		return r.Scheme, r.Anonymous && r.Scheme == ""
	}
	name := "Authorization"
	if equalFold(field, proxyAuthenticate) {
		name = "Proxy-Authorization"
	}
	switch lines := lookup(r.Header, name); len(lines) {
	case 0:
	case 1:
		line := strings.TrimLeft(lines[0], " \t")
		return line[:tokenEnd(line, 0)], false
	default: // which one counted is not known
		return "", false
	}
	// A token may come in the query or in a form too (RFC 6750 sections 2.2 and 2.3). Not every server takes it
	// from there, and the body is gone.
	if hasParam(f.url.Query, "access_token") ||
		strings.HasPrefix(first(lookup(r.Header, "Content-Type")), "application/x-www-form-urlencoded") {
		return "", false
	}
	return "", true
}

// hasParam reports whether a query has a parameter.
func hasParam(query, name string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		if key, _, _ := strings.Cut(pair, "="); weburl.Decode(key) == name {
			return true
		}
	}
	return false
}

// A message is one challenge field of a response as the rules see it, with the parser that reads it.
type message struct {
	content
	parser *wwwauth.Parser // nil if the message is not set again
}

// A content is what a message holds.
type content struct {
	*facts
	field     string
	lines     []string
	scheme    string // of the credentials that the request had
	anonymous bool   // the request had none

	all      []wwwauth.Challenge // what Parse returns
	problems wwwauth.ErrorList
	sure     bool // no part of the field was dropped, so what is missing was not sent

	challenges []challenge // those whose places are known
	schemes    set         // of all challenges
	params     set         // of the parameters of all challenges
	traits     traits      // of the message, and of the parameters of all challenges
	empty      []Place     // of the first empty list element of each line

	rule int // the index of the one that is being checked
	said string
	hits []hit
	slab []param // those of all challenges
}

// A challenge is a challenge, and how it is spelled.
type challenge struct {
	*wwwauth.Challenge
	scheme set
	at     Place // of the scheme
	gap    int   // the number of bytes between the scheme and what follows it; 0 if it is not known
	whole  bool  // no parameter was dropped
	params []param
	sent   set // the known parameters
	has    set // those of them that have a value; the empty realm is one
}

// A param is a parameter, and how it is spelled.
type param struct {
	*wwwauth.Param
	kind   set
	traits traits
	broken bool   // something in it departs from the grammar
	at     Place  // of the name
	value  int    // where the value begins, in that line; with its quote
	raw    string // the value as it is spelled; "" if that is not known
	parsed *uri   // what uri returns; nil before
}

// valueAt returns the place of the value.
func (p *param) valueAt() Place {
	at := p.at
	at.Offset = p.value
	return at
}

// A uri is the value of a parameter as a URI.
type uri struct {
	weburl.URL
	err   error  // that of weburl.Split; nil if it is one
	fault string // why it cannot be a URL of metadata; "" if it can
}

// uri parses the value, once: several rules ask for it, and it is most of their work.
func (p *param) uri() *uri {
	if p.parsed == nil {
		u, err := weburl.Split(p.Value)
		p.parsed = &uri{URL: u, err: err}
		if p.kind == resourceMetadata {
			p.parsed.fault = p.parsed.faultOf(p.Value)
		}
	}
	return p.parsed
}

// isSecure reports whether u is an https URL, or an http URL of this host, as in development.
func (u *uri) isSecure() bool {
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && weburl.IsLoopback(u.Host))
}

func (p *param) quoted() bool { return strings.HasPrefix(p.raw, `"`) }

// parse makes m the message of the lines of a field.
func (m *message) parse(f *facts, field string, lines []string) {
	parse := wwwauth.Parse
	if m.parser != nil {
		parse = m.parser.Parse
	}
	cs, err := parse(lines...)
	m.set(f, field, lines, cs, err)
}

// set makes m the message of the lines of a field, and of what Parse returns for them.
func (m *message) set(f *facts, field string, lines []string, cs []wwwauth.Challenge, err error) {
	m.content = content{
		facts: f, field: field, lines: lines, all: cs,
		challenges: m.challenges[:0], slab: m.slab[:0], empty: m.empty[:0], hits: m.hits[:0], // their memory is used again
	}
	m.scheme, m.anonymous = f.credentials(field)
	m.problems, _ = err.(wwwauth.ErrorList)
	m.sure = !slices.ContainsFunc(m.problems, func(p *wwwauth.SyntaxError) bool { return !p.Kept })
	m.read()
	for i := range m.challenges {
		m.schemes |= m.challenges[i].scheme
		m.params |= m.challenges[i].sent
	}
	if len(m.all) > 1 {
		m.traits |= isSeveral
	}
	for _, p := range m.problems {
		m.traits |= departs(p.Code)
	}
}

// read finds the places of the challenges and parameters, which Parse does not return.
func (m *message) read() {
	total := 0
	for i := range m.all {
		total += len(m.all[i].Params)
	}
	m.challenges, m.slab = slices.Grow(m.challenges, len(m.all)), slices.Grow(m.slab, total)
	s := scanner{message: m}
	lines := m.lines
	var departs []bool // by line; nil if none does
	for _, p := range m.problems {
		switch p.Code {
		case wwwauth.DuplicateParam: // keeps to the grammar
		case wwwauth.TooLarge: // from here on nothing was read
			lines = lines[:p.Line]
		default:
			if departs == nil {
				departs = make([]bool, len(m.lines))
			}
			departs[p.Line] = true
		}
	}
	for i, line := range lines {
		if departs != nil && departs[i] {
			s.broken(i, line)
		} else {
			s.line(i, line)
		}
		if s.lost {
			break
		}
	}
	if s.lost || len(m.challenges) != len(m.all) && len(lines) == len(m.lines) {
		// Which challenge is which is not known from the first line on that departs.
		i := max(slices.Index(departs, true), 0)
		m.challenges = slices.DeleteFunc(m.challenges, func(c challenge) bool { return c.at.Line >= i })
		m.sure = false
	}
	for _, p := range m.problems {
		if p.Challenge >= 0 && p.Challenge < len(m.challenges) && p.Code != wwwauth.DuplicateParam {
			m.challenges[p.Challenge].mark(p)
		}
	}
}

// mark notes what a problem makes uncertain.
func (c *challenge) mark(p *wwwauth.SyntaxError) {
	c.whole = c.whole && p.Kept
	switch p.Code {
	case wwwauth.MissingComma, wwwauth.Semicolon, wwwauth.CommaAfterScheme: // the value is not touched
	default:
		for i := range c.params {
			c.params[i].broken = c.params[i].broken || c.params[i].at.Param == p.Param
		}
	}
}

// A scanner goes through the lines once more, knowing what Parse has read.
type scanner struct {
	*message
	open *challenge // the one that takes parameters; nil if it is not known
	lost bool       // what is here is not what Parse has read
}

// begin adds the next challenge.
func (s *scanner) begin(n, offset, gap int) *challenge {
	k := len(s.challenges)
	s.challenges = append(s.challenges, challenge{
		Challenge: &s.all[k], scheme: schemeOf(s.all[k].Scheme), at: Place{n, offset, k, -1}, gap: gap, whole: true,
	})
	s.open = &s.challenges[k]
	return s.open
}

// take adds the next parameter to the open challenge.
func (s *scanner) take(p param) {
	c := s.open
	if c == nil || len(c.params) == len(c.Params) {
		return
	}
	if len(c.params) == 0 {
		// The parameters of the challenge follow each other in the slab, since it is open until the next one begins.
		c.params = s.slab[len(s.slab):len(s.slab):cap(s.slab)]
	}
	index := len(c.params)
	p.Param = &c.Params[index]
	p.kind = paramOf(p.Name)
	p.traits |= traitsOf(p.Value, p.raw)
	if p.kind == otherParam {
		p.traits |= isUnknown
	}
	p.at.Challenge, p.at.Param = c.at.Challenge, index
	c.params = append(c.params, p)
	s.slab = s.slab[:len(s.slab)+1]
	s.traits |= p.traits
	c.sent |= p.kind
	if p.Value != "" || p.kind == realm {
		c.has |= p.kind
	}
}

// line reads a line that keeps to the grammar, as Parse has found.
func (s *scanner) line(n int, line string) {
	text := strings.TrimRight(line, " \t")
	full := false // there is an element after the latest comma
	comma := false
	bare := -1 // there is a comma here after the open scheme, and no parameter before it
	for i := 0; ; {
		i = skipOWS(text, i)
		if i == len(text) {
			break
		}
		if text[i] == ',' {
			if !full {
				s.foundEmpty(n, i)
			}
			if s.open != nil && len(s.open.params) == 0 && bare < 0 {
				bare = i
			}
			full, comma = false, true
			i++
			continue
		}
		end := tokenEnd(text, i)
		full = true
		if next := skipOWS(text, end); next == len(text) || text[next] != '=' {
			bare = -1
			i = s.scheme(n, text, i, end)
			if s.lost {
				return
			}
			continue
		}
		if bare >= 0 && s.open != nil && len(s.open.params) == 0 {
			// "Scheme ,a=b": the list of parameters begins with an empty element.
			s.foundEmpty(n, bare)
		}
		i = s.param(n, text, i, end)
	}
	if !full && comma { // a line without anything is an empty list, which is lawful
		s.foundEmpty(n, len(text))
	}
}

// foundEmpty notes an empty element of the line n. There may be any number, and one will do.
func (s *scanner) foundEmpty(n, offset int) {
	if k := len(s.empty); k == 0 || s.empty[k-1].Line != n {
		s.empty = append(s.empty, Place{n, offset, -1, -1})
	}
}

// scheme reads the scheme text[i:end], and the token68 or the first parameter after it. It returns where
// that ends.
func (s *scanner) scheme(n int, text string, i, end int) int {
	if k := len(s.challenges); k >= len(s.all) || s.all[k].Scheme != text[i:end] {
		s.lost = true
		return len(text)
	}
	next := skipOWS(text, end)
	c := s.begin(n, i, next-end)
	switch {
	case next == len(text) || text[next] == ',':
		return next
	case c.Token68 != "":
		if end = next + len(c.Token68); strings.HasPrefix(text[next:], c.Token68) {
			if after := skipOWS(text, end); after == len(text) || text[after] == ',' {
				return end
			}
		}
		s.lost = true // it is that of a challenge in a broken line before
		return len(text)
	}
	return s.param(n, text, next, tokenEnd(text, next))
}

// param reads the parameter with the name text[i:end], and returns where it ends.
func (s *scanner) param(n int, text string, i, end int) int {
	if c := s.open; c != nil && len(c.params) < len(c.Params) && c.Params[len(c.params)].Name != text[i:end] {
		s.lost = true // a parameter of a broken line before was not found
		return len(text)
	}
	equals := skipOWS(text, end)
	value := skipOWS(text, equals+1)
	next := tokenEnd(text, value)
	if equals == len(text) || text[equals] != '=' || next == value && (value == len(text) || text[value] != '"') {
		s.lost = true // it is a token68, which the challenge has not
		return len(text)
	}
	if next == value {
		for next++; text[next] != '"'; next++ {
			if text[next] == '\\' {
				next++
			}
		}
		next++
	}
	p := param{at: Place{Line: n, Offset: i}, value: value, raw: text[value:next]}
	if equals > end || value > equals+1 {
		p.traits |= isSpaced
	}
	s.take(p)
	return next
}

// broken reads a line that departs from the grammar: it looks for what Parse has read in it, in the same order.
// How many challenges begin there may depend, in rare cases, on the lines before.
func (s *scanner) broken(n int, line string) {
	begun := len(s.all)
	if len(s.lines) > 1 {
		cs, _ := wwwauth.Parse(line)
		begun = len(cs)
	}
	line = blank(line)
	at := s.rest(n, line, 0, begun > 0)
	for range begun {
		k := len(s.challenges)
		i := -1
		if k < len(s.all) {
			i = findScheme(line, at, s.all[k].Scheme)
		}
		if i < 0 {
			s.lost = true
			return
		}
		at = i + len(s.all[k].Scheme)
		s.begin(n, i, 0)
		at = s.rest(n, line, at, false)
	}
}

// rest places the remaining parameters of the open challenge that are in the line from at on, and returns
// where the last one ends. If a challenge begins after them, none may follow its scheme.
func (s *scanner) rest(n int, line string, at int, before bool) int {
	limit := len(line)
	if before && len(s.challenges) < len(s.all) {
		if i := findScheme(line, at, s.all[len(s.challenges)].Scheme); i >= 0 {
			limit = i
		}
	}
	for s.open != nil && len(s.open.params) < len(s.open.Params) {
		p := s.open.Params[len(s.open.params)]
		i := findParam(line[:limit], at, p)
		if i < 0 {
			break
		}
		value := skipOWS(line, i+len(p.Name))
		if value < limit && line[value] == '=' {
			value = skipOWS(line, value+1)
		}
		at = min(value, limit)
		if strings.HasPrefix(line[at:], p.Value) {
			at += len(p.Value)
		} else if strings.HasPrefix(line[min(at+1, len(line)):], p.Value) {
			at += 1 + len(p.Value)
		}
		s.take(param{at: Place{Line: n, Offset: i}, value: min(value, len(line))})
		at = min(at, limit)
	}
	return at
}

// findScheme returns the index of the token in s from at on, with no part of a token around it and no "=" after
// it; -1 if there is none.
func findScheme(s string, at int, scheme string) int {
	return findToken(s, at, scheme, func(next int) bool { return next == len(s) || s[next] != '=' })
}

// findParam returns the index of the name of the parameter in s from at on; -1 if it is not there. The name has "="
// after it or, if the value is missing, only a comma.
func findParam(s string, at int, p wwwauth.Param) int {
	return findToken(s, at, p.Name, func(next int) bool {
		if next == len(s) || s[next] == ',' {
			return p.Value == ""
		}
		return s[next] == '='
	})
}

// findToken returns the index of the token in s from at on, with no part of a token around it, where the next
// byte past white space is as wanted; -1 if there is none.
func findToken(s string, at int, token string, wanted func(next int) bool) int {
	for at < len(s) {
		i := strings.Index(s[at:], token)
		if i < 0 {
			return -1
		}
		i += at
		end := i + len(token)
		if (end == len(s) || !tchar[s[end]]) && (i == 0 || !tchar[s[i-1]]) && wanted(skipOWS(s, end)) {
			return i
		}
		at = end
	}
	return -1
}

// blank returns the line with a space for each control byte, as Parse reads it.
func blank(line string) string {
	var b []byte
	for i := 0; i < len(line); i++ {
		if c := line[i]; c < ' ' && c != '\t' || c == 0x7F {
			if b == nil {
				b = []byte(line)
			}
			b[i] = ' '
		}
	}
	if b == nil {
		return line
	}
	return string(b)
}

func skipOWS(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// tokenEnd returns the end of the token that starts at s[i], and i if there is none (RFC 9110 section
// 5.6.2).
func tokenEnd(s string, i int) int {
	for i < len(s) && tchar[s[i]] {
		i++
	}
	return i
}

// tchar are the bytes of a token.
var tchar = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	}
	return t
}()
