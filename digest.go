package wwwauth

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Digest holds the parameters of a challenge with the scheme Digest (RFC 7616 section 3.3).
//
// A server makes a challenge of it with [Digest.Challenge], one for each algorithm, the preferred first.
// A client gets it from a challenge with [Challenge.Digest], and the best of several with
// [SelectDigest].
type Digest struct {
	Realm     string   // the protection space; always sent, also if it is empty
	Domain    []string // URIs of the protection space; none stands for all of the server. Of no meaning in Proxy-Authenticate.
	QOP       []string // qualities of protection, auth and auth-int in lower case; none means a server of RFC 2069
	Algorithm string   // MD5, SHA-256, SHA-512-256, or one of them with -sess; "" stands for MD5
	Nonce     string   // to be sent back, as a part of the response
	Opaque    string   // to be sent back as it is
	Stale     bool     // only the nonce is too old: the user need not be asked again
	UTF8      bool     // charset=UTF-8: user and password are to be taken in UTF-8, and in its normal form C
	UserHash  bool     // the server takes a hash in place of the user name
	Other     []Param  // everything else, in order; clients ignore it
}

// Challenge returns the challenge that says what d holds. Empty parameters are left out, but for the
// realm.
//
// What RFC 7616 section 3.3 forbids is refused with a [*ViewError]: a challenge without nonce or qop, an
// algorithm or qop that is no token, a domain with something that is neither an absolute URI nor an absolute
// path; and so are a control byte,
// and in Other a parameter that has a field of its own. Without an error the challenge can be sent.
func (d Digest) Challenge() (Challenge, error) {
	m := maker{view: "Digest", challenge: Challenge{Scheme: "Digest"}}
	const section = "RFC 7616 section 3.3"
	m.add("Realm", "realm", d.Realm)
	m.addList("Domain", "domain", d.Domain, " ", isItemChar, section)
	for _, s := range d.Domain {
		u, err := weburl.Parse(s)
		isPath := strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
		if err != nil || u.User != nil || !u.IsAbs() && !isPath {
			m.refuse("Domain", section, "holds neither an absolute URI nor an absolute path")
		}
	}
	if len(d.QOP) == 0 {
		m.refuse("QOP", section, "is missing")
	}
	m.addList("QOP", "qop", d.QOP, ", ", isTChar, section)
	m.addText("Algorithm", "algorithm", d.Algorithm, isTChar, section)
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
	m.addOther(d.Other, d.slots)
	return m.done()
}

// Digest returns what c holds if its scheme is Digest, and false if it is another.
//
// It takes whatever a server sends. Of a parameter that is repeated the first value that has the right form
// counts, and those that differ from it are in Other (see [Challenge.Conflicts]); so is what has not the right form, such as a
// charset that is not UTF-8, which is to be ignored. Only a stale that is true is true.
func (c Challenge) Digest() (Digest, bool) {
	if !c.Is("Digest") {
		return Digest{}, false
	}
	var d Digest
	d.Other = c.fill(d.slots())
	return d, true
}

func (d *Digest) slots() []slot {
	return []slot{
		{name: "realm", set: toString(&d.Realm)},
		{name: "domain", set: toList(&d.Domain)},
		{name: "qop", set: func(value string) bool {
			// A list as in the grammar, but within quotes: "auth, auth-int".
			d.QOP = fields(value, ", \t")
			for i, option := range d.QOP {
				for _, known := range knownQOP {
					if equalFold(option, known) {
						d.QOP[i] = known
					}
				}
			}
			return true
		}},
		{name: "algorithm", set: toString(&d.Algorithm)},
		{name: "nonce", set: toString(&d.Nonce)},
		{name: "opaque", set: toString(&d.Opaque)},
		{name: "stale", set: toFlag(&d.Stale)},
		{name: "charset", set: toUTF8(&d.UTF8)},
		{name: "userhash", set: toFlag(&d.UserHash)},
	}
}

// SelectDigest returns the Digest challenge to answer: of the algorithms, which stand in the caller's order
// of preference, it takes the first that is offered, and of the challenges with it the first. It returns
// false if none is offered; a challenge with another algorithm is to be ignored (RFC 7616 section 3.3). One
// without algorithm has MD5, but not one whose algorithm is empty. Algorithms are compared without regard to
// ASCII case.
//
// What cannot be answered is skipped: a challenge without a nonce; one with a qop that names neither auth nor
// auth-int, since options that are not known are to be ignored (none at all is a server of RFC 2069); and one with
// several realms or nonces that differ, see [Challenge.Conflicts].
//
//	digest, ok := wwwauth.SelectDigest(challenges, "SHA-512-256", "SHA-256", "MD5")
func SelectDigest(cs []Challenge, algorithms ...string) (Digest, bool) {
	var offered []Digest
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

// canAnswer tells whether a response can be made for c, whose view is d.
func canAnswer(c Challenge, d Digest) bool {
	_, hasAlgorithm := c.Lookup("algorithm")
	isKnown := func(option string) bool { return slices.Contains(knownQOP[:], option) }
	switch {
	case d.Nonce == "", c.Conflicts("nonce"), c.Conflicts("realm"), hasAlgorithm && d.Algorithm == "":
		return false
	}
	return len(d.QOP) == 0 || slices.ContainsFunc(d.QOP, isKnown)
}
