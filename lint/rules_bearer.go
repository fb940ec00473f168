package lint

import (
	"encoding/base64"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// bearerRules are about Bearer and DPoP (RFC 6750, 9449, 9470 and 9728).
var bearerRules = []rule{
	{
		Rule: Rule{
			Name: "bearer-no-params", Severity: Error,
			Summary:  "The Bearer challenge has no parameter.",
			Advice:   "Send resource_metadata, scope or realm",
			Section:  "RFC 6750 section 3",
			Standard: `All challenges defined by this specification MUST use the auth-scheme value "Bearer". This scheme MUST be followed by one or more auth-param values. (Figure 17 of RFC 9449 breaks it.)`,
			Bad:      `WWW-Authenticate: Bearer`,
			Good:     `WWW-Authenticate: Bearer realm="example"`,
		},
		schemes: bearer,
		challenge: func(m *message, c *challenge) bool {
			return c.Token68 == "" && len(c.Params) == 0 && c.whole
		},
	}, {
		Rule: Rule{
			Name: "bearer-character", Severity: Error,
			Summary:  `The value contains a character that is not allowed, even escaped: ", \ or one outside ASCII.`,
			Advice:   "Use visible ASCII and spaces",
			Section:  "RFC 6750 section 3",
			Standard: `Values for the "error" and "error_description" attributes MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E; those of "scope" none outside %x21 / %x23-5B / %x5D-7E and %x20 between.`,
			Bad:      `WWW-Authenticate: Bearer error="invalid_token", error_description="The \"exp\" claim is in the past"`,
			Good:     `WWW-Authenticate: Bearer error="invalid_token", error_description="The exp claim is in the past"`,
		},
		schemes: oauth, params: scope | errorCode | errorDescription,
		param: func(m *message, c *challenge, p *param) bool { return !isVisible(p.Value) },
	}, {
		Rule: Rule{
			Name: "scope-spaces", Severity: Error,
			Summary:  "The scopes are not separated by one space each.",
			Advice:   "Put one space between two scopes, and none at the ends",
			Section:  "RFC 6750 section 3, RFC 6749 section 3.3",
			Standard: `scope = scope-token *( SP scope-token )`,
			Bad:      `WWW-Authenticate: Bearer scope="read  write"`,
			Good:     `WWW-Authenticate: Bearer scope="read write"`,
		},
		schemes: oauth, params: scope,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && (p.Value[0] == ' ' || p.Value[len(p.Value)-1] == ' ' || strings.Contains(p.Value, "  "))
		},
	}, {
		Rule: Rule{
			Name: "scope-separator", Severity: Warning,
			Summary:  "The scopes are written as a JSON list or with commas, so clients read different scopes.",
			Advice:   "Separate scopes by spaces, without brackets and commas",
			Section:  "RFC 6750 section 3",
			Standard: `The "scope" attribute is a space-delimited list of case-sensitive scope values indicating the required scope of the access token for accessing the requested resource.`,
			Bad:      `WWW-Authenticate: Bearer scope="read,write"`,
			Good:     `WWW-Authenticate: Bearer scope="read write"`,
		},
		schemes: oauth, params: scope,
		param: func(m *message, c *challenge, p *param) bool { return hasOtherSeparator(p.Value) },
	}, {
		Rule: Rule{
			Name: "error-unknown", Severity: Warning,
			Summary:  "No standard defines this error code.",
			Advice:   "Send invalid_request, invalid_token or insufficient_scope, and the rest in error_description",
			Section:  "RFC 6750 section 3.1",
			Standard: "When a request fails, the resource server [...] includes one of the following error codes in the response.",
			Bad:      `WWW-Authenticate: Bearer realm="example", error="token_expired"`,
			Good:     `WWW-Authenticate: Bearer realm="example", error="invalid_token"`,
		},
		schemes: oauth, params: errorCode,
		param: func(m *message, c *challenge, p *param) bool {
			if p.Value == "" || slices.Contains(knownErrors, p.Value) || isApostrophed(p.Value) {
				return false
			}
			return m.say("No standard defines this error code; the nearest is " + nearestError(p.Value, m.Status) + ".")
		},
	}, {
		Rule: Rule{
			Name: "error-description-leak", Severity: Warning,
			Summary:  "The description shows internals: a token, a stack trace, or the name of a file.",
			Advice:   "Say what the client should do, and log the rest on the server",
			Section:  "RFC 6750 section 3, CWE-209",
			Standard: `The "error_description" attribute provides developers a human-readable explanation that is not meant to be displayed to end-users.`,
			Bad:      `WWW-Authenticate: Bearer error="invalid_token", error_description="jwt.go:112: token is malformed"`,
			Good:     `WWW-Authenticate: Bearer error="invalid_token", error_description="The token is malformed"`,
		},
		schemes: oauth, params: errorDescription,
		param: func(m *message, c *challenge, p *param) bool {
			what := leaks(p.Value)
			return what != "" && m.say("The description shows "+what+".")
		},
	}, {
		Rule: Rule{
			Name: "error-uri", Severity: Error,
			Summary:  "error_uri contains a character that is not allowed, such as a space.",
			Advice:   "Send an absolute URI, percent-encoded",
			Section:  "RFC 6750 section 3",
			Standard: `Values for the "error_uri" attribute MUST conform to the URI-reference syntax and thus MUST NOT include characters outside the set %x21 / %x23-5B / %x5D-7E.`,
			Bad:      `WWW-Authenticate: Bearer error="invalid_token", error_uri="https://example.com/token errors"`,
			Good:     `WWW-Authenticate: Bearer error="invalid_token", error_uri="https://example.com/token-errors"`,
		},
		schemes: oauth, params: errorURI,
		param: func(m *message, c *challenge, p *param) bool {
			return !isVisible(p.Value) || strings.Contains(p.Value, " ") || p.uri().err != nil
		},
	}, {
		Rule: Rule{
			Name: "error-uri-relative", Severity: Warning,
			Summary:  "error_uri is not an absolute URI.",
			Advice:   "Send an absolute URI",
			Section:  "RFC 6750 section 3",
			Standard: `The resource server MAY include the "error_uri" attribute with an absolute URI identifying a human-readable web page explaining the error.`,
			Bad:      `WWW-Authenticate: Bearer error="invalid_token", error_uri="/errors"`,
			Good:     `WWW-Authenticate: Bearer error="invalid_token", error_uri="https://example.com/errors"`,
		},
		schemes: oauth, params: errorURI,
		param: func(m *message, c *challenge, p *param) bool {
			u := p.uri()
			return p.Value != "" && u.err == nil && !u.IsAbs() && isVisible(p.Value) && !strings.Contains(p.Value, " ")
		},
	}, {
		Rule: Rule{
			Name: "metadata-url", Severity: Warning,
			Summary:  "resource_metadata is not a URL that a client could fetch.",
			Advice:   "Send the URL of the metadata, with https and a host",
			Section:  "RFC 9728 section 5.1",
			Standard: "resource_metadata: The URL of the protected resource metadata.",
			Breaks:   "the MCP SDKs and mcp-go find no metadata",
			Bad:      `WWW-Authenticate: Bearer resource_metadata="/.well-known/oauth-protected-resource"`,
			Good:     `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`,
		},
		schemes: oauth, params: resourceMetadata,
		param: func(m *message, c *challenge, p *param) bool {
			if p.Value == "" || isApostrophed(p.Value) {
				return false
			}
			fault := p.uri().fault
			return fault != "" && m.say("resource_metadata "+fault+".")
		},
	}, {
		Rule: Rule{
			Name: "metadata-path", Severity: Warning,
			Summary:  "resource_metadata does not lead to the metadata of the resource.",
			Advice:   "Put /.well-known/oauth-protected-resource between the host and the path of the resource",
			Section:  "RFC 9728 section 3.1",
			Standard: "A well-known URI string is formed by inserting it between the host component and the path and/or query components, if any, of the protected resource's resource identifier.",
			Breaks:   "the MCP SDKs and mcp-go find no metadata, or another document",
			Bad:      `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-authorization-server"`,
			Good:     `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`,
		},
		schemes: oauth, params: resourceMetadata,
		param: func(m *message, c *challenge, p *param) bool {
			u := p.uri()
			if u.err != nil || u.fault != "" || p.Value == "" {
				return false
			}
			fault := m.faultOfPath(u.URL)
			return fault != "" && m.say("resource_metadata "+fault+".")
		},
	}, {
		Rule: Rule{
			Name: "metadata-conflict", Severity: Warning,
			Summary: "Two challenges of the scheme name different resource_metadata.",
			Advice:  "Send one challenge of each scheme, with one resource_metadata",
			Breaks:  "the MCP Go SDK, the TypeScript SDKs and mcp-go take the first, and never see the second",
			Bad:     "WWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/a\"\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/b\"",
			Good:    "WWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/a\"",
		},
		schemes: oauth, params: resourceMetadata, needs: isSeveral,
		search: func(m *message) {
			var first [2]string // of Bearer, and of DPoP
			for i := range m.challenges {
				c := &m.challenges[i]
				u := c.value(resourceMetadata)
				if u == "" || c.scheme&oauth == 0 {
					continue
				}
				k := 0
				if c.scheme == dpop {
					k = 1
				}
				switch first[k] {
				case "":
					first[k] = u
				case u:
				default:
					m.found(c.at)
				}
			}
		},
	}, {
		Rule: Rule{
			Name: "authorization-server", Severity: Warning,
			Summary: "No standard defines authorization_server, and resource_metadata is missing.",
			Advice:  "Send resource_metadata, with or without authorization_server",
			Breaks:  "the MCP SDKs and mcp-go do not read it",
			Bad:     `WWW-Authenticate: Bearer authorization_server="https://auth.example.com"`,
			Good:    `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`,
		},
		schemes: oauth, params: authorizationServer,
		challenge: func(m *message, c *challenge) bool {
			return c.has&authorizationServer != 0 && c.sent&resourceMetadata == 0 && c.whole
		},
	}, {
		Rule: Rule{
			Name: "claims-not-base64", Severity: Warning,
			Summary:  "claims is not base64 with padding.",
			Advice:   "Send the claims as JSON, in base64 with padding",
			Section:  "Microsoft Entra ID, claims challenge",
			Standard: "claims: a quoted base 64 encoded string of the claims request.",
			Breaks:   "MSAL",
			Bad:      `WWW-Authenticate: Bearer realm="example", error="insufficient_claims", claims="e30"`,
			Good:     `WWW-Authenticate: Bearer realm="example", error="insufficient_claims", claims="e30="`,
		},
		schemes: oauth, params: claims,
		param: func(m *message, c *challenge, p *param) bool {
			return !isBase64(p.Value, base64.StdEncoding, base64.URLEncoding)
		},
	}, {
		Rule: Rule{
			Name: "dpop-no-algs", Severity: Warning,
			Summary:  "The challenge does not say which algorithms the server accepts for the proof.",
			Advice:   `Send algs with all algorithms that the server accepts, such as algs="ES256"`,
			Section:  "RFC 9449 section 7.1",
			Standard: "An algs parameter SHOULD be included to signal to the client the JWS algorithms that are acceptable for the DPoP proof JWT.",
			Bad:      `WWW-Authenticate: DPoP realm="example"`,
			Good:     `WWW-Authenticate: DPoP realm="example", algs="ES256"`,
		},
		schemes: dpop,
		challenge: func(m *message, c *challenge) bool {
			// A client that is told to use a nonce has sent a proof, as in the example of section 9.
			return c.Token68 == "" && c.whole && c.sent&algs == 0 && c.value(errorCode) != string(wwwauth.UseDPoPNonce)
		},
	}, {
		Rule: Rule{
			Name: "dpop-algs", Severity: Error,
			Summary:  "algs names none or an algorithm with a shared key, or separates its items by commas.",
			Advice:   "Name asymmetric algorithms, separated by spaces",
			Section:  "RFC 9449 sections 4.2 and 7.1",
			Standard: "alg: It MUST NOT be none or an identifier for a symmetric algorithm (Message Authentication Code (MAC)).",
			Bad:      `WWW-Authenticate: DPoP algs="ES256 HS256"`,
			Good:     `WWW-Authenticate: DPoP algs="ES256 PS256"`,
		},
		schemes: dpop, params: algs,
		param: func(m *message, c *challenge, p *param) bool {
			for alg := range words(p.Value) {
				if alg == "none" || strings.HasPrefix(alg, "HS") || strings.Contains(alg, ",") {
					return true
				}
			}
			return false
		},
	}, {
		Rule: Rule{
			Name: "dpop-error-scheme", Severity: Warning,
			Summary:  "The error code is for DPoP, but the challenge is for Bearer.",
			Advice:   "Send use_dpop_nonce and invalid_dpop_proof in a DPoP challenge",
			Section:  "RFC 9449 sections 7.1 and 9",
			Standard: "Resource servers use an HTTP 401 (Unauthorized) error code with an accompanying WWW-Authenticate: DPoP value and DPoP-Nonce value to accomplish this. [...] invalid_dpop_proof is used to indicate that the DPoP proof itself was deemed invalid.",
			Bad:      "WWW-Authenticate: Bearer error=\"invalid_dpop_proof\"",
			Good:     "WWW-Authenticate: DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"",
		},
		schemes: bearer, params: errorCode,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value == string(wwwauth.UseDPoPNonce) || p.Value == string(wwwauth.InvalidDPoPProof)
		},
	}, {
		Rule: Rule{
			Name: "dpop-nonce-param", Severity: Warning,
			Summary:  "The nonce is sent as a parameter.",
			Advice:   "Send the nonce in the field DPoP-Nonce",
			Section:  "RFC 9449 section 9",
			Standard: "They provide the nonce using the DPoP-Nonce header in the same way that authorization servers do.",
			Bad:      `WWW-Authenticate: DPoP algs="ES256", nonce="eyJ7S_zG"`,
			Good:     "WWW-Authenticate: DPoP algs=\"ES256\"\nDPoP-Nonce: eyJ7S_zG",
		},
		schemes: dpop, params: nonce, atName: true,
		param: func(m *message, c *challenge, p *param) bool { return true },
	},
}

