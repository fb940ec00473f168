package wwwauth

import "strings"

// knownSchemes are the schemes that open a challenge even without a comma before them, if a
// parameter follows: the registered ones, and those without registration that servers send.
var knownSchemes = [...]string{
	"Basic", "Bearer", "Concealed", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate", "NTLM",
	"OAuth", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid", "Payment", "UMA", "Kerberos",
}

// tolerant reads lines that depart from the grammar or exceed a limit: it returns what can be read
// of them, and reports each departure. It tries the repairs of a closed list and nothing else; each
// is below, with those who send such lines. Two rules decided what is in the list:
//
//   - A repair may change where a value ends only up to the next comma, so it never swallows a later
//     challenge. (A quoted string that does not end is the exception; it has no other reading.)
//   - Only a scheme in scheme position, or a known scheme with a parameter, opens a challenge.
//
// It starts where the strict parser gave up, if it can: reading what servers send then takes a tenth less.
func (p *Parser) tolerant(lines []string, from place) ([]Challenge, error) {
	if !p.resumes(from) {
		p.reset()
		from = place{}
	}
	r := repairer{
		store:         p.store,
		maxChallenges: limit(p.MaxChallenges, defaultChallenges),
		maxParams:     limit(p.MaxParams, defaultParams),
		maxProblems:   limit(p.MaxProblems, defaultProblems),
		open:          len(p.challenges) - 1,
		openLine:      -1,
		spaced:        true,
		about:         -1,
		within:        -1,
	}
	if len(p.challenges) > from.before {
		r.openLine = from.line
	}
	for n := from.line; n < len(lines) && !r.stopped; n++ {
		r.readLine(n, lines[n], from)
		from = place{}
	}
	cs := r.result()
	p.challenges, p.params, p.first = r.challenges, r.params, r.first
	if len(r.problems) == 0 {
		return cs, nil // a challenge of many parameters
	}
	for _, e := range r.problems {
		// A parameter that was seen coming may not be there: a limit left no room for it, or it was a token68.
		if e.Param >= 0 && e.Param >= len(cs[e.Challenge].Params) {
			e.Param = -1
		}
	}
	return cs, r.problems
}

// resumes reports whether tolerant can start at the place, since it reads everything before as the strict
// parser has, and needs to know no more of it than what is in the store.
func (p *Parser) resumes(from place) bool {
	if len(p.challenges) == 0 {
		return true
	}
	if !from.open {
		// A scheme or a token68 may turn out to be a parameter without a value.
		token68 := p.challenges[len(p.challenges)-1].Token68
		return token68 != "" && token68[len(token68)-1] != '='
	}
	for _, param := range p.params[p.first:] {
		if strings.HasPrefix(param.Value, "'") {
			return false // see unquoteTokens
		}
	}
	return true
}

// A repairer is the state of tolerant.
type repairer struct {
	store
	maxChallenges, maxParams, maxProblems int

	// Of all lines.
	problems ErrorList
	slab     []SyntaxError // what the latest of them point to
	stopped  bool          // by a limit

	// Of the line.
	line    int
	given   string // the line as given
	s       string // the line with SP for control bytes, without the whitespace at its end
	settled int    // the control bytes before this offset of the line are reported

	// Of the open challenge.
	open      int     // its index, -1 if there is none
	openLine  int     // the line of its scheme
	spaced    bool    // a SP followed its scheme, or a parameter all the same
	argLine   int     // the line of its token68
	argOffset int     // and the offset
	argIsName bool    // that token68 has the form name=
	unquoting bool    // a value of it stood in single quotes
	quoted    []int   // indices in params of its tokens of the form '...'
	names     nameSet // those of its parameters

	// Of the parameter.
	bare   bool // its value stood in no quotes of any kind
	about  int  // its index, while problems are about it, else -1
	within int  // its index, while control bytes are in its value, else -1

	// What look-ahead has found, so that it reads no byte again and again: the index of the next such thing, and
	// the end of the line if there is none. Up to there that is the answer for later indices too; and no index
	// is asked about that is before one asked about earlier.
	comma, equals, closingSingle, closingSmart, innerQuote, equalsQuote int
}

