package wwwauth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// A vector is an entry of testdata/corpus; its README describes the format.
type vector struct {
	ID         string
	Field      string
	Lines      []latin1
	Conforms   bool
	Challenges []struct {
		Scheme, Token68 latin1
		Params          [][2]latin1
	}
	Problems []problem
}

// latin1 is text of a vector, in which every character stands for one byte.
type latin1 string

func (s *latin1) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	raw := make([]byte, 0, len(text))
	for _, c := range text {
		if c > 0xff {
			return errors.New("a vector holds a character above U+00FF")
		}
		raw = append(raw, byte(c))
	}
	*s = latin1(raw)
	return nil
}

// A problem is what a vector says of a SyntaxError.
type problem struct {
	Line, Offset int
	Code         string
	Kept         bool
}

// lines returns the field lines of v.
func (v vector) lines() []string {
	lines := make([]string, len(v.Lines))
	for i, line := range v.Lines {
		lines[i] = string(line)
	}
	return lines
}

// want returns the challenges of v.
func (v vector) want() []wwwauth.Challenge {
	var want []wwwauth.Challenge
	for _, c := range v.Challenges {
		d := wwwauth.Challenge{Scheme: string(c.Scheme), Token68: string(c.Token68)}
		for _, p := range c.Params {
			d.Params = append(d.Params, wwwauth.Param{Name: string(p[0]), Value: string(p[1])})
		}
		want = append(want, d)
	}
	return want
}

func vectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors:", err)
	}
	var all []vector
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vs []vector
		if err := json.Unmarshal(b, &vs); err != nil {
			t.Fatal(file, err)
		}
		all = append(all, vs...)
	}
	return all
}

// A plainChallenge is a Challenge without the method Equal, so that cmp.Diff compares every byte.
type plainChallenge struct {
	Scheme, Token68 string
	Params          []wwwauth.Param
}

func plain(cs []wwwauth.Challenge) []plainChallenge {
	var ps []plainChallenge
	for _, c := range cs {
		ps = append(ps, plainChallenge{c.Scheme, c.Token68, c.Params})
	}
	return ps
}

// problemsOf returns the contents of an error of Parse.
func problemsOf(t testing.TB, err error) wwwauth.ErrorList {
	t.Helper()
	var list wwwauth.ErrorList
	if err != nil && (!errors.As(err, &list) || len(list) == 0) {
		t.Fatalf("error is %#v, want a non-empty ErrorList", err)
	}
	return list
}

// problems returns what vectors say of an error of Parse.
func problems(t testing.TB, err error) []problem {
	t.Helper()
	var ps []problem
	for _, e := range problemsOf(t, err) {
		ps = append(ps, problem{e.Line, e.Offset, e.Code.String(), e.Kept})
	}
	return ps
}

// byPlace sorts problems at the same place by code, since their order is not specified.
func byPlace(ps []problem) []problem {
	for i := 1; i < len(ps); i++ {
		for j := i; j > 0 && ps[j].Line == ps[j-1].Line && ps[j].Offset == ps[j-1].Offset && ps[j].Code < ps[j-1].Code; j-- {
			ps[j], ps[j-1] = ps[j-1], ps[j]
		}
	}
	return ps
}

// render writes challenges for tables: A(b="c" d="e") for parameters, B(abc=) for a token68, C() for
// neither.
var render = wwwauth.Render

// renderProblems writes problems for tables: code@offset, with line: before the offset from the
// second line on, and a ! for those that are not kept.
func renderProblems(err error) string {
	list, _ := err.(wwwauth.ErrorList)
	var all []string
	for _, e := range list {
		s := e.Code.String() + "@"
		if e.Line > 0 {
			s += fmt.Sprintf("%d:", e.Line)
		}
		s += fmt.Sprint(e.Offset)
		if !e.Kept {
			s += "!"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

// lines gives a table the field lines of a row.
func lines(s ...string) []string { return s }

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			got, err := wwwauth.Parse(v.lines()...)
			if diff := cmp.Diff(plain(v.want()), plain(got)); diff != "" {
				t.Errorf("Parse(%q): challenges (-want +got):\n%s", v.lines(), diff)
			}
			if (err == nil) != v.Conforms {
				t.Errorf("Parse(%q): error %v, want conforms = %v", v.lines(), err, v.Conforms)
			}
			if diff := cmp.Diff(byPlace(v.Problems), byPlace(problems(t, err))); diff != "" && len(v.Problems)+len(problems(t, err)) > 0 {
				t.Errorf("Parse(%q): problems (-want +got):\n%s", v.lines(), diff)
			}
		})
	}
}

