package wwwauth

import "strings"

// AuthenticationInfo holds the parameters of an Authentication-Info or Proxy-Authentication-Info field
// (RFC 9110 section 11.6.3): what a server has to say after it has accepted credentials. There is no
// scheme in it; it is that of the credentials. Unlike [Credentials] it is printed with all that is in it: a
// nextnonce or rspauth does not belong into a log.
//
//	Authentication-Info = #auth-param
type AuthenticationInfo []Param

// ParseAuthenticationInfo reads the field lines of a response, one argument each.
//
// Unlike [Parse] it repairs nothing, since the field only confirms. If the lines depart from RFC 9110, or
// repeat a parameter, it returns nil and a [*SyntaxError] that tells where.
func ParseAuthenticationInfo(lines ...string) (AuthenticationInfo, error) {
	var l paramList
	for n, line := range lines {
		s := strings.TrimRight(line, " \t")
		if offset, code := l.read(s, 0); code != 0 {
			return nil, &SyntaxError{n, offset, code, false, -1}
		}
	}
	return l.params, nil
}

// FormatAuthenticationInfo returns the field value with the parameters, joined by ", ". Values are
// quoted, but for those of nc and qop, which stand without quotes if they are tokens (RFC 7616 section
// 3.5). What cannot be sent gets a [*FormatError].
func FormatAuthenticationInfo(info AuthenticationInfo) (string, error) {
	b, err := appendParams(nil, info, 0, isBareInInfo)
	if err != nil {
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

// A paramList is the parameters read so far.
type paramList struct {
	params []Param
	names  nameSet
}

// read reads a list of parameters from s[i] to the end of s. If it departs from the grammar, it returns
// where and in what way.
//
//	#auth-param = [ auth-param ] *( OWS "," OWS [ auth-param ] )
//	auth-param  = token BWS "=" BWS ( token / quoted-string )
func (l *paramList) read(s string, i int) (offset int, departure Code) {
	if control := run(s, i, text); control < len(s) {
		return control, ControlByte
	}
	for {
		for i < len(s) && (s[i] == ',' || class[s[i]]&space != 0) {
			i++
		}
		if i == len(s) {
			return 0, 0
		}
		end := tokenEnd(s, i)
		equals := skipOWS(s, end)
		if end == i || equals == len(s) || s[equals] != '=' {
			return equals, UnexpectedByte
		}
		name := s[i:end]
		if l.names.add(l.params, name) {
			return i, DuplicateParam
		}
		var value string
		i = skipOWS(s, equals+1)
		switch {
		case i == len(s) || s[i] == ',':
			return i, MissingValue
		case s[i] == '"':
			if value, end = quotedString(s, i); end == 0 {
				return i, UnterminatedQuote
			}
		default:
			end = tokenEnd(s, i)
			value = s[i:end]
		}
		if end == i || !delimited(s, end) {
			return skipOWS(s, end), UnexpectedByte
		}
		l.params = append(l.params, Param{name, value})
		i = end
	}
}
