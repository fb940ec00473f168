package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
)

// schemes holds what a client does with the challenges of a scheme, by its name in lower case. Of
// those whose parameters matter for it, nextSteps says more.
var schemes = map[string]string{
	"basic":         "",
	"bearer":        "",
	"digest":        "",
	"dpop":          "",
	"negotiate":     "",
	"ntlm":          "",
	"kerberos":      "",
	"concealed":     "The key must be known beforehand: sign the TLS exporter with it (RFC 9729).",
	"gnap":          "Ask the grant endpoint in as_uri for access, if referrer is the URI of this resource, and repeat the request with the token (RFC 9635).",
	"hoba":          "Sign the challenge with the key that the server knows (RFC 7486).",
	"mutual":        "Prove to know the password, and have the server prove the same (RFC 8120).",
	"oauth":         "Sign the request with the client's and the user's OAuth 1.0 secrets (RFC 5849).",
	"payment":       "Pay as the request says, before expires, and repeat the request with the proof; the user must agree to the amount first.",
	"privatetoken":  "Have the issuer sign a token for the challenge, if that names this origin, and repeat the request with it (RFC 9577).",
	"scram-sha-1":   "Begin the SCRAM exchange with the user's name; better with SCRAM-SHA-256 if that is offered (RFC 7804).",
	"scram-sha-256": "Begin the SCRAM exchange with the user's name (RFC 7804).",
	"uma":           "Take the ticket to the authorization server in as_uri, and repeat the request with the token (UMA 2.0).",
	"vapid":         "Sign a token with the application server's key (RFC 8292).",
	"apikey":        "Send an API key of the service after the scheme; in Elasticsearch that is base64 of id:key.",
}

// A step is one thing for a client to do.
type step struct {
	text string // safe to print
	url  string // where to do it, encoded, for a line of its own; "" if there is none
}

// nextSteps says what a client does with the challenge that has the index i.
func nextSteps(r reading, i int) []step {
	c := r.challenges[i]
	header := "Authorization"
	if r.field == fieldNames[1] {
		header = "Proxy-Authorization"
	}
	text := schemes[strings.ToLower(c.Scheme)]
	if field := demanded(r.status); field != "" && field != r.field {
		return []step{{text: fmt.Sprintf("A %d is about the field %s: that is the one to answer.", r.status, field)}}
	}
	if why := whyIgnore(r, i); why != "" {
		return []step{{text: why}}
	}
	switch {
	case isOAuth(c):
		return bearerSteps(r, i, header)
	case c.Is("Basic"):
		text = basicStep(c, header)
	case c.Is("Digest"):
		text = digestStep(r, header)
	case c.Is("Negotiate"), c.Is("NTLM"), c.Is("Kerberos"):
		text = handshakeStep(c, r.status, header)
	case c.Is("GNAP") && c.Get("referrer") != "":
		text = fmt.Sprintf("If %s is, byte for byte, the URI of this resource, ask the grant endpoint in as_uri for access, and repeat the request with the token (RFC 9635). If it is not, ignore the challenge.", inProse(c.Get("referrer")))
	case text == "":
		text = "No standard known here has this scheme; the documentation of the service must say what it wants."
	}
	return []step{{text: text}}
}

// whyIgnore says why a client must not act on the challenge with the index i; "" if it may.
func whyIgnore(r reading, i int) string {
	c := r.challenges[i]
	for _, name := range []string{"resource_metadata", "realm", "nonce", "error"} {
		if r.conflicts(i, name) {
			return fmt.Sprintf("Do not act on it: it has %s more than once, with different values, and somebody between may have added one.", name)
		}
	}
	switch {
	case r.field == fieldNames[1] && c.Is("DPoP"):
		return "Ignore it: a proxy must not use this scheme (RFC 9449 section 7.1)."
	case r.field == fieldNames[1] && c.Is("vapid"):
		return "Ignore it: a proxy must not use this scheme (RFC 8292 section 3)."
	case c.Is("Payment") && c.Get("id") == "":
		return "Ignore it: a Payment challenge must have an id."
	case c.Is("Digest") && r.views[i].strength < 0:
		return "Ignore it: it has no nonce, no algorithm of RFC 7616, or neither auth nor auth-int in its qop."
	}
	return ""
}

