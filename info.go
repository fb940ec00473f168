package wwwauth

import (
	"slices"
	"strings"
)

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