// grammarTests has a row or more for each rule that RFC 9110 sets to recipients; the sections are its
// own. None of these lines departs from it.
var grammarTests = []struct {
	rule  string
	lines []string
	want  string
}{
	{"11.3 scheme alone", lines("Negotiate"), "Negotiate()"},
	{"11.3 every byte of a token", lines("!#$%&'*+-.^_`|~09AZaz"), "!#$%&'*+-.^_`|~09AZaz()"},
	{"11.3 several SP after the scheme", lines("A   b=c"), `A(b="c")`},
	{"11.3 scheme and SP, no argument", lines("A , B"), "A() B()"},
	{"11.2 token68", lines("A b"), "A(b)"},
	{"11.2 every byte of a token68", lines("A 09AZaz-._~+/=="), "A(09AZaz-._~+/==)"},
	{"11.2 any number of =", lines("A b====="), "A(b=====)"},
	{"11.2 token68 that looks like a name", lines("Basic realm="), "Basic(realm=)"},
	{"11.2 token68, OWS, comma", lines("A b= \t, C d=e"), `A(b=) C(d="e")`},
	{"11.2 token68 or parameter shows after the =", lines("A b= c"), `A(b="c")`},
	{"11.2 token as value", lines("A b=c"), `A(b="c")`},
	{"11.2 token as value, every byte", lines("A b=!#$%&'*+-.^_`|~09AZaz"), "A(b=\"!#$%&'*+-.^_`|~09AZaz\")"},
	{"11.2 quoted-string as value", lines(`A b="c"`), `A(b="c")`},
	{"11.2 single quotes are part of a token", lines("A b='c'"), `A(b="'c'")`},
	{"11.5 realm may come as a token", lines("Basic realm=x"), `Basic(realm="x")`},
	{"5.6.3 BWS around =", lines("A b \t=\t c"), `A(b="c")`},
	{"5.6.3 BWS before a quoted-string", lines("A b =\t\"c\""), `A(b="c")`},
	{"5.6.3 BWS of a second parameter", lines("A b=c, d =e"), `A(b="c" d="e")`},
	{"5.6.4 empty", lines(`A b=""`), `A(b="")`},
	{"5.6.4 commas, = and schemes are data", lines(`A b="c, D e=f"`), `A(b="c, D e=f")`},
	{"5.6.4 every quoted-pair is undone", lines(`A b="\a\"\\\n"`), `A(b="a\"\\n")`},
	{"5.6.4 pairs of HTAB, SP and obs-text", lines("A b=\"\\\t\\ \\\xe9\""), `A(b="\t \xe9")`},
	{"5.6.4 a backslash before the last quote", lines(`A b="c\\", d=e`), `A(b="c\\" d="e")`},
	{"5.6.4 HTAB, and SP at the ends", lines("A b=\" \t\""), `A(b=" \t")`},
	{"5.5 obs-text is opaque", lines("A b=\"\x80\xff\""), `A(b="\x80\xff")`},
	{"5.5 whitespace at the ends", lines("\t A b=c \t"), `A(b="c")`},
	{"5.6.1.2 nothing", lines(), ""},
	{"5.6.1.2 empty value", lines(""), ""},
	{"5.6.1.2 whitespace only", lines(" \t "), ""},
	{"5.6.1.2 commas only", lines(",, \t ,"), ""},
	{"5.6.1.2 empty elements everywhere", lines(",, A ,, b=c ,, , D ,"), `A(b="c") D()`},
	{"5.6.1.2 no whitespace at commas", lines("A b=c,d=e,F g=h"), `A(b="c" d="e") F(g="h")`},
	{"5.6.1.2 1*SP and then a comma", lines("A ,b=c"), `A(b="c")`},
	{"5.6.1.2 1*SP, HTAB and then a comma", lines("A \t,b=c"), `A(b="c")`},
	{"11.6.1 the example", lines(`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`),
		`Basic(realm="simple") Newauth(realm="apps" type="1" title="Login to \"apps\"")`},
	{"11.6.1 token68 and then schemes", lines("A b, c, d e=f"), `A(b) c() d(e="f")`},
	{"11.6.1 a name that nothing follows is a scheme", lines("Digest qop=auth,auth-int"), `Digest(qop="auth") auth-int()`},
	{"11.6.1 one scheme twice", lines("A b=c, A b=d"), `A(b="c") A(b="d")`},
	{"5.3 several lines, in order", lines("A", "B c", "D e=f"), `A() B(c) D(e="f")`},
	{"5.3 empty lines", lines("A", "", ",", "B"), `A() B()`},
	{"5.2 a parameter on the next line", lines("A b=c", "d=e, F"), `A(b="c" d="e") F()`},
	{"5.2 a first parameter on the next line", lines("A ,", "b=c"), `A(b="c")`},
	{"11.1 case is kept", lines("bEaReR Realm=X"), `bEaReR(Realm="X")`},
	{"9577 padding is kept, and what nobody knows", lines(`Basic realm="grease", PrivateToken challenge="AAIAEw==",token-key="MIIBUg==", max-age=10,unknownChallengeAttribute="ignore-me"`),
		`Basic(realm="grease") PrivateToken(challenge="AAIAEw==" token-key="MIIBUg==" max-age="10" unknownChallengeAttribute="ignore-me")`},
	{"Payment, text is kept byte for byte", lines(`Payment id="x7", method="tempo", request="eyJhbW91bnQiOiIxMDAwIn0", digest="sha-256=:X48E9q==:"`),
		`Payment(id="x7" method="tempo" request="eyJhbW91bnQiOiIxMDAwIn0" digest="sha-256=:X48E9q==:")`},
	{"manyparams", lines("A "+params(0, 33), "B "+params(0, 40)), "A(" + wantParams(0, 33) + ") B(" + wantParams(0, 40) + ")"},
}

