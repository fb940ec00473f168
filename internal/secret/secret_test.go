package secret

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

const secret = "S3cr3tPart"

// A secret that continues on the next field line is hidden there too.
func TestRedactLines(t *testing.T) {
	lines := []string{`Digest nonce="` + secret, secret + ` b", realm="x"`, `Hawk realm="b"`}
	want := []string{`Digest nonce="xxxxxxxxxx`, `xxxxxxxxxx y", realm="x"`, `Hawk realm="b"`}
	if got := Lines(lines); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// So is a secret without quotes, though then nothing shows that it continues.
func TestRedactLinesWithoutQuotes(t *testing.T) {
	for _, first := range []string{"Negotiate " + secret, "Digest nonce=" + secret, "Digest nonce='" + secret, "Digest nonce=a/b+", "Bearer @" + secret} {
		for _, second := range []string{secret, secret + "', realm=x", secret + " b"} {
			if got := Lines([]string{first, second}); strings.Contains(strings.Join(got, ""), secret) {
				t.Errorf("%q then %q: %q", first, second, got)
			}
		}
	}
	if got := Lines([]string{"Negotiate " + secret, `Basic realm="x"`}); got[1] != `Basic realm="x"` {
		t.Errorf("a known scheme after a token68: %q", got)
	}
}

func TestRedactToken(t *testing.T) {
	got := Lines([]string{`Bearer error_description="bad token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln, try again"`})[0]
	if want := `Bearer error_description="bad token xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, try again"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// In the rows, $ stands for a secret of letters and digits, and the wanted line has x in its place.
var redactTests = []struct{ name, line string }{
	{"token68", `Negotiate $==`},
	{"token68 of any scheme", `Hawk $/$x$=, Basic realm="x"`},
	{"no token68", `NTLM $!`},
	{"token68 that looks like a name", `Hawk $=`},
	{"nonce", `Digest realm="x", nonce="$", qop="auth"`},
	{"name in capitals", `Digest NONCE="$"`},
	{"names of Digest", `Digest nextnonce="$", cnonce="$", opaque="$"`},
	{"claims", `Bearer error="insufficient_claims", claims="$=="`},
	{"UMA", `UMA realm="x", as_uri="https://as.example", ticket="$"`},
	{"PrivateToken", `PrivateToken challenge="$==", token-key="$", max-age=10`},
	{"Payment", `Payment id="$", realm="x", method="m", intent="i", request="$", opaque="$"`},
	{"L402", `L402 macaroon="$", invoice="$"`},
	{"without quotes", `Digest nonce=$, realm="x"`},
	{"without quotes, no token", `Digest nonce=$/$:$ $, realm="x"`},
	{"without quotes and comma", `Digest nonce=$ realm="x"`},
	{"semicolon", `Digest nonce=$;realm="x"`},
	{"single quotes", `Digest nonce='$ token=$', realm='x'`},
	{"typographic quotes", `Digest nonce=“$ $”, realm="x"`},
	{"unterminated", `Digest realm="x", nonce="$, $=$`},
	{"escapes", `Digest nonce="$\"$\\$", realm="x"`},
	{"inner quotes", `Digest nonce="$ "$"", realm="x"`},
	{"text after the quote", `Digest nonce="$"$, realm="x"`},
	{"whitespace around =", "Digest nonce \t=\t \"$\""},
	{"comma after the scheme", `Digest, nonce="$"`},
	{"no scheme", `realm="x", nonce="$"`},
	{"parameter after token68", `Hawk $, nonce="$"`},
	{"token68 and more", `Negotiate $ $, Basic realm="x"`},
	{"token68 with an = inside", `Negotiate $=$, Basic realm="x"`},
	{"braces", `Bearer {$}`},
	{"quotes and no name", `OAuth "$" "$"`},
	{"scheme and slash", `Bearer/$`},
	{"folded", "Digest nonce=\"$\r\n $\", realm=\"x\""},
	{"control bytes", "Digest nonce=\"$\x00$\x7f$\""},
	{"control byte in the whitespace", "Digest nonce\x01=\x02\"$\""},
	{"Kerberos with parameters", `Kerberos realm="a" scope="b"`},
	{"known scheme in place of data", `Negotiate Basic realm="x"`},
	{"realm of NTLM", `NTLM realm="abc"`},
	{"token68 in two parts", `Hawk $ $==`},
	{"token in two parts", `Digest nonce=$ $=, realm="x"`},
	{"comma before the token68", `Negotiate, $==`},
	{"comma before the token", `Bearer, $`},
	{"scheme as a name", `Negotiate=$==`},
	{"token after data", `UMA $, $`},
	{"comma in single quotes", `Digest nonce='$,$', realm="x"`},
	{"comma in a token", `Digest nonce=$,$, realm="x"`},
	{"comma in typographic quotes", `Digest nonce=“$,$”, realm="x"`},
	{"comma before the value", `Digest realm="x", nonce=$,$`},
	{"secret in another value that has no end", `Digest realm="x, nonce=$, qop="auth"`},
	{"the same without commas", `Digest realm="a nonce=$ qop=auth`},
	{"the same with semicolons", `Digest realm="a; nonce=$; qop=auth"`},
	{"name as a value", `Digest realm=nonce="$"`},
	{"query of a URL in quotes", `Bearer error_uri="https://h/?code=$", realm="x"`},
	{"scheme in a value", `Digest nonce= Bearer $==`},
	{"token68 after a value", `Basic realm=x Negotiate $=`},
	{"query in a secret", `Hawk nonce=$/?scope=$`},
	{"data of NTLM with an = inside", `NTLM $=$`},
	{"data of Kerberos with an = inside", `Kerberos $=$`},
	{"Context", `PKeyAuth Context="$"`},
	{"other names", `Hawk mac="$", tsm="$", otp="$", pin="$", csrf="$", auth="$", ks1="$", response="$", rspauth="$", sig="$", state="$"`},
	{"parts of names", `Hawk client_key="$", auth-cookie="$", userCredential="$"`},
	{"names after a secret", `Hawk nonce=$/$, realm="b", scope="c"`},
	{"password", `Hawk passwd="$", pwd="$", pass="$", passphrase="$"`},
	{"codes", `Hawk device_code="$", user_code="$", authorization_code="$"`},
	{"SAML", `Bearer realm="https://h/?saml_request=$"`},
	{"salt", `Hawk salt="$", hash="$", proof="$"`},
	{"user information", `Basic realm="https://$:$@example.com/x"`},
	{"user information without quotes", `Bearer error_uri=https://$@example.com/x`},
	{"junk before a known scheme", `Bearer@$ Basic realm="x"`},
}

func TestRedact(t *testing.T) {
	for _, tt := range redactTests {
		t.Run(tt.name, func(t *testing.T) {
			line := strings.ReplaceAll(tt.line, "$", secret)
			want := strings.ReplaceAll(tt.line, "$", strings.Repeat("x", len(secret)))
			if got := Lines([]string{line}); got[0] != want {
				t.Errorf("Lines(%q)\n got %q\nwant %q", line, got[0], want)
			}
			checkSameProblems(t, []string{line})
		})
	}
}

func TestRedactLeavesTheRest(t *testing.T) {
	for _, line := range []string{
		`Bearer resource_metadata="https://h/x", scope="a b", error="invalid_token"`,
		`Basic realm="say "hi"", charset="UTF-8"`,
		`Basic realm="a, b" charset='UTF-8'`,
		`Digest realm="x", domain="/a /b", algorithm=SHA-256, qop="auth", stale=true`,
		`Bearer realm="https://auth.example/token",service="s",scope="repository:a/b:pull"`,
		`Bearer realm=“x y”, client_id="00000003"`,
		`Basic realm=`,
		`DPoP algs="ES256 PS256", Negotiate, NTLM`,
	} {
		if got := Lines([]string{line}); got[0] != line {
			t.Errorf("Lines(%q)\n got %q", line, got[0])
		}
	}
}

func TestRedactOtherScripts(t *testing.T) {
	got := Lines([]string{"Digest nonce=\"пароль秘密の言葉\U0001F511\xe9\xe8\""})[0]
	want := "Digest nonce=\"××××××✕✕✕✕✕𝕩\xff\xff\""
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRedactLongWords(t *testing.T) {
	long := strings.Repeat(secret, 4)
	for _, line := range []string{long, long + "=x", "Hawk " + long + "= y", "Negotiate, " + long,
		"Hawk a=b, " + long[:21] + "=x", `Hawk nonce="a b, ` + secret + "=x",
		`Digest nonce==;realm=` + secret, `Digest token===;realm="` + secret, `Digest x="nonce="token="` + "\x01 " + secret + `nonce='`,
		`"nonce="` + "\x01" + `Digest nonce=", ` + secret + `'nonce='`,
		`Hawk a="b c" ` + secret, `Hawk a="b" ` + secret + ` c="d"`} {
		if got := Lines([]string{line})[0]; strings.Contains(got, secret) {
			t.Errorf("Lines(%q) = %q", line, got)
		}
	}
}

// checkSameProblems checks that hiding changes neither what departs nor where.
func checkSameProblems(t *testing.T, lines []string) {
	t.Helper()
	before, err := wwwauth.Parse(lines...)
	redacted := Lines(lines)
	after, err2 := wwwauth.Parse(redacted...)
	list, _ := err.(wwwauth.ErrorList)
	list2, _ := err2.(wwwauth.ErrorList)
	if len(list) != len(list2) || len(before) != len(after) {
		t.Fatalf("%.500q: %d challenges, %v\n%.500q: %d challenges, %v", lines, len(before), list, redacted, len(after), list2)
	}
	for i := range list {
		if *list[i] != *list2[i] {
			t.Errorf("%q: %v\n%q: %v", lines, list[i], redacted, list2[i])
		}
	}
	same := func(a, b string) bool { return a == b || len(a) == len(b) && !hasLetters(b) }
	for i, b := range before {
		a := after[i]
		if len(b.Params) != len(a.Params) || len(b.Token68) != len(a.Token68) || !same(b.Scheme, a.Scheme) {
			t.Fatalf("%q: challenge %d has another shape in %q", lines, i, redacted)
		}
		for j, p := range b.Params {
			if len(p.Name) != len(a.Params[j].Name) {
				t.Errorf("%q: parameter %d has a name of another length in %q", lines, j, redacted)
			}
		}
	}
}

// Hostile lines take linear time: in quadratic time this test would run for hours.
func TestLinear(t *testing.T) {
	for _, shape := range []string{`\\a`, "//a", "https:", "a=", "a b ", `"a`, "nonce=", `nonce="`, "realm=", `realm="`, "\x01", "eyJ", "a,", "@//", ";a=b", "=,"} {
		line := strings.Repeat(shape, (256<<10)/len(shape))
		Lines([]string{line})
		Lines([]string{`Bearer realm="` + line})
	}
}

// TestCorpus checks that redaction changes neither the departures in the corpus nor their places.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		var vectors []struct{ Lines []string }
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &vectors)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range vectors {
			checkSameProblems(t, v.Lines)
		}
	}
}