// knownErrors are the error codes of resource servers that standards define, and one of Entra ID.
var knownErrors = []string{
	string(wwwauth.InvalidToken), string(wwwauth.InvalidRequest), string(wwwauth.InsufficientScope),
	string(wwwauth.InsufficientUserAuthentication), string(wwwauth.InvalidDPoPProof), string(wwwauth.UseDPoPNonce), string(wwwauth.InsufficientClaims),
}

var withUnderscores = strings.NewReplacer("-", "_", " ", "_")

// nearestError returns the standard code that is nearest to another, in its letters, its meaning, or its status.
func nearestError(code string, status int) string {
	plain := strings.ToLower(withUnderscores.Replace(code))
	if slices.Contains(knownErrors, plain) {
		return plain
	}
	if near := known.Near(plain, knownErrors); near != "" {
		return near
	}
	contains := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(plain, w) })
	}
	switch {
	case contains("scope", "forbidden", "permission", "privilege", "access_denied", "not_allowed"):
		return string(wwwauth.InsufficientScope)
	case contains("expired", "token", "unauthorized", "unauthenticated", "authentication", "login", "credential", "api_key", "apikey", "session"):
		return string(wwwauth.InvalidToken)
	case contains("request", "malformed", "parameter"), status == 400:
		return string(wwwauth.InvalidRequest)
	case status == 403:
		return string(wwwauth.InsufficientScope)
	}
	return string(wwwauth.InvalidToken)
}

