package report

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
)

// TestNextSteps checks what a client is told: the texts that must be there, and those that must not
// (with a "!" before them).
func TestNextSteps(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		field  string
		lines  []string
		want   []string
	}{
		{"Basic", 401, "", []string{`Basic realm="a"`}, []string{"Authorization: Basic", `"a"`, "!UTF-8", "!Proxy"}},
		{"Basic of a proxy", 407, fieldNames[1], []string{`Basic realm="a", charset="utf-8"`}, []string{"Proxy-Authorization: Basic", "UTF-8"}},
		{"Digest takes the strongest", 401, "", []string{`Digest nonce=n, algorithm=MD5`, `Digest nonce=n, algorithm=sha-256`, `Digest nonce=n`}, []string{"Use SHA-256,"}},
		{"Digest without algorithm", 401, "", []string{`Digest nonce="a"`}, []string{"means MD5;", "weak"}},
		{"Digest with unknown algorithm", 401, "", []string{`Digest nonce=n, algorithm=SHA3`}, []string{"Ignore it", "!Use"}},
		{"Digest with unknown qop", 401, "", []string{`Digest nonce=n, qop="auth-conf"`}, []string{"Ignore it", "!Use"}},
		{"Digest without nonce", 401, "", []string{`Digest realm="a"`}, []string{"Ignore it", "!Use"}},
		{"Digest with old nonce", 401, "", []string{`Digest nonce=n, stale=TRUE`}, []string{"without asking"}},
		{"Digest besides one with two nonces", 401, "", []string{`Digest nonce=n`, `Digest nonce=a, nonce=b, algorithm=SHA-256, stale=true`}, []string{"means MD5;", "!without asking"}},
		{"Negotiate", 401, "", []string{`Negotiate`}, []string{"Kerberos"}},
		{"Negotiate goes on", 401, "", []string{`Negotiate YWJj`}, []string{"continues"}},
		{"Negotiate ends", 200, "", []string{`Negotiate YWJj`}, []string{"authenticated"}},
		{"NTLM", 401, "", []string{`NTLM`}, []string{"NTLM handshake"}},
		{"NTLM goes on", 401, "", []string{`NTLM YWJj`}, []string{"continues"}},
		{"proxy without its field", 407, "", []string{`Basic realm="a"`}, []string{"answer that one", "Proxy-Authenticate", "!Authorization:"}},
		{"server without its field", 401, fieldNames[1], []string{`Basic realm="a"`}, []string{"answer that one", "WWW-Authenticate", "!Authorization:"}},
		{"unknown scheme", 401, "", []string{`Foo a=b`}, []string{"not in any standard"}},

		{"invalid_token", 401, "", []string{`Bearer error="invalid_token"`}, []string{"expired", "!wants status"}},
		{"invalid_token at 400", 400, "", []string{`Bearer error="invalid_token"`}, []string{"RFC 6750 wants status 401", "not 400"}},
		{"insufficient_scope at 401", 401, "", []string{`Bearer error="insufficient_scope", scope="a b"`}, []string{"wants status 403", `"a b" in addition`}},
		{"insufficient_scope, status unknown", 0, "", []string{`Bearer error="insufficient_scope"`}, []string{"!wants status"}},
		{"invalid_request", 400, "", []string{`Bearer error="invalid_request"`}, []string{"malformed", "!Get a token"}},
		{"invalid_request at 401", 401, "", []string{`Bearer error="invalid_request"`}, []string{"status 400", "Get a token"}},
		{"error that nobody knows", 401, "", []string{`Bearer error="gone"`}, []string{`"gone"`}},
		{"step-up", 401, "", []string{`Bearer error="insufficient_user_authentication", acr_values="x y", max_age=5`}, []string{"log in again", `acr_values "x y"`, "max_age 5."}},
		{"DPoP", 401, "", []string{`DPoP algs="ES256 PS256"`}, []string{"DPoP and the token", `"ES256 PS256"`}},
		{"DPoP without algs", 401, "", []string{`DPoP`}, []string{"DPoP and the token, and a proof (RFC 9449)", "!signed", "Get a token"}},
		{"DPoP with a realm as of a registry", 401, "", []string{`DPoP realm="https://h/t", service="s", scope="repository:a:pull"`}, []string{"!curl", "!password"}},
		{"Bearer of a proxy", 407, fieldNames[1], []string{`Bearer error="invalid_token"`}, []string{"expired", "!wants status", "Proxy-Authorization: Bearer"}},
		{"step-up at once", 401, "", []string{`Bearer error="insufficient_user_authentication", max_age=0`}, []string{"max_age 0.", "!acr_values"}},
		{"max_age that is not a number", 401, "", []string{`Bearer error="insufficient_user_authentication", max_age=soon`}, []string{"!soon"}},
		{"claims", 401, "", []string{`Bearer error="insufficient_claims", claims="e30="`}, []string{"decoded", "!wants status"}},
		{"claims that are no base64", 401, "", []string{`Bearer error="insufficient_claims", claims="?"`}, []string{"does not say which", "!decoded"}},
		{"no claims", 401, "", []string{`Bearer error="insufficient_claims"`}, []string{"does not say which", "!decoded"}},
		{"DPoP of a proxy", 407, fieldNames[1], []string{`DPoP algs="ES256"`}, []string{"Ignore it", "RFC 9449", "!token"}},
		{"vapid of a proxy", 407, fieldNames[1], []string{`vapid`}, []string{"Ignore it", "RFC 8292"}},
		{"vapid", 401, "", []string{`vapid`}, []string{"!Ignore", "application server"}},
		{"DPoP proof", 401, "", []string{`DPoP error="invalid_dpop_proof"`}, []string{"new one", "!Get a token"}},
		{"two metadata URLs", 401, "", []string{`Bearer resource_metadata="https://a/", resource_metadata="https://b/"`}, []string{"Do not act on it: it has resource_metadata", "!https"}},
		{"one metadata URL, twice", 401, "", []string{`Bearer resource_metadata="https://a/", resource_metadata="https://a/"`}, []string{"!Do not", "https://a/\n"}},
		{"two realms", 401, "", []string{`Basic realm="a", realm="b"`}, []string{"Do not act on it: it has realm", "!base64"}},
		{"two nonces", 401, "", []string{`Digest nonce="a", nonce="b"`}, []string{"Do not act on it: it has nonce"}},
		{"two errors", 401, "", []string{`Bearer error="a", error="b"`}, []string{"Do not act on it: it has error"}},
		{"two scopes", 401, "", []string{`Bearer scope="a", scope="b"`}, []string{"!Do not", `the scope "a b"`}},
		{"Payment", 402, "", []string{`Payment id="x", realm="y", method="z", intent="charge", request="e30"`}, []string{"Pay as", "!Ignore"}},
		{"Payment without id", 402, "", []string{`Payment realm="x"`}, []string{"Ignore it", "!Pay as"}},
		{"Payment with empty id", 402, "", []string{`Payment id=""`}, []string{"Ignore it", "!Pay as"}},
		{"GNAP", 401, "", []string{`GNAP as_uri="https://as/tx"`}, []string{"grant endpoint", "RFC 9635"}},
		{"GNAP with referrer", 401, "", []string{`GNAP as_uri="https://as/tx", referrer="https://rs/"`}, []string{`"https://rs/" is, byte for byte, the URI of this resource`, "ignore"}},
		{"DPoP nonce", 401, "", []string{`DPoP error="use_dpop_nonce"`}, []string{"DPoP-Nonce", "!Get a token"}},

		{"metadata", 401, "", []string{`Bearer resource_metadata="https://h/a b", scope="s"`}, []string{"https://h/a%20b\n", `the scope "s"`, "!plain http"}},
		{"metadata by http", 401, "", []string{`Bearer resource_metadata="http://h/x"`}, []string{"plain http", "http://h/x\n"}},
		{"metadata by http from this host", 401, "", []string{`Bearer resource_metadata="http://127.0.0.1:1/x"`}, []string{"!plain http", "http://127.0.0.1:1/x\n"}},
		{"metadata with what a shell reads", 401, "", []string{`Bearer resource_metadata="https://h/$(x);'&a"`}, []string{"'https://h/$(x);%27&a'\n"}},
		{"metadata with a query", 401, "", []string{`Bearer resource_metadata="https://h/?a=b"`}, []string{"'https://h/?a=b'\n"}},
		{"metadata of a host that is not ASCII", 401, "", []string{"Bearer resource_metadata=\"https://b\u00fccher.example/\""}, []string{"Do not fetch", "!cher"}},
		{"metadata of a host that is not ASCII, encoded", 401, "", []string{`Bearer resource_metadata="https://b%C3%BCcher.example/"`}, []string{"Do not fetch", "!cher"}},
		{"metadata without a host", 401, "", []string{`Bearer resource_metadata="https://:1/x"`}, []string{"Do not fetch"}},
		{"claims that cannot be decoded", 401, "", []string{`Bearer error="insufficient_claims", claims="e30=0"`}, []string{"does not say which"}},
		{"metadata with a path that is not ASCII", 401, "", []string{"Bearer resource_metadata=\"https://h/\u00fc\""}, []string{"https://h/%C3%BC\n"}},
		{"metadata by FTP", 401, "", []string{`Bearer resource_metadata="ftp://h/x"`}, []string{"Do not fetch", "!ftp"}},
		{"metadata with odd bytes", 401, "", []string{`Bearer resource_metadata="https://h/{|}<>"`}, []string{"https://h/%7B%7C%7D%3C%3E\n"}},
		{"long metadata", 401, "", []string{`Bearer resource_metadata="https://h/` + strings.Repeat("a", 2000) + `"`}, []string{strings.Repeat("a", 2000) + "\n"}},
		{"relative metadata", 401, "", []string{`Bearer resource_metadata="/x", scope="s"`}, []string{"Do not fetch", `Get a token, for the scope "s"`}},
		{"metadata with user information", 401, "", []string{`Bearer resource_metadata="https://good.example@evil.example/"`}, []string{"Do not fetch", "!evil"}},
		{"metadata of another scheme", 401, "", []string{`Bearer resource_metadata="file:///etc/passwd"`}, []string{"Do not fetch", "!passwd"}},
		{"registry", 401, "", []string{`Bearer realm="https://auth.example/token",service="reg&x",scope="repository:a/b:pull,push c"`}, []string{"curl -g 'https://auth.example/token?service=reg%26x&scope=repository:a/b:pull,push&scope=c'\n", `only if you trust "auth.example" with the password`}},
		{"registry by http", 401, "", []string{`Bearer realm="http://h/t",service="s"`}, []string{"curl -g 'http://h/t?service=s'\n", "without a password", "!-u"}},
		{"registry by http on this host", 401, "", []string{`Bearer realm="http://localhost:5000/t",service="s"`}, []string{`trust "localhost"`}},
		{"registry that curl could expand", 401, "", []string{`Bearer realm="https://h/t[1-9]",service="{a,b}"`}, []string{"curl -g 'https://h/t[1-9]?service=%7Ba,b%7D'\n"}},
		{"registry without service", 401, "", []string{`Bearer realm="https://h/t",scope="repository(plugin):a:pull"`}, []string{"curl -g 'https://h/t?scope=repository(plugin):a:pull'\n"}},
		{"catalog of a registry", 401, "", []string{`Bearer realm="https://h/t",scope="registry:catalog:*"`}, []string{"curl -g 'https://h/t?scope=registry:catalog:*'\n"}},
		{"realm that is a URL, and OAuth", 401, "", []string{`Bearer realm="https://accounts.example/",scope="openid repository:x urn:a:b"`}, []string{"!curl", "!password", "!accounts"}},
		{"registry with a fragment", 401, "", []string{`Bearer realm="https://h/token#x",service="s"`}, []string{"'https://h/token?service=s'\n"}},
		{"registry with a query", 401, "", []string{`Bearer realm="https://auth.example/token?a=b",service="s",scope="c"`}, []string{"'https://auth.example/token?a=b&service=s&scope=c'\n"}},
		{"registry with scopes of their own", 401, "", []string{`Bearer realm="https://h/t",service="s",scope="a",scope="b a"`}, []string{"'https://h/t?service=s&scope=a&scope=b'\n"}},
		{"registry with a quote", 401, "", []string{`Bearer realm="https://h/t'$(x)",service="s",scope="'a'"`}, []string{"'https://h/t%27$(x)?service=s&scope=%27a%27'\n"}},
		{"registry without service and scope", 401, "", []string{`Bearer realm="https://h/t",service="",scope=""`}, []string{"!curl"}},
		{"realm that is a URL but no registry", 401, "", []string{`Bearer realm="https://accounts.example/"`}, []string{"does not say where", "!accounts"}},
		{"Entra ID", 401, "", []string{`Bearer authorization_uri="https://login.example/authorize"`}, []string{"https://login.example/authorize\n"}},
		{"authorization_server", 401, "", []string{`Bearer authorization_server="https://as.example"`}, []string{"https://as.example\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			field := tt.field
			if field == "" {
				field = fieldNames[0]
			}
			var got string
			for _, s := range newReport(field, tt.status, tt.lines...).Challenges[0].Steps {
				got += s.Text + "\n" + s.URL + "\n"
				if !strings.HasPrefix(s.Command, "curl --oauth2-bearer") {
					got += s.Command + "\n"
				}
			}
			for _, want := range tt.want {
				absent, isAbsent := strings.CutPrefix(want, "!")
				if isAbsent == strings.Contains(got, absent) {
					t.Errorf("want %q in\n%s", want, got)
				}
			}
		})
	}
}

