package wwwauth

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Bearer holds the parameters of a challenge with the scheme Bearer (RFC 6750 section 3). The
// zero value of a field means that the parameter is absent.
//
// A server makes a challenge with [Bearer.Challenge], and a client reads one with
// [Challenge.Bearer].
type Bearer struct {
	// ResourceMetadata is the URL of the protected resource metadata (RFC 9728 section 5.1).
	ResourceMetadata string

	// Scope holds the scopes that the token needs. Each is sent once.
	Scope Scope

	// Error says why the token was refused. It must be empty if the request had no token.
	Error BearerCode

	// ErrorDescription explains the error to developers, not to users; the function
	// [ErrorDescription] makes any text valid. ErrorURI is the URL of a page that explains more.
	ErrorDescription string
	ErrorURI         string

	// Realm is the protection space. Docker registries use it for the URL of their token server.
	Realm string

	// EmptyRealm means that the realm is present but empty, as Entra ID sends and requires it. It
	// has no effect if Realm is set.
	EmptyRealm bool

	// ACRValues say how the user must log in, in order of preference (RFC 9470 section 3).
	ACRValues []string

	// MaxAge is the longest time that may have passed since the user logged in, in whole seconds
	// (RFC 9470 section 3).
	MaxAge time.Duration

	// ZeroMaxAge means that max_age is present but 0: the user must log in again. It has no effect
	// if MaxAge is set.
	ZeroMaxAge bool

	// Claims holds the claims that the token lacks, in base64 (Entra ID); see [Bearer.DecodeClaims].
	Claims string

	// AuthorizationServer is a URL. The parameter is not in any standard, but older MCP servers
	// send it. Set ResourceMetadata instead.
	AuthorizationServer string

	// Other holds all other parameters, in order.
	Other []Param
}

// A DPoP holds the parameters of a challenge with the scheme DPoP (RFC 9449 section 7.1): those of
// Bearer, and algs.
//
// DPoP is a separate scheme so that a client that cannot make proofs does not mistake its challenge
// for a Bearer challenge.
type DPoP struct {
	Bearer
	Algs []string // JWS algorithms for the DPoP proof
}

// Challenge returns the challenge for b. It leaves out empty parameters. The order is the one that
// most clients can read: resource_metadata, scope, error and realm come first, because some clients
// search the whole line for scope= and take the first match, and error_description comes last.
//
// It returns a [*ViewError] for what RFC 6750 section 3 and its companions forbid:
//
//   - a challenge without a parameter;
//   - in scope, error and error_description, anything but visible ASCII without " and \ (error and
//     error_description may also hold spaces);
//   - a resource_metadata that is not an absolute http or https URL, or that has user information,
//     a fragment, an invalid port, or a host that is not ASCII;
//   - an error_uri that is not an absolute URI, or that has user information;
//   - a max_age that is negative or not in whole seconds;
//   - a control byte in any value;
//   - a parameter in Other that has a field of its own.
//
// If the error is nil, the challenge can be sent.
func (b Bearer) Challenge() (Challenge, error) {
	d := DPoP{Bearer: b}
	return d.challenge("Bearer", bearerNames)
}

// Challenge returns the challenge for d, by the rules of [Bearer.Challenge], except that no
// parameter is required. It also returns a [*ViewError] if Algs names "none" or an algorithm with a
// shared key.
func (d DPoP) Challenge() (Challenge, error) {
	return d.challenge("DPoP", dpopNames[:])
}

