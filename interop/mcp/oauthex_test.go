//go:build unix

package mcp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
)

const (
	goodResource = `{"resource":"{}/mcp","authorization_servers":["{}"]}`
	goodServer   = `{"issuer":"{}","authorization_endpoint":"{}/authorize","token_endpoint":"{}/token","response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}`
)

// A document is served by a server whose origin is {} in it, and read by the package discovery and by
// oauthex of the Go SDK. Where they differ, the difference has a name, which is in docs/DISCOVERY.md with the reason.
type document struct {
	name         string
	status       int
	contentType  string
	text         string
	ours, theirs bool // accepted
	difference   string
}

func json200(name, text string, ours, theirs bool, difference string) document {
	return document{name, 200, "application/json", text, ours, theirs, difference}
}

var resourceDocuments = []document{
	json200("good", goodResource, true, true, ""),
	json200("unknown members", strings.Replace(goodResource, "{", `{"x":{"y":1},`, 1), true, true, ""),
	json200("another resource", strings.Replace(goodResource, "{}/mcp", "{}/other", 1), false, false, ""),
	json200("a slash more", strings.Replace(goodResource, "/mcp", "/mcp/", 1), false, false, ""),
	json200("no resource", `{"authorization_servers":["{}"]}`, false, false, ""),
	json200("a list", `[]`, false, false, ""),
	json200("cut", goodResource[:20], false, false, ""),
	json200("too large", strings.Replace(goodResource, "{", `{"x":"`+strings.Repeat("x", 1<<20)+`",`, 1), false, false, ""),
	{"text", 200, "text/plain", goodResource, false, false, ""},
	{"no content type", 200, "", goodResource, false, false, ""},
	{"HTML", 200, "text/html", "<html>", false, false, ""},
	{"404", 404, "application/json", goodResource, false, false, ""},
	{"500", 500, "application/json", goodResource, false, false, ""},
	{"201", 201, "application/json", goodResource, false, false, ""},
	{"charset", 200, "application/json; charset=utf-8", goodResource, true, true, ""},

	json200("something behind it", goodResource+"{", false, true, "trailing data"),
	json200("member twice", strings.Replace(goodResource, "{", `{"resource":"https://evil.example",`, 1), false, true, "repeated member"),
	json200("name in another case", strings.Replace(goodResource, "resource", "RESOURCE", 1), false, false, ""),
	json200("a wrong type beside", strings.Replace(goodResource, "{", `{"scopes_supported":"a b",`, 1), true, false, "wrong types"),
	json200("null in a list", strings.Replace(goodResource, "{", `{"scopes_supported":["a",null],`, 1), true, true, ""),
	json200("issuer with http", strings.Replace(goodResource, `["{}"]`, `["{}","http://auth.example.com"]`, 1), true, false, "one bad issuer"),
	json200("issuer at a private address", strings.Replace(goodResource, `["{}"]`, `["{}","https://10.0.0.1"]`, 1), true, false, "one bad issuer"),
	json200("nested member twice", strings.Replace(goodResource, "{", `{"x":{"y":1,"y":2},`, 1), false, true, "repeated member"),
	json200("half a surrogate pair", strings.Replace(goodResource, "{", `{"resource_name":"\ud800",`, 1), false, true, "broken text"),
	json200("invalid UTF-8", strings.Replace(goodResource, "{", "{\"resource_name\":\"\xff\",", 1), false, true, "broken text"),
	json200("jwks_uri of a file", strings.Replace(goodResource, "{", `{"jwks_uri":"file:///etc/passwd",`, 1), false, true, "jwks_uri of the resource"),
	json200("issuer with another scheme", strings.Replace(goodResource, `["{}"]`, `["{}","javascript:alert(1)"]`, 1), true, false, "one bad issuer"),
}