func TestGrammar(t *testing.T) {
	for _, tt := range grammarTests {
		t.Run(tt.rule, func(t *testing.T) {
			got, err := wwwauth.Parse(tt.lines...)
			if err != nil {
				t.Errorf("Parse(%q): %v", tt.lines, err)
			}
			if got := render(got); got != tt.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.lines, got, tt.want)
			}
		})
	}
}

// params returns the parameters p<from>=x to p<to-1>=x, and wantParams how render writes them.
func params(from, to int) string {
	return joinParams(from, to, "p%d=x", ", ")
}

func wantParams(from, to int) string {
	return joinParams(from, to, `p%d="x"`, " ")
}

func joinParams(from, to int, format, sep string) string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprintf(format, i))
	}
	return strings.Join(all, sep)
}

// TestLimits reads with small limits. The zero limit is the default, which testdata/corpus/limits.json
// covers.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		p        *wwwauth.Parser
		lines    []string
		want     string
		problems string
	}{
		{&wwwauth.Parser{MaxChallenges: 1}, lines("A b, C"), "A(b)", "too-large@5!"},
		{&wwwauth.Parser{MaxChallenges: 1}, lines("A", "@", "B"), "A()", "unexpected-byte@1:0! too-large@2:0!"},
		{&wwwauth.Parser{MaxChallenges: 1}, lines("A b=c, d, e=f"), `A(b="c" d="" e="f")`, "missing-value@8"},
		{&wwwauth.Parser{MaxChallenges: 1}, lines(`A b="c" Basic d=e`), `A(b="c")`, "missing-comma@8! too-large@8!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, B=d"), `A(b="c")`, "too-large@7!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, B, D"), `A(b="c") B() D()`, ""},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, D, e=f"), `A(b="c")`, "too-large@7!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, D", "E, f=g"), `A(b="c") D() E()`, "too-large@1:3!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A\tb=c d=e"), `A(b="c")`, "bad-whitespace@1 missing-comma@6! too-large@6!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=, c=d"), `A(b="")`, "missing-value@2 too-large@6!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("A b=c, D e=, f=g"), `A(b="c") D(e=)`, "too-large@13!"},
		{&wwwauth.Parser{MaxParams: 1}, lines("a=b, C d=e"), `C(d="e")`, "missing-scheme@0!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c, b=d, e=f"), `A(b="c" b="d" e="f")`, "duplicate-param@7"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c, b=d, e=f, b=g"), `A(b="c" b="d" e="f")`, "duplicate-param@7 too-large@17!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c, b=d/e"), `A(b="c")`, "duplicate-param@7! too-large@10!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c/d e=f"), `A(b="c/d")`, "unquoted-value@5 too-large@8!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c/d Basic e=f"), `A(b="c/d")`, "unquoted-value@5 too-large@8!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("@, A\tb=c"), `A()`, "unexpected-byte@0! too-large@4!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("\x01A b=\"\x01\", c=d"), `A()`, "control-byte@0 too-large@6!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=c,\x01d=e/f\x01"), `A(b="c")`, "control-byte@6 too-large@10!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A \x01\x01b"), `A()`, "control-byte@2 too-large@3!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("@, A b=, c=d"), `A()`, "unexpected-byte@0! too-large@5!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A a='b', c=/, d='x y'"), `A(a="'b'" c="/")`, "unquoted-value@11 too-large@16!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=", "\x01", "\x01", "c=d"), `A(b=)`, "control-byte@1:0 too-large@2:0!"},
		{&wwwauth.Parser{MaxProblems: 1}, lines("A b=", "\x01", "c=d"), `A(b="")`, "missing-value@2 too-large@1:0!"},
		{&wwwauth.Parser{MaxProblems: 2}, lines("@\x01\x01\x01", "A"), ``, "unexpected-byte@0! control-byte@1 too-large@2!"},
	} {
		t.Run(strings.Join(tt.lines, "|"), func(t *testing.T) {
			got, err := tt.p.Parse(tt.lines...)
			if got := render(got); got != tt.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.lines, got, tt.want)
			}
			if got := renderProblems(err); got != tt.problems {
				t.Errorf("Parse(%q): problems\n got %s\nwant %s", tt.lines, got, tt.problems)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		p := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		cs, err := p.Parse("A "+params(0, 2000), strings.Repeat("B,", 200), strings.Repeat("@,", 300))
		list, _ := err.(wwwauth.ErrorList)
		if len(cs) != 201 || len(cs[0].Params) != 2000 || len(list) != 300 {
			t.Errorf("%d challenges, %d parameters, %d problems, want 201, 2000, 300", len(cs), len(cs[0].Params), len(list))
		}
	})
}