// TestBestChallenge checks which challenge of several should usually be answered, by its index.
func TestBestChallenge(t *testing.T) {
	for _, tt := range []struct {
		field string
		lines []string
		want  int
		why   string // within the reason
	}{
		{"", []string{`Basic realm="a"`}, -1, ""},
		{"", []string{`Foo`, `Bar`}, -1, ""},
		{"", []string{`Foo`, `Basic realm="a"`}, -1, ""}, // nothing is weaker than Basic
		{"", []string{`Foo`, `Bearer`, `Basic`}, 1, "token"},
		{"", []string{`SCRAM-SHA-1`, `Basic`}, 0, "prove"},
		{"", []string{`Mutual`, `Basic`}, 0, "prove"},
		{"", []string{`HOBA`, `Basic`}, 0, "signs"},
		{"", []string{`Concealed`, `Digest nonce="n", algorithm=SHA-256`}, 0, "signs"},
		{"", []string{`OAuth realm="a"`, `Basic`}, 0, "signs"},
		{"", []string{`vapid`, `Basic`}, 0, "signs"},
		{"", []string{`GNAP as_uri="a"`, `Basic`}, 0, "token"},
		{"", []string{`UMA ticket="a"`, `Basic`}, 0, "token"},
		{"", []string{`PrivateToken challenge="a"`, `Digest nonce="n"`}, 0, "token"},
		{"", []string{`Basic`, `Kerberos`}, 1, "ticket"},
		{"", []string{`Bearer`, `SCRAM-SHA-1`, `SCRAM-SHA-256`}, 2, "prove"},
		{"", []string{`Basic realm="a"`, `NTLM`}, 1, "weak"},
		{"", []string{`NTLM`, `Basic realm="a"`, `Digest nonce="n"`}, -1, ""}, // MD5 and NTLM
		{"", []string{`Digest nonce="n"`, `Digest nonce="n", algorithm=SHA-256`, `Basic`}, 1, "password itself"},
		{"", []string{`Digest nonce="n", algorithm=FOO`, `Basic`}, 1, "must not be answered"},
		{"", []string{`Digest nonce="n", nonce="m", algorithm=SHA-256`, `Basic`}, 1, "must not be answered"},
		{"", []string{`Digest nonce="n", algorithm=MD5-sess`, `Basic`}, 0, "weak"},
		{"", []string{`Bearer`, `Digest nonce="n", algorithm=SHA-512-256`}, 0, "token"},
		{"", []string{`Bearer`, `SCRAM-SHA-256`}, 1, "prove"},
		{"", []string{`Negotiate`, `SCRAM-SHA-256`}, 0, "ticket"},
		{"", []string{`Bearer`, `DPoP`, `Negotiate`}, 1, "stolen"},
		{"", []string{`Bearer scope="a"`, `Basic`, `Bearer scope="b"`}, -1, ""},
		{fieldNames[1], []string{`DPoP`, `Basic`}, 1, "must not be answered"},
		{"", []string{`Bearer error="a", error="b"`, `Basic`}, 1, "must not be answered"},
	} {
		if tt.field == "" {
			tt.field = fieldNames[0]
		}
		best, why := -1, ""
		if r := newReport(tt.field, 0, tt.lines...); strings.Contains(r.Choice, " that is ") {
			_, label, _ := strings.Cut(r.Choice, " that is ")
			label, why, _ = strings.Cut(label, ": ")
			best = slices.IndexFunc(r.Challenges, func(c Challenge) bool { return c.Label == label })
		}
		if best != tt.want || best >= 0 && !strings.Contains(why, tt.why) {
			t.Errorf("%q: %d, %s; want %d, %s", tt.lines, best, why, tt.want, tt.why)
		}
	}
}