var serverDocuments = []document{
	json200("good", goodServer, true, true, ""),
	json200("another issuer", strings.Replace(goodServer, `"{}"`, `"https://evil.example"`, 1), false, false, ""),
	json200("no issuer", strings.Replace(goodServer, `"issuer":"{}",`, ``, 1), false, false, ""),
	json200("no PKCE", strings.Replace(goodServer, `"S256"`, ``, 1), false, false, ""),
	json200("endpoint with http", strings.Replace(goodServer, "{}/token", "http://auth.example.com/token", 1), false, false, ""),
	json200("endpoint with javascript", strings.Replace(goodServer, "{}/authorize", "javascript:alert(1)", 1), false, false, ""),
	json200("registration endpoint with http", strings.Replace(goodServer, "{", `{"registration_endpoint":"http://auth.example.com",`, 1), false, false, ""),
	{"404", 404, "application/json", goodServer, false, false, ""},

	json200("issuer with a slash more", strings.Replace(goodServer, `"{}"`, `"{}/"`, 1), false, true, "slash of the issuer"),
	json200("plain PKCE", strings.Replace(goodServer, "S256", "plain", 1), false, true, "PKCE without S256"),
	json200("no token endpoint", strings.Replace(goodServer, `"token_endpoint":"{}/token",`, ``, 1), false, true, "missing endpoints"),
	json200("documentation with javascript", strings.Replace(goodServer, "{", `{"service_documentation":"javascript:alert(1)",`, 1), true, false, "links for humans"),
	json200("revocation endpoint with http", strings.Replace(goodServer, "{", `{"revocation_endpoint":"http://auth.example.com",`, 1), false, true, "all endpoints"),
	json200("endpoint at a private address", strings.Replace(goodServer, "{}/token", "https://10.0.0.1/token", 1), false, false, ""),
	json200("endpoint of cloud metadata", strings.Replace(goodServer, "{}/token", "https://169.254.169.254/token", 1), false, false, ""),
	json200("endpoint on loopback", strings.Replace(goodServer, "{}/token", "https://127.0.0.1/token", 1), true, true, ""),
	json200("endpoint at a special address", strings.Replace(goodServer, "{}/token", "https://198.18.0.1/token", 1), false, true, "other special addresses"),
	json200("endpoint at a translated address", strings.Replace(goodServer, "{}/token", "https://[64:ff9b::10.0.0.1]/token", 1), false, true, "other special addresses"),
	json200("endpoint at an address in one number", strings.Replace(goodServer, "{}/token", "https://2852039166/token", 1), false, true, "odd addresses"),
	json200("endpoint at a host in Cyrillic", strings.Replace(goodServer, "{}/token", "https://%D0%B0pple.com/token", 1), false, true, "hosts beyond ASCII"),
	json200("revocation endpoint at a private address", strings.Replace(goodServer, "{", `{"revocation_endpoint":"https://10.0.0.1",`, 1), false, true, "all endpoints"),
	json200("userinfo endpoint with javascript", strings.Replace(goodServer, "{", `{"userinfo_endpoint":"javascript:alert(1)",`, 1), false, true, "all endpoints"),
	json200("alias of an endpoint with http", strings.Replace(goodServer, "{", `{"mtls_endpoint_aliases":{"token_endpoint":"http://auth.example.com"},`, 1), false, true, "all endpoints"),
	json200("documentation with a user", strings.Replace(goodServer, "{", `{"service_documentation":"https://accounts.google.com@evil.example/",`, 1), true, true, ""),
	json200("endpoint with a user", strings.Replace(goodServer, "{}/token", "https://user@auth.example.com/token", 1), false, true, "user information"),
	json200("no PKCE and no authorization endpoint", `{"issuer":"{}","token_endpoint":"{}/token"}`, true, false, "grants without a user"),
	json200("member twice", strings.Replace(goodServer, "{", `{"issuer":"https://evil.example",`, 1), false, true, "repeated member"),
	json200("name in another case", strings.Replace(goodServer, "issuer", "ISSUER", 1), false, false, ""),
}

// TestOAuthex compares which documents are accepted.
func TestOAuthex(t *testing.T) {
	docs, err := os.ReadFile("../../docs/DISCOVERY.md")
	if err != nil {
		t.Fatal(err)
	}
	client := discovery.Client{AllowLoopback: true}
	check := func(d document, path string, ours, theirs func(origin string) error) {
		var server *httptest.Server
		server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path {
				http.NotFound(w, r)
				return
			}
			w.Header()["Content-Type"] = []string{d.contentType}
			if d.contentType == "" {
				w.Header()["Content-Type"] = nil
			}
			w.WriteHeader(d.status)
			io.WriteString(w, strings.ReplaceAll(d.text, "{}", server.URL))
		}))
		defer server.Close()
		if err := ours(server.URL); (err == nil) != d.ours {
			t.Errorf("%s: discovery: %v", d.name, err)
		}
		if err := theirs(server.URL); (err == nil) != d.theirs {
			t.Errorf("%s: oauthex: %v", d.name, err)
		}
		if (d.ours != d.theirs) != (d.difference != "") || d.difference != "" && !strings.Contains(string(docs), "| "+d.difference+" |") {
			t.Errorf("%s: the difference %q is not in docs/DISCOVERY.md", d.name, d.difference)
		}
	}
	for _, d := range resourceDocuments {
		const path = "/.well-known/oauth-protected-resource/mcp"
		check(d, path, func(origin string) error {
			_, err := client.ProtectedResource(t.Context(), origin+"/mcp", origin+path)
			return err
		}, func(origin string) error {
			_, err := oauthex.GetProtectedResourceMetadata(t.Context(), origin+path, origin+"/mcp", plain())
			return err
		})
	}
	for _, d := range serverDocuments {
		const path = "/.well-known/oauth-authorization-server"
		check(d, path, func(origin string) error {
			_, err := client.AuthorizationServer(t.Context(), origin)
			return err
		}, func(origin string) error {
			m, err := oauthex.GetAuthServerMeta(t.Context(), origin+path, origin, plain())
			if m == nil && err == nil {
				err = fmt.Errorf("none")
			}
			return err
		})
	}
}