// bestChallenge returns the index of the challenge to answer, and why; -1 if there is nothing to choose,
// or nothing decides.
func bestChallenge(r reading) (best int, why string) {
	best, strongest, weakest := -1, 0, len(r.challenges)
	for i := range r.challenges {
		if whyIgnore(r, i) != "" {
			continue
		}
		strength, because := strengthOf(r, i)
		weakest = min(weakest, strength)
		switch {
		case strength > strongest:
			best, strongest, why = i, strength, because
		case strength == strongest:
			best = -1
		}
	}
	// Nothing is weaker than Basic, so what is not known is no reason to prefer that.
	if len(r.challenges) < 2 || strongest == 1 && weakest == 0 {
		return -1, ""
	}
	return best, why
}

// strengthOf returns how secure the challenge with the index i is, and why it is more secure than those with a
// lower number; 0 if that is not known.
func strengthOf(r reading, i int) (strength int, why string) {
	const proves = "it does not send the password, and the server must prove that it knows it"
	switch strings.ToLower(r.challenges[i].Scheme) {
	case "dpop":
		return 8, "whoever steals the token cannot use it without its key"
	case "negotiate", "kerberos":
		return 7, "it sends a ticket for this server alone, and no password"
	case "concealed", "hoba", "oauth", "vapid":
		return 6, "it signs with a key that is not sent"
	case "scram-sha-256", "mutual":
		return 6, proves
	case "scram-sha-1":
		return 5, proves
	case "bearer", "gnap", "privatetoken", "uma":
		return 4, "it sends a token in place of a password"
	case "digest":
		if r.views[i].strength >= weakDigests {
			return 3, "it does not send the password itself"
		}
		return 2, "it does not send the password itself, though its hash is weak"
	case "ntlm":
		return 2, "it does not send the password itself, though its hash is weak"
	case "basic":
		return 1, "the others are not to be answered"
	}
	return 0, ""
}

func basicStep(c wwwauth.Challenge, header string) string {
	b, _ := c.Basic()
	text := fmt.Sprintf("Repeat the request with %s: Basic and base64 of user:password", header)
	if b.UTF8 {
		text += ", both in UTF-8"
	}
	if b.Realm != "" {
		text += ", those for the realm " + inProse(b.Realm)
	}
	return text + ". Only over TLS: whoever listens can read them (RFC 7617)."
}

// digestStrength holds the algorithms of Digest, the weakest first; the first of them are weak.
var digestStrength = []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}

const weakDigests = 2

// digestStep names the strongest algorithm of all Digest challenges that are to be answered, of which there is
// one, so it is the same for each of those.
func digestStep(r reading, header string) string {
	strength, stale := -1, false
	for i, v := range r.views {
		if v.strength >= 0 && whyIgnore(r, i) == "" {
			strength, stale = max(strength, v.strength), stale || v.stale
		}
	}
	var text string
	if stale {
		text = "Only the nonce was too old: repeat the request with a response for the new one, without asking the user again."
	} else {
		text = fmt.Sprintf("Repeat the request with %s: Digest and a response made of user, password and nonce.", header)
	}
	text += " Use " + digestStrength[strength] + ", the strongest algorithm offered"
	if strength < weakDigests {
		text += "; it is weak, so only over TLS"
	}
	return text + " (RFC 7616)."
}

func handshakeStep(c wwwauth.Challenge, status int, header string) string {
	switch {
	case c.Token68 == "" && c.Is("NTLM"):
		return fmt.Sprintf("Begin the NTLM handshake, on one connection: send %s: NTLM and the first message. Prefer Negotiate if that is offered.", header)
	case c.Token68 == "":
		return fmt.Sprintf("Get a Kerberos ticket for the host (kinit), and send %s: %s and the token that GSS-API or SSPI makes of it; curl does that with --negotiate -u : (RFC 4559).", header, c.Scheme)
	case status != 0 && status != 401 && status != 407:
		return "The request was authenticated: this is the last token of the handshake, with which GSS-API or SSPI can verify the server."
	}
	return "The handshake goes on: give the token to GSS-API or SSPI, and send what that returns, on the same connection."
}

