// Package wwwauth parses and formats HTTP authentication challenges: the contents of the fields
// WWW-Authenticate and Proxy-Authenticate (RFC 9110 section 11).
//
// A client that reads a 401 needs [Parse], and a server that sends one needs [Lines]:
//
//	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//	bearer, ok := wwwauth.Select(challenges, "Bearer")
//
//	lines, err := wwwauth.Lines(wwwauth.NewChallenge("Bearer", "scope", "read", "realm", "example"))
//
// Parse gives two answers at once: every challenge that can be read, and an error that lists every
// departure from the RFC. A client that wants to get on looks at the challenges first, and one that
// wants to be strict looks at the error; there is no mode to choose.
//
// For the schemes that most servers have, [Bearer], [Basic] and [Digest] hold what a challenge says, field
// by field: [Challenge.Bearer] reads it, and [Bearer.Challenge] makes a challenge that keeps to the rules of
// the scheme.
//
//	b, ok := bearer.Bearer()
//	challenge, err := wwwauth.Bearer{Scope: wwwauth.Scope{"read"}, Error: wwwauth.InvalidToken}.Challenge()
//
// [ParseCredentials] reads what a client sends back in Authorization or Proxy-Authorization, and
// [ParseAuthenticationInfo] what a server says when it has accepted that.
//
// Whatever a server sends, Parse takes time and memory in proportion to its length, does not panic,
// and returns no control byte but HTAB in any string. A broken challenge does not hide those after
// it, unless it opens a quoted string that does not end on the line, and junk does not turn into a
// challenge.
//
// # Conformance
//
// Parse accepts what RFC 9110 asks recipients to accept: sections 11.2 to 11.6.1 with the lists of
// 5.6.1.2, the quoted strings of 5.6.4, the whitespace of 5.6.3, and the joining of field lines of
// 5.2. The grammar of RFC 7235 is the same, but that a field value cannot be empty there.
// Proxy-Authenticate, and Optional-WWW-Authenticate of RFC 8053, hold the same as WWW-Authenticate.
// The error is nil if and only if the lines conform, with these deviations:
//
//   - A quoted string never goes on in the next field line, as it could if the lines were joined
//     first: one broken line would swallow a challenge that another one offers.
//   - A parameter name that occurs twice in a challenge is reported. The grammar allows it, section
//     11.2 does not. All values are kept; Get returns the first.
//   - More than a number of challenges, parameters or problems is reported, and the rest is not
//     read; see Limits.
//
// An empty field value, or one with nothing but commas, is zero challenges and no error, though a
// 401 without a challenge breaks section 15.5.2.
//
// Schemes and parameter names are compared without regard to ASCII case (11.1, 11.2), and values
// are bytes: neither UTF-8 nor Latin-1 is assumed (5.5).
//
// Credentials and Authentication-Info (11.4, 11.6.3) are read by the same grammar, without any repair.
//
// What [Format], [Lines] and [Append] write keeps to the grammar for senders (5.6.1.1), always
// quotes the realm (11.5), and is read back as it was (by a [Parser] whose limits it keeps to).
//
// # Tolerated input
//
// Parse repairs the departures of the following list and no others. Each has a [Code], whose String
// is the name in the first column. A repair moves the end of a value no further than to the next
// comma, but for a quoted string that does not end; and only a scheme in its proper place, or one
// that is known and has a parameter, opens a challenge.
//
//	code                what is read                                         sent by
//	missing-comma       a="b" c="d": two parameters;                         Elasticsearch before 8.15, CUPS,
//	                    a="b" Basic c="d": two challenges                    AirTunes, Azure Storage
//	semicolon           a="b"; c="d": two parameters; a=b; at the end;       hand-written servers, SYZOJ, PHP sites
//	                    Basic; a="b": one challenge
//	unquoted-value      a=http://x/y: the value up to the next comma         MCP go-sdk, Azure Storage, Azure Arc,
//	                    or parameter                                         gin-jwt, Privacy Pass issuers
//	single-quote        a='b c': the value b c                               OpenStack Keystone, Doorkeeper, unRAID
//	smart-quote         a=“b”: the value b                                   servers configured by copy and paste
//	inner-quote         a="say "hi"": the value say "hi"                     nginx, haproxy, lighttpd, squid, caddy,
//	                                                                         radicale, auth0
//	unterminated-quote  a="b: the value b; a="b,c="d": the values b and d    Avtech, Acer, Neutrino, SUSE registry
//	comma-after-scheme  Bearer, a="b": one challenge                         Google ESPv1, oauthlib, Django OAuth
//	                                                                         Toolkit
//	missing-value       a=, b="c" and a="b", c, d="e": an empty value        RTSP cameras, registries
//	bad-whitespace      a tab after the scheme: a space
//	line-fold           CR LF SP: spaces                                     text pasted from RFCs, SIP
//	control-byte        any other control byte but HTAB: a space             Linksys devices
//	duplicate-param     a="b", a="c": both                                   Sentry MCP, Monero
//
// These are reported and not repaired; what they stand for is dropped:
//
//	missing-scheme      a parameter that no challenge can take               NETGEAR, 2Wire devices
//	token68-and-params  Negotiate abc==, a="b": the parameter
//	unexpected-byte     anything else, up to the next comma or to something  Quarkus (Bearer {token}),
//	                    that can be read again                               Facebook (OAuth "..." "...")
//	too-large           all that follows, when a limit is reached
//
// # Limits
//
// Parse returns at most 128 challenges, 1024 parameters and 256 problems; [Parser] can change that.
// Bytes are not limited: Kerberos tokens take tens of KiB, and what net/http accepts as a header is
// limited already.
//
// # Untrusted text
//
// The strings of a challenge are what a server, or somebody between, chose to send. Do not show them
// to a user as they are, do not fetch a URL in them without checks, and do not log a token68 or a
// nonce. The errors of this package quote nothing of the input, and [Credentials] print nothing but
// their scheme.
//
// # Stability
//
// Until version 1 anything may change, with a note in the changelog. From version 1 on, what is valid
// stays valid and reads the same, Code and its names stay, and the text of errors is free to change.
// A new repair is a new minor version, so a client that relies on an error being not nil for some
// input, and not only on what it read, should look at the code.
package wwwauth

