package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/date"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// responseRules are about the response as a whole: the status, and the fields beside the challenges.
var responseRules = []rule{
	{
		Rule: Rule{
			Name: "no-challenge", Severity: Error,
			Summary:  "The response has no challenge.",
			Advice:   "Send at least one challenge: in WWW-Authenticate with 401, in Proxy-Authenticate with 407",
			Section:  "RFC 9110 sections 15.5.2 and 15.5.8",
			Standard: "The server generating a 401 response MUST send a WWW-Authenticate header field containing at least one challenge applicable to the target resource.",
			Bad:      "HTTP/1.1 401 Unauthorized",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool {
			if !m.demands() || !m.absent() || m.remapped() != "" || m.misnamed() != "" {
				return false
			}
			other := proxyAuthenticate
			if m.is(proxyAuthenticate) {
				other = wwwAuthenticate
			}
			if len(m.values(fieldOf(other))) > 0 {
				return m.say("The " + strconv.Itoa(m.Status) + " has its challenge in " + other + ", where clients do not look.")
			}
			return m.say("The " + strconv.Itoa(m.Status) + " has no challenge in " + m.field + ".")
		},
	}, {
		Rule: Rule{
			Name: "remapped-field", Severity: Error,
			Summary:  "A gateway has renamed WWW-Authenticate, as AWS API Gateway does.",
			Advice:   "Set WWW-Authenticate in a gateway response, or in front of the gateway",
			Section:  "RFC 9110 section 15.5.2",
			Standard: "The server generating a 401 response MUST send a WWW-Authenticate header field containing at least one challenge applicable to the target resource.",
			Breaks:   "every client: none knows x-amzn-Remapped-WWW-Authenticate",
			Bad:      "HTTP/1.1 401 Unauthorized\nx-amzn-Remapped-WWW-Authenticate: Basic realm=\"example\"",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool {
			return m.demands() && m.absent() && m.remapped() != ""
		},
	}, {
		Rule: Rule{
			Name: "misnamed-field", Severity: Error,
			Summary:  "The challenge is in a field with the wrong name.",
			Advice:   "Name the field WWW-Authenticate with 401, and Proxy-Authenticate with 407",
			Section:  "RFC 9110 section 15.5.2",
			Standard: "The server generating a 401 response MUST send a WWW-Authenticate header field containing at least one challenge applicable to the target resource.",
			Bad:      "HTTP/1.1 401 Unauthorized\nWWW-Authentication: Basic realm=\"example\"",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool {
			return m.demands() && m.absent() && m.misnamed() != "" && m.remapped() == ""
		},
	}, {
		Rule: Rule{
			Name: "proxy-field-status", Severity: Warning,
			Summary: "Proxy-Authenticate is in a refusal other than 407.",
			Advice:  "Send status 407 as a proxy, or WWW-Authenticate as a server",
			Breaks:  "curl, Chromium and all others tested read it in a 407 only",
			Bad:     "HTTP/1.1 403 Forbidden\nProxy-Authenticate: Basic realm=\"example\"",
			Good:    "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool {
			if !m.is(proxyAuthenticate) || m.Status < 400 || m.Status == 407 {
				return false
			}
			return m.Status != 401 || len(m.values(wwwAuthenticateField)) > 0 // else no-challenge says it
		},
	}, {
		Rule: Rule{
			Name: "optional-field-status", Severity: Error,
			Summary:  "Optional-WWW-Authenticate is in a 401.",
			Advice:   "Send WWW-Authenticate with 401; the optional field is for responses to guests",
			Section:  "RFC 8053 section 3",
			Standard: "The Optional-WWW-Authenticate header MUST NOT be sent on 401 responses.",
			Bad:      "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"\nOptional-WWW-Authenticate: Basic realm=\"example\"",
			Good:     "HTTP/1.1 200 OK\nOptional-WWW-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool { return m.is(optionalField) && m.Status == 401 },
	}, {
		Rule: Rule{
			Name: "challenge-status", Severity: Warning,
			Summary: "Clients do not answer a challenge with this status.",
			Advice:  "Send status 401; a challenge may come with any status, but clients do not answer this one",
			Breaks:  "curl, git, Chromium and the MCP SDKs follow a 3xx, and give up on other 4xx and on 5xx",
			Bad:     "HTTP/1.1 302 Found\nLocation: /login\nWWW-Authenticate: Bearer realm=\"example\"",
			Good:    "HTTP/1.1 200 OK\nWWW-Authenticate: Negotiate oYG3MIG0",
		},
		response: func(m *message) bool {
			switch m.Status {
			case 0, 400, 401, 402, 403, 405, 407: // RFC 6750 section 3 has 400, 401, 403 and 405
				return false
			}
			// The last leg of a handshake has its status, whatever that is (RFC 4559 section 5).
			return m.is(wwwAuthenticate) && slices.ContainsFunc(m.challenges, func(c challenge) bool {
				return c.Token68 == "" && c.scheme&(scram|mutual) == 0
			})
		},
	}, {
		Rule: Rule{
			Name: "forbidden-anonymous", Severity: Warning,
			Summary:  "The status is 403, but the request had no credentials.",
			Advice:   "Send 401 to a request without credentials, and 403 if its credentials are not sufficient",
			Section:  "RFC 9110 section 15.5.4",
			Standard: "If authentication credentials were provided in the request, the server considers them insufficient to grant access.",
			Breaks:   "curl, git, Chromium and the MCP SDKs do not log in on a 403",
			Bad:      "> GET / HTTP/1.1\nHTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer realm=\"example\"",
			Good:     "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"example\"",
		},
		response: func(m *message) bool {
			if m.Status != 403 || !m.anonymous || !m.is(wwwAuthenticate) {
				return false
			}
			// An MCP server answers 403 to a request of a wrong Origin, without a challenge.
			bare := m.profiles&profileBit(MCP) != 0 && m.Request.Header != nil && lookup(m.Request.Header, "Origin") == nil
			return len(m.all) > 0 || bare
		},
	}, {
		Rule: Rule{
			Name: "preflight-challenged", Severity: Warning,
			Summary:  "A CORS preflight request is challenged, although it never has credentials.",
			Advice:   "Answer OPTIONS with 204 and the CORS fields before you ask for credentials",
			Section:  "Fetch Standard, CORS-preflight fetch",
			Standard: "A CORS-preflight request never includes credentials, and a response whose status is not an ok status is a network error.",
			Breaks:   "browsers never send the request itself",
			Bad:      "> OPTIONS / HTTP/1.1\n> Origin: https://app.example.com\n> Access-Control-Request-Method: POST\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"example\"",
			Good:     "> OPTIONS / HTTP/1.1\n> Origin: https://app.example.com\n> Access-Control-Request-Method: POST\nHTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.example.com",
		},
		response: func(m *message) bool {
			return m.Request.Method == "OPTIONS" && (m.Status == 401 || m.Status == 403) && m.is(wwwAuthenticate) &&
				lookup(m.Request.Header, "Access-Control-Request-Method") != nil
		},
	}, {
		Rule: Rule{
			Name: "error-status", Severity: Warning,
			Summary:  "The error code belongs to another status.",
			Advice:   "Send invalid_request with 400, insufficient_scope with 403, and the others with 401",
			Section:  "RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470 section 3",
			Standard: "When a request fails, the resource server responds using the appropriate HTTP status code (typically, 400, 401, 403, or 405) and includes one of the following error codes in the response.",
			Bad:      "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"files:read\", error=\"insufficient_scope\"",
			Good:     "HTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer scope=\"files:read\", error=\"insufficient_scope\"",
		},
		schemes: oauth, params: errorCode,
		challenge: func(m *message, c *challenge) bool {
			code := wwwauth.BearerCode(c.value(errorCode))
			if m.Status == 0 || m.Status == code.Status() || !slices.Contains(errorCodes, code) {
				return false
			}
			return m.say(string(code) + " belongs to status " + strconv.Itoa(code.Status()) + ".")
		},
	}, {
		Rule: Rule{
			Name: "error-without-credentials", Severity: Warning,
			Summary:  "The challenge says what is wrong with a token, but the request had none.",
			Advice:   "Leave out error, error_description and error_uri if the request had no token",
			Section:  "RFC 6750 section 3.1",
			Standard: "If the request lacks any authentication information, the resource server SHOULD NOT include an error code or other error information.",
			Bad:      "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"files:read\", error=\"invalid_token\"",
			Good:     "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"files:read\"",
		},
		schemes: oauth, params: errorCode | errorDescription | errorURI,
		challenge: func(m *message, c *challenge) bool {
			return m.sentNone() && c.has&(errorCode|errorDescription|errorURI) != 0
		},
	}, {
		Rule: Rule{
			Name: "error-missing", Severity: Warning,
			Summary:  "The request had a token, and the challenge does not say why it was refused.",
			Advice:   `Send error="invalid_token" to a request whose token you refuse`,
			Section:  "RFC 6750 section 3",
			Standard: `If the protected resource request included an access token and failed authentication, the resource server SHOULD include the "error" attribute.`,
			Bad:      "> GET / HTTP/1.1\n> Authorization: Bearer mF_9.B5f-4.1JqM\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"files:read\"",
			Good:     "> GET / HTTP/1.1\n> Authorization: Bearer mF_9.B5f-4.1JqM\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"files:read\", error=\"invalid_token\"",
		},
		schemes: oauth,
		response: func(m *message) bool {
			return m.sentToken() && m.Status == 401 && m.sure && m.schemes&schemeOf(m.scheme) != 0 &&
				!slices.ContainsFunc(m.challenges, func(c challenge) bool { return c.scheme&oauth != 0 && (c.has&errorCode != 0 || !c.whole) })
		},
	}, {
		Rule: Rule{
			Name: "dpop-nonce-missing", Severity: Warning,
			Summary:  "The error is use_dpop_nonce, and the response has no DPoP-Nonce field.",
			Advice:   "Send the nonce in the field DPoP-Nonce",
			Section:  "RFC 9449 section 9",
			Standard: "Resource servers use an HTTP 401 (Unauthorized) error code with an accompanying WWW-Authenticate: DPoP value and DPoP-Nonce value to accomplish this.",
			Bad:      "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\nDPoP-Nonce: eyJ7S_zG.eyJH0-Z.HX4w-7v",
		},
		schemes: oauth, params: errorCode,
		challenge: func(m *message, c *challenge) bool {
			return c.value(errorCode) == string(wwwauth.UseDPoPNonce) && m.Complete && m.get(dpopNonce) == ""
		},
	}, {
		Rule: Rule{
			Name: "dpop-nonce-repeated", Severity: Error,
			Summary:  "The response has more than one DPoP-Nonce field.",
			Advice:   "Send DPoP-Nonce once",
			Section:  "RFC 9449 section 8",
			Standard: "Other HTTP headers and JSON fields MAY also be included in the error response, but there MUST NOT be more than one DPoP-Nonce header.",
			Bad:      "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\nDPoP-Nonce: eyJ7S_zG\nDPoP-Nonce: HX4w-7v",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\nDPoP-Nonce: eyJ7S_zG",
		},
		response: func(m *message) bool { return m.is(wwwAuthenticate) && len(m.values(dpopNonce)) > 1 },
	}, {
		Rule: Rule{
			Name: "not-exposed", Severity: Warning,
			Summary:  "Scripts from other origins can read the response, but not this field.",
			Advice:   "Name WWW-Authenticate in Access-Control-Expose-Headers; * covers only requests without credentials",
			Section:  "RFC 9449 sections 7.1 and 8",
			Standard: "In order for the application to obtain and use the WWW-Authenticate HTTP response header value, the server needs to make it available to the application by including WWW-Authenticate in the Access-Control-Expose-Headers response header list value.",
			Breaks:   "MCP clients and others that run in a browser",
			Bad:      "HTTP/1.1 401 Unauthorized\nAccess-Control-Allow-Origin: *\nWWW-Authenticate: Bearer scope=\"files:read\"",
			Good:     "HTTP/1.1 401 Unauthorized\nAccess-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: WWW-Authenticate\nWWW-Authenticate: Bearer scope=\"files:read\"",
		},
		schemes: oauth | digest | gnap | payment | uma, // browsers answer the others themselves
		response: func(m *message) bool {
			if !m.Complete || m.get(allowOrigin) == "" {
				return false
			}
			exposed := tokens(m.values(exposeHeaders))
			if slices.Contains(exposed, "*") && m.get(allowCredentials) != "true" {
				return false
			}
			var hidden []string
			if !slices.Contains(exposed, strings.ToLower(m.field)) {
				hidden = append(hidden, m.field)
			}
			if m.get(dpopNonce) != "" && !slices.Contains(exposed, "dpop-nonce") {
				hidden = append(hidden, "DPoP-Nonce")
			}
			return len(hidden) > 0 && m.say("Scripts from other origins can read the response, but not "+list(hidden, "and")+".")
		},
	}, {
		Rule: Rule{
			Name: "cacheable", Severity: Warning,
			Summary:  "Caches may store the challenge, and answer other requests with it.",
			Advice:   "Send Cache-Control: no-store",
			Section:  "RFC 9111 section 3, RFC 9449 section 8.2",
			Standard: "Responses that include the DPoP-Nonce HTTP header should be uncacheable. A cache may store a response with public, max-age, s-maxage or Expires, whatever its status.",
			Breaks:   "browsers and CDNs repeat the 401 after the login, and hand out old nonces",
			Bad:      "HTTP/1.1 401 Unauthorized\nCache-Control: public, max-age=3600\nWWW-Authenticate: Basic realm=\"example\"",
			Good:     "HTTP/1.1 401 Unauthorized\nCache-Control: no-store\nWWW-Authenticate: Basic realm=\"example\"",
		},
		response: func(m *message) bool {
			return (m.Status == 401 || m.Status == 403) && m.is(wwwAuthenticate) && len(m.all) > 0 && m.cacheable()
		},
	}, {
		Rule: Rule{
			Name: "cleartext", Severity: Warning,
			Summary:  "The request came over http: anyone on the way can read the credentials.",
			Advice:   "Serve the resource over https only, and redirect from http before you challenge",
			Section:  "RFC 7617 section 4, RFC 6750 section 5.3",
			Standard: "Because Basic authentication involves the cleartext transmission of passwords, it SHOULD NOT be used (without enhancements such as HTTPS) to protect sensitive or valuable information.",
			Bad:      "> GET http://example.com/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"",
			Good:     "> GET https://example.com/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\"",
		},
		schemes: basic | bearer,
		response: func(m *message) bool {
			return m.is(wwwAuthenticate) && m.url.Scheme == "http" && m.url.Host != "" && !weburl.IsLoopback(m.url.Host)
		},
	}, {
		Rule: Rule{
			Name: "handshake-over-http2", Severity: Warning,
			Summary:  "NTLM and Negotiate authenticate a connection, which requests share in HTTP/2.",
			Advice:   "Offer the scheme over HTTP/1.1 only, and end such streams with HTTP_1_1_REQUIRED",
			Section:  "RFC 9110 section 16.4.2",
			Standard: "HTTP authentication is presumed to be stateless: all of the information necessary to authenticate a request MUST be provided in the request, rather than be dependent on the server remembering prior requests.",
			Breaks:   "curl and Chromium fall back to HTTP/1.1 at best",
			Bad:      "HTTP/2 401\nwww-authenticate: NTLM",
			Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: NTLM",
		},
		schemes: handshake,
		challenge: func(m *message, c *challenge) bool {
			return strings.HasPrefix(m.Proto, "HTTP/2") || strings.HasPrefix(m.Proto, "HTTP/3")
		},
	}, {
		Rule: Rule{
			Name: "stale-unasked", Severity: Warning,
			Summary:  "stale is true, but the request had no credentials that could be stale.",
			Advice:   "Send stale=true only to a request whose response was right and whose nonce was too old",
			Section:  "RFC 7616 section 3.3",
			Standard: "stale: A case-insensitive flag indicating that the previous request from the client was rejected because the nonce value was stale.",
			Bad:      "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", stale=true",
			Good:     "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\"",
		},
		schemes: digest, params: stale,
		param: func(m *message, c *challenge, p *param) bool { return m.anonymous && equalFold(p.Value, "true") },
	},
}

// errorCodes are those for which a standard says the status.
var errorCodes = []wwwauth.BearerCode{
	wwwauth.InvalidRequest, wwwauth.InvalidToken, wwwauth.InsufficientScope,
	wwwauth.InsufficientUserAuthentication, wwwauth.InvalidDPoPProof, wwwauth.UseDPoPNonce,
}

// remapped returns the name under which a gateway sends the challenge; "" if none does.
func (f *facts) remapped() string {
	for name := range f.Header {
		if s := strings.ToLower(name); strings.HasPrefix(s, "x-amzn-remapped-") && strings.HasSuffix(s, "-authenticate") {
			return name
		}
	}
	return ""
}

// misnamed returns the name of a field that was meant to be a challenge field; "" if there is none.
func (f *facts) misnamed() string {
	for name, lines := range f.Header {
		s := strings.ToLower(name)
		if !strings.Contains(s, "authent") || len(lines) == 0 || isOne(name, wwwAuthenticate, proxyAuthenticate, optionalField, "Authentication-Info", "Proxy-Authentication-Info") {
			continue
		}
		// Fields of applications, such as X-Authenticated-User, hold no challenge.
		if cs, err := wwwauth.Parse(lines...); err == nil && len(cs) > 0 && schemeOf(cs[0].Scheme) != otherScheme {
			return name
		}
	}
	return ""
}

// cacheable reports whether the response allows caches to store it, by name. Without that, no cache does: 401 and
// 403 are not cacheable by default (RFC 9110 section 15.1).
func (f *facts) cacheable() bool {
	allowed := false
	for _, directive := range tokens(f.values(cacheControl)) {
		name, value, _ := strings.Cut(directive, "=")
		switch name {
		case "no-store", "no-cache", "private":
			return false
		case "public":
			allowed = true
		case "max-age", "s-maxage":
			if strings.Trim(value, `"0`) == "" {
				return false
			}
			allowed = true
		}
	}
	expires := f.get(expiresField)
	if allowed || expires == "" {
		return allowed
	}
	end, ok := date.HTTP(expires)
	if !ok {
		return false
	}
	sent, ok := date.HTTP(first(lookup(f.Header, "Date")))
	return ok && end.After(sent)
}

// tokens returns the items of a list in a field, in lower case.
func tokens(values []string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.Join(values, ",")), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}