// TestMeaning checks the meaning of the last parameter of the first challenge.
func TestMeaning(t *testing.T) {
	for _, tt := range []struct {
		line string
		want string // "" for nothing
	}{
		{`Basic realm="a"`, "user name and password"},
		{`Basic charset="utf-8"`, "sent in UTF-8"},
		{`Basic charset="x"`, "ignored"},
		{`Basic foo="a"`, ""},
		{`Foo realm="a"`, ""},
		{`Bearer REALM="a"`, "what the token is for"},
		{`DPoP algs="ES256"`, "DPoP proof"},
		{`Bearer realm=""`, "any tenant"},
		{`Bearer service="s", realm="https://h/t"`, "token server"},
		{`Bearer realm="https://h/t"`, "what the token is for"},
		{`Bearer error="insufficient_scope"`, "not for this"},
		{`Bearer error="gone"`, "why the request was refused"},
		{`Bearer max_age=0`, "now"},
		{`Bearer max_age=1`, "1 second old"},
		{`Bearer max_age=59`, "59 seconds old"},
		{`Bearer max_age=60`, "1 minute old"},
		{`Bearer max_age=61`, "61 seconds old"},
		{`Bearer max_age=7200`, "2 hours old"},
		{`Bearer max_age=86400`, "1 day old"},
		{`Bearer max_age=90000`, "25 hours old"},
		{`Bearer max_age=-1`, "not a number"},
		{`Bearer claims="eyJhIjoiG1xuIn0="`, `{"a":"\x1b\n"}`},
		{`Bearer claims="?"`, "not base64"},
		{`Bearer error="a", error="b"`, "differs from the first one"},
		{`Bearer error="a", error="a"`, "why the request"},
		{`Bearer error="a", error="b", ERROR="a"`, "why the request"}, // the same as the first
		{`Bearer max_age=x, max_age=5`, "differs from the first one"},
		{`Bearer max_age=9223372037`, "too large"},
		{`Bearer max_age=""`, "not a number"},
		{`Bearer scope="a", scope="b"`, "must allow"},
		{`Digest scope="a", scope="b"`, "differs from the first one"},
		{`Digest charset=UTF-8`, "hashed in UTF-8"},
		{`Digest charset=x`, "ignored"},
		{`Digest domain="/"`, "where else"},
		{`Digest stale=TRUE`, "only the nonce"},
		{`Digest stale=false`, "wrong or missing"},
		{`Digest userhash=true`, "as a hash"},
		{`Digest userhash=false`, "not hashed"},
		{`Digest algorithm=sha-256`, "the hash"},
		{`Digest algorithm=MD5-sess`, "weak"},
		{`Digest algorithm=SHA`, "ignore the challenge"},
		{`Digest algorithm=""`, "ignore the challenge"},
		{`GNAP referrer="https://rs/"`, "URI of this resource"},
		{`Payment id="x"`, "sent back"},
	} {
		params := newReport(fieldNames[0], 0, tt.line).Challenges[0].Params
		got := params[len(params)-1].Meaning
		if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", tt.line, got, tt.want)
		}
	}
	// A meaning is beside the value that has it, also if another one counts.
	r := newReport(fieldNames[0], 0, `Bearer max_age=x, max_age=5`)
	if got := r.Challenges[0].Params[0].Meaning; !strings.Contains(got, "not a number") {
		t.Errorf("beside x: %s", got)
	}
	proxy := newReport(fieldNames[1], 0, `Digest domain="/"`)
	if got := proxy.Challenges[0].Params[0].Meaning; !strings.Contains(got, "ignored") {
		t.Errorf("domain of a proxy: %s", got)
	}
	redacted := New(response(fieldNames[0], 0, `Bearer claims="e30="`), Options{Redact: true})[0]
	if got := redacted.Challenges[0].Params[0].Meaning; got != "what the token lacks; used by Entra ID" {
		t.Errorf("hidden claims: %s", got)
	}
}

