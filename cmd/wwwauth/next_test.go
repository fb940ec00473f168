package main

import (
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
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
		{"Digest takes the strongest", 401, "", []string{`Digest algorithm=MD5`, `Digest algorithm=sha-256`, `Digest`}, []string{"Use SHA-256,"}},
		{"Digest without algorithm", 401, "", []string{`Digest realm="a"`}, []string{"Use MD5,", "weak"}},
		{"Digest with unknown algorithm", 401, "", []string{`Digest algorithm=SHA3`}, []string{"ignore"}},
		{"Digest with old nonce", 401, "", []string{`Digest stale=TRUE`}, []string{"without asking"}},
		{"Negotiate", 401, "", []string{`Negotiate`}, []string{"Kerberos"}},
		{"Negotiate goes on", 401, "", []string{`Negotiate YWJj`}, []string{"goes on"}},
		{"Negotiate ends", 200, "", []string{`Negotiate YWJj`}, []string{"authenticated"}},
		{"NTLM", 401, "", []string{`NTLM`}, []string{"NTLM handshake"}},
		{"NTLM goes on", 401, "", []string{`NTLM YWJj`}, []string{"goes on"}},
		{"proxy without its field", 407, "", []string{`Basic realm="a"`}, []string{"the one to answer", "Proxy-Authenticate", "!Authorization:"}},
		{"server without its field", 401, fieldNames[1], []string{`Basic realm="a"`}, []string{"the one to answer", "WWW-Authenticate", "!Authorization:"}},
		{"unknown scheme", 401, "", []string{`Foo a=b`}, []string{"No standard"}},

		{"invalid_token", 401, "", []string{`Bearer error="invalid_token"`}, []string{"expired", "!wants status"}},
		{"invalid_token at 400", 400, "", []string{`Bearer error="invalid_token"`}, []string{"RFC 6750 wants status 401", "not 400"}},
		{"insufficient_scope at 401", 401, "", []string{`Bearer error="insufficient_scope", scope="a b"`}, []string{"wants status 403", `"a b" besides`}},
		{"insufficient_scope, status unknown", 0, "", []string{`Bearer error="insufficient_scope"`}, []string{"!wants status"}},
		{"invalid_request", 400, "", []string{`Bearer error="invalid_request"`}, []string{"malformed", "!Get a token"}},
		{"invalid_request at 401", 401, "", []string{`Bearer error="invalid_request"`}, []string{"status 400", "Get a token"}},
		{"error that nobody knows", 401, "", []string{`Bearer error="gone"`}, []string{`"gone"`}},
		{"step-up", 401, "", []string{`Bearer error="insufficient_user_authentication", acr_values="x y", max_age=5`}, []string{"log in again", `acr_values "x y"`, `max_age "5"`}},
		{"DPoP", 401, "", []string{`DPoP algs="ES256 PS256"`}, []string{"DPoP and the token", `"ES256 PS256"`}},
		{"DPoP nonce", 401, "", []string{`DPoP error="use_dpop_nonce"`}, []string{"DPoP-Nonce", "!Get a token"}},

		{"metadata", 401, "", []string{`Bearer resource_metadata="https://h/a b", scope="s"`}, []string{"https://h/a%20b\n", `the scope "s"`}},
		{"metadata by FTP", 401, "", []string{`Bearer resource_metadata="ftp://h/x"`}, []string{"Do not fetch", "!ftp"}},
		{"metadata with odd bytes", 401, "", []string{`Bearer resource_metadata="https://h/{|}<>"`}, []string{"https://h/%7B%7C%7D%3C%3E\n"}},
		{"long metadata", 401, "", []string{`Bearer resource_metadata="https://h/` + strings.Repeat("a", 2000) + `"`}, []string{strings.Repeat("a", 2000) + "\n"}},
		{"relative metadata", 401, "", []string{`Bearer resource_metadata="/x"`}, []string{"Do not fetch"}},
		{"metadata with user information", 401, "", []string{`Bearer resource_metadata="https://good.example@evil.example/"`}, []string{"Do not fetch", "!evil"}},
		{"metadata of another scheme", 401, "", []string{`Bearer resource_metadata="file:///etc/passwd"`}, []string{"Do not fetch", "!passwd"}},
		{"registry", 401, "", []string{`Bearer realm="https://auth.example/token",service="reg&x",scope="repository:a/b:pull,push c"`}, []string{"https://auth.example/token?service=reg%26x&scope=repository:a/b:pull,push&scope=c\n"}},
		{"registry with a fragment", 401, "", []string{`Bearer realm="https://h/token#x",service="s"`}, []string{"https://h/token?service=s\n"}},
		{"registry with a query", 401, "", []string{`Bearer realm="https://auth.example/token?a=b",scope="c"`}, []string{"https://auth.example/token?a=b&scope=c\n"}},
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
			for _, s := range nextSteps(newReading(response{status: tt.status, field: field, lines: tt.lines}), 0) {
				got += s.text + "\n" + s.url + "\n"
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

// TestAdviceForPlace checks that advice fits what stands around the departure.
func TestAdviceForPlace(t *testing.T) {
	for _, tt := range []struct {
		line string
		want string // within what is wrong
	}{
		{`Basic realm="a "b" c, d"`, "goes on after the closing quote"},
		{`Basic realm="a" ;`, "cannot stand here"},
		{`Basic {a}`, "cannot stand here"},
		{`Basic realm="a\"`, "ends in a backslash"},
		{`Basic realm="a\" `, "ends in a backslash"},
		{`Basic realm="a`, "has no closing quote"},
	} {
		line := tt.line
		r := newReading(response{lines: []string{line}})
		if len(r.problems) == 0 {
			t.Errorf("%s: conforms", line)
			continue
		}
		if got := adviceFor(r.problems[0], line).wrong; !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s, want %q", line, got, tt.want)
		}
	}
}

// TestAdviceForWhatIsLeftOut checks that nothing is said to be read of what is not.
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

// TestAdvice checks that there is something to say of each departure.
func TestAdvice(t *testing.T) {
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		a := advices[code]
		if a.wrong == "" || a.read == "" || a.instead == "" || !strings.HasPrefix(a.section, "RFC ") {
			t.Errorf("%v: %+v", code, a)
		}
	}
}
