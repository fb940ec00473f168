package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// redact returns the lines with the letters and digits of what may be a secret replaced, byte for byte:
// token68 data, the values of the parameters that isSecret names, and what cannot be read. Everything
// else of the command then works on these lines, so no secret can get past it, offsets stay true,
// and the lines still depart from the grammar where they did.
//
// It reads the lines by itself, since a broken one may hold a secret where Parse reads nothing. In
// doubt it hides too much.
func redact(lines []string) []string {
	redacted := slices.Clone(lines)
	for i, line := range redacted {
		r := redactor{s: spaces(line), line: line, b: []byte(line)}
		for at := 0; at < len(line); {
			at = r.element(at)
		}
		redacted[i] = string(r.b)
	}
	return redacted
}

// isSecret tells whether the value of the parameter is hidden: it proves something, or tells who asks
// for what.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains([]string{
		"data", "sid", "sr", "ks1", // SCRAM, Mutual
		"id", "request", "invoice", // Payment, L402
		"code", "jwt", "key", "response", "rspauth", "sig", "state",
	}, name) || slices.ContainsFunc([]string{
		"assertion", "challenge", "claims", "cookie", "credential", "macaroon", "nonce", "opaque",
		"password", "secret", "session", "signature", "ticket", "token", "-key", "_key", "apikey",
	}, func(part string) bool { return strings.Contains(name, part) })
}

// hasData tells whether the challenges of a scheme hold data of a handshake and nothing else.
func hasData(scheme string) bool {
	return slices.Contains([]string{"negotiate", "ntlm", "kerberos", "nego2"}, strings.ToLower(scheme))
}

// maxWord is the length from which on a scheme or a name is data that has come into the wrong place.
const maxWord = 32

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

	comma, equalsQuote, smartQuote, singleQuote, innerQuote finding
}

// fillers are what stands for a character of one to four bytes.
var fillers = [...]string{1: "x", 2: "×", 3: "✕", 4: "𝕩"}

// hide replaces the characters from i to end that may stand both in a token and in a token68, and
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

// element reads one list element, or what stands in place of one, and returns where it ends.
func (r *redactor) element(i int) int {
	if strings.IndexByte(" ,;", r.s[i]) >= 0 {
		return i + 1
	}
	end := r.tokenEnd(i)
	switch {
	case end == i:
		return r.junk(i, r.isAnyHead)
	case r.isHead(i):
		return r.param(i, end)
	}
	scheme := r.s[i:end]
	if end-i > maxWord {
		r.hide(i, end)
	}
	next := r.skipBlank(end)
	switch {
	case next == len(r.s) || r.s[next] == ',':
		return next
	case hasData(scheme):
		return r.junk(next, r.isKnownHead)
	case r.isToken68(next):
		return r.junk(next, r.isAnyHead)
	case next > end && r.isAnyHead(next):
		return next
	}
	return r.junk(next, r.isAnyHead)
}

// param reads the parameter with the name s[i:end].
func (r *redactor) param(i, end int) int {
	name := r.s[i:end]
	if end-i > maxWord {
		r.hide(i, end)
	}
	v := r.skipBlank(r.skipBlank(end) + 1)
	end = r.valueEnd(v)
	if isSecret(name) {
		r.hide(v, end)
	}
	if r.isComplete(end) {
		return end
	}
	return r.junk(r.skipBlank(end), r.isAnyHead)
}

// valueEnd returns the end of the value at s[i], as the repairs of Parse find it.
func (r *redactor) valueEnd(i int) int {
	comma := r.findComma(i)
	switch {
	case i == comma:
		return i
	case r.s[i] == '"':
		end := r.closingQuote(i + 1)
		if end == len(r.s) || r.isComplete(end+1) {
			return min(end+1, len(r.s))
		}
		if comma := r.lostQuote(i+1, end); comma >= 0 {
			return comma
		}
		if last := r.findInnerQuote(end + 1); last < r.findComma(end+1) && last < r.findEqualsQuote(end+1) {
			end = last
		}
		return end + 1
	case strings.HasPrefix(r.s[i:], "“"):
		if end := r.findSmartQuote(i); end < comma {
			return end + len("”")
		}
	case r.s[i] == '\'':
		if end := r.findSingleQuote(i + 1); end < comma {
			return end + 1
		}
	}
	if end := r.tokenEnd(i); end > i && r.isSeparated(end) {
		return end
	}
	end := i
	for end < comma {
		next := r.skipBlank(end)
		if next > end && r.isAnyHead(next) {
			break
		}
		end = max(next, end+1)
	}
	return min(end, comma)
}

