package lint_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestTable checks that each rule is complete, and worded like others of its kind.
func TestTable(t *testing.T) {
	rules := lint.Rules()
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
		if !regexp.MustCompile(`^[a-z]+[0-9]*(-[a-z0-9]+)*$`).MatchString(r.Name) {
			t.Errorf("%s: not in kebab case", r.Name)
		}
		if (r.Section == "") != (r.Standard == "") {
			t.Errorf("%s: section %q, standard %q", r.Name, r.Section, r.Standard)
		}
		if r.Section == "" && r.Breaks == "" {
			t.Errorf("%s: neither a standard says so nor does a client break", r.Name)
		}
		if r.Severity == lint.Error && r.Section == "" {
			t.Errorf("%s: an error without the section that it breaks", r.Name)
		}
		if r.Bad == "" || r.Good == "" || r.Bad == r.Good {
			t.Errorf("%s: no examples", r.Name)
		}
		if !strings.HasSuffix(r.Summary, ".") || strings.HasSuffix(r.Advice, ".") || strings.HasSuffix(r.Breaks, ".") {
			t.Errorf("%s: punctuation", r.Name)
		}
		if len(r.Summary) > 100 || len(r.Advice) > 100 {
			t.Errorf("%s: %d and %d bytes", r.Name, len(r.Summary), len(r.Advice))
		}
		imperatives := []string{
			"Answer", "Build", "Do", "Choose", "Close", "Correct", "Double", "Leave", "Name", "Offer", "Put", "Remove", "Say", "Send", "Separate", "Serve", "Set", "Use", "Write",
		}
		if word, _, _ := strings.Cut(r.Advice, " "); !slices.Contains(imperatives, word) {
			t.Errorf("%s: %q is not in the imperative", r.Name, r.Advice)
		}
		for _, text := range []string{r.Summary, r.Advice} {
			if regexp.MustCompile(`\b(is|are|stands?) no [a-z]`).MatchString(text) {
				t.Errorf("%s: %q", r.Name, text)
			}
		}
		if got, ok := lint.Lookup(r.Name); !ok || got != r {
			t.Errorf("%s is not found", r.Name)
		}
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(rules) {
		t.Error("a name is used twice")
	}
	// Each code is a rule, and the name of no other rule is a letter away from one.
	for _, code := range codes() {
		r, ok := lint.Lookup(code)
		if !ok || r.Severity != lint.Error && code != wwwauth.TooLarge.String() {
			t.Errorf("%s is not a rule with severity error", code)
		}
	}
	for _, name := range names {
		if near := known.Near(name, codes()); near != "" && !isDeparture(name) {
			t.Errorf("%s and %s look alike", name, near)
		}
	}
}

// TestStable lists the names and severities of all rules. Users have them in their settings: a rule may be added,
// and none renamed or made worse.
func TestStable(t *testing.T) {
	want := map[lint.Severity]string{
		lint.Error: `
no-challenge remapped-field misnamed-field optional-field-status dpop-nonce-repeated
missing-comma semicolon unquoted-value single-quote smart-quote inner-quote unterminated-quote comma-after-scheme
missing-value bad-whitespace line-fold control-byte duplicate-param missing-scheme token68-and-params unexpected-byte
empty-element space-around-equals realm-unquoted url-userinfo not-a-number
token68-not-allowed params-not-allowed not-for-proxies
basic-no-realm charset-not-utf-8
bearer-no-params bearer-character scope-spaces error-uri dpop-algs
digest-params digest-quoted digest-unquoted digest-repeated
handshake-data-first handshake-base64 as-uri hoba-params hoba-base64 mutual-params mutual-version mutual-repeated
scram-data scram-sid privatetoken-params privatetoken-base64 uma-params
payment-params payment-status payment-stored payment-method payment-base64 payment-expires`,
		lint.Warning: `
proxy-field-status challenge-status forbidden-anonymous preflight-challenged error-status error-without-credentials
error-missing dpop-nonce-missing not-exposed cacheable cleartext handshake-over-http2 stale-unasked
too-large several-on-one-line split-over-lines spaces-after-scheme name-case apostrophes needless-escape
scheme-misspelt param-misspelt empty-value quote-in-value not-ascii scheme-in-value lookalike not-https localhost max-age-name
challenge-repeated bearer-not-first basic-before-digest basic-not-last md5-before-sha basic-realm-not-first
scope-separator error-unknown error-description-leak error-uri-relative metadata-url metadata-path metadata-conflict
authorization-server claims-not-base64 dpop-no-algs dpop-error-scheme dpop-nonce-param
digest-algorithm digest-sha-512-256 digest-sha-256-alone digest-qop digest-flag digest-domain
concealed-challenge scram-sha-1
mcp-metadata mcp-step-up mcp-offline-access registry-realm registry-service registry-service-url registry-scope`,
	}
	got := map[lint.Severity][]string{}
	for _, r := range lint.Rules() {
		got[r.Severity] = append(got[r.Severity], r.Name)
	}
	for severity, names := range want {
		want := strings.Fields(names)
		slices.Sort(want)
		slices.Sort(got[severity])
		if diff := cmp.Diff(want, got[severity]); diff != "" {
			t.Errorf("%v (-want +got):\n%s", severity, diff)
		}
	}
}