// readLine reads one field line. A challenge stays open from line to line, since the field value is
// all lines joined (RFC 9110 section 5.2), but a bare scheme that no SP follows takes no parameter
// from another line, and no quoted string goes on there. What is before the place has been read.
func (r *repairer) readLine(n int, line string, from place) {
	if !r.spaced {
		r.open = -1 // on the first line too
	}
	r.line, r.given, r.settled = n, line, len(line)
	if !isText(line[from.offset:]) {
		r.settled = textEnd(line, from.offset)
		line = spaceControls(line)
	}
	r.s = trimOWS(line)
	r.comma, r.equals, r.closingSingle, r.closingSmart, r.innerQuote, r.equalsQuote = 0, 0, 0, 0, 0, 0

	i := min(from.offset, len(r.s))
	noComma := false // before the element at i, where one belongs
	if from.afterScheme {
		i, noComma = r.argument(i)
	}
	for !r.stopped {
		if i = elementStart(r.s, i); i == len(r.s) {
			break
		}
		i, noComma = r.element(i, noComma)
	}
	r.settle(len(r.given))
}

// element reads the list element at s[i]. It returns where the next one begins or a comma is
// before it, and whether that comma is missing.
func (r *repairer) element(i int, noComma bool) (next int, noCommaNext bool) {
	r.settle(i)
	end := tokenEnd(r.s, i)
	next = skipOWS(r.s, end)
	switch {
	case end == i:
		// It may have been a scheme, so the parameters after it are not the open challenge's.
		r.open = -1
		r.report(UnexpectedByte, i, false)
		return r.skip(i), false
	case next < len(r.s) && r.s[next] == '=':
		return r.after(r.param(i, end, skipOWS(r.s, next+1), noComma))
	case next == end && end < len(r.s) && r.s[end] != ',' && !r.isKnownHead(i):
		// Not a scheme, since another byte touches it: Basic/1, Foo{bar}.
		r.open = -1
		r.report(UnexpectedByte, end, false)
		return r.skip(end), false
	case r.isLoneName(i, end):
		return r.param(i, end, end, noComma), false
	}
	return r.scheme(i, end, noComma)
}

// isLoneName reports whether the token s[i:end] is a parameter without "=" between parameters.
func (r *repairer) isLoneName(i, end int) bool {
	return end < len(r.s) && r.s[end] == ',' && isHead(r.s, skipOWS(r.s, end+1)) &&
		r.takesParams() && len(r.params) > r.first && r.openLine == r.line && !isKnown(r.s[i:end])
}

// scheme reads the scheme s[i:end] and its token68. It returns the same as element.
func (r *repairer) scheme(i, end int, noComma bool) (next int, noCommaNext bool) {
	n := len(r.challenges)
	r.open = -1
	if n < r.maxChallenges {
		r.open = n
	}
	if noComma {
		r.report(MissingComma, i, r.open >= 0)
	}
	if n >= r.maxChallenges {
		r.tooLarge(i)
	}
	if r.stopped {
		return i, false
	}
	r.finish()
	r.begin(r.s[i:end])
	r.openLine, r.spaced, r.argIsName = r.line, end < len(r.s) && r.s[end] == ' ', false
	r.unquoting, r.quoted = false, r.quoted[:0]
	return r.argument(end)
}

// argument reads what follows a scheme that ends at s[end], on its line: a token68, or the start of something
// else. It returns the same as element.
func (r *repairer) argument(end int) (next int, noCommaNext bool) {
	c := &r.challenges[r.open]
	arg := skipOWS(r.s, end)
	if arg == len(r.s) || r.s[arg] == ',' {
		return arg, false
	}

	r.spaced = true
	if r.isSemicolonHead(arg) && isKnown(c.Scheme) {
		// Basic; realm="x": SYZOJ, PHP sites, opencode forks, a C++ server.
		r.reportSeparator(Semicolon, arg, 0)
		return skipOWS(r.s, arg+1), false
	}
	isHead := isHead(r.s, arg)
	// Only SP is allowed between a scheme and what follows it; a tab is harmless.
	if tab := strings.IndexByte(r.s[end:arg], '\t'); tab >= 0 {
		param := -1
		if isHead {
			param = 0
		}
		r.reportSeparator(BadWhitespace, end+tab, param)
	}
	if r.settle(arg); r.stopped {
		return arg, false
	}
	if t := token68End(r.s, arg); delimited(r.s, t) {
		c.Token68 = r.s[arg:t]
		r.argLine, r.argOffset = r.line, arg
		r.argIsName = r.s[t-1] == '=' && isToken(r.s[arg:t-1])
		return t, false
	}
	switch {
	case isHead:
		return arg, false
	case r.isKnownHead(arg):
		return arg, true
	}
	r.report(UnexpectedByte, arg, false)
	return r.skip(arg), false
}

