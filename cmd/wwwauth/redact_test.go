package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

const secret = "S3cr3tPart"

// A secret that goes on in the next field line is hidden there too.
func TestRedactLines(t *testing.T) {
	lines := []string{`Digest nonce="` + secret, secret + ` b", realm="x"`, `Foo a="b"`}
	want := []string{`Digest nonce="xxxxxxxxxx`, `xxxxxxxxxx x", realm="x"`, `Foo a="b"`}
	if got := redact(lines); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// So is a secret without quotes, though then nobody can tell that it goes on.
func TestRedactLinesWithoutQuotes(t *testing.T) {
	for _, first := range []string{"Negotiate " + secret, "Digest nonce=" + secret, "Digest nonce='" + secret, "Digest nonce=a/b+", "Bearer @" + secret} {
		for _, second := range []string{secret, secret + "', realm=x", secret + " b"} {
			if got := redact([]string{first, second}); strings.Contains(strings.Join(got, ""), secret) {
				t.Errorf("%q then %q: %q", first, second, got)
			}
		}
	}
	if got := redact([]string{"Negotiate " + secret, `Basic realm="x"`}); got[1] != `Basic realm="x"` {
		t.Errorf("a known scheme behind a token68: %q", got)
	}
}

func TestRedactToken(t *testing.T) {
	got := redact([]string{`Bearer error_description="bad token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln, try again"`})[0]
	if want := `Bearer error_description="bad token xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, try again"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// In the rows, $ stands for a secret of letters and digits, and the wanted line has x in its place.
var redactTests = []struct{ name, line string }{
	{"token68", `Negotiate $==`},
	{"token68 of any scheme", `Foo $/$x$=, Basic realm="x"`},
	{"no token68", `NTLM $!`},
	{"token68 that looks like a name", `Foo $=`},
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
	{"semicolon in a value", `Digest nonce=$/;x=$`},
	{"single quotes", `Digest nonce='$ x=$', realm='x'`},
	{"typographic quotes", `Digest nonce=“$ $”, realm="x"`},
	{"unterminated", `Digest realm="x", nonce="$, $=$`},
	{"escapes", `Digest nonce="$\"$\\$", realm="x"`},
	{"inner quotes", `Digest nonce="$ "$"", realm="x"`},
	{"lost quote", `Digest nonce="$,opaque="$"`},
	{"text after the quote", `Digest nonce="$"$, realm="x"`},
	{"whitespace around =", "Digest nonce \t=\t \"$\""},
	{"comma after the scheme", `Digest, nonce="$"`},
	{"no scheme", `realm="x", nonce="$"`},
	{"parameter after token68", `Foo $, nonce="$"`},
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
	{"token68 in two parts", `Foo $ $==`},
	{"token in two parts", `Digest nonce=$ $=, realm="x"`},
	{"comma before the token68", `Negotiate, $==`},
	{"comma before the token", `Bearer, $`},
	{"scheme as a name", `Negotiate=$==`},
	{"token behind data", `UMA $, $`},
	{"comma in single quotes", `Digest nonce='$,$', realm="x"`},
	{"comma in a token", `Digest nonce=$,$, realm="x"`},
	{"comma in typographic quotes", `Digest nonce=“$,$”, realm="x"`},
	{"comma before the value", `Digest realm="x", nonce=$,$`},
	{"secret in another value that has no end", `Digest realm="x, nonce=$, qop="auth"`},
	{"the same without commas", `Digest realm="a nonce=$ qop=auth`},
	{"the same with semicolons", `Digest realm="a; nonce=$; qop=auth"`},
	{"name as a value", `Digest realm=nonce="$"`},
	{"query of a URL", `Bearer realm=https://h/?a=b&token=$`},
	{"query of a URL in quotes", `Bearer error_uri="https://h/?code=$", realm="x"`},
	{"scheme in a value", `Digest nonce= Bearer $==`},
	{"token68 behind a value", `Basic realm=x Negotiate $=`},
	{"code in a query", `Bearer realm=https://h/?a=b&code=$`},
	{"query in a secret", `Foo nonce=$/?scope=$`},
	{"data of NTLM with an = inside", `NTLM $=$`},
	{"data of Kerberos with an = inside", `Kerberos $=$`},
	{"Context", `PKeyAuth Context="$"`},
	{"other names", `Foo mac="$", tsm="$", otp="$", pin="$", csrf="$", auth="$", ks1="$", response="$", rspauth="$", sig="$", state="$"`},
	{"parts of names", `Foo an_assertion="$", a_cookie="$", a_credential="$"`},
	{"names after data", `Foo $, Bar p0="a", p1="b"`},
	{"names after a secret", `Foo nonce=$/$, a1="b", a2="c"`},
	{"password", `Foo passwd="$", pwd="$", pass="$", passphrase="$"`},
	{"codes", `Foo device_code="$", user_code="$", authorization_code="$"`},
	{"SAML", `Bearer realm="https://h/?SAMLRequest=$"`},
	{"salt", `Foo salt="$", hash="$", proof="$"`},
	{"user information", `Basic realm="https://$:$@example.com/x"`},
	{"user information without quotes", `Bearer error_uri=https://$@example.com/x`},
	{"junk before a known scheme", `Bearer@$ Basic realm="x"`},
}

func TestRedact(t *testing.T) {
	for _, tt := range redactTests {
		t.Run(tt.name, func(t *testing.T) {
			line := strings.ReplaceAll(tt.line, "$", secret)
			want := strings.ReplaceAll(tt.line, "$", strings.Repeat("x", len(secret)))
			if got := redact([]string{line}); got[0] != want {
				t.Errorf("redact(%q)\n got %q\nwant %q", line, got[0], want)
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
		if got := redact([]string{line}); got[0] != line {
			t.Errorf("redact(%q)\n got %q", line, got[0])
		}
	}
}

func TestRedactOtherScripts(t *testing.T) {
	got := redact([]string{"Digest nonce=\"пароль秘密の言葉\U0001F511\xe9\xe8\""})[0]
	want := "Digest nonce=\"××××××✕✕✕✕✕𝕩\xff\xff\""
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRedactLongWords(t *testing.T) {
	long := strings.Repeat(secret, 4)
	for _, line := range []string{long, long + "=x", "Foo " + long + "= y", "Negotiate, " + long,
		"Foo a=b, " + long[:21] + "=x", `Foo nonce="a b, ` + secret + "=x",
		`Digest nonce==;realm=` + secret, `Digest token===;realm="` + secret, `Digest x="nonce="token="` + "\x01 " + secret + `nonce='`,
		`"nonce="` + "\x01" + `Digest nonce=", ` + secret + `'nonce='`,
		`Foo a="b c" ` + secret, `Foo a="b" ` + secret + ` c="d"`} {
		if got := redact([]string{line})[0]; strings.Contains(got, secret) {
			t.Errorf("redact(%q) = %q", line, got)
		}
	}
}

// TestRedactOutput checks that no six bytes of a secret in the corpus, or in the rows above, are left
// in what the command prints.
func TestRedactOutput(t *testing.T) {
	vectors := allVectors(t)
	for _, tt := range redactTests {
		vectors = append(vectors, vector{ID: tt.name, Field: fieldNames[0], Lines: []string{strings.ReplaceAll(tt.line, "$", secret)}})
	}
	hidden := 0
	for _, v := range vectors {
		secrets := []string{secret}
		public := "the metadata oauth-protected-resource realm= resource_metadata= Bearer /?scope= " // the report's own words
		challenges, _ := wwwauth.Parse(v.Lines...)
		for _, c := range challenges {
			secrets = append(secrets, c.Token68)
			public += c.Scheme + " "
			for _, p := range c.Params {
				public += p.Name + " "
				if isSecret(strings.ToLower(p.Name)) {
					secrets = append(secrets, p.Value)
				} else {
					public += p.Value + " "
				}
			}
		}
		var args []string
		for _, line := range v.Lines {
			args = append(args, v.Field+": "+line)
		}
		for _, command := range [][]string{{"-redact"}, {"-redact", "-json"}, {"fmt", "-redact"}} {
			_, stdout, stderr := runText("", slices.Concat(command, args)...)
			for _, s := range secrets {
				for i := 0; i+6 <= len(s); i++ {
					part := s[i : i+6]
					if !hasLetters(part) || strings.Contains(part, `"`) || strings.Contains(public, part) {
						continue
					}
					hidden++
					if strings.Contains(stdout+stderr, part) {
						t.Errorf("%s: %q of %q is left in\n%s", v.ID, part, s, stdout+stderr)
						break
					}
				}
			}
		}
	}
	if hidden < 10000 {
		t.Errorf("only %d parts of secrets", hidden)
	}
}

// checkSameProblems checks that hiding changes neither what departs nor where.
func checkSameProblems(t *testing.T, lines []string) {
	t.Helper()
	before, err := wwwauth.Parse(lines...)
	redacted := redact(lines)
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
			if !same(p.Name, a.Params[j].Name) {
				t.Errorf("%q: parameter %d has another name in %q", lines, j, redacted)
			}
		}
	}
}

// FuzzRedact checks that what Parse reads of a secret is hidden, and that the lines keep their length and
// read the same.
func FuzzRedact(f *testing.F) {
	for _, tt := range redactTests {
		f.Add(strings.ReplaceAll(tt.line, "$", secret))
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\x1e")
		redacted := redact(lines)
		for i, line := range lines {
			if len(redacted[i]) != len(line) {
				t.Fatalf("redact(%q) = %q", line, redacted[i])
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
				t.Fatalf("redact(%q) = %q: token68 %q", lines, redacted, c.Token68)
			}
			for j, p := range c.Params {
				name := p.Name
				if len(given) == len(challenges) && len(given[i].Params) == len(c.Params) {
					name = given[i].Params[j].Name
				}
				if (isSecret(strings.ToLower(p.Name)) || isSecret(strings.ToLower(name))) && hasSecret(p.Value) {
					t.Fatalf("redact(%q) = %q: %s %q", lines, redacted, p.Name, p.Value)
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

// hasSecret tells whether s has a word with letters or digits that no parameter or scheme is known to
// have.
func hasSecret(s string) bool {
	s = strings.NewReplacer("“", " ", "”", " ", "\xff", " ", "×", " ", "✕", " ", "𝕩", " ").Replace(s)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 0x80 && !isTchar(byte(r)) }) {
		if hasLetters(word) && !isKnown(word) && !slices.Contains(harmless, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// hasLetters tells whether s holds a run of letters or digits other than fillers.
func hasLetters(s string) bool {
	s = strings.ReplaceAll(s, "\xff", "")
	return strings.Trim(s, "x×✕𝕩\"!#$%&'*^`|(),/:;<=>?@[\\]{}“” \t") != ""
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
		"https:u:p@h.example/a":           "xxxxx:x:x@h.example/a",
		"https://h.example?a=b&c=%2F#d=e": "https://h.example?x=x&x=%xx#x=x",
		"https://h.example/#a?b":          "https://h.example/#x?x",
		"/a?b#c":                          "/a?x#x",
		"?u:p@h//v@w/":                    "?x:x@x//x@x/",
		"https://é:ü@h.example/?ö":        "https://x:x@h.example/?x",
	} {
		if got := hideURL(url); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}