// TestFound lists what no server should send, with the rules that say so.
func TestFound(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  []string
	}{
		{[]string{``}, nil}, // an empty list is lawful
		{[]string{`,`}, []string{"empty-element"}},
		{[]string{`Negotiate  YII=`, `NTLM  `}, []string{"spaces-after-scheme"}},
		{[]string{`Other a='`}, nil},
		{[]string{`Bearer scope="a", claims="_-8="`, `Bearer scope="a", claims="/+8="`}, nil},
		{[]string{`Bearer realm="a", resource="https://vault.azure.net", authorization="https://login.example"`}, nil},
		{[]string{`Bearer error="invalid_token", error_description="See https://example.com/app/errors.js"`}, nil},
		{[]string{`Bearer realm="a", scope="urn:example:rating=G,PG-13 repository:a:pull,push"`}, nil},
		{[]string{`Bearer scope="read, write"`}, []string{"scope-separator"}},
		{[]string{`Bearer scope="read:user,repo:status"`}, []string{"scope-separator"}},
		{[]string{`Bearer scope="['read','write']"`}, []string{"scope-separator"}},
		{[]string{`Digest realm="x", nonce="n", qop="auth", opaque=""`}, nil},

		// Misspelt names.
		{[]string{`Bearer realm="a", resource_metadata_url="https://h/.well-known/oauth-protected-resource"`}, []string{"param-misspelt"}},
		{[]string{`Bearer realm="a", resource-metadata="https://h/.well-known/oauth-protected-resource"`}, []string{"param-misspelt"}},
		{[]string{`Bearer realm="a", scopes="x"`}, []string{"param-misspelt"}},
		{[]string{`Bearer realm="a", error="invalid_token", error-description="x"`}, []string{"param-misspelt"}},
		{[]string{`Beaerer realm="a"`}, []string{"scheme-misspelt"}},
		{[]string{`ApiKey realm="a"`, `Token`, `Custom a="b"`}, nil},

		// URLs of metadata that cannot be right.
		{[]string{`Bearer resource_metadata="https://h/.well-known/oauth-protected-resource#x"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="https://h/.well-known/oauth protected-resource"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="https://h//.well-known/oauth-protected-resource"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="undefined/.well-known/oauth-protected-resource"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="https://{host}/.well-known/oauth-protected-resource"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="https://$HOST/.well-known/oauth-protected-resource"`}, []string{"metadata-url"}},
		{[]string{`Bearer resource_metadata="https://h/.well-known/openid-configuration"`}, []string{"metadata-path"}},
		{[]string{`Bearer resource_metadata="https://h/mcp/.well-known/oauth-protected-resource"`}, []string{"metadata-path"}},
		{[]string{`Bearer resource_metadata="https://h/.well-known/oauth-protected-resources"`}, []string{"metadata-path"}},
		{[]string{`Bearer resource_metadata="https://h/well-known/oauth-protected-resource"`}, []string{"metadata-path"}},
		{[]string{`Bearer resource_metadata="https://h/metadata/of/mcp"`}, nil},

		// Descriptions that say too much.
		{[]string{`Bearer error="invalid_token", error_description="bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"`}, []string{"error-description-leak"}},
		{[]string{`Bearer error="invalid_token", error_description="Traceback (most recent call last): ..."`}, []string{"error-description-leak"}},
		{[]string{`Bearer error="invalid_token", error_description="open /home/app/keys.pem: no such file"`}, []string{"error-description-leak"}},
		{[]string{`Bearer error="invalid_token", error_description="java.lang.NullPointerException"`}, []string{"error-description-leak"}},

		// What departs from the grammar does not hide what else is wrong, but what may follow from it.
		{[]string{`{}`}, []string{"unexpected-byte"}},
		{[]string{`Digest realm="x", nonce={n}`}, []string{"digest-params", "unquoted-value"}},
		{[]string{`Digest realm="x", nonce="n"`, `qop={}`}, []string{"split-over-lines", "unquoted-value"}},
		{[]string{`Digest realm="x", nonce="n"`, `@, qop="auth"`}, []string{"digest-params", "missing-scheme", "unexpected-byte"}},
		{[]string{`Basic realm='a b', Negotiate`, `Basic realm=x`, `Digest a`}, []string{"basic-before-digest", "realm-unquoted", "several-on-one-line", "single-quote", "token68-not-allowed"}},
		{[]string{`Bearer a="b" c="d"`, `Bearer scope=""`, `Basic`}, []string{"basic-no-realm", "empty-value", "missing-comma"}},
		{[]string{`Bearer error="expired" error_description="x"`}, []string{"error-unknown", "missing-comma"}},
		{[]string{`Bearer scope=a/b, error="invalid_token", error_description="say \"hi\""`}, []string{"bearer-character", "unquoted-value"}},
	} {
		m := message{Message: lint.Lines(tt.lines...)}
		findings := m.check()
		if diff := cmp.Diff(tt.want, ruleNames(findings)); diff != "" {
			t.Errorf("%q (-want +got):\n%s%v", tt.lines, diff, findings)
		}
		checkPlaces(t, m, findings)
	}
}