// takesParams reports whether a challenge is open that can take a parameter.
func (r *repairer) takesParams() bool {
	return r.open >= 0 && r.challenges[r.open].Token68 == ""
}

// param reads the parameter with the name s[i:end], whose value begins at s[v], and returns the end
// of the value. If no challenge can take it, it is dropped.
func (r *repairer) param(i, end, v int, noComma bool) (next int) {
	r.tokenWithoutValue(i)
	if r.stopped {
		return i
	}
	reported := len(r.problems)
	taken := r.takesParams()
	if taken {
		r.about = len(r.params) - r.first
	}
	switch {
	case r.open < 0:
		// NETGEAR and 2Wire devices.
		r.report(MissingScheme, i, false)
	case !taken:
		r.report(Token68AndParams, i, false)
	default:
		if noComma {
			// Elasticsearch before 8.15, CUPS, AirTunes, Azure Storage.
			r.report(MissingComma, i, true)
		}
		if len(r.params) >= r.maxParams {
			r.tooLarge(i)
			break
		}
		if !r.spaced {
			// Bearer, error="x": Google ESPv1, oauthlib, Django OAuth Toolkit.
			r.report(CommaAfterScheme, i, true)
			r.spaced = true
		}
		if r.names.add(r.params[r.first:], r.s[i:end]) {
			// Sentry MCP, Monero.
			r.report(DuplicateParam, i, true)
		}
	}
	var value string
	if !r.stopped {
		r.settle(v)
		r.within = r.about
		value, next = r.value(v, taken)
		r.settle(next)
	}
	r.about, r.within = -1, -1
	switch {
	case r.stopped:
		for _, e := range r.problems[reported:] {
			e.Kept = e.Code == ControlByte || e.Code == LineFold
		}
	case taken:
		r.add(r.s[i:end], value)
	}
	return next
}

// tokenWithoutValue makes a parameter of the open challenge's token68, if that has the form name=
// and a parameter follows, at s[i]: RTSP cameras and registries send qop=, realm="x".
func (r *repairer) tokenWithoutValue(i int) {
	if r.open < 0 || !r.argIsName {
		return
	}
	if len(r.params) >= r.maxParams {
		r.tooLarge(i)
		return
	}
	c := &r.challenges[r.open]
	name := strings.TrimSuffix(c.Token68, "=")
	c.Token68, r.argIsName = "", false
	if r.file(SyntaxError{r.argLine, r.argOffset, MissingValue, true, r.open, 0}) {
		r.add(name, "")
	}
}

// value reads the value that begins at s[v], and returns it with its end. The parameter is taken by
// a challenge, or dropped.
func (r *repairer) value(v int, taken bool) (value string, end int) {
	r.bare = false
	switch {
	case v < len(r.s) && r.s[v] == '"':
		return r.quotedValue(v, taken)
	case delimited(r.s, v) || r.isSemicolonHead(v) || r.isLastSemicolon(v):
		// RTSP cameras, registries.
		r.bare = true
		r.report(MissingValue, v, taken)
		return "", v
	case strings.HasPrefix(r.s[v:], "\u201c"):
		// Servers configured by copy and paste.
		start := v + len("\u201c")
		if end := r.findClosingSmart(start); end < r.findComma(v) {
			r.report(SmartQuote, v, taken)
			return r.s[start:end], end + len("\u201d")
		}
	}
	return r.unquotedValue(v, taken)
}

// quotedValue reads a value whose opening quote is at s[v].
func (r *repairer) quotedValue(v int, taken bool) (value string, end int) {
	start := v + 1
	end = closingQuote(r.s, start)
	if end == len(r.s) {
		// Avtech, Acer and Neutrino devices.
		r.report(UnterminatedQuote, v, taken)
		return unescape(r.s[start:], 0), end
	}
	if r.isSeparated(end+1) || isHead(r.s, skipOWS(r.s, end+1)) {
		return unescape(r.s[start:end], 0), end + 1
	}
	if comma := lostQuote(r.s[start:end]); comma >= 0 {
		// scope="a,error="b": the SUSE registry.
		r.report(UnterminatedQuote, v, taken)
		return unescape(r.s[start:start+comma], 0), start + comma
	}
	// realm="say "hi"": nginx, haproxy, lighttpd, squid, caddy, radicale, auth0.
	if last := r.findInnerQuote(end + 1); last < r.findComma(end+1) && last < r.findEqualsQuote(end+1) {
		r.report(InnerQuote, end, taken)
		end = last
	}
	return unescape(r.s[start:end], 0), end + 1
}

