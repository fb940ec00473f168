package wwwauth

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Bearer holds the parameters of a challenge with the scheme Bearer (RFC 6750 section 3) or DPoP
// (RFC 9449 section 7.1). The zero value of a field stands for a parameter that is absent.
//
// A server makes a challenge of it with [Bearer.Challenge], and a client gets it from a challenge with
// [Challenge.Bearer].
type Bearer struct {
	DPoP bool // the scheme is DPoP, not Bearer

	ResourceMetadata string     // URL of the protected resource metadata (RFC 9728 section 5.1)
	Scope            Scope      // what the token must be good for; each token is sent once
	Error            BearerCode // why the token was refused; to be absent if the request had none
	ErrorDescription string     // about the error, for developers; not to be shown to users
	ErrorURI         string     // URL of a page about the error, for developers
	Realm            string     // the protection space; Docker's registries have the URL of the token server here
	EmptyRealm       bool       // the realm is there and empty, as Entra ID sends and demands it; counts only if Realm is ""

	ACRValues           []string       // how the user must have logged in, the preferred first (RFC 9470 section 3)
	MaxAge              *time.Duration // how long ago at most, in whole seconds; 0 means now (RFC 9470 section 3)
	Algs                []string       // JWS algorithms for the DPoP proof (RFC 9449 section 7.1)
	Claims              string         // claims that the token lacks, in base64 (Entra ID); see DecodeClaims
	AuthorizationServer string         // URL; in no standard, but sent by older MCP servers. Prefer ResourceMetadata.
	Other               []Param        // everything else, in order
}

// Challenge returns the challenge that says what b holds. Empty parameters are left out. The order is the
// one that most clients can read: resource_metadata, scope, error and realm come first, since some
// search the whole line for scope= and take the first that they find, and error_description comes last.
//
// What RFC 6750 section 3 and the others forbid is refused with a [*ViewError]: a challenge without any
// parameter; in scope, error and error_description what is not visible ASCII, and the characters " and \ even
// there (in the last two a space may stand); a resource_metadata that a client must not fetch, because it
// is not an absolute http or https URL, contains user information, has a fragment, an invalid port or a
// host that is not ASCII; an error_uri that is not an absolute URI or contains user information; a
// negative max_age or one with a fraction of a second; in algs none and the algorithms with a shared key; in Other a parameter that
// has a field of its own. Without an error the challenge can be sent.
func (b Bearer) Challenge() (Challenge, error) {
	m := maker{view: "Bearer", challenge: Challenge{Scheme: "Bearer"}}
	if b.DPoP {
		m.challenge.Scheme = "DPoP"
	}
	const rfc6750, rfc9470, rfc9449 = "RFC 6750 section 3", "RFC 9470 section 3", "RFC 9449 section 7.1"
	m.addURL("ResourceMetadata", "resource_metadata", b.ResourceMetadata, "RFC 9728 section 5.1")
	m.addList("Scope", "scope", b.Scope.Union(), " ", isNQChar, rfc6750)
	m.addText("Error", "error", string(b.Error), isNQSChar, rfc6750)
	if b.Realm != "" || b.EmptyRealm {
		m.add("Realm", "realm", b.Realm)
	}
	if b.AuthorizationServer != "" {
		m.add("AuthorizationServer", "authorization_server", b.AuthorizationServer)
	}
	m.addList("ACRValues", "acr_values", b.ACRValues, " ", isItemChar, rfc9470)
	if b.MaxAge != nil {
		if *b.MaxAge < 0 || *b.MaxAge%time.Second != 0 {
			m.refuse("MaxAge", rfc9470, "is no number of seconds")
		}
		m.add("MaxAge", "max_age", strconv.FormatInt(int64(*b.MaxAge/time.Second), 10))
	}
	m.addList("Algs", "algs", b.Algs, " ", isItemChar, rfc9449)
	for _, alg := range b.Algs {
		// A proof has a signature, and one that anybody can verify (RFC 9449 section 4.2).
		if alg == "none" || strings.HasPrefix(alg, "HS") || strings.Contains(alg, ",") {
			m.refuse("Algs", rfc9449, "names none or an algorithm with a shared key, or holds a comma")
		}
	}
	m.addURI("ErrorURI", "error_uri", b.ErrorURI, rfc6750)
	if b.Claims != "" {
		m.add("Claims", "claims", b.Claims)
	}
	m.addOther(b.Other, b.slots)
	m.addText("ErrorDescription", "error_description", b.ErrorDescription, isNQSChar, rfc6750)
	if len(m.fields) == 0 && !b.DPoP {
		m.refuse("", rfc6750, "has no parameter")
	}
	return m.done()
}

