package wwwauth

import (
	"encoding/base64"
	"slices"
	"strings"
)

// Credentials are what a client sends in an Authorization or Proxy-Authorization field (RFC 9110 section
// 11.4): a scheme with a token68, with parameters, or with neither.
//
//	credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//
// They hold secrets. So of Credentials nothing but the scheme is printed by package fmt, with any verb,
// by log/slog, or as JSON; and not even that if it may be a token that was sent without a scheme, see
// [Credentials.String].
//
// The zero Credentials have no scheme; they stand for a request without the field.
type Credentials struct {
	// Everything stands behind a function, because package fmt looks into all else: it cannot call String
	// on a field that is not exported, and follows pointers for some verbs.
	secret func() Challenge // credentials have the same grammar
}

func newCredentials(scheme, token68 string, params []Param) Credentials {
	c := Challenge{scheme, token68, params}
	return Credentials{func() Challenge { return c }}
}

// NewCredentials returns credentials with the scheme and the parameters, given as names and values in
// turn, as [NewChallenge] does:
//
//	wwwauth.NewCredentials("Digest", "username", "Mufasa", "uri", "/dir/index.html")
//
// It panics if a name has no value. What the strings hold is checked by [FormatCredentials].
func NewCredentials(scheme string, nameValue ...string) Credentials {
	if len(nameValue)%2 != 0 {
		panic("wwwauth: NewCredentials: odd argument count")
	}
	return newCredentials(scheme, "", NewChallenge(scheme, nameValue...).Params)
}

// TokenCredentials returns credentials with the scheme and the token68, such as Bearer and a token. What
// the strings hold is checked by [FormatCredentials].
func TokenCredentials(scheme, token68 string) Credentials {
	return newCredentials(scheme, token68, nil)
}

// BasicCredentials returns the credentials of the scheme Basic (RFC 7617 section 2): base64 of the user
// and the password. It refuses with a [*ViewError] a colon in the user, and a control byte in either. In
// which encoding the server wants them the challenge may tell; see [Basic].
func BasicCredentials(user, password string) (Credentials, error) {
	refuse := func(field, why string) (Credentials, error) {
		return Credentials{}, &ViewError{"BasicCredentials", field, "RFC 7617 section 2", why}
	}
	switch {
	case strings.Contains(user, ":"):
		return refuse("user", "holds a colon")
	case !consistsOf(user, isUserChar):
		return refuse("user", "holds a control byte")
	case !consistsOf(password, isUserChar):
		return refuse("password", "holds a control byte")
	}
	return TokenCredentials("Basic", base64.StdEncoding.EncodeToString([]byte(user+":"+password))), nil
}

// ParseCredentials reads the field lines of a request:
//
//	credentials, err := wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
//
// Without a line it returns the zero Credentials and no error, so a server answers an error with 400 and
// credentials without a scheme that it knows with 401.
//
// Unlike [Parse] it repairs nothing, since who guesses at credentials may see another user in them than
// the next server does. If the field departs from RFC 9110, it returns the zero Credentials and a
// [*SyntaxError] that tells where. A second line is a departure, and so is a second element, as in "Basic
// abc, Basic def": the field is no list (RFC 9110 section 11.6.2). The error quotes nothing of the
// credentials.
func ParseCredentials(lines ...string) (Credentials, error) {
	if len(lines) == 0 {
		return Credentials{}, nil
	}
	if len(lines) > 1 {
		return Credentials{}, &SyntaxError{1, 0, UnexpectedByte, false, -1}
	}
	fail := func(offset int, code Code) (Credentials, error) {
		return Credentials{}, &SyntaxError{0, offset, code, false, -1}
	}
	s := strings.TrimRight(lines[0], " \t")
	start := skipOWS(s, 0)
	end := tokenEnd(s, start)
	if end == start {
		return fail(start, UnexpectedByte)
	}
	if end == len(s) {
		return NewCredentials(s[start:]), nil
	}
	i := skipOWS(s, end)
	tab := strings.IndexByte(s[end:i], '\t')
	switch {
	case tab >= 0 && (tab == 0 || s[i] != ','):
		return fail(end+tab, BadWhitespace)
	case i == end:
		return fail(end, UnexpectedByte)
	}
	if token68End(s, i) == len(s) {
		return TokenCredentials(s[start:end], s[i:]), nil
	}
	var l paramList
	if offset, code := l.read(s, i); code != 0 {
		return fail(offset, code)
	}
	return newCredentials(s[start:end], "", l.params), nil
}