func TestParserReuse(t *testing.T) {
	var p wwwauth.Parser
	first, err := p.Parse(`A b="c\"d", e=f`, "G h")
	if want := `A(b="c\"d" e="f") G(h)`; err != nil || render(first) != want {
		t.Fatalf("Parse = %s, %v, want %s", render(first), err, want)
	}
	value := first[0].Params[0].Value
	_, failed := p.Parse("I j=k/l, @")
	if second, err := p.Parse(); second != nil || err != nil {
		t.Errorf("Parse() = %v, %v, want nothing", second, err)
	}
	if third, err := p.Parse("M n=o"); err != nil || render(third) != `M(n="o")` {
		t.Errorf("third Parse = %s, %v", render(third), err)
	}
	if value != `c"d` {
		t.Errorf("a value of the first call is now %q", value)
	}
	if got := renderProblems(failed); got != "unquoted-value@5 unexpected-byte@9!" {
		t.Errorf("the error of the second call is now %s", got)
	}
}

// TestAppendToParams appends to the parameters of one challenge, which must not touch the next one.
func TestAppendToParams(t *testing.T) {
	for _, line := range []string{"A b=c, D e=f", "A b=c/d, D e=f"} {
		cs, _ := wwwauth.Parse(line)
		_ = append(cs[0].Params, wwwauth.Param{Name: "x"})
		if got := cs[1].Get("e"); got != "f" {
			t.Errorf("Parse(%q): after an append to the first challenge the second has e=%q", line, got)
		}
	}
}

// TestParseAllocs counts what does not depend on a clock: the allocations for the workloads of the
// benchmarks.
func TestParseAllocs(t *testing.T) {
	want := map[string]float64{"bare": 1, "docker": 1, "mcp": 1, "digest": 2, "commas": 0, "escapes": 2, "quoted": 1}
	for _, w := range workloads {
		if n := testing.AllocsPerRun(100, func() { wwwauth.Parse(w.lines...) }); n != want[w.name] {
			t.Errorf("%s: Parse allocates %v times, want %v", w.name, n, want[w.name])
		}
		var p wwwauth.Parser
		want := 0.0
		if w.name == "escapes" {
			want = 1 // the value, which stays valid
		}
		if n := testing.AllocsPerRun(100, func() { p.Parse(w.lines...) }); n != want {
			t.Errorf("%s: Parser.Parse allocates %v times, want %v", w.name, n, want)
		}
	}
}