// lostQuote reports whether the text of a quoted string ends in a comma and the head of a parameter:
// its closing quote was lost, and what seems to be one opens the value of that parameter. It
// returns the index of the comma, or -1.
func lostQuote(s string) int {
	s, found := strings.CutSuffix(s, "=")
	if !found {
		return -1
	}
	i := len(s)
	for i > 0 && class[s[i-1]]&tchar != 0 {
		i--
	}
	if i == len(s) {
		return -1
	}
	for i > 0 && class[s[i-1]]&space != 0 {
		i--
	}
	if i == 0 || s[i-1] != ',' {
		return -1
	}
	return i - 1
}

// unquotedValue reads a value at s[v] that does not start with a quote.
func (r *repairer) unquotedValue(v int, taken bool) (value string, end int) {
	token := tokenEnd(r.s, v)
	r.bare = true
	if token > v && (r.isSeparated(token) || r.isLastSemicolon(skipOWS(r.s, token))) {
		return r.unquoteToken(v, token, taken), token
	}
	if r.s[v] == '\'' {
		// OpenStack Keystone, Doorkeeper, unRAID.
		if end = r.findClosingSingle(v + 1); end < r.findComma(v) {
			r.report(SingleQuote, v, taken)
			if taken && !r.stopped {
				r.unquoteTokens()
			}
			r.bare = false
			return r.s[v+1 : end], end + 1
		}
	}
	// MCP go-sdk, Azure Storage, Azure Arc, gin-jwt, Privacy Pass issuers, IRC services.
	r.report(UnquotedValue, token, taken)
	if comma := r.findComma(token); r.findEquals(token) >= comma {
		// No head can end it before the comma, so its words need not be looked at: a text of many words takes
		// half the time.
		text, last := strings.CutSuffix(trimOWS(r.s[v:comma]), ";")
		if last {
			text = trimOWS(text)
		}
		return text, v + len(text)
	}
	end = token
	for end < len(r.s) && r.s[end] != ',' {
		if class[r.s[end]]&space == 0 && r.s[end] != ';' {
			end++
			continue
		}
		next := skipOWS(r.s, end)
		if delimited(r.s, next) || next > end && (isHead(r.s, next) || r.isKnownHead(next)) || r.isSpacedSemicolon(next) || r.isLastSemicolon(next) {
			break
		}
		end = max(next, end+1)
	}
	return r.s[v:end], end
}

// unquoteToken returns the value of the token s[v:end]. A server that puts values in single quotes
// does so with all values of a challenge, even those that are tokens with their quotes.
func (r *repairer) unquoteToken(v, end int, taken bool) string {
	if taken && end-v >= 2 && r.s[v] == '\'' && r.s[end-1] == '\'' {
		if r.unquoting {
			return r.s[v+1 : end-1]
		}
		r.quoted = append(r.quoted, len(r.params))
	}
	return r.s[v:end]
}

// unquoteTokens takes the quotes off the values of the open challenge that unquoteToken has left as
// they are.
func (r *repairer) unquoteTokens() {
	r.unquoting = true
	for _, i := range r.quoted {
		value := &r.params[i].Value
		*value = (*value)[1 : len(*value)-1]
	}
	r.quoted = r.quoted[:0]
}

// after reads what follows a value that ends at s[end], up to the comma. It returns the same as
// element.
func (r *repairer) after(end int) (next int, noComma bool) {
	if r.stopped {
		return end, false
	}
	next = skipOWS(r.s, end)
	switch {
	case next == len(r.s) || r.s[next] == ',':
		return next, false
	case r.bare && r.isLastSemicolon(next):
		r.report(Semicolon, next, r.takesParams())
		return skipOWS(r.s, next+1), false
	case r.takesParams() && r.isSemicolonHead(next):
		// Hand-written servers.
		r.reportSeparator(Semicolon, next, len(r.params)-r.first)
		return skipOWS(r.s, next+1), false
	case r.takesParams() && isHead(r.s, next), next > end && r.isKnownHead(next):
		return next, true
	}
	r.report(UnexpectedByte, next, false)
	return r.skip(next), false
}

