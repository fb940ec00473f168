package wwwauth

// A Basic holds the parameters of a challenge with the scheme Basic (RFC 7617 section 2).
type Basic struct {
	Realm string  // the protection space; always sent, even if empty
	UTF8  bool    // charset="UTF-8": user and password are sent in UTF-8, in normalization form C
	Other []Param // all other parameters, in order; clients ignore them
}

// Challenge returns the challenge for b, with the realm first, as some clients require. It returns
// a [*ViewError] for a control byte, and for a parameter in Other that has a field of its own. If
// the error is nil, the challenge can be sent.
func (b Basic) Challenge() (Challenge, error) {
	m := maker{view: "Basic", challenge: Challenge{Scheme: "Basic", Params: make([]Param, 0, len(basicNames)+len(b.Other))}}
	m.add("Realm", "realm", b.Realm)
	if b.UTF8 {
		m.add("UTF8", "charset", "UTF-8")
	}
	m.addOther(b.Other, basicNames[:])
	return m.done()
}

// Basic returns the parameters of c, and whether its scheme is Basic.
//
// It accepts anything that a server sends. "Basic realm=", a token68 by the grammar, is read as an
// empty realm, and so is "Basic" alone. If a parameter is repeated, its first well-formed value is
// used, and values that differ from it are in Other (see [Challenge.Conflicts]). A charset other
// than UTF-8, which clients must ignore, is in Other too.
func (c Challenge) Basic() (Basic, bool) {
	if !c.Is("Basic") {
		return Basic{}, false
	}
	var b Basic
	b.Other = c.fill(basicNames[:], func(name, value string) bool {
		if name == "charset" {
			return setUTF8(&b.UTF8, value)
		}
		b.Realm = value
		return true
	})
	return b, true
}

// basicNames are the parameters that have a field.
var basicNames = [...]string{"realm", "charset"}