// lostQuote returns the index of the comma in the quoted string with the text s[start:end] behind
// which the text is the head of a parameter, so that its closing quote was lost before the comma; or
// -1.
func (r *redactor) lostQuote(start, end int) int {
	comma := strings.LastIndexByte(r.s[start:end], ',') + start
	if comma < start {
		return -1
	}
	name := r.skipBlank(comma + 1)
	if last := r.tokenEnd(name); last == name || last != end-1 || r.s[last] != '=' {
		return -1
	}
	return comma
}

// junk hides what cannot be read, from s[i] to the next comma, or to a blank with a head behind it,
// and returns the index of that.
func (r *redactor) junk(i int, isHead func(i int) bool) int {
	end := i
	for end < len(r.s) && r.s[end] != ',' {
		next := r.skipBlank(end)
		switch {
		case r.s[end] == '"':
			end = min(r.closingQuote(end+1)+1, len(r.s))
		case next == end:
			end++
		case isHead(next):
			r.hide(i, end)
			return next
		default:
			end = next
		}
	}
	r.hide(i, end)
	return end
}

// isSeparated tells whether what stands behind s[i] shows that a value ends there.
func (r *redactor) isSeparated(i int) bool {
	next := r.skipBlank(i)
	switch {
	case r.isDelimited(i):
		return true
	case r.s[next] == ';':
		return r.isHead(r.skipBlank(next + 1))
	}
	return next > i && r.isAnyHead(next)
}

// isComplete is isSeparated for a value with a closing quote, behind which a parameter may stand at
// once.
func (r *redactor) isComplete(i int) bool {
	return r.isSeparated(i) || r.isHead(r.skipBlank(i))
}

// isDelimited tells whether a comma follows, or nothing.
func (r *redactor) isDelimited(i int) bool {
	next := r.skipBlank(i)
	return next == len(r.s) || r.s[next] == ','
}

// isHead tells whether a parameter begins at s[i].
func (r *redactor) isHead(i int) bool {
	end := r.tokenEnd(i)
	next := r.skipBlank(end)
	return end > i && next < len(r.s) && r.s[next] == '='
}

// isKnownHead tells whether a well-known scheme with a parameter begins at s[i].
func (r *redactor) isKnownHead(i int) bool {
	end := r.tokenEnd(i)
	if _, known := schemes[strings.ToLower(r.s[i:end])]; !known {
		return false
	}
	next := r.skipBlank(end)
	return next > end && r.isHead(next)
}

func (r *redactor) isAnyHead(i int) bool { return r.isHead(i) || r.isKnownHead(i) }

// isToken68 tells whether a token68 stands at s[i]. One of the form name= may be a parameter without
// a value to its sender; realm= surely is.
func (r *redactor) isToken68(i int) bool {
	end := i
	for end < len(r.s) && (isTchar(r.s[end]) || r.s[end] == '/') {
		end++
	}
	for end < len(r.s) && r.s[end] == '=' {
		end++
	}
	return end > i && r.isDelimited(end) && !strings.EqualFold(r.s[i:end], "realm=")
}

// A finding is the answer of a search: nothing from the index from on, and something at the index
// at. It is kept, so that no byte of a hostile line is searched again and again.
type finding struct{ from, at int }

func (f *finding) next(i int, search func() int) int {
	if i < f.from || i > f.at || f.at == 0 {
		f.from, f.at = i, search()
	}
	return f.at
}

// The find functions return the index of the next such thing from s[i] on, and the end of the line
// if there is none.

func (r *redactor) findComma(i int) int {
	return r.comma.next(i, func() int { return r.find(i, ",") })
}

func (r *redactor) findEqualsQuote(i int) int {
	return r.equalsQuote.next(i, func() int { return r.find(i, `="`) })
}

func (r *redactor) findSmartQuote(i int) int {
	return r.smartQuote.next(i, func() int { return r.find(i, "”") })
}

// findSingleQuote looks for a single quote that ends a value.
func (r *redactor) findSingleQuote(i int) int {
	return r.singleQuote.next(i, func() int {
		at := i
		for at < len(r.s) && !(r.s[at] == '\'' && r.isSeparated(at+1)) {
			at++
		}
		return at
	})
}

// findInnerQuote looks for a quote that is not escaped, with a comma or nothing behind it.
func (r *redactor) findInnerQuote(i int) int {
	return r.innerQuote.next(i, func() int {
		at := r.closingQuote(i)
		for at < len(r.s) && !r.isDelimited(at+1) {
			at = r.closingQuote(at + 1)
		}
		return at
	})
}

func (r *redactor) find(i int, sep string) int {
	if n := strings.Index(r.s[i:], sep); n >= 0 {
		return i + n
	}
	return len(r.s)
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
	for i < len(r.s) && (r.s[i] == ' ' || r.s[i] == '\t') {
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
