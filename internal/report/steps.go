package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// schemes says what a client does with the challenges of a scheme, by its name in lower case. Schemes whose
// parameters matter have functions below.
var schemes = map[string]string{
	"apikey":               "Send an API key of the service after the scheme. In Elasticsearch that is base64 of id:key.",
	"aws4-hmac-sha256":     "Sign the request with the access key of an AWS account (Signature Version 4).",
	"concealed":            "Sign a value from the TLS connection (the exporter) with a key that the server already knows (RFC 9729).",
	"gnap":                 "Ask the grant endpoint in as_uri for access, if referrer is the URI of this resource, and repeat the request with the token (RFC 9635).",
	"hawk":                 "Sign the request with the id and the key that you got from the service.",
	"hoba":                 "Sign the challenge with the key that the server knows (RFC 7486).",
	"l402":                 "Pay the Lightning invoice, and repeat the request with the macaroon and the preimage that the payment reveals. The user must agree to the amount first.",
	"lsat":                 "Pay the Lightning invoice, and repeat the request with the macaroon and the preimage that the payment reveals. The user must agree to the amount first.",
	"mac":                  "Sign the request with the key of a MAC token.",
	"mutual":               "Prove that you know the password, and have the server prove the same (RFC 8120).",
	"oauth":                "Sign the request with the OAuth 1.0 secrets of the client and the user (RFC 5849).",
	"payment":              "Pay as the request says, before it expires, and repeat the request with the proof. The user must agree to the amount first.",
	"pkeyauth":             "Sign the nonce with the certificate of the device that is registered with Entra ID.",
	"pop":                  "Repeat the request with a token that is bound to a key, and a proof of that key.",
	"privatetoken":         "Have the issuer sign a token for the challenge, if that names this origin, and repeat the request with it (RFC 9577).",
	"scram-sha-1":          "Start the SCRAM exchange with the user name (RFC 7804). Prefer SCRAM-SHA-256 if it is offered.",
	"scram-sha-256":        "Start the SCRAM exchange with the user name (RFC 7804).",
	"signature":            "Sign the request with the key that the service knows; the parameters name what to sign.",
	"tfs-federated":        "Sign in to Azure DevOps with Entra ID in a browser, or send a personal access token with Basic instead.",
	"uma":                  "Take the ticket to the authorization server in as_uri, and repeat the request with the token (UMA 2.0).",
	"vapid":                "Sign a token with the key of the application server (RFC 8292).",
	"wsse":                 "Send a UsernameToken in the field X-WSSE: user name, digest of the password, nonce and time.",
	"x-mobileme-authtoken": "Sign in to the iCloud account; the service takes the token that Apple's sign-in returns.",
}

// answer returns the field that answers a challenge.
func (rd *reading) answer() string {
	if rd.Field == fieldNames[1] {
		return "Proxy-Authorization"
	}
	return "Authorization"
}

// steps says what a client does with the challenge with the index i.
func (rd *reading) steps(i int) []Step {
	c := rd.challenges[i]
	if field := Demanded(rd.Status); field != "" && field != rd.Field {
		return rd.step("With status "+strconv.Itoa(rd.Status)+", only the field "+field+" counts: answer that one.", "")
	}
	if why := whyIgnore(rd, i); why != "" {
		return rd.step(why, "")
	}
	switch {
	case isOAuth(c):
		return rd.bearerSteps(i)
	case c.Is("Basic"):
		return rd.basicSteps(c)
	case c.Is("Digest"):
		return rd.digestSteps()
	case c.Is("Negotiate"), c.Is("NTLM"), c.Is("Kerberos"), c.Is("Nego2"):
		return rd.handshakeSteps(c)
	case c.Is("OAuth") && rd.isFacebook(c):
		return rd.step("This is how Facebook's APIs report an error, not a challenge of OAuth 1.0: the strings in quotes say what is wrong with the access token. Get a new access token, and send it again as "+rd.answer()+": Bearer, or as the parameter access_token.", "")
	case c.Is("GNAP") && c.Get("referrer") != "":
		return rd.step("If "+inProse(c.Get("referrer"))+" is, byte for byte, the URI of this resource, ask the grant endpoint in as_uri for access, and repeat the request with the token (RFC 9635). If it is not, ignore the challenge.", "")
	}
	text := schemes[strings.ToLower(c.Scheme)]
	if text == "" {
		text = "This scheme is not in any standard known here; see the documentation of the service."
		if near := known.NearScheme(c.Scheme); near != "" {
			text = "Did the server mean " + near + "? " + text
		}
	}
	if c.Is("AWS4-HMAC-SHA256") {
		return rd.step(text, "curl --aws-sigv4 aws:amz:REGION:SERVICE -u ACCESS_KEY:SECRET_KEY "+rd.url)
	}
	return rd.step(text, "")
}