// skip passes over what cannot be read, from s[i] to the next comma that is not in a quoted string,
// or to something after whitespace that can be read again. Quarkus sends Bearer {token}, Facebook
// OAuth "..." "...".
func (r *repairer) skip(i int) int {
	for i < len(r.s) && r.s[i] != ',' {
		switch {
		case r.s[i] == '"':
			i = min(closingQuote(r.s, i+1)+1, len(r.s))
		case class[r.s[i]]&space != 0:
			i = skipOWS(r.s, i)
			if r.isKnownHead(i) || r.takesParams() && isHead(r.s, i) {
				return i
			}
		default:
			i++
		}
	}
	return i
}

// isKnownHead reports whether a known scheme with a parameter begins at s[i].
//
//	known-scheme head = known-scheme ( 1*SP / OWS ";" OWS ) head
func (r *repairer) isKnownHead(i int) bool {
	end := tokenEnd(r.s, i)
	if !isKnown(r.s[i:end]) {
		return false
	}
	i = end
	for i < len(r.s) && r.s[i] == ' ' {
		i++
	}
	return isHead(r.s, i) || r.isSemicolonHead(skipOWS(r.s, i))
}

// isSemicolonHead reports whether a semicolon at s[i] takes the place of a comma, with a parameter after it.
func (r *repairer) isSemicolonHead(i int) bool {
	return i < len(r.s) && r.s[i] == ';' && isHead(r.s, skipOWS(r.s, i+1))
}

// isSpacedSemicolon reports whether there is whitespace too after a semicolon at s[i] and before the
// parameter, as in no URL.
func (r *repairer) isSpacedSemicolon(i int) bool {
	return r.isSemicolonHead(i) && class[r.s[i+1]]&space != 0
}

// isLastSemicolon reports whether there is a semicolon at s[i] with nothing of its challenge after it.
func (r *repairer) isLastSemicolon(i int) bool {
	if i == len(r.s) || r.s[i] != ';' {
		return false
	}
	i = skipOWS(r.s, i+1)
	return delimited(r.s, i) || r.isKnownHead(i)
}

func isKnown(scheme string) bool { return indexName(knownSchemes[:], scheme) >= 0 }

// isSeparated reports whether a value that ends at s[i] is complete: past OWS comes a comma, the end,
// or ";" and a head; or past whitespace a head or a known-scheme head.
func (r *repairer) isSeparated(i int) bool {
	next := skipOWS(r.s, i)
	switch {
	case next == len(r.s) || r.s[next] == ',':
		return true
	case r.s[next] == ';':
		return r.isSemicolonHead(next)
	}
	return next > i && (isHead(r.s, next) || r.isKnownHead(next))
}

// closingQuote returns the index of the quote that ends the quoted string with the text at s[i], and
// len(s) if there is none.
func closingQuote(s string, i int) int {
	if n := strings.IndexByte(s[min(i, len(s)):], '"'); n >= 0 && strings.IndexByte(s[i:i+n], '\\') < 0 {
		return i + n
	}
	for i < len(s) && s[i] != '"' {
		if s[i] == '\\' {
			i++
		}
		i++
	}
	return min(i, len(s))
}

// indexFrom returns the index of the next sub from s[i] on, and the end of s if there is none.
func indexFrom(s string, i int, sub string) int {
	if n := strings.Index(s[i:], sub); n >= 0 {
		return i + n
	}
	return len(s)
}

// The find functions look ahead from s[i] on.

func (r *repairer) findComma(i int) int {
	if i > r.comma {
		r.comma = indexFrom(r.s, i, ",")
	}
	return r.comma
}

func (r *repairer) findEquals(i int) int {
	if i > r.equals {
		r.equals = indexFrom(r.s, i, "=")
	}
	return r.equals
}

func (r *repairer) findClosingSmart(i int) int {
	if i > r.closingSmart {
		r.closingSmart = indexFrom(r.s, i, "\u201d")
	}
	return r.closingSmart
}

func (r *repairer) findEqualsQuote(i int) int {
	if i > r.equalsQuote {
		r.equalsQuote = indexFrom(r.s, i, `="`)
	}
	return r.equalsQuote
}

// findClosingSingle looks for a single quote with a value complete before it.
func (r *repairer) findClosingSingle(i int) int {
	if i > r.closingSingle {
		for i < len(r.s) && !(r.s[i] == '\'' && r.isSeparated(i+1)) {
			i++
		}
		r.closingSingle = i
	}
	return r.closingSingle
}

