package wwwauth

import (
	"encoding/base64"
	"strings"
)

// Credentials are what a client sends in an Authorization or Proxy-Authorization field (RFC 9110 section
// 11.4): a scheme with a token68, with parameters, or with neither.
//
//	credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//
// They hold secrets. So of Credentials nothing but the scheme is printed by package fmt, with any verb,
// by log/slog, or as JSON.
//
// The zero Credentials have no scheme; they stand for a request without the field.
type Credentials struct {
	Scheme string // as received; compare with Is

	// What is secret stands behind a function, because package fmt looks into everything else: it cannot
	// call String on a field that is not exported, and follows pointers for some verbs.
	secret func() (token68 string, params []Param)
}

func newCredentials(scheme, token68 string, params []Param) Credentials {
	return Credentials{scheme, func() (string, []Param) { return token68, params }}
}

// NewCredentials returns credentials with the scheme and the parameters, given as names and values in
// turn, as [New] does:
//
//	wwwauth.NewCredentials("Digest", "username", "Mufasa", "uri", "/dir/index.html")
//
// It panics if a name has no value. What the strings hold is checked by [FormatCredentials].
func NewCredentials(scheme string, nameValue ...string) Credentials {
	return newCredentials(scheme, "", New(scheme, nameValue...).Params)
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
// token68 or the parameters, joined by ", ". Values are quoted, but for these, if they are tokens:
// algorithm, nc, qop, userhash and username* of Digest (RFC 7616 section 3.4), and all of Concealed (RFC
// 9729 section 4) and vapid (RFC 8292 section 3).
//
// What cannot be sent gets a [*FormatError]. It quotes nothing of the credentials.
func FormatCredentials(c Credentials) (string, error) {
	var isBare func(name string) bool
	switch {
	case c.Is("Digest"):
		isBare = isBareInDigestCredentials
	case c.Is("Concealed"), c.Is("vapid"):
		isBare = func(string) bool { return true }
	}
	b, err := appendElement(nil, c.reveal(), 0, isBare)
	if err != nil {
		return "", err
	}
	return string(b), nil
}

// isBareInDigestCredentials tells whether a parameter of Digest is sent without quotes. RFC 7616
// section 3.4 says of algorithm, qop and nc that they MUST NOT be quoted, and prints the other two so.
func isBareInDigestCredentials(name string) bool {
	return equalFold(name, "algorithm") || equalFold(name, "qop") || equalFold(name, "nc") ||
		equalFold(name, "userhash") || equalFold(name, "username*")
}

// Is tells whether c has the scheme, without regard to ASCII case (RFC 9110 section 11.1).
func (c Credentials) Is(scheme string) bool {
	return equalFold(c.Scheme, scheme)
}

// Token68 returns the token68 of c, such as the token of Bearer; "" if there is none.
func (c Credentials) Token68() string {
	return c.reveal().Token68
}

// Params returns the parameters of c, in wire order; nil if there are none.
func (c Credentials) Params() []Param {
	return c.reveal().Params
}

// Get returns the value of the parameter with the name, and "" if there is none.
func (c Credentials) Get(name string) string {
	return c.reveal().Get(name)
}

// Basic returns the user and the password in credentials of the scheme Basic. It returns false if the scheme
// is another, and if the token68 is not base64 of a user, a colon and a password without control bytes
// (RFC 7617 section 2).
func (c Credentials) Basic() (user, password string, ok bool) {
	b, err := decodeBase64(c.Token68())
	user, password, ok = strings.Cut(string(b), ":")
	if !c.Is("Basic") || err != nil || !ok || !consistsOf(string(b), isUserChar) {
		return "", "", false
	}
	return user, password, true
}

// isUserChar tells whether c may stand in a user or a password.
func isUserChar(c byte) bool { return c >= ' ' && c != 0x7f }

// String returns the scheme, and a mark in place of what is secret. See [FormatCredentials] for what is
// sent.
func (c Credentials) String() string {
	if r := c.reveal(); r.Token68 == "" && len(r.Params) == 0 {
		return c.Scheme
	}
	return c.Scheme + " [hidden]"
}

// reveal returns all of c in the form of a challenge, which has the same grammar.
func (c Credentials) reveal() Challenge {
	r := Challenge{Scheme: c.Scheme}
	if c.secret != nil {
		r.Token68, r.Params = c.secret()
	}
	return r
}
