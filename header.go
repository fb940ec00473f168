// Package wwwauth parses and formats HTTP authentication challenges: the values of the
// WWW-Authenticate and Proxy-Authenticate fields (RFC 9110 section 11).
//
// A client that receives a 401 calls [Parse], and a server that sends one calls [Lines]:
//
//	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//	bearer, ok := wwwauth.Select(challenges, "Bearer")
//
//	lines, err := wwwauth.Lines(wwwauth.NewChallenge("Bearer", "scope", "read", "realm", "example"))
//
// Parse returns two things at once: every challenge that can be read, and an error that lists every
// departure from the RFC. A tolerant caller looks at the challenges first and a strict one at the
// error; there is no mode to choose. A caller in between passes the error to [Tolerate].
//
// [Bearer], [DPoP], [Basic] and [Digest] are typed views of the most common schemes:
// [Challenge.Bearer] reads the parameters of a challenge, and [Bearer.Challenge] makes a challenge
// that follows the rules of the scheme.
//
//	b, ok := bearer.Bearer()
//	challenge, err := wwwauth.Bearer{Scope: wwwauth.Scope{"read"}, Error: wwwauth.InvalidToken}.Challenge()
//
// [ParseCredentials] reads what a client sends in Authorization or Proxy-Authorization, and
// [ParseAuthenticationInfo] what a server sends once it has accepted the credentials.
//
// Whatever a server sends, Parse takes time and memory proportional to its length, does not panic,
// and returns no string with a control byte other than HTAB. Junk never becomes a challenge. A broken
// challenge does not hide those after it, with one exception: a stray quote. A quoted string that is
// not closed takes the rest of its line, and in
//
//	P a="{"b":"c","d":"e"}", Basic realm="x"
//
// the quotes pair up so that ", Basic realm=" is a quoted string.
//
// # Conformance
//
// Parse accepts what RFC 9110 requires recipients to accept: sections 11.2 to 11.6.1, with the lists
// of 5.6.1.2, the quoted strings of 5.6.4, the whitespace of 5.6.3 and the combined field lines of 5.2.
// RFC 7235 has the same grammar, except that a field value cannot be empty. Proxy-Authenticate and the
// Optional-WWW-Authenticate of RFC 8053 have the same grammar as WWW-Authenticate. The error is nil if
// and only if the lines conform, except that:
//
//   - A quoted string ends with its field line. If the lines were joined first, as the RFC allows, one
//     broken line would swallow a challenge of the next.
//   - A parameter name that occurs twice in a challenge is an error. The grammar allows it, but section
//     11.2 does not. Both parameters are kept; [Challenge.Get] returns the first value.
//   - Too many challenges, parameters or departures are an error, and the rest is not read; see Limits.
//
// A field value that is empty or has only commas holds no challenges and is not an error, although a
// 401 without a challenge violates section 15.5.2.
//
// Schemes and parameter names are compared without regard to ASCII case (11.1, 11.2). Values are
// bytes; neither UTF-8 nor Latin-1 is assumed (5.5).
//
// Credentials and Authentication-Info (11.4, 11.6.3) are read by the same grammar, but nothing in them
// is repaired.
//
// [Format], [Lines] and [Append] follow the grammar for senders (5.6.1.1) and always quote the realm
// (11.5). Their output is read back unchanged by any [Parser] whose limits it does not exceed.
//
// # Tolerated input
//
// Parse repairs the departures in the following table and no others. The first column has the name of
// each [Code]. A repair never moves the end of a value beyond the next comma, unless a quoted string is
// not closed. Only a scheme in its proper place, or a known scheme followed by a parameter, starts a
// challenge.
//
//	code                what is read                              sent by
//	missing-comma       a="b" c="d": two parameters               Elasticsearch before 8.15, CUPS,
//	                    a="b" Basic c="d": two challenges         AirTunes, Azure Storage
//	semicolon           a="b"; c="d": two parameters              SYZOJ, PHP sites and other
//	                    Basic; a="b": one challenge               hand-written servers
//	                    a=b; at the end: the value b
//	unquoted-value      a=http://x/y: the value up to the next    MCP go-sdk, rmcp, Azure Storage,
//	                    comma, parameter, or semicolon and        Azure Arc, gin-jwt,
//	                    space                                     Privacy Pass issuers
//	single-quote        a='b c': the value b c                    OpenStack Keystone, Doorkeeper,
//	                                                              unRAID
//	smart-quote         a=“b”: the value b                        servers configured by copy and paste
//	inner-quote         a="say "hi"": the value say "hi"          nginx, haproxy, lighttpd, squid,
//	                                                              caddy, radicale, auth0
//	unterminated-quote  a="b: the value b                         Avtech, Acer, Neutrino,
//	                    a="b,c="d": the values b and d            SUSE registry, Helidon
//	comma-after-scheme  Bearer, a="b": one challenge              Google ESPv1, oauthlib,
//	                                                              Django OAuth Toolkit
//	missing-value       a=, b="c": an empty value                 RTSP cameras, registries
//	                    a="b", c, d="e": an empty value
//	bad-whitespace      a tab after the scheme: a space
//	line-fold           CR LF SP: spaces                          text pasted from RFCs, SIP
//	control-byte        any other control byte but HTAB: a space  Linksys devices
//	duplicate-param     a="b", a="c": both                        Sentry MCP, Monero
//
// The following are reported but not repaired, and the text they refer to is dropped:
//
//	missing-scheme      a parameter that belongs to no challenge  NETGEAR, 2Wire devices
//	token68-and-params  Negotiate abc==, a="b": the parameter
//	unexpected-byte     anything else, up to the next comma or    Quarkus (Bearer {token}),
//	                    up to something that can be read          Facebook (OAuth "..." "...")
//	too-large           everything after a limit is reached
//
// # Limits
//
// Parse returns at most 128 challenges, 1024 parameters and 256 departures; a [Parser] can have other
// limits. The number of bytes is not limited: Kerberos tokens take tens of KiB, and net/http limits
// the header as a whole.
//
// # Untrusted text
//
// The strings in a challenge are chosen by a server, or by someone in between. Do not show them to a
// user unescaped, do not fetch a URL without checking it, and do not log a token68 or a nonce. The
// errors of this package do not quote the input, and [Credentials] never print more than their scheme.
//
// # Stability
//
// Before version 1 anything may change, with a note in the changelog. From version 1 on, valid input
// stays valid and is read the same way, and a Code keeps its value and its name. The text of errors may
// change. A new minor version may add repairs, so a client that trusts some repairs and not others
// should name those it trusts, in a call of [Tolerate].
package wwwauth

