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

// Documentation mentions the field with the name of a scheme after it: in tables, tables of contents, change logs,
// comments, messages, manuals.
var documentation = []string{
	`WWW-Authenticate │ Basic or Bearer are used`,
	`| WWW-Authenticate | The scheme to use |`,
	`| WWW-Authenticate | Basic or Digest | Optional |`,
	`| WWW-Authenticate | Basic, Digest or Bearer, see below |`,
	`│ WWW-Authenticate │ Basic authentication is required │`,
	`| WWW-Authenticate | Digest access authentication (RFC 7616) |`,
	`WWW-Authenticate | Negotiate: Kerberos or NTLM`,
	`| 401 | WWW-Authenticate | Bearer token is missing or invalid |`,
	"| `WWW-Authenticate` | Basic, with a realm |",
	`| **WWW-Authenticate** | Digest; Basic is the fallback |`,
	`| WWW-Authenticate | NTLM authentication |`,
	`| WWW-Authenticate | Negotiate (Kerberos) | yes |`,
	`| Proxy-Authenticate | Basic only |`,
	`| Header: WWW-Authenticate | Basic | the scheme |`,
	`4.1. WWW-Authenticate Response Header Field ......... 11`,
	`   3.3 WWW-Authenticate: Digest . . . . . . . . . . . 12`,
	`3.3 WWW-Authenticate: Digest ............ 12`,
	`11.6.1.  WWW-Authenticate . . . . . . . . . . 100`,
	`- [WWW-Authenticate: Basic](#www-authenticate-basic)`,
	`- [WWW-Authenticate: Negotiate](auth.md#negotiate) - Kerberos`,
	`"WWW-Authenticate"] = x`,
	"WWW-Authenticate : string\nServer : string",
	"WWW-Authenticate : Required",
	"Name  : WWW-Authenticate\nValue : string",
	"Note: WWW-Authenticate\nBasic: is used by default",
	`WWW-Authenticate: <challenge>`,
	`WWW-Authenticate: <auth-scheme> realm=<realm>`,
	`WWW-Authenticate: <auth-scheme> token68`,
	`WWW-Authenticate: Digest realm=<realm>, nonce=<nonce>`,
	`WWW-Authenticate: Basic realm=<realm>`,
	`WWW-Authenticate: Basic realm="<realm>"`,
	`* WWW-Authenticate: Basic is now sent for 401 responses`,
	`- Fixed: WWW-Authenticate: Bearer was missing the scope`,
	`- WWW-Authenticate: Negotiate no longer offered by default (#1234)`,
	`  * Send WWW-Authenticate: Basic only when configured`,
	`- WWW-Authenticate: NTLM authentication`,
	`- WWW-Authenticate: Negotiate authentication, NTLM fallback`,
	`// WWW-Authenticate: Basic is what IIS sends`,
	`# WWW-Authenticate: Digest auth is not supported`,
	`/* WWW-Authenticate: NTLM handshake */`,
	` * WWW-Authenticate: Bearer header per RFC 6750`,
	`// WWW-Authenticate: Negotiate handshake`,
	`Sending WWW-Authenticate: Basic to the client`,
	`No WWW-Authenticate: Basic header found`,
	`Ignoring WWW-Authenticate: Digest with unknown algorithm`,
	`401 with WWW-Authenticate: Bearer means the token expired.`,
	`If the server returns WWW-Authenticate: Negotiate, the client starts Kerberos.`,
	`Responds with "WWW-Authenticate: Basic" if no credentials are given`,
	`The "WWW-Authenticate: Negotiate" header triggers SPNEGO.`,
	"The `WWW-Authenticate: Negotiate` header triggers SPNEGO.",
	`WWW-Authenticate = "Basic" is the default`,
	`www-authenticate: basic auth is required`,
	`WWW-Authenticate (Basic, Digest)`,
	`WWW-Authenticate: NTLM authentication with Linux`,
	`HTTP 401 / WWW-Authenticate: Basic dialogs in browsers`,
	`       WWW-Authenticate: Basic    the user is asked for a password`,
	`WWW-Authenticate  = 1#challenge`,
	`Proxy-Authenticate = [ ( "," / challenge ) *( OWS "," [ OWS challenge ] ) ]`,
	`@return the WWW-Authenticate: Basic value`,
	`How to disable the WWW-Authenticate: Basic popup?`,
	`curl: WWW-Authenticate: Digest not working`,
	`WWW-Authenticate: Basic or Digest`,
	`www-authenticate: Bearer, if the token is missing`,
	`a1b2c3d Add WWW-Authenticate: Bearer to 401 responses`,
	`README.md:12:The WWW-Authenticate: Basic header`,
	`> WWW-Authenticate: Basic is insecure without TLS`,
	":mailheader:`WWW-Authenticate`: Basic and Digest",
	`<li>WWW-Authenticate: Basic is the oldest scheme</li>`,
	`<tr><td>WWW-Authenticate</td><td>Basic or Bearer</td></tr>`,
	`WWW-Authenticate  Section 4.1  standard`,
	`WWW-Authenticate,Basic or Bearer`,
	`"WWW-Authenticate","Bearer token required"`,
	`WWW-Authenticate	Basic or Digest`,
	`WWW-Authenticate	Negotiate or NTLM, in this order`,
	`WWW-Authenticate   Basic or Digest`,
	`WWW-Authenticate: Negotiate/NTLM`,
	`WWW-Authenticate: Basic/Digest/Bearer`,
	`WWW-Authenticate: Basic|Digest`,
	`WWW-Authenticate: Digest, not Basic, is preferred`,
	`WWW-Authenticate: Basic (see RFC 7617)`,
	`WWW-Authenticate: Kerberos authentication of Windows`,
	`WWW-Authenticate: Negotiate -> client sends token`,
	`WWW-Authenticate: Bearer error=... tells why`,
	`WWW-Authenticate: Bearer; see below`,
	`The WWW-Authenticate header, Basic by default, asks for a password`,
	`Header WWW-Authenticate: type string, Basic or Bearer`,
	`x-header: see WWW-Authenticate: Basic in the manual`,
	`{"title": "WWW-Authenticate: Basic is missing"}`,
	`{"description": "the WWW-Authenticate header", "WWW-Authenticate": "Basic or Bearer"}`,
	`msg="no WWW-Authenticate: Basic in answer" host=a`,
	`WARN WWW-Authenticate: Digest nonce was stale`,
	`| Response header | WWW-Authenticate: Basic or Bearer |`,
	`| WWW-Authenticate: Basic | the browser asks for a password |`,
	"<li><code>WWW-Authenticate: Basic</code> is the oldest</li>", "<code>WWW-Authenticate</code>: <b>Basic</b> or Bearer", "<dt>WWW-Authenticate</dt><dd>Basic, as in RFC 7617</dd>",
	"WWW-Authenticate: Basic and Proxy-Authenticate: Basic are different", "What does WWW-Authenticate: Negotiate mean?", "'WWW-Authenticate: Basic' is sent by old servers",
	"WWW-Authenticate: Basic, Bearer etc.", "- `WWW-Authenticate: Basic` - the simplest",
}

