package discovery_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// TestHandler checks the answers of the handler (RFC 9728 section 3).
func TestHandler(t *testing.T) {
	handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{
		Resource: resource, AuthorizationServers: []string{issuer}, ScopesSupported: []string{"files:read"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if handler.URL() != atPath || handler.Path() != "/.well-known/oauth-protected-resource/public/mcp" {
		t.Errorf("%s, %s", handler.URL(), handler.Path())
	}
	const body = `{"resource":"` + resource + `","authorization_servers":["` + issuer + `"],"scopes_supported":["files:read"]}`
	mux := http.NewServeMux()
	mux.Handle(handler.Path(), handler)
	for _, tt := range []struct {
		method, path string
		status       int
		body         string
		fields       map[string]string
	}{
		{"GET", handler.Path(), 200, body, map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}},
		{"GET", handler.Path() + "?a", 200, body, nil},
		{"HEAD", handler.Path(), 200, "", map[string]string{"Content-Type": "application/json", "Content-Length": strconv.Itoa(len(body)), "Access-Control-Allow-Origin": "*"}},
		{"OPTIONS", handler.Path(), 204, "", map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "*"}},
		{"POST", handler.Path(), 405, "method not allowed\n", map[string]string{"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Origin": "*"}},
		{"GET", "/.well-known/oauth-protected-resource", 404, "404 page not found\n", nil},
		{"GET", handler.Path() + "/", 404, "404 page not found\n", nil},
		{"GET", handler.Path() + "/more", 404, "404 page not found\n", nil},
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%s %s: %d %q", tt.method, tt.path, w.Code, w.Body)
		}
		for name, want := range tt.fields {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s: %s is %q, want %q", tt.method, tt.path, name, got, want)
			}
		}
	}
	// What the caller has set stays.
	w := httptest.NewRecorder()
	w.Header().Set("Cache-Control", "no-store")
	handler.ServeHTTP(w, httptest.NewRequest("GET", handler.Path(), nil))
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

// TestHandlerPath checks where the metadata of a resource is published.
func TestHandlerPath(t *testing.T) {
	for resource, want := range map[string]string{
		"https://h.example":            "/.well-known/oauth-protected-resource",
		"https://h.example/":           "/.well-known/oauth-protected-resource",
		"https://h.example/a/":         "/.well-known/oauth-protected-resource/a/",
		"https://h.example/a?b=c":      "/.well-known/oauth-protected-resource/a",
		"http://localhost:8080/a%2Fb?": "/.well-known/oauth-protected-resource/a%2Fb",
	} {
		handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{Resource: resource, AuthorizationServers: []string{issuer}})
		if err != nil || handler.Path() != want {
			t.Errorf("%s: %v, %v", resource, handler, err)
			continue
		}
		mux := http.NewServeMux()
		mux.Handle(want, handler)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", want, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", resource, w.Code)
		}
	}
}

