package main

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth"
)

// redact returns the lines with the letters and digits of what may be a secret replaced, byte for byte:
// token68 data, the values of the parameters that isSecret names, and what cannot be read. Everything
// else of the command then works on these lines, so no secret can get past it, offsets stay true,
// and the lines still depart from the grammar where they did.
//
// It does not read the lines as Parse does, since a broken one may hold a secret where Parse reads
// nothing. It goes from word to word and hides each that is not known to be harmless; behind a secret
// whose end is unclear, all up to the next parameter that is. In doubt it hides too much: where Parse
// still reads a word of a secret after that, every word goes that is no well-known name or scheme.
func redact(lines []string) []string {
	redacted := redactWords(lines)
	if !showsSecret(lines, redacted) {
		return redacted
	}
	for i, line := range lines {
		redacted[i] = hideWords(line)
	}
	return redacted
}

// showsSecret tells whether a word of a secret, as Parse reads the lines before or after, is left to read.
func showsSecret(lines, redacted []string) bool {
	parse := func(lines []string) []wwwauth.Challenge {
		parser := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		challenges, _ := parser.Parse(lines...)
		return challenges
	}
	given, left := parse(lines), parse(redacted)
	if len(given) != len(left) {
		return true
	}
	endsWord := func(c rune) bool { return c < utf8.RuneSelf && !isTchar(byte(c)) }
	words := map[string]bool{} // that can be read
	for _, line := range redacted {
		for word := range strings.FieldsFuncSeq(line, endsWord) {
			words[word] = true
		}
	}
	isLeft := func(secret string) bool {
		for word := range strings.FieldsFuncSeq(secret, endsWord) {
			if words[word] && hideWords(word) != word {
				return true
			}
		}
		return false
	}
	for i, c := range left {
		if len(c.Params) != len(given[i].Params) || hideWords(c.Token68) != c.Token68 || isLeft(given[i].Token68) {
			return true
		}
		for j, p := range c.Params {
			q := given[i].Params[j]
			if (isSecret(strings.ToLower(p.Name)) || isSecret(strings.ToLower(q.Name))) &&
				(hideWords(p.Value) != p.Value || isLeft(q.Value)) {
				return true
			}
		}
	}
	return false
}

// hideWords returns the line with all words hidden but well-known names and schemes.
func hideWords(line string) string {
	r := redactor{s: spaces(line), line: line, b: []byte(line)}
	for at := 0; at < len(line); {
		end := r.tokenEnd(at)
		if end == at {
			_, size := utf8.DecodeRuneInString(line[at:])
			end += size
		}
		if word := strings.ToLower(line[at:end]); !isKnown(word) && !slices.Contains(harmless, word) {
			r.hide(at, end)
		}
		at = end
	}
	return string(r.b)
}

// redactWords returns the lines with each word hidden that does not look harmless where it stands.
func redactWords(lines []string) []string {
	redacted := slices.Clone(lines)
	open := false
	for i, line := range lines {
		r := redactor{s: spaces(line), line: line, b: []byte(line), clear: !open}
		for at := 0; at < len(line); {
			at = r.word(at)
		}
		redacted[i], open = string(r.b), r.open || r.hidden == len(line) && !strings.HasSuffix(line, `"`)
	}
	return redacted
}

// hideURL returns a URL with the letters and digits of its user information, its query and its fragment
// replaced. It need not be one that is well-formed.
func hideURL(s string) string {
	end := len(s)
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		end = i
	}
	start := strings.Index(s[:end], "//")
	if start >= 0 {
		start += len("//")
	} else {
		start = 0
	}
	user := start
	if authority, _, _ := strings.Cut(s[start:end], "/"); strings.Contains(authority, "@") {
		user = start + strings.LastIndexByte(authority, '@')
	}
	hide := func(r rune) rune {
		if strings.ContainsRune("=&;%+-._~/:?#@", r) {
			return r
		}
		return 'x'
	}
	return s[:start] + strings.Map(hide, s[start:user]) + s[user:end] + strings.Map(hide, s[end:])
}

// isSecret tells whether the value of the parameter is hidden: it proves something, or tells who asks
// for what. The name is in lower case; in the query of a URL it has the parameter before it, and an &.
func isSecret(name string) bool {
	return slices.Contains([]string{
		"data", "sid", "sr", "ks1", // SCRAM, Mutual
		"id", "request", "invoice", // Payment, L402
		"auth", "context", "csrf", "hash", "jwt", "key", "mac", "otp", "pass", "pin", "proof", "response", "rspauth",
		"salt", "sig", "state", "tsm",
	}, name[strings.LastIndexAny(name, "&'|")+1:]) || slices.ContainsFunc([]string{
		"assertion", "challenge", "claims", "code", "cookie", "credential", "macaroon", "nonce", "opaque",
		"passphrase", "passw", "pwd", "relaystate", "saml", "secret", "session", "signature", "ticket", "token", "-key", "_key", "apikey",
	}, func(part string) bool { return strings.Contains(name, part) })
}

