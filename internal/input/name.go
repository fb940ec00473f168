package input

import "strings"

// The names of the challenge fields (RFC 9110 sections 11.6.1 and 11.7.1).
const (
	wwwAuthenticate   = "WWW-Authenticate"
	proxyAuthenticate = "Proxy-Authenticate"
)

// IsChallengeField reports whether the name is WWW-Authenticate or Proxy-Authenticate, in any case and
// in any spelling that is read: with underscores (nginx, CSV), without a hyphen (wwwAuthenticate in
// JavaScript), or with a prefix (http.www_authenticate of tshark).
func IsChallengeField(name string) bool {
	return challengeField(name) != ""
}

// challengeField returns the standard's spelling of the name, and "" if it is another field's.
func challengeField(name string) string {
	if len(name) < len("wwwauthenticate") || !strings.EqualFold(name[len(name)-1:], "e") {
		return ""
	}
	n, ok := findName(name, 0)
	if !ok || n.end != len(name) || n.remapped {
		return ""
	}
	return n.field
}

// A found name of a challenge field.
type name struct {
	start, end int
	field      string // as the standard spells it
	near       bool   // it is a misspelling, such as WWW-Authentication
	remapped   bool   // it has a prefix that makes it another field
}

// findName returns the first name of a challenge field at or after from.
func findName(s string, from int) (name, bool) {
	for {
		i := indexAuthenticat(s, from)
		if i < 0 {
			return name{}, false
		}
		from = i + len(stem)
		if n, ok := nameAt(s, i); ok {
			return n, true
		}
	}
}

// nameAt reads the name around "authenticat" at s[i].
func nameAt(s string, i int) (n name, ok bool) {
	start := i
	if start > 0 && (s[start-1] == '-' || s[start-1] == '_') {
		start--
	}
	switch {
	case start >= 3 && strings.EqualFold(s[start-3:start], "www"):
		n.start, n.field = start-3, wwwAuthenticate
	case start >= 5 && strings.EqualFold(s[start-5:start], "proxy"):
		n.start, n.field = start-5, proxyAuthenticate
	default:
		return n, false
	}
	n.end = i + len(stem)
	switch {
	case n.end < len(s) && s[n.end]|0x20 == 'e':
		n.end++
	case len(s)-n.end >= 3 && strings.EqualFold(s[n.end:n.end+3], "ion"):
		n.end += 3
		n.near = true
	default:
		return n, false
	}
	if n.end < len(s) && isNameByte(s[n.end]) {
		return n, false
	}
	if n.start > 0 {
		switch c := s[n.start-1]; {
		case c == '-':
			n.remapped = true
			for n.start > 0 && isNameByte(s[n.start-1]) {
				n.start--
			}
		case c == '_': // $sent_http_www_authenticate, HTTP_WWW_AUTHENTICATE
			for n.start > 0 && isNameByte(s[n.start-1]) {
				n.start--
			}
		case isAlnum(c):
			// An escaped line end or tab before the name is not part of it.
			if n.start < 2 || s[n.start-2] != '\\' || strings.IndexByte("nrt", c) < 0 {
				return n, false
			}
		}
	}
	return n, true
}

const stem = "authenticat"

// skips says for each byte how far a search for stem may move on if the byte is at its end.
var skips = func() (t [256]uint8) {
	for i := range t {
		t[i] = uint8(len(stem))
	}
	for i := range len(stem) - 1 {
		t[stem[i]] = uint8(len(stem) - 1 - i)
		t[stem[i]-0x20] = uint8(len(stem) - 1 - i)
	}
	return t
}()

// indexAuthenticat returns the index of "authenticat" in any case at or after from, and -1 if there is
// none. It is Horspool's search: most text is passed over in steps of eleven bytes.
func indexAuthenticat(s string, from int) int {
	for end := from + len(stem) - 1; end < len(s); {
		c := s[end]
		if c|0x20 == 't' && strings.EqualFold(s[end+1-len(stem):end+1], stem) {
			return end + 1 - len(stem)
		}
		end += int(skips[c])
	}
	return -1
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isNameByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

// tchar holds the bytes of a token (RFC 9110 section 5.6.2).
var tchar = func() (t [256]bool) {
	for c := range t {
		t[c] = isAlnum(byte(c)) || c > 0x20 && c < 0x7f && strings.IndexByte("!#$%&'*+-.^_`|~", byte(c)) >= 0
	}
	return t
}()

// tokenEnd returns the index after the token at the start of s[i:].
func tokenEnd(s string, i int) int {
	for i < len(s) && tchar[s[i]] {
		i++
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// skipBlanks returns the index of the first byte at or after i that is not a space or tab.
func skipBlanks(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}

// skipSpace does so for line ends too.
func skipSpace(s string, i int) int {
	for i < len(s) && (isBlank(s[i]) || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// lineStart returns the index at which the line of s[i] begins.
func lineStart(s string, i int) int { return strings.LastIndexByte(s[:i], '\n') + 1 }

// lineEnd returns the index of the line feed that ends the line of s[i], or len(s).
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// next returns the index after the line end at i.
func next(s string, i int) int { return min(i+1, len(s)) }

func trimBlanks(s string) string { return strings.Trim(s, " \t") }

// trimLine cuts the line end, and blanks on both sides.
func trimLine(s string) string { return strings.Trim(s, " \t\r\n") }