// findInnerQuote looks for a quote that is not escaped and that a comma or the end follows. The
// answer is the same from wherever it starts, if a quote comes before that: no run of backslashes
// is cut in two.
func (r *repairer) findInnerQuote(i int) int {
	if i > r.innerQuote {
		for i = closingQuote(r.s, i); i < len(r.s) && !delimited(r.s, i+1); {
			i = closingQuote(r.s, i+1)
		}
		r.innerQuote = i
	}
	return r.innerQuote
}

// spaceControls returns s with SP in place of each control byte (RFC 9110 section 5.5). Linksys
// devices send LF within a realm; CR and LF also come with text pasted from RFCs, and from SIP.
func spaceControls(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := textEnd(s, 0)
		b.WriteString(s[:i])
		if i == len(s) {
			return b.String()
		}
		b.WriteByte(' ')
		s = s[i+1:]
	}
}

// settle reports the control bytes before the offset i, which belong to the challenge that is open
// now. A run of CR and LF is one problem: a fold if the line goes on after it with whitespace.
func (r *repairer) settle(i int) {
	if r.settled < i {
		r.settleTo(i) // for few lines, so the rest is to be inlined
	}
}

func (r *repairer) settleTo(i int) {
	for !r.stopped {
		start := textEnd(r.given, r.settled)
		if r.settled = start; start >= i {
			break
		}
		c := r.given[start]
		r.settled++
		code := ControlByte
		if isNewline(c) {
			for r.settled < len(r.given) && isNewline(r.given[r.settled]) {
				r.settled++
			}
			if r.settled < len(r.given) && class[r.given[r.settled]]&space != 0 {
				code = LineFold
			}
		}
		r.file(SyntaxError{r.line, start, code, true, r.open, r.within})
	}
}

func isNewline(c byte) bool { return c == '\r' || c == '\n' }

// report files a problem at an offset of the line.
func (r *repairer) report(code Code, offset int, kept bool) {
	r.settle(offset)
	r.file(SyntaxError{r.line, offset, code, kept, r.open, r.about})
}

// reportSeparator files a problem with a separator, and with the index of the parameter after it, -1 if none.
func (r *repairer) reportSeparator(code Code, offset, param int) {
	r.about = param
	r.report(code, offset, true)
	r.about = -1
}

// tooLarge stops parsing at an element that exceeds a limit.
func (r *repairer) tooLarge(offset int) {
	r.settle(offset)
	if !r.stopped {
		r.problems = append(r.problems, &SyntaxError{r.line, offset, TooLarge, false, r.open, -1})
		r.stopped = true
	}
}

// file adds a problem to the others and reports whether there was room for it. If it is one too many, the
// last of them, in order, becomes a TooLarge, and parsing stops.
func (r *repairer) file(e SyntaxError) bool {
	if r.stopped {
		return false
	}
	place := r.insert(e)
	last := len(r.problems) - 1
	if last < r.maxProblems {
		return true
	}
	r.stopped = true
	tooLarge := r.problems[last]
	tooLarge.Code, tooLarge.Kept, tooLarge.Param = TooLarge, false, -1
	if tooLarge.Challenge == len(r.challenges) {
		tooLarge.Challenge = -1 // its scheme is not read any more
	}
	return place < last
}

// insert adds a problem after those that do not come later in the line, and returns its index. Few do, since
// nearly all are found in order.
func (r *repairer) insert(e SyntaxError) int {
	switch {
	case r.problems == nil:
		// Most lines that have a problem have one or two, for which one allocation is enough.
		room := new(struct {
			problems [2]*SyntaxError
			slab     [2]SyntaxError
		})
		r.problems, r.slab = room.problems[:0], room.slab[:0]
	case len(r.slab) == cap(r.slab):
		r.slab = make([]SyntaxError, 0, min(len(r.problems), 1024))
	}
	r.slab = append(r.slab, e)
	r.problems = append(r.problems, nil)
	i := len(r.problems) - 1
	for ; i > 0 && e.before(r.problems[i-1]); i-- {
		r.problems[i] = r.problems[i-1]
	}
	r.problems[i] = &r.slab[len(r.slab)-1]
	return i
}

func (e *SyntaxError) before(f *SyntaxError) bool {
	return e.Line < f.Line || e.Line == f.Line && e.Offset < f.Offset
}
