package wwwauth

import (
	"math/bits"
	"strings"
)

// The byte classes of the grammar, as bits of the table class.
const (
	tchar       = 1 << iota // in a token
	token68char             // in a token68, before the "=" that may end it
	space                   // SP and HTAB
	separator               // SP, HTAB and comma
	text                    // after the backslash of a quoted-pair
	qdtext                  // in a quoted-string, for itself
	nqschar                 // in the error of a Bearer challenge and its description; a scope-token has no space
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
	set(separator, " \t,")
	for c := range table {
		if !isControl(byte(c)) {
			table[c] |= text // HTAB / SP / VCHAR / obs-text
			if c != '"' && c != '\\' {
				table[c] |= qdtext
				if ' ' <= c && c < 0x7f {
					table[c] |= nqschar // %x20-21 / %x23-5B / %x5D-7E; RFC 6749 appendix A
				}
			}
		}
	}
	return table
}()

// isControl reports whether c is a control byte that no field value may hold: CTL without HTAB.
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

// find returns the index of the first byte of a class from s[i] on, and the end of s if there is none.
func find(s string, i int, of uint8) int {
	for i < len(s) && class[s[i]]&of == 0 {
		i++
	}
	return i
}

// tokenEnd returns the end of the token that starts at s[i], and i if there is none.
//
//	token = 1*tchar
func tokenEnd(s string, i int) int { return run(s, i, tchar) }

// skipOWS returns the index of the first byte from s[i] on that is not whitespace.
//
//	OWS = *( SP / HTAB )
//	BWS = OWS
func skipOWS(s string, i int) int { return run(s, i, space) }

// elementStart returns the index of the first byte from s[i] on that is neither whitespace nor a comma:
// there may be any number of empty elements between two others. It is as small as it must be to be inlined,
// which saves a twentieth of the time for real lines.
func elementStart(s string, i int) int {
	if i < len(s) && class[s[i]]&separator != 0 {
		i = separatorsEnd(s, i)
	}
	return i
}

// separatorsEnd is elementStart where there are separators: nearly always one comma and one space.
func separatorsEnd(s string, i int) int {
	for start := i; i < len(s) && class[s[i]]&separator != 0; i++ {
		if i-start == 16 {
			return longSeparatorsEnd(s, i)
		}
	}
	return i
}

// longSeparatorsEnd is elementStart for a long run: it takes a tenth of the time for commas, and a third for
// any others.
func longSeparatorsEnd(s string, i int) int {
	for {
		switch {
		case i+16 <= len(s) && (load(s, i)^','*ones)|(load(s, i+8)^','*ones) == 0:
			i += 16
		case i+8 <= len(s) && eightOf(s, i, separator):
			i += 8
		case i < len(s) && class[s[i]]&separator != 0:
			i++
		default:
			return i
		}
	}
}

// eightOf reports whether the eight bytes from s[i] on are all of a class.
func eightOf(s string, i int, of uint8) bool {
	t := s[i : i+8]
	return class[t[0]]&class[t[1]]&class[t[2]]&class[t[3]]&
		class[t[4]]&class[t[5]]&class[t[6]]&class[t[7]]&of != 0
}

// token68End returns the end of the token68 that starts at s[i], and i if there is none. Those of
// Negotiate are long, so it looks at eight bytes at once, as long as all of them belong to it.
//
//	token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
func token68End(s string, i int) int {
	end := i
	for end+8 <= len(s) && eightOf(s, end, token68char) {
		end += 8
	}
	end = run(s, end, token68char)
	if end == i {
		return i
	}
	for end < len(s) && s[end] == '=' {
		end++
	}
	return end
}

// consistsOf reports whether all bytes of s are of a class.
func consistsOf(s string, of uint8) bool { return run(s, 0, of) == len(s) }

// isText reports whether s has no control byte but HTAB. For nearly all text isQDText tells, even if quotes
// occur in it.
func isText(s string) bool { return isQDText(s) || consistsOf(s, text) }

// textEnd returns the index of the first control byte but HTAB from s[i] on, and the end of s if there is none.
func textEnd(s string, i int) int {
	for {
		for i+8 <= len(s) && !hasControl(load(s, i)) {
			i += 8
		}
		end := min(i+8, len(s))
		for i < end {
			if class[s[i]]&text == 0 {
				return i
			}
			i++
		}
		if i == len(s) {
			return i
		}
	}
}

// isToken and isToken68 report whether all of s is one.
func isToken(s string) bool   { return s != "" && tokenEnd(s, 0) == len(s) }
func isToken68(s string) bool { return s != "" && token68End(s, 0) == len(s) }

// isHead reports whether a parameter begins at s[i].
//
//	head = token BWS "="
func isHead(s string, i int) bool {
	end := tokenEnd(s, i)
	next := skipOWS(s, end)
	return end > i && next < len(s) && s[next] == '='
}

