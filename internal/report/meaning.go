package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// meanings says what parameters mean, by the scheme and the name in lower case. For some of them meaning
// says more.
var meanings = map[string]map[string]string{
	"basic": {
		"realm":   "what the user name and password are for",
		"charset": "ignored: only UTF-8 is defined",
	},
	"bearer": {
		"resource_metadata":    "URL of the metadata that names the authorization servers",
		"scope":                "what the token must allow",
		"error":                "why the request was refused",
		"error_description":    "for developers, not for users",
		"error_uri":            "a page for developers",
		"realm":                "what the token is for",
		"authorization_server": "where to get a token; not from a standard",
		"authorization_uri":    "where to get a token; used by Entra ID",
		"authorization":        "where to get a token; used by Azure",
		"client_id":            "the client to sign in as, or the resource; used by Entra ID",
		"resource":             "what the token must be for; used by Azure",
		"resource_id":          "what the token must be for; used by Azure",
		"tenant_id":            "the tenant to sign in to; used by Azure",
		"trusted_issuers":      "whose tokens are accepted; used by Microsoft",
		"acr_values":           "how the user must log in, preferred way first",
		"max_age":              "ignored: not a number of seconds, or too large",
		"algs":                 "algorithms for the DPoP proof",
		"claims":               "what the token lacks; used by Entra ID",
		"service":              "the name by which the token server knows this one",
	},
	"digest": {
		"realm":     "what the user name and password are for",
		"domain":    "where else the answer is valid",
		"nonce":     "a number used once, from which the answer is computed",
		"opaque":    "must be sent back unchanged",
		"stale":     "the nonce is still good: user name and password were wrong or missing",
		"algorithm": "not in RFC 7616, so ignore the challenge",
		"qop":       "auth, or auth-int for an answer that covers the body",
		"charset":   "ignored: only UTF-8 is defined",
		"userhash":  "the user name is not hashed",
	},
	"oauth": {
		"realm": "what the token is for",
	},
	"gnap": {
		"as_uri":   "where to ask for access",
		"access":   "what to ask for",
		"referrer": "must be the URI of this resource",
	},
	"hoba": {
		"challenge": "what to sign",
		"max-age":   "for how many seconds the challenge is valid",
	},
	"l402": {
		"macaroon": "the token, which the payment makes valid",
		"invoice":  "the Lightning invoice to pay",
	},
	"payment": {
		"id":          "must be sent back with the proof",
		"method":      "how to pay",
		"intent":      "what kind of payment",
		"request":     "what to pay, in base64url",
		"expires":     "when the offer ends",
		"description": "for people to read; do not rely on it",
	},
	"privatetoken": {
		"challenge": "what the token must be for, in base64url",
		"token-key": "the key of the issuer, in base64url",
		"max-age":   "for how many seconds the challenge is valid",
	},
	"uma": {
		"as_uri": "where to get a token",
		"ticket": "what to show there",
	},
}

// meaning says what the parameter j of the challenge i means; "" if unknown. It is safe to print.
func (rd *reading) meaning(i, j int) string {
	c, v, p := rd.challenges[i], &rd.views[i], rd.challenges[i].Params[j]
	name := strings.ToLower(p.Name)
	if v.differs[j] && (name != "scope" || v.scheme != "bearer") {
		return "differs from the first one, and clients disagree on which counts"
	}
	isTokenServer := v.isTokenServer
	if slices.Contains(v.differs, true) {
		// A note is next to the value that it is about.
		alone := view{strength: -1}
		rd.view(&alone, wwwauth.Challenge{Scheme: c.Scheme, Params: c.Params[j : j+1]})
		if name == "realm" {
			alone.bearer = v.bearer // a token server is recognized by its service and scopes
		}
		v = &alone
	}
	text := v.meanings[name]
	switch v.scheme {
	case "bearer":
		b := &v.bearer
		switch {
		case name == "realm" && isTokenServer:
			return "URL of the token server"
		case name == "realm" && b.EmptyRealm:
			return "empty: any tenant; used by Entra ID"
		case name == "error" && tokenErrors[wwwauth.BearerCode(p.Value)].meaning != "":
			return tokenErrors[wwwauth.BearerCode(p.Value)].meaning
		case name == "max_age" && b.ZeroMaxAge:
			return "the user must log in now"
		case name == "max_age" && b.MaxAge != 0:
			return "the login may be at most " + inWords(b.MaxAge) + " old"
		case name == "claims" && !rd.Redacted:
			if claims, err := b.DecodeClaims(); err == nil {
				return text + ": " + layout.Safe(layout.Cut(string(claims), maxText))
			}
			return "ignored: not base64"
		}
	case "basic":
		if name == "charset" && strings.EqualFold(p.Value, "UTF-8") {
			return "user name and password are sent in UTF-8"
		}
	case "digest":
		d := &v.digest
		switch {
		case name == "charset" && d.UTF8:
			return "user name and password are hashed in UTF-8"
		case name == "domain" && rd.Field == fieldNames[1]:
			return "ignored: it has no meaning for a proxy"
		case name == "stale" && d.Stale:
			return "only the nonce was too old"
		case name == "userhash" && d.UserHash:
			return "the user name may be sent as a hash"
		case name == "algorithm" && d.Algorithm != "":
			if _, note := digestAlgorithm(*d); note != "" {
				return note
			}
		}
	}
	if text == "" {
		if near := known.NearParam(name); near != "" && known.Scheme(v.scheme) && v.meanings[near] != "" {
			return "did the server mean " + near + "?"
		}
	}
	return text
}