// FuzzLines checks that what Parse reads of a secret is hidden, and that the lines keep their length and
// read the same.
func FuzzLines(f *testing.F) {
	seeds := mutate.Of(f)
	for _, tt := range redactTests {
		seeds.Add(strings.ReplaceAll(tt.line, "$", secret))
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\x1e")
		redacted := Lines(lines)
		for i, line := range lines {
			if len(redacted[i]) != len(line) {
				t.Fatalf("Lines(%q) = %q", line, redacted[i])
			}
		}
		challenges, err := wwwauth.Parse(redacted...)
		_, err2 := wwwauth.Parse(lines...)
		// Names that are hidden may all be the same, or no longer be.
		if !hasDuplicate(err) && !hasDuplicate(err2) {
			checkSameProblems(t, lines)
		}
		given, _ := wwwauth.Parse(lines...)
		for i, c := range challenges {
			if hasSecret(c.Token68) {
				t.Fatalf("Lines(%q) = %q: token68 %q", lines, redacted, c.Token68)
			}
			for j, p := range c.Params {
				name := p.Name
				if len(given) == len(challenges) && len(given[i].Params) == len(c.Params) {
					name = given[i].Params[j].Name
				}
				if (IsName(p.Name) || IsName(name)) && hasSecret(p.Value) {
					t.Fatalf("Lines(%q) = %q: %s %q", lines, redacted, p.Name, p.Value)
				}
			}
		}
	})
}

