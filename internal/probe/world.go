package probe

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A World is the way in which clients of a server sign in.
type World string

// The worlds.
const (
	OAuth     World = "oauth"     // at an authorization server that they discover, as MCP clients do
	Registry  World = "registry"  // at the token server that the challenge names, as container clients do
	Password  World = "password"  // with user and password
	Negotiate World = "negotiate" // with a Kerberos ticket, or a Windows account
	Open      World = "open"      // they need not
	Unknown   World = "unknown"
)

// world returns the way that the response asks for.
func (pr *Probe) world() World {
	named := func(c wwwauth.Challenge) bool { return c.Get("resource_metadata") != "" }
	switch {
	case pr.status < 300:
		return Open
	case pr.begins():
		if _, ok := pr.registryChallenge(); ok {
			return Registry
		}
		return OAuth
	case pr.status != http.StatusUnauthorized:
		return Unknown
	case slices.ContainsFunc(pr.challenges, named):
		return OAuth // in the wrong scheme
	case pr.offers("Basic", "Digest"):
		return Password
	case pr.offers("Negotiate", "NTLM", "Kerberos"):
		return Negotiate
	}
	return OAuth // some clients look for the metadata anyway
}

// offers reports whether there is a challenge of one of the schemes.
func (pr *Probe) offers(schemes ...string) bool {
	_, ok := wwwauth.Select(pr.challenges, schemes...)
	return ok
}

// registryChallenge returns the challenge that names a token server, if there is one.
func (pr *Probe) registryChallenge() (wwwauth.Challenge, bool) {
	for _, c := range pr.challenges {
		if c.Is("Bearer") && c.Get("resource_metadata") == "" && (c.Get("service") != "" || len(pr.answer.Values("Docker-Distribution-Api-Version")) > 0) {
			if err := weburl.CheckHTTP(c.Get("realm")); err == nil {
				return c, true
			}
		}
	}
	return wwwauth.Challenge{}, false
}

// withoutDiscovery says how a client signs in where there is nothing to discover.
func (pr *Probe) withoutDiscovery() string {
	var ways []string
	switch {
	case pr.offers("Digest") && pr.offers("Basic"):
		ways = append(ways, "with user and password (Digest, or Basic)")
	case pr.offers("Digest"):
		ways = append(ways, "with user and password (Digest)")
	case pr.offers("Basic"):
		ways = append(ways, "with user and password (Basic)")
	}
	if pr.offers("Negotiate", "Kerberos") {
		ways = append(ways, "with a Kerberos ticket for the service HTTP/"+weburl.Host(pr.URL))
	}
	if pr.offers("Negotiate", "NTLM") {
		ways = append(ways, "with a Windows account")
	}
	return "signs in " + strings.Join(ways, ", or ") + "; no discovery is needed"
}

// remedies say what a server should do if a client cannot use its metadata, by outcome.
var remedies = map[string]string{
	"not-found":               "Publish the metadata of the %s at the URL that clients look for, and answer with 200.",
	"needs-credentials":       "Serve the metadata of the %s to everybody: a client has no credentials yet when it reads it.",
	"not-json":                "Answer the request for the metadata of the %s with a JSON object and the content type application/json. HTML often comes from a rule that sends every unknown path to a web application.",
	"bad-status":              "Answer the request for the metadata of the %s with 200.",
	"unreachable":             "Make the metadata of the %s reachable for clients, over https with a certificate that they trust.",
	"timeout":                 "Answer the request for the metadata of the %s within a few seconds.",
	"too-large":               "Keep the metadata of the %s below 1 MiB.",
	"redirect-loop":           "Serve the metadata of the %s at its URL, without a redirect.",
	"too-many-redirects":      "Serve the metadata of the %s at its URL, without redirects.",
	"too-many-requests":       "Name fewer places where the metadata of the %s may be.",
	"bad-url":                 "Send a valid absolute URL for the metadata of the %s.",
	"not-https":               "Use https for the metadata of the %s.",
	"private-address":         "Serve the metadata of the %s at a public address, unless the server is for a private network.",
	"conflict":                "Name one place for the metadata of the %s, in one challenge.",
	"malformed":               "Send the metadata of the %s as one JSON object with all members that the standard requires, and none twice.",
	"resource-mismatch":       "Set the member resource in the metadata of the %s to the URL that clients are given, byte for byte, or to its origin if the challenge names the metadata of the origin.",
	"issuer-mismatch":         "Set the member issuer in the metadata of the %s to the string that authorization_servers has, byte for byte: a slash at the end counts.",
	"no-authorization-server": "Name at least one authorization server in the member authorization_servers of the metadata of the %s.",
	"bad-endpoint":            "Add authorization_endpoint and token_endpoint to the metadata of the %s, as https URLs at a public address.",
	"no-pkce":                 "Support PKCE, and announce it in the metadata of the %s with code_challenge_methods_supported: [\"S256\"].",
}

// remedy returns what the server should do about what stopped a client, with the name of the rule. It returns
// false if there is nothing to say.
func (pr *Probe) remedy() (finding, bool) {
	failure := pr.failure()
	switch {
	case pr.Verdict.Name == "can" || pr.Verdict.Name == "not-needed":
		return finding{}, false
	case failure != nil:
		text, ok := remedies[string(failure.Outcome)]
		return finding{string(failure.Outcome), fmt.Sprintf(text, documents[failure.Document])}, ok
	case pr.result != nil:
		return finding{"no-authorization-endpoint", "Add authorization_endpoint to the metadata of the authorization server."}, true
	case pr.Verdict.rule != "":
		return finding{pr.Verdict.rule, pr.Verdict.remedy}, true
	case pr.status >= 300 && pr.status < 400:
		return finding{"redirect", "Answer a request without credentials with 401 and a challenge. A redirect to a login page is for browsers; other clients cannot use it."}, true
	case slices.ContainsFunc(pr.challenges, isOAuth):
		return finding{}, false // challenge-without-401 says it
	}
	return finding{"no-401", "If clients should sign in at this URL, answer a request without credentials with 401 and a challenge, such as Bearer with resource_metadata."}, true
}
