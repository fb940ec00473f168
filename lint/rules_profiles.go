package lint

import (
	"slices"
	"strings"
)

const (
	mcpSpec    = "MCP 2025-11-25, Authorization"
	dockerSpec = "Distribution, Token Authentication Specification"
)

// profileRules are for servers of one kind.
//
// That a 401 should name a scope is not among them, though MCP says so: a server whose access is not divided has
// none to name, and most have none.
var profileRules = []rule{
	{
		Rule: Rule{
			Name: "mcp-metadata", Severity: Warning, Profile: MCP,
			Summary:  "The 401 has no Bearer challenge with resource_metadata.",
			Advice:   "Send resource_metadata",
			Section:  mcpSpec,
			Standard: "MCP servers MUST implement one of: the resource metadata URL in the WWW-Authenticate header under resource_metadata with 401, or a well-known URI.",
			Breaks:   "clients of revision 2025-06-18; the others guess the well-known URL",
			Bad:      "> POST /mcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"example\"",
			Good:     "> POST /mcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/mcp\"",
		},
		response: func(m *message) bool {
			if m.Status != 401 || !m.is(wwwAuthenticate) || !m.sure || m.absent() || m.params&resourceMetadata != 0 {
				return false
			}
			// authorization-server says the same.
			return !slices.ContainsFunc(m.challenges, func(c challenge) bool {
				return c.scheme&oauth != 0 && c.has&authorizationServer != 0
			})
		},
	}, {
		Rule: Rule{
			Name: "mcp-step-up", Severity: Warning, Profile: MCP,
			Summary:  "The 403 has no Bearer challenge with error, scope and resource_metadata.",
			Advice:   `Send error="insufficient_scope", scope and resource_metadata`,
			Section:  mcpSpec,
			Standard: "When a client makes a request with an access token with insufficient scope, the server SHOULD respond with 403, error=\"insufficient_scope\", scope and resource_metadata.",
			Breaks:   "clients do not ask for more scopes",
			Bad:      "> POST /mcp HTTP/1.1\n> Authorization: Bearer mF_9.B5f-4.1JqM\nHTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=\"insufficient_scope\"",
			Good:     "> POST /mcp HTTP/1.1\n> Authorization: Bearer mF_9.B5f-4.1JqM\nHTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"files:write\", resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/mcp\"",
		},
		response: func(m *message) bool {
			if m.Status != 403 || !m.is(wwwAuthenticate) || m.anonymous || !m.sure {
				return false
			}
			if m.absent() {
				// A 403 may have other reasons, such as a wrong Origin or a policy. With a token, and from no browser, a
				// missing scope is the one that a client can do something about.
				return m.sentToken() && m.Request.Header != nil && lookup(m.Request.Header, "Origin") == nil
			}
			const all = errorCode | scope | resourceMetadata
			var best set
			for i := range m.challenges {
				c := &m.challenges[i]
				if c.scheme&oauth == 0 {
					continue
				}
				if c.has&all == all || !c.whole {
					return false
				}
				best |= c.has
			}
			if m.schemes&oauth == 0 {
				return m.scheme == "" || m.sentToken()
			}
			var lacking []string
			for _, name := range []string{"error", "scope", "resource_metadata"} {
				if best&paramOf(name) == 0 {
					lacking = append(lacking, name)
				}
			}
			return lacking == nil || m.say("The challenge of the 403 lacks "+list(lacking, "and")+".")
		},
	}, {
		Rule: Rule{
			Name: "mcp-offline-access", Severity: Warning, Profile: MCP,
			Summary:  "The scope includes offline_access, which is up to the client.",
			Advice:   "Send the scopes that the request needs",
			Section:  "MCP 2026-07-28, Authorization",
			Standard: "MCP servers SHOULD NOT include offline_access in the scope of a challenge.",
			Bad:      "> POST /mcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/mcp\", scope=\"files:read offline_access\"",
			Good:     "> POST /mcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well-known/oauth-protected-resource/mcp\", scope=\"files:read\"",
		},
		schemes: oauth, params: scope,
		param: func(m *message, c *challenge, p *param) bool {
			for token := range words(p.Value) {
				if token == "offline_access" {
					return true
				}
			}
			return false
		},
	}, {
		Rule: Rule{
			Name: "registry-realm", Severity: Warning, Profile: Registry,
			Summary:  "The realm of the Bearer challenge is not the https URL of a token server.",
			Advice:   "Send the URL of the token server; http only for localhost, in development",
			Section:  dockerSpec,
			Standard: "The client makes a GET request to the URL in realm to get a token.",
			Breaks:   "crane, oras-go and skopeo send nothing",
			Bad:      "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"registry\",service=\"registry.example.com\"",
			Good:     "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\"",
		},
		schemes: bearer,
		challenge: func(m *message, c *challenge) bool {
			if c.Token68 != "" || !c.whole || c.sent == 0 { // bearer-no-params says it
				return false
			}
			if c.sent&realm == 0 {
				return m.say("The Bearer challenge has no realm, so clients do not know where to get a token.")
			}
			for i := range c.params {
				if p := &c.params[i]; p.kind == realm {
					return !p.uri().isSecure()
				}
			}
			return false
		},
	}, {
		Rule: Rule{
			Name: "registry-service", Severity: Warning, Profile: Registry,
			Summary:  "The Bearer challenge has no service.",
			Advice:   `Send service="..."`,
			Section:  dockerSpec,
			Standard: "service: The name of the service which hosts the resource.",
			Breaks:   "token servers that issue tokens for several registries",
			Bad:      "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\"",
			Good:     "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\"",
		},
		schemes: bearer,
		challenge: func(m *message, c *challenge) bool {
			return c.Token68 == "" && c.whole && c.sent != 0 && c.has&service == 0
		},
	}, {
		Rule: Rule{
			Name: "registry-service-url", Severity: Warning, Profile: Registry,
			Summary:  "service is a URL, and should be a name.",
			Advice:   "Send the name of the registry, such as its host",
			Section:  dockerSpec,
			Standard: "service: The name of the service which hosts the resource.",
			Breaks:   "token servers that compare it with the aud of the token",
			Bad:      "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"https://registry.example.com\"",
			Good:     "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\"",
		},
		schemes: bearer, params: service,
		param: func(m *message, c *challenge, p *param) bool { return strings.Contains(p.Value, "://") },
	}, {
		Rule: Rule{
			Name: "registry-scope", Severity: Warning, Profile: Registry,
			Summary:  "A scope is not of the form type:name:actions.",
			Advice:   `Send scopes such as repository:library/alpine:pull,push, or registry:catalog:*`,
			Section:  dockerSpec,
			Standard: `resourcescope := resourcetype ":" resourcename ":" action [ "," action ]*`,
			Breaks:   "token servers, which then grant nothing",
			Bad:      "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\",scope=\"library/alpine\"",
			Good:     "> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\",scope=\"repository:library/alpine:pull\"",
		},
		schemes: bearer, params: scope,
		param: func(m *message, c *challenge, p *param) bool {
			if isOwnScope(p.Value) {
				return false
			}
			for scope := range words(p.Value) {
				if !isResourceScope(scope) {
					return true
				}
			}
			return false
		},
	},
}

// isOwnScope reports whether a scope is a word of the token server's own, as "aws" of Amazon ECR Public, and neither a
// repository nor an action.
func isOwnScope(scope string) bool {
	return strings.Trim(scope, "abcdefghijklmnopqrstuvwxyz") == "" && !isOne(scope, "", "pull", "push", "delete", "create")
}

// isResourceScope reports whether a scope is one of the Distribution specification. The name may hold the port of
// a host.
//
//	resourcescope := resourcetype ":" resourcename ":" action [ "," action ]*
func isResourceScope(scope string) bool {
	kind, rest, _ := strings.Cut(scope, ":")
	i := strings.LastIndexByte(rest, ':')
	if kind == "" || i <= 0 || rest[i-1] == ':' {
		return false
	}
	for action := range strings.SplitSeq(rest[i+1:], ",") {
		if action != "*" && (action == "" || strings.Trim(action, "abcdefghijklmnopqrstuvwxyz") != "") {
			return false
		}
	}
	return true
}