// isFacebook reports whether a challenge is one of Facebook's, with strings in quotes where parameters belong:
//
//	OAuth "Facebook Platform" "invalid_token" "The access token could not be decrypted"
func (rd *reading) isFacebook(c wwwauth.Challenge) bool {
	return len(c.Params) == 0 && c.Token68 == "" && slices.ContainsFunc(rd.problems, func(p *wwwauth.SyntaxError) bool {
		return p.Code == wwwauth.UnexpectedByte && p.Offset < len(rd.Lines[p.Line]) && rd.Lines[p.Line][p.Offset] == '"'
	})
}

// whyIgnore says why a client must not act on the challenge with the index i; "" if it may.
func whyIgnore(rd *reading, i int) string {
	c := rd.challenges[i]
	for _, name := range [...]string{"resource_metadata", "realm", "nonce", "error"} {
		if rd.conflicts(i, name) {
			return "Do not act on it: it has " + name + " more than once, with different values, and someone between you and the server may have added one."
		}
	}
	switch {
	case rd.Field == fieldNames[1] && c.Is("DPoP"):
		return "Ignore it: a proxy must not use this scheme (RFC 9449 section 7.1)."
	case rd.Field == fieldNames[1] && c.Is("vapid"):
		return "Ignore it: a proxy must not use this scheme (RFC 8292 section 3)."
	case c.Is("Payment") && c.Get("id") == "":
		return "Ignore it: a Payment challenge must have an id."
	case c.Is("Digest") && rd.views[i].strength < 0:
		return "Ignore it: it has no nonce, no algorithm of RFC 7616, or neither auth nor auth-int in its qop."
	}
	return ""
}

// bestChallenge returns the index of the challenge to answer, and why; -1 if there is no choice, or none is
// known to be best.
func bestChallenge(rd *reading) (best int, why string) {
	best, strongest, weakest := -1, 0, len(rd.challenges)
	for i := range rd.challenges {
		if whyIgnore(rd, i) != "" {
			continue
		}
		strength, because := strengthOf(rd, i)
		weakest = min(weakest, strength)
		switch {
		case strength > strongest:
			best, strongest, why = i, strength, because
		case strength == strongest:
			best = -1
		}
	}
	// Nothing is weaker than Basic, so Basic is not preferred to a scheme of unknown strength.
	if len(rd.challenges) < 2 || strongest == 1 && weakest == 0 {
		return -1, ""
	}
	return best, why
}

// strengthOf returns how secure the challenge with the index i is, and why it is more secure than those with a
// lower number; 0 if unknown.
func strengthOf(rd *reading, i int) (strength int, why string) {
	const proves = "it does not send the password, and the server must prove that it knows the password too"
	if rd.challenges[i].Is("DPoP") {
		return 8, "a stolen token is of no use without its key"
	}
	switch rd.views[i].scheme {
	case "negotiate", "kerberos":
		return 7, "it sends a ticket that only this server can use, and no password"
	case "concealed", "hoba", "vapid":
		return 6, "it signs with a key that is not sent"
	case "oauth":
		if !rd.isFacebook(rd.challenges[i]) {
			return 6, "it signs with a key that is not sent"
		}
	case "scram-sha-256", "mutual":
		return 6, proves
	case "scram-sha-1":
		return 5, proves
	case "bearer", "gnap", "privatetoken", "uma":
		return 4, "it sends a token in place of a password"
	case "digest":
		if rd.views[i].strength >= weakDigests {
			return 3, "it does not send the password itself"
		}
		return 2, "it does not send the password itself, though its hash is weak"
	case "ntlm":
		return 2, "it does not send the password itself, though its hash is weak"
	case "basic":
		return 1, "the other challenges must not be answered"
	}
	return 0, ""
}

// curl returns a curl command with the flags for a server or for a proxy.
func (rd *reading) curl(server, proxy string) string {
	if rd.Field == fieldNames[1] {
		return rd.join("curl -x PROXY ", proxy, " ", rd.url)
	}
	return rd.join("curl ", server, " ", rd.url)
}

