package wwwauth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// repairTests has rows for each repair: where it ends, and what does not need it.
var repairTests = []struct {
	lines    []string
	want     string
	problems string
}{
	// missing-comma
	{lines(`A b="c" d="e"`), `A(b="c" d="e")`, "missing-comma@8"},
	{lines(`A b=c d=e`), `A(b="c" d="e")`, "missing-comma@6"},
	{lines(`A b="c" d = e`), `A(b="c" d="e")`, "missing-comma@8"},
	{lines(`A b="c" Basic d=e`), `A(b="c") Basic(d="e")`, "missing-comma@8"},
	{lines(`A b="c" bASIC d=e`), `A(b="c") bASIC(d="e")`, "missing-comma@8"},
	{lines(`A b="c" Unknown d=e`), `A(b="c" d="e")`, "unexpected-byte@8!"},
	{lines(`A b="c" Basic`), `A(b="c")`, "unexpected-byte@8!"},
	{lines("A b=\"c\" Basic\td=e"), `A(b="c" d="e")`, "unexpected-byte@8!"},
	{lines(`A Basic b=c`), `A() Basic(b="c")`, "missing-comma@2"},
	{lines(`b=c Basic d=e`), `Basic(d="e")`, "missing-scheme@0! missing-comma@4"},
	{lines(`A b="c" d=e"`), `A(b="c" d="e\"")`, "missing-comma@8 unquoted-value@11"},
	{lines(`A b="c" Basic d=e"`), `A(b="c") Basic(d="e\"")`, "missing-comma@8 unquoted-value@17"},
	{lines(`A b="c" =d`), `A(b="c")`, "unexpected-byte@8!"},
	{lines(`A b="c" =d, e=f`), `A(b="c" e="f")`, "unexpected-byte@8!"},
	{lines(`A b="c"d=e`), `A(b="c" d="e")`, "missing-comma@7"},
	{lines(`A b="c"d=e"`), `A(b="c" d="e\"")`, "missing-comma@7 unquoted-value@10"},
	// semicolon
	{lines(`A b="c" ; d="e"`), `A(b="c" d="e")`, "semicolon@8"},
	{lines(`A b=c;d=e`), `A(b="c" d="e")`, "semicolon@5"},
	{lines(`A b="c"; Basic d=e`), `A(b="c") Basic(d="e")`, "unexpected-byte@7!"},
	{lines(`A b=“c”;d=e`), `A(b="c" d="e")`, "smart-quote@4 semicolon@11"},
	{lines(`A b="c"; d=e"`), `A(b="c" d="e\"")`, "semicolon@7 unquoted-value@12"},
	{lines(`A b=;c=d`), `A(b="" c="d")`, "missing-value@4 semicolon@4"},
	{lines(`A b=`, `c= ; d=e`), `A(b="" c="" d="e")`, "missing-value@2 missing-value@1:3 semicolon@1:3"},
	{lines(`basic; realm=SYZOJ`), `basic(realm="SYZOJ")`, "semicolon@5"},
	{lines("Bearer\t ;\tb=c, d=e"), `Bearer(b="c" d="e")`, "semicolon@8"},
	{lines(`Digest ; b=`, `c=d`), `Digest(b="" c="d")`, "semicolon@7 missing-value@11"},
	{lines(`Basic;`, `b=c`), ``, "unexpected-byte@5! missing-scheme@1:0!"},
	{lines(`Basic;; b=c`), ``, "unexpected-byte@5!"},
	{lines(`Basic; b`), ``, "unexpected-byte@5!"},
	{lines(`Basic ; b`), `Basic()`, "unexpected-byte@6!"},
	{lines(`Basic; Bearer b=c`), `Bearer(b="c")`, "unexpected-byte@5!"},
	{lines(`@ Basic; b=c`), `Basic(b="c")`, "unexpected-byte@0! semicolon@7"},
	{lines(`Foo ; b=c`), `Foo(b="c")`, "unexpected-byte@4!"},
	{lines(`A b="c" Basic ;d=e`), `A(b="c") Basic(d="e")`, "missing-comma@8 semicolon@14"},
	{lines(`A b="c"Basic;d=e`), `A(b="c")`, "unexpected-byte@7!"},
	{lines(`A b=c Basic; d=e`), `A(b="c") Basic(d="e")`, "missing-comma@6 semicolon@11"},
	// a last semicolon
	{lines(`A b=c ;`), `A(b="c")`, "semicolon@6"},
	{lines(`A b=c/d e ;`), `A(b="c/d e")`, "unquoted-value@5 semicolon@10"},
	{lines(`A b=c/d e	; , f=g`), `A(b="c/d e" f="g")`, "unquoted-value@5 semicolon@10"},
	{lines(`A b=c/d e;;`), `A(b="c/d e;")`, "unquoted-value@5 semicolon@10"},
	{lines(`A b=c/d/e/f/g/h`, `i=j/k l=m`), `A(b="c/d/e/f/g/h" i="j/k" l="m")`, "unquoted-value@5 unquoted-value@1:3 missing-comma@1:6"},
	{lines(`A b=c;`, `d=e`), `A(b="c" d="e")`, "semicolon@5"},
	{lines(`A b=;, c=d`), `A(b="" c="d")`, "missing-value@4 semicolon@4"},
	{lines(`A b="c";`), `A(b="c")`, "unexpected-byte@7!"},
	{lines(`A b="c"; , d=e`), `A(b="c" d="e")`, "unexpected-byte@7!"},
	{lines(`A b=“c”;`), `A(b="c")`, "smart-quote@4 unexpected-byte@11!"},
	{lines(`A b='c d', e='f';`), `A(b="c d" e="f")`, "single-quote@4 semicolon@16"},
	{lines(`A b='c d';`), `A(b="'c d'")`, "unquoted-value@6 semicolon@9"},
	{lines(`A b="c", d, e=f;`), `A(b="c" d="" e="f")`, "missing-value@10 semicolon@15"},
	{lines(`A b;`), `A()`, "unexpected-byte@2!"},
	{lines(`A b=c; Unknown d=e`), `A(b="c; Unknown" d="e")`, "unquoted-value@5 missing-comma@15"},
	{lines(`A b, c=d/; , E f=g`), `A(b) E(f="g")`, "token68-and-params@5! unquoted-value@8! semicolon@9!"},
	{lines(`b=; Basic c=d`), `Basic(c="d")`, "missing-scheme@0! missing-value@2! semicolon@2!"},
	// unquoted-value
	{lines(`A b=c/d, e=f`), `A(b="c/d" e="f")`, "unquoted-value@5"},
	{lines(`A b=c d e , f=g`), `A(b="c d e" f="g")`, "unquoted-value@5"},
	{lines("A b=c\t\td"), `A(b="c\t\td")`, "unquoted-value@5"},
	{lines(`A b=c/d e=f`), `A(b="c/d" e="f")`, "unquoted-value@5 missing-comma@8"},
	{lines(`A b=c/d  Basic e=f`), `A(b="c/d") Basic(e="f")`, "unquoted-value@5 missing-comma@9"},
	{lines(`A b=c=d`), `A(b="c=d")`, "unquoted-value@5"},
	{lines(`A b=c"d"`), `A(b="c\"d\"")`, "unquoted-value@5"},
	{lines(`A b=c/d; e=f`), `A(b="c/d" e="f")`, "unquoted-value@5 semicolon@7"},
	{lines(`A b=c/d ;e=f`), `A(b="c/d ;e=f")`, "unquoted-value@5"}, // but no whitespace after it
	{lines(`A b=c/d;e=f; g=h`), `A(b="c/d;e=f" g="h")`, "unquoted-value@5 semicolon@11"},
	{lines(`A b=c/d; e f=g`), `A(b="c/d; e" f="g")`, "unquoted-value@5 missing-comma@11"},
	{lines(`A b=;c`), `A(b=";c")`, "unquoted-value@4"},
	{lines(`A b=;c;`), `A(b=";c")`, "unquoted-value@4 semicolon@6"},
	// single-quote
	{lines(`A b='c d'`), `A(b="c d")`, "single-quote@4"},
	{lines(`A b='c/d' e=f`), `A(b="c/d" e="f")`, "single-quote@4 missing-comma@10"},
	{lines(`A b='it's/d'`), `A(b="it's/d")`, "single-quote@4"},
	{lines(`A b='c/d`), `A(b="'c/d")`, "unquoted-value@6"},
	{lines(`A b='c/d, e'`), `A(b="'c/d") e'()`, "unquoted-value@6"},
	{lines(`A a='', b='c', d='e f', g='h', i='`), `A(a="" b="c" d="e f" g="h" i="'")`, "single-quote@17"},
	{lines(`A b='c', B b='c d', e='f', G h='i'`), `A(b="'c'") B(b="c d" e="f") G(h="'i'")`, "single-quote@13"},
	{lines(`A b='c'`, `d='e/f'`), `A(b="c" d="e/f")`, "single-quote@1:2"},
	{lines(`A b='x/y'c=d`), `A(b="'x/y'c=d")`, "unquoted-value@6"},
	{lines(`A a=b, b='c d', e=f`, `A a=b, b='c d, e'`), `A(a="b" b="c d" e="f") A(a="b" b="'c d") e'()`, "single-quote@9 unquoted-value@1:11"},
	{lines(`A a=b, b='c d`, `A a=b, b='c d'`), `A(a="b" b="'c d") A(a="b" b="c d")`, "unquoted-value@11 single-quote@1:9"},
	// smart-quote
	{lines(`A b=“c d”, e=f`), `A(b="c d" e="f")`, "smart-quote@4"},
	{lines(`A b=“c”e=f`), `A(b="c" e="f")`, "smart-quote@4 missing-comma@11"},
	{lines(`A b=“c, d”`), `A(b="“c")`, "unquoted-value@4 unexpected-byte@11!"},
	{lines(`A a=b, b=“c”, d=e`, `A a=b, b=“c, d”`), `A(a="b" b="c" d="e") A(a="b" b="“c")`, "smart-quote@9 unquoted-value@1:9 unexpected-byte@1:16!"},
	// inner-quote
	{lines(`A b="c "d" e", f=g`), `A(b="c \"d\" e" f="g")`, "inner-quote@7"},
	{lines(`A b="c "d\" e", f=g`), `A(b="c \"d\" e" f="g")`, "inner-quote@7"},
	{lines(`A b="c"d, e"`), `A(b="c")`, "unexpected-byte@7! unexpected-byte@11!"},
	{lines(`A b="c "d" e="f"`), `A(b="c ")`, "unexpected-byte@8!"},
	{lines(`A b="c "d e="f"`), `A(b="c " e="f")`, "unexpected-byte@8!"},
	{lines(`A b="c""`), `A(b="c\"")`, "inner-quote@6"},
	{lines(`A b="c,"d"`), `A(b="c,\"d")`, "inner-quote@7"},
	{lines(`A b="\"c";d=e`), `A(b="\"c" d="e")`, "semicolon@9"},
	{lines(`A b="c"d"`, `A b="c"d,"`), `A(b="c\"d") A(b="c")`, "inner-quote@6 unexpected-byte@1:7! unexpected-byte@1:9!"},
	{lines(`A b="c"d, e=f`, `A b="c"d"`), `A(b="c" e="f") A(b="c\"d")`, "unexpected-byte@7! inner-quote@1:6"},
	{lines(`A b="c"d, e="f"`, `A b="c"d e"`), `A(b="c" e="f") A(b="c\"d e")`, "unexpected-byte@7! inner-quote@1:6"},
	{lines(`A b="c"d e="f"`, `A b="c"d ef"`), `A(b="c" e="f") A(b="c\"d ef")`, "unexpected-byte@7! inner-quote@1:6"},
	// unterminated-quote
	{lines(`A b="c, D e=f`), `A(b="c, D e=f")`, "unterminated-quote@4"},
	{lines(`A b="c\d\`), `A(b="cd")`, "unterminated-quote@4"},
	{lines(`A b="c`, `D e=f`), `A(b="c") D(e="f")`, "unterminated-quote@4"},
	{lines(`A b="c,d="e", f=g`), `A(b="c" d="e" f="g")`, "unterminated-quote@4"},
	{lines(`A b=",c="d"`), `A(b="" c="d")`, "unterminated-quote@4"},
	{lines(`A b="c,	d="e f"`), `A(b="c" d="e f")`, "unterminated-quote@4"},
	{lines(`A b="c,  d="e"`), `A(b="c" d="e")`, "unterminated-quote@4"},
	{lines(`A b="c,="d"`), `A(b="c,=\"d")`, "inner-quote@8"},
	{lines(`A b="c d="e"`), `A(b="c d=\"e")`, "inner-quote@9"},
	{lines(`A b="="c"`), `A(b="=\"c")`, "inner-quote@6"},
	// comma-after-scheme
	{lines(`A, b=c, d=e`), `A(b="c" d="e")`, "comma-after-scheme@3"},
	{lines(`A,,b=c`), `A(b="c")`, "comma-after-scheme@3"},
	{lines("A\t, b=c"), `A(b="c")`, "comma-after-scheme@4"},
	{lines(`A`, `b=c`), `A()`, "missing-scheme@1:0!"},
	{lines(`A `, `b=c`), `A()`, "missing-scheme@1:0!"},
	{lines(`A,`, `b=c`), `A()`, "missing-scheme@1:0!"},
	{lines(`A, b=c`, `d=e`), `A(b="c" d="e")`, "comma-after-scheme@3"},
	{lines(`A, b, c=d`), `A() b(c="d")`, "comma-after-scheme@6"},
	// missing-value
	{lines(`A b=c, d=`), `A(b="c" d="")`, "missing-value@9"},
	{lines(`A b=c, d= , e=f`), `A(b="c" d="" e="f")`, "missing-value@10"},
	{lines(`A b=c, d, e=f`), `A(b="c" d="" e="f")`, "missing-value@8"},
	{lines(`A b=c, d , e=f`), `A(b="c") d(e="f")`, ""},
	{lines(`A b=c, d, e`), `A(b="c") d() e()`, ""},
	{lines(`A b=c, d,, e=f`), `A(b="c") d(e="f")`, "comma-after-scheme@11"},
	{lines(`A b=c, NTLM, e=f`), `A(b="c") NTLM(e="f")`, "comma-after-scheme@13"},
	{lines(`A b=c`, `d, e=f`), `A(b="c") d(e="f")`, "comma-after-scheme@1:3"},
	{lines(`A d, e=f`), `A(d)`, "token68-and-params@5!"},
	{lines(`A b=, c=d`), `A(b="" c="d")`, "missing-value@2"},
	{lines(`A b=`, ``, `c=d`), `A(b="" c="d")`, "missing-value@2"},
	{lines("A b=", "\x01", `c=d`), `A(b="" c="d")`, "missing-value@2 control-byte@1:0"},
	{lines("X", "A b=", `c=d`), `X() A(b="" c="d")`, "missing-value@1:2"},
	{lines(`A b/=, c=d`), `A(b/=)`, "token68-and-params@7!"},
	{lines(`A b==, c=d`), `A(b==)`, "token68-and-params@7!"},
	{lines(`A b=, C d=e`), `A(b=) C(d="e")`, ""},
	// bad-whitespace
	{lines("A\tb=c"), `A(b="c")`, "bad-whitespace@1"},
	{lines("A  \t b"), `A(b)`, "bad-whitespace@3"},
	{lines("A\t"), `A()`, ""},
	{lines("A\t, B"), `A() B()`, ""},
	// line-fold, control-byte
	{lines("A b=c,\r\n d=e"), `A(b="c" d="e")`, "line-fold@6"},
	{lines("A b=c,\r\n\td=e"), `A(b="c" d="e")`, "line-fold@6"},
	{lines("A b=c,\r\nd=e"), `A(b="c" d="e")`, "control-byte@6"},
	{lines("A b=\"c\x00\x01\n\rd\x7f\""), `A(b="c    d ")`, "control-byte@6 control-byte@7 control-byte@8 control-byte@11"},
	{lines("A\nb=c"), `A(b="c")`, "control-byte@1"},
	{lines("\x1fA\x1f"), `A()`, "control-byte@0 control-byte@2"},
	{lines("A b=\"\\\r\n c\""), `A(b="   c")`, "line-fold@6"},
	// duplicate-param
	{lines(`A b=c, B=d`), `A(b="c" B="d")`, "duplicate-param@7"},
	{lines(`A b=c`, `b=d`), `A(b="c" b="d")`, "duplicate-param@1:0"},
	{lines(`A b=, b=c`), `A(b="" b="c")`, "missing-value@2 duplicate-param@6"},
	{lines("A " + params(0, 33) + ", P0=y"), `A(` + wantParams(0, 33) + ` P0="y")`, "duplicate-param@223"},
	{lines("A " + params(0, 40) + ", p36=y"), `A(` + wantParams(0, 40) + ` p36="y")`, "duplicate-param@272"},
	// missing-scheme, token68-and-params
	{lines(`a=b, C d=e`), `C(d="e")`, "missing-scheme@0!"},
	{lines(`a=, b='c d', e="f`), ``, "missing-scheme@0! missing-value@2! missing-scheme@4! single-quote@6! missing-scheme@13! unterminated-quote@15!"},
	{lines(`A b, c=d, e=“f”, G h=i`), `A(b) G(h="i")`, "token68-and-params@5! token68-and-params@10! smart-quote@12!"},
	{lines(`a=b/c`), ``, "missing-scheme@0! unquoted-value@3!"},
	{lines(`a="b"c"`), ``, "missing-scheme@0! inner-quote@4!"},
	{lines(`a="b,c="d"`), ``, "missing-scheme@0! unterminated-quote@2! missing-scheme@5!"},
	{lines(`a=b/c Basic d=e`), `Basic(d="e")`, "missing-scheme@0! unquoted-value@3! missing-comma@6"},
	// unexpected-byte
	{lines(`A {b}, c=d`), `A(c="d")`, "unexpected-byte@2!"},
	{lines(`A b c=d`), `A(c="d")`, "unexpected-byte@2!"},
	{lines(`A b c, D`), `A() D()`, "unexpected-byte@2!"},
	{lines(`A b="c" @ "d, e" f=g`), `A(b="c" f="g")`, "unexpected-byte@8!"},
	{lines(`A b="c" @ "d, e`), `A(b="c")`, "unexpected-byte@8!"},
	{lines(`A b=c, =d, e=f`), `A(b="c")`, "unexpected-byte@7! missing-scheme@11!"},
	{lines(`A/1 b=c, d=e, F g=h`), `F(g="h")`, "unexpected-byte@1! missing-scheme@9!"},
	{lines(`@ a=b`), ``, "unexpected-byte@0!"},
	{lines(`@ Basic a=b`), `Basic(a="b")`, "unexpected-byte@0!"},
	{lines(`A b=c, @`, `d=e`), `A(b="c")`, "unexpected-byte@7! missing-scheme@1:0!"},
}

// rowName names a row by its lines.
func rowName(lines []string) string {
	return strings.NewReplacer("\t", `\t`, "\r", `\r`, "\n", `\n`, "\x00", `\x00`, "\x01", `\x01`).Replace(strings.Join(lines, "|"))
}

func TestRepairs(t *testing.T) {
	for _, tt := range repairTests {
		t.Run(rowName(tt.lines), func(t *testing.T) {
			got, err := wwwauth.Parse(tt.lines...)
			if got := render(got); got != tt.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.lines, got, tt.want)
			}
			if got := renderProblems(err); got != tt.problems {
				t.Errorf("Parse(%q): problems\n got %s\nwant %s", tt.lines, got, tt.problems)
			}
		})
	}
}