// A view is what the report needs to know about a challenge as a whole. It is made once, since a challenge may
// have many parameters.
type view struct {
	scheme        string            // the one whose parameters it has, in lower case
	meanings      map[string]string // of its parameters
	isTokenServer bool              // its realm is the URL of one

	differs  []bool         // for each parameter, whether its value differs from that of the first with its name
	bearer   wwwauth.Bearer // of Bearer and DPoP
	digest   wwwauth.Digest // of Digest
	strength int            // of the Digest algorithm; -1 if the challenge cannot be answered
}

func (m *maker) newViews(cs []wwwauth.Challenge) []view {
	n := len(m.views)
	for _, c := range cs {
		m.views = append(m.views, view{strength: -1})
		m.view(&m.views[len(m.views)-1], c)
	}
	return m.views[n:]
}

// view sets a view to that of a challenge.
func (m *maker) view(v *view, c wwwauth.Challenge) {
	n := len(m.differs)
	m.differs = append(m.differs, make([]bool, len(c.Params))...)
	v.differs = m.differs[n:]
	differs(v.differs, c.Params)
	switch {
	case isOAuth(c):
		scheme := c.Scheme
		c.Scheme = "Bearer" // DPoP has the same parameters, and algs
		v.bearer, _ = c.Bearer()
		c.Scheme = scheme
		v.scheme, v.isTokenServer = "bearer", isTokenServer(c, v.bearer)
	case c.Is("Basic"):
		v.scheme = "basic"
	case c.Is("Digest"):
		v.scheme = "digest"
		v.digest, _ = c.Digest()
		if _, ok := wwwauth.SelectDigest([]wwwauth.Challenge{c}, digestStrength...); ok {
			v.strength, _ = digestAlgorithm(v.digest)
		}
	case c.Is("LSAT"):
		v.scheme = "l402"
	default:
		v.scheme = strings.ToLower(c.Scheme)
	}
	v.meanings = meanings[v.scheme]
}

// differs sets, for each parameter, whether its value differs from that of the first with its name.
func differs(list []bool, params []wwwauth.Param) {
	const few = 16
	if len(params) <= few {
		for j, p := range params {
			for _, first := range params[:j] {
				if equalFold(first.Name, p.Name) {
					list[j] = first.Value != p.Value
					break
				}
			}
		}
		return
	}
	firsts := make(map[string]string, len(params))
	for j, p := range params {
		name := strings.ToLower(p.Name)
		first, ok := firsts[name]
		if !ok {
			firsts[name] = p.Value
		}
		list[j] = ok && p.Value != first
	}
}

// equalFold compares without regard to ASCII case (RFC 9110 sections 11.1 and 11.2).
func equalFold(a, b string) bool { return len(a) == len(b) && wwwauth.Challenge{Scheme: a}.Is(b) }

// conflicts reports whether the challenge with the index i has the parameter more than once, with different
// values.
func (rd *reading) conflicts(i int, name string) bool {
	for j, p := range rd.challenges[i].Params {
		if rd.views[i].differs[j] && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

// digestAlgorithm returns the strength of the algorithm of a challenge, which is its index in
// digestStrength or -1 if unknown, and a note about it.
func digestAlgorithm(d wwwauth.Digest) (strength int, note string) {
	algorithm := d.Algorithm
	if algorithm == "" {
		algorithm = "MD5"
	}
	strength = slices.IndexFunc(digestStrength, func(name string) bool { return strings.EqualFold(name, algorithm) })
	switch {
	case strength < 0:
		return strength, ""
	case strength < weakDigests:
		return strength, "weak"
	}
	return strength, "the hash for the answer"
}

// inWords returns a number of seconds in words, in the largest unit that fits.
func inWords(d time.Duration) string {
	n, unit := int64(d/time.Second), "second"
	for _, larger := range []struct {
		seconds int64
		unit    string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}} {
		if n%larger.seconds == 0 {
			n, unit = n/larger.seconds, larger.unit
			break
		}
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.FormatInt(n, 10) + " " + unit
}