func (rd *reading) basicSteps(c wwwauth.Challenge) []Step {
	b, _ := c.Basic()
	what := "the user name and the password"
	if b.Realm != "" {
		what = rd.join(what, " for the realm ", inProse(b.Realm))
	}
	command := rd.curl("-u USER", "-U USER")
	if s := rd.sentAs("Basic"); s != nil {
		if len(s.wrong) > 0 {
			return rd.step("Do not send the same again: correct what is wrong with the credentials above, and repeat the request.", command)
		}
		return rd.step("Do not send the same again: check "+what+". Some services want an access token in place of the password.", command)
	}
	encoding := ""
	if b.UTF8 {
		encoding = ", both in UTF-8"
	}
	return rd.step(rd.join("Repeat the request with ", rd.answer(), ": Basic and the base64 of user:password", encoding,
		", with ", what, ". Only over TLS: anyone who listens in can read them (RFC 7617)."), command)
}

// digestStrength holds the algorithms of Digest, the weakest first; the first of them are weak.
var digestStrength = []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}

const weakDigests = 2

// digestSteps names the strongest algorithm of all Digest challenges that can be answered, so it is the same for
// each of them.
func (rd *reading) digestSteps() []Step {
	strength, stale := -1, false
	offered := 0 // algorithms
	named := false
	for i, v := range rd.views {
		if v.strength < 0 || whyIgnore(rd, i) != "" {
			continue
		}
		if v.strength != strength {
			offered++
		}
		if v.strength >= strength {
			strength, named = v.strength, v.digest.Algorithm != ""
		}
		stale = stale || v.digest.Stale
	}
	var text string
	switch {
	case stale:
		text = "Only the nonce was too old: repeat the request with the new nonce, without asking the user again."
	case rd.sentAs("Digest") != nil:
		text = "Do not send the same again: check the user name and the password, and answer with the nonce of this challenge."
	default:
		text = rd.join("Repeat the request with ", rd.answer(), ": Digest and a response computed from the user name, the password and the nonce.")
	}
	name := digestStrength[strength]
	use, strongest, weak := " No algorithm is named, which means ", "", ""
	switch {
	case offered > 1:
		use, strongest = " Use ", ", the strongest algorithm offered"
	case named:
		use = " Use the algorithm "
	}
	if strength < weakDigests {
		weak = "; it is weak, so only over TLS"
	}
	return rd.step(rd.join(text, use, name, strongest, weak, " (RFC 7616)."), rd.curl("--digest -u USER", "--proxy-digest -U USER"))
}

func (rd *reading) handshakeSteps(c wwwauth.Challenge) []Step {
	switch {
	case c.Token68 != "" && rd.Status != 0 && rd.Status != 401 && rd.Status != 407:
		return rd.step("The request was authenticated: this is the last token of the handshake, with which GSS-API or SSPI can verify the server.", "")
	case c.Token68 != "":
		return rd.step("The handshake continues: give the token to GSS-API or SSPI, and send what it returns on the same connection.", "")
	case c.Is("NTLM"):
		text := "The handshake failed: check the domain, the user name and the password, and start again on a new connection."
		if rd.sentAs("NTLM") == nil {
			text = rd.join("Start the NTLM handshake on one connection: send ", rd.answer(), ": NTLM and the first message. Prefer Negotiate if it is offered.")
		}
		return rd.step(text, rd.curl(`--ntlm -u 'DOMAIN\USER'`, `--proxy-ntlm -U 'DOMAIN\USER'`))
	}
	text := "The ticket was refused: check with klist that it is valid and for this host, that the clocks agree, and that the server has a key for the host name you use. Then repeat the request."
	if rd.sentAs(c.Scheme) == nil {
		text = rd.join("Get a Kerberos ticket (kinit USER@REALM), and send ", rd.answer(), ": ", c.Scheme, " and the token that GSS-API or SSPI makes for this host (RFC 4559).")
	}
	return rd.step(text, rd.curl("--negotiate -u :", "--proxy-negotiate -U :"))
}

// tokenErrors holds the error codes of Bearer and DPoP challenges, with the standard that defines them, what
// they mean, and what to do.
var tokenErrors = map[wwwauth.BearerCode]struct{ source, meaning, text string }{
	wwwauth.InvalidRequest:                 {"RFC 6750", "the request is malformed", "The request is malformed, for example because it has a token in two places: correct it."},
	wwwauth.InvalidToken:                   {"RFC 6750", "the token is not valid", "The token is missing, expired, revoked, or not for this server."},
	wwwauth.InsufficientScope:              {"RFC 6750", "the token is valid, but not for this", "The token is valid, but its scope is not enough."},
	wwwauth.InsufficientUserAuthentication: {"RFC 9470", "step-up: the user must log in again", "The token is valid, but the user must log in again: in a stronger way, or because the last login is too long ago."},
	wwwauth.UseDPoPNonce:                   {"RFC 9449", "the proof needs a nonce", "Repeat the request with a proof that has the nonce of the field DPoP-Nonce."},
	wwwauth.InvalidDPoPProof:               {"RFC 9449", "the proof is not valid", "The proof is wrong: make a new one for this method, URL and time."},
	wwwauth.InsufficientClaims:             {"Microsoft's claims challenge", "the token lacks claims", "The token lacks claims: when you ask for a new one, send the decoded value of the parameter claims with the request."},
}