// TestDocumentation reads documentation, also as the text of a log, and in a text with a real response.
func TestDocumentation(t *testing.T) {
	const head = "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n\n"
	for _, text := range documentation {
		for _, text := range []string{text, "Before it.\n" + text + "\nAfter it.", "12:12:12 INFO " + text, "12:12:12 " + text + "\n12:12:13 more"} {
			if got := canonical(Find([]byte(text + "\n"))); len(got) > 0 {
				t.Errorf("%q: %q", text, got)
			}
		}
		if got := canonical(Find([]byte(head + text + "\n"))); len(got) != 1 {
			t.Errorf("after a head: %q: %q", text, got)
		}
	}
}

// TestBareSchemes reads schemes without parameters where programs print them.
func TestBareSchemes(t *testing.T) {
	for text, want := range map[string]int{
		"WWW-Authenticate: Basic":                                       1,
		"www-authenticate: Negotiate, Foo":                              1,
		"www-authenticate: Negotiate, NTLM\nServer: x":                  2,
		"INFO www-authenticate: Negotiate status=401":                   1,
		"INFO www-authenticate: Negotiate Server: nginx":                1,
		"INFO www-authenticate: Negotiate (12 ms)":                      1,
		"INFO www-authenticate=\"Negotiate\" status=401":                1,
		"INFO \"www-authenticate: Negotiate\" \"server: x\"":            1,
		"WWW-Authenticate: NTLM TlRMTVNTUAACAAAADAAMADgAAAA":            1,
		"It sent `WWW-Authenticate: Negotiate`.":                        1,
		"WWW-Authenticate    {Negotiate, NTLM}":                         2,
		"| WWW-Authenticate | Basic, Digest |":                          2,
		"| WWW-Authenticate | Negotiate | 401 |":                        1,
		"│ WWW-Authenticate │ Negotiate │":                              1,
		"| www-authenticate | Basic realm=\"x\" | it is sent always |":  1,
		" www-authenticate | Negotiate\n server | nginx":                1,
		"WWW-Authenticate : Negotiate\nServer           : IIS":          1,
		"Server : x\nWWW-Authenticate : NTLM\nWWW-Authenticate : Basic": 2,
		"Key   : WWW-Authenticate\nValue : {Negotiate, NTLM}":           2,
		"Name  : WWW-Authenticate\nValue : Negotiate":                   1,
		"www-authenticate:\n- Negotiate\n- NTLM":                        2,
		"WWW-Authenticate\tNegotiate":                                   1,
		"WWW-Authenticate: Bearer realm=\"<redacted>\"":                 1,
		"WWW-Authenticate: Bearer realm=\"...\", scope=\"...\"":         1,
		"WWW-Authenticate: Bearer realm=\"…\"":                          1,
		"<td>WWW-Authenticate</td><td>Basic</td><td>of the site</td>":   1,
		"[lua] www-authenticate: Negotiate, client: 10.0.0.1, host: x":  1,
		"www-authenticate: Negotiate, server: nginx":                    1,
		"INFO www-authenticate: Negotiate, request_id: 12":              1,
		"WWW-Authenticate\tNegotiate\tresponse":                         1,
		// Somebody has hidden a value, or it has an equals sign itself.
		"WWW-Authenticate: Digest realm=\"router\", nonce=\"...\"":           1,
		"WWW-Authenticate: Digest realm=\"router\", nonce=<redacted>":        1,
		"WWW-Authenticate: Bearer realm=\"x\", error_description=\"a=<b>\"":  1,
		"www-authenticate: Bearer realm=\"https://auth.example.com/?a=...\"": 1,
	} {
		if got := canonical(Find([]byte(text + "\n"))); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
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