// tokenErrors holds the error codes of Bearer and DPoP challenges, with the standard that has them, what
// they mean, and what to do.
var tokenErrors = map[wwwauth.BearerCode]struct{ source, meaning, text string }{
	wwwauth.InvalidRequest:                 {"RFC 6750", "the request is malformed", "The request is malformed, such as with a token in two places: correct it."},
	wwwauth.InvalidToken:                   {"RFC 6750", "the token is not valid", "The token is missing, expired, revoked, or not for this server."},
	wwwauth.InsufficientScope:              {"RFC 6750", "the token is good, but not for this", "The token is good, but its scope is not enough."},
	wwwauth.InsufficientUserAuthentication: {"RFC 9470", "step-up: the user must log in again", "The token is good, but the user must log in again, in a stronger way or only because it is long ago."},
	wwwauth.UseDPoPNonce:                   {"RFC 9449", "the proof needs a nonce", "Repeat the request with a proof that has the nonce of the field DPoP-Nonce."},
	wwwauth.InvalidDPoPProof:               {"RFC 9449", "the proof is not valid", "The proof is wrong: make a new one for this method, URL and time."},
	wwwauth.InsufficientClaims:             {"Microsoft's claims challenge", "the token lacks claims", "The token lacks claims: send the parameter claims along, decoded, when asking for a new one."},
}

// bearerSteps serves Bearer and DPoP: what the error means, where a token comes from, and for what.
func bearerSteps(r reading, i int, header string) []step {
	c, b := r.challenges[i], r.views[i].bearer
	status := r.status
	if r.field == fieldNames[1] {
		status = 0 // what the standards say of it is about servers, not about proxies
	}
	var steps []step
	say := func(url, format string, args ...any) {
		steps = append(steps, step{fmt.Sprintf(format, args...), url})
	}

	known, isKnown := tokenErrors[b.Error]
	if claims, err := b.DecodeClaims(); b.Error == wwwauth.InsufficientClaims && len(claims) == 0 && (err == nil || !r.redacted) {
		known.text = "The token lacks claims, but the challenge does not say which, or not in base64."
	}
	switch {
	case b.Error == wwwauth.InvalidRequest && status == 401:
		say("", "The request is malformed (RFC 6750 wants status 400 with this error, not 401); or the server means that the token is missing.")
	case isKnown && status != 0 && status != b.Error.Status():
		say("", "%s (%s wants status %d with this error, not %d.)", known.text, known.source, b.Error.Status(), status)
	case isKnown:
		say("", "%s", known.text)
	case b.Error != "":
		say("", "The error code %s is in no standard known here; the documentation of the service must say what it means.", inProse(string(b.Error)))
	}
	switch {
	case b.Error == wwwauth.InvalidRequest && status != 401, b.Error == wwwauth.UseDPoPNonce, b.Error == wwwauth.InvalidDPoPProof:
		return steps // another token does not help
	}

	wanted := wantedOf(b)
	switch {
	case isFetchable(b.ResourceMetadata):
		caution := ""
		if isInsecure(b.ResourceMetadata) {
			caution = "; not over plain http if it matters, since anybody between can name another server"
		}
		say(inURL(b.ResourceMetadata), "Fetch the metadata, which names the authorization servers (RFC 9728)%s:", caution)
		say("", "Get a token from one of them%s.", wanted)
	case b.ResourceMetadata != "":
		say("", "Do not fetch resource_metadata: it is no absolute http or https URL with a host in ASCII, or it holds user information.")
		say("", "Get a token%s, as the documentation of the service says.", wanted)
	case isTokenServer(c, b):
		password := fmt.Sprintf("; for what is not public with -u and the user's name, but only if you trust %s with that password", inProse(host(b.Realm)))
		if isInsecure(b.Realm) {
			password = ", without a password: none belongs into plain http"
		}
		say("curl -g '"+tokenURL(c, b)+"'", "Get a token as container clients do%s. The answer is JSON with a member token or access_token:", password)
	case isFetchable(c.Get("authorization_uri")):
		say(inURL(c.Get("authorization_uri")), "Get a token by OAuth%s, at:", wanted)
	case isFetchable(b.AuthorizationServer):
		say(inURL(b.AuthorizationServer), "Get a token%s, from the authorization server:", wanted)
	default:
		say("", "Get a token%s. The challenge does not say where: the metadata at /.well-known/oauth-protected-resource may, if there is one (RFC 9728), or the documentation.", wanted)
	}
	switch {
	case c.Is("DPoP") && len(r.views[i].algs) > 0:
		say("", "Repeat the request with %s: DPoP and the token, and a proof signed with one of %s (RFC 9449).", header, inProse(strings.Join(r.views[i].algs, " ")))
	case c.Is("DPoP"):
		say("", "Repeat the request with %s: DPoP and the token, and a proof (RFC 9449).", header)
	default:
		say("", "Repeat the request with %s: Bearer and the token.", header)
	}
	return steps
}