// TestParseAllocsWild counts the allocations for what real servers send. A value with a backslash takes one of its
// own, a line with a control byte too.
func TestParseAllocsWild(t *testing.T) {
	for _, v := range vectors(t) {
		lines := v.lines()
		all := strings.Join(lines, "")
		if !strings.HasPrefix(v.ID, "wild-") && !strings.HasPrefix(v.ID, "capture-") || strings.ContainsFunc(all, func(r rune) bool { return r == '\\' || r < ' ' }) {
			continue
		}
		// A conforming line takes none, and Parse one for what it returns; two with more than six parameters, or
		// with parameters on several lines. A second and a third challenge on a line take one more each.
		again, once := 0.0, 1.0
		params := strings.Count(all, "=")
		if params > 6 || params > 0 && len(lines) > 1 {
			once = 2
		}
		if params <= 6 {
			once += float64(min(max(0, len(v.Challenges)-len(lines)), 2))
		}
		if !v.Conforms {
			again = 2 // the problems, with their list, and the error that holds it
			if len(v.Problems) > 2 {
				again += 2
			}
			once += again + 1 // the strict parser may have given up before it counted the parameters
		}
		var p wwwauth.Parser
		if n := testing.AllocsPerRun(10, func() { p.Parse(lines...) }); n > again {
			t.Errorf("%s: Parser.Parse allocates %v times, want %v at most", v.ID, n, again)
		}
		if n := testing.AllocsPerRun(10, func() { wwwauth.Parse(lines...) }); n > once {
			t.Errorf("%s: Parse allocates %v times, want %v at most", v.ID, n, once)
		}
	}
}

// TestParseAllocsLong counts the allocations for long tokens and separators, wherever they are.
func TestParseAllocsLong(t *testing.T) {
	lines := []string{}
	for _, alphabet := range []string{"YII/x+9z", "YIIx+9zA", "YII-x_9z", "0123abcd"} {
		for padding := range 3 {
			lines = append(lines, "Negotiate "+strings.Repeat(alphabet, 256)[padding:]+strings.Repeat("=", padding))
		}
	}
	for _, separator := range []string{",", ", ", " ,\t"} {
		long := strings.Repeat(separator, 1<<10)
		lines = append(lines, long+"Bearer a=b", "Bearer a=b"+long+"c=d", "Bearer a=b"+long)
	}
	for _, line := range lines {
		var p wwwauth.Parser
		if n := testing.AllocsPerRun(10, func() { p.Parse(line) }); n != 0 {
			t.Errorf("%.40q: Parser.Parse allocates %v times", line, n)
		}
		if n := testing.AllocsPerRun(10, func() { wwwauth.Parse(line) }); n != 1 {
			t.Errorf("%.40q: Parse allocates %v times, want 1", line, n)
		}
	}
}

// TestParseMemory checks that the value of a quoted string with escapes has no more memory than it needs.
func TestParseMemory(t *testing.T) {
	const n, size = 100, 32 << 10
	for _, piece := range []string{`\"`, `x\"`} {
		line := `A b="` + strings.Repeat(piece, size/(len(piece)-1)) + `"`
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			wwwauth.Parse(line)
		}
		runtime.ReadMemStats(&after)
		if bytes := (after.TotalAlloc - before.TotalAlloc) / n; bytes > size+size/8 {
			t.Errorf("Parse allocates %d bytes for a value of %d with %s", bytes, size, piece)
		}
	}
}

func TestNew(t *testing.T) {
	if got, want := render([]wwwauth.Challenge{wwwauth.NewChallenge("A", "b", "c", "d", "")}), `A(b="c" d="")`; got != want {
		t.Errorf("NewChallenge = %s, want %s", got, want)
	}
	if c := wwwauth.NewChallenge("A"); c.Params != nil {
		t.Errorf("NewChallenge without parameters has Params %v, want nil", c.Params)
	}
	defer func() {
		if recover() == nil {
			t.Error("NewChallenge with a name and no value does not panic")
		}
	}()
	//lint:ignore SA5012 the odd count is what is tested
	wwwauth.NewChallenge("A", "b")
}

func TestSelect(t *testing.T) {
	cs, _ := wwwauth.Parse("Negotiate, Digest a=1, dIGEST a=2, Basic a=3")
	for _, tt := range []struct {
		schemes []string
		want    string
	}{
		{[]string{"Digest", "Basic"}, `Digest(a="1")`},
		{[]string{"Basic", "Digest"}, `Basic(a="3")`},
		{[]string{"Bearer", "NEGOTIATE"}, `Negotiate()`},
		{[]string{"Bearer"}, ""},
		{nil, ""},
	} {
		c, ok := wwwauth.Select(cs, tt.schemes...)
		var got string
		if ok {
			got = render([]wwwauth.Challenge{c})
		} else if !c.Equal(wwwauth.Challenge{}) {
			t.Errorf("Select(%q) = %q, false, want the zero Challenge", tt.schemes, c)
		}
		if got != tt.want {
			t.Errorf("Select(%q) = %s, want %s", tt.schemes, got, tt.want)
		}
	}
}

