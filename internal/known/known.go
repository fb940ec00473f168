// Package known holds the names of the auth-schemes and parameters that a standard defines or a
// well-known server sends, and finds the one that a misspelt name was meant to be.
package known

import (
	"math/bits"
	"strings"
)

// Schemes are the known auth-schemes, as their standards spell them.
var Schemes = []string{
	"Basic", "Bearer", "Concealed", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate", "OAuth",
	"Payment", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "UMA", "vapid", // the IANA registry, and drafts
	"ApiKey", "AWS4-HMAC-SHA256", "Hawk", "Kerberos", "L402", "LSAT", "MAC", "Nego2", "NTLM", "PKeyAuth", "PoP", "Signature",
	"TFS-Federated", "WSSE", "X-MobileMe-AuthToken",
}

// Params are the known parameters, in lower case.
var Params = []string{
	// RFC 9110, 7617, 7616.
	"realm", "charset", "algorithm", "auth-param", "domain", "nonce", "opaque", "qop", "stale", "userhash",
	"cnonce", "nc", "nextnonce", "response", "rspauth", "uri", "username",
	// RFC 6750, 9728, 9470, 9449, and others that servers send.
	"scope", "error", "error_description", "error_uri", "resource_metadata", "acr_values", "max_age", "algs",
	"authorization_uri", "authorization", "authorization_server", "client_id", "claims", "resource", "resource_id",
	"service", "tenant_id", "trusted_issuers", "token_types", "token_endpoint", "token_uri", "token_url", "token_type",
	"as_uri", "ticket", "access", "referrer",
	// Other schemes of the registry.
	"challenge", "max-age", "token-key", "version", "auth-scope", "validation", "pwd-hash", "path", "reason",
	"data", "sid", "sr", "ks1", "key_id", "salt", "title", "vapid",
	"id", "intent", "method", "request", "expires", "description", "digest",
	"macaroon", "invoice", "keyid", "signature", "headers", "created", "credential", "ts", "tsm", "mac", "hash", "ext", "app", "dlg", "profile",
	"context", "submiturl", "certauthorities", "certthumbprint", "thumbprint", "issuer", "pk", "kid", "alg", "typ",
}

var (
	schemes, schemeWords = set(Schemes), words(Schemes)
	params, paramWords   = set(Params), words(Params)
)

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[strings.ToLower(name)] = true
	}
	return m
}

// Scheme reports whether the name is that of a known scheme, in any case.
func Scheme(name string) bool { return len(name) <= longest && schemes[strings.ToLower(name)] }

// Param reports whether the name is that of a known parameter, in any case.
func Param(name string) bool { return len(name) <= longest && params[strings.ToLower(name)] }

// NearScheme returns the known scheme that the name is one or two letters away from, and "" if there is
// none or the name is known.
func NearScheme(name string) string {
	if Scheme(name) {
		return "" // nearly always
	}
	return near(name, schemeWords)
}

// NearParam returns the known parameter that the name is one or two letters away from, and "" if there
// is none or the name is known.
func NearParam(name string) string {
	if Param(name) {
		return "" // nearly always
	}
	return near(name, paramWords)
}

// longest bounds the length of the names, and of the words that Near looks at.
const longest = 40

// Near returns the word that s is one or two letters away from, without regard to ASCII case: with a letter added,
// missing or changed, or two swapped. Short words allow one letter, those of one or two letters none. It returns ""
// if s is one of the words, or no word is near, or two are equally near.
func Near(s string, names []string) string { return near(s, words(names)) }

// A word is one that another may be near to.
type word struct {
	name    string
	letters uint32
}

func words(names []string) []word {
	list := make([]word, len(names))
	for i, name := range names {
		list[i] = word{name, letters(name)}
	}
	return list
}

// letters returns the set of the letters in s, in which those that differ in case are the same; some others are too.
func letters(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] % 32)
	}
	return set
}

func near(s string, words []word) string {
	if len(s) < 3 || len(s) > longest {
		return ""
	}
	set := letters(s)
	best, least, several := "", 3, false
	for _, w := range words {
		word := w.name
		most := 1
		if min(len(s), len(word)) >= 5 {
			most = 2
		}
		if len(word) < 3 || len(word)-len(s) > most || len(s)-len(word) > most {
			continue
		}
		if bits.OnesCount32(set^w.letters) > 2*most {
			continue // nearly always: where a letter was changed, one is gone and one is new
		}
		switch d := distance(s, word); {
		case d == 0:
			return ""
		case d > most || d > least:
		case d == least:
			several = true
		default:
			best, least, several = word, d, false
		}
	}
	if several {
		return ""
	}
	return best
}

// distance returns how many letters must be added, dropped, changed, or swapped with the next one, to
// make b of a, without regard to ASCII case (the optimal string alignment distance).
func distance(a, b string) int {
	var rows [3][longest + 4]int // made on the stack: this is called for many words
	before, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if isSame(a[i], b[j]) {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && isSame(a[i], b[j-1]) && isSame(a[i-1], b[j]) {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// isSame reports whether a and b are the same letter, in either case.
func isSame(a, b byte) bool {
	return a == b || a^b == 0x20 && 'a' <= a|0x20 && a|0x20 <= 'z'
}