// challenge returns the challenge with a scheme whose parameters, but those in Other, have the given names.
func (d *DPoP) challenge(scheme string, names []string) (Challenge, error) {
	// There are rarely more than six parameters.
	m := maker{view: scheme, challenge: Challenge{Scheme: scheme, Params: make([]Param, 0, 6+len(d.Other))}}
	const rfc6750, rfc9470, rfc9449 = "RFC 6750 section 3", "RFC 9470 section 3", "RFC 9449 section 7.1"
	m.addURL("ResourceMetadata", "resource_metadata", d.ResourceMetadata, "RFC 9728 section 5.1")
	m.addList("Scope", "scope", d.Scope.distinct(), " ", nqschar, rfc6750)
	m.addText("Error", "error", string(d.Error), nqschar, rfc6750)
	if d.Realm != "" || d.EmptyRealm {
		m.add("Realm", "realm", d.Realm)
	}
	if d.AuthorizationServer != "" {
		m.add("AuthorizationServer", "authorization_server", d.AuthorizationServer)
	}
	m.addList("ACRValues", "acr_values", d.ACRValues, " ", text, rfc9470)
	if d.MaxAge != 0 || d.ZeroMaxAge {
		if d.MaxAge < 0 || d.MaxAge%time.Second != 0 {
			m.refuse("MaxAge", rfc9470, "is not a whole number of seconds")
		}
		m.add("MaxAge", "max_age", strconv.FormatInt(int64(d.MaxAge/time.Second), 10))
	}
	m.addList("Algs", "algs", d.Algs, " ", text, rfc9449)
	for _, alg := range d.Algs {
		// A proof is signed, and anybody can verify it (RFC 9449 section 4.2).
		if alg == "none" || strings.HasPrefix(alg, "HS") || strings.Contains(alg, ",") {
			m.refuse("Algs", rfc9449, "names none or an algorithm with a shared key, or contains a comma")
		}
	}
	m.addURI("ErrorURI", "error_uri", d.ErrorURI, rfc6750)
	if d.Claims != "" {
		m.add("Claims", "claims", d.Claims)
	}
	m.addOther(d.Other, names)
	m.addText("ErrorDescription", "error_description", d.ErrorDescription, nqschar, rfc6750)
	if len(m.challenge.Params) == 0 && scheme == "Bearer" {
		m.refuse("", rfc6750, "has no parameter")
	}
	return m.done()
}

// Bearer returns the parameters of c, and whether its scheme is Bearer.
//
// It accepts anything that a server sends. If a parameter is repeated, its first well-formed value
// is used, and values that differ from it are in Other (see [Challenge.Conflicts]). The exception
// is scope, which Docker registries repeat: all its values are combined. A value that is malformed,
// such as a max_age that is not a number, is in Other too. An empty value means that the parameter
// is absent, except for realm. "Bearer scope=", a token68 by the grammar, is read as an empty
// scope.
func (c Challenge) Bearer() (Bearer, bool) {
	if !c.Is("Bearer") {
		return Bearer{}, false
	}
	var b Bearer
	b.Other = c.fill(bearerNames, b.set)
	b.Scope = b.Scope.distinct()
	return b, true
}

// DPoP returns the parameters of c, and whether its scheme is DPoP. It reads them as
// [Challenge.Bearer] does.
func (c Challenge) DPoP() (DPoP, bool) {
	if !c.Is("DPoP") {
		return DPoP{}, false
	}
	var d DPoP
	d.Other = c.fill(dpopNames[:], func(name, value string) bool {
		if name == "algs" {
			d.Algs = appendItems(nil, value, space)
			return true
		}
		return d.set(name, value)
	})
	d.Scope = d.Scope.distinct()
	return d, true
}

// bearerNames and dpopNames are the parameters that have a field.
var (
	dpopNames = [...]string{"realm", "scope", "error", "resource_metadata", "error_description", // the most frequent first
		"error_uri", "authorization_server", "acr_values", "max_age", "claims", "algs"}
	bearerNames = dpopNames[:len(dpopNames)-1]
)

// set sets the field of a parameter, if the value has the right form.
func (b *Bearer) set(name, value string) bool {
	switch name {
	case "resource_metadata":
		b.ResourceMetadata = value
	case "scope":
		b.Scope = appendItems(b.Scope, value, space)
	case "error":
		b.Error = BearerCode(value)
	case "realm":
		b.Realm, b.EmptyRealm = value, value == ""
	case "authorization_server":
		b.AuthorizationServer = value
	case "acr_values":
		b.ACRValues = appendItems(nil, value, space)
	case "max_age":
		if value == "" {
			return true
		}
		// A non-negative integer; RFC 9470 section 3.
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil || n > math.MaxInt64/uint64(time.Second) {
			return false
		}
		b.MaxAge, b.ZeroMaxAge = time.Duration(n)*time.Second, n == 0
	case "error_uri":
		b.ErrorURI = value
	case "claims":
		b.Claims = value
	case "error_description":
		b.ErrorDescription = value
	}
	return true
}

// DecodeClaims returns the JSON in Claims, or nil if Claims is empty. It reads both alphabets of
// base64, with any padding. The error does not quote the claims. A client sends the JSON as the
// parameter claims when it asks for a new token.
func (b Bearer) DecodeClaims() ([]byte, error) {
	if b.Claims == "" {
		return nil, nil
	}
	return decodeBase64(b.Claims)
}

// A BearerCode is the error of a Bearer or DPoP challenge. Servers also send codes that are not
// among the constants.
type BearerCode string