// words returns the words of a list, between which there are spaces; tabs are taken for spaces. Any other white space,
// such as U+00A0, is part of a word.
func words(s string) iter.Seq[string] {
	return strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\t' })
}

// hasOtherSeparator reports whether scopes are separated by commas, or written as JSON. A scope may hold a comma
// (urn:example:rating=G,PG-13, or repository:alpine:pull,push): then it qualifies only what comes before it.
func hasOtherSeparator(s string) bool {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return true
	}
	if !strings.Contains(s, ",") {
		return false
	}
	for token := range words(s) {
		first, rest, ok := strings.Cut(token, ",")
		if !ok {
			continue
		}
		qualified := strings.ContainsAny(first, ":=(")
		if rest == "" || !qualified || strings.Contains(rest, ":") {
			return true
		}
	}
	return false
}

// leaks returns what a description shows that it should not; "" if nothing.
func leaks(s string) string {
	switch {
	case hasJWT(s):
		return "a token"
	case containsAny(s, "Traceback (most recent", "goroutine ", "   at ", "at java.", "at System.", "Exception in thread", "stack trace", "stacktrace:", "NullPointerException", "nil pointer dereference", "panic: "):
		return "a stack trace"
	case hasFileName(s):
		return "the name of a file"
	}
	return ""
}