import (
	"encoding/base64"
	"slices"
	"strings"
)

// A Challenge is one challenge of a WWW-Authenticate or Proxy-Authenticate field (RFC 9110 section
// 11.3): a scheme with a token68, with parameters, or with neither.
//
//	challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//
// The zero Challenge has no scheme. It cannot be sent, and its text is empty.
type Challenge struct {
	Scheme  string  // as received; compare with Is
	Token68 string  // "" if none; a challenge with a token68 has no Params
	Params  []Param // in the order received; nil if none
}

// A Param is one parameter of a challenge (RFC 9110 section 11.2).
//
//	auth-param = token BWS "=" BWS ( token / quoted-string )
type Param struct {
	Name  string // as received; compare without regard to ASCII case
	Value string // without the quotes and backslashes of a quoted string; not necessarily UTF-8
}

// Parse reads the field lines of a response, one argument each, in the order received:
//
//	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//
// It returns every challenge that can be read, in the order of the lines, even if err is not nil.
// The error is nil if the lines conform to RFC 9110 section 11.6.1, with the exceptions listed in
// the package documentation; otherwise it is an [ErrorList] of all departures. No lines, empty
// lines and lines of commas hold no challenges; that is not an error.
//
// A proxy that forwards challenges should send [Challenge.Distinct] of each: [Lines] refuses a
// challenge that repeats a parameter, and dropping that challenge may leave only weaker schemes.
//
// The strings of the result share the memory of the lines. Appending to the Params of one challenge
// does not change those of another. Parse has the default limits of a [Parser].
func Parse(lines ...string) ([]Challenge, error) {
	var p Parser
	return p.Parse(lines...)
}

// NewChallenge returns a challenge with the given scheme and parameters, which alternate names and
// values:
//
//	c := wwwauth.NewChallenge("Bearer", "realm", "example", "error", "invalid_token")
//
// It panics if the last name has no value. The strings are checked when the challenge is formatted.
func NewChallenge(scheme string, nameValue ...string) Challenge {
	if len(nameValue)%2 != 0 {
		panic("wwwauth: NewChallenge: odd argument count")
	}
	c := Challenge{Scheme: scheme}
	for i := 0; i < len(nameValue); i += 2 {
		c.Params = append(c.Params, Param{nameValue[i], nameValue[i+1]})
	}
	return c
}