// newReport returns the report on the field lines of a response.
func newReport(field string, status int, lines ...string) *Report {
	return New(response(field, status, lines...), Options{})[0]
}

func response(field string, status int, lines ...string) input.Response {
	in := input.Response{Status: status}
	for _, line := range lines {
		in.Fields = append(in.Fields, input.Field{Name: field, Value: line})
	}
	return in
}

// TestHostileExplain has an input of 1 MiB for each way in which a report could cost more than its share. No
// test looks at the clock: what is looked at more than a few times takes memory each time.
func TestHostileExplain(t *testing.T) {
	const n = 1 << 20
	fill := func(format string, n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, line := range map[string]string{
		"one long scope, many parameters":    `Bearer scope="` + fill("%d ", n) + `", a=` + fill("b, a%d=", 8000) + "c",
		"token URL of many scopes":           `Bearer realm="https://h/t", service="s", scope="` + fill("%d ", n) + `"`,
		"many scopes":                        `Bearer realm="https://h/t", service="s"` + strings.Repeat(`, scope="`+fill("%d ", 1000)+`"`, 1000),
		"many Digest challenges":             strings.Repeat(`Digest nonce="`+strings.Repeat("n", n/128)+`", domain="`+fill("/%d ", 100)+`", `, 128),
		"Digest with a long domain":          `Digest nonce="n", domain="` + fill("/%d ", n) + `", a=` + fill("b, a%d=", 8000) + "c",
		"names with a common prefix":         "Basic " + fill(strings.Repeat("x", 1000)+"%d=a, ", n),
		"one name":                           "Basic " + fill(strings.Repeat("x", 1000)+"=%d, ", n),
		"many challenges with the same step": strings.Repeat(`Bearer scope="`+strings.Repeat("n", n/128)+`", `, 128),
		"claims":                             `Bearer claims="` + strings.Repeat("e30A", n/4) + `", a=` + fill("b, a%d=", 8000) + "c",
	} {
		t.Run(name, func(t *testing.T) {
			line = strings.TrimRight(line, ", ")
			for _, flag := range []string{"", "-redact"} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				r := New(response(fieldNames[0], 0, line), Options{Redact: flag != ""})[0]
				r.AppendText(nil, Style{})
				r.AppendJSON(nil)
				runtime.ReadMemStats(&after)
				if got, most := after.TotalAlloc-before.TotalAlloc, uint64(400*len(line)); got > most {
					t.Errorf("%s: %d bytes, want at most %d", flag, got, most)
				}
			}
		})
	}
}

