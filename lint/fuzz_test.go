package lint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// FuzzViews: a challenge that a view makes, sent by Lines, breaks no MUST.
func FuzzViews(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("https://example.com/m", "a b", "invalid_token", "example", "n", "auth", "MD5", "other", "o", "expired", int64(5), uint8(0))
	seeds.Add("urn:x", "a", "insufficient_scope", `say "hi" \x`, "Grüße", "auth,auth-int", "SHA-256", "max-age", "-1", "use , Basic realm=x instead", int64(-1), uint8(255))
	seeds.Add("", "", "", "", "", "", "", "x_scope", "", "", int64(0), uint8(1))
	seeds.Add("https://u:p@h/", "scope=evil", "use_dpop_nonce", "'x'", "''", "auth", "token", "resource", "/x", "", int64(1), uint8(2))
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, url, list, code, realm, nonce, qop, algorithm, name, value, text string, age int64, flags uint8) {
		on := func(bit int) bool { return flags&(1<<bit) != 0 }
		other := []wwwauth.Param{{Name: name, Value: value}}
		if on(0) {
			other = nil
		}
		bearer := wwwauth.Bearer{
			ResourceMetadata: url, Scope: wwwauth.ParseScope(list), Error: wwwauth.BearerCode(code), Realm: realm, EmptyRealm: on(2),
			AuthorizationServer: text, ACRValues: strings.Fields(list), ErrorURI: url, Claims: nonce, Other: other, ErrorDescription: text,
		}
		if on(3) {
			bearer.MaxAge, bearer.ZeroMaxAge = time.Duration(age)*time.Second, age == 0
		}
		type view interface {
			Challenge() (wwwauth.Challenge, error)
		}
		var oauth view = bearer
		if on(1) {
			oauth = wwwauth.DPoP{Bearer: bearer, Algs: strings.Fields(algorithm)}
		}
		basic := wwwauth.Basic{Realm: realm, UTF8: on(4), Other: other}
		digest := wwwauth.Digest{
			Realm: realm, Domain: strings.Fields(list), QOP: strings.Split(qop, ","), Algorithm: algorithm, Nonce: nonce, Opaque: text,
			Stale: on(5), UTF8: on(6), UserHash: on(7), Other: other,
		}
		var cs []wwwauth.Challenge
		for _, view := range []view{oauth, basic, digest} {
			if c, err := view.Challenge(); err == nil {
				cs = append(cs, c)
			}
		}
		lines, err := wwwauth.Lines(cs...)
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) == 0 {
			return
		}
		m := lint.Lines(lines...)
		m.Status, m.Request.Scheme = bearer.Error.Status(), "Bearer"
		for _, f := range lint.Check(m) {
			// A view takes the URL of another parameter as it is.
			if f.Rule.Severity == lint.Error && f.Rule.Name != "url-userinfo" {
				t.Errorf("%q: %v", lines, f)
			}
		}
	})
}

// FuzzCheck: whatever the lines hold, Check returns, its places lead somewhere, of what departs from the grammar it
// says the same as Parse, and what Fix promises is so.
func FuzzCheck(f *testing.F) {
	seeds := mutate.Of(f)
	for _, seed := range [][2]string{
		{`Digest realm="x", nonce="n"`, `qop="auth", algorithm=MD5`},
		{`Basic ,realm = "say \"hi\""`, ` , Bearer  scope='a'`},
		{`Negotiate YII=, realm="x"`, `Bearer error_description="scope=a, Basic x", scope="`},
		{`a b== , c`, "d=\"\\\té\""},
		{`Basic realm='a b', Negotiate`, `Basic realm=x`},
		{`Basic`, `b=e=1= ,c d@`},
		{`c d@`, `a="x"b=e=1",Basic`},
	} {
		seeds.Add(seed[0], seed[1], "")
	}
	for _, v := range vectors(f) {
		lines := make([]string, max(3, len(v.Lines)))
		copy(lines, v.Lines)
		seeds.Add(lines[0], lines[1], lines[2])
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line1, line2, line3 string) {
		m := message{profiles: []lint.Profile{lint.MCP, lint.Registry}}
		m.Status, m.Complete, m.Request.Anonymous = 401, true, true
		m.Header = map[string][]string{"WWW-Authenticate": {line1, line2, line3}}
		findings := m.check()
		checkPlaces(t, m, findings)
		var want, got []string
		cs, err := wwwauth.Parse(line1, line2, line3)
		problems, _ := err.(wwwauth.ErrorList)
		for _, p := range problems {
			want = append(want, p.Code.String())
		}
		for _, f := range findings {
			if isDeparture(f.Rule.Name) {
				got = append(got, f.Rule.Name)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%q: departures %v, want %v", m.Header, got, want)
		}

		// Where nothing departs, no challenge and no parameter is passed over.
		count := func(rule string) int {
			n := 0
			for _, f := range findings {
				if f.Rule.Name == rule {
					n++
				}
			}
			return n
		}
		bare, empty := 0, 0
		for _, c := range cs {
			if _, ok := c.Lookup("realm"); c.Is("Basic") && c.Token68 == "" && !ok {
				bare++
			}
			for _, p := range c.Params {
				if p.Value == "" && !c.Is("Digest") && !c.Is("Bearer") {
					empty++
				}
			}
		}
		if err == nil && (count("basic-no-realm") != bare || count("empty-value") < empty) {
			t.Errorf("%q: %v, want %d without realm, %d empty", m.Header, findings, bare, empty)
		}

		// The canonical text keeps to the spelling.
		for _, c := range lint.Fix(m.Message, m.profiles...) {
			checkCorrection(t, "fuzz", m, c)
		}
		lines, err := wwwauth.Lines(cs...)
		if err != nil || len(cs) == 0 {
			return
		}
		for _, f := range lint.Check(lint.Lines(lines...)) {
			switch f.Rule.Name {
			case "several-on-one-line", "split-over-lines", "empty-element", "space-around-equals", "spaces-after-scheme",
				"realm-unquoted", "apostrophes", "needless-escape", "digest-unquoted":
				// Four Digest parameters have no quotes.
				if f.Rule.Name != "apostrophes" || !cs[f.Challenge].Is("Digest") {
					t.Errorf("%q: %v", lines, f)
				}
			}
			if isDeparture(f.Rule.Name) && f.Rule.Name != wwwauth.TooLarge.String() {
				t.Errorf("%q: %v", lines, f)
			}
		}
	})
}
