package lint

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// valueRules are about names and values, whatever the scheme.
var valueRules = []rule{
	{
		Rule: Rule{
			Name: "scheme-misspelt", Severity: Warning,
			Summary:  "The scheme is unknown, and close to a known one.",
			Advice:   "Correct the scheme: clients skip schemes that they do not know",
			Section:  "RFC 9110 section 11.4",
			Standard: "A user agent selects the challenge with the most secure auth-scheme that it understands.",
			Bad:      `WWW-Authenticate: Beaerer realm="example"`,
			Good:     `WWW-Authenticate: Bearer realm="example"`,
		},
		schemes: otherScheme,
		challenge: func(m *message, c *challenge) bool {
			near := meantScheme(*c.Challenge)
			return near != "" && m.say("The scheme is unknown; did you mean "+near+"?")
		},
	}, {
		Rule: Rule{
			Name: "param-misspelt", Severity: Warning,
			Summary:  "The parameter is unknown, and close to a known one.",
			Advice:   "Correct the name: clients ignore parameters that they do not know",
			Section:  "RFC 6750 section 3",
			Standard: "Additional auth-param values may be used, and a client ignores those that it does not understand.",
			Bad:      `WWW-Authenticate: Bearer realm="example", scopes="files:read"`,
			Good:     `WWW-Authenticate: Bearer realm="example", scope="files:read"`,
		},
		schemes: basic | digest | oauth, atName: true, params: otherParam,
		param: func(m *message, c *challenge, p *param) bool {
			meant := meantParam(c.scheme, c.sent, *p.Param)
			return meant != "" && m.say("This parameter is unknown; did you mean "+meant+"?")
		},
	}, {
		Rule: Rule{
			Name: "empty-value", Severity: Warning,
			Summary: "The value is empty.",
			Advice:  "Leave out a parameter that has no value",
			Breaks:  goSDK + " refuses the whole field",
			Bad:     `WWW-Authenticate: Bearer realm="example", scope=""`,
			Good:    `WWW-Authenticate: Bearer realm="example"`,
		},
		needs: isEmpty, atName: true,
		param: func(m *message, c *challenge, p *param) bool {
			entra := p.kind == realm && c.scheme == bearer && c.sent&authorizationURI != 0 // Entra ID demands it
			// RFC 7616 allows any string as opaque, and says what an empty domain means.
			return !entra && !(p.kind&(opaque|domain) != 0 && c.scheme == digest)
		},
	}, {
		Rule: Rule{
			Name: "quote-in-value", Severity: Warning,
			Summary: `The value holds " or \.`,
			Advice:  `Choose a value without " and \`,
			Breaks:  "urllib, wget, requests, httpx, LWP, the MCP TypeScript SDK 2.4",
			Bad:     `WWW-Authenticate: Basic realm="say \"hi\""`,
			Good:    `WWW-Authenticate: Basic realm="say hi"`,
		},
		needs: hasBackslash | hasQuote,
		param: func(m *message, c *challenge, p *param) bool {
			return strings.ContainsAny(p.Value, `"\`) && !isBearerText(c, p)
		},
	}, {
		Rule: Rule{
			Name: "not-ascii", Severity: Warning,
			Summary: "The value is not ASCII, and clients do not agree on how to read it.",
			Advice:  "Choose a value of ASCII characters",
			Breaks:  "Chromium, urllib, httpx",
			Bad:     `WWW-Authenticate: Basic realm="Café"`,
			Good:    `WWW-Authenticate: Basic realm="Cafe"`,
		},
		needs: hasObsText,
		param: func(m *message, c *challenge, p *param) bool { return !isBearerText(c, p) },
	}, {
		Rule: Rule{
			Name: "scheme-in-value", Severity: Warning,
			Summary: "The value contains a comma followed by the name of a scheme.",
			Advice:  "Do not write the name of a scheme, such as Basic, after a comma in a value",
			Breaks:  "curl and git take it for another challenge, and may send a password for it",
			Bad:     `WWW-Authenticate: Bearer realm="example", error_description="Use another scheme, Basic is off"`,
			Good:    `WWW-Authenticate: Bearer realm="example", error_description="Use another scheme than Basic"`,
		},
		needs: hasComma,
		param: func(m *message, c *challenge, p *param) bool { return p.quoted() && mentionsScheme(p.raw) },
	}, {
		Rule: Rule{
			Name: "lookalike", Severity: Warning,
			Summary: "This looks like the challenge's resource_metadata, scope or error, but is not.",
			Advice:  "Send resource_metadata, scope and error first, and error_description last",
			Breaks:  tsSDKs + " search the whole field, and take what comes first",
			Bad:     `WWW-Authenticate: Bearer error_description="bad scope=admin", scope="files:read"`,
			Good:    `WWW-Authenticate: Bearer scope="files:read", error_description="bad scope=admin"`,
		},
		schemes: oauth, needs: hasEquals | isUnknown | isSeveral,
		search: lookalikes,
	}, {
		Rule: Rule{
			Name: "url-userinfo", Severity: Error,
			Summary:  "The URL holds user information.",
			Advice:   "Send the URL without the part before @",
			Section:  "RFC 9110 section 4.2.4",
			Standard: `A sender MUST NOT generate the userinfo subcomponent (and its "@" delimiter) when an "http" or "https" URI reference is generated within a message as a target URI or field value.`,
			Bad:      `WWW-Authenticate: Bearer resource_metadata="https://user@example.com/.well-known/oauth-protected-resource"`,
			Good:     `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`,
		},
		needs: hasAt,
		param: func(m *message, c *challenge, p *param) bool {
			if !strings.Contains(p.Value, "://") {
				return false
			}
			u := p.uri()
			return u.HasUser && u.IsWeb()
		},
	}, {
		Rule: Rule{
			Name: "not-https", Severity: Warning,
			Summary: "Clients are meant to fetch this, but it is not an https URL.",
			Advice:  "Send a URL with https; http only for localhost, in development",
			Breaks:  goSDK + " and others refuse http, except for localhost",
			Bad:     `WWW-Authenticate: Bearer resource_metadata="http://example.com/.well-known/oauth-protected-resource"`,
			Good:    `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`,
		},
		params: resourceMetadata | asURI | authorizationURI | authorizationServer,
		param: func(m *message, c *challenge, p *param) bool {
			u := p.uri()
			return u.IsAbs() && u.fault == "" && !u.isSecure() // metadata-url says what else is wrong
		},
	}, {
		Rule: Rule{
			Name: "localhost", Severity: Warning,
			Summary: "The URL leads to localhost, and the request went to another host.",
			Advice:  "Build the URL from the public name of the server",
			Breaks:  "every client that runs elsewhere",
			Bad:     "> GET https://example.com/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"http://localhost:8080/.well-known/oauth-protected-resource\"",
			Good:    "> GET https://example.com/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource\"",
		},
		schemes: oauth,
		params:  resourceMetadata | realm | authorizationURI | authorizationServer,
		param: func(m *message, c *challenge, p *param) bool {
			host := m.host()
			if host == "" || weburl.IsLoopback(host) || !strings.Contains(p.Value, "://") {
				return false
			}
			return weburl.IsLoopback(p.uri().Host)
		},
	}, {
		Rule: Rule{
			Name: "not-a-number", Severity: Error,
			Summary:  "The value is not a number of seconds.",
			Advice:   "Send digits only",
			Section:  "RFC 9470 section 3, RFC 7486 section 3, RFC 9577 section 2.1, RFC 7804 section 5",
			Standard: "max_age: a non-negative integer value that indicates the allowable elapsed time in seconds since the last active authentication event.",
			Bad:      `WWW-Authenticate: Bearer error="insufficient_user_authentication", max_age="5m"`,
			Good:     `WWW-Authenticate: Bearer error="insufficient_user_authentication", max_age="300"`,
		},
		params: maxAge | maxAgeDash | ttl,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && !isNumber(p.Value) &&
				(p.kind == maxAge && c.scheme&oauth != 0 || p.kind == maxAgeDash && c.scheme&(hoba|privateToken) != 0 || p.kind == ttl && c.scheme&scram != 0)
		},
	}, {
		Rule: Rule{
			Name: "max-age-name", Severity: Warning,
			Summary:  "The parameter has a different name in this scheme.",
			Advice:   "Write max_age with Bearer and DPoP, and max-age with HOBA and PrivateToken",
			Section:  "RFC 9470 section 3, RFC 7486 section 3, RFC 9577 section 2.1",
			Standard: "This specification defines the max_age authentication parameter of Bearer; that of HOBA and PrivateToken is max-age.",
			Bad:      `WWW-Authenticate: Bearer error="insufficient_user_authentication", max-age="300"`,
			Good:     `WWW-Authenticate: Bearer error="insufficient_user_authentication", max_age="300"`,
		},
		params: maxAge | maxAgeDash, atName: true,
		param: func(m *message, c *challenge, p *param) bool {
			return p.kind == maxAgeDash && c.scheme&oauth != 0 || p.kind == maxAge && c.scheme&(hoba|privateToken) != 0
		},
	},
}