func hasDuplicate(err error) bool {
	list, _ := err.(wwwauth.ErrorList)
	return slices.ContainsFunc(list, func(e *wwwauth.SyntaxError) bool {
		return e.Code == wwwauth.DuplicateParam || e.Code == wwwauth.TooLarge
	})
}

// hasSecret reports whether s has a word with letters or digits that no parameter or scheme is known to
// have.
func hasSecret(s string) bool {
	s = strings.NewReplacer("“", " ", "”", " ", "\xff", " ", "×", " ", "✕", " ", "𝕩", " ").Replace(s)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 0x80 && !isTchar(byte(r)) }) {
		if hasLetters(word) && !known.Scheme(word) && !harmless[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

// hasLetters reports whether s holds a run of letters or digits other than fillers, which are in lower case.
func hasLetters(s string) bool {
	s = strings.ReplaceAll(s, "\xff", "")
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz×✕𝕩\"!#$%&'*^`|(),/:;<=>?@[\\]{}“” \t") != ""
}

// No part of a secret is left where a name, a scheme or a part of a value is not what it should be. In the rows, $
// stands for the secret.
var hiddenTests = []string{
	// A short token in the place of a scheme or of a name.
	`$ realm="x"`, `$`, `$, Basic realm="x"`, `Basic realm="x", $ scope="y"`, `$="x"`, `Bearer $="x"`, `Bearer realm="x", $="y"`,
	// User information as browsers see it.
	`Bearer realm="https:///u:$@h/"`, `Bearer realm="https:/\u:$@h/"`, `Bearer realm="/\u:$@h/"`, `Bearer realm="https:u:$@h/"`,
	`Bearer error_uri=https:///u:$@h/`, `Bearer realm="see http://u:$@h/ or https:/u:$@h/"`, `Bearer realm="//u:$@h/"`,
	// A value that is not known to be harmless.
	`Bearer foo="$"`, `Bearer authorization="$"`, `Bearer authorization="https://h/?token=$"`,
}

// secretNames are names of parameters that hold secrets, and harmlessNames are names that look like those.
var (
	secretNames = strings.Fields(`accessKey privateKey signingKey authkey masterkey encryptionKey key1 keyData key-data hmac totp
		oauth_verifier xsrf creds psk passhash authorization preimage api_key APIKEY x-api-key access_token id_token refreshToken tokens
		tokenValue client_secret sessionid jsessionid user_code csrf_token sharedkey keymaterial jwk_key session-key apikeys hmac_sha256`)
	harmlessNames = strings.Fields(`monkey keyboard keyid keyId key_id keyword keystone keycloak turkey hockey token_type token_endpoint token_uri
		realm scope service resource_metadata error_description client_id`)
)

func TestHidden(t *testing.T) {
	rows := slices.Clone(hiddenTests)
	for _, name := range secretNames {
		rows = append(rows, "Bearer "+name+`="$"`, "Bearer realm=x, "+strings.ToUpper(name)+"=$", `Bearer realm="https://h/?a=b&`+name+`=$"`)
	}
	for _, row := range rows {
		line := strings.ReplaceAll(row, "$", secret)
		if got := Lines([]string{line})[0]; strings.Contains(got, secret) {
			t.Errorf("%s\n    %s", line, got)
		}
		checkSameProblems(t, []string{line})
	}
	for _, name := range harmlessNames {
		if line := "Bearer " + name + `="plain"`; Lines([]string{line})[0] != line {
			t.Errorf("%s is hidden: %s", name, Lines([]string{line})[0])
		}
	}
}

// Names that are hidden stay different if they were, so that no parameter seems to be sent twice.
func TestHiddenNames(t *testing.T) {
	got := Lines([]string{`Bearer foo="1", bar="2", FOO="3"`, `Bearer baz="4"`})
	want := []string{`Bearer xxx="x", xxy="x", xxx="x"`, `Bearer xxz="x"`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What was given is hidden wherever it comes back, in any case and encoding.
func TestGiven(t *testing.T) {
	var g Given
	for _, value := range []string{"Bearer t0ken.t0ken", "Basic am9lOmh1c2hodXNo", "a=c00kie; b=d00dle", `{"key":"j5on"}`, "p=f%6Frm%20", "application/json"} {
		g.Add(value)
	}
	for s, want := range map[string]string{
		"a t0ken.t0ken b":          "a xxxxxxxxxxx b",
		"A T0KEN.T0KEN":            "A xxxxxxxxxxx",
		"joe:hushhush, hushhush":   "joe:xxxxxxxx, xxxxxxxx",
		"am9lOmh1c2hodXNo":         "xxxxxxxxxxxxxxxx",
		"c00kie d00dle j5on form ": "xxxxxx xxxxxx xxxx form ",
		"application/json Bearer":  "application/json Bearer",
	} {
		if got := g.Hide(s); strings.Contains(got, "hush") || strings.ReplaceAll(got, "xxx:xxxxxxxx", "joe:xxxxxxxx") != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if got := new(Given).Hide("abc"); got != "abc" {
		t.Error(got)
	}
}

// TestHideURL checks what is hidden of a URL: all that may hold a secret, also where it is malformed.
func TestHideURL(t *testing.T) {
	for url, want := range map[string]string{
		"":                                "",
		"https://h.example/a":             "https://h.example/a",
		"https://h.example/@a":            "https://h.example/@a",
		"https://u:p@h.example/a":         "https://x:x@h.example/a",
		"https://u@v@h.example":           "https://x@x@h.example",
		"//u:p@h.example/a":               "//x:x@h.example/a",
		"https:u:p@h.example/a":           "https:x:x@h.example/a",
		"https://h.example?a=b&c=%2F#d=e": "https://h.example?x=x&x=%xx#x=x",
		"https://h.example/#a?b":          "https://h.example/#x?x",
		"/a?b#c":                          "/a?x#x",
		"?u:p@h//v@w/":                    "?x:x@x//x@x/",
		"https:///u:p@h.example/a":        "https:///x:x@h.example/a",
		`https:/\u:p@h.example/`:          `https:/\x:x@h.example/`,
		`https:\\u:p@h.example\@a`:        `https:\\x:x@h.example\@a`,
		`/\u:p@h.example/`:                `/\x:x@h.example/`,
		"///u:p@h.example/":               "///x:x@h.example/",
		"HTTP:/u:p@h.example/":            "HTTP:/x:x@h.example/",
		" ht\ntps://u:p@h.example/":       " ht\ntps://x:x@h.example/",
		"/\t/u:p@h.example/":              "/\t/x:x@h.example/",
		"ftp://u:p@h.example/":            "ftp://x:x@h.example/",
		"mailto:p@h.example":              "xxxxxx:x@h.example",
		"/a@b/c":                          "/a@b/c",
		"../a@b":                          "../a@b",
		"https://é:ü@h.example/?ö":        "https://x:x@h.example/?x",
	} {
		if got := URL(url); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

func TestRequest(t *testing.T) {
	for _, tt := range [][2]string{
		{"/x", "/x"},
		{"https://h/x?page=2&q=hello+world&id=5", "https://h/x?page=2&q=hello+world&id=5"},
		{"/x?access_token=s3cr3t", "/x?access_token=xxxxxx"},
		{"/x?a=1&api_key=s3cr3t&b=2", "/x?a=1&api_key=xxxxxx&b=2"},
		{"https://joe:pw@h/x?sig=ab%2Bc", "https://xxx:xx@h/x?sig=xx%xxx"},
		{"/x?t=eyJhbGciOiJIUzI1NiJ9.e30.abc1", "/x?t=xxxxxxxxxxxxxxxxxxxx.xxx.xxxx"},
		{"/x?0123456789abcdef0123456789", "/x?xxxxxxxxxxxxxxxxxxxxxxxxxx"},
		{"/token?service=registry.docker.io&scope=repository:library/alpine:pull", "/token?service=registry.docker.io&scope=repository:library/alpine:pull"},
		{"/x?redirect_uri=https%3A%2F%2Fexample.com%2Fcallback%2F2", "/x?redirect_uri=https%3A%2F%2Fexample.com%2Fcallback%2F2"},
	} {
		if got := Request(tt[0]); got != tt[1] {
			t.Errorf("%s: %s, want %s", tt[0], got, tt[1])
		}
	}
}