import (
	"encoding/base64"
	"strings"
)

// A Challenge is one challenge of a WWW-Authenticate or Proxy-Authenticate field (RFC 9110 section
// 11.3): a scheme with a token68, with parameters, or with neither.
//
//	challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
//
// The zero Challenge has no scheme. It cannot be sent; as text it is empty.
type Challenge struct {
	Scheme  string  // as received; compare with Is
	Token68 string  // data of a token68 challenge; excludes Params
	Params  []Param // in wire order; nil if there are none
}

// A Param is one parameter of a challenge (RFC 9110 section 11.2).
//
//	auth-param = token BWS "=" BWS ( token / quoted-string )
type Param struct {
	Name  string // as received; compare without regard to ASCII case
	Value string // the meaning, not the spelling: quotes and backslashes are gone; bytes, not necessarily UTF-8
}

// Parse reads the field lines of a response, one argument each, in the order in which they came:
//
//	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
//
// It returns every challenge that it can read, also when err is not nil, in the order of the lines.
// The error is nil if and only if the lines conform to RFC 9110 section 11.6.1, with the deviations
// that the package documentation lists; otherwise it is an [ErrorList] of all departures. No line,
// an empty one, and one of commas only hold no challenge, which is no error.
//
// The result shares the memory of the lines. To append to the Params of one challenge leaves those of
// the others alone. Parse applies the default limits of [Parser].
func Parse(lines ...string) ([]Challenge, error) {
	var p Parser
	return p.Parse(lines...)
}

// NewChallenge returns a challenge with the scheme and the parameters, given as names and values in turn:
//
//	wwwauth.NewChallenge("Bearer", "realm", "example", "error", "invalid_token")
//
// It panics if a name has no value. What the strings hold is checked by [Format].
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