// meantScheme returns the known scheme that an unknown one was most likely meant to be; "" if there is none. A short
// name, or one with data, may well be another scheme.
func meantScheme(c wwwauth.Challenge) string {
	if c.Token68 != "" {
		return ""
	}
	var buf [longestName]byte
	switch string(lower(&buf, c.Scheme)) {
	case "authorization", "oauth2", "oauth2.0", "oauth20", "jwt", "bearertoken", "bearer-token", "access_token":
		return "Bearer"
	case "basicauth", "basic-auth":
		return "Basic"
	case "spnego", "kerberos5":
		return "Negotiate"
	}
	if len(c.Scheme) < 5 {
		return ""
	}
	return known.NearScheme(c.Scheme)
}

// meantParam returns the known parameter that an unknown one, of a challenge of the scheme with the parameters that
// are sent, was most likely meant to be; "" if there is none.
func meantParam(scheme, sent set, p wwwauth.Param) string {
	name := strings.ToLower(p.Name)
	if strings.HasPrefix(name, "x_") || strings.HasPrefix(name, "x-") {
		return "" // an extension
	}
	if scheme&oauth != 0 {
		if name == "resource" { // a parameter of Azure, beside authorization
			if sent&(authorization|authorizationURI|resourceMetadata) == 0 && strings.Contains(p.Value, "/.well-known/") {
				return "resource_metadata"
			}
			return ""
		}
		if meant := misspelt(name, oauthMeant); meant != "" && sent&paramOf(meant) == 0 {
			return meant
		}
	}
	if known.Param(name) {
		return ""
	}
	meant := known.Near(name, paramsOf(scheme))
	if meant != "" && sent&paramOf(meant) != 0 && paramOf(meant) != otherParam {
		return "" // the challenge has it beside this one
	}
	return meant
}

