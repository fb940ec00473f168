package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
)

// meanings says what parameters mean, by the scheme and the name in lower case. Of some of them meaning
// says more.
var meanings = map[string]map[string]string{
	"basic": {
		"realm":   "the protection space: what user and password are for",
		"charset": "ignored: only UTF-8 is defined",
	},
	"bearer": {
		"resource_metadata":    "URL of the metadata, which names the authorization servers",
		"scope":                "what the token must be good for",
		"error":                "why the request was refused",
		"error_description":    "for developers, not for users",
		"error_uri":            "a page for developers",
		"realm":                "the protection space",
		"authorization_server": "where to get a token; in no standard",
		"authorization_uri":    "where to get a token; of Entra ID",
		"authorization":        "where to get a token; of Azure",
		"resource":             "what the token must be for; of Azure",
		"acr_values":           "how the user must log in, the preferred way first",
		"max_age":              "ignored: no number of seconds, or too large a one",
		"algs":                 "algorithms for the DPoP proof",
		"claims":               "what the token lacks; of Entra ID",
		"service":              "the name by which the token server knows this one",
	},
	"digest": {
		"realm":     "the protection space: what user and password are for",
		"domain":    "where else the answer is good",
		"nonce":     "goes into the answer",
		"opaque":    "to be sent back as it is",
		"stale":     "user and password were wrong, or missing",
		"algorithm": "ignore the challenge: not an algorithm of RFC 7616",
		"qop":       "auth, or auth-int for an answer that covers the body",
		"charset":   "ignored: only UTF-8 is defined",
		"userhash":  "the user's name is sent as it is",
	},
	"gnap": {
		"as_uri":   "where to ask for access",
		"access":   "what to ask for",
		"referrer": "must be the URI of this resource",
	},
	"hoba": {
		"challenge": "what to sign",
		"max-age":   "for how many seconds the challenge is good",
	},
	"payment": {
		"id":          "to be sent back with the proof",
		"method":      "how to pay",
		"intent":      "what kind of payment",
		"request":     "what to pay, in base64url",
		"expires":     "until when",
		"description": "to be shown, not to be relied on",
	},
	"privatetoken": {
		"challenge": "what the token must be for, in base64url",
		"token-key": "the key of the issuer, in base64url",
		"max-age":   "for how many seconds the challenge is good",
	},
	"uma": {
		"as_uri": "where to get a token",
		"ticket": "to be taken there",
	},
}

// meaning says what the parameter j of the challenge i means; "" if nothing is known of it. It is safe to
// print.
func (r reading) meaning(i, j int) string {
	// Of the other parameters it needs none but for the realm, so each is told of by what itself says.
	c := r.challenges[i]
	c.Token68, c.Params = "", c.Params[j:j+1]
	name := strings.ToLower(c.Params[0].Name)
	if r.views[i].differs[j] && (name != "scope" || !isOAuth(c)) {
		return "not what the first one says: clients differ in which they take"
	}
	scheme := strings.ToLower(c.Scheme)
	if isOAuth(c) {
		scheme = "bearer"
	}
	text := meanings[scheme][name]
	if isOAuth(c) {
		b := oauthView(c).Bearer
		switch {
		case name == "realm" && isTokenServer(r.challenges[i], r.views[i].bearer):
			return "URL of the token server"
		case name == "realm" && b.EmptyRealm:
			return "empty: any tenant, of Entra ID"
		case name == "error" && tokenErrors[b.Error].meaning != "":
			return tokenErrors[b.Error].meaning
		case name == "max_age" && b.ZeroMaxAge:
			return "the user must log in now"
		case name == "max_age" && b.MaxAge != 0:
			return "the login may be " + inWords(b.MaxAge) + " old at most"
		case name == "claims" && !r.redacted:
			if claims, err := b.DecodeClaims(); err == nil {
				return text + ": " + safe(cut(string(claims), maxText))
			}
			return "ignored: it is no base64"
		}
	}
	if b, ok := c.Basic(); ok && name == "charset" && b.UTF8 {
		return "user and password are sent in UTF-8"
	}
	if d, ok := c.Digest(); ok {
		switch {
		case name == "charset" && d.UTF8:
			return "user and password are taken in UTF-8"
		case name == "domain" && r.field == fieldNames[1]:
			return "ignored: it has no meaning for a proxy"
		case name == "stale" && d.Stale:
			return "only the nonce was too old"
		case name == "userhash" && d.UserHash:
			return "the user's name may be sent as a hash"
		case name == "algorithm" && d.Algorithm != "":
			if _, note := digestAlgorithm(d); note != "" {
				return note
			}
		}
	}
	return text
}

// A view is what the command needs to know of a challenge as a whole. It is made once: a challenge may be
// long, and have many parameters.
type view struct {
	differs  []bool         // for each parameter: its value is another than that of the first with its name
	bearer   wwwauth.Bearer // of Bearer and DPoP
	algs     []string       // of DPoP
	strength int            // of Digest: that of its algorithm, -1 if the challenge cannot be answered
	stale    bool           // of Digest
}

func newView(c wwwauth.Challenge) view {
	v := view{differs: make([]bool, len(c.Params)), strength: -1}
	firsts := make(map[string]string)
	for j, p := range c.Params {
		name := strings.ToLower(p.Name)
		first, ok := firsts[name]
		if !ok {
			firsts[name] = p.Value
		}
		v.differs[j] = ok && p.Value != first
	}
	d := oauthView(c)
	v.bearer, v.algs = d.Bearer, d.Algs
	if d, ok := wwwauth.SelectDigest([]wwwauth.Challenge{c}, digestStrength...); ok {
		v.strength, _ = digestAlgorithm(d)
		v.stale = d.Stale
	}
	return v
}

// oauthView returns the view of a challenge with Bearer, which has no Algs, or DPoP.
func oauthView(c wwwauth.Challenge) wwwauth.DPoP {
	d, ok := c.DPoP()
	if !ok {
		d.Bearer, _ = c.Bearer()
	}
	return d
}

// conflicts tells whether the challenge with the index i was sent with the parameter more than once, and with
// different values.
func (r reading) conflicts(i int, name string) bool {
	for j, p := range r.challenges[i].Params {
		if r.views[i].differs[j] && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

// digestAlgorithm returns the strength of the algorithm of a challenge, which is its index in
// digestStrength, -1 if it is not known, and what is to be said of it.
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

// inWords returns a number of seconds as a person says it.
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
	return fmt.Sprint(n, " ", unit)
}