// isOAuth reports whether an OAuth client answers the challenge.
func isOAuth(c wwwauth.Challenge) bool { return c.Is("Bearer") || c.Is("DPoP") }

// bearerSteps is for Bearer and DPoP: what the error means, where to get a token, and for what.
func (rd *reading) bearerSteps(i int) []Step {
	c, b := rd.challenges[i], &rd.views[i].bearer
	status := rd.Status
	if rd.Field == fieldNames[1] {
		status = 0 // the standards say which status belongs to an error for servers, not for proxies
	}
	dpop := c.Is("DPoP")
	first := len(rd.stepList)
	add := func(s Step) { rd.stepList = append(rd.stepList, s) }
	say := func(parts ...string) { add(Step{Text: rd.join(parts...)}) }
	at := func(url string, parts ...string) { add(Step{Text: rd.join(parts...), URL: inURL(url)}) }
	said := func() []Step { return rd.stepList[first:len(rd.stepList):len(rd.stepList)] }

	problem, isKnown := tokenErrors[b.Error]
	if b.Error == wwwauth.InsufficientClaims {
		if claims, err := b.DecodeClaims(); len(claims) == 0 && (err == nil || !rd.Redacted) {
			problem.text = "The token lacks claims, but the challenge does not say which ones, or not in base64."
		}
	}
	if nonce := rd.header("DPoP-Nonce"); nonce != "" && b.Error == wwwauth.UseDPoPNonce {
		problem.text = "Repeat the request with a proof that has the nonce of the field DPoP-Nonce"
		if !rd.options.Redact {
			problem.text += ", " + inProse(nonce)
		}
		problem.text += "."
	}
	sent := rd.sentAs("Bearer", "DPoP", "")
	if sent != nil && sent.broken {
		command := ""
		if !dpop {
			command = rd.curl(`--oauth2-bearer "$TOKEN"`, `--proxy-header "Proxy-Authorization: Bearer $TOKEN"`)
		}
		return rd.step("Do not send the same again: correct what is wrong with the token above, and repeat the request with "+rd.answer()+": "+c.Scheme+" and the token.", command)
	}
	switch {
	case b.Error == wwwauth.InvalidRequest && status == 401:
		say("The request is malformed (RFC 6750 wants status 400 with this error, not 401), or the server means that the token is missing.")
	case isKnown && status != 0 && status != b.Error.Status():
		say(problem.text + " (" + problem.source + " wants status " + strconv.Itoa(b.Error.Status()) + " with this error, not " + strconv.Itoa(status) + ".)")
	case isKnown:
		say(problem.text)
	case b.Error != "":
		say("The error code " + inProse(string(b.Error)) + " is not in any standard known here; see the documentation of the service.")
	case sent != nil && len(sent.wrong) == 0:
		say("The token that was sent was refused, and the challenge does not say why: do not send it again.")
	}
	switch {
	case b.Error == wwwauth.InvalidRequest && status != 401, b.Error == wwwauth.UseDPoPNonce, b.Error == wwwauth.InvalidDPoPProof:
		return said() // another token does not help
	}

	get := "Get a token"
	if sent != nil {
		get = "Get a new token"
	}
	wanted := rd.wantedOf(c, b)
	service := c.Get("service")
	switch {
	case isFetchable(b.ResourceMetadata) && !rd.isCut(b.ResourceMetadata):
		caution := ""
		if isInsecure(b.ResourceMetadata) {
			caution = ". Over plain http, as here, anyone in between can name another server"
		}
		at(b.ResourceMetadata, "Fetch the metadata, which names the authorization servers (RFC 9728)", caution, ":")
		say(get, " from one of them", wanted, ".")
	case b.ResourceMetadata != "" && rd.isCut(b.ResourceMetadata):
		say("The URL of the metadata was broken in two by copying, so it may not be what the server sent: copy it from the original response.")
		say(get, " from an authorization server that the metadata names", wanted, ".")
	case b.ResourceMetadata != "":
		say("Do not fetch resource_metadata: it is not an absolute http or https URL with a host in ASCII and without user information.")
		say(get, wanted, ", as the documentation of the service says.")
	case rd.views[i].isTokenServer && !rd.isCut(b.Realm):
		password := ""
		if isInsecure(b.Realm) {
			password = ", without a password: never send one over plain http"
		} else {
			password = rd.join(". For anything that is not public, add -u USER, but only if you trust ", inProse(weburl.Host(b.Realm)), " with the password")
		}
		add(Step{
			Text:    rd.join(get, " as container clients do", password, ". The answer is JSON with a member token or access_token."),
			Command: rd.join("curl -g '", tokenURL(c, *b), "'"),
		})
	case isFetchable(c.Get("authorization_uri")) && !rd.isCut(c.Get("authorization_uri")):
		at(c.Get("authorization_uri"), get, " by OAuth", wanted, ", at:")
	case isFetchable(c.Get("authorization")) && !rd.isCut(c.Get("authorization")):
		at(c.Get("authorization"), get, wanted, ", from the tenant of Entra ID that the challenge names:")
	case isFetchable(b.AuthorizationServer) && !rd.isCut(b.AuthorizationServer):
		at(b.AuthorizationServer, get, wanted, ", from the authorization server:")
	case service != "" && b.Realm != "":
		say(get, wanted, ", for the service ", inProse(service), ". The challenge looks like that of a container registry, but its realm is not the URL of a token server: see the documentation of the service for where that is.")
	default:
		say(get, wanted, ". The challenge does not say where: look at /.well-known/oauth-protected-resource on the server (RFC 9728), or in its documentation.")
	}
	switch algs := c.Get("algs"); {
	case dpop && algs != "":
		say("Repeat the request with ", rd.answer(), ": DPoP and the token, and a proof signed with one of ", inProse(algs), " (RFC 9449).")
	case dpop:
		say("Repeat the request with ", rd.answer(), ": DPoP and the token, and a proof (RFC 9449).")
	default:
		add(Step{
			Text:    rd.join("Repeat the request with ", rd.answer(), ": Bearer and the token."),
			Command: rd.curl(`--oauth2-bearer "$TOKEN"`, `--proxy-header "Proxy-Authorization: Bearer $TOKEN"`),
		})
	}
	return said()
}