// misspelt returns what a name was meant to be that differs in more than a letter or two.
func misspelt(name string, meant []string) string {
	if known.Param(name) {
		return "" // nearly always
	}
	plain := withoutSeparators.Replace(name)
	for _, to := range meant {
		if p := strings.ReplaceAll(to, "_", ""); plain == p || plain == p+"url" || plain == p+"uri" {
			return to
		}
	}
	switch plain {
	case "metadata", "metadataurl", "resourcemeta", "resourceserver", "protectedresource", "protectedresourcemetadata", "oauthprotectedresource", "resourcemetadataurl":
		return "resource_metadata"
	case "scopes", "requiredscope", "requiredscopes", "permissions":
		return "scope"
	case "errordesc", "errormessage", "errordescriptions", "errormsg":
		return "error_description"
	case "errorcode":
		return "error"
	case "acr", "acrvalue":
		return "acr_values"
	}
	return ""
}

var withoutSeparators = strings.NewReplacer("-", "", "_", "")

var oauthMeant = []string{"resource_metadata", "error_description", "error_uri", "acr_values", "authorization_uri", "max_age"}

// paramsOf returns the parameters of which a misspelt one of the scheme is looked for.
func paramsOf(scheme set) []string {
	switch {
	case scheme&oauth != 0:
		return oauthParams
	case scheme == digest:
		return digestParams
	}
	return basicParams
}

var (
	oauthParams  = []string{"realm", "scope", "error", "error_description", "error_uri", "resource_metadata", "acr_values", "algs", "authorization_uri", "claims", "service"}
	digestParams = []string{"realm", "domain", "nonce", "opaque", "stale", "algorithm", "charset", "userhash"}
	basicParams  = []string{"realm", "charset"}
)

// host returns the host that the request went to; "" if it is not known.
func (f *facts) host() string {
	if f.url.Host != "" {
		return f.url.Host
	}
	host := first(lookup(f.Request.Header, "Host"))
	if h, _, ok := strings.Cut(host, ":"); ok && !strings.Contains(host, "[") {
		host = h
	}
	return strings.Trim(host, "[]")
}

// isBearerText reports whether the rule about characters of Bearer says what there is to say about a value.
func isBearerText(c *challenge, p *param) bool { return c.scheme&oauth != 0 && p.kind&bearerTexts != 0 }

// isVisible reports whether s consists of the characters that RFC 6750 section 3 allows in errors.
//
//	%x20-21 / %x23-5B / %x5D-7E
func isVisible(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// isNumber reports whether s is a non-negative integer.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isAbsolute reports whether s is an absolute URI.
func isAbsolute(s string) bool {
	u, err := weburl.Parse(s)
	return err == nil && u.IsAbs()
}

// isBase64 reports whether s is base64 in one of the encodings, without line breaks, which the decoder passes over.
func isBase64(s string, encodings ...*base64.Encoding) bool {
	return !strings.ContainsAny(s, "\r\n") && slices.ContainsFunc(encodings, func(e *base64.Encoding) bool {
		_, err := e.DecodeString(s)
		return err == nil
	})
}
