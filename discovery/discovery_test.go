package discovery_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
)

const (
	resource     = "https://mcp.example.com/public/mcp"
	atPath       = "https://mcp.example.com/.well-known/oauth-protected-resource/public/mcp"
	atRoot       = "https://mcp.example.com/.well-known/oauth-protected-resource"
	elsewhere    = "https://mcp.example.com/metadata.json"
	issuer       = "https://auth.example.com"
	oauth        = "https://auth.example.com/.well-known/oauth-authorization-server"
	openID       = "https://auth.example.com/.well-known/openid-configuration"
	originOAuth  = "https://mcp.example.com/.well-known/oauth-authorization-server"
	originOpenID = "https://mcp.example.com/.well-known/openid-configuration"
)

// pages answers requests in place of the network: with the page of a URL, or with 404. What a page starts
// with shows its kind: a brace JSON, a digit a status, anything else HTML.
type pages map[string]string

func (p pages) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	page, ok := p[req.URL.String()]
	if !ok {
		page = "404"
	}
	resp := &http.Response{StatusCode: 200, Header: http.Header{}, Request: req}
	switch {
	case strings.HasPrefix(page, "{"):
		resp.Header.Set("Content-Type", "application/json; charset=utf-8")
	case page[0] >= '1' && page[0] <= '9':
		var location string
		page, location, _ = strings.Cut(page, " ")
		resp.StatusCode = int(page[0]-'0')*100 + int(page[1]-'0')*10 + int(page[2]-'0')
		resp.Header.Set("Location", location)
	default:
		resp.Header.Set("Content-Type", "text/html")
	}
	resp.Body = io.NopCloser(strings.NewReader(page))
	return resp, nil
}

// prm returns protected resource metadata.
func prm(resource string, issuers ...string) string {
	return `{"resource":"` + resource + `","authorization_servers":["` + strings.Join(issuers, `","`) + `"],"scopes_supported":["a","b"]}`
}

// asm returns authorization server metadata.
func asm(issuer string) string {
	return `{"issuer":"` + issuer + `","authorization_endpoint":"https://auth.example.com/authorize","token_endpoint":"https://auth.example.com/token",` +
		`"response_types_supported":["code"],"code_challenge_methods_supported":["plain","S256"]}`
}

func parse(t *testing.T, lines ...string) []wwwauth.Challenge {
	t.Helper()
	challenges, _ := wwwauth.Parse(lines...)
	return challenges
}

// tried returns the URLs of the steps that made a request.
func tried(steps []discovery.Step) []string {
	var urls []string
	for _, s := range steps {
		if s.Status != 0 {
			urls = append(urls, s.URL)
		}
	}
	return urls
}

// outcome returns that of the error, or OK.
func outcome(t *testing.T, err error) discovery.Outcome {
	t.Helper()
	var failure *discovery.Error
	switch {
	case err == nil:
		return discovery.OK
	case !errors.As(err, &failure):
		t.Fatalf("%v is no *Error", err)
	case failure.Reason == "" || !strings.HasPrefix(err.Error(), "discovery: ") || strings.Contains(err.Error(), "://"):
		t.Errorf("error text: %v", err)
	}
	return failure.Outcome
}