// Bearer returns what c holds if its scheme is Bearer or DPoP, and false if it is another.
//
// It takes whatever a server sends. Of a parameter that is repeated the first value that has the right form
// counts, and those that differ from it are in Other (see [Challenge.Conflicts]); but a scope may be repeated, as by
// Docker's registries, and all are put together. What is not of the right form, such as a max_age that
// is no number, is in Other too. An empty value is the same as none, but for that of realm. "Bearer
// scope=", by the grammar a token68, is read as an empty scope.
func (c Challenge) Bearer() (Bearer, bool) {
	b := Bearer{DPoP: c.Is("DPoP")}
	if !b.DPoP && !c.Is("Bearer") {
		return Bearer{}, false
	}
	b.Other = c.fill(b.slots())
	b.Scope = Scope(nil).Union(b.Scope...)
	return b, true
}

func (b *Bearer) slots() []slot {
	return []slot{
		{name: "resource_metadata", set: toString(&b.ResourceMetadata)},
		{name: "scope", many: true, set: func(value string) bool {
			b.Scope = append(b.Scope, fields(value, " \t")...)
			return true
		}},
		{name: "error", set: toString((*string)(&b.Error))},
		{name: "realm", set: func(value string) bool {
			b.Realm, b.EmptyRealm = value, value == ""
			return true
		}},
		{name: "authorization_server", set: toString(&b.AuthorizationServer)},
		{name: "acr_values", set: toList(&b.ACRValues)},
		{name: "max_age", set: func(value string) bool {
			if value == "" {
				return true
			}
			// A non-negative integer; RFC 9470 section 3.
			n, err := strconv.ParseUint(value, 10, 64)
			if err != nil || n > math.MaxInt64/uint64(time.Second) {
				return false
			}
			age := time.Duration(n) * time.Second
			b.MaxAge = &age
			return true
		}},
		{name: "algs", set: toList(&b.Algs)},
		{name: "error_uri", set: toString(&b.ErrorURI)},
		{name: "claims", set: toString(&b.Claims)},
		{name: "error_description", set: toString(&b.ErrorDescription)},
	}
}

// DecodeClaims returns the JSON in Claims, and nil if that is empty. Base64 is read in both alphabets
// and with any padding. The error quotes nothing of the claims. A client sends the JSON on as the
// parameter claims when it asks for a new token.
func (b Bearer) DecodeClaims() ([]byte, error) {
	if b.Claims == "" {
		return nil, nil
	}
	return decodeBase64(b.Claims)
}

// A BearerCode is the error of a Bearer or DPoP challenge. There are more than the constants.
type BearerCode string

// The error codes of the standards, and one of Entra ID.
const (
	InvalidRequest                 BearerCode = "invalid_request"                  // the request is malformed (RFC 6750 section 3.1)
	InvalidToken                   BearerCode = "invalid_token"                    // the token is expired, revoked or else not valid (RFC 6750 section 3.1)
	InsufficientScope              BearerCode = "insufficient_scope"               // the token is good, but not for this: Scope says for what it must be (RFC 6750 section 3.1)
	InsufficientUserAuthentication BearerCode = "insufficient_user_authentication" // the user must log in again, as ACRValues and MaxAge say (RFC 9470 section 3)
	InvalidDPoPProof               BearerCode = "invalid_dpop_proof"               // the DPoP proof is not valid (RFC 9449 section 7.1)
	UseDPoPNonce                   BearerCode = "use_dpop_nonce"                   // the DPoP proof needs the nonce of the field DPoP-Nonce (RFC 9449 section 9)
	InsufficientClaims             BearerCode = "insufficient_claims"              // the token lacks what Claims says (Entra ID)
)

// Status returns the HTTP status that belongs to the error: 400 for InvalidRequest, 403 for
// InsufficientScope, and 401 for all others, also for "", a request without a token.
func (c BearerCode) Status() int {
	switch c {
	case InvalidRequest:
		return 400
	case InsufficientScope:
		return 403
	}
	return 401
}

// A Scope is a set of scope tokens (RFC 6750 section 3) in the order in which they came. The order means
// nothing, and tokens are compared with regard to case.
type Scope []string

// ParseScope returns the tokens of a list that is separated by spaces, each once. It does not check
// what they consist of.
func ParseScope(s string) Scope {
	return Scope(nil).Union(fields(s, " \t")...)
}

// String returns the tokens separated by spaces.
func (s Scope) String() string {
	return strings.Join(s, " ")
}

// Contains tells whether all the tokens are in s. No token at all always is.
//
//	granted.Contains(required...)
func (s Scope) Contains(tokens ...string) bool {
	return len(s.Union(tokens...)) == len(s.Union())
}

// Union returns the tokens of s and then those that s does not have, each once. A client that steps up
// asks for what it had and what a challenge with the error [InsufficientScope] names. s stays as it is.
func (s Scope) Union(tokens ...string) Scope {
	var union Scope
	seen := make(map[string]bool)
	for _, token := range slices.Concat(s, tokens) {
		if !seen[token] {
			seen[token] = true
			union = append(union, token)
		}
	}
	return union
}