// wantedOf says for what the token must be.
func wantedOf(b wwwauth.Bearer) string {
	var wanted string
	if len(b.Scope) > 0 {
		wanted = ", for the scope " + inProse(b.Scope.String())
		if b.Error == wwwauth.InsufficientScope {
			wanted += " besides what the old token has"
		}
	}
	if len(b.ACRValues) > 0 {
		wanted += ", with acr_values " + inProse(strings.Join(b.ACRValues, " "))
	}
	if b.MaxAge != 0 || b.ZeroMaxAge {
		wanted += fmt.Sprintf(", with max_age %d", b.MaxAge/time.Second)
	}
	return wanted
}

// isTokenServer tells whether the realm of a challenge is the URL of a token server, as registries send
// it. An authorization server of OAuth is none: it takes no service, and its scopes have another form.
func isTokenServer(c wwwauth.Challenge, b wwwauth.Bearer) bool {
	return c.Is("Bearer") && isFetchable(b.Realm) && (c.Get("service") != "" || slices.ContainsFunc(b.Scope, isRegistryScope))
}

// isRegistryScope tells whether a scope is one of a container registry:
//
//	repository:library/alpine:pull,push
//	repository(plugin):library/x:pull
//	registry:catalog:*
func isRegistryScope(scope string) bool {
	kind, rest, _ := strings.Cut(scope, ":")
	kind, _, _ = strings.Cut(kind, "(")
	return (kind == "repository" || kind == "registry") && strings.Contains(rest, ":")
}

// isFetchable reports whether s is a URL that a client may fetch on the word of a server.
func isFetchable(s string) bool { return checkFetch(s) == nil }

// isInsecure tells whether whoever is between can read what is sent to the URL, and change the answer.
func isInsecure(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "https" && !isLocal(s)
}

// tokenURL returns the URL at which a container client gets its token, encoded: the realm without a
// fragment, with the service and each scope in the query. It can stand in single quotes.
func tokenURL(c wwwauth.Challenge, b wwwauth.Bearer) string {
	var u strings.Builder
	realm, _, _ := strings.Cut(b.Realm, "#")
	u.WriteString(encode(realm, notInURL+"'"))
	separator := "?"
	if strings.Contains(realm, "?") {
		separator = "&"
	}
	add := func(name, value string) {
		u.WriteString(separator + name + "=" + encode(value, notInURL+"'%&+#"))
		separator = "&"
	}
	if service := c.Get("service"); service != "" {
		add("service", service)
	}
	for _, scope := range b.Scope {
		add("scope", scope)
	}
	return u.String()
}

// inURL returns a URL with everything percent-encoded that cannot stand in one, so that it can be
// copied. If a shell would take a part of it for something else, it stands in single quotes.
func inURL(s string) string {
	if u := encode(s, notInURL); !strings.ContainsAny(u, "!#$&'()*;?[]~") {
		return u
	}
	return "'" + encode(s, notInURL+"'") + "'"
}

// notInURL holds the visible ASCII bytes that cannot stand in a URL.
const notInURL = "\"<>\\^`{|}"

// encode returns s with these bytes percent-encoded, and with them all that are no visible ASCII.
func encode(s, bytes string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(bytes, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// inProse returns a value as it stands in a sentence.
func inProse(s string) string { return quote(cut(s, maxText)) }
