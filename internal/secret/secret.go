// Package secret hides what may be a secret in challenges and URLs, so that they can be shown to others.
package secret

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// Lines returns the field lines with the letters and digits of whatever may be a secret replaced, byte
// for byte: token68 data, the values of all parameters except those known to be harmless, unknown schemes
// and names, and what cannot be read. Code that works on these lines cannot leak a secret,
// and offsets, departures and the number of parameters stay as they were.
//
// It does not read the lines as Parse does, since a broken line may hold a secret where Parse reads
// nothing. It goes from word to word and hides each that is not known to be harmless where it is;
// after a secret without a clear end it hides everything up to the next well-known parameter. Where
// Parse would still read a word of a secret after that, it hides every word except well-known names
// and schemes.
func Lines(lines []string) []string {
	names := aliases{}
	redacted := redactWords(lines, names)
	if !showsSecret(lines, redacted, names) {
		return redacted
	}
	names = aliases{}
	for i, line := range lines {
		redacted[i] = hideWords(line, names)
	}
	return redacted
}

// redactWords returns the lines with each word hidden that is not known to be harmless where it is.
func redactWords(lines []string, names aliases) []string {
	redacted := slices.Clone(lines)
	for i, line := range lines {
		r := redactor{s: spaces(line), line: line, b: []byte(line), names: names}
		for at := 0; at < len(line); {
			at = r.word(at)
		}
		redacted[i] = string(r.b)
	}
	return redacted
}

// showsSecret reports whether a word of a secret can still be read, where the secrets are those that
// Parse sees in the lines before or after redaction.
func showsSecret(lines, redacted []string, names aliases) bool {
	parse := func(lines []string) []wwwauth.Challenge {
		parser := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		challenges, _ := parser.Parse(lines...)
		return challenges
	}
	given, left := parse(lines), parse(redacted)
	if len(given) != len(left) {
		return true
	}
	fillings := make(map[string]bool, len(names))
	for _, alias := range names {
		fillings[alias] = true
	}
	isHidden := func(word string) bool { return isShown(word) || fillings[word] || strings.Trim(word, "x-._~+/") == "" }
	words := map[string]bool{} // that can be read
	for _, line := range redacted {
		for word := range wordsOf(line) {
			words[word] = true
		}
	}
	isLeft := func(secret string) bool {
		for word := range wordsOf(secret) {
			if words[word] && !isHidden(word) {
				return true
			}
		}
		return false
	}
	isOpen := func(value string) bool {
		for word := range wordsOf(value) {
			if hideWords(word, aliases{}) != word && !isHidden(word) {
				return true
			}
		}
		return false
	}
	for i, c := range left {
		if len(c.Params) != len(given[i].Params) || isOpen(c.Token68) || isLeft(given[i].Token68) {
			return true
		}
		for j, p := range c.Params {
			q := given[i].Params[j]
			if (IsName(p.Name) || IsName(q.Name)) && (isOpen(p.Value) || isLeft(q.Value)) {
				return true
			}
		}
	}
	return false
}

// wordsOf yields the longest runs of bytes that are allowed in a token, or not ASCII.
func wordsOf(s string) iter.Seq[string] {
	return strings.FieldsFuncSeq(s, func(c rune) bool { return c < utf8.RuneSelf && !isTchar(byte(c)) })
}

// isShown reports whether the word is a well-known name or scheme, which proves nothing.
func isShown(word string) bool { return known.Scheme(word) || harmless[strings.ToLower(word)] }

// hideWords returns the line with all words hidden except well-known names and schemes.
func hideWords(line string, names aliases) string {
	r := redactor{s: spaces(line), line: line, b: []byte(line), names: names}
	for at := 0; at < len(line); {
		end := r.tokenEnd(at)
		switch {
		case end == at:
			_, size := utf8.DecodeRuneInString(line[at:])
			end += size
			r.hide(at, end)
		case !isShown(line[at:end]):
			r.hideName(at, end)
		}
		at = end
	}
	return string(r.b)
}

// IsName reports whether the value of a parameter with the name is, or may be, a secret: it proves something, or
// shows who asks for what. Of a name in the query of a URL, what comes before an & is ignored.
func IsName(name string) bool {
	name = strings.ToLower(name)
	name = name[strings.LastIndexAny(name, "&'|")+1:]
	return !harmless[name] && (secrets[name] || slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(name, part) }))
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

