package wwwauth

import (
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
)

// Credentials are what a client sends in an Authorization or Proxy-Authorization field (RFC 9110
// section 11.4): a scheme with a token68, with parameters, or with neither.
//
//	credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//
// Credentials are secret. Package fmt prints at most their scheme, with any verb, and so do
// log/slog and go-cmp; encoding/json writes an empty object. Even the scheme is printed only if it
// is a known one, since it may be a token that was sent without a scheme; see [Credentials.String].
//
// The zero Credentials have no scheme and stand for a request without the field.
type Credentials struct {
	// The contents are behind a function because package fmt looks into everything else: it cannot call the
	// String method of an unexported field, and follows pointers for some verbs.
	secret func() Challenge // credentials have the same grammar
}

func newCredentials(c Challenge) Credentials {
	return Credentials{func() Challenge { return c }}
}

// NewCredentials returns credentials with the given scheme and parameters, which alternate names and
// values:
//
//	c := wwwauth.NewCredentials("vapid", "t", token, "k", key)
//
// It panics if the last name has no value. The strings are checked by [FormatCredentials].
func NewCredentials(scheme string, nameValue ...string) Credentials {
	if len(nameValue)%2 != 0 {
		panic("wwwauth: NewCredentials: odd argument count")
	}
	return newCredentials(NewChallenge(scheme, nameValue...))
}

// TokenCredentials returns credentials with the given scheme and token68, such as "Bearer" and an
// access token. The strings are checked by [FormatCredentials].
func TokenCredentials(scheme, token68 string) Credentials {
	return newCredentials(Challenge{Scheme: scheme, Token68: token68})
}

// BasicCredentials returns credentials with the scheme Basic, whose token68 is the base64 of user,
// colon and password (RFC 7617 section 2). It returns a [*ViewError] if the user contains a colon,
// or either contains a control byte. The challenge may say which encoding the server expects; see
// [Basic].
func BasicCredentials(user, password string) (Credentials, error) {
	refuse := func(field, why string) (Credentials, error) {
		return Credentials{}, &ViewError{"BasicCredentials", field, "RFC 7617 section 2", why}
	}
	switch {
	case strings.Contains(user, ":"):
		return refuse("user", "contains a colon")
	case !isUserText(user):
		return refuse("user", "contains a control byte")
	case !isUserText(password):
		return refuse("password", "contains a control byte")
	}
	return TokenCredentials("Basic", base64.StdEncoding.EncodeToString([]byte(user+":"+password))), nil
}

// ParseCredentials reads the field lines of a request:
//
//	credentials, err := wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
//
// Without lines it returns the zero Credentials and no error.
//
// Unlike [Parse] it repairs nothing: a server that guesses at credentials may see a different user
// than the next one does. If the lines depart from RFC 9110, the error is a [*SyntaxError] with the
// line, offset and code of the first departure, as Parse reports it. The field is not a list
// (section 11.6.2), so a second challenge, a second line and an empty line are [UnexpectedByte].
// The error does not quote the credentials.
//
// If the error is not nil, the Credentials have at most a scheme: the token that every line starts
// with, if a space, a tab or the end of the line follows it. A server can then answer malformed
// credentials with 400 if it supports their scheme, and with 401 if it does not. Such Credentials
// authenticate nobody: check the error first.
func ParseCredentials(lines ...string) (Credentials, error) {
	if len(lines) == 0 {
		return Credentials{}, nil
	}
	// Nearly all credentials are a scheme and a token68. Without the parser and its memory they take half the time.
	if line := lines[0]; len(lines) == 1 {
		end := tokenEnd(line, 0)
		i := end
		for i < len(line) && line[i] == ' ' {
			i++
		}
		if end > 0 && end < i && i < len(line) && token68End(line, i) == len(line) {
			return newCredentials(Challenge{Scheme: line[:end], Token68: line[i:]}), nil
		}
	}
	p := Parser{MaxParams: -1}
	cs, err := p.Parse(lines...)
	fault := firstProblem(err)
	if fault == nil {
		fault = notCredentials(lines, cs)
	}
	if fault != nil {
		return newCredentials(Challenge{Scheme: leadingScheme(lines)}), fault
	}
	return newCredentials(cs[0]), nil
}

// firstProblem returns the first problem of an error of Parse, without what refers to challenges.
func firstProblem(err error) *SyntaxError {
	problems, ok := err.(ErrorList)
	if !ok {
		return nil
	}
	first := *problems[0]
	first.Kept, first.Challenge, first.Param = false, -1, -1
	return &first
}

func unexpectedByte(line, offset int) *SyntaxError {
	return &SyntaxError{Line: line, Offset: offset, Code: UnexpectedByte, Challenge: -1, Param: -1}
}