// isCut reports whether a URL may have been broken by copying, so that it must not be used.
func (rd *reading) isCut(url string) bool {
	for _, f := range rd.in.Fields {
		if f.Undone&input.URLCut != 0 && strings.Contains(f.Value, url) {
			return true
		}
	}
	return false
}

// wantedOf says what the token must be for.
func (rd *reading) wantedOf(c wwwauth.Challenge, b *wwwauth.Bearer) string {
	var all [8]string
	wanted := all[:0]
	if resource := c.Get("resource"); resource != "" {
		wanted = append(wanted, ", for the resource ", inProse(resource))
	} else if resource := c.Get("resource_id"); resource != "" {
		wanted = append(wanted, ", for the resource ", inProse(resource))
	}
	if len(b.Scope) > 0 {
		wanted = append(wanted, ", for the scope ", inProse(b.Scope.String()))
		if b.Error == wwwauth.InsufficientScope {
			wanted = append(wanted, " in addition to those of the old token")
		}
	}
	if len(b.ACRValues) > 0 {
		wanted = append(wanted, ", with acr_values ", inProse(strings.Join(b.ACRValues, " ")))
	}
	if b.MaxAge != 0 || b.ZeroMaxAge {
		wanted = append(wanted, ", with max_age ", strconv.FormatInt(int64(b.MaxAge/time.Second), 10))
	}
	return rd.join(wanted...)
}

// isTokenServer reports whether the realm of a challenge is the URL of a token server, as registries send
// it. An OAuth authorization server is not one: it does not use service, and its scopes have another form.
func isTokenServer(c wwwauth.Challenge, b wwwauth.Bearer) bool {
	return c.Is("Bearer") && (c.Get("service") != "" || slices.ContainsFunc(b.Scope, isRegistryScope)) && isFetchable(b.Realm)
}

// isRegistryScope reports whether a scope is one of a container registry:
//
//	repository:library/alpine:pull,push
//	repository(plugin):library/x:pull
//	registry:catalog:*
func isRegistryScope(scope string) bool {
	kind, rest, _ := strings.Cut(scope, ":")
	kind, _, _ = strings.Cut(kind, "(")
	return (kind == "repository" || kind == "registry") && strings.Contains(rest, ":")
}