var (
	// harmless holds the names whose values are shown. Those of well-known parameters also end what is
	// hidden.
	harmless = set(
		"acr_values", "algorithm", "algs", "as_uri", "auth-param", "authorization_server", "authorization_uri", "charset", "client_id", "created", "description",
		"domain", "error", "error_description", "error_uri", "expires", "intent", "max-age", "max_age", "method", "path", "profile",
		"qop", "realm", "reason", "referrer", "resource", "resource_id", "resource_metadata", "scope", "service",
		"stale", "tenant_id", "title", "trusted_issuers", "uri", "userhash", "validation", "version",
		// Each has token or key in its name, but not in its value.
		"token_endpoint", "token_type", "token_types", "token_uri", "token_url", "tokenizer",
		"donkey", "hockey", "jockey", "hotkey", "keyboard", "keycloak", "keyid", "key_id", "key-id", "keyhole", "keynote", "keypad", "keystone", "keystroke",
		"keyserver", "key_server", "key-server", "keytype", "key_type", "key-type", "keyusage", "key_usage", "keyword", "keywords", "monkey", "turkey", "whiskey", "lackey", "mickey",
	)

	// secrets holds names of secrets, and secretParts what others have in them.
	secrets = set(
		"data", "sid", "sr", "ks1", // SCRAM, Mutual
		"id", "request", "invoice", "preimage", // Payment, L402
		"auth", "authorization", "context", "csrf", "xsrf", "dpop", "hash", "jwt", "jws", "jwe", "mac", "otp", "pass", "pin", "proof", "psk", "response",
		"rspauth", "salt", "seed", "sig", "state", "tsm", "user", "username", "verifier", "bearer", "basic",
	)
	secretParts = []string{
		"assertion", "challenge", "claims", "code", "cookie", "cred", "csrf", "xsrf", "hmac", "macaroon", "nonce", "opaque", "otp",
		"passphrase", "passhash", "passw", "pwd", "relaystate", "saml", "secret", "session", "signature", "ticket", "token", "key", "verifier",
	}

	// nameWords are the words that parameter names consist of, unlike data.
	nameWords = set("access", "api", "app", "auth", "authorization", "authentication", "challenge", "client", "code", "cookie",
		"credential", "credentials", "csrf", "xsrf", "data", "device", "encryption", "hash", "hmac", "id", "jwt", "key", "mac", "macaroon", "master",
		"nonce", "oauth", "opaque", "otp", "pass", "passphrase", "password", "passwd", "private", "public", "pwd", "refresh", "request", "response", "saml",
		"secret", "security", "session", "sig", "sign", "signature", "signing", "state", "ticket", "token", "totp", "user", "value", "verifier")
)

// isClearName reports whether the name is well known or consists of nameWords, so that it is not data in the place
// of a name.
func isClearName(name string) bool {
	if lower := strings.ToLower(name); known.Param(name) || harmless[lower] || secrets[lower] {
		return true
	}
	start := 0
	for i := 0; i <= len(name); i++ {
		switch {
		case i == len(name) || name[i] == '_' || name[i] == '-':
			if !nameWords[strings.ToLower(name[start:i])] {
				return false
			}
			start = i + 1
		case i > start && isUpper(name[i]) && !isUpper(name[i-1]): // camelCase
			if !nameWords[strings.ToLower(name[start:i])] {
				return false
			}
			start = i
		}
	}
	return true
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// hasData reports whether the challenges of a scheme hold only data of a handshake.
func hasData(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "negotiate", "ntlm", "kerberos", "nego2":
		return true
	}
	return false
}

// spaces returns s with a space in place of each control byte, which may be between any two
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

	noData int // no token68 begins before it, as a look ahead found
	until  int // the next quote after the one before the latest secret: no name precedes it
	names  aliases
}

// fillers replace a character of one to four bytes.
var fillers = [...]string{1: "x", 2: "×", 3: "✕", 4: "𝕩"}