// TestChallengeOfProblem asks which challenge a problem belongs to.
func TestChallengeOfProblem(t *testing.T) {
	for _, tt := range []struct {
		p     *wwwauth.Parser
		lines []string
		want  []int // by problem
	}{
		{&wwwauth.Parser{}, lines(`@, A b=c/d, E f=g h=i`), []int{-1, 0, 1}},
		{&wwwauth.Parser{}, lines(`A b="c" Basic d=e`), []int{1}},
		{&wwwauth.Parser{}, lines(`a=b/c, D e=f`), []int{-1, -1}},
		{&wwwauth.Parser{}, lines(`A b, c=d/e`), []int{0, 0}},
		{&wwwauth.Parser{}, lines(`A, B/1`), []int{-1}},
		{&wwwauth.Parser{}, lines(`A {b}`), []int{0}},
		{&wwwauth.Parser{}, lines("\x01A\x01", "\x01B b=\"\x01\"\x01,@\x01"), []int{-1, 0, -1, 1, 1, -1, -1}},
		{&wwwauth.Parser{}, lines("A b=", "\x01c=d"), []int{0, 0}},
		{&wwwauth.Parser{}, lines("X, A b=, c=d"), []int{1}},
		{&wwwauth.Parser{}, lines("X, A, b=c, d, e=; f=g"), []int{1, 1, 1, 1}},
		{&wwwauth.Parser{MaxChallenges: 1}, lines("A b=c Basic d=e"), []int{-1, -1}},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, d=e"), []int{0}},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c/d Basic e=f"), []int{0, -1}},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A, B b=c/d e=f"), []int{1, 1}},
	} {
		_, err := tt.p.Parse(tt.lines...)
		list, _ := err.(wwwauth.ErrorList)
		var got []int
		for _, e := range list {
			got = append(got, e.Challenge)
		}
		if !cmp.Equal(got, tt.want) {
			t.Errorf("Parse(%q): problems %v of challenges %v, want %v", tt.lines, renderProblems(err), got, tt.want)
		}
	}
}