// TestOAuthexURLs compares which URLs are fetched: nothing is there, so any error other than a refusal means that the
// URL was tried.
func TestOAuthexURLs(t *testing.T) {
	docs, err := os.ReadFile("../../docs/DISCOVERY.md")
	if err != nil {
		t.Fatal(err)
	}
	local := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, strings.ReplaceAll(goodResource, "{}", "http://"+r.Host))
	}))
	defer local.Close()
	port := local.URL[strings.LastIndex(local.URL, ":"):]
	for _, tt := range []struct {
		url          string
		ours, theirs bool // accepted, by default
		difference   string
	}{
		{"http://127.0.0.1" + port, false, true, "loopback"},
		{"http://localhost" + port, false, true, "loopback"},
		{"http://user:pw@127.0.0.1" + port, false, true, "loopback"},
		{"http://127.0.0.1" + port + "#a", false, true, "loopback"},
		{"https://10.0.0.1", false, false, ""},
		{"https://169.254.169.254", false, false, ""},
		{"https://[fd00::1]", false, false, ""},
	} {
		var client discovery.Client
		_, ourErr := client.ProtectedResource(t.Context(), strings.Replace(tt.url, "user:pw@", "", 1)+"/mcp", tt.url)
		want := strings.Replace(tt.url, "user:pw@", "", 1)
		want, _, _ = strings.Cut(want, "#")
		_, theirErr := oauthex.GetProtectedResourceMetadata(t.Context(), tt.url, want+"/mcp", plain())
		if (ourErr == nil) != tt.ours || (theirErr == nil) != tt.theirs {
			t.Errorf("%s: %v, oauthex %v", tt.url, ourErr, theirErr)
		}
		if tt.difference == "" && (ourErr == nil || !strings.Contains(ourErr.Error(), "not public") || theirErr == nil || !strings.Contains(theirErr.Error(), "non-public")) {
			t.Errorf("%s: %v, oauthex %v", tt.url, ourErr, theirErr)
		}
		if tt.difference != "" && !strings.Contains(string(docs), "| "+tt.difference+" |") {
			t.Errorf("%s: the difference %q is not in docs/DISCOVERY.md", tt.url, tt.difference)
		}
	}
}

// plain returns a client with the dialer of its own that makes oauthex leave addresses alone.
func plain() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	return &http.Client{Transport: t}
}

// TestGoClientGoesOn checks what the client of the Go SDK does with metadata of another resource: it asks
// the authorization server at the origin. Ours does not.
func TestGoClientGoesOn(t *testing.T) {
	as := newAuthServer(t)
	endpoint := as.URL + "/mcp"
	as.mux.HandleFunc("/metadata", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"resource": "https://other.example/mcp", "authorization_servers": []string{as.URL}})
	})
	handler := newMCPHandler()
	as.mux.HandleFunc("/mcp", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", wwwauth.NewChallenge("Bearer", "resource_metadata", as.URL+"/metadata").String())
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	})
	if got := runGoClient(t, endpoint, "ping"); len(got) != 1 || got[0] != "pong" || len(as.requests()) != 1 {
		t.Errorf("%q, %q", got, as.requests())
	}
	client := discovery.Client{AllowLoopback: true}
	_, err := client.Discover(t.Context(), endpoint, []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "resource_metadata", as.URL+"/metadata")})
	var failure *discovery.Error
	if !errors.As(err, &failure) || failure.Outcome != discovery.ResourceMismatch {
		t.Errorf("%v", err)
	}
}