func TestLookup(t *testing.T) {
	c := wwwauth.NewChallenge("A", "b", "1", "C", "", "B", "2", "k", "3")
	for _, tt := range []struct {
		name, value string
		ok          bool
		values      []string
	}{
		{"b", "1", true, []string{"1", "2"}},
		{"B", "1", true, []string{"1", "2"}},
		{"c", "", true, []string{""}},
		{"d", "", false, nil},
		{"", "", false, nil},
		{"\u212a", "", false, nil}, // KELVIN SIGN, which Unicode folds to k
	} {
		value, ok := c.Lookup(tt.name)
		if value != tt.value || ok != tt.ok {
			t.Errorf("Lookup(%q) = %q, %v, want %q, %v", tt.name, value, ok, tt.value, tt.ok)
		}
		if got := c.Get(tt.name); got != tt.value {
			t.Errorf("Get(%q) = %q, want %q", tt.name, got, tt.value)
		}
		if got := c.Values(tt.name); !cmp.Equal(got, tt.values) {
			t.Errorf("Values(%q) = %q, want %q", tt.name, got, tt.values)
		}
	}
}

func TestIs(t *testing.T) {
	for _, tt := range []struct {
		scheme, name string
		want         bool
	}{
		{"bEARER", "Bearer", true},
		{"AZ", "az", true},
		{"Bearer", "Bear", false},
		{"Bear", "Bearer", false},
		{"@Z[", "`z{", false},
		{"Kerberos", "\u212aerberos", false},
	} {
		if got := wwwauth.NewChallenge(tt.scheme).Is(tt.name); got != tt.want {
			t.Errorf("%q is %q: %v, want %v", tt.scheme, tt.name, got, tt.want)
		}
	}
}

func TestEqual(t *testing.T) {
	c := wwwauth.NewChallenge("A", "b", "c", "d", "e")
	for _, tt := range []struct {
		c, d wwwauth.Challenge
		want bool
	}{
		{wwwauth.Challenge{}, wwwauth.Challenge{Params: []wwwauth.Param{}}, true},
		{c, wwwauth.NewChallenge("a", "B", "c", "D", "e"), true},
		{c, wwwauth.NewChallenge("A", "d", "e", "b", "c"), false},
		{c, wwwauth.NewChallenge("A", "b", "c"), false},
		{c, wwwauth.NewChallenge("A", "b", "C", "d", "e"), false},
		{c, wwwauth.NewChallenge("A", "b", "c", "f", "e"), false},
		{c, wwwauth.NewChallenge("F", "b", "c", "d", "e"), false},
		{wwwauth.Challenge{Scheme: "A", Token68: "b"}, wwwauth.Challenge{Scheme: "A", Token68: "B"}, false},
	} {
		if got := tt.c.Equal(tt.d); got != tt.want || tt.d.Equal(tt.c) != tt.want || cmp.Equal(tt.c, tt.d) != tt.want {
			t.Errorf("%q equals %q: %v, want %v, in both orders and for go-cmp", tt.c, tt.d, got, tt.want)
		}
	}
}