// FormatCredentials returns the field value for c, in canonical text: the scheme, one space, and the
// token68 or the parameters, joined by ", ". Values are quoted, but for these: algorithm, nc and qop of Digest
// (RFC 7616 section 3.4) and all of Concealed (RFC 9729 section 4), which must be tokens; and, if they are
// tokens, userhash and username* of Digest, and all of vapid (RFC 8292 section 3).
//
// What cannot be sent gets a [*FormatError]. It quotes nothing of the credentials.
func FormatCredentials(c Credentials) (string, error) {
	r := c.reveal()
	var isBare func(name string) bool
	switch {
	case c.Is("Digest"):
		isBare = isBareInDigestCredentials
	case c.Is("Concealed"), c.Is("vapid"):
		isBare = func(string) bool { return true }
	}
	b, err := appendElement(nil, r, 0, isBare)
	if err != nil {
		return "", err
	}
	for i, p := range r.Params {
		mustBeBare := c.Is("Concealed") || c.Is("Digest") && (equalFold(p.Name, "algorithm") || equalFold(p.Name, "qop") || equalFold(p.Name, "nc"))
		if mustBeBare && !isToken(p.Value) {
			return "", &FormatError{0, i, UnquotedValue}
		}
	}
	return string(b), nil
}

// isBareInDigestCredentials tells whether a parameter of Digest is sent without quotes. RFC 7616
// section 3.4 says of algorithm, qop and nc that they MUST NOT be quoted, and prints the other two so.
func isBareInDigestCredentials(name string) bool {
	return equalFold(name, "algorithm") || equalFold(name, "qop") || equalFold(name, "nc") ||
		equalFold(name, "userhash") || equalFold(name, "username*")
}

// Scheme returns the scheme of c as it was received; compare with [Credentials.Is]. Who sends a token without a
// scheme in front has it here, so do not print it; String knows when that may be.
func (c Credentials) Scheme() string {
	return c.reveal().Scheme
}

// Is tells whether c has the scheme, without regard to ASCII case (RFC 9110 section 11.1).
func (c Credentials) Is(scheme string) bool {
	return equalFold(c.Scheme(), scheme)
}

// Token68 returns the token68 of c, such as the token of Bearer; "" if there is none.
func (c Credentials) Token68() string {
	return c.reveal().Token68
}

// Params returns the parameters of c, in wire order; nil if there are none.
func (c Credentials) Params() []Param {
	return slices.Clone(c.reveal().Params)
}

// Get returns the value of the parameter with the name, and "" if there is none.
func (c Credentials) Get(name string) string {
	return c.reveal().Get(name)
}

// Basic returns the user and the password in credentials of the scheme Basic. It returns false if the scheme
// is another, and if the token68 is not base64 of a user, a colon and a password without control bytes
// (RFC 7617 section 2). The base64 must be that which an encoder gives, so that one login has one text; only
// its padding may be missing.
func (c Credentials) Basic() (user, password string, ok bool) {
	encoding := base64.RawStdEncoding
	if strings.HasSuffix(c.Token68(), "=") {
		encoding = base64.StdEncoding
	}
	b, err := encoding.Strict().DecodeString(c.Token68())
	user, password, ok = strings.Cut(string(b), ":")
	if !c.Is("Basic") || err != nil || !ok || !consistsOf(string(b), isUserChar) {
		return "", "", false
	}
	return user, password, true
}

// isUserChar tells whether c may stand in a user or a password.
func isUserChar(c byte) bool { return c >= ' ' && c != 0x7f }

// String returns the scheme, and a mark in place of what is secret. A scheme with nothing behind it may be a
// token that was sent without one, so it is shown only if it is well known. See [FormatCredentials] for
// what is sent.
func (c Credentials) String() string {
	switch r := c.reveal(); {
	case r.Token68 != "" || len(r.Params) > 0:
		return r.Scheme + " [hidden]"
	case r.Scheme == "" || isKnown(r.Scheme):
		return r.Scheme
	}
	return "[hidden]"
}

// reveal returns all of c.
func (c Credentials) reveal() Challenge {
	if c.secret == nil {
		return Challenge{}
	}
	return c.secret()
}
