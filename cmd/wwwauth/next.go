package main

import (
	"fmt"
	"net/url"
	"strings"

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
	switch {
	case c.Is("Bearer"), c.Is("DPoP"):
		return bearerSteps(c, r.status, header)
	case c.Is("Basic"):
		text = basicStep(c, header)
	case c.Is("Digest"):
		text = digestStep(r, header)
	case c.Is("Negotiate"), c.Is("NTLM"), c.Is("Kerberos"):
		text = handshakeStep(c, r.status, header)
	case text == "":
		text = "No standard known here has this scheme; the documentation of the service must say what it wants."
	}
	return []step{{text: text}}
}

func basicStep(c wwwauth.Challenge, header string) string {
	text := fmt.Sprintf("Repeat the request with %s: Basic and base64 of user:password", header)
	if strings.EqualFold(c.Get("charset"), "UTF-8") {
		text += ", both in UTF-8"
	}
	if realm := c.Get("realm"); realm != "" {
		text += ", those for the realm " + inProse(realm)
	}
	return text + ". Only over TLS: whoever listens can read them (RFC 7617)."
}

// digestStrength holds the algorithms of Digest, the weakest first.
var digestStrength = []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}

// digestStep names the strongest algorithm of all Digest challenges, so it is the same for each.
func digestStep(r reading, header string) string {
	best, stale := -1, false
	for _, c := range r.challenges {
		if !c.Is("Digest") {
			continue
		}
		stale = stale || strings.EqualFold(c.Get("stale"), "true")
		algorithm, ok := c.Lookup("algorithm")
		if !ok {
			algorithm = "MD5"
		}
		for strength, name := range digestStrength {
			if strings.EqualFold(name, algorithm) {
				best = max(best, strength)
			}
		}
	}
	var text string
	switch {
	case best < 0:
		return "No algorithm that is offered is one of RFC 7616: ignore the challenge."
	case stale:
		text = "Only the nonce was too old: repeat the request with a response for the new one, without asking the user again."
	default:
		text = fmt.Sprintf("Repeat the request with %s: Digest and a response made of user, password and nonce.", header)
	}
	text += " Use " + digestStrength[best]
	if best < 2 {
		return text + ", the strongest algorithm offered; it is weak, so only over TLS (RFC 7616)."
	}
	return text + ", the strongest algorithm offered (RFC 7616)."
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

// tokenErrors holds the error codes of Bearer and DPoP challenges, with the status that their
// standards want.
var tokenErrors = map[string]struct {
	status int
	rfc    string
	text   string
}{
	"invalid_request":                    {400, "RFC 6750", "The request is malformed, such as with a token in two places: correct it."},
	"invalid_token":                      {401, "RFC 6750", "The token is missing, expired, revoked, or not for this server."},
	"insufficient_scope":                 {403, "RFC 6750", "The token is good, but its scope is not enough."},
	"insufficient_user_authentication":   {401, "RFC 9470", "The token is good, but the user must log in again, in a stronger way or only because it is long ago."},
	"use_dpop_nonce":                     {401, "RFC 9449", "Repeat the request with a proof that has the nonce of the field DPoP-Nonce."},
	"invalid_dpop_proof":                 {401, "RFC 9449", "The proof is wrong: make a new one for this method, URL and time."},
	"insufficient_claims":                {401, "Microsoft's claims challenge", "The token lacks claims: send the parameter claims along when asking for a new one."},
	"insufficient_authorization_details": {403, "RFC 9396", "The token is good, but its authorization details are not enough."},
}

// bearerSteps serves Bearer and DPoP: what the error means, where a token comes from, and for what.
func bearerSteps(c wwwauth.Challenge, status int, header string) []step {
	var steps []step
	say := func(url, format string, args ...any) {
		steps = append(steps, step{fmt.Sprintf(format, args...), url})
	}

	code, failed := c.Lookup("error")
	known, isKnown := tokenErrors[code]
	switch {
	case code == "invalid_request" && status == 401:
		say("", "The request is malformed (RFC 6750 wants status 400 with this error, not 401); or the server means that the token is missing.")
	case isKnown && status != 0 && status != known.status:
		say("", "%s (%s wants status %d with this error, not %d.)", known.text, known.rfc, known.status, status)
	case isKnown:
		say("", "%s", known.text)
	case failed:
		say("", "The error code %s is in no standard known here; the documentation of the service must say what it means.", inProse(code))
	}
	switch {
	case code == "invalid_request" && status != 401, code == "use_dpop_nonce", code == "invalid_dpop_proof":
		return steps // another token does not help
	}

	wanted := wantedOf(c)
	metadata, realm := c.Get("resource_metadata"), c.Get("realm")
	switch {
	case metadata != "" && isFetchable(metadata):
		say(inURL(metadata), "Fetch the metadata, which names the authorization servers (RFC 9728):")
		say("", "Get a token from one of them%s.", wanted)
	case metadata != "":
		say("", "Do not fetch resource_metadata: it is no absolute http or https URL, or it holds user information.")
	case isFetchable(realm) && (c.Get("service") != "" || c.Get("scope") != ""):
		say(tokenURL(realm, c), "Get a token as container clients do, with the user's credentials, or with none for what is public; the answer is JSON with a member token or access_token:")
	case isFetchable(c.Get("authorization_uri")):
		say(inURL(c.Get("authorization_uri")), "Get a token by OAuth%s, at:", wanted)
	case isFetchable(c.Get("authorization_server")):
		say(inURL(c.Get("authorization_server")), "Get a token%s, from the authorization server:", wanted)
	default:
		say("", "Get a token%s. The challenge does not say where: the metadata at /.well-known/oauth-protected-resource may, if there is one (RFC 9728), or the documentation.", wanted)
	}
	switch {
	case c.Is("DPoP") && c.Get("algs") != "":
		say("", "Repeat the request with %s: DPoP and the token, and a proof signed with one of %s (RFC 9449).", header, inProse(c.Get("algs")))
	case c.Is("DPoP"):
		say("", "Repeat the request with %s: DPoP and the token, and a proof (RFC 9449).", header)
	default:
		say("", "Repeat the request with %s: Bearer and the token.", header)
	}
	return steps
}

// wantedOf says for what the token must be.
func wantedOf(c wwwauth.Challenge) string {
	var wanted string
	if scope := c.Get("scope"); scope != "" {
		wanted = ", for the scope " + inProse(scope)
		if c.Get("error") == "insufficient_scope" {
			wanted += " besides what the old token has"
		}
	}
	for _, name := range []string{"acr_values", "max_age"} {
		if value := c.Get(name); value != "" {
			wanted += ", with " + name + " " + inProse(value)
		}
	}
	return wanted
}

// isFetchable tells whether s is a URL that a client may fetch on the word of a server: absolute,
// and without user information, which hides where it leads (RFC 9110 section 4.2.4).
func isFetchable(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// tokenURL returns the URL at which a container client gets its token, encoded: the realm without a
// fragment, with the service and each scope in the query.
func tokenURL(realm string, c wwwauth.Challenge) string {
	realm, _, _ = strings.Cut(realm, "#")
	u := encode(realm, notInURL)
	add := func(name, value string) {
		separator := "?"
		if strings.Contains(u, "?") {
			separator = "&"
		}
		u += separator + name + "=" + encode(value, notInURL+"%&+#")
	}
	if service := c.Get("service"); service != "" {
		add("service", service)
	}
	for _, value := range c.Values("scope") {
		for scope := range strings.FieldsSeq(value) {
			add("scope", scope)
		}
	}
	return u
}

// inURL returns a URL with everything percent-encoded that cannot stand in one, so that it can be
// copied.
func inURL(s string) string { return encode(s, notInURL) }

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