// harmless holds the well-known parameters without secrets: they end what is hidden.
var harmless = []string{
	"acr_values", "algorithm", "algs", "as_uri", "authorization_uri", "charset", "client_id", "domain",
	"error", "error_description", "error_uri", "intent", "max-age", "max_age", "method", "qop", "realm",
	"resource", "resource_metadata", "scope", "service", "stale", "title", "trusted_issuers", "uri",
	"userhash",
}

// hasData tells whether the challenges of a scheme hold data of a handshake and nothing else.
func hasData(scheme string) bool {
	return slices.Contains([]string{"negotiate", "ntlm", "kerberos"}, strings.ToLower(scheme))
}

// maxWord is the length from which on a scheme or a name that is not known is taken for data that has
// come into the wrong place.
const maxWord = 20

// spaces returns s with a space in place of each control byte, which may stand between any two
// bytes of a broken line.
func spaces(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// A redactor works on one line.
type redactor struct {
	s    string // the line with spaces for control bytes
	line string
	b    []byte // the line with fillers for what is hidden

	clear  bool // what stands before is understood, so a name that is not known may be one
	open   bool // the latest secret has a quote before it and none behind
	hidden int  // where the latest secret ends
	noData int  // no token68 begins before it; a look ahead has found that
	until  int  // the next quote behind the one before the latest secret: no name stands before it
}

// fillers are what stands for a character of one to four bytes.
var fillers = [...]string{1: "x", 2: "×", 3: "✕", 4: "𝕩"}

// hide replaces the characters from i to end that may stand both in a token and in a token68, and
// those beyond ASCII. Each gets one of the same kind, so that Parse reads the line as before.
func (r *redactor) hide(i, end int) {
	r.hidden = end
	for i < end {
		c, size := utf8.DecodeRuneInString(r.line[i:end])
		switch {
		case c == utf8.RuneError && size == 1:
			r.b[i] = 0xff
		case c >= utf8.RuneSelf && c != '“' && c != '”', isTchar(r.s[i]) && strings.IndexByte("!#$%&'*^`|", r.s[i]) < 0:
			copy(r.b[i:], fillers[size])
		}
		i += size
	}
}

// word reads the word or the character at s[i], with the value if it is a parameter, and returns where
// it ends.
func (r *redactor) word(i int) int {
	end := r.tokenEnd(i)
	if end == i {
		_, size := utf8.DecodeRuneInString(r.line[i:])
		r.hide(i, i+size)
		r.clear = r.clear && strings.IndexByte(" ,;", r.s[i]) >= 0
		return i + size
	}
	if r.isHead(i) {
		return r.param(i, end)
	}
	if !r.isScheme(i, end) {
		r.hide(i, end)
		r.clear = false
		return end
	}
	next := r.skipBlank(end)
	if r.isHead(next) && !hasData(r.s[i:end]) || r.isDelimited(next) {
		return next
	}
	if end := r.dataEnd(next); end > next && !r.isHead(next) {
		r.hide(next, end)
		return end
	}
	r.clear = false
	return next
}

// isScheme tells whether the word s[i:end] is a scheme: one that is well known; or one in its place
// that shows by a parameter behind it, by standing first, or by being short, that it is no data.
func (r *redactor) isScheme(i, end int) bool {
	next := r.skipBlank(end)
	switch before := strings.TrimRight(r.s[:i], " "); {
	case isKnown(r.s[i:end]):
		return next == len(r.s) || r.s[next] != '='
	case !r.clear || end-i > maxWord:
		return false
	case before == "":
		return next > end || r.isDelimited(end)
	default:
		return before[len(before)-1] == ',' && (next > end && r.isHead(next) || end-i <= 4)
	}
}

// param reads the parameter with the name s[i:end].
func (r *redactor) param(i, end int) int {
	name := strings.ToLower(r.s[i:end])
	v := r.skipBlank(r.skipBlank(end) + 1)
	switch {
	case r.isHarmless(i, end):
		return r.harmlessValue(v)
	case (r.until <= i || isSecret(name)) && (r.clear && len(name) <= maxWord || isWord(r.s[i:end]) || end > i+1 && isWord(r.s[i:end-1])): // a digit may end it
	default:
		r.hide(i, end)
		r.clear = false
	}
	secret := isSecret(name) || isKnown(name)
	if r.clear && !secret {
		return r.harmlessValue(v)
	}
	r.clear, r.open = false, false
	if secret && v < len(r.s) && r.s[v] == '"' {
		end := r.closingQuote(v + 1)
		r.open = end == len(r.s)
		r.until = end
		if next := r.skipBlank(end + 1); r.isDelimited(end+1) || r.s[next] == ';' || next > end+1 && r.isHead(next) {
			end = min(end+1, len(r.s))
			r.hide(v, end)
			r.clear = true
			return end
		}
	}
	if end := r.dataEnd(v); secret && end > v {
		r.hide(v, end)
		r.clear = true
		return end
	}
	return v
}

// harmlessValue passes over the value at s[i], and returns where it ends, or where a secret begins in
// it.
func (r *redactor) harmlessValue(i int) int {
	end, quoted := len(r.s), strings.HasPrefix(r.s[i:], `"`)
	if quoted {
		end = min(r.closingQuote(i+1)+1, len(r.s))
		// Quotes within the value, as in realm="say "hi"".
		rest, _, _ := strings.Cut(r.s[end:min(end+maxText, len(r.s))], ",")
		if strings.HasSuffix(trimBlank(rest), `"`) && !strings.Contains(rest, `="`) {
			end += len(rest)
		}
	}
	r.clear, r.open = true, false
	for i < end && (quoted || r.s[i] != ',') {
		word := r.tokenEnd(i)
		switch head := r.isHead(i); {
		case head && isSecret(strings.ToLower(r.s[i:word])):
			return i
		case strings.HasPrefix(r.s[i:word], "eyJ"): // a JSON Web Token: base64url of {"
			r.hide(i, word)
		case strings.HasPrefix(r.s[i:], "//"):
			authority, _, _ := strings.Cut(r.s[i+2:], "/")
			if at := strings.IndexByte(authority, '@'); at >= 0 && !strings.ContainsAny(authority[:at], ` ",?#`) {
				r.hide(i, i+2+at) // user and password
			}
		case !head && !quoted && word > i && strings.HasPrefix(r.s[r.skipBlank(word):], "="): // base64
			return i
		}
		i = max(word, i+1)
	}
	return i
}

// isHead tells whether the name of a parameter stands at s[i]. What has only = and a comma behind it,
// or ==, is more likely base64, unless the name is well known.
func (r *redactor) isHead(i int) bool {
	end := r.tokenEnd(i)
	if end == i {
		return false
	}
	equals := r.skipBlank(end)
	if equals == len(r.s) || r.s[equals] != '=' {
		return false
	}
	return r.isHarmless(i, end) || !r.isDelimited(equals+1) && r.s[equals+1] != '='
}

// isHarmless tells whether s[i:end] is the name of a parameter without a secret, and is not part of a
// URL.
func (r *redactor) isHarmless(i, end int) bool {
	return slices.Contains(harmless, strings.ToLower(r.s[i:end])) &&
		(i == 0 || r.s[i-1] >= 0x80 || strings.IndexByte(" ,;", r.s[i-1]) >= 0)
}

func isKnown(scheme string) bool {
	_, known := schemes[strings.ToLower(scheme)]
	return known
}

// dataEnd returns the end of the token or token68 at s[i] if a comma or nothing follows, or else i.
func (r *redactor) dataEnd(i int) int {
	if i < r.noData {
		return i
	}
	end := i
	for end < len(r.s) && (isTchar(r.s[end]) || r.s[end] == '/') {
		end++
	}
	chars := end
	for end > i && end < len(r.s) && r.s[end] == '=' {
		end++
	}
	if r.isDelimited(end) {
		return end
	}
	r.noData = chars
	return i
}

// isDelimited tells whether a comma follows, or nothing.
func (r *redactor) isDelimited(i int) bool {
	next := r.skipBlank(i)
	return next >= len(r.s) || r.s[next] == ','
}

// closingQuote returns the index of the next quote from s[i] on that is not escaped, and the end of
// the line if there is none.
func (r *redactor) closingQuote(i int) int {
	for i < len(r.s) && r.s[i] != '"' {
		if r.s[i] == '\\' {
			i++
		}
		i++
	}
	return min(i, len(r.s))
}

func (r *redactor) skipBlank(i int) int {
	for i < len(r.s) && r.s[i] == ' ' {
		i++
	}
	return i
}

func (r *redactor) tokenEnd(i int) int {
	for i < len(r.s) && isTchar(r.s[i]) {
		i++
	}
	return i
}

// isTchar tells whether c may stand in a token (RFC 9110 section 5.6.2).
func isTchar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) < 0
}
