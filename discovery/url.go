package discovery

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

const (
	wellKnownResource = "/.well-known/oauth-protected-resource"
	wellKnownOAuth    = "/.well-known/oauth-authorization-server"
	wellKnownOpenID   = "/.well-known/openid-configuration"
)

var errQuery = errors.New("has a query")

// ProtectedResourceURLs returns the URLs at which a resource may publish its metadata, in the order
// in which MCP clients try them: with the path of the resource (RFC 9728 section 3.1), then at the
// root. For a resource at the root they are the same, and there is only one.
//
// The resource must be an absolute http or https URL without user information and without a
// fragment, whose host is an ASCII name or an IP address. Otherwise the error says which of these
// it violates.
func ProtectedResourceURLs(resource string) ([]string, error) {
	if err := weburl.CheckHTTP(resource); err != nil {
		return nil, fmt.Errorf("discovery: the resource %w", err)
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

// AuthorizationServerURLs returns the URLs at which an authorization server may publish its
// metadata, in the order in which MCP clients try them: that of RFC 8414 section 3.1, then those of
// OpenID Connect Discovery, with the path of the issuer after the well-known suffix and before it.
//
// The issuer must be a URL as for [ProtectedResourceURLs], and must not have a query.
func AuthorizationServerURLs(issuer string) ([]string, error) {
	if err := checkIssuer(issuer); err != nil {
		return nil, fmt.Errorf("discovery: the issuer %w", err)
	}
	o := origin(issuer)
	// Any terminating slash is removed (RFC 8414 section 3.1).
	path := strings.TrimSuffix(issuer[len(o):], "/")
	if path == "" {
		return []string{o + wellKnownOAuth, o + wellKnownOpenID}, nil
	}
	return []string{o + wellKnownOAuth + path, o + wellKnownOpenID + path, o + path + wellKnownOpenID}, nil
}

func checkIssuer(s string) error {
	err := weburl.CheckHTTP(s)
	if err == nil && strings.Contains(s, "?") {
		err = errQuery
	}
	return err
}

// checkURL checks a URL that a server chose. It must have the scheme https; with loopback, http
// will do for this host. If the outcome is not OK, why is a predicate.
func checkURL(s string, loopback bool) (u *url.URL, outcome Outcome, why string) {
	u, err := parse(s)
	switch {
	case err != nil:
		return nil, BadURL, err.Error()
	case u.Scheme == "http" && !loopback:
		return nil, NotHTTPS, "is not https"
	case u.Scheme == "http" && !weburl.IsLoopback(u.Hostname()):
		return nil, NotHTTPS, "is not https, and its host is not this one"
	}
	return u, OK, ""
}

// parse parses a URL that a client may fetch.
func parse(s string) (*url.URL, error) {
	if err := weburl.CheckHTTP(s); err != nil {
		return nil, err
	}
	return url.Parse(s)
}

// origin returns the scheme and the authority of an absolute URL, as they are written there.
func origin(s string) string {
	start := strings.Index(s, "://") + len("://")
	if end := strings.IndexAny(s[start:], "/?#"); end >= 0 {
		return s[:start+end]
	}
	return s
}

// isSame reports whether the resource in metadata differs from the one that was asked for only in
// the case of the host, in the default port, or in a slash at the end.
func isSame(resource, requested string) bool {
	rest, ok := below(resource, requested)
	return ok && (rest == "" || rest == "/") && !strings.Contains(requested, "?")
}

// isParent reports whether the resource in metadata is of the origin of the one that was asked for,
// and has its path, or that of a folder which it is in.
func isParent(resource, requested string) bool {
	_, ok := below(resource, requested)
	return ok
}

// below returns what follows the path of the resource in the path of the requested one.
func below(resource, requested string) (rest string, ok bool) {
	r, err := parse(resource)
	if err != nil || strings.Contains(resource, "?") {
		return "", false
	}
	u, err := parse(requested)
	if err != nil || !sameOrigin(r, u) || !staysInside(u.Path) {
		return "", false
	}
	rest, ok = strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(r.EscapedPath(), "/"))
	return rest, ok && (rest == "" || rest[0] == '/')
}

// isOwnWellKnown reports whether the metadata URL is the one that only whoever has the path of the
// resource can publish at: the first of [ProtectedResourceURLs].
func isOwnWellKnown(metadataURL, resource string) bool {
	urls, err := ProtectedResourceURLs(resource)
	return err == nil && isSame(urls[0], metadataURL)
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
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

// staysInside reports whether all servers take the path, which has been decoded once, to be in the
// folder that it seems to be in. A segment "." or ".." leads out of it, and some servers find one
// where others do not: they decode twice, take a backslash for a slash, accept overlong UTF-8, or
// cut off what follows a semicolon, a control character or a space.
func staysInside(path string) bool {
	if !utf8.ValidString(path) || strings.ContainsAny(path, `%\?#`) {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if i := strings.IndexFunc(segment, func(r rune) bool { return r == ';' || r <= ' ' || r == 0x7f }); i >= 0 {
			segment = segment[:i]
		}
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}