// TestTokenErrors checks that the command knows every code of the library, and says something of it.
func TestTokenErrors(t *testing.T) {
	for code, e := range tokenErrors {
		if e.source == "" || e.meaning == "" || !strings.HasSuffix(e.text, ".") {
			t.Errorf("%s: %+v", code, e)
		}
	}
	if len(tokenErrors) != 7 {
		t.Errorf("%d codes", len(tokenErrors))
	}
}

// TestAdviceForPlace checks that advice fits the text around the departure.
func TestAdviceForPlace(t *testing.T) {
	for _, tt := range []struct {
		line string
		want string // within what is wrong
	}{
		{`Basic realm="a "b" c, d"`, "goes on after the closing quote"},
		{`Basic realm="a" ;`, "is not allowed here"},
		{`Basic {a}`, "is not allowed here"},
		{`Basic realm="a\"`, "to end in a backslash"},
		{`Basic realm="a\" `, "to end in a backslash"},
		{`Basic realm="a`, "has no closing quote"},
	} {
		line := tt.line
		r := newReport(fieldNames[0], 0, line)
		if len(r.Problems) == 0 {
			t.Errorf("%s: conforms", line)
			continue
		}
		if got := r.Problems[0].Message; !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s, want %q", line, got, tt.want)
		}
	}
}

// TestAdviceForWhatIsLeftOut checks that advice does not say that something was read which was left out.
func TestAdviceForWhatIsLeftOut(t *testing.T) {
	problem := wwwauth.SyntaxError{Code: wwwauth.SingleQuote}
	if got := adviceFor(&problem, "a='b'").read; !strings.HasPrefix(got, "nothing:") {
		t.Error(got)
	}
	problem.Kept = true
	if got := adviceFor(&problem, "a='b'").read; strings.HasPrefix(got, "nothing:") {
		t.Error(got)
	}
}

// TestAdvice checks that there is advice for each departure.
func TestAdvice(t *testing.T) {
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		a := adviceFor(&wwwauth.SyntaxError{Code: code, Kept: true}, "x")
		if a.wrong == "" || strings.HasPrefix(a.wrong, "The line departs") || a.read == "" || a.instead == "" || !strings.HasPrefix(a.section, "RFC ") {
			t.Errorf("%v: %+v", code, a)
		}
	}
}