// notCredentials returns where lines that conform as challenges, those in cs, are not credentials, or nil if
// they are.
func notCredentials(lines []string, cs []Challenge) *SyntaxError {
	line := lines[0]
	switch start := skipOWS(line, 0); {
	case len(lines) > 1:
		return unexpectedByte(1, 0)
	case start == len(line):
		return unexpectedByte(0, 0)
	case line[start] == ',':
		return unexpectedByte(0, start)
	default:
		// The commas after a scheme and SP are those of #auth-param, which may have empty elements.
		end := tokenEnd(line, start)
		comma := strings.IndexByte(line, ',')
		if comma >= 0 && (cs[0].Token68 != "" || line[end] != ' ') {
			return unexpectedByte(0, comma)
		}
	}
	if len(cs) > 1 {
		_, second := secondChallenge(lines)
		return unexpectedByte(0, strings.LastIndexByte(line[:second], ','))
	}
	return nil
}

// secondChallenge returns where the second challenge starts, in lines that conform and have one.
func secondChallenge(lines []string) (line, offset int) {
	p := Parser{MaxChallenges: 1, MaxParams: -1}
	_, err := p.Parse(lines...)
	tooLarge := firstProblem(err)
	return tooLarge.Line, tooLarge.Offset
}

// leadingScheme returns the scheme that all lines start with, or "" if there is none.
func leadingScheme(lines []string) string {
	var scheme string
	for i, line := range lines {
		start := skipOWS(line, 0)
		end := tokenEnd(line, start)
		if end < len(line) && class[line[end]]&space == 0 {
			return ""
		}
		switch token := line[start:end]; {
		case i == 0:
			scheme = token
		case !equalFold(scheme, token):
			return ""
		}
	}
	return scheme
}

// FormatCredentials returns the canonical text of c as a field value: the scheme, one space, and
// the token68 or the parameters, joined by ", ". Values are quoted, with these exceptions:
//
//   - algorithm, nc and qop of Digest (RFC 7616 section 3.4) and all parameters of Concealed (RFC
//     9729 section 4) must be tokens and are not quoted;
//   - userhash and username* of Digest and all parameters of vapid (RFC 8292 section 3) are not
//     quoted if they are tokens.
//
// If c cannot be sent, the error is a [*FormatError]. It does not quote the credentials.
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
		err.(*FormatError).of = ofCredentials
		return "", err
	}
	for i, p := range r.Params {
		mustBeBare := c.Is("Concealed") || c.Is("Digest") && (equalFold(p.Name, "algorithm") || equalFold(p.Name, "qop") || equalFold(p.Name, "nc"))
		if mustBeBare && !isToken(p.Value) {
			return "", &FormatError{Param: i, Code: UnquotedValue, of: ofCredentials}
		}
	}
	return string(b), nil
}

// isBareInDigestCredentials reports whether a parameter of Digest is sent without quotes. RFC 7616 section
// 3.4 says that algorithm, qop and nc MUST NOT be quoted, and prints the other two without quotes.
func isBareInDigestCredentials(name string) bool {
	return equalFold(name, "algorithm") || equalFold(name, "qop") || equalFold(name, "nc") ||
		equalFold(name, "userhash") || equalFold(name, "username*")
}

// Scheme returns the scheme of c as received; compare with [Credentials.Is]. Do not print it: if a
// client sends a token without a scheme, the token is the scheme. [Credentials.String] is safe to
// print.
func (c Credentials) Scheme() string {
	return c.reveal().Scheme
}

// Is reports whether c has the scheme, without regard to ASCII case (RFC 9110 section 11.1).
func (c Credentials) Is(scheme string) bool {
	return equalFold(c.Scheme(), scheme)
}

// Token68 returns the token68 of c, such as a Bearer token, or "" if there is none.
func (c Credentials) Token68() string {
	return c.reveal().Token68
}

// Params returns a copy of the parameters of c in the order received, or nil if there are none.
func (c Credentials) Params() []Param {
	return slices.Clone(c.reveal().Params)
}

// Get returns the first value of the named parameter, or "" if there is none. Names are compared
// without regard to ASCII case (RFC 9110 section 11.2).
func (c Credentials) Get(name string) string {
	return c.reveal().Get(name)
}

// Lookup returns the first value of the named parameter, and whether there is one.
func (c Credentials) Lookup(name string) (value string, ok bool) {
	return c.reveal().Lookup(name)
}

// Data decodes the token68 of c, as [Challenge.Data] does.
func (c Credentials) Data() ([]byte, error) {
	return c.reveal().Data()
}

// Equal reports whether c and d have the same scheme, token68 and parameters, as [Challenge.Equal]
// does. The time it takes depends on the number and the lengths of their strings, and not on the
// contents.
func (c Credentials) Equal(d Credentials) bool {
	a, b := c.reveal(), d.reveal()
	equal := sameFold(a.Scheme, b.Scheme) & same(a.Token68, b.Token68)
	if len(a.Params) != len(b.Params) {
		return false
	}
	for i, p := range a.Params {
		equal &= sameFold(p.Name, b.Params[i].Name) & same(p.Value, b.Params[i].Value)
	}
	return equal == 1
}

// same returns 1 if a and b are equal, and 0 if not, in constant time for their lengths.
func same(a, b string) int {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b))
}