// delimited reports whether a list element may end at s[i]: past OWS comes a comma or the end.
func delimited(s string, i int) bool {
	i = skipOWS(s, i)
	return i == len(s) || s[i] == ','
}

// trimOWS cuts the whitespace at the end of a field line, which is not part of its value (RFC 9110
// section 5.5). That before it is skipped as that before any list element.
func trimOWS(s string) string {
	for s != "" && class[s[len(s)-1]]&space != 0 {
		s = s[:len(s)-1]
	}
	return s
}

// quotedString reads the quoted-string whose opening quote is at s[i]: its value, and the index
// after its closing quote; 0 if it has a byte that is not allowed there, or no end.
//
//	quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
//	qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
//	quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
func quotedString(s string, i int) (value string, end int) {
	start := i + 1
	pairs := 0
	for i = start; ; {
		i = run(s, i, qdtext)
		for i+16 <= len(s) && arePairs(load(s, i), load(s, i+8)) {
			i += 16
			pairs += 8
		}
		switch {
		case i == len(s):
			return "", 0
		case s[i] == '"':
			return unescape(s[start:i], pairs), i + 1
		case s[i] == '\\' && i+1 < len(s) && class[s[i+1]]&text != 0:
			i += 2
			pairs++
		case class[s[i]]&qdtext == 0:
			return "", 0
		}
	}
}

// isQDText reports whether s, which has no quote, consists of qdtext. It reads eight bytes at once.
func isQDText(s string) bool {
	n := len(s)
	bad := uint64(high)
	switch {
	case n >= 16:
		bad = suspects(load(s, n-16)) | suspects(load(s, n-8))
		for i := 0; i+16 < n; i += 16 {
			bad |= suspects(load(s, i)) | suspects(load(s, i+8))
		}
	case n >= 8:
		bad = suspects(load(s, 0)) | suspects(load(s, n-8))
	}
	return bad&high == 0 || run(s, 0, qdtext) == n
}

// unescape replaces each quoted-pair of s by its second byte. At least so many pairs are in it. A
// backslash at the end of s, which only a quoted-string without a closing quote can have, is dropped.
func unescape(s string, pairs int) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) - pairs)
	var chunk [64]byte
	for i >= 0 {
		b.WriteString(s[:i])
		n := 0
		for n < len(chunk) && i+8 <= len(s) && load(s, i)&(0xff*even) == '\\'*even {
			chunk[n], chunk[n+1], chunk[n+2], chunk[n+3] = s[i+1], s[i+3], s[i+5], s[i+7]
			n += 4
			i += 8
		}
		b.Write(chunk[:n])
		if n == 0 {
			if i+1 < len(s) {
				b.WriteByte(s[i+1])
			}
			i += 2
		}
		s = s[min(i, len(s)):]
		i = strings.IndexByte(s, '\\')
	}
	b.WriteString(s)
	return b.String()
}

// To look at eight bytes at once takes one number that holds them all. If n*ones is subtracted, each
// byte below n sets its highest bit, and if ones is added, 0x7f does. What is borrowed from the next
// byte, or carried into it, comes only from a byte that is wrong itself: that no bit is set can be
// relied on, which bits are set cannot.
const (
	ones = 0x0101_0101_0101_0101
	high = ones << 7
	even = 0x0001_0001_0001_0001
	odd  = even << 8
)

// load returns the eight bytes at s[i], the first in the lowest bits.
func load(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// hasEquals reports whether one of the bytes is "=".
func hasEquals(bytes uint64) bool {
	bytes ^= '=' * ones
	return (bytes-ones)&^bytes&high != 0
}

// suspects returns a number with a bit of high set if one of the bytes is a control byte, a backslash
// or beyond ASCII.
func suspects(bytes uint64) uint64 {
	return (bytes - ' '*ones) | (bytes + ones) | ((bytes ^ '\\'*ones) - ones)
}

// hasControl reports whether one of the bytes may be a control byte, or HTAB.
func hasControl(bytes uint64) bool {
	return ((bytes-' '*ones)|(bytes+ones))&^bytes&high != 0
}

// leading returns how many of the bytes come before the first that is not from low to "z".
func leading(bytes uint64, low byte) int {
	outside := (bytes - uint64(low)*ones) | (bytes + (0x7f-'z')*ones)
	return bits.TrailingZeros64(outside&high) / 8 // a byte before that would have set its bit itself
}

// endsInQDText reports whether the last n bytes are visible ASCII and spaces, but no backslash.
func endsInQDText(bytes uint64, n int) bool {
	return suspects(bytes>>(64-8*n)|' '*ones<<(8*n))&high == 0
}

// arePairs reports whether the bytes are eight quoted-pairs of visible ASCII or spaces.
func arePairs(bytes, more uint64) bool {
	bytes ^= '\\' * even // leaves the second ones
	more ^= '\\' * even
	return (bytes|more)&(0xff*even)|((bytes-' '*odd)|(bytes+odd)|(more-' '*odd)|(more+odd))&(0x80*odd) == 0
}