// hide replaces the characters from i to end that are allowed both in a token and in a token68, and
// those beyond ASCII. Each gets one of the same kind, so that Parse reads the line as before.
func (r *redactor) hide(i, end int) {
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

// aliases holds the replacement of each hidden name. Different names stay different, so that Parse does not find a
// repeated parameter that was sent once.
type aliases map[string]string

// hideName hides the name s[i:end].
func (r *redactor) hideName(i, end int) {
	name := strings.ToLower(r.s[i:end])
	alias, ok := r.names[name]
	if !ok {
		r.hide(i, end)
		alias = string(r.b[i:end])
		n := len(r.names)
		b := []byte(alias)
		for k := len(b) - 1; k >= 0 && n > 0; k-- {
			if b[k] == 'x' {
				b[k] = "xyzwvutsrqponmlkjihgfedcba"[n%26]
				n /= 26
			}
		}
		alias = string(b)
		r.names[name] = alias
	}
	copy(r.b[i:end], alias)
}

// word reads the word or the character at s[i], with the value if it is a parameter, and returns where
// it ends.
func (r *redactor) word(i int) int {
	end := r.tokenEnd(i)
	switch {
	case end == i:
		_, size := utf8.DecodeRuneInString(r.line[i:])
		r.hide(i, i+size)
		return i + size
	case r.isHead(i):
		return r.param(i, end)
	case !known.Scheme(r.s[i:end]):
		r.hideName(i, end) // it may be a name without a value
		return end
	}
	next := r.skipBlank(end)
	if r.isHead(next) && !hasData(r.s[i:end]) || r.isDelimited(next) {
		return next
	}
	if end := r.dataEnd(next); end > next && !r.isHead(next) {
		r.hideData(next, end)
		return end
	}
	return next
}

// hideData hides the token68 s[i:end]. With one = at its end it may be read as a name without a value.
func (r *redactor) hideData(i, end int) {
	if name := r.tokenEnd(i); name == end-1 && name > i {
		r.hideName(i, name)
		return
	}
	r.hide(i, end)
}

// param reads the parameter with the name s[i:end].
func (r *redactor) param(i, end int) int {
	name := r.s[i:end]
	v := r.skipBlank(r.skipBlank(end) + 1)
	switch {
	case r.isHarmless(i, end):
		return r.harmlessValue(v)
	case strings.EqualFold(name, "authorization") && isWebURL(r.s[v:]):
		return r.harmlessValue(v) // Azure's: where to get a token
	case r.until > i || !isClearName(name) && !known.Scheme(name):
		r.hideName(i, end)
	}
	if v < len(r.s) && r.s[v] == '"' {
		end := r.closingQuote(v + 1)
		r.until = end
		if next := r.skipBlank(end + 1); r.isDelimited(end+1) || r.s[next] == ';' || next > end+1 && r.isHead(next) {
			end = min(end+1, len(r.s))
			r.hide(v, end)
			return end
		}
	}
	if end := r.dataEnd(v); end > v {
		r.hide(v, end)
		return end
	}
	return v
}

// isWebURL reports whether a value, in quotes or not, begins as a URL with http or https does.
func isWebURL(value string) bool {
	value = strings.ToLower(strings.TrimLeft(value[:min(len(value), 10)], `"'`))
	return strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://")
}

// maxInner is how far after a quote another is looked for that shows that the first is part of the
// value, and after slashes the end of an authority.
const maxInner = 500

// harmlessValue skips the value at s[i], and returns where it ends, or where a secret begins in it.
func (r *redactor) harmlessValue(i int) int {
	end, quoted := len(r.s), strings.HasPrefix(r.s[i:], `"`)
	if quoted {
		end = min(r.closingQuote(i+1)+1, len(r.s))
		// Quotes within the value, as in realm="say "hi"".
		rest, _, _ := strings.Cut(r.s[end:min(end+maxInner, len(r.s))], ",")
		if strings.HasSuffix(strings.Trim(rest, " \t"), `"`) && !strings.Contains(rest, `="`) {
			end += len(rest)
		}
	}
	for i < end && (quoted || r.s[i] != ',') {
		word := r.tokenEnd(i)
		switch head := r.isHead(i); {
		case head && IsName(r.s[i:word]):
			return i
		case strings.HasPrefix(r.s[i:word], "eyJ"): // a JSON Web Token: base64url of {"
			r.hide(i, word)
		case isSlash(r.s[i]) && (i == 0 || !isSlash(r.s[i-1])), word > i && isWebScheme(r.s[i:word]) && strings.HasPrefix(r.s[word:], ":"):
			word = max(word, r.userinfo(i, word))
		case !head && !quoted && word > i && strings.HasPrefix(r.s[r.skipBlank(word):], "="): // base64
			return i
		}
		i = max(word, i+1)
	}
	return i
}

// userinfo hides the user and the password of a URL that begins with the scheme s[i:word], or with
// slashes, and returns where its authority begins.
func (r *redactor) userinfo(i, word int) int {
	start := word
	if word > i {
		start++ // the colon
	}
	slashes := start
	for slashes < len(r.s) && isSlash(r.s[slashes]) {
		slashes++
	}
	if word == i && slashes < i+2 {
		return slashes // an ordinary path
	}
	authority := r.s[slashes:min(len(r.s), slashes+maxInner)]
	if n := strings.IndexAny(authority, "/ \",?#"); n >= 0 {
		authority = authority[:n]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		r.hide(slashes, slashes+at)
		return slashes + at
	}
	return slashes
}

// isSlash reports whether browsers take c for a slash of a URL.
func isSlash(c byte) bool { return c == '/' || c == '\\' }

func isWebScheme(s string) bool { return strings.EqualFold(s, "https") || strings.EqualFold(s, "http") }

// isHead reports whether the name of a parameter is at s[i]. A word with only = and a comma after it,
// or ==, is more likely base64, unless it is a well-known name.
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

// isHarmless reports whether s[i:end] is the name of a parameter without a secret, and is not part of a
// URL.
func (r *redactor) isHarmless(i, end int) bool {
	return harmless[strings.ToLower(r.s[i:end])] &&
		(i == 0 || r.s[i-1] >= 0x80 || strings.IndexByte(" ,;", r.s[i-1]) >= 0)
}

// dataEnd returns the end of the token or token68 at s[i] if a comma or nothing follows, and otherwise i.
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

// isDelimited reports whether a comma follows, or nothing.
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

// isTchar reports whether c is allowed in a token (RFC 9110 section 5.6.2).
func isTchar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) < 0
}