// sameFold is same without regard to ASCII case.
func sameFold(a, b string) int {
	return subtle.ConstantTimeCompare(lowerBytes(a), lowerBytes(b))
}

// Basic returns the user and the password of credentials with the scheme Basic. It returns false if
// the scheme is another, or if the token68 is not the base64 of user, colon and password without
// control bytes (RFC 7617 section 2). The padding may be missing, but otherwise the base64 must be
// canonical, so that a login has no other encoding.
func (c Credentials) Basic() (user, password string, ok bool) {
	encoding := base64.RawStdEncoding
	if strings.HasSuffix(c.Token68(), "=") {
		encoding = base64.StdEncoding
	}
	b, err := encoding.Strict().DecodeString(c.Token68())
	user, password, ok = strings.Cut(string(b), ":")
	if !c.Is("Basic") || err != nil || !ok || !isUserText(string(b)) {
		return "", "", false
	}
	return user, password, true
}

// isUserText reports whether s may be a user or a password: it has no control byte.
func isUserText(s string) bool { return consistsOf(s, text) && !strings.Contains(s, "\t") }

// String returns the scheme, with "[hidden]" in place of everything else. A scheme that is not a
// known one is hidden too, since it may be a token that was sent without a scheme. To get the field
// value, use [FormatCredentials].
func (c Credentials) String() string {
	r := c.reveal()
	text := r.Scheme
	if text != "" && !isKnown(text) {
		text = hidden
	}
	if r.Token68 != "" || len(r.Params) > 0 {
		if text != hidden {
			text += " " + hidden
		}
	}
	return text
}

const hidden = "[hidden]"

// reveal returns all of c.
func (c Credentials) reveal() Challenge {
	if c.secret == nil {
		return Challenge{}
	}
	return c.secret()
}

// AuthenticationInfo holds the parameters of an Authentication-Info or Proxy-Authentication-Info
// field (RFC 9110 section 11.6.3), which a server sends after it has accepted credentials. The
// field has no scheme; it belongs to that of the credentials.
//
//	Authentication-Info = #auth-param
//
// Unlike [Credentials] it is printed in full. Do not log it: it may hold a nextnonce or rspauth.
type AuthenticationInfo []Param

// ParseAuthenticationInfo reads the field lines of a response, one argument each. Without lines, or
// if they are blank, it returns nil and no error.
//
// Unlike [Parse] it repairs nothing: the field confirms an exchange that works without it. If the
// lines depart from RFC 9110 or repeat a parameter, it returns nil and a [*SyntaxError] with the
// line, offset and code of the first departure, as Parse reports it for the same text after a
// scheme.
func ParseAuthenticationInfo(lines ...string) (AuthenticationInfo, error) {
	blank := 0
	for blank < len(lines) && skipOWS(lines[blank], 0) == len(lines[blank]) {
		blank++
	}
	if blank == len(lines) {
		return nil, nil
	}
	// The parameters are those of a challenge, so let there be one. OWS at the start of a line is not part
	// of the value.
	const scheme = "Digest "
	start := skipOWS(lines[blank], 0)
	challenge := slices.Clone(lines[blank:])
	challenge[0] = scheme + challenge[0][start:]
	p := Parser{MaxParams: -1}
	cs, err := p.Parse(challenge...)
	fault := firstProblem(err)
	switch {
	case fault != nil && fault.Line == 0 && fault.Offset < len(scheme):
		// The text starts with "=", which would make a parameter of the scheme.
		fault = unexpectedByte(0, len(scheme))
	case fault != nil:
	case cs[0].Token68 != "":
		fault = unexpectedByte(0, len(scheme))
	case len(cs) > 1:
		// It is unexpected at the comma that makes it a list, unless that is where a line begins.
		line, offset := secondChallenge(challenge)
		if comma := strings.LastIndexByte(challenge[line][:offset], ','); comma >= 0 {
			offset = comma
		}
		fault = unexpectedByte(line, offset)
	default:
		return cs[0].Params, nil
	}
	if fault.Line == 0 {
		fault.Offset += start - len(scheme)
	}
	fault.Line += blank
	return nil, fault
}

// FormatAuthenticationInfo returns the parameters as a field value, joined by ", ". Values are
// quoted, except that nc and qop are not if they are tokens (RFC 7616 section 3.5). If the
// parameters cannot be sent, the error is a [*FormatError].
func FormatAuthenticationInfo(info AuthenticationInfo) (string, error) {
	b, err := appendParams(nil, info, 0, isBareInInfo)
	if err != nil {
		err.(*FormatError).of = ofInfo
		return "", err
	}
	return string(b), nil
}

// isBareInInfo reports whether a parameter is sent without quotes. RFC 7616 section 3.5 says that qop and nc
// MUST NOT be quoted.
func isBareInInfo(name string) bool {
	return equalFold(name, "qop") || equalFold(name, "nc")
}

// Get returns the first value of the named parameter, or "" if there is none. Names are compared
// without regard to ASCII case (RFC 9110 section 11.2).
func (info AuthenticationInfo) Get(name string) string {
	return Challenge{Params: info}.Get(name)
}