// Select returns the challenge to answer, given the schemes that the caller supports in order of
// preference: the first challenge with the first of these schemes that any challenge has. It
// returns false if there is none. The order is the client's choice, not the server's: RFC 9110
// section 11.4 asks for the most secure scheme that the client understands.
func Select(cs []Challenge, schemes ...string) (Challenge, bool) {
	for _, scheme := range schemes {
		for _, c := range cs {
			if c.Is(scheme) {
				return c, true
			}
		}
	}
	return Challenge{}, false
}

// Is reports whether c has the scheme, without regard to ASCII case (RFC 9110 section 11.1).
func (c Challenge) Is(scheme string) bool {
	return equalFold(c.Scheme, scheme)
}

// Get returns the first value of the named parameter, or "" if there is none. Names are compared
// without regard to ASCII case (RFC 9110 section 11.2).
func (c Challenge) Get(name string) string {
	value, _ := c.Lookup(name)
	return value
}

// Lookup returns the first value of the named parameter, and whether there is one. Unlike
// [Challenge.Get] it distinguishes an empty value from an absent parameter.
func (c Challenge) Lookup(name string) (value string, ok bool) {
	if i := index(c.Params, name); i >= 0 {
		return c.Params[i].Value, true
	}
	return "", false
}

// Values returns all values of the named parameter, in order, or nil if there are none. More than
// one is a mistake of the server, which [Parse] reports as [DuplicateParam].
func (c Challenge) Values(name string) []string {
	var values []string
	for _, p := range c.Params {
		if equalFold(p.Name, name) {
			values = append(values, p.Value)
		}
	}
	return values
}

// Conflicts reports whether c repeats the named parameter with different values. Clients disagree
// about which value counts, and an attacker may have added one of them, so do not act on a
// resource_metadata, realm, nonce or error that conflicts.
func (c Challenge) Conflicts(name string) bool {
	first := -1
	for i, p := range c.Params {
		switch {
		case !equalFold(p.Name, name):
		case first < 0:
			first = i
		case p.Value != c.Params[first].Value:
			return true
		}
	}
	return false
}

// Map returns the parameters of c, keyed by their names in ASCII lower case. If a name is repeated,
// the map has its first value, as [Challenge.Get] does. The map is never nil.
func (c Challenge) Map() map[string]string {
	m := make(map[string]string, len(c.Params))
	for _, p := range slices.Backward(c.Params) { // the first value is set last
		m[lowerString(p.Name)] = p.Value
	}
	return m
}

// Distinct returns a copy of c in which no name is repeated, so that it can be sent: each parameter
// has its first value, except that the scopes of Bearer and DPoP are combined into one. The copy
// does not share its Params with c.
//
// Distinct hides that the server contradicted itself. Check [Challenge.Conflicts] before acting on
// a parameter or passing it on.
func (c Challenge) Distinct() Challenge {
	if len(c.Params) == 0 {
		c.Params = nil // its room is that of the original
		return c
	}
	joinsScope := c.Is("Bearer") || c.Is("DPoP")
	scopes, scopeAt := 0, -1
	params := make([]Param, 0, len(c.Params))
	var names nameSet
	for _, p := range c.Params {
		isScope := joinsScope && equalFold(p.Name, "scope")
		if isScope {
			scopes++
		}
		if names.add(params, p.Name) {
			continue
		}
		if isScope {
			scopeAt = len(params)
		}
		params = append(params, p)
	}
	if scopes > 1 {
		params[scopeAt].Value = ParseScope(strings.Join(c.Values("scope"), " ")).String()
	}
	c.Params = params
	return c
}

// Data decodes the token68 of c, for schemes that encode it in base64, such as Negotiate (RFC 4559
// section 4), NTLM and Kerberos. It returns nil if there is no token68, as in the first challenge
// of a handshake. It accepts both alphabets of RFC 4648, with any number of "=" at the end. The
// error does not quote the token68.
func (c Challenge) Data() ([]byte, error) {
	if c.Token68 == "" {
		return nil, nil
	}
	return decodeBase64(c.Token68)
}

// decodeBase64 decodes base64 in either alphabet, with any amount of padding.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	return base64.RawStdEncoding.DecodeString(s)
}

// Equal reports whether c and d have the same scheme, the same token68, and the same parameters in
// the same order. Schemes and names are compared without regard to ASCII case. Nil Params equal
// empty ones. Package go-cmp compares challenges with this method.
func (c Challenge) Equal(d Challenge) bool {
	if !c.Is(d.Scheme) || c.Token68 != d.Token68 || len(c.Params) != len(d.Params) {
		return false
	}
	for i, p := range c.Params {
		if q := d.Params[i]; p.Value != q.Value || !equalFold(p.Name, q.Name) {
			return false
		}
	}
	return true
}
