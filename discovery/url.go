package discovery

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const (
	wellKnownResource = "/.well-known/oauth-protected-resource"
	wellKnownOAuth    = "/.well-known/oauth-authorization-server"
	wellKnownOpenID   = "/.well-known/openid-configuration"
)

var errBadURL = errors.New("discovery: not an absolute http or https URL without user information and fragment")

// ProtectedResourceURLs returns the URLs at which the metadata of the resource may be, in the order in
// which MCP tries them: with its path (RFC 9728 section 3.1), and at the root. For a resource at the
// root that is one. It returns an error if the resource is no absolute http or https URL, or has user
// information, a fragment, a byte that has to be percent-encoded, or a port that does not exist.
func ProtectedResourceURLs(resource string) ([]string, error) {
	if !isURL(resource) {
		return nil, errBadURL
	}
	o := origin(resource)
	// The suffix is inserted between host and path; a slash that is all the path is removed.
	rest := resource[len(o):]
	if rest == "/" || strings.HasPrefix(rest, "/?") {
		rest = rest[1:]
	}
	if rest == "" {
		return []string{o + wellKnownResource}, nil
	}
	return []string{o + wellKnownResource + rest, o + wellKnownResource}, nil
}

// AuthorizationServerURLs returns the URLs at which the metadata of the authorization server may be, in
// the order in which MCP tries them: that of RFC 8414, and those of OpenID Connect, with the path of the
// issuer behind the suffix and before it. It returns an error if the issuer is no absolute http or https
// URL, or has user information, a query or a fragment.
func AuthorizationServerURLs(issuer string) ([]string, error) {
	if !isURL(issuer) || strings.Contains(issuer, "?") {
		return nil, errBadURL
	}
	o := origin(issuer)
	// Any terminating slash is removed (RFC 8414 section 3.1).
	path := strings.TrimSuffix(issuer[len(o):], "/")
	if path == "" {
		return []string{o + wellKnownOAuth, o + wellKnownOpenID}, nil
	}
	return []string{o + wellKnownOAuth + path, o + wellKnownOpenID + path, o + path + wellKnownOpenID}, nil
}

// isURL tells whether s is an absolute http or https URL without user information and fragment.
func isURL(s string) bool {
	_, outcome, _ := checkURL(s, true)
	return outcome == OK || outcome == NotHTTPS
}

// checkURL checks a URL that a server chose. It returns OK for an absolute https URL without user
// information (RFC 9110 section 4.2.4) and fragment; with loopback, also for http to this host.
func checkURL(s string, loopback bool) (*url.URL, Outcome, string) {
	// Where programs disagree on what a URL means, one of them can be led astray; they do about
	// backslashes, blanks and what is not ASCII.
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return nil, BadURL, "a byte stands in it that no URL has"
		}
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, BadURL, "it is malformed"
	case u.Scheme == "" || u.Hostname() == "" || u.Opaque != "":
		return nil, BadURL, "it is not absolute"
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, BadURL, "its scheme is not https"
	case !isPort(u.Port()):
		return nil, BadURL, "it has a port that does not exist"
	case u.User != nil:
		return nil, BadURL, "it has user information"
	case strings.Contains(s, "#"):
		return nil, BadURL, "it has a fragment"
	case u.Scheme == "http" && !loopback:
		return nil, NotHTTPS, "its scheme is not https"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, NotHTTPS, "its scheme is not https, and its host is not this one"
	}
	return u, OK, ""
}

// isPort tells whether s is empty or a port that a server can have.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil && n > 0
}

// isLoopback tells whether the host is this one, by its name or as an address.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// origin returns the scheme and the authority of an absolute URL, as they are written there.
func origin(s string) string {
	start := strings.Index(s, "://") + len("://")
	if end := strings.IndexAny(s[start:], "/?#"); end >= 0 {
		return s[:start+end]
	}
	return s
}

// isParent tells whether the resource is of the same origin as the URL, and its path is that of the URL
// or of a folder that it is in.
func isParent(resource, requested string) bool {
	if !isURL(resource) || strings.Contains(resource, "?") {
		return false
	}
	r, err := url.Parse(resource)
	if err != nil {
		return false
	}
	u, err := url.Parse(requested)
	if err != nil || r.Scheme != u.Scheme || !strings.EqualFold(r.Hostname(), u.Hostname()) || port(r) != port(u) {
		return false
	}
	// Dots could lead out of the folder again.
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(r.EscapedPath(), "/"))
	return ok && (rest == "" || rest[0] == '/')
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
