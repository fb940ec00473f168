package input

import (
	"strings"
	"testing"
)

// Prose has no challenges, whatever it mentions.
var runningText = []string{
	"Unauthorized", "example.com", "wwwauth version", "version", "exlain", "help", "https://example.com/a?realm=x",
	"https://mcp.example.com/.well-known/oauth-protected-resource", "response.txt", "/etc/nginx/nginx.conf", "C:\\temp\\x.log",
	"401", "401 Unauthorized", "status 401", "Basic\nAdvanced", "Digest: sha256:abc", "Basic auth", "Bearer token", "Bearer challenge",
	"Authentication header", "The server wants Basic or Digest.", "use Bearer realm", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "Basic am9lOnNlY3JldA==",
	"Authorization: Basic am9lOnNlY3JldA==", "Authorization: Bearer abc", "curl -H 'Authorization: Bearer abc' https://h/", "export REALM=staff",
	"docker login -u joe registry.example.com", "Digest username=\"joe\", realm=\"x\", nonce=\"n\"", "go build -ldflags=-s ./x", "a=b", "a=\"b\"", "FOO=bar ./run",
	"Error response from daemon: unauthorized: authentication required", "git push: remote: Invalid username or password.",
	"The WWW-Authenticate header is missing.", "WWW-Authenticate", "WWW-Authenticate:", "WWW-Authenticate: header", "no www-authenticate", "www-authenticate: missing",
	"WWW-Authenticate is not sent", "Basic is not offered, WWW-Authenticate names Bearer", "the `WWW-Authenticate` header", "the \"WWW-Authenticate\" response header field",
	"`WWW-Authenticate`, `Proxy-Authenticate` and `Authorization`", "WWW-Authenticate = #challenge", "WWW-Authenticate: <scheme> realm=<realm>",
	`w.Header().Set("WWW-Authenticate", challenge)`, `w.Header().Set("WWW-Authenticate", "Basic realm=\"x\"")`, "w.Header().Set(\"WWW-Authenticate\", `Basic realm=\"x\"`)",
	`res.setHeader('WWW-Authenticate', 'Basic realm="x"');`, `response.addHeader("WWW-Authenticate", "Bearer realm=\"" + name + "\"");`,
	`self.send_header('WWW-Authenticate', 'Basic realm="x"')`, `headers["WWW-Authenticate"] = "Basic realm=x"`, `headers['WWW-Authenticate'] = f'Bearer realm="{realm}"'`,
	`c.Header("WWW-Authenticate", fmt.Sprintf("Basic realm=%q", realm))`, `add_header WWW-Authenticate 'Basic realm="x"' always;`, `Header always set WWW-Authenticate "Basic realm=x"`,
	`const wwwAuthenticate = "WWW-Authenticate"`, `if h := resp.Header.Get("WWW-Authenticate"); h != "" {`, `assert "WWW-Authenticate" in response.headers`,
	`"WWW-Authenticate": "string"`, `{"www-authenticate":null}`, `{"www-authenticate":""}`, `{"headers":["www-authenticate","basic"]}`, `["content-type","www-authenticate","basic"]`,
	`{"error":"unauthorized","message":"Basic auth is required"}`, "WWW-Authenticate: Bearer realm=\"%s\"", "WWW-Authenticate: Bearer realm=\"${realm}\"", `WWW-Authenticate: Basic realm="{{ realm }}"`,
	"access-control-expose-headers: WWW-Authenticate, Link", "Vary: WWW-Authenticate", "Access-Control-Expose-Headers: www-authenticate\nVary: Origin",
	"2026-11-21 15:00:00 INFO Basic auth failed user=joe", "Bearer token expired user=joe exp=1", "INFO Digest computed sha=abc", "level=info msg=\"Bearer token\" user=\"joe\"",
	"Signature verification failed key=abc", "Hawk was seen near=\"the river\"", "Negotiate with the vendor", "Mutual funds fee=2",
	"- Basic: []\n- Bearer: []", "type: http\nscheme: basic", "Basic,,scheme,[RFC7617],", "// WWW-Authenticate: quote the realm", "# WWW-Authenticate says why",
	"fix: WWW-Authenticate: quote realm=foo", "a1b2c3 Basic auth: check realm=foo in the tests", "KeyError: 'www-authenticate'", "raise KeyError('WWW-Authenticate')",
	"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Digest username=\"joe\", realm=\"x\"\r\n\r\n", "10.0.0.1 - - [21/Nov/2026:15:00:00 +0000] \"GET / HTTP/1.1\" 401 12 \"-\" \"curl/8\"",
	"<p>Send WWW-Authenticate</p>", "WWW-Authenticate,,permanent,\"[RFC9110, Section 11.6.1: WWW-Authenticate]\",", "\x00\x01\x02WWW-Authenticate\x00", "authenticate", "failed to authenticate joe",
	"func\tBearer token=\"x\"", "Digest\tMD5 realm=\"x\"", "auth\tBasic realm=\"x\"", "map {a|b} {Digest realm=\"x\"|y}", "  {Basic realm=\"$realm\"} ",
	"Set the WWW-Authenticate header: Basic realm=\"Restricted\" and reload.",
}

func TestRunningText(t *testing.T) {
	for _, text := range runningText {
		if got := canonical(Find([]byte(text + "\n"))); len(got) > 0 {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := canonical(Find([]byte(strings.Join(runningText, "\n\n")))); len(got) > 0 {
		t.Errorf("all: %q", got)
	}
	for _, arg := range []string{"Unauthorized", "example.com", "version", "exlain", "https://example.com/?realm=x", "response.txt", "a=b", "", " ", "The server says no", "-x", "http://h/ realm=x", "WWW-Authenticate:", "401"} {
		if got := Arguments([]string{arg}); len(canonical(got)) > 0 {
			t.Errorf("argument %q: %+v", arg, got)
		}
	}
}
