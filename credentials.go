package wwwauth

import (
	"crypto/subtle"
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

func newCredentials(c Challenge) Credentials {
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
	return newCredentials(NewChallenge(scheme, nameValue...))
}

// TokenCredentials returns credentials with the scheme and the token68, such as Bearer and a token. What
// the strings hold is checked by [FormatCredentials].
func TokenCredentials(scheme, token68 string) Credentials {
	return newCredentials(Challenge{Scheme: scheme, Token68: token68})
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
// If there are no lines, it returns the zero Credentials and no error.
//
// Unlike [Parse] it repairs nothing: to guess at credentials is to risk reading another user in them than
// the next server does. If the lines depart from RFC 9110, the error is a [*SyntaxError] for the first
// departure, the same that Parse reports, with a Challenge and Param of -1. A list is a departure too, and
// so are several lines and an empty one ([UnexpectedByte]): the field holds exactly one element (RFC 9110
// section 11.6.2). The error does not quote the credentials.
//
// With an error, the Credentials have at most a scheme: the token at the start of all lines, if whitespace
// or the end follows it. It tells broken credentials for a scheme of this server, which are answered with
// 400, from those for another scheme, which are answered with 401. It authenticates nobody, so check the
// error before anything else is done with them.
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

// firstProblem returns the first problem of an error of Parse as one that is about no challenge.
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

// notCredentials says where lines that hold the challenges cs are not credentials: they are a list, and
// conform as such.
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

// secondChallenge returns where the second challenge begins in lines that conform and have one.
func secondChallenge(lines []string) (line, offset int) {
	p := Parser{MaxChallenges: 1, MaxParams: -1}
	_, err := p.Parse(lines...)
	tooLarge := firstProblem(err)
	return tooLarge.Line, tooLarge.Offset
}

// leadingScheme returns the scheme that all lines begin with, "" if there is none.
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

// Lookup returns the value of the first parameter with the name, and whether there is one.
func (c Credentials) Lookup(name string) (value string, ok bool) {
	return c.reveal().Lookup(name)
}

// Data returns the bytes that the token68 of c stands for, as [Challenge.Data] does.
func (c Credentials) Data() ([]byte, error) {
	return c.reveal().Data()
}

// Equal reports whether c and d are the same, as [Challenge.Equal] does. The time it takes depends on the
// lengths of what is compared and not on the contents.
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

// String returns the scheme if it is well known, and a mark in place of all else. Any other scheme may be
// a token that was sent without one. See [FormatCredentials] for the field value.
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

// AuthenticationInfo holds the parameters of an Authentication-Info or Proxy-Authentication-Info field
// (RFC 9110 section 11.6.3): what a server has to say after it has accepted credentials. There is no
// scheme in it; it is that of the credentials. Unlike [Credentials] it is printed with all that is in it: a
// nextnonce or rspauth does not belong into a log.
//
//	Authentication-Info = #auth-param
type AuthenticationInfo []Param

// ParseAuthenticationInfo reads the field lines of a response, one argument each.
//
// Unlike [Parse] it repairs nothing, since the field only confirms. If the lines depart from RFC 9110 or
// repeat a parameter, it returns nil and a [*SyntaxError] for the first departure: the one that Parse reports
// if a scheme stands before the lines, with a Challenge and Param of -1.
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

// FormatAuthenticationInfo returns the field value with the parameters, joined by ", ". Values are
// quoted, but for those of nc and qop, which stand without quotes if they are tokens (RFC 7616 section
// 3.5). What cannot be sent gets a [*FormatError].
func FormatAuthenticationInfo(info AuthenticationInfo) (string, error) {
	b, err := appendParams(nil, info, 0, isBareInInfo)
	if err != nil {
		err.(*FormatError).of = ofInfo
		return "", err
	}
	return string(b), nil
}

// isBareInInfo tells whether a parameter is sent without quotes. RFC 7616 section 3.5 says of qop and nc
// that they MUST NOT be quoted.
func isBareInInfo(name string) bool {
	return equalFold(name, "qop") || equalFold(name, "nc")
}

// Get returns the value of the parameter with the name, and "" if there is none.
func (info AuthenticationInfo) Get(name string) string {
	return Challenge{Params: info}.Get(name)
}
