package discovery_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// TestProtectedResourceURLs checks where the well-known suffix is inserted (RFC 9728 section 3.1).
func TestProtectedResourceURLs(t *testing.T) {
	const suffix = "/.well-known/oauth-protected-resource"
	for _, tt := range []struct {
		resource string
		want     []string
	}{
		{"https://h.example", []string{"https://h.example" + suffix}},
		{"https://h.example/", []string{"https://h.example" + suffix}},
		{"https://h.example/mcp", []string{"https://h.example" + suffix + "/mcp", "https://h.example" + suffix}},
		{"https://h.example/mcp/", []string{"https://h.example" + suffix + "/mcp/", "https://h.example" + suffix}},
		{"https://h.example/a//b%2Fc/%41", []string{"https://h.example" + suffix + "/a//b%2Fc/%41", "https://h.example" + suffix}},
		{"https://h.example?a=b", []string{"https://h.example" + suffix + "?a=b", "https://h.example" + suffix}},
		{"https://h.example/?a=b", []string{"https://h.example" + suffix + "?a=b", "https://h.example" + suffix}},
		{"https://h.example:8443/a?b", []string{"https://h.example:8443" + suffix + "/a?b", "https://h.example:8443" + suffix}},
		{"https://[2001:db8::1]:8443/a", []string{"https://[2001:db8::1]:8443" + suffix + "/a", "https://[2001:db8::1]:8443" + suffix}},
		{"HTTPS://H.example/A", []string{"HTTPS://H.example" + suffix + "/A", "HTTPS://H.example" + suffix}},
		{"http://localhost:8080/mcp", []string{"http://localhost:8080" + suffix + "/mcp", "http://localhost:8080" + suffix}},
		{"//h.example/mcp", nil},
		{"h.example/mcp", nil},
		{"/mcp", nil},
		{"", nil},
		{"https://h.example/#a", nil},
		{"https://u:p@h.example/", nil},
		{"https:h.example", nil},
		{"mailto:a@h.example", nil},
		{"https://h.example/a b", nil},
	} {
		got, err := discovery.ProtectedResourceURLs(tt.resource)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("%s: %q, %v, want %q", tt.resource, got, err, tt.want)
		}
	}
}

// TestAuthorizationServerURLs checks the places of metadata and their order (MCP, Authorization Server
// Metadata Discovery; RFC 8414 sections 3.1 and 5).
func TestAuthorizationServerURLs(t *testing.T) {
	const o, i = "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"
	for _, tt := range []struct {
		issuer string
		want   []string
	}{
		{"https://h.example", []string{"https://h.example" + o, "https://h.example" + i}},
		{"https://h.example/", []string{"https://h.example" + o, "https://h.example" + i}},
		{"https://h.example:8443", []string{"https://h.example:8443" + o, "https://h.example:8443" + i}},
		{"https://h.example/tenant1", []string{"https://h.example" + o + "/tenant1", "https://h.example" + i + "/tenant1", "https://h.example/tenant1" + i}},
		{"https://h.example/a/b/", []string{"https://h.example" + o + "/a/b", "https://h.example" + i + "/a/b", "https://h.example/a/b" + i}},
		{"https://h.example/tenant?a", nil},
		{"https://h.example?", nil},
		{"https://h.example#", nil},
		{"https://u@h.example", nil},
		{"h.example", nil},
		{"", nil},
	} {
		got, err := discovery.AuthorizationServerURLs(tt.issuer)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("%s: %q, %v, want %q", tt.issuer, got, err, tt.want)
		}
	}
}

// FuzzURLs checks that each well-known URL is of the origin of its resource, and is the resource again
// when the suffix is cut out.
func FuzzURLs(f *testing.F) {
	seeds := mutate.Of(f)
	for _, seed := range []string{resource, "https://h.example", "https://h.example/?a", "https://h.example:1/a/../b?c", "https://[::1%25eth0]/", "https://h.example/.well-known/oauth-protected-resource", "http://a?", "https://h\\@i/", "https://%41/"} {
		seeds.Add(seed)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		urls, err := discovery.ProtectedResourceURLs(s)
		if err != nil {
			return
		}
		before, after, ok := strings.Cut(urls[0], "/.well-known/oauth-protected-resource")
		if !ok || before+after != s && before+"/"+after != s || urls[len(urls)-1] != before+"/.well-known/oauth-protected-resource" || strings.Count(before, "/") != 2 {
			t.Errorf("%q: %q", s, urls)
		}
		if again, err := discovery.ProtectedResourceURLs(urls[0]); err != nil {
			t.Errorf("%q: %q, %v", s, again, err)
		}
	})
}
