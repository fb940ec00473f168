package report

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// isFetchable reports whether s is a URL that a client may fetch on the word of a server: absolute,
// without user information, which hides where it leads (RFC 9110 section 4.2.4), and with a host in ASCII,
// since programs differ in where any other leads.
func isFetchable(s string) bool { return s != "" && weburl.Fetchable(s) == nil }

// isInsecure reports whether anybody in between can read what is sent to the URL, and change the answer.
func isInsecure(s string) bool {
	u, err := weburl.Split(s)
	return err == nil && u.Scheme != "https" && !weburl.IsLoopback(u.Host)
}

// tokenURL returns the URL at which a container client gets its token, encoded: the realm without a
// fragment, with the service and each scope in the query. It can be put in single quotes.
func tokenURL(c wwwauth.Challenge, b wwwauth.Bearer) string {
	var u strings.Builder
	realm, _, _ := strings.Cut(b.Realm, "#")
	u.WriteString(weburl.Encode(realm, "'"))
	separator := "?"
	if strings.Contains(realm, "?") {
		separator = "&"
	}
	add := func(name, value string) {
		u.WriteString(separator + name + "=" + weburl.Encode(value, "'%&+#"))
		separator = "&"
	}
	if service := c.Get("service"); service != "" {
		add("service", service)
	}
	for _, scope := range b.Scope {
		add("scope", scope)
	}
	return u.String()
}

// inURL returns a URL with everything percent-encoded that is not allowed in one, so that it can be
// copied. If a shell would take a part of it for something else, it is in single quotes.
func inURL(s string) string {
	if u := weburl.Encode(s, ""); !strings.ContainsAny(u, "!#$&'()*;?[]~") {
		return u
	}
	return "'" + weburl.Encode(s, "'") + "'"
}
