package weburl

import (
	"net/url"
	"strings"
)

// NotInURL holds the visible ASCII bytes that are not allowed in a URL.
const NotInURL = "\"<>\\^`{|}"

// Encode returns s with these bytes percent-encoded, and with them all that are not visible ASCII.
func Encode(s, bytes string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(bytes, c) >= 0 {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Fetchable is [ParseHTTP] of a URL as clients send it: encoded, and without its fragment.
func Fetchable(s string) error {
	s, _, _ = strings.Cut(s, "#")
	_, rest, _ := strings.Cut(s, "//")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		path := rest[i:]
		s = strings.TrimSuffix(s, path) + Encode(path, "[]")
	}
	_, err := ParseHTTP(Encode(s, NotInURL))
	return err
}

// Host returns the host of a URL, in lower case, and "" if it has none.
func Host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
