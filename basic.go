package wwwauth

// A Basic holds the parameters of a challenge with the scheme Basic (RFC 7617 section 2).
type Basic struct {
	Realm string  // the protection space; always sent, also if it is empty
	UTF8  bool    // charset="UTF-8": user and password are to be sent in UTF-8, and in its normal form C
	Other []Param // everything else, in order; clients ignore it
}

// Challenge returns the challenge that says what b holds: the realm first, since some clients demand it
// there. It refuses with a [*ViewError] a control byte, and in Other a parameter that has a field of
// its own. Without an error the challenge can be sent.
func (b Basic) Challenge() (Challenge, error) {
	m := maker{view: "Basic", challenge: Challenge{Scheme: "Basic"}}
	m.add("Realm", "realm", b.Realm)
	if b.UTF8 {
		m.add("UTF8", "charset", "UTF-8")
	}
	m.addOther(b.Other, b.slots)
	return m.done()
}

// Basic returns what c holds if its scheme is Basic, and false if it is another.
//
// It takes whatever a server sends. "Basic realm=", by the grammar a token68, is read as an empty
// realm, and so is "Basic" alone. Of a parameter that is repeated the first value that has the right
// form counts, and those that differ from it are in Other (see [Challenge.Conflicts]); so is a charset that is not UTF-8, which is to
// be ignored.
func (c Challenge) Basic() (Basic, bool) {
	if !c.Is("Basic") {
		return Basic{}, false
	}
	var b Basic
	b.Other = c.fill(b.slots())
	return b, true
}

func (b *Basic) slots() []slot {
	return []slot{
		{name: "realm", set: toString(&b.Realm)},
		{name: "charset", set: toUTF8(&b.UTF8)},
	}
}
