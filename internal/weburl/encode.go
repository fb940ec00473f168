package weburl

import "strings"

// Encode returns s with the bytes percent-encoded that are not allowed in a URL, and those in more.
func Encode(s, more string) string {
	n := 0 // nearly always all of it
	for n < len(s) && !isEscaped(s[n], more) {
		n++
	}
	if n == len(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:n])
	for _, c := range []byte(s[n:]) {
		if isEscaped(c, more) {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isEscaped reports whether Encode encodes the byte.
func isEscaped(c byte, more string) bool {
	return class[c] == 0 || class[c] == delimiter && strings.IndexByte(more, c) >= 0
}

// Decode returns s with what is percent-encoded decoded.
func Decode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 || i+2 >= len(s) {
			break
		}
		b.WriteString(s[:i])
		if class[s[i+1]] == hex && class[s[i+2]] == hex {
			b.WriteByte(hexValue(s[i+1])<<4 | hexValue(s[i+2]))
			s = s[i+3:]
		} else {
			b.WriteByte('%')
			s = s[i+1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0xf + 9 // A to F, a to f
}

// Fetchable is [CheckHTTP] of a URL as clients send it: encoded, and without its fragment.
func Fetchable(s string) error {
	if isPlain(s) { // as nearly all are
		return nil
	}
	s, _, _ = strings.Cut(s, "#")
	_, rest, _ := strings.Cut(s, "//")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		path := rest[i:]
		s = strings.TrimSuffix(s, path) + Encode(path, "[]")
	}
	return CheckHTTP(Encode(s, ""))
}

// Host returns the host of a URL, in lower case, and "" if it has none.
func Host(s string) string {
	u, _ := Split(s)
	return strings.ToLower(u.Host)
}
