package wwwauth

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Digest holds the parameters of a challenge with the scheme Digest (RFC 7616 section 3.3).
//
// A server makes challenges with [Digest.Challenge], one for each algorithm, in order of preference. A
// client gets a Digest from a challenge with [Challenge.Digest], and the best of several with
// [SelectDigest].
type Digest struct {
	// Realm is the protection space. It is always sent, even if it is empty.
	Realm string

	// Domain holds the URIs of the protection space; if there are none, it is the whole server. It
	// has no meaning in Proxy-Authenticate.
	Domain []string

	QOP       []string // qualities of protection, such as "auth"; none means a server of RFC 2069
	Algorithm string   // MD5, SHA-256, SHA-512-256, or one of them with -sess; "" means MD5
	Nonce     string   // chosen by the server; part of what the response is computed from
	Opaque    string   // returned by the client unchanged
	Stale     bool     // only the nonce is too old: the client need not ask the user again
	UTF8      bool     // charset=UTF-8: user and password are in UTF-8, in normalization form C
	UserHash  bool     // the server accepts a hash of the user name
	Other     []Param  // all other parameters, in order; clients ignore them
}

// Challenge returns the challenge for d. It leaves out empty parameters, except for the realm.
//
// It returns a [*ViewError] for what RFC 7616 section 3.3 forbids: a challenge without a nonce or
// qop, an algorithm or qop that is not a token, and a domain that is neither an absolute URI nor an
// absolute path; for a control byte in any value; and for a parameter in Other that has a field of
// its own. If the error is nil, the challenge can be sent.
func (d Digest) Challenge() (Challenge, error) {
	m := maker{view: "Digest", challenge: Challenge{Scheme: "Digest", Params: make([]Param, 0, len(digestNames)+len(d.Other))}}
	const section = "RFC 7616 section 3.3"
	m.add("Realm", "realm", d.Realm)
	m.addList("Domain", "domain", d.Domain, " ", text, section)
	for _, s := range d.Domain {
		u, err := weburl.Parse(s)
		isPath := strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
		if err != nil || u.HasUser || !u.IsAbs() && !isPath {
			m.refuse("Domain", section, "contains neither an absolute URI nor an absolute path")
		}
	}
	if len(d.QOP) == 0 {
		m.refuse("QOP", section, "is missing")
	}
	m.addList("QOP", "qop", d.QOP, ", ", tchar, section)
	m.addText("Algorithm", "algorithm", d.Algorithm, tchar, section)
	if d.Nonce == "" {
		m.refuse("Nonce", section, "is missing")
	}
	m.add("Nonce", "nonce", d.Nonce)
	if d.Opaque != "" {
		m.add("Opaque", "opaque", d.Opaque)
	}
	if d.Stale {
		m.add("Stale", "stale", "true")
	}
	if d.UTF8 {
		m.add("UTF8", "charset", "UTF-8")
	}
	if d.UserHash {
		m.add("UserHash", "userhash", "true")
	}
	m.addOther(d.Other, digestNames[:])
	return m.done()
}

// Digest returns the parameters of c, and whether its scheme is Digest.
//
// It accepts anything that a server sends. If a parameter is repeated, its first well-formed value
// is used, and values that differ from it are in Other (see [Challenge.Conflicts]). A value that is
// malformed is in Other too, and so is a charset other than UTF-8, which clients must ignore. The
// qop values auth and auth-int are returned in lower case.
func (c Challenge) Digest() (Digest, bool) {
	if !c.Is("Digest") {
		return Digest{}, false
	}
	var d Digest
	d.Other = c.fill(digestNames[:], d.set)
	return d, true
}

// digestNames are the parameters that have a field.
var digestNames = [...]string{"realm", "domain", "qop", "algorithm", "nonce", "opaque", "stale", "charset", "userhash"}

// set sets the field of a parameter, if the value has the right form.
func (d *Digest) set(name, value string) bool {
	switch name {
	case "realm":
		d.Realm = value
	case "domain":
		d.Domain = appendItems(nil, value, space)
	case "qop":
		// A list as in the grammar, but within quotes: "auth, auth-int".
		d.QOP = appendItems(nil, value, separator)
		for i, option := range d.QOP {
			if k := indexName(knownQOP[:], option); k >= 0 {
				d.QOP[i] = knownQOP[k]
			}
		}
	case "algorithm":
		d.Algorithm = value
	case "nonce":
		d.Nonce = value
	case "opaque":
		d.Opaque = value
	case "stale":
		return setFlag(&d.Stale, value)
	case "charset":
		return setUTF8(&d.UTF8, value)
	case "userhash":
		return setFlag(&d.UserHash, value)
	}
	return true
}

// SelectDigest returns the Digest challenge to answer, given the algorithms that the caller
// supports in order of preference: the first challenge with the first of these algorithms that any
// challenge has. It returns false if there is none. A challenge without an algorithm has MD5; one
// with an empty algorithm has none. Algorithms are compared without regard to ASCII case.
//
//	d, ok := wwwauth.SelectDigest(challenges, "SHA-512-256", "SHA-256", "MD5")
//
// Challenges that cannot be answered are skipped: those without a nonce, those whose qop includes
// neither auth nor auth-int, and those that repeat realm or nonce with different values (see
// [Challenge.Conflicts]).
func SelectDigest(cs []Challenge, algorithms ...string) (Digest, bool) {
	offered := make([]Digest, 0, 2) // on the stack: enough for most
	for _, c := range cs {
		if d, ok := c.Digest(); ok && canAnswer(c, d) {
			offered = append(offered, d)
		}
	}
	for _, algorithm := range algorithms {
		for _, d := range offered {
			if equalFold(d.Algorithm, algorithm) || d.Algorithm == "" && equalFold(algorithm, "MD5") {
				return d, true
			}
		}
	}
	return Digest{}, false
}

var knownQOP = [...]string{"auth", "auth-int"}

// canAnswer reports whether a response to c, whose view is d, can be made.
func canAnswer(c Challenge, d Digest) bool {
	_, hasAlgorithm := c.Lookup("algorithm")
	isKnown := func(option string) bool { return slices.Contains(knownQOP[:], option) }
	switch {
	case d.Nonce == "", c.Conflicts("nonce"), c.Conflicts("realm"), hasAlgorithm && d.Algorithm == "":
		return false
	}
	return len(d.QOP) == 0 || slices.ContainsFunc(d.QOP, isKnown)
}
