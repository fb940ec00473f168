package lint_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// FuzzViews: a challenge that a view makes, sent by Lines, breaks no MUST.
func FuzzViews(f *testing.F) {
	f.Add("https://example.com/m", "a b", "invalid_token", "example", "n", "auth", "MD5", "other", "o", "expired", int64(5), uint8(0))
	f.Add("urn:x", "a", "insufficient_scope", `say "hi" \x`, "Grüße", "auth,auth-int", "SHA-256", "max-age", "-1", "use , Basic realm=x instead", int64(-1), uint8(255))
	f.Add("", "", "", "", "", "", "", "x_scope", "", "", int64(0), uint8(1))
	f.Add("https://u:p@h/", "scope=evil", "use_dpop_nonce", "'x'", "''", "auth", "token", "resource", "/x", "", int64(1), uint8(2))
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
		var oauth interface {
			Challenge() (wwwauth.Challenge, error)
		} = bearer
		if on(1) {
			oauth = wwwauth.DPoP{Bearer: bearer, Algs: strings.Fields(algorithm)}
		}
		basic := wwwauth.Basic{Realm: realm, UTF8: on(4), Other: other}
		digest := wwwauth.Digest{
			Realm: realm, Domain: strings.Fields(list), QOP: strings.Split(qop, ","), Algorithm: algorithm, Nonce: nonce, Opaque: text,
			Stale: on(5), UTF8: on(6), UserHash: on(7), Other: other,
		}
		var cs []wwwauth.Challenge
		for _, view := range []interface {
			Challenge() (wwwauth.Challenge, error)
		}{oauth, basic, digest} {
			if c, err := view.Challenge(); err == nil {
				cs = append(cs, c)
			}
		}
		lines, err := wwwauth.Lines(cs...)
		if err != nil {
			t.Fatal(err)
		}
		m := lint.Message{Lines: lines, Status: bearer.Error.Status(), Credentials: "Bearer", Header: http.Header{"Dpop-Nonce": {"x"}}}
		if len(lines) == 0 {
			return
		}
		for _, f := range lint.Check(m) {
			if f.Rule.Severity == lint.Error {
				t.Errorf("%q: %v", lines, f)
			}
		}
	})
}

// FuzzCheck: whatever the lines hold, Check returns, its places lead somewhere, and of what departs from the
// grammar it says the same as Parse.
func FuzzCheck(f *testing.F) {
	for _, seed := range [][2]string{
		{`Digest realm="x", nonce="n"`, `qop="auth", algorithm=MD5`},
		{`Basic ,realm = "say \"hi\""`, ` , Bearer  scope='a'`},
		{`Negotiate YII=, realm="x"`, `Bearer error_description="scope=a, Basic x", scope="`},
		{`a b== , c`, "d=\"\\\té\""},
		{`Basic realm='a b', Negotiate`, `Basic realm=x`},
	} {
		f.Add(seed[0], seed[1], "")
	}
	files, err := filepath.Glob("../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no corpus, %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var vectors []struct{ Lines []string }
		if err := json.Unmarshal(b, &vectors); err != nil {
			f.Fatal(file, err)
		}
		for _, v := range vectors {
			lines := make([]string, max(3, len(v.Lines)))
			for i, line := range v.Lines {
				for _, c := range line { // a character of a vector is a byte
					lines[i] += string([]byte{byte(c)})
				}
			}
			f.Add(lines[0], lines[1], lines[2])
		}
	}
	f.Fuzz(func(t *testing.T, line1, line2, line3 string) {
		m := lint.Message{
			Field: "Proxy-Authenticate", Lines: []string{line1, line2, line3}, Status: 407, Credentials: lint.NoCredentials,
			Profiles: []lint.Profile{lint.MCP, lint.Registry}, Header: http.Header{},
		}
		findings := lint.Check(m)
		checkPlaces(t, m, findings)
		var want, got []string
		cs, err := wwwauth.Parse(m.Lines...)
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
			t.Errorf("%q: departures %v, want %v", m.Lines, got, want)
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
				if p.Value == "" && c.Get("authorization_uri") == "" {
					empty++
				}
			}
		}
		if err == nil && (count("basic-no-realm") != bare || count("empty-value") < empty) {
			t.Errorf("%q: %v, want %d without realm, %d empty", m.Lines, findings, bare, empty)
		}

		// The canonical text keeps to the spelling.
		lines, err := wwwauth.Lines(cs...)
		if err != nil || len(cs) == 0 {
			return
		}
		for _, f := range lint.Check(lint.Message{Lines: lines}) {
			switch f.Rule.Name {
			case "several-on-one-line", "split-over-lines", "empty-element", "space-around-equals", "spaces-after-scheme",
				"realm-unquoted", "single-quotes", "needless-escape", "digest-unquoted":
				// Of Digest, four parameters stand without quotes.
				if f.Rule.Name != "single-quotes" || !cs[f.Challenge].Is("Digest") {
					t.Errorf("%q: %v", lines, f)
				}
			}
			if isDeparture(f.Rule.Name) && f.Rule.Name != wwwauth.TooLarge.String() {
				t.Errorf("%q: %v", lines, f)
			}
		}
	})
}