// TestMessages checks the findings in whole messages: one missing field gives one finding, and a fact that is not
// known gives none.
func TestMessages(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"profile mcp\nHTTP/1.1 401 Unauthorized", []string{"no-challenge"}},
		{"profile mcp\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate:", []string{"no-challenge"}},
		{"profile mcp\nHTTP/1.1 401 Unauthorized\nProxy-Authenticate: Bearer realm=\"x\"", []string{"no-challenge"}},
		{"HTTP/1.1 407 Proxy Authentication Required\nWWW-Authenticate: Basic realm=\"x\"", []string{"no-challenge"}},
		{"profile mcp\nHTTP/1.1 401 Unauthorized\nx-amzn-Remapped-www-authenticate: Bearer realm=\"x\"", []string{"remapped-field"}},
		{"HTTP/1.1 401 Unauthorized\nX-Authenticated-User: joe", []string{"no-challenge"}},

		// A 403 may have many reasons.
		{"profile mcp\nHTTP/1.1 403 Forbidden", nil},
		{"> POST /mcp HTTP/1.1\n> Origin: https://evil.example\nHTTP/1.1 403 Forbidden", nil},
		{"> POST /mcp HTTP/1.1\n> Origin: https://evil.example\n> Authorization: Bearer x\nHTTP/1.1 403 Forbidden", nil},
		{"> POST /mcp HTTP/1.1\n> Authorization: Bearer x\nHTTP/1.1 403 Forbidden", []string{"mcp-step-up"}},
		{"> POST /mcp HTTP/1.1\nHTTP/1.1 403 Forbidden", []string{"forbidden-anonymous"}},
		{"profile mcp\ncredentials none\nHTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer realm=\"x\"", []string{"forbidden-anonymous"}},
		{"> GET / HTTP/1.1\nHTTP/1.1 403 Forbidden", nil},

		// Challenges with other statuses.
		{"HTTP/1.1 200 OK\nWWW-Authenticate: Negotiate YII=", nil},
		{"HTTP/1.1 200 OK\nWWW-Authenticate: Basic realm=\"x\"", []string{"challenge-status"}},
		{"HTTP/1.1 302 Found\nWWW-Authenticate: Basic realm=\"x\"", []string{"challenge-status"}},
		{"HTTP/1.1 500 Internal Server Error\nWWW-Authenticate: Basic realm=\"x\"", []string{"challenge-status"}},
		{"HTTP/1.1 400 Bad Request\nWWW-Authenticate: Bearer error=\"invalid_request\"", nil},

		// Profiles are evident, or not.
		{"> GET /v2/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\"", []string{"registry-realm", "registry-service"}},
		{"> GET /v2/users HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\"", nil},
		{"HTTP/1.1 401 Unauthorized\nDocker-Distribution-Api-Version: registry/2.0\nWWW-Authenticate: Bearer realm=\"https://h/token\"", []string{"registry-service"}},
		{"> POST / HTTP/1.1\n> Accept: application/json, text/event-stream\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\"", []string{"mcp-metadata"}},

		// Caches, connections and credentials.
		{"HTTP/1.1 401 Unauthorized\nCache-Control: max-age=0\nWWW-Authenticate: Basic realm=\"x\"", nil},
		{"HTTP/1.1 401 Unauthorized\nCache-Control: private, max-age=60\nWWW-Authenticate: Basic realm=\"x\"", nil},
		{"HTTP/1.1 401 Unauthorized\nDate: Mon, 02 Jan 2006 15:04:05 GMT\nExpires: Mon, 02 Jan 2006 16:04:05 GMT\nWWW-Authenticate: Basic realm=\"x\"", []string{"cacheable"}},
		{"> GET http://127.0.0.1:8080/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"", nil},
		{"> GET http://printer/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"", []string{"cleartext"}},
		{"HTTP/2 401\nwww-authenticate: Negotiate", []string{"handshake-over-http2"}},
		{"HTTP/1.1 401 Unauthorized\nAccess-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: WWW-Authenticate\nDPoP-Nonce: n\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"", []string{"not-exposed"}},
		{"> GET / HTTP/1.1\n> Authorization: Basic YTpi\n> Authorization: Bearer x\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\"", nil},
		{"> GET /?access_token=x HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\"", nil},
		{"> GET /mcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/mcp\"", []string{"metadata-path"}},

		// A URL means the same if it is percent-encoded without need.
		{"> GET /?access%5ftoken=x HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\"", nil},
		{"> GET /%6dcp HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\"", []string{"mcp-metadata"}},
		{"> GET /a%7Eb HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/a~b\"", []string{"metadata-path"}},
		{"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata=\"https://example.com/.well%2Dknown/oauth-protected-resource\"", nil},
	} {
		m := parseMessage(t, tt.text)
		findings := m.check()
		if diff := cmp.Diff(tt.want, ruleNames(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%v", tt.text, diff, findings)
		}
	}
}

// TestSay checks the messages that are of the place, not of the rule.
func TestSay(t *testing.T) {
	for line, want := range map[string]string{
		`Digest realm="x", nonce="n"`: "qop is missing.",
		`Digest`:                      "realm, nonce, and qop are missing.",
		`Payment id="a", realm="b", method="c", request="e30"`:             "intent is missing.",
		`Bearer error="unauthorized"`:                                      "No standard defines this error code; the nearest is invalid_token.",
		`Bearer error="token_expired"`:                                     "No standard defines this error code; the nearest is invalid_token.",
		`Bearer error="insufficient-scope"`:                                "No standard defines this error code; the nearest is insufficient_scope.",
		`Bearer error="You must log in first"`:                             "No standard defines this error code; the nearest is invalid_token.",
		`Bearer error="forbidden"`:                                         "No standard defines this error code; the nearest is insufficient_scope.",
		`Beaerer realm="x"`:                                                "The scheme is unknown; did you mean Bearer?",
		`Bearer realm="x", scopes="y"`:                                     "This parameter is unknown; did you mean scope?",
		`Basic realm=`:                                                     "The value of realm is missing, so that it reads as a token68.",
		`Bearer resource_metadata="/.well-known/oauth-protected-resource"`: "resource_metadata is not an absolute URL.",
	} {
		findings := lint.Check(lint.Lines(line))
		if len(findings) != 1 || findings[0].Message != want {
			t.Errorf("%s: %v, want %s", line, findings, want)
		}
		for _, f := range findings {
			if len(f.Message) > 100 {
				t.Errorf("%d bytes: %s", len(f.Message), f.Message)
			}
		}
	}
}

// TestPlaces checks where findings are, and how many there are.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		rule  string
		want  []lint.Place
	}{
		{[]string{`,Basic realm="x",,`, ` Negotiate , ,`, `NTLM`}, "empty-element", []lint.Place{{0, 0, -1, -1}, {1, 13, -1, -1}}},
		{[]string{`Digest ,`, `realm="x" , nonce="n",  qop="auth"`}, "empty-element", []lint.Place{{0, 8, -1, -1}}},
		{[]string{` Basic  ,  realm="x"`}, "empty-element", []lint.Place{{0, 8, -1, -1}}},
		{[]string{`A, B, C`, `D`, `E e="f", F`}, "several-on-one-line", []lint.Place{{0, 3, 1, -1}, {2, 9, 5, -1}}},
		{[]string{`Digest realm="x"`, `nonce="n", qop="auth"`, `A, opaque="o"`, `b="c"`}, "split-over-lines", []lint.Place{{1, 0, 0, 1}, {3, 0, 1, 1}}},
		{[]string{"A b=c, d \t=\te, f=\"\", g= h, i=j"}, "space-around-equals", []lint.Place{{0, 7, 0, 1}, {0, 21, 0, 3}}},
		{[]string{`A b="\"\\", c=""`, `D e=""`}, "empty-value", []lint.Place{{0, 12, 0, 1}, {1, 2, 1, 0}}},
		{[]string{`Basic a="b", a="c"`, `realm=x`}, "realm-unquoted", []lint.Place{{1, 6, 0, 2}}},
		// In lines that depart from the grammar too.
		{[]string{`Bearer realm=a/b, error="expired", error_description="x"`}, "error-unknown", []lint.Place{{0, 24, 0, 1}}},
		{[]string{`Basic realm="x" charset="latin1", Bearer error="y"`}, "error-unknown", []lint.Place{{0, 47, 1, 0}}},
		{[]string{`Basic realm="x" charset="latin1"`, `Bearer error="y"`}, "charset-not-utf-8", []lint.Place{{0, 24, 0, 1}}},
	} {
		var got []lint.Place
		for _, f := range lint.Check(lint.Lines(tt.lines...)) {
			if f.Rule.Name == tt.rule {
				got = append(got, f.Place)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q %s (-want +got):\n%s", tt.lines, tt.rule, diff)
		}
	}
}

// TestCanonical checks that nothing is found in the canonical form of each scheme, alone and with all that the
// scheme knows.
func TestCanonical(t *testing.T) {
	for _, line := range []string{
		`Basic realm="simple"`,
		`Basic realm="simple", charset="UTF-8"`,
		`Bearer realm="example"`,
		`Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource", scope="files:read files:write", error="insufficient_scope", realm="example", error_uri="https://example.com/docs", error_description="The token lacks a scope"`,
		`Bearer error="insufficient_user_authentication", acr_values="myACR phr", max_age="5"`,
		`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="`,
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push"`,
		`Digest realm="http-auth@example.org", qop="auth", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		`Digest realm="api@example.org", domain="/a https://h/b", nonce="n", opaque="o", stale=true, algorithm=MD5-sess, qop="auth", charset=UTF-8, userhash=true`,
		`DPoP algs="ES256 PS256"`,
		`DPoP scope="a", error="invalid_token", realm="x", algs="ES256", error_description="The token is expired"`,
		`GNAP as_uri="https://as.example/tx", access="FWWIKYBQ6U56NL1", referrer="https://rs.example"`,
		`HOBA challenge="AAAA", max-age="10", realm="x"`,
		`Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", auth-scope="example.com", realm="x", reason="initial"`,
		`Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="x", sid="a", ks1="b", nc-max="1", nc-window="1", time="1"`,
		`Negotiate`,
		`Negotiate oYG3MIG0oAMKAQChCwYJKoZIhvcSAQIC`,
		`NTLM`,
		`Kerberos`,
		`OAuth realm="Photos"`,
		`PrivateToken challenge="AAIADmlzc3Vlci5leGFtcGxl", token-key="MIIBUjA9", max-age="10"`,
		`SCRAM-SHA-256 realm="realm2@example.com"`,
		`SCRAM-SHA-256 sid="AAAABBBB", data="cj1yT3ByTkdmd0ViZVJXZ2JORWtxTw=="`,
		`SCRAM-SHA-256 sr="AAAA", ttl="120", stale="true"`,
		`UMA realm="example", as_uri="https://as.example.com", ticket="016f84e8-f9b9-11e0-bd6f-0021cc6004de"`,
		`vapid`,
		`Payment id="x7Tg2pLq", realm="api.example.com", method="tempo", intent="charge", request="eyJhbW91bnQiOiIxMDAwIn0", expires="2026-01-02T15:04:05Z", description="One call", digest="sha-256=:X48E9q:", opaque="e30"`,
		`Unknown a="b"`,
		`Unknown token68==`,
	} {
		cs, err := wwwauth.Parse(line)
		if err != nil || len(cs) != 1 {
			t.Fatalf("%s: %v", line, err)
		}
		for _, status := range []int{0, 401} {
			if cs[0].Is("Payment") && status != 0 {
				status = 402
			}
			if cs[0].Get("error") != "" && status != 0 {
				status = wwwauth.BearerCode(cs[0].Get("error")).Status()
			}
			m := lint.Lines(line)
			m.Status = status
			for _, f := range lint.Check(m) {
				t.Errorf("%s: %v", line, f)
			}
		}
	}
	// The whole list of a server with many schemes, in the order of its preference.
	many := lint.Lines(
		`Bearer scope="a"`, `DPoP scope="a", algs="ES256"`, `Negotiate`,
		`Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"`, `Digest realm="x", nonce="m", algorithm=MD5, qop="auth"`, `Basic realm="x"`,
	)
	many.Status, many.Request.Anonymous = 401, true
	for _, f := range lint.Check(many) {
		t.Error(f)
	}
}

// captures has the findings in the responses of real servers in testdata/captures; those that are not here
// have none. Most of those requests had no credentials, but only where it is known it says so here.
var captures = map[string]struct {
	credentials string       // the scheme, or "none"
	profile     lint.Profile // beside those that are evident
	want        []string
}{
	// A comma and a scheme in the realm.
	"apache-b-comma": {want: []string{"scheme-in-value"}},
	"lighttpd-bc":    {want: []string{"scheme-in-value"}},
	"nginx-comma":    {want: []string{"scheme-in-value"}},

	// Quotes and backslashes in the realm, escaped.
	"apache-proxy-basic":       {want: []string{"quote-in-value"}},
	"registry-token-utf8-repo": {want: []string{"not-ascii", "quote-in-value"}},
	"apache-b-quote":           {want: []string{"quote-in-value"}},
	"apache-b-squote":          {want: []string{"quote-in-value"}},
	"gssapi-gssbasic":          {want: []string{"quote-in-value"}},
	"lighttpd-bb":              {want: []string{"quote-in-value"}},
	"registry-htpasswd-repo":   {want: []string{"quote-in-value"}},
	"registry-htpasswd-v2":     {want: []string{"quote-in-value"}},

	// The same, and nobody escaped them.
	"caddy-quote":        {want: []string{"unexpected-byte"}},
	"haproxy-quote":      {want: []string{"inner-quote"}},
	"lighttpd-injection": {want: []string{"duplicate-param"}},
	"lighttpd-bq":        {want: []string{"inner-quote"}},
	"lighttpd-dns":       {want: []string{"inner-quote"}},
	"nginx-backslash":    {want: []string{"needless-escape"}},
	"nginx-backslash2":   {want: []string{"needless-escape"}},
	"nginx-trailbs":      {want: []string{"unterminated-quote"}},
	"nginx-var-raw":      {want: []string{"inner-quote"}},
	"squid-basic":        {want: []string{"unexpected-byte"}},
	"squid-digest":       {want: []string{"inner-quote"}},

	// A realm that is not ASCII.
	"apache-b-utf8": {want: []string{"not-ascii"}},
	"haproxy-utf8":  {want: []string{"not-ascii"}},
	"lighttpd-bu":   {want: []string{"not-ascii"}},
	"nginx-latin1":  {want: []string{"not-ascii"}},
	"nginx-utf8":    {want: []string{"not-ascii"}},
	"squid-utf8":    {want: []string{"not-ascii"}},

	// Three lines of a server behind a proxy: Negotiate, Bearer, and Basic realm=upstream.
	"apache-up401":   {want: []string{"bearer-not-first", "realm-unquoted"}},
	"lighttpd-up401": {want: []string{"bearer-not-first", "realm-unquoted"}},
	"nginx-up401":    {want: []string{"bearer-not-first", "realm-unquoted"}},

	// Own Basic, and the first of the three lines after it.
	"nginx-satisfy": {want: []string{"basic-not-last"}},

	// SHA-512-256, SHA-256 and MD5, in this order; and SHA-256 alone.
	"lighttpd-dsha":   {want: []string{"digest-sha-256-alone"}},
	"lighttpd-dmulti": {want: []string{"digest-sha-512-256"}},

	// What servers of OAuth say to a request without a token, and with a bad one.
	"mcp-gosdk-sdk":      {profile: lint.MCP},
	"mcp-ts1-bare":       {credentials: "none", profile: lint.MCP, want: []string{"error-without-credentials", "mcp-metadata"}},
	"mcp-ts1-none":       {credentials: "none", profile: lint.MCP, want: []string{"error-without-credentials"}},
	"mcp-ts2-none":       {credentials: "none", profile: lint.MCP, want: []string{"error-without-credentials"}},
	"mcp-ts1-low":        {credentials: "Bearer", profile: lint.MCP},
	"mcp-ts1-old":        {credentials: "Bearer", profile: lint.MCP},
	"mcp-ts2-bad":        {credentials: "Bearer", profile: lint.MCP, want: []string{"bearer-character"}},
	"nginx-ret":          {profile: lint.MCP},
	"openidc-oauth":      {credentials: "none", want: []string{"error-status", "error-without-credentials", "quote-in-value"}},
	"openidc-oauth2":     {credentials: "none", want: []string{"error-status", "error-without-credentials"}},
	"openidc-oauthclaim": {credentials: "none", want: []string{"error-status", "error-without-credentials"}},

	// Registries.
	"registry-silly-repo":      {profile: lint.Registry, want: []string{"registry-realm"}},
	"registry-silly-v2":        {profile: lint.Registry, want: []string{"registry-realm"}},
	"registry-token-badtok":    {credentials: "Bearer", profile: lint.Registry},
	"registry-token-catalog":   {profile: lint.Registry},
	"registry-token-repo":      {profile: lint.Registry},
	"registry-token-odd-repo":  {profile: lint.Registry, want: []string{"quote-in-value"}},
	"registry3-token-odd-repo": {profile: lint.Registry, want: []string{"quote-in-value"}},

	// The last leg of a handshake, with status 404.
	"negotiate-18086-gss":      {credentials: "Negotiate"},
	"negotiate-18086-gssbasic": {credentials: "Negotiate"},
}

// TestCaptures checks what is found in the captures.
func TestCaptures(t *testing.T) {
	files, err := filepath.Glob("../testdata/captures/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures, %v", err)
	}
	left := maps.Clone(captures)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		tt := captures[name]
		delete(left, name)
		m := readCapture(t, file)
		switch tt.credentials {
		case "":
		case "none":
			m.Request.Anonymous = true
		default:
			m.Request.Scheme = tt.credentials
		}
		if tt.profile != "" {
			m.profiles = []lint.Profile{tt.profile}
		}
		findings := m.check()
		if diff := cmp.Diff(tt.want, ruleNames(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		checkPlaces(t, m, findings)
	}
	if len(left) > 0 {
		t.Errorf("not there: %v", left)
	}
}

// TestString checks that a finding says all in a line, and quotes nothing.
func TestString(t *testing.T) {
	findings := lint.Check(lint.Lines(`Basic realm="x"`, `Bearer scope="s3cr3t\"", secret=""`))
	var got []string
	for _, f := range findings {
		got = append(got, f.String())
	}
	want := []string{
		"WWW-Authenticate line 1, offset 0: warning bearer-not-first: A challenge of another scheme comes before Bearer. Breaks: the MCP TypeScript SDKs 1.32 and 2.4 then find nothing; crane, oras-go and skopeo take a Basic before it. Send Bearer first.",
		`WWW-Authenticate line 1, offset 13: error bearer-character: The value contains a character that is not allowed, even escaped: ", \ or one outside ASCII. (RFC 6750 section 3) Use visible ASCII and spaces.`,
		"WWW-Authenticate line 1, offset 25: warning empty-value: The value is empty. Breaks: the MCP Go SDK 1.8 refuses the whole field. Leave out a parameter that has no value.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := lint.Severity(7).String(); s != "Severity(7)" {
		t.Error(s)
	}
	for _, s := range []lint.Severity{lint.Warning, lint.Error} {
		var again lint.Severity
		b, err := s.MarshalText()
		if err != nil || again.UnmarshalText(b) != nil || again != s {
			t.Errorf("%s, %v: %v", b, err, again)
		}
	}
	if _, err := lint.Severity(0).MarshalText(); err == nil || new(lint.Severity).UnmarshalText([]byte("Error")) == nil {
		t.Error("an unknown severity")
	}
}

// TestLinter checks the choice of rules.
func TestLinter(t *testing.T) {
	m := lint.Lines(`Basic`, `Digest realm=x, nonce="n"`)
	for _, tt := range []struct {
		lint.Linter
		want []string
	}{
		{lint.Linter{}, []string{"basic-before-digest", "basic-no-realm", "digest-params", "realm-unquoted"}},
		{lint.Linter{Disable: []string{"basic-before-digest", "realm-unquoted"}}, []string{"basic-no-realm", "digest-params"}},
		{lint.Linter{Only: []string{"realm-unquoted"}}, []string{"realm-unquoted"}},
		{lint.Linter{Only: []string{"realm-unquoted"}, Disable: []string{"realm-unquoted"}}, nil},
		{lint.Linter{Only: []string{}}, nil},
	} {
		if diff := cmp.Diff(tt.want, ruleNames(tt.Check(m))); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.Linter, diff)
		}
		if err := tt.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, l := range []lint.Linter{{Only: []string{"x"}}, {Disable: []string{"basic-norealm"}}, {Profiles: []lint.Profile{"http"}}} {
		if l.Validate() == nil {
			t.Errorf("%+v is valid", l)
		}
	}
}

// TestSpellings checks that the names of fields may be in any case, and in several.
func TestSpellings(t *testing.T) {
	m := lint.Message{Status: 401, Header: map[string][]string{
		"Www-Authenticate": {`Basic realm="a"`}, "www-authenticate": {`Basic realm=b`}, "WWW-AUTHENTICATE": {`Negotiate`},
	}}
	var got []lint.Place
	for _, f := range lint.Check(m) {
		if f.Rule.Name == "realm-unquoted" {
			got = append(got, f.Place)
		}
	}
	if diff := cmp.Diff([]lint.Place{{2, 12, 2, 0}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