func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// hasJWT reports whether s holds a JSON Web Token: three parts in base64url, of which the first is a JSON object.
func hasJWT(s string) bool {
	for {
		i := strings.Index(s, "eyJ")
		if i < 0 {
			return false
		}
		s = s[i+len("eyJ"):]
		end := strings.IndexFunc(s, func(r rune) bool {
			return !strings.ContainsRune("-_.", r) && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
		})
		if end < 0 {
			end = len(s)
		}
		if end >= 16 && strings.Contains(s[:end], ".") {
			return true
		}
		s = s[end:]
	}
}

// hasFileName reports whether s holds a path of a file system, or the name of a file of source code with a line.
func hasFileName(s string) bool {
	if !strings.ContainsAny(s, `./\`) {
		return false
	}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" ()'`,;<>[]", r) }) {
		for _, ext := range [...]string{".go", ".py", ".js", ".ts", ".java", ".rb", ".php", ".cs", ".rs", ".cpp"} {
			if i := strings.LastIndex(word, ext); i > 0 && !strings.Contains(word, "://") {
				rest := word[i+len(ext):]
				if strings.HasPrefix(rest, ":") && len(rest) > 1 && isNumber(strings.Trim(rest[1:], ":")) || rest == "" && strings.ContainsAny(word, `/\`) {
					return true
				}
			}
		}
		if containsAny(word, "/home/", "/usr/", "/var/", "/opt/", "/app/", "/srv/", "/etc/", "/root/", "node_modules/") && !strings.Contains(word, "://") {
			return true
		}
		if len(word) > 3 && word[1] == ':' && word[2] == '\\' {
			return true
		}
	}
	return false
}

// faultOf says why s, a URL of metadata with the parts u, cannot be fetched; "" if it can.
func (u *uri) faultOf(s string) string {
	switch {
	case strings.ContainsAny(s, "{}<>$") || containsAny(s, "%7B", "%7b"):
		return "has a placeholder left in"
	case isOne(s, "undefined", "null", "None", "nil") || containsAny(s, "undefined", "://null", "://None", "/null/", "/None/", "[object"):
		return "holds undefined, null or the like"
	case strings.ContainsAny(s, " \t"):
		return "has a space"
	case u.err != nil:
		return "is not a URL"
	case !u.IsAbs():
		return "is not an absolute URL"
	case !u.IsWeb():
		return "is not an http or https URL"
	case u.Host == "":
		return "has no host"
	case strings.Contains(s, "#"):
		return "has a fragment"
	case strings.Contains(u.Path, "//"):
		return "has // in its path"
	case strings.Contains(u.Path, "http:") || strings.Contains(u.Path, "https:"):
		return "contains another URL"
	}
	if err := weburl.CheckHTTP(s); err != nil && !errors.Is(err, weburl.ErrUserinfo) { // which is a rule of its own
		return "is not a URL that a client may fetch"
	}
	return ""
}

const wellKnown = "/.well-known/"

// faultOfPath says why a URL cannot be that of the metadata of a resource; "" if it may be. Metadata may be at
// any URL, so only what was plainly meant otherwise is a fault.
func (f *facts) faultOfPath(u weburl.URL) string {
	u.Path = weburl.Decode(u.Path)
	before, after, ok := strings.Cut(u.Path, wellKnown)
	name, _, _ := strings.Cut(after, "/")
	switch {
	case ok && (name == "oauth-authorization-server" || name == "openid-configuration"):
		return "leads to the document of the authorization server"
	case ok && name != "oauth-protected-resource" && (strings.HasPrefix(name, "oauth-protected") || strings.HasPrefix(name, "oauth_protected") || strings.HasPrefix(name, "protected-resource") ||
		known.Near(name, []string{"oauth-protected-resource", "oauth-protected-resources"}) != ""):
		return "misspells oauth-protected-resource"
	case !ok && strings.Contains(u.Path, "oauth-protected-resource"):
		return "misspells /.well-known/"
	case !ok && strings.Trim(u.Path, "/") == strings.Trim(f.url.Path, "/") && strings.Trim(u.Path, "/") != "" && (f.url.Host == "" || f.url.Host == u.Host && f.url.Port == u.Port):
		return "is the URL of the resource itself"
	case ok && before != "" && name == "oauth-protected-resource":
		return "has /.well-known/ after the path, not between host and path"
	}
	return ""
}