// The error codes of the standards, and one of Entra ID.
const (
	// The request is malformed (RFC 6750 section 3.1).
	InvalidRequest BearerCode = "invalid_request"

	// The token is expired, revoked or otherwise invalid (RFC 6750 section 3.1).
	InvalidToken BearerCode = "invalid_token"

	// The token is valid but lacks a scope; Scope holds those it needs (RFC 6750 section 3.1).
	InsufficientScope BearerCode = "insufficient_scope"

	// The user must log in again, as ACRValues and MaxAge say (RFC 9470 section 3).
	InsufficientUserAuthentication BearerCode = "insufficient_user_authentication"

	// The DPoP proof is not valid (RFC 9449 section 7.1).
	InvalidDPoPProof BearerCode = "invalid_dpop_proof"

	// The DPoP proof needs the nonce in the field DPoP-Nonce (RFC 9449 section 9).
	UseDPoPNonce BearerCode = "use_dpop_nonce"

	// The token lacks the claims in Claims (Entra ID).
	InsufficientClaims BearerCode = "insufficient_claims"
)

// Status returns the HTTP status for the error: 400 for InvalidRequest, 403 for InsufficientScope, and
// 401 for all others, including "", which means a request without a token.
func (c BearerCode) Status() int {
	switch c {
	case InvalidRequest:
		return 400
	case InsufficientScope:
		return 403
	}
	return 401
}

// ErrorDescription makes any text, such as that of an error, valid as an error_description (RFC
// 6750 section 3). It returns the first line that is not blank, cut to at most 200 bytes, with
// other characters in place of those that are not allowed. The result is "" only if the text is.
//
// Clients see the text, so pass only what is meant for them.
func ErrorDescription(text string) string {
	for line := range strings.FieldsFuncSeq(text, isLineBreak) {
		if line = describe(line); line != "" {
			return line
		}
	}
	if text == "" {
		return ""
	}
	return "?"
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// describe replaces what an error_description must not contain, and cuts what is too long.
func describe(line string) string {
	const most, ellipsis = 200, "..."
	var b []byte
	for _, r := range strings.TrimSpace(line) {
		switch {
		case r < 0x80 && class[r]&nqschar != 0:
			b = append(b, byte(r))
		case r == '\\':
			b = append(b, '/')
		case strings.ContainsRune("\"\u2018\u2019\u201c\u201d\u00ab\u00bb", r):
			b = append(b, '\'')
		case strings.ContainsRune("\u2010\u2011\u2012\u2013\u2014\u2212", r):
			b = append(b, '-')
		case r == '\u2026':
			b = append(b, ellipsis...)
		case r < ' ' || unicode.IsSpace(r):
			b = append(b, ' ')
		default:
			b = append(b, '?')
		}
		if len(b) > most {
			b = append(b[:most-len(ellipsis)], ellipsis...)
			break
		}
	}
	return strings.TrimSpace(string(b))
}

// A Scope is a set of scope-tokens (RFC 6750 section 3), in the order received. The order has no
// meaning. Case matters.
type Scope []string

// ParseScope returns the tokens of a list separated by spaces, each once. It does not check their
// characters. The result is nil if there are none.
func ParseScope(s string) Scope {
	return Scope(appendItems(nil, s, space)).distinct()
}

// String returns the tokens separated by spaces.
func (s Scope) String() string {
	return strings.Join(s, " ")
}

// Contains reports whether s contains all the tokens. It is true if there are none.
func (s Scope) Contains(tokens ...string) bool {
	// Most scopes are short, and then comparing takes a fifth of the time of hashing, and no memory. A loop within a
	// loop would take quadratic time for long ones.
	if len(s)*len(tokens) <= 64 {
		return !slices.ContainsFunc(tokens, func(token string) bool { return !slices.Contains(s, token) })
	}
	return len(s.Union(tokens...)) == len(s.distinct())
}

// Union returns the tokens of s followed by those that s lacks, each once. It does not change s. A
// client that is refused with [InsufficientScope] asks for the union of its own scope and that of
// the challenge.
func (s Scope) Union(tokens ...string) Scope {
	return slices.Concat(s, tokens).distinct()
}

// distinct returns the tokens of s, each once: s itself if none is repeated, and nil if there are none.
func (s Scope) distinct() Scope {
	if len(s) == 0 {
		return nil
	}
	if len(s) <= 16 { // as in Contains
		for i, token := range s {
			if slices.Contains(s[:i], token) {
				return append(s[:i:i], s[i+1:]...).distinct() // a copy
			}
		}
		return s
	}
	seen := make(map[string]bool, len(s))
	distinct := make(Scope, 0, len(s))
	for _, token := range s {
		if !seen[token] {
			seen[token] = true
			distinct = append(distinct, token)
		}
	}
	return distinct
}