// TestOrder checks where metadata is looked for, and in which order (MCP revision 2026-07-28, with what
// older ones did where it finds nothing).
func TestOrder(t *testing.T) {
	for _, tt := range []struct {
		name      string
		challenge string
		pages     pages
		outcome   discovery.Outcome
		tried     []string
	}{
		{"named", `Bearer resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: prm(resource, issuer), atPath: prm(resource, "https://wrong.example"), oauth: asm(issuer)},
			discovery.OK, []string{elsewhere, oauth}},
		{"named by DPoP", `DPoP algs="ES256", resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: prm(resource, issuer), oauth: asm(issuer)},
			discovery.OK, []string{elsewhere, oauth}},
		{"named by the second", `Bearer realm="x", DPoP resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: prm(resource, issuer), oauth: asm(issuer)},
			discovery.OK, []string{elsewhere, oauth}},
		{"named, and then only there", `Bearer resource_metadata="` + elsewhere + `", authorization_server="` + issuer + `"`,
			pages{atPath: prm(resource, issuer), oauth: asm(issuer), originOAuth: asm("https://mcp.example.com")},
			discovery.NotFound, []string{elsewhere}},
		{"named, and of another resource", `Bearer resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: prm("https://other.example", issuer), atPath: prm(resource, issuer), oauth: asm(issuer)},
			discovery.ResourceMismatch, []string{elsewhere}},
		{"named empty", `Bearer resource_metadata=""`,
			pages{atPath: prm(resource, issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, oauth}},
		{"with the path", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), atRoot: prm("https://mcp.example.com", "https://wrong.example"), oauth: asm(issuer)},
			discovery.OK, []string{atPath, oauth}},
		{"at the root", `Bearer realm="x"`,
			pages{atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"at the root with a slash", `Bearer realm="x"`,
			pages{atRoot: prm("https://mcp.example.com/", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"not at the root after a mismatch", `Bearer realm="x"`,
			pages{atPath: prm("https://other.example", issuer), atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.ResourceMismatch, []string{atPath}},
		{"at the root after what is not metadata", `Bearer realm="x"`,
			pages{atPath: `{"error":"not found"}`, atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"at the root after what is cut", `Bearer realm="x"`,
			pages{atPath: `{"resource":`, atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"at the root after a bad jwks_uri", `Bearer realm="x"`,
			pages{atPath: `{"jwks_uri":"file:///etc/passwd",` + prm(resource, issuer)[1:], atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"at the root after a server that fails", `Bearer realm="x"`,
			pages{atPath: "503", atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"a page for humans is none", `Bearer realm="x"`,
			pages{atPath: "<html>", atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"OpenID", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), openID: asm(issuer)},
			discovery.OK, []string{atPath, oauth, openID}},
		{"not OpenID after a mismatch", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), oauth: asm("https://other.example"), openID: asm(issuer)},
			discovery.IssuerMismatch, []string{atPath, oauth}},
		{"another issuer after a mismatch", `Bearer realm="x"`,
			pages{atPath: prm(resource, "https://a.example", issuer), "https://a.example/.well-known/oauth-authorization-server": asm("https://other.example"), oauth: asm(issuer)},
			discovery.OK, []string{atPath, "https://a.example/.well-known/oauth-authorization-server", oauth}},
		{"OpenID after no PKCE", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), oauth: strings.Replace(asm(issuer), "S256", "s256", 1), openID: asm(issuer)},
			discovery.OK, []string{atPath, oauth, openID}},
		{"OpenID after what is not metadata", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), oauth: `{}`, openID: asm(issuer)},
			discovery.OK, []string{atPath, oauth, openID}},
		{"OpenID after a bad endpoint", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), oauth: strings.Replace(asm(issuer), "https://auth.example.com/token", "https://10.0.0.1/token", 1), openID: asm(issuer)},
			discovery.OK, []string{atPath, oauth, openID}},
		{"the first error is told", `Bearer realm="x"`,
			pages{atPath: prm(resource, issuer), oauth: `{}`, openID: asm("https://other.example")},
			discovery.Malformed, []string{atPath, oauth, openID}},
		{"the second authorization server", `Bearer realm="x"`,
			pages{atPath: prm(resource, "https://gone.example", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, "https://gone.example/.well-known/oauth-authorization-server", "https://gone.example/.well-known/openid-configuration", oauth}},
		{"the second, after one that cannot be used", `Bearer realm="x"`,
			pages{atPath: prm(resource, "http://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, oauth}},
		{"authorization_server", `Bearer authorization_server="` + issuer + `", `,
			pages{oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"authorization_server after metadata", `Bearer authorization_server="https://wrong.example"`,
			pages{atRoot: prm("https://mcp.example.com", issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"authorization_server, and not the origin", `Bearer authorization_server="` + issuer + `"`,
			pages{originOAuth: asm("https://mcp.example.com")},
			discovery.NotFound, []string{atPath, atRoot, oauth, openID}},
		{"authorization_server of another issuer", `Bearer authorization_server="` + issuer + `"`,
			pages{oauth: asm("https://evil.example"), originOAuth: asm("https://mcp.example.com")},
			discovery.IssuerMismatch, []string{atPath, atRoot, oauth}},
		{"authorization_server with http", `Bearer authorization_server="http://auth.example.com"`,
			pages{originOAuth: asm("https://mcp.example.com")},
			discovery.NotHTTPS, []string{atPath, atRoot}},
		{"the origin of another issuer", `Bearer realm="x"`,
			pages{originOAuth: asm(issuer)},
			discovery.IssuerMismatch, []string{atPath, atRoot, originOAuth}},
		{"the origin", `Bearer realm="x"`,
			pages{originOAuth: asm("https://mcp.example.com")},
			discovery.OK, []string{atPath, atRoot, originOAuth}},
		{"the origin with a slash", `Bearer realm="x"`,
			pages{originOpenID: asm("https://mcp.example.com/")},
			discovery.OK, []string{atPath, atRoot, originOAuth, originOpenID}},
		{"no way around refused metadata", `Bearer realm="x"`,
			pages{atPath: prm("https://other.example", issuer), originOAuth: asm("https://mcp.example.com")},
			discovery.ResourceMismatch, []string{atPath}},
		{"no way around what is not metadata", `Bearer realm="x"`,
			pages{atPath: "{}", originOAuth: asm("https://mcp.example.com")},
			discovery.Malformed, []string{atPath, atRoot}},
		{"no way around a server that fails", `Bearer realm="x"`,
			pages{atPath: "503", originOAuth: asm("https://mcp.example.com")},
			discovery.BadStatus, []string{atPath, atRoot}},
		{"no way around metadata without authorization server", `Bearer realm="x"`,
			pages{atPath: `{"resource":"` + resource + `"}`, originOAuth: asm("https://mcp.example.com")},
			discovery.NoAuthorizationServer, []string{atPath}},
		{"nothing", `Bearer realm="x"`, nil,
			discovery.NotFound, []string{atPath, atRoot, originOAuth, originOpenID}},
		{"two URLs", `Bearer resource_metadata="` + elsewhere + `", resource_metadata="https://evil.example"`,
			pages{elsewhere: prm(resource, issuer), oauth: asm(issuer)},
			discovery.Conflict, nil},
		{"two authorization servers", `Bearer authorization_server="` + issuer + `", authorization_server="https://evil.example"`,
			pages{oauth: asm(issuer), originOAuth: asm("https://mcp.example.com")},
			discovery.Conflict, []string{atPath, atRoot}},
		{"two authorization servers that nobody needs", `Bearer authorization_server="a", authorization_server="b"`,
			pages{atPath: prm(resource, issuer), oauth: asm(issuer)},
			discovery.OK, []string{atPath, oauth}},
		{"the same authorization server twice", `Bearer authorization_server="` + issuer + `", authorization_server="` + issuer + `"`,
			pages{oauth: asm(issuer)},
			discovery.OK, []string{atPath, atRoot, oauth}},
		{"after metadata that needs credentials", `Bearer realm="x"`,
			pages{atPath: "401", atRoot: "403", originOAuth: asm("https://mcp.example.com")},
			discovery.OK, []string{atPath, atRoot, originOAuth}},
		{"all needs credentials", `Bearer realm="x"`,
			pages{atRoot: "401", originOAuth: "401", originOpenID: "403"},
			discovery.NeedsCredentials, []string{atPath, atRoot, originOAuth, originOpenID}},
		{"named, and needs credentials", `Bearer resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: "401"},
			discovery.NeedsCredentials, []string{elsewhere}},
		{"no way around a server that is busy", `Bearer realm="x"`,
			pages{atPath: "429", atRoot: "408", originOAuth: asm("https://mcp.example.com")},
			discovery.BadStatus, []string{atPath, atRoot}},
		{"the same URL twice", `Bearer resource_metadata="` + elsewhere + `", resource_metadata="` + elsewhere + `"`,
			pages{elsewhere: prm(resource, issuer), oauth: asm(issuer)},
			discovery.OK, []string{elsewhere, oauth}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := discovery.Client{Transport: tt.pages}
			result, err := client.Discover(t.Context(), resource, parse(t, tt.challenge))
			if got := outcome(t, err); got != tt.outcome {
				t.Errorf("outcome %s (%v), want %s", got, err, tt.outcome)
			}
			if diff := cmp.Diff(tt.tried, tried(result.Steps)); diff != "" {
				t.Errorf("tried (-want +got):\n%s", diff)
			}
			if (err == nil) != (result.AuthorizationServer != nil) {
				t.Errorf("error %v, authorization server %v", err, result.AuthorizationServer)
			}
		})
	}
}

// TestAnyChallenge checks that discovery works whatever the field holds: absent, empty, not readable, or
// other schemes only (MCP revision 2025-06-18).
func TestAnyChallenge(t *testing.T) {
	for _, lines := range [][]string{
		nil, {""}, {`"`}, {"Negotiate"}, {"Negotiate YWJj"}, {`Basic realm="x"`}, {"Bearer"}, {`Unknown a="b"`},
		{`Basic realm="x", resource_metadata="https://evil.example/"`},
		{`Unknown resource_metadata="https://evil.example/", authorization_server="https://evil.example"`},
	} {
		client := discovery.Client{Transport: pages{atPath: prm(resource, issuer), oauth: asm(issuer)}}
		result, err := client.Discover(t.Context(), resource, parse(t, lines...))
		if err != nil {
			t.Errorf("%q: %v", lines, err)
			continue
		}
		if diff := cmp.Diff([]string{atPath, oauth}, tried(result.Steps)); diff != "" {
			t.Errorf("%q: tried (-want +got):\n%s", lines, diff)
		}
	}
}

// TestResource checks which resource in the metadata is that of the request (RFC 9728 section 3.3), what
// Lenient accepts from any URL, and what it accepts from the well-known URL of that resource only: there,
// nobody who has another path of a shared host can publish.
func TestResource(t *testing.T) {
	const never, own, lenient, always = 0, 1, 2, 3
	count := 0
	for _, tt := range []struct {
		requested, resource string
		accepted            int
	}{
		{"https://h.example/mcp", "https://h.example/mcp", always},
		{"https://h.example", "https://h.example", always},
		{"https://h.example/", "https://h.example/", always},
		{"https://h.example/mcp?a=b", "https://h.example/mcp?a=b", always},
		{"https://h.example/mcp", "https://h.example/mcp/", lenient},
		{"https://h.example/mcp/", "https://h.example/mcp", lenient},
		{"https://h.example", "https://h.example/", lenient},
		{"https://h.example/mcp", "https://H.example/mcp", lenient},
		{"https://h.example/mcp", "https://h.example:443/mcp", lenient},
		{"https://h.example/mcp", "https://h.example", own},
		{"https://h.example/mcp", "https://h.example/", own},
		{"https://h.example/mcp", "https://H.example:443", own},
		{"https://h.example/a/b/mcp", "https://h.example/a/b", own},
		{"https://h.example/a/b/mcp", "https://h.example/a/", own},
		{"https://h.example/mcp//", "https://h.example/mcp", own},
		{"https://h.example/mcp?a=b", "https://h.example/mcp", own},
		{"https://h.example/mcp/.well/x", "https://h.example/mcp", own},
		{"https://h.example/mcp/...", "https://h.example/mcp", own},
		{"https://h.example/mcp", "https://h.example/mcp?a=b", never},
		{"https://h.example/mcp", "https://h.example/mcp#a", never},
		{"https://h.example/mcp", "https://h.example/mc", never},
		{"https://h.example/mcp", "https://h.example/mcp/more", never},
		{"https://h.example/mcp", "https://h.example/MCP", never},
		{"https://h.example/mcp", "https://h.example/%6dcp", never},
		{"https://h.example/bank/../evil", "https://h.example/bank", never},
		{"https://h.example/bank/%2e%2e/evil", "https://h.example/bank", never},
		{"https://h.example/bank/.%2E/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%2fevil", "https://h.example/bank", never},
		{"https://h.example/bank/..%5cevil", "https://h.example/bank", never},
		{"https://h.example/bank/x%5C..%5c..%5cevil", "https://h.example/bank", never},
		{"https://h.example/bank/..;/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..;a=b/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%3b/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%00/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%20/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%7f/evil", "https://h.example/bank", never},
		{"https://h.example/bank/./mcp", "https://h.example/bank", never},
		{"https://h.example/bank/%252e%252e/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%255cevil", "https://h.example/bank", never},
		{"https://h.example/bank/..", "https://h.example/bank", never},
		{"https://h.example/bank/%25252e%25252e/evil", "https://h.example/bank", never},
		{"https://h.example/bank/%25/%252e%252e/%252e%252e/evil", "https://h.example/bank", never}, // %/ is not an escape, but some servers go on
		{"https://h.example/bank/%25u002e%25u002e/evil", "https://h.example/bank", never},
		{"https://h.example/bank/%c0%ae%c0%ae/evil", "https://h.example/bank", never}, // two dots in overlong UTF-8
		{"https://h.example/bank/..%3f/evil", "https://h.example/bank", never},
		{"https://h.example/bank/..%23/evil", "https://h.example/bank", never},
		{"https://h.example/bank/%C3%A9;a=b/..x", "https://h.example/bank", own},
		{"https://h.example/mcp", "https://h.example:8443/mcp", never},
		{"https://h.example/mcp", "http://h.example/mcp", never},
		{"https://h.example/mcp", "https://example/mcp", never},
		{"https://h.example/mcp", "https://evil.example/mcp", never},
		{"https://h.example/mcp", "https://h.example@evil.example/mcp", never},
		{"https://h.example/mcp", "h.example/mcp", never},
		{"https://h.example/mcp", " https://h.example/mcp", never},
		{"https://h.example/mcp", "", never},
	} {
		for _, at := range []string{elsewhere, "https://h.example/.well-known/oauth-protected-resource/evil", "https://h.example/metadata?/.well-known/oauth-protected-resource", "own"} {
			accepted := tt.accepted >= lenient
			if at == "own" {
				urls, err := discovery.ProtectedResourceURLs(tt.resource)
				if err != nil || strings.HasPrefix(tt.resource, "http:") {
					continue
				}
				at, accepted = urls[0], tt.accepted >= own
			}
			transport := pages{at: prm(tt.resource, issuer)}
			for _, isLenient := range []bool{false, true} {
				client := discovery.Client{Transport: transport, Lenient: isLenient}
				m, err := client.ProtectedResource(t.Context(), tt.requested, at)
				count++
				if want := tt.accepted == always || isLenient && accepted; (err == nil) != want {
					t.Errorf("%s for %s at %s, lenient %v: %v", tt.resource, tt.requested, at, isLenient, err)
				}
				if err == nil && m.Resource != tt.resource {
					t.Errorf("%s for %s: %s", tt.resource, tt.requested, m.Resource)
				}
				var failure *discovery.Error
				if errors.As(err, &failure) && tt.resource != "" && (failure.Outcome != discovery.ResourceMismatch || failure.Got != tt.resource || failure.Want != tt.requested) {
					t.Errorf("%s for %s: %+v", tt.resource, tt.requested, failure.Step)
				}
			}
		}
	}
	t.Logf("%d documents", count)
}

// TestLongURL checks that a lenient Client reads a long URL of a server in linear time: this one is encoded
// half a million times over, and decoding it as often would take a day.
func TestLongURL(t *testing.T) {
	long := "https://mcp.example.com/%" + strings.Repeat("25", 500_000)
	client := discovery.Client{Transport: pages{long: prm("https://mcp.example.com", issuer)}, Lenient: true}
	if _, err := client.ProtectedResource(t.Context(), resource, long); outcome(t, err) != discovery.ResourceMismatch {
		t.Error(err)
	}
}

// TestDefaultPort checks that Lenient knows the default port of http too.
func TestDefaultPort(t *testing.T) {
	for resource, want := range map[string]discovery.Outcome{
		"http://localhost:80/mcp":  discovery.OK,
		"http://localhost:443/mcp": discovery.ResourceMismatch,
		"https://localhost/mcp":    discovery.ResourceMismatch,
		"https://localhost:80/mcp": discovery.ResourceMismatch,
	} {
		client := discovery.Client{Transport: pages{elsewhere: prm(resource, issuer)}, AllowLoopback: true, Lenient: true}
		if _, err := client.ProtectedResource(t.Context(), "http://localhost/mcp", elsewhere); outcome(t, err) != want {
			t.Errorf("%s: %v, want %s", resource, err, want)
		}
	}
}

// TestErrorText checks that an error names the status where that helps.
func TestErrorText(t *testing.T) {
	client := discovery.Client{Transport: pages{elsewhere: prm("https://other.example", issuer)}}
	for url, want := range map[string]string{
		elsewhere:                        "discovery: protected resource metadata: the metadata is that of another resource",
		"https://mcp.example.com/other":  "discovery: protected resource metadata: there is none (status 404)",
		"https://user@mcp.example.com/a": "discovery: protected resource metadata: the URL contains user information",
	} {
		if _, err := client.ProtectedResource(t.Context(), resource, url); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", url, err, want)
		}
	}
	if _, err := client.AuthorizationServer(t.Context(), issuer); err == nil || err.Error() != "discovery: authorization server metadata: there is none" {
		t.Error(err)
	}
}

// TestIssuer checks which issuer in the metadata is that asked for (RFC 8414 section 3.3).
func TestIssuer(t *testing.T) {
	for _, tt := range []struct {
		asked, issuer   string
		strict, lenient bool
	}{
		{issuer, issuer, true, true},
		{issuer + "/", issuer + "/", true, true},
		{issuer, issuer + "/", false, true},
		{issuer + "/", issuer, false, true},
		{issuer, issuer + "//", false, false},
		{issuer, "https://AUTH.example.com", false, false},
		{issuer, issuer + ":443", false, false},
		{issuer, issuer + "/tenant", false, false},
		{issuer, "https://evil.example", false, false},
	} {
		for _, lenient := range []bool{false, true} {
			client := discovery.Client{Transport: pages{oauth: asm(tt.issuer)}, Lenient: lenient}
			_, err := client.AuthorizationServer(t.Context(), tt.asked)
			want := discovery.IssuerMismatch
			if !lenient && tt.strict || lenient && tt.lenient {
				want = discovery.OK
			}
			if got := outcome(t, err); got != want {
				t.Errorf("%s for %s, lenient %v: %s, want %s", tt.issuer, tt.asked, lenient, got, want)
			}
		}
	}
}

// TestAuthorizationServer checks what metadata of an authorization server must have.
func TestAuthorizationServer(t *testing.T) {
	for _, tt := range []struct {
		old, new string
		want     discovery.Outcome
	}{
		{`"S256"`, `"S256","other"`, discovery.OK},
		{`"S256"`, `"s256"`, discovery.NoPKCE},
		{`"plain","S256"`, ``, discovery.NoPKCE},
		{`"code_challenge_methods_supported":["plain","S256"]`, `"a":1`, discovery.NoPKCE},
		{`["plain","S256"]`, `"S256"`, discovery.NoPKCE},
		{`"authorization_endpoint":"https://auth.example.com/authorize",`, ``, discovery.OK},
		{`"token_endpoint"`, `"a"`, discovery.BadEndpoint},
		{`https://auth.example.com/token`, `http://auth.example.com/token`, discovery.BadEndpoint},
		{`https://auth.example.com/authorize`, `javascript:alert(1)`, discovery.BadEndpoint},
		{`https://auth.example.com/authorize`, `https://user@auth.example.com/`, discovery.BadEndpoint},
		{`https://auth.example.com/authorize`, `/authorize`, discovery.BadEndpoint},
		{`https://auth.example.com/authorize`, `https://auth.example.com/authorize?tenant=a`, discovery.OK},
		{`"token_endpoint"`, `"jwks_uri":"http://a.example","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"registration_endpoint":"ftp://a.example","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"revocation_endpoint":"x","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"introspection_endpoint":"x","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"device_authorization_endpoint":"x","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"pushed_authorization_request_endpoint":"x","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"userinfo_endpoint":"javascript:alert(1)","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"end_session_endpoint":"data:text/html,x","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"backchannel_authentication_endpoint":"file:///etc/passwd","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"check_session_iframe":"javascript:alert(1)","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"signed_jwks_uri":"http://a.example","token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example/","x":"file:///"},"token_endpoint"`, discovery.BadEndpoint},
		{`"token_endpoint"`, `"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example/token"},"token_endpoint"`, discovery.OK},
		{`"token_endpoint"`, `"mtls_endpoint_aliases":"x","userinfo_endpoint":null,"end_session_endpoint":1,"x_endpoint":"","token_endpoint"`, discovery.OK},
		{`"token_endpoint"`, `"userinfo_endpoint":"https://auth.example.com/userinfo","logo_uri":"data:image/png,x","token_endpoint"`, discovery.OK},
		{`"token_endpoint"`, `"op_policy_uri":"javascript:alert(1)","token_endpoint"`, discovery.OK}, // no link, but no harm
		{`"issuer"`, `"Issuer"`, discovery.Malformed},
		{`"issuer":`, `"issuer":"x","issuer":`, discovery.Malformed},
		{`"issuer":"https://auth.example.com"`, `"issuer":["https://auth.example.com"]`, discovery.Malformed},
		{`}`, ``, discovery.Malformed},
		{`}`, `} x`, discovery.Malformed},
	} {
		text := strings.Replace(asm(issuer), tt.old, tt.new, 1)
		if text == asm(issuer) {
			t.Fatalf("no %s", tt.old)
		}
		client := discovery.Client{Transport: pages{oauth: text}}
		_, err := client.AuthorizationServer(t.Context(), issuer)
		if got := outcome(t, err); got != tt.want {
			t.Errorf("%s: %s, want %s", text, got, tt.want)
		}
	}
}

// addresses are hosts of endpoints that are not public, by the option that accepts them; "" for none.
var addresses = map[string]string{
	"loopback": "localhost LOCALHOST localhost. a.localhost 127.0.0.1 127.0.0.1. 127.9.9.9 [::1] [::ffff:127.0.0.1] [0:0:0:0:0:0:0:1]",
	"private":  "10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 [fd00::1] [::ffff:10.0.0.1] [::ffff:a00:1]",
	"": "169.254.169.254 [::ffff:169.254.169.254] [fe80::1] 0.0.0.0 [::] 224.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 [ff02::1] [2002:7f00:1::] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [::127.0.0.1] " +
		"2130706433 0x7f000001 017700000001 127.1 0x7f.1 0177.0.0.1 2852039166 127.0.0.01 1.2.3.4.5",
}

// TestEndpoints checks that endpoints of both documents are not at a literal address that is not public,
// whoever makes the requests: a client will post codes and tokens there.
func TestEndpoints(t *testing.T) {
	client, checked := discovery.Client{}, 0
	check := func(t *testing.T, host string, want bool) {
		t.Helper()
		checked++
		for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint", "userinfo_endpoint"} {
			text := strings.Replace(asm(issuer), "{", `{"`+name+`":"https://`+host+`/x",`, 1)
			text = strings.Replace(text, `"`+name+`":"https://auth`, `"x":"https://auth`, 1) // not twice
			client.Transport = pages{oauth: text}
			_, err := client.AuthorizationServer(t.Context(), issuer)
			var failure *discovery.Error
			switch {
			case want && err != nil:
				t.Errorf("%+v, %s at %s: %v", client, name, host, err)
			case !want && (!errors.As(err, &failure) || failure.Outcome != discovery.BadEndpoint || failure.Got != "https://"+host+"/x"):
				t.Errorf("%+v, %s at %s: %v", client, name, host, err)
			}
		}
		client.Transport = pages{elsewhere: `{"jwks_uri":"https://` + host + `/keys",` + prm(resource, issuer)[1:]}
		_, err := client.ProtectedResource(t.Context(), resource, elsewhere)
		if got := outcome(t, err); got != discovery.OK && got != discovery.BadEndpoint || (err == nil) != want {
			t.Errorf("%+v, jwks_uri of the resource at %s: %v", client, host, err)
		}
	}
	for allowed, hosts := range addresses {
		for host := range strings.FieldsSeq(hosts) {
			for _, client.AllowLoopback = range []bool{false, true} {
				for _, client.AllowPrivate = range []bool{false, true} {
					check(t, host, allowed == "loopback" && client.AllowLoopback || allowed == "private" && client.AllowPrivate)
				}
			}
		}
	}
	client = discovery.Client{}
	for _, host := range []string{"auth.example.com", "8.8.8.8", "[2606:4700::1111]", "localhost.example.com", "127.0.0.1.nip.io"} {
		check(t, host, true)
	}
	for _, bad := range []string{"file:///etc/passwd", "javascript:alert(1)", "http://h.example/", "https://u@h.example/", "https://h.example/#a", "x"} {
		client.Transport = pages{elsewhere: `{"jwks_uri":"` + bad + `",` + prm(resource, issuer)[1:]}
		if _, err := client.ProtectedResource(t.Context(), resource, elsewhere); outcome(t, err) != discovery.BadEndpoint {
			t.Errorf("jwks_uri %s: %v", bad, err)
		}
	}
	t.Logf("%d hosts with options, each for six endpoints", checked)
}

// TestURLs checks which URLs are fetched at all (RFC 9728 section 7.7, RFC 9110 section 4.2.4), at first
// and after a redirect.
func TestURLs(t *testing.T) {
	for _, tt := range []struct {
		url  string
		want discovery.Outcome
	}{
		{elsewhere, discovery.OK},
		{"https://mcp.example.com:8443/a?b=c&d=%2F", discovery.OK},
		{"http://mcp.example.com/metadata.json", discovery.NotHTTPS},
		{"http://localhost/metadata.json", discovery.NotHTTPS},
		{"https://user@mcp.example.com/", discovery.BadURL},
		{"https://user:secret@mcp.example.com/", discovery.BadURL},
		{"https://mcp.example.com/#a", discovery.BadURL},
		{"https://mcp.example.com/#", discovery.BadURL},
		{"/metadata.json", discovery.BadURL},
		{"//mcp.example.com/metadata.json", discovery.BadURL},
		{"metadata.json", discovery.BadURL},
		{"https:metadata.json", discovery.BadURL},
		{"https:///metadata.json", discovery.BadURL},
		{"https://:443/metadata.json", discovery.BadURL},
		{"file:///etc/passwd", discovery.BadURL},
		{"ftp://mcp.example.com/", discovery.BadURL},
		{"data:application/json,{}", discovery.BadURL},
		{"https://mcp.example.com\\@evil.example/", discovery.BadURL},
		{"https://mcp.example.com/a b", discovery.BadURL},
		{"https://mcp.example.com/%zz", discovery.BadURL},
		{"https://mcp.example.com:port/", discovery.BadURL},
		{"https://mcp.example.com:0/", discovery.BadURL},
		{"https://mcp.example.com:65535/", discovery.OK},
		{"https://mcp.example.com:65536/", discovery.BadURL},
		{"https://ünicode.example/", discovery.BadURL},
		{"https://%C3%BCnicode.example/", discovery.BadURL},
		{"https://%D0%B0pple.com/", discovery.BadURL},
		{"https://%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1/", discovery.BadURL},
		{"https://mcp.example.com%00/", discovery.BadURL},
		{"https://mcp.example.com%25/", discovery.BadURL},
		{"https://[fe80::1%25eth0]/", discovery.BadURL},
		{"https://mcp.example.com/\t", discovery.BadURL},
		{"https://mcp.example.com/\x7f", discovery.BadURL},
		{"https://mcp.example.com/\"", discovery.BadURL},
	} {
		transport := pages{tt.url: prm(resource, issuer)}
		client := discovery.Client{Transport: transport}
		_, err := client.ProtectedResource(t.Context(), resource, tt.url)
		if got := outcome(t, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.url, got, tt.want)
		}
		if !strings.HasPrefix(tt.url, "https://") && !strings.HasPrefix(tt.url, "http://") || strings.ContainsAny(tt.url, " \t\\\x7f\"") {
			continue // as a Location this is another URL, or none
		}
		transport["https://mcp.example.com/start"] = "302 " + tt.url
		_, err = client.ProtectedResource(t.Context(), resource, "https://mcp.example.com/start")
		if got := outcome(t, err); got != tt.want && tt.want != discovery.BadURL || (got == discovery.OK) != (tt.want == discovery.OK) {
			t.Errorf("redirect to %s: %s, want %s", tt.url, got, tt.want)
		}
	}
	// The resource and the issuer are the caller's and the metadata's, with the same rules.
	for _, bad := range []string{"", "mcp.example.com", "http://mcp.example.com/", "https://u@mcp.example.com", "https://mcp.example.com/#a"} {
		var client discovery.Client
		if _, err := client.ProtectedResource(t.Context(), bad, elsewhere); outcome(t, err) == discovery.OK {
			t.Errorf("resource %q is accepted", bad)
		}
		if _, err := client.AuthorizationServer(t.Context(), bad); outcome(t, err) == discovery.OK {
			t.Errorf("issuer %q is accepted", bad)
		}
	}
	var client discovery.Client
	if _, err := client.AuthorizationServer(t.Context(), issuer+"?a"); outcome(t, err) != discovery.BadURL {
		t.Error("an issuer with a query is accepted")
	}
}

// TestLoopback checks that AllowLoopback allows http for the local host only.
func TestLoopback(t *testing.T) {
	for _, tt := range []struct {
		url  string
		want discovery.Outcome
	}{
		{"http://localhost:8080/a", discovery.OK},
		{"http://LOCALHOST/a", discovery.OK},
		{"http://127.0.0.1/a", discovery.OK},
		{"http://127.9.9.9:1/a", discovery.OK},
		{"http://[::1]:8080/a", discovery.OK},
		{"http://[::ffff:127.0.0.1]/a", discovery.OK},
		{"http://mcp.example.com/a", discovery.NotHTTPS},
		{"http://localhost.example.com/a", discovery.NotHTTPS},
		{"http://10.0.0.1/a", discovery.NotHTTPS},
		{"http://0.0.0.0/a", discovery.NotHTTPS},
		{"http://127.1/a", discovery.NotHTTPS},
		{"http://u@localhost/a", discovery.BadURL},
		{"http://localho%C5%BFt/a", discovery.BadURL},
		{"http://a.localhost/a", discovery.NotHTTPS},
		{"http://localhost./a", discovery.NotHTTPS},
	} {
		client := discovery.Client{Transport: pages{tt.url: prm(resource, issuer)}, AllowLoopback: true}
		_, err := client.ProtectedResource(t.Context(), resource, tt.url)
		if got := outcome(t, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.url, got, tt.want)
		}
	}
}

// TestRedirects checks that redirects are followed to a limit, and are steps of their own.
func TestRedirects(t *testing.T) {
	const a, b, c = "https://mcp.example.com/a", "https://other.example/b", "https://other.example/c"
	for _, tt := range []struct {
		name         string
		pages        pages
		maxRedirects int
		want         discovery.Outcome
		outcomes     string
	}{
		{"to another host, and relative", pages{a: "307 " + b, b: "301 c", c: prm(resource, issuer)}, 0, discovery.OK, "redirect redirect ok"},
		{"as many as allowed", pages{a: "302 " + b, b: prm(resource, issuer)}, 1, discovery.OK, "redirect ok"},
		{"one too many", pages{a: "302 " + b, b: "303 c", c: prm(resource, issuer)}, 1, discovery.TooManyRedirects, "redirect redirect too-many-redirects"},
		{"none", pages{a: "308 " + b, b: prm(resource, issuer)}, -1, discovery.TooManyRedirects, "redirect too-many-redirects"},
		{"to itself", pages{a: "302 /a"}, 0, discovery.RedirectLoop, "redirect redirect-loop"},
		{"in circles", pages{a: "302 " + b, b: "302 " + c, c: "302 " + a}, 0, discovery.RedirectLoop, "redirect redirect redirect redirect-loop"},
		{"without end", pages{a: "302 /a?1", a + "?1": "302 /a?2", a + "?2": "302 /a?3", a + "?3": "302 /a?4", a + "?4": "302 /a?5", a + "?5": "302 /a?6"}, 0,
			discovery.TooManyRedirects, "redirect redirect redirect redirect redirect redirect too-many-redirects"},
		{"to http", pages{a: "302 http://mcp.example.com/b"}, 0, discovery.NotHTTPS, "redirect not-https"},
		{"to nowhere", pages{a: "302"}, 0, discovery.BadStatus, "bad-status"},
		{"to what is no URL", pages{a: "302 https://[x"}, 0, discovery.BadStatus, "bad-status"},
		{"not modified", pages{a: "304 " + b}, 0, discovery.BadStatus, "bad-status"},
		{"to nothing", pages{a: "302 " + b}, 0, discovery.NotFound, "redirect not-found"},
	} {
		client := discovery.Client{Transport: tt.pages, MaxRedirects: tt.maxRedirects}
		_, err := client.ProtectedResource(t.Context(), resource, a)
		if got := outcome(t, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		result, _ := client.Discover(t.Context(), resource, parse(t, `Bearer resource_metadata="`+a+`"`))
		var outcomes []string
		for _, s := range result.Steps {
			if s.Document == discovery.ProtectedResource {
				outcomes = append(outcomes, string(s.Outcome))
			}
		}
		if got := strings.Join(outcomes, " "); got != tt.outcomes {
			t.Errorf("%s: steps %s, want %s", tt.name, got, tt.outcomes)
		}
	}
}

// TestRedirectsInDevelopment checks that a redirect leads neither from https to http nor closer to the
// local host, though AllowLoopback accepts both ends.
func TestRedirectsInDevelopment(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     discovery.Outcome
	}{
		{"https://mcp.example.com/a", "http://localhost/b", discovery.NotHTTPS},
		{"https://localhost/a", "http://localhost/b", discovery.NotHTTPS},
		{"https://mcp.example.com/a", "https://localhost/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://127.0.0.1/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://[::1]/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://a.localhost/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://10.0.0.1/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://169.254.169.254/b", discovery.PrivateAddress},
		{"https://mcp.example.com/a", "https://2130706433/b", discovery.PrivateAddress},
		{"https://10.0.0.1/a", "https://127.0.0.1/b", discovery.PrivateAddress},
		{"http://localhost/a", "https://10.0.0.1/b", discovery.PrivateAddress},
		{"http://localhost/a", "http://127.0.0.1/b", discovery.OK},
		{"http://localhost/a", "https://localhost/b", discovery.OK},
		{"http://localhost/a", "https://mcp.example.com/b", discovery.OK},
		{"https://10.0.0.1/a", "https://10.0.0.2/b", discovery.OK},
		{"https://mcp.example.com/a", "https://other.example/b", discovery.OK},
	} {
		client := discovery.Client{Transport: pages{tt.from: "302 " + tt.to, tt.to: prm(resource, issuer)}, AllowLoopback: true}
		if _, err := client.ProtectedResource(t.Context(), resource, tt.from); outcome(t, err) != tt.want {
			t.Errorf("from %s to %s: %v, want %s", tt.from, tt.to, err, tt.want)
		}
	}
	// Nor in two steps.
	client := discovery.Client{AllowLoopback: true, Transport: pages{
		"http://localhost/a": "302 https://mcp.example.com/b", "https://mcp.example.com/b": "302 https://localhost/c", "https://localhost/c": prm(resource, issuer)}}
	if _, err := client.ProtectedResource(t.Context(), resource, "http://localhost/a"); outcome(t, err) != discovery.PrivateAddress {
		t.Error(err)
	}
	// In an intranet it may lead to a private address, but to no other.
	for to, want := range map[string]discovery.Outcome{
		"https://10.0.0.1/b": discovery.OK, "https://127.0.0.1/b": discovery.PrivateAddress, "https://169.254.169.254/b": discovery.PrivateAddress,
	} {
		client = discovery.Client{AllowPrivate: true, AllowLoopback: true, Transport: pages{"https://mcp.example.com/a": "302 " + to, to: prm(resource, issuer)}}
		if _, err := client.ProtectedResource(t.Context(), resource, "https://mcp.example.com/a"); outcome(t, err) != want {
			t.Errorf("to %s: %v, want %s", to, err, want)
		}
	}
}

// TestMaxRequests checks that metadata cannot make a client call any number of servers.
func TestMaxRequests(t *testing.T) {
	var issuers []string
	for range 1000 {
		issuers = append(issuers, "https://victim.example")
	}
	for limit, want := range map[int]int{0: 20, -1: 2001, 1: 1, 7: 7} {
		client := discovery.Client{Transport: pages{atPath: prm(resource, issuers...)}, MaxRequests: limit}
		result, err := client.Discover(t.Context(), resource, nil)
		if got := len(tried(result.Steps)); err == nil || got != want {
			t.Errorf("limit %d: %d requests, %v", limit, got, err)
		}
	}
	// Issuers that are refused without a request count too: a document has room for a great many.
	many := discovery.Client{Transport: pages{atPath: prm(resource, make([]string, 1000)...)}}
	result, err := many.Discover(t.Context(), resource, nil)
	if got := outcome(t, err); got != discovery.BadURL || len(result.Steps) != 21 || result.Steps[20].Outcome != discovery.TooManyRequests {
		t.Errorf("%d steps, %v", len(result.Steps), err)
	}
	// The error is that of the first one that fails in a way other than not being there.
	client := discovery.Client{Transport: pages{atPath: prm(resource, issuers...)}}
	if _, err := client.Discover(t.Context(), resource, nil); outcome(t, err) != discovery.NotFound {
		t.Errorf("%v", err)
	}
}

// TestCanceled checks that nothing is tried once the context has ended.
func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var client discovery.Client
	client.Transport = pages{}
	result, err := client.Discover(ctx, resource, nil)
	if outcome(t, err) != discovery.Canceled || !errors.Is(err, context.Canceled) || len(result.Steps) != 1 {
		t.Errorf("%v, %+v", err, result.Steps)
	}
	if _, err := client.AuthorizationServer(ctx, issuer); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestScopes checks the scopes to ask for (MCP revision 2026-07-28, Scope Selection Strategy and Step-Up
// Authorization Flow).
func TestScopes(t *testing.T) {
	metadata := &discovery.ProtectedResourceMetadata{ScopesSupported: []string{"a", "b"}}
	for _, tt := range []struct {
		name     string
		scope    string
		metadata *discovery.ProtectedResourceMetadata
		granted  []string
		want     []string
	}{
		{"the challenge", "c d", metadata, nil, []string{"c", "d"}},
		{"the metadata", "", metadata, nil, []string{"a", "b"}},
		{"none", "", nil, nil, nil},
		{"none supported", "", &discovery.ProtectedResourceMetadata{}, nil, nil},
		{"union", "c b", metadata, []string{"a", "b"}, []string{"a", "b", "c"}},
		{"case counts", "A a", nil, nil, []string{"A", "a"}},
		{"blanks", "  c  c ", nil, nil, []string{"c"}},
		{"not ASCII", "c\u00a0d e\u2003f g", nil, nil, []string{"g"}},
		{"no scope-token", "\"c d\\ \x7f e", nil, nil, []string{"e"}},
		{"none supported that can be sent", "", &discovery.ProtectedResourceMetadata{ScopesSupported: []string{"a b", "", "c\u00a0d", "e"}}, nil, []string{"e"}},
		{"granted stays as it is", "b", nil, []string{"é"}, []string{"é", "b"}},
	} {
		got := discovery.Scopes(wwwauth.NewChallenge("Bearer", "scope", tt.scope), tt.metadata, tt.granted...)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// A parameter that is repeated, as Docker's registries do; and other schemes.
	for line, want := range map[string][]string{
		`Bearer scope="files:read", scope="files:write"`: {"files:read", "files:write"},
		`DPoP scope="a b", scope="b c"`:                  {"a", "b", "c"},
		`Bearer scope=`:                                  nil,
		`Basic realm="x", scope="a"`:                     nil,
	} {
		if got := discovery.Scopes(parse(t, line)[0], nil); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	// To ask for more later must not change the metadata.
	scopes := discovery.Scopes(wwwauth.Challenge{}, metadata)
	_ = append(scopes[:1], "x")
	if metadata.ScopesSupported[1] != "b" {
		t.Error("the metadata is changed")
	}
}

// TestResult checks the result of a discovery.
func TestResult(t *testing.T) {
	client := discovery.Client{Transport: pages{elsewhere: prm(resource, issuer), oauth: asm(issuer), originOAuth: asm("https://mcp.example.com")}}
	result, err := client.Discover(t.Context(), resource, parse(t, `Bearer resource_metadata="`+elsewhere+`", scope="x y"`))
	if err != nil {
		t.Fatal(err)
	}
	want := []discovery.Step{
		{Document: discovery.ProtectedResource, URL: elsewhere, Status: 200, Outcome: discovery.OK},
		{Document: discovery.AuthorizationServer, URL: oauth, Status: 200, Outcome: discovery.OK},
	}
	if diff := cmp.Diff(want, result.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if result.Resource != resource || !slices.Equal(result.Scopes, []string{"x", "y"}) || result.ProtectedResource.AuthorizationServers[0] != issuer ||
		result.AuthorizationServer.TokenEndpoint != "https://auth.example.com/token" {
		t.Errorf("%+v", result)
	}
	// Without metadata of the resource.
	result, err = client.Discover(t.Context(), resource, nil)
	if err != nil || result.ProtectedResource != nil || result.Resource != resource || result.Scopes != nil || result.AuthorizationServer.Issuer != "https://mcp.example.com" {
		t.Errorf("%+v, %v", result, err)
	}
	// With an error, what was found until then.
	client.Transport = pages{elsewhere: prm(resource, issuer)}
	result, err = client.Discover(t.Context(), resource, parse(t, `Bearer resource_metadata="`+elsewhere+`"`))
	if err == nil || result.ProtectedResource == nil || !slices.Equal(result.Scopes, []string{"a", "b"}) {
		t.Errorf("%+v, %v", result, err)
	}
	var failure *discovery.Error
	if !errors.As(err, &failure) || failure.Document != discovery.AuthorizationServer || len(failure.Steps) != 3 || len(result.Steps) != 3 {
		t.Errorf("%+v", err)
	}
}

// TestResultChallenge checks which challenge is said to have been followed.
func TestResultChallenge(t *testing.T) {
	for _, tt := range []struct {
		line string
		want int // index; -1 for none
	}{
		{`Basic realm="a"`, -1},
		{``, -1},
		{`Basic realm="a", Bearer realm="b", DPoP algs="ES256"`, 1},
		{`Bearer realm="a", Bearer authorization_server="https://a.example"`, 1},
		{`Bearer realm="a", Bearer authorization_server="https://a.example", DPoP resource_metadata="` + elsewhere + `"`, 2},
		{`Basic realm="a", resource_metadata="https://a.example", Bearer`, 1},
	} {
		client := discovery.Client{Transport: pages{}}
		challenges := parse(t, tt.line)
		result, _ := client.Discover(t.Context(), resource, challenges)
		var want wwwauth.Challenge
		if tt.want >= 0 {
			want = challenges[tt.want]
		}
		if diff := cmp.Diff(want.Params, result.Challenge.Params); diff != "" || result.Challenge.Scheme != want.Scheme {
			t.Errorf("%s: followed %v, want %v", tt.line, result.Challenge, want)
		}
	}
}