// TestCodes: the names are part of the interface, and the vectors show each code.
func TestCodes(t *testing.T) {
	want := strings.Fields(`missing-comma semicolon unquoted-value single-quote smart-quote inner-quote unterminated-quote
		comma-after-scheme missing-value bad-whitespace line-fold control-byte duplicate-param missing-scheme token68-and-params
		unexpected-byte too-large`)
	shown := map[string]bool{}
	for _, v := range vectors(t) {
		for _, p := range v.Problems {
			shown[p.Code] = true
		}
	}
	for i, name := range want {
		if got := wwwauth.Code(i + 1).String(); got != name {
			t.Errorf("Code(%d) = %s, want %s", i+1, got, name)
		}
		if !shown[name] {
			t.Errorf("no vector shows %s", name)
		}
	}
	for _, c := range []wwwauth.Code{0, wwwauth.Code(len(want) + 1), 255} {
		if got, want := c.String(), fmt.Sprintf("Code(%d)", int(c)); got != want {
			t.Errorf("the name of an unknown code is %q, want %q", got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	_, err := wwwauth.Parse("Basic realm=secret/1", "Bearer {secret}, @")
	list := err.(wwwauth.ErrorList)
	if got, want := err.Error(), "wwwauth: line 0, offset 18: value must be quoted (and 2 more)"; got != want {
		t.Errorf("error text %q, want %q", got, want)
	}
	if got, want := list[:1].Error(), "wwwauth: line 0, offset 18: value must be quoted"; got != want {
		t.Errorf("error text %q, want %q", got, want)
	}
	if got, want := list[:0].Error(), "wwwauth: no errors"; got != want {
		t.Errorf("error text %q, want %q", got, want)
	}
	var first *wwwauth.SyntaxError
	if !errors.As(err, &first) || *first != (wwwauth.SyntaxError{Line: 0, Offset: 18, Code: wwwauth.UnquotedValue, Kept: true, Challenge: 0}) {
		t.Errorf("errors.As finds %+v", first)
	}
	for _, e := range list {
		if !errors.Is(err, e) {
			t.Errorf("errors.Is does not find %v", e)
		}
		if text := e.Error(); strings.Contains(text, "secret") || !strings.HasPrefix(text, fmt.Sprintf("wwwauth: line %d, offset %d: ", e.Line, e.Offset)) {
			t.Errorf("error text %q", text)
		}
	}
	for _, unknown := range []wwwauth.Code{0, 200, 255} {
		want := fmt.Sprintf("wwwauth: line 0, offset 0: Code(%d)", uint8(unknown))
		if got := (&wwwauth.SyntaxError{Code: unknown}).Error(); got != want {
			t.Errorf("error text %q, want %q", got, want)
		}
	}
}

func TestMap(t *testing.T) {
	for _, tt := range []struct {
		c    wwwauth.Challenge
		want map[string]string
	}{
		{wwwauth.Challenge{}, map[string]string{}},
		{wwwauth.Challenge{Scheme: "Basic", Token68: "realm="}, map[string]string{}},
		{wwwauth.NewChallenge("A", "b", "1", "B", "2", "C", "", "c", "3"), map[string]string{"b": "1", "c": ""}},
		{wwwauth.NewChallenge("A", "\u212a", "1", "K", "2"), map[string]string{"\u212a": "1", "k": "2"}}, // only ASCII is folded
		{wwwauth.NewChallenge("A", "AZ[@`{az", ""), map[string]string{"az[@`{az": ""}},
	} {
		if diff := cmp.Diff(tt.want, tt.c.Map()); diff != "" || tt.c.Map() == nil {
			t.Errorf("%#v (-want +got):\n%s", tt.c, diff)
		}
	}
}

func TestDistinct(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`A`, `A`},
		{`A b==`, `A b==`},
		{`A b="1", c="2"`, `A b="1", c="2"`},
		{`A b="1", B="2", c="3", b="1", C="4"`, `A b="1", c="3"`},
		{`Bearer realm="x", Scope="a  b", error="e", SCOPE="c", scope="b a"`, `Bearer realm="x", Scope="a b c", error="e"`},
		{`dpop scope="", scope="a", SCOPE="b"`, `dpop scope="a b"`},
		{`Bearer scope=" a  b"`, `Bearer scope=" a  b"`}, // what occurs once is unchanged
		{`Bearer scope=" a  b", x=y, x=z`, `Bearer scope=" a  b", x="y"`},
		{`Digest scope="a", scope="b"`, `Digest scope="a"`}, // not one of OAuth
	} {
		cs, _ := wwwauth.Parse(tt.line)
		before, after := plain(cs), cs[0].Distinct()
		got, err := wwwauth.Format(after)
		if got != tt.want || err != nil {
			t.Errorf("%s:\n got %s, %v\nwant %s", tt.line, got, err, tt.want)
		}
		for i := range after.Params {
			after.Params[i].Value = "changed"
		}
		if diff := cmp.Diff(before, plain(cs)); diff != "" {
			t.Errorf("%s: Distinct or a change of its result changes the challenge (-want +got):\n%s", tt.line, diff)
		}
	}
	// Nor does what is appended to a copy without parameters.
	bare := wwwauth.Challenge{Scheme: "A", Params: make([]wwwauth.Param, 0, 1)}
	_ = append(bare.Distinct().Params, wwwauth.Param{Name: "b", Value: "1"})
	if p := bare.Params[:1][0]; p.Name != "" {
		t.Errorf("what is appended to a copy is in the original: %v", p)
	}
	// Whatever was read can be sent, and nothing is left to say twice.
	for _, v := range vectors(t) {
		cs, _ := wwwauth.Parse(v.lines()...)
		for _, c := range cs {
			d := c.Distinct()
			if _, err := wwwauth.Format(d); err != nil {
				t.Errorf("%s: %v", v.ID, err)
			}
			if again := d.Distinct(); !cmp.Equal(plain([]wwwauth.Challenge{again}), plain([]wwwauth.Challenge{d})) {
				t.Errorf("%s: %s becomes %s", v.ID, d, again)
			}
			if len(d.Map()) != len(d.Params) || len(d.Map()) != len(c.Map()) {
				t.Errorf("%s: %s has other names than %s", v.ID, d, c)
			}
		}
	}
}

func TestHasAndTolerate(t *testing.T) {
	_, err := wwwauth.Parse(`Basic realm="a" b=http://x/, b=c, "`)
	all := err.(wwwauth.ErrorList)
	if got := renderProblems(all); got != "missing-comma@16 unquoted-value@22 duplicate-param@29 unexpected-byte@34!" {
		t.Fatal(got)
	}
	if !all.Has(wwwauth.DuplicateParam) || !all.Has(wwwauth.TooLarge, wwwauth.MissingComma) || all.Has() || all.Has(wwwauth.TooLarge, 0) || wwwauth.ErrorList(nil).Has(wwwauth.TooLarge) {
		t.Error("Has")
	}
	plainErr := errors.New("plain")
	for _, tt := range []struct {
		err   error
		codes []wwwauth.Code
		want  string // as renderProblems writes it; "same" for the error itself, "nil" for none
	}{
		{nil, []wwwauth.Code{wwwauth.MissingComma}, "same"},
		{all, nil, renderProblems(all)},
		{all, []wwwauth.Code{wwwauth.TooLarge}, renderProblems(all)},
		{all, []wwwauth.Code{wwwauth.MissingComma, wwwauth.DuplicateParam}, "unquoted-value@22 unexpected-byte@34!"},
		{all, []wwwauth.Code{wwwauth.MissingComma, wwwauth.DuplicateParam, wwwauth.UnexpectedByte, wwwauth.UnquotedValue}, "nil"},
		{wwwauth.ErrorList{}, nil, "nil"},
		{all[0], nil, "missing-comma@16"},
		{all[0], []wwwauth.Code{wwwauth.MissingComma}, "nil"},
		{plainErr, []wwwauth.Code{wwwauth.MissingComma}, "same"},
		{fmt.Errorf("x: %w", all), []wwwauth.Code{wwwauth.MissingComma}, "same"},
		{errors.Join(all[0]), []wwwauth.Code{wwwauth.MissingComma}, "same"},
	} {
		got := wwwauth.Tolerate(tt.err, tt.codes...)
		text := "nil"
		if list, ok := got.(wwwauth.ErrorList); ok {
			text = renderProblems(list)
		}
		if tt.want == "same" {
			if got != tt.err {
				t.Errorf("Tolerate(%v, %v) = %v", tt.err, tt.codes, got)
			}
		} else if text != tt.want || (got == nil) != (tt.want == "nil") {
			t.Errorf("Tolerate(%v, %v) = %s, want %s", tt.err, tt.codes, text, tt.want)
		}
	}
	if len(all) != 4 {
		t.Error("Tolerate changes its argument")
	}
}

func TestCodeText(t *testing.T) {
	for c := wwwauth.MissingComma; !strings.HasPrefix(c.String(), "Code("); c++ {
		text, err := c.MarshalText()
		if err != nil || string(text) != c.String() {
			t.Errorf("%v: %s, %v", c, text, err)
		}
		b, err := json.Marshal(map[string]wwwauth.Code{"code": c})
		if want := fmt.Sprintf(`{"code":"%s"}`, c); err != nil || string(b) != want {
			t.Errorf("%v: %s, %v", c, b, err)
		}
		var back struct{ Code wwwauth.Code }
		if err := json.Unmarshal(b, &back); err != nil || back.Code != c {
			t.Errorf("%s: %v, %v", b, back.Code, err)
		}
	}
	for _, c := range []wwwauth.Code{0, 200, 255} {
		if b, err := c.AppendText([]byte("x")); err == nil || string(b) != "x" {
			t.Errorf("%d: %q, %v", uint8(c), b, err)
		}
	}
	for _, name := range []string{"", "Missing-Comma", "missing-comma ", "Code(0)", "1"} {
		c := wwwauth.TooLarge
		if err := c.UnmarshalText([]byte(name)); err == nil || c != wwwauth.TooLarge {
			t.Errorf("%q: %v, %v", name, c, err)
		}
	}
}
