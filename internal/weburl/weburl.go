// Package weburl holds the checks of URLs that somebody else chose: whether a URL is well formed,
// and whether its host is a public one. All packages of the module share them, so that what one of
// them sends is what the others accept.
package weburl

import (
	"errors"
	"strconv"
	"strings"
)

// The errors of [Parse] and [CheckHTTP], as predicates. They quote nothing of the URL.
var (
	ErrByte     = errors.New("contains a byte that must be percent-encoded")
	ErrSyntax   = errors.New("is not a valid URI")
	ErrPort     = errors.New("has a port that does not exist")
	ErrNotHTTP  = errors.New("is not an http or https URL")
	ErrHost     = errors.New("has a host that is neither an ASCII name nor an IP address")
	ErrUserinfo = errors.New("contains user information")
	ErrFragment = errors.New("has a fragment")
)

// A URL holds the parts of a URI reference as they are spelled (RFC 3986 section 3), without the
// delimiters between them.
type URL struct {
	Scheme   string // in lower case
	Userinfo string // HasUser tells an empty one from none
	HasUser  bool
	Host     string // of an IPv6 address without its brackets
	Port     string
	Path     string
	Query    string
	Fragment string
}

// IsAbs reports whether u has a scheme.
func (u URL) IsAbs() bool { return u.Scheme != "" }

// IsWeb reports whether the scheme is http or https.
func (u URL) IsWeb() bool { return u.Scheme == "https" || u.Scheme == "http" }

// Split splits a URI reference into its parts. Like [net/url.Parse], it accepts bytes that must be
// percent-encoded, where they do not make it ambiguous.
//
//	URI-reference = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
//	authority     = [ userinfo "@" ] host [ ":" port ]
func Split(s string) (URL, error) {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return URL{}, ErrByte
		}
	}
	return split(s)
}

func split(s string) (u URL, err error) {
	s, u.Fragment, _ = strings.Cut(s, "#")
	s, u.Query, _ = strings.Cut(s, "?")
	if !isEncoded(s) || !isEncoded(u.Fragment) {
		return URL{}, ErrSyntax
	}
	if i := strings.IndexByte(s, ':'); i >= 0 && strings.IndexByte(s[:i], '/') < 0 {
		if !isScheme(s[:i]) { // nor is there a colon in the first segment of a relative path
			return URL{}, ErrSyntax
		}
		u.Scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	u.Path = s
	if authority, ok := strings.CutPrefix(s, "//"); ok {
		u.Path = ""
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority, u.Path = authority[:i], authority[i:]
		}
		if !u.setAuthority(authority) {
			return URL{}, ErrSyntax
		}
	}
	return u, nil
}

// isScheme reports whether s is a scheme.
//
//	scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if isLetter := 'a' <= c|0x20 && c|0x20 <= 'z'; !isLetter && (i == 0 || strings.IndexByte("0123456789+-.", c) < 0) {
			return false
		}
	}
	return s != ""
}

// setAuthority sets the parts of an authority, and reports whether it is one.
//
//	userinfo   = *( unreserved / pct-encoded / sub-delims / ":" )
//	host       = IP-literal / IPv4address / reg-name
//	IP-literal = "[" IPv6address "]"
//	reg-name   = *( unreserved / pct-encoded / sub-delims )
//	port       = *DIGIT
//
// What comes before the last "@" is the user information, as browsers have it. Nobody has use for
// the IPvFuture that RFC 3986 allows in brackets.
func (u *URL) setAuthority(s string) bool {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		u.Userinfo, u.HasUser, s = s[:i], true, s[i+1:]
	}
	port := ""
	if address, ok := strings.CutPrefix(s, "["); ok {
		if u.Host, port, ok = strings.Cut(address, "]"); !ok {
			return false
		}
		if _, _, ok := parseIP(u.Host); !ok || !strings.Contains(u.Host, ":") {
			return false
		}
	} else {
		u.Host = s
		if i := strings.IndexByte(s, ':'); i >= 0 {
			u.Host, port = s[:i], s[i:]
		}
	}
	if port != "" {
		if port[0] != ':' || strings.Trim(port, "0123456789") != ":" {
			return false
		}
		u.Port = port[1:]
	}
	for i := range len(u.Userinfo) {
		if c := u.Userinfo[i]; class[c] == 0 || c == '[' || c == ']' {
			return false
		}
	}
	for i := range len(u.Host) { // which may be an IDN
		if c := u.Host[i]; c < 0x80 && class[c] == 0 || c == '[' || c == ']' {
			return false
		}
	}
	return true
}

// isEncoded reports whether each "%" is followed by two hexadecimal digits.
func isEncoded(s string) bool {
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return true
		}
		if i+2 >= len(s) || class[s[i+1]] != hex || class[s[i+2]] != hex {
			return false
		}
		s = s[i+3:]
	}
}

// Parse splits a URI reference into its parts. Unlike [Split] it accepts only what the grammar of
// RFC 3986 does: no byte that must be percent-encoded, and no port beyond 65535.
func Parse(s string) (URL, error) {
	for i := range len(s) {
		if class[s[i]] == 0 {
			return URL{}, ErrByte
		}
	}
	u, err := split(s)
	brackets := 0 // around the address in a host
	if strings.Contains(u.Host, ":") {
		brackets = 2
	}
	switch {
	case err != nil:
		return URL{}, err
	case !isEncoded(u.Query), strings.Contains(u.Fragment, "#"), strings.Count(s, "[")+strings.Count(s, "]") != brackets:
		return URL{}, ErrSyntax
	case u.Port != "":
		if n, err := strconv.ParseUint(u.Port, 10, 16); err != nil || n == 0 {
			return URL{}, ErrPort
		}
	}
	return u, nil
}

// CheckHTTP checks that s is an absolute http or https URL without user information (RFC 9110
// section 4.2.4) and without a fragment: one that a client may fetch. If it returns nil, net/url
// parses s too.
func CheckHTTP(s string) error {
	if isPlain(s) { // as nearly all are
		return nil
	}
	u, err := Parse(s)
	switch {
	case err != nil:
		return err
	case !u.IsWeb(), u.Host == "":
		return ErrNotHTTP
	case u.HasUser:
		return ErrUserinfo
	case strings.Contains(s, "#"):
		return ErrFragment
	case !isHost(u.Host):
		return ErrHost
	}
	return nil
}

// isPlain reports whether s is a URL that CheckHTTP accepts and that has only a host without
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
		_, zone, ok := parseIP(s)
		return ok && zone == ""
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
