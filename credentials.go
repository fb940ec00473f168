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

	// Package fmt cannot call String where the Credentials are in a field that is not exported. A
	// pointer it prints as an address there.
	secret *secret
}

type secret struct {
	token68 string
	params  []Param
}

// NewCredentials returns credentials with the scheme and the parameters, given as names and values in
// turn, as [New] does:
//
//	wwwauth.NewCredentials("Digest", "username", "Mufasa", "uri", "/dir/index.html")
//
// It panics if a name has no value. What the strings hold is checked by [FormatCredentials].
func NewCredentials(scheme string, nameValue ...string) Credentials {
	return Credentials{scheme, &secret{params: New(scheme, nameValue...).Params}}
}

// TokenCredentials returns credentials with the scheme and the token68, such as Bearer and a token. What
// the strings hold is checked by [FormatCredentials].
func TokenCredentials(scheme, token68 string) Credentials {
	return Credentials{scheme, &secret{token68: token68}}
}

// BasicCredentials returns the credentials of the scheme Basic (RFC 7617 section 2): base64 of the user
// and the password. It refuses with a [*ViewError] a colon in the user, and a control byte in either. In
// which encoding the server wants them the challenge may tell; see [Basic].
func BasicCredentials(user, password string) (Credentials, error) {
	refuse := func(field, why string) (Credentials, error) {
		return Credentials{}, &ViewError{"BasicCredentials", field, "RFC 7617 section 2", why}
	}
	isText := func(c byte) bool { return c >= ' ' && c != 0x7f }
	switch {
	case strings.Contains(user, ":"):
		return refuse("user", "holds a colon")
	case !consistsOf(user, isText):
		return refuse("user", "holds a control byte")
	case !consistsOf(password, isText):
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
// [*SyntaxError] for the first departure. A second line is one, and so is a second element, as in "Basic
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
	case tab == 0 || tab > 0 && s[i] != ',':
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
	return Credentials{s[start:end], &secret{params: l.params}}, nil
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
	b, err := appendElement(nil, Challenge{c.Scheme, c.Token68(), c.Params()}, 0, isBare)
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
	if c.secret == nil {
		return ""
	}
	return c.secret.token68
}

// Params returns the parameters of c, in wire order; nil if there are none.
func (c Credentials) Params() []Param {
	if c.secret == nil {
		return nil
	}
	return c.secret.params
}

// Get returns the value of the parameter with the name, and "" if there is none.
func (c Credentials) Get(name string) string {
	return Challenge{Params: c.Params()}.Get(name)
}

// Basic returns the user and the password in credentials of the scheme Basic, and false if the scheme is
// another, or the token68 is not base64 of something with a colon (RFC 7617 section 2).
func (c Credentials) Basic() (user, password string, ok bool) {
	if !c.Is("Basic") {
		return "", "", false
	}
	b, err := decodeBase64(c.Token68())
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(b), ":")
}

// String returns the scheme, and a mark in place of what is secret. See [FormatCredentials] for what is
// sent.
func (c Credentials) String() string {
	if c.Token68() == "" && len(c.Params()) == 0 {
		return c.Scheme
	}
	return c.Scheme + " [hidden]"
}