// Select returns the challenge to answer: of the schemes, which stand in the caller's order of
// preference, it takes the first that is offered, and of the challenges with that scheme the first.
// It returns false if none of the schemes is offered. The order is the caller's alone (RFC 9110
// section 11.4 wants the most secure scheme that the client understands).
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

// Is tells whether c has the scheme, without regard to ASCII case (RFC 9110 section 11.1).
func (c Challenge) Is(scheme string) bool {
	return equalFold(c.Scheme, scheme)
}

// Get returns the value of the first parameter with the name, and "" if there is none. Names are
// compared without regard to ASCII case (RFC 9110 section 11.2).
func (c Challenge) Get(name string) string {
	value, _ := c.Lookup(name)
	return value
}

// Lookup is like [Challenge.Get] and tells an empty value from an absent parameter.
func (c Challenge) Lookup(name string) (value string, ok bool) {
	if i := index(c.Params, name); i >= 0 {
		return c.Params[i].Value, true
	}
	return "", false
}

// Values returns the values of all parameters with the name, in order; nil if there is none. More
// than one is a fault of the server, which Parse reports as [DuplicateParam].
func (c Challenge) Values(name string) []string {
	var values []string
	for _, p := range c.Params {
		if equalFold(p.Name, name) {
			values = append(values, p.Value)
		}
	}
	return values
}

// Conflicts tells whether c has the parameter more than once and not always with the same value. Each
// client would take another one, so it is best not to act on a resource_metadata, realm, nonce or error for
// which this is true: somebody may have added one. Parse reports every repetition as [DuplicateParam].
func (c Challenge) Conflicts(name string) bool {
	values := c.Values(name)
	for _, value := range values {
		if value != values[0] {
			return true
		}
	}
	return false
}

// Map returns the parameters of c by name, in lower case; of a parameter that is repeated it has the first
// value. It is never nil. The names are folded as Get does: only the letters of ASCII.
func (c Challenge) Map() map[string]string {
	m := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		name := lowerString(p.Name)
		if _, ok := m[name]; !ok {
			m[name] = p.Value
		}
	}
	return m
}

// Distinct returns c with each parameter once, with its first value, so that what was read can be sent
// although the server repeated a parameter; see [DuplicateParam]. The scopes of Bearer and DPoP are put
// together. The result shares no Params with c.
//
// Distinct hides that values differ. Before acting on a parameter or passing it on, check [Challenge.Conflicts].
func (c Challenge) Distinct() Challenge {
	if len(c.Params) == 0 {
		return c
	}
	joinsScope := c.Is("Bearer") || c.Is("DPoP")
	var scopes []string
	scopeAt := -1
	params := make([]Param, 0, len(c.Params))
	var names nameSet
	for _, p := range c.Params {
		isScope := joinsScope && equalFold(p.Name, "scope")
		if isScope {
			scopes = append(scopes, p.Value)
		}
		if names.add(params, p.Name) {
			continue
		}
		if isScope {
			scopeAt = len(params)
		}
		params = append(params, p)
	}
	if len(scopes) > 1 {
		params[scopeAt].Value = ParseScope(strings.Join(scopes, " ")).String()
	}
	c.Params = params
	return c
}

// Data returns the bytes that the token68 of c stands for, in schemes where it is base64: Negotiate
// (RFC 4559 section 4), NTLM, Kerberos. Without a token68 it returns nil; the first challenge of a
// handshake has none. Both alphabets of RFC 4648 are read, and any number of "=" at the end. The error
// quotes nothing of the data.
func (c Challenge) Data() ([]byte, error) {
	if c.Token68 == "" {
		return nil, nil
	}
	return decodeBase64(c.Token68)
}

// decodeBase64 decodes base64 in either alphabet, with the padding that belongs to it, with less or with
// more.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	return base64.RawStdEncoding.DecodeString(s)
}

// Equal tells whether c and d mean the same: the same scheme, token68, and parameters in the same
// order. Schemes and names are compared without regard to ASCII case, values and token68 byte for
// byte. Params that are nil and Params that are empty are equal. It makes go-cmp compare challenges
// in this way.
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
