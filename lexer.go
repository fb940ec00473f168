package wwwauth

import "strings"

// The byte classes of the grammar, as bits of the table class.
const (
	tchar       = 1 << iota // in a token
	token68char             // in a token68, before the "=" that may end it
	space                   // SP and HTAB
	text                    // after the backslash of a quoted-pair
	qdtext                  // in a quoted-string, for itself
)

const (
	alpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	digit = "0123456789"
)

// class gives the classes of each byte (RFC 9110 sections 5.5, 5.6.2, 5.6.3, 5.6.4, 11.2).
var class = func() (table [256]uint8) {
	set := func(bit uint8, bytes string) {
		for i := range len(bytes) {
			table[bytes[i]] |= bit
		}
	}
	set(tchar, "!#$%&'*+-.^_`|~"+digit+alpha)
	set(token68char, "-._~+/"+digit+alpha)
	set(space, " \t")
	for c := range table {
		if !isControl(byte(c)) {
			table[c] |= text // HTAB / SP / VCHAR / obs-text
			if c != '"' && c != '\\' {
				table[c] |= qdtext
			}
		}
	}
	return table
}()

// isControl tells whether c is a control byte that no field value may hold: CTL without HTAB.
func isControl(c byte) bool {
	return c < ' ' && c != '\t' || c == 0x7f
}

// run returns the end of the bytes of a class that start at s[i].
func run(s string, i int, of uint8) int {
	for i < len(s) && class[s[i]]&of != 0 {
		i++
	}
	return i
}

// tokenEnd returns the end of the token that starts at s[i], and i if there is none.
//
//	token = 1*tchar
func tokenEnd(s string, i int) int { return run(s, i, tchar) }

// skipOWS returns the index of the first byte from s[i] on that is no whitespace.
//
//	OWS = *( SP / HTAB )
//	BWS = OWS
func skipOWS(s string, i int) int { return run(s, i, space) }

// token68End returns the end of the token68 that starts at s[i], and i if there is none.
//
//	token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
func token68End(s string, i int) int {
	end := run(s, i, token68char)
	if end == i {
		return i
	}
	for end < len(s) && s[end] == '=' {
		end++
	}
	return end
}

// isToken and isToken68 tell whether all of s is one.
func isToken(s string) bool   { return s != "" && tokenEnd(s, 0) == len(s) }
func isToken68(s string) bool { return s != "" && token68End(s, 0) == len(s) }

// delimited tells whether a list element may end at s[i]: past OWS comes a comma or the end.
func delimited(s string, i int) bool {
	i = skipOWS(s, i)
	return i == len(s) || s[i] == ','
}

// trimOWS cuts the whitespace at both ends of a field line, which is not part of its value
// (RFC 9110 section 5.5).
func trimOWS(s string) string {
	return strings.Trim(s, " \t")
}

// quotedString reads the quoted-string whose opening quote stands at s[i]: its value, and the index
// behind its closing quote; 0 if it has a byte that may not stand there, or no end.
//
//	quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
//	qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
//	quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
func quotedString(s string, i int) (value string, end int) {
	start := i + 1
	pairs := false
	for i = start; ; {
		i = run(s, i, qdtext)
		if i == len(s) {
			return "", 0
		}
		switch {
		case s[i] == '"' && pairs:
			return unescape(s[start:i]), i + 1
		case s[i] == '"':
			return s[start:i], i + 1
		case s[i] == '\\' && i+1 < len(s) && class[s[i+1]]&text != 0:
			pairs = true
			i += 2
		default:
			return "", 0
		}
	}
}

// unescape replaces each quoted-pair of s by its second byte. A backslash at the end of s, which
// only a quoted-string without a closing quote can have, is dropped.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i >= 0 {
		b = append(b, s[:i]...)
		if i+1 < len(s) {
			b = append(b, s[i+1])
		}
		s = s[min(i+2, len(s)):]
		i = strings.IndexByte(s, '\\')
	}
	return string(append(b, s...))
}

// equalFold compares without regard to ASCII case. Unlike strings.EqualFold it folds no other
// letter: U+212A is not a k.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
