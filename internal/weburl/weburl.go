// Package weburl holds the checks of URLs that somebody else chose: whether a URL is well formed,
// and whether its host is a public one. All packages of the module share them, so that what one of
// them sends is what the others accept.
package weburl

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// The errors of [Parse] and [ParseHTTP], as predicates. They quote nothing of the URL.
var (
	ErrByte     = errors.New("contains a byte that must be percent-encoded")
	ErrSyntax   = errors.New("is not a valid URI")
	ErrPort     = errors.New("has a port that does not exist")
	ErrNotHTTP  = errors.New("is not an http or https URL")
	ErrHost     = errors.New("has a host that is neither an ASCII name nor an IP address")
	ErrUserinfo = errors.New("contains user information")
	ErrFragment = errors.New("has a fragment")
)

// Parse parses a URI reference. It accepts what the grammar of RFC 3986 does: unlike [url.Parse] no
// byte that must be percent-encoded, no invalid percent-encoding in a query, no brackets outside
// the host, and no port beyond 65535.
func Parse(s string) (*url.URL, error) {
	escaped := false
	for i := range len(s) {
		if class[s[i]] == 0 {
			return nil, ErrByte
		}
		escaped = escaped || s[i] == '%'
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, ErrSyntax
	}
	for i := 0; escaped && i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || class[s[i+1]] != hex || class[s[i+2]] != hex) {
			return nil, ErrSyntax
		}
	}
	// Brackets enclose the address in a host, and a "#" starts the fragment.
	if strings.Count(s, "[")+strings.Count(s, "]") != 2*strings.Count(u.Host, "[") || strings.Count(s, "#") > 1 {
		return nil, ErrSyntax
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, ErrPort
		}
	}
	return u, nil
}

// ParseHTTP parses an absolute http or https URL without user information (RFC 9110 section 4.2.4)
// and without a fragment: one that a client may fetch. The host is judged after percent-decoding.
func ParseHTTP(s string) (*url.URL, error) {
	u, err := Parse(s)
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, ErrNotHTTP
	case u.User != nil:
		return nil, ErrUserinfo
	case strings.Contains(s, "#"):
		return nil, ErrFragment
	case !isHost(u.Hostname()):
		return nil, ErrHost
	}
	return u, nil
}

// CheckHTTP returns the error of [ParseHTTP]. Nearly all URLs are so plain that they need not be parsed,
// which takes an eighth of the time and no memory.
func CheckHTTP(s string) error {
	if isPlain(s) {
		return nil
	}
	_, err := ParseHTTP(s)
	return err
}

// isPlain reports whether s is a URL that ParseHTTP accepts and that has only a host without
// brackets, a port of at most four digits, and a path without percent-encoding.
//
//	plain = "http" [ "s" ] "://" host [ ":" %x31-39 *3DIGIT ] [ "/" path ]
//	path  = *( ALPHA / DIGIT / "-" / "." / "_" / "~" / "/" )
func isPlain(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	i := strings.IndexAny(rest, ":/")
	if i < 0 {
		i = len(rest)
	}
	if i == 0 || !isHost(rest[:i]) {
		return false
	}
	if i < len(rest) && rest[i] == ':' {
		first := i + 1
		for i = first; i < len(rest) && '0' <= rest[i] && rest[i] <= '9'; i++ {
		}
		if i == first || i > first+4 || rest[first] == '0' {
			return false
		}
	}
	if i < len(rest) && rest[i] != '/' {
		return false
	}
	for ; i < len(rest); i++ {
		if c := rest[i]; class[c] < letter && c != '-' && c != '.' && c != '_' && c != '~' && c != '/' {
			return false
		}
	}
	return true
}

// isHost reports whether s is an IP address without a zone, or consists of labels with bytes that a
// domain name may have. Programs disagree on the meaning of other names: some convert them to an
// IDN, some normalize them to an IP address, and some send them as they are.
func isHost(s string) bool {
	if strings.Contains(s, ":") {
		ip, err := netip.ParseAddr(s)
		return err == nil && ip.Zone() == ""
	}
	for i := range len(s) {
		if c := s[i]; class[c] < letter && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return s[0] != '.' && !strings.Contains(s, "..") // no label is empty but that of the root, at the end
}

const (
	delimiter = 1 + iota // gen-delims / sub-delims / "%" / "-" / "." / "_" / "~"
	letter               // ALPHA but A to F
	hex                  // HEXDIG
)

// class has the bytes of a URI (RFC 3986 appendix A); 0 means that a byte must be percent-encoded.
var class = func() (table [256]byte) {
	for _, c := range []byte(":/?#[]@!$&'()*+,;=%-._~") {
		table[c] = delimiter
	}
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = letter, letter
	}
	for _, c := range []byte("0123456789abcdefABCDEF") {
		table[c] = hex
	}
	return table
}()