// TestHandlerRefuses checks that metadata which breaks RFC 9728 section 2 is not published.
func TestHandlerRefuses(t *testing.T) {
	good := func() discovery.ProtectedResourceMetadata {
		return discovery.ProtectedResourceMetadata{
			Resource: resource, AuthorizationServers: []string{issuer}, JWKSURI: "https://h.example/keys", ScopesSupported: []string{"a"},
			BearerMethodsSupported: []string{"header", "body", "query"}, ResourceSigningAlgValuesSupported: []string{"ES256"},
		}
	}
	if _, err := discovery.NewHandler(good()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*discovery.ProtectedResourceMetadata){
		"resource":                func(m *discovery.ProtectedResourceMetadata) { m.Resource = "" },
		"resource ":               func(m *discovery.ProtectedResourceMetadata) { m.Resource = "http://mcp.example.com" },
		"resource  ":              func(m *discovery.ProtectedResourceMetadata) { m.Resource += "#a" },
		"resource   ":             func(m *discovery.ProtectedResourceMetadata) { m.Resource = "https://u@mcp.example.com" },
		"authorization_servers":   func(m *discovery.ProtectedResourceMetadata) { m.AuthorizationServers = nil },
		"authorization_servers ":  func(m *discovery.ProtectedResourceMetadata) { m.AuthorizationServers[0] = "auth.example.com" },
		"authorization_servers  ": func(m *discovery.ProtectedResourceMetadata) { m.AuthorizationServers[0] += "?a" },
		"resource    ":            func(m *discovery.ProtectedResourceMetadata) { m.Resource = "https://mcp.example.com//" },
		"resource     ":           func(m *discovery.ProtectedResourceMetadata) { m.Resource += "//a" },
		"resource      ":          func(m *discovery.ProtectedResourceMetadata) { m.Resource += "/../a" },
		"resource       ":         func(m *discovery.ProtectedResourceMetadata) { m.Resource += "/." },
		"resource        ":        func(m *discovery.ProtectedResourceMetadata) { m.Resource += "/%2e%2E/a" },
		"resource         ":       func(m *discovery.ProtectedResourceMetadata) { m.Resource += "/%2Fa" },
		"resource          ":      func(m *discovery.ProtectedResourceMetadata) { m.Resource = "https://mcp.example.com:99999/a" },
		"jwks_uri  ": func(m *discovery.ProtectedResourceMetadata) {
			m.JWKSURI, m.Extra = "", map[string]json.RawMessage{"jwks_uri": json.RawMessage(`"http://h.example/keys"`)}
		},
		"scopes_supported      ": func(m *discovery.ProtectedResourceMetadata) {
			m.Extra = map[string]json.RawMessage{"scopes_supported": json.RawMessage(`1`)}
		},
		"jwks_uri":                              func(m *discovery.ProtectedResourceMetadata) { m.JWKSURI = "http://h.example/keys" },
		"scopes_supported":                      func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = "a b" },
		"scopes_supported ":                     func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = "" },
		"scopes_supported  ":                    func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = `"` },
		"scopes_supported    ":                  func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = "\x7f" },
		"scopes_supported     ":                 func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = `\` },
		"scopes_supported   ":                   func(m *discovery.ProtectedResourceMetadata) { m.ScopesSupported[0] = "é" },
		"bearer_methods_supported":              func(m *discovery.ProtectedResourceMetadata) { m.BearerMethodsSupported[0] = "Header" },
		"resource_signing_alg_values_supported": func(m *discovery.ProtectedResourceMetadata) { m.ResourceSigningAlgValuesSupported[0] = "none" },
	} {
		m := good()
		change(&m)
		if _, err := discovery.NewHandler(m); err == nil || !strings.HasPrefix(err.Error(), "discovery: "+strings.TrimSpace(name)+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A Client must be able to read what is published.
	for _, extra := range []string{"{", "", `{"a":1,"a":2}`, `[{"a":{"b":1,"b":1}}]`, `"\ud800"`, "\"\xff\""} {
		m := good()
		m.Extra = map[string]json.RawMessage{"x": json.RawMessage(extra)}
		if _, err := discovery.NewHandler(m); err == nil {
			t.Errorf("%q is published", extra)
		}
	}
}

// TestBothHalves checks that the Client finds what the Handler publishes.
func TestBothHalves(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"", "/", "/mcp", "/a/b/", "/a%2Fb"} {
		handler, err := discovery.NewHandler(discovery.ProtectedResourceMetadata{Resource: server.URL + path, AuthorizationServers: []string{server.URL}})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/.well-known/oauth-protected-resource/", handler)
		mux.Handle("/.well-known/oauth-protected-resource", handler)
		server.Config.Handler = mux
		client := discovery.Client{AllowLoopback: true}
		for _, metadataURL := range []string{"", handler.URL()} {
			if _, err := client.ProtectedResource(t.Context(), server.URL+path, metadataURL); err != nil {
				t.Errorf("%q: %v", path, err)
			}
		}
	}
}