// TestKnownSchemes: a known scheme with a parameter opens a challenge without a comma.
func TestKnownSchemes(t *testing.T) {
	for _, scheme := range strings.Fields(`Basic Bearer Concealed Digest DPoP GNAP HOBA Mutual Negotiate NTLM OAuth PrivateToken
		SCRAM-SHA-1 SCRAM-SHA-256 vapid Payment UMA Kerberos`) {
		line := `A b="c" ` + scheme + " d=e"
		got, err := wwwauth.Parse(line)
		if got, want := render(got), `A(b="c") `+scheme+`(d="e")`; got != want || renderProblems(err) != "missing-comma@8" {
			t.Errorf("Parse(%q) = %s, %v, want %s and missing-comma", line, got, err, want)
		}
	}
}

// TestProblemParam checks which parameter a problem is about: of a separator the one after it, of a value or a byte
// in it the one that has the value, and none where nothing is kept or there is no value.
func TestProblemParam(t *testing.T) {
	for _, tt := range []struct {
		limits *wwwauth.Parser // nil for the default
		lines  []string
		want   string // code@offset, and the index in place of -1
	}{
		{lines: lines(`A a=1 b=2 Basic c=3 d=4`), want: "missing-comma@6=1 missing-comma@10 missing-comma@20=1"},
		{lines: lines(`A a=1; b=2, c="3";d=4`), want: "semicolon@5=1 semicolon@17=3"},
		{lines: lines(`A a=1, b=http://x/, c='x y', d=“x y”, e="x"y", f="z`), want: "unquoted-value@13=1 single-quote@22=2 smart-quote@31=3 inner-quote@46=4 unterminated-quote@53=5"},
		{lines: lines(`A a=1, b="x,c="y"`), want: "unterminated-quote@9=1"},
		{lines: lines(`Basic; a=1; b=2;`), want: "semicolon@5=0 semicolon@10=1 semicolon@15"},
		{lines: lines(`Basic;a=/; c=; Bearer; d=1`), want: "semicolon@5=0 unquoted-value@8=0 semicolon@9=1 missing-value@13=1 semicolon@13 semicolon@21=0"},
		{limits: &wwwauth.Parser{MaxParams: 1}, lines: lines("A a=1, Basic; b=2"), want: "semicolon@12 too-large@14"},
		{lines: lines(`A, a=1, b=2`), want: "comma-after-scheme@3=0"},
		{lines: lines(`A a=1, b=, c=2, d, e=3, f=`), want: "missing-value@9=1 missing-value@17=3 missing-value@26=5"},
		{lines: lines("A\ta=, b=1"), want: "bad-whitespace@1=0 missing-value@2=0"},
		{lines: lines("A\tabc=="), want: "bad-whitespace@1"},
		{lines: lines("A\tabc"), want: "bad-whitespace@1"},
		{lines: lines("A\t@ a=1"), want: "bad-whitespace@1 unexpected-byte@2"},
		{lines: lines("A a=1, a=/"), want: "duplicate-param@7=1 unquoted-value@9=1"},
		// Control bytes, and folds.
		{lines: lines("\x01A\x02a\x03=\x04\"\x05\\\x06\"\x07,\x01b=\"x\x02y"), want: "control-byte@0 control-byte@2 control-byte@4 control-byte@6 control-byte@8=0 control-byte@10=0 control-byte@12 control-byte@14 unterminated-quote@17=1 control-byte@19=1"},
		{lines: lines("A a=x\r\n y\r\n , b='x\x01y'\x01"), want: "unquoted-value@5=0 line-fold@5=0 line-fold@9 single-quote@16=1 control-byte@18=1 control-byte@21"},
		// On the second line and in the second challenge.
		{lines: lines("A a=1", "b=/, B c=/"), want: "unquoted-value@2=1 unquoted-value@9=0"},
		// What is dropped, or is outside values.
		{lines: lines(`a=/, B abc, c=/`), want: "missing-scheme@0 unquoted-value@2 token68-and-params@12 unquoted-value@14"},
		{lines: lines(`A a="x"y z, @, b=c`), want: "unexpected-byte@7 unexpected-byte@12 missing-scheme@15"},
		// There is no room.
		{limits: &wwwauth.Parser{MaxParams: 1}, lines: lines("A a=1; b=2"), want: "semicolon@5 too-large@7"},
		{limits: &wwwauth.Parser{MaxParams: 1}, lines: lines("A a=1 b=2"), want: "missing-comma@6 too-large@6"},
		{limits: &wwwauth.Parser{MaxProblems: 1}, lines: lines("A a=\"\x01\", b=\"\x01\x01\""), want: "control-byte@5=0 too-large@12"},
		{limits: &wwwauth.Parser{MaxProblems: 1}, lines: lines("A a=\"\x01\x01\""), want: "control-byte@5 too-large@6"},
	} {
		p := tt.limits
		if p == nil {
			p = new(wwwauth.Parser)
		}
		cs, err := p.Parse(tt.lines...)
		var got []string
		for _, e := range err.(wwwauth.ErrorList) {
			s := fmt.Sprintf("%v@%d", e.Code, e.Offset)
			if e.Param >= 0 {
				s += fmt.Sprintf("=%d", e.Param)
				if e.Challenge < 0 || e.Param >= len(cs[e.Challenge].Params) {
					t.Fatalf("%q: %+v, but the result is %v", tt.lines, e, cs)
				}
			} else if e.Param != -1 {
				t.Errorf("%q: %+v", tt.lines, e)
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.lines, s, tt.want)
		}
	}
}
