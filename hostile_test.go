package wwwauth_test

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// hostileShapes are inputs on which a careless parser takes quadratic time or much memory: build
// returns one of about n bytes. No test looks at the clock. A parser that is quadratic in a shape
// takes so long for 1 MiB of it, with the build tag exhaustive, that the time-out of go test ends it
// (TestHostileLong has those that need more).
var hostileShapes = []struct {
	name    string
	repeats wwwauth.Code // the repair that each repetition must need, if any
	build   func(n int) string
}{
	// Lines that conform, or nearly so.
	{"commas", 0, repeat("", ",", "")},
	{"spaces", 0, repeat("", " ", "")},
	{"spaces after scheme", 0, repeat("A", " ", "")},
	{"spaces before token68", 0, repeat("A", " ", "b")},
	{"spaces before unreadable", 0, repeat("A", " ", "@")},
	{"spaces before equals", 0, repeat("A b", " ", "=c")},
	{"spaces after equals", 0, repeat("A b=", " ", "c")},
	{"spaces after value", 0, repeat("A b=c", " ", "")},
	{"spaces and commas", 0, repeat("A b=c", " ,\t", "")},
	{"one token", 0, repeat("", "a", "")},
	{"one token68", 0, repeat("A ", "b", "==")},
	{"one name", 0, repeat("A ", "b", "=c")},
	{"one value", 0, repeat("A b=", "c", "")},
	{"one string", 0, repeat(`A b="`, "c", `"`)},
	{"equals", 0, repeat("A ", "=", "")},
	{"equals of token68", 0, repeat("A b", "=", "")},
	{"equals of token68 and parameter", 0, repeat("A b", "=", ", c=d")},
	{"obs-text", 0, repeat(`A b="`, "\x80", `"`)},
	{"schemes", 0, repeat("", ",a", "")},
	{"schemes and space", 0, repeat("", "a ,", "")},
	{"schemes, unreadable at the end", 0, repeat("", "a,", "@")},
	{"schemes and token68", 0, repeat("", "a b,", "")},
	{"schemes and parameter", 0, repeat("", "a b=c,", "")},
	{"schemes and two parameters", 0, repeat("", `a b="c",d="e",`, "")},
	{"escapes", 0, repeat(`A b="`, `\"`, `"`)},
	{"one escape, control byte at the end", 0, repeat(`A b="\c`, "d", "\"\x00")}, // read twice, copied each time
	{"escapes, control byte at the end", 0, repeat(`A b="`, `\c`, "\"\x00")},
	{"names", 0, names("", "", 1)},
	{"names in upper case", 0, names("ABCDEFGH", "", 1)},
	{"names with a common prefix", 0, names(strings.Repeat("a", 1000), "", 1)},
	{"names with a common prefix in upper case", 0, names(strings.Repeat("A", 1000), "", 1)},
	{"names with a common prefix, few in a challenge", 0, names(strings.Repeat("a", 1000), "A ", 32)},
	{"names, 31 in a challenge", 0, names("", "A ", 31)},
	{"names, 33 in a challenge", 0, names("", "A ", 33)},

	// missing-comma, and heads that are none.
	{"no comma", wwwauth.MissingComma, repeat("A ", `a="x" `, "")},
	{"no comma, no space", wwwauth.MissingComma, repeat("A ", `a=""`, "")},
	{"no comma, known scheme", wwwauth.MissingComma, repeat("", `Basic a="x" `, "")},
	{"no comma, unquoted", wwwauth.MissingComma, repeat("A ", "a=b ", "")},
	{"known schemes", 0, repeat("", "Basic ", "")},
	{"known schemes after value", 0, repeat(`A a="x" `, "Basic ", "")},
	{"known schemes after unquoted value", 0, repeat("A a=@ ", "Basic ", "")},
	{"known schemes after single quotes", 0, repeat("A a='@ ", "' Basic ", "")},
	{"known schemes, tabs", 0, repeat(`A a="x" `, "Basic\tb=@ ", "")},
	{"known schemes and names", 0, repeat("A a=@ ", "Basic b ", "")},
	{"known schemes far apart", 0, repeat("A a=@ ", "Basic"+spaces+"b"+spaces, "")},
	{"known scheme, spaces", 0, repeat(`A a="x" Basic`, " ", "b")},
	{"head at the end", 0, repeat(`A a="x" `, "b ", "=")},

	// semicolon
	{"semicolon", wwwauth.Semicolon, repeat("A ", "a=b;", "")},
	{"semicolon after string", wwwauth.Semicolon, repeat("A ", `a="x" ; `, "")},
	{"semicolons", 0, repeat("A a=b", ";", "")},
	{"semicolons after string", 0, repeat(`A a="x"`, ";", "")},
	{"semicolons, spaces", 0, repeat("A a=b", " ; ", "")},
	{"semicolons far apart", 0, repeat("A a='b", "'"+spaces+";"+spaces+"c", "")},
	{"semicolon without head", 0, repeat("A ", "a=b;c,", "")},
	{"semicolon without head after string", wwwauth.UnexpectedByte, repeat("A ", `a="x";c,`, "")},
	{"semicolons without head in single quotes", 0, repeat("A a='b", "';c ", "")},
	{"semicolons without scheme", 0, repeat("", "a=b;", "")},
	{"semicolon after unquoted", wwwauth.Semicolon, repeat("A ", "a=/; ", "")},
	{"semicolon after nothing", wwwauth.Semicolon, repeat("A ", "a=; ", "")},
	{"semicolon after scheme", wwwauth.Semicolon, repeat("", "UMA;a=b,", "")},
	{"semicolon after scheme, no comma", wwwauth.Semicolon, repeat("", "UMA;a=b ", "")},
	{"semicolon after schemes", 0, repeat("A b=/", " UMA;", "")},
	{"semicolon after schemes far apart", 0, repeat("A b=/", spaces+"UMA"+spaces+";", "")},
	{"last semicolon", wwwauth.Semicolon, repeat("A ", "a=b;,", "")},
	{"last semicolon, scheme", wwwauth.Semicolon, repeat("", "UMA a=b;", "")},
	{"last semicolon, dropped", wwwauth.Semicolon, repeat("", "a=b;,", "")},
	{"semicolons in unquoted", 0, repeat("A b=", ";", "@")},
	{"semicolons in unquoted, spaces", 0, repeat("A b=/", "; ", "@")},
	{"semicolons in unquoted far apart", 0, repeat("A b=/", ";"+spaces, "@")},
	{"semicolons in unquoted, words far apart", 0, repeat("A b=/", spaces+"; c"+spaces+";", "@")},
	{"semicolons in unquoted, schemes", 0, repeat("A b=/", "; UMA ", "@")},

	// unquoted-value
	{"unquoted", wwwauth.UnquotedValue, repeat("A ", "a=@,", "")},
	{"unquoted, space", wwwauth.UnquotedValue, repeat("A ", "a=@ ", "")},
	{"unquoted, semicolon", 0, repeat("A ", "a=@;", "")},
	{"unquoted words", 0, repeat("A a=@", " b", "")},
	{"unquoted, spaces", 0, repeat("A a=@", " ", "b")},
	{"unquoted words far apart", 0, repeat("A a=@", spaces+"b", "")},
	{"unquoted quotes", 0, repeat("A a=@", `"`, "")},

	// single-quote
	{"single quotes", wwwauth.SingleQuote, repeat("A ", "a='@',", "")},
	{"single quotes, space", wwwauth.SingleQuote, repeat("A ", "a='@' ", "")},
	{"single quotes, semicolon", wwwauth.SingleQuote, repeat("A ", "a='@';", "")},
	{"single quotes around tokens", 0, repeat("A ", "a='',", "a='@'")},
	{"single quotes around tokens, after", 0, repeat("A a='@',", "a='',", "")},
	{"single quotes, challenges", wwwauth.SingleQuote, repeat("", "A a='',b='@',", "")},
	{"single quote, not closed", wwwauth.UnquotedValue, repeat("A ", "a='@,", "")},
	{"single quote, not closed, space", wwwauth.UnquotedValue, repeat("A ", "a='x@ ", "")},
	{"single quote, not closed, closed at the end", wwwauth.UnquotedValue, repeat("A ", "a='@,", "'")},
	{"single quote, not closed, no scheme", 0, repeat("", "a='x@ ", "")},
	{"single quotes only", 0, repeat("A a=", "'", " @")},
	{"single quotes only, no scheme", 0, repeat("a=", "'", " @")},
	{"single quotes and words", 0, repeat("A a='@", "' b", "")},
	{"single quotes and spaces", 0, repeat("A a='@", "' ", "@")},
	{"single quotes far apart", 0, repeat("A a='@", "'"+spaces, "@")},

	// smart-quote
	{"smart quotes", wwwauth.SmartQuote, repeat("A ", "a=\u201cx\u201d,", "")},
	{"smart quotes, empty", wwwauth.SmartQuote, repeat("A ", "a=\u201c\u201d,", "")},
	{"smart quotes, opening", 0, repeat("A a=", "\u201c", "")},
	{"smart quotes, opening, no scheme", 0, repeat("", "\u201c", "")},
	{"smart quotes, not closed", wwwauth.UnquotedValue, repeat("A ", "a=\u201c,", "")},
	{"smart quotes, not closed, space", wwwauth.UnquotedValue, repeat("A ", "a=\u201c ", "")},
	{"smart quotes, closed at the end", wwwauth.UnquotedValue, repeat("A ", "a=\u201c,", "\u201d")},
	{"smart quotes, closed at the end, no comma", 0, repeat("A ", "a=\u201c ", "\u201d")},

	// inner-quote
	{"inner quotes", wwwauth.InnerQuote, repeat("A ", `a="x"y"",`, "")},
	{"inner quotes, space before string", wwwauth.InnerQuote, repeat("A ", `a= ""@",`, "")}, // no =" in the line
	{"inner quotes, one string", 0, repeat(`A a="x`, `"y`, `"`)},
	{"inner quotes, no comma", 0, repeat("A ", `a="x"y `, "")},
	{"inner quotes, head", 0, repeat("A ", `a="x"y b= `, "")},
	{"inner quotes, head, no scheme", 0, repeat("", `a="x"y b= `, "")},
	{"inner quotes, comma first", wwwauth.UnexpectedByte, repeat("A ", `a="x"y,`, "")},
	{"inner quotes, comma first, quote at the end", wwwauth.UnexpectedByte, repeat("A ", `a="x"y,`, `"`)},
	{"inner quotes, equals first", wwwauth.UnexpectedByte, repeat("A ", `a="x"@ y="",`, "")},
	{"inner quotes, escaped", 0, repeat("A ", `a="x"y\",`, "")},
	{"inner quotes, spaces", 0, repeat(`A a="x"y`, `" `, "@")},
	{"inner quotes far apart", 0, repeat(`A a="x"y`, `"`+spaces, "@")},

	// unterminated-quote
	{"not terminated", 0, repeat("A ", `a="`, "")},
	{"not terminated, quotes", 0, repeat(`A a=`, `"`, "")},
	{"not terminated, backslashes", 0, repeat(`A a="`, `\`, "")},
	{"not terminated, escapes", 0, repeat(`A a="`, `\"`, "")},
	{"not terminated, strings", 0, repeat("A ", `a="\`, "")},
	{"not terminated, strings, no scheme", 0, repeat("", `a="\`, "")},
	{"lost quote", wwwauth.UnterminatedQuote, repeat("A ", `a="x,`, "")},
	{"lost quote, escape", wwwauth.UnterminatedQuote, repeat("A ", `a="\x,`, "")},
	{"lost quote, spaces", 0, repeat(`A a="x,`, " ", `b="y"`)},
	{"lost quote, long name", 0, repeat(`A a="x,`, "b", `="y"`)},
	{"lost quote, no comma", 0, repeat("A ", `a="x `, "")},
	{"lost quote, comma after", 0, repeat("A ", `a=",`, "")}, // so it was not lost
	{"lost quote, no name", 0, repeat("A ", `a=",="y,`, "")},

	// comma-after-scheme
	{"comma after scheme", wwwauth.CommaAfterScheme, repeat("", "UMA,b=c,", "")},
	{"comma after scheme, no value", wwwauth.CommaAfterScheme, repeat("", "UMA,b=,", "")},

	// missing-value
	{"no value", wwwauth.MissingValue, repeat("A b=c", ",a=", "")},
	{"no value, upper case", wwwauth.MissingValue, repeat("A b=c", ",A=", "")},
	{"no value, no equals", wwwauth.MissingValue, repeat("A a=b,", "a,b=c,", "")},
	{"no value, token68", wwwauth.MissingValue, repeat("", "A b=,c=d,", "")},
	{"no value, token68, control bytes between", 0, repeat("A b=,", "\x00", ",c=d")}, // reported late, listed first
	{"no value, token68, control bytes between each", wwwauth.MissingValue, repeat("", "A b=,\x00\x00\x00\x00,c=d,", "")},
	{"words, head at the end", 0, repeat("", ",a", "=b")},
	{"words after parameter, head at the end", 0, repeat("A a=b", ",a", "=b")},
	{"word and commas", 0, repeat("A a=b,c", ",", "d=e")},
	{"commas after parameter", 0, repeat("A a=b", ",", "")},
	{"commas after parameter, no scheme", 0, repeat("a=b", ",", "")},

	// bad-whitespace
	{"tab", wwwauth.BadWhitespace, repeat("", "A\tb=c,", "")},
	{"tab and token68", wwwauth.BadWhitespace, repeat("", "A\tb,", "")},
	{"tabs", 0, repeat("A", "\t", "b=c")},

	// line-fold and control-byte
	{"folds", wwwauth.LineFold, repeat("A b=c", "\r\n ", "")},
	{"folds in string", wwwauth.LineFold, repeat(`A b="`, "\n ", `"`)},
	{"line ends", 0, repeat("A b=c", "\r\n", " ")}, // a single problem
	{"line ends in string", wwwauth.ControlByte, repeat(`A b="`, "\r\nx", `"`)},
	{"control bytes", wwwauth.ControlByte, repeat("", "\x00", "")},
	{"control bytes in string", wwwauth.ControlByte, repeat(`A b="`, "\x7f", `"`)},
	{"control bytes, escaped", wwwauth.ControlByte, repeat(`A b="`, "\\\x00", `"`)},
	{"control bytes in dropped value", wwwauth.ControlByte, repeat(`b="`, "\x00", `"`)},
	{"control bytes and commas", wwwauth.ControlByte, repeat("A ", "\x00,", "")},
	{"control bytes and schemes", wwwauth.ControlByte, repeat("", "a\x00,", "")},
	{"control bytes and parameters", wwwauth.ControlByte, repeat("A ", "b=\x00,", "")},

	// duplicate-param
	{"duplicates", wwwauth.DuplicateParam, repeat("A a=b", ",a=b", "")},
	{"duplicates, strings", wwwauth.DuplicateParam, repeat("A ", `a="x",`, "")},
	{"duplicates, escapes", wwwauth.DuplicateParam, repeat("A ", `a="\x",`, "")},
	{"duplicates, two a challenge", wwwauth.DuplicateParam, repeat("", "A b=c,b=d,", "")},

	// missing-scheme
	{"no scheme", wwwauth.MissingScheme, repeat("", "a=b,", "")},
	{"no scheme, strings", wwwauth.MissingScheme, repeat("", `a="x",`, "")},
	{"no scheme, escapes", wwwauth.MissingScheme, repeat("", `a="\x",`, "")},
	{"no scheme, no value", wwwauth.MissingScheme, repeat("", "a=,", "")},

	// token68-and-params
	{"token68 and parameters", wwwauth.Token68AndParams, repeat("A b", ",c=d", "")},
	{"token68 and parameters, challenges", wwwauth.Token68AndParams, repeat("", "A b,c=,", "")},

	// unexpected-byte
	{"unreadable", 0, repeat("", "@", "")},
	{"unreadable elements", wwwauth.UnexpectedByte, repeat("", "@,", "")},
	{"unreadable after scheme", wwwauth.UnexpectedByte, repeat("", "A @,", "")},
	{"unreadable token68", wwwauth.UnexpectedByte, repeat("", "A {b},", "")},
	{"unreadable at a scheme", wwwauth.UnexpectedByte, repeat("", "A/1,", "")},
	{"unreadable after value", wwwauth.UnexpectedByte, repeat("A ", `a="x"@ `, "")},
	{"unreadable, words", 0, repeat("A @", " b", "")},
	{"unreadable, words far apart", 0, repeat("A a=b,c=d @", spaces+"b", "")},
	{"unreadable, strings", 0, repeat("OAuth ", `"" `, "")},
	{"unreadable, strings with commas", 0, repeat("OAuth ", `"," `, "")},
	{"unreadable, string not terminated", 0, repeat("", `@"\`, "")},
	{"unreadable, string not terminated, scheme", 0, repeat("A ", `@"\`, "")},
	{"unreadable, escapes", 0, repeat("", `\"`, "")},
	{"schemes and word", 0, repeat("", "a, N ", "")},
	{"words", 0, repeat("", "a ", "")},
	{"words after parameter", wwwauth.UnexpectedByte, repeat("A ", `a="x" b,`, "")},
}

// spaces is a run of whitespace that makes a look-ahead expensive, yet fits into 1 MiB many times.
var spaces = strings.Repeat(" ", 100)

// repeat builds prefix, the unit again and again, and suffix.
func repeat(prefix, unit, suffix string) func(n int) string {
	return func(n int) string {
		return prefix + strings.Repeat(unit, (n-len(prefix)-len(suffix))/len(unit)) + suffix
	}
}

// names builds parameters whose names are all different, but begin with the prefix. Before each
// group of every parameters is the scheme; if there is none, a single one comes first.
func names(prefix, scheme string, every int) func(n int) string {
	return func(n int) string {
		var b strings.Builder
		if scheme == "" {
			b.WriteString("A ")
		}
		for i := 0; b.Len() < n-len(prefix)-16; i++ {
			if i%every == 0 {
				b.WriteString(scheme)
			}
			fmt.Fprintf(&b, "%s%x=b,", prefix, i)
		}
		return b.String()
	}
}

// hostileLines are such shapes of many lines.
var hostileLines = []struct {
	name string
	line string
}{
	{"empty", ""},
	{"space", " "},
	{"comma", ","},
	{"scheme", "a"},
	{"equals", "="},
	{"quote", `"`},
	{"single quote", "'"},
	{"backslash", `\`},
	{"unreadable", "@"},
	{"control byte", "\x00"},
	{"newline", "\n"},
	{"fold", "\n "},
	{"scheme and space", "a "},
	{"scheme and token68", "a b="},
	{"parameter", "a=b"},
	{"parameter without value", "a="},
	{"challenge", `A b="c"`},
	{"not terminated", `A b="`},
	{"not terminated, escape", `A b="\`},
	{"single quotes", "A b='@'"},
	{"inner quote", `A b="x"y"`},
}

// hostileLimits are the settings of a Parser and the most bytes that it may allocate for n bytes.
var hostileLimits = []struct {
	name      string
	parser    func() *wwwauth.Parser
	maxMemory func(n int) uint64
}{
	{"default limits", func() *wwwauth.Parser { return new(wwwauth.Parser) }, func(n int) uint64 { return 8*uint64(n) + 64<<10 }},
	{"no limits", unlimited, func(n int) uint64 { return 160 * uint64(n) }},
}

func unlimited() *wwwauth.Parser {
	return &wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
}

// hostileSizes returns the lengths of the inputs. The race detector takes ten times as long, and uses
// -short.
func hostileSizes() []int {
	if testing.Short() {
		return []int{64 << 10}
	}
	return []int{hostileSize}
}

// Not parallel, like all tests here that measure memory.
func TestHostileShapes(t *testing.T) {
	aimed := map[wwwauth.Code]bool{}
	for _, shape := range hostileShapes {
		aimed[shape.repeats] = true
		for _, n := range hostileSizes() {
			t.Run(fmt.Sprintf("%s/%d", shape.name, n), func(t *testing.T) {
				line := shape.build(n)
				if len(line) > n || len(line) < n-n/32-16 {
					t.Errorf("built %d bytes, want about %d", len(line), n)
				}
				count := 0
				for _, e := range checkHostile(t, line) {
					if e.Code == shape.repeats {
						count++
					}
				}
				// No unit that makes a repair is longer than 32 bytes.
				if want := n / 32; shape.repeats != 0 && count < want {
					t.Errorf("%s is reported %d times, want at least %d", shape.repeats, count, want)
				}
			})
		}
	}
	for code := wwwauth.MissingComma; code < wwwauth.TooLarge; code++ {
		if !aimed[code] {
			t.Errorf("no shape repeats %s", code)
		}
	}
}

func TestHostileLines(t *testing.T) {
	for _, shape := range hostileLines {
		for _, n := range hostileSizes() {
			t.Run(fmt.Sprintf("%s/%d", shape.name, n), func(t *testing.T) {
				checkHostile(t, slices.Repeat([]string{shape.line}, n/max(1, len(shape.line)))...)
			})
		}
	}
}

// How much a growing slice has allocated depends on how long ago it grew last. So what returns most for
// each byte has to keep the bound at any length: here over all lengths up to the double one.
func TestHostileGrowth(t *testing.T) {
	for n := 128 << 10; n < 256<<10; n += n / 16 {
		t.Run(fmt.Sprintf("schemes/%d", n), func(t *testing.T) {
			checkHostile(t, repeat("", ",a", "")(n))
		})
		t.Run(fmt.Sprintf("lines/%d", n), func(t *testing.T) {
			checkHostile(t, slices.Repeat([]string{"a"}, n)...)
		})
	}
}

// Some look-aheads run at the speed of memory, and some comparisons are cheap: 1 MiB is too little to
// make them take minutes. These have to: a search that many values repeat over a long tail, and very
// many names.
func TestHostileLong(t *testing.T) {
	if testing.Short() {
		t.Skip("long inputs")
	}
	tail := strings.Repeat("x", 64<<20)
	for _, test := range []struct {
		name  string
		start string
		tail  string
	}{
		{"no comma", repeat("A ", "a='@ ", "")(2 << 20), tail},
		{"no closing smart quote", repeat("A ", "a=\u201c,", "")(2 << 20), tail},
		{"no equals and quote", repeat("A ", `a= ""@",`, "")(2 << 20), tail},
		{"names", names("", "", 1)(8 << 20), ""},
		{"token68 and parameters", "A " + strings.Repeat("a", 8<<20) + "==", strings.Repeat(",b=c", 2<<20)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
			cs, err := p.Parse(test.start + test.tail)
			problems, _ := err.(wwwauth.ErrorList)
			if len(cs) == 0 || len(cs[0].Params) < 200000 && len(problems) < 200000 {
				t.Errorf("got %d challenges, want one with at least 200000 parameters first, or so many problems", len(cs))
			}
		})
	}
}

// Short inputs that reach a limit, where the memory for what is returned counts most.
func TestHostileNumbers(t *testing.T) {
	for _, test := range []struct {
		name                          string
		line                          string
		challenges, params, tooLarges int // with the default limits
	}{
		{"128 challenges", strings.Repeat("A,", 128), 128, 0, 0},
		{"129 challenges", strings.Repeat("A,", 129), 128, 0, 1},
		{"129 challenges with a parameter", strings.Repeat("A b=c,", 129), 128, 128, 1},
		{"1024 parameters", firstParams(1024, "", 1024), 1, 1024, 0},
		{"1025 parameters", firstParams(1025, "", 1025), 1, 1024, 1},
		{"1024 parameters in upper case", firstParams(1024, "N", 1024), 1, 1024, 0},
		{"1024 parameters, twice each", firstParams(1024, "", 512), 1, 768, 1}, // 256 duplicates
		{"40 challenges of 33 parameters", strings.Repeat(firstParams(33, "", 33), 40), 32, 1024, 1},
		{"31 challenges of 33 parameters", strings.Repeat(firstParams(33, "", 33), 31), 31, 1023, 0},
		{"31 challenges of 33 parameters in upper case", strings.Repeat(firstParams(33, "N", 33), 31), 31, 1023, 0},
		{"513 parameters in 65 challenges, 256 without value", denseParams(513, 8, 256), 65, 513, 0}, // just past a growth of each slice
		{"256 problems", strings.Repeat("@,", 256), 0, 0, 0},
		{"257 problems", strings.Repeat("@,", 257), 0, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkHostile(t, test.line)
			cs, err := wwwauth.Parse(test.line)
			params, tooLarges := 0, 0
			for _, c := range cs {
				params += len(c.Params)
			}
			for _, e := range problemsOf(t, err) {
				if e.Code == wwwauth.TooLarge {
					tooLarges++
				}
			}
			if len(cs) != test.challenges || params != test.params || tooLarges != test.tooLarges {
				t.Errorf("got %d challenges, %d parameters, %d too-large, want %d, %d, %d",
					len(cs), params, tooLarges, test.challenges, test.params, test.tooLarges)
			}
		})
	}
}

// firstParams returns a challenge of n parameters with so many names, all short.
func firstParams(n int, prefix string, different int) string {
	var b strings.Builder
	b.WriteString("A ")
	for i := range n {
		fmt.Fprintf(&b, "%s%x=b,", prefix, i%different)
	}
	return b.String()
}

// denseParams returns n parameters, every of them in a challenge, the first empty of them without a
// value: it fills all that Parse returns with as few bytes as can be.
func denseParams(n, every, empty int) string {
	var b strings.Builder
	for i := range n {
		if i%every == 0 {
			b.WriteString("A ")
		}
		fmt.Fprintf(&b, "%x=", i%every)
		if i >= empty {
			b.WriteByte('b')
		}
		b.WriteByte(',')
	}
	return b.String()
}

// checkHostile parses the lines with each setting of the limits, checks what holds for any input,
// and returns the problems found without limits.
func checkHostile(t *testing.T, lines ...string) wwwauth.ErrorList {
	t.Helper()
	n := 0
	for _, line := range lines {
		n += len(line) + len(", ") // as if the lines came joined
	}
	var problems wwwauth.ErrorList
	for _, limits := range hostileLimits {
		t.Run(limits.name, func(t *testing.T) {
			p := limits.parser()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cs, err := p.Parse(lines...)
			runtime.ReadMemStats(&after)
			if got, want := after.TotalAlloc-before.TotalAlloc, limits.maxMemory(n); got > want {
				t.Errorf("%d bytes in %d lines: %d bytes allocated, %.1f per byte, want at most %d",
					n, len(lines), got, float64(got)/float64(max(1, n)), want)
			}
			wwwauth.CheckResult(t, lines, cs, err)
			problems = problemsOf(t, err)
			checkLimits(t, p, cs, problems)
			checkFormattable(t, cs, problems)
		})
	}
	return problems
}

// checkLimits checks that no more is returned than the limits allow, and that too-large is the last
// problem if at all.
func checkLimits(t *testing.T, p *wwwauth.Parser, cs []wwwauth.Challenge, problems wwwauth.ErrorList) {
	t.Helper()
	for i, e := range problems {
		if e.Code == wwwauth.TooLarge && (p.MaxProblems < 0 || i < len(problems)-1) {
			t.Fatalf("too-large is problem %d of %d, want it last, and only with limits", i+1, len(problems))
		}
	}
	if p.MaxProblems < 0 {
		return
	}
	params, others := 0, len(problems)
	for _, c := range cs {
		params += len(c.Params)
	}
	if others > 0 && problems[others-1].Code == wwwauth.TooLarge {
		others--
	}
	if len(cs) > 128 || params > 1024 || others > 256 {
		t.Errorf("got %d challenges, %d parameters, %d problems, want at most 128, 1024, 256", len(cs), params, others)
	}
}

// checkFormattable checks that each challenge can be sent, except those with a parameter that was
// reported as duplicate and kept.
func checkFormattable(t *testing.T, cs []wwwauth.Challenge, problems wwwauth.ErrorList) {
	t.Helper()
	duplicate := map[int]bool{}
	for _, e := range problems {
		if e.Code == wwwauth.DuplicateParam && e.Kept {
			duplicate[e.Challenge] = true
		}
	}
	for i, c := range cs {
		_, err := wwwauth.Format(c)
		if !duplicate[i] {
			if err != nil {
				t.Fatalf("challenge %d: Format: %v, want no error", i, err)
			}
			continue
		}
		var e *wwwauth.FormatError
		if !errors.As(err, &e) || e.Code != wwwauth.DuplicateParam {
			t.Fatalf("challenge %d: Format: error %v, want %s", i, err, wwwauth.DuplicateParam)
		}
	}
}

func TestHostileFormat(t *testing.T) {
	many := func(n int, name string) []wwwauth.Challenge {
		c := wwwauth.Challenge{Scheme: "A"}
		for i := range n {
			c.Params = append(c.Params, wwwauth.Param{Name: fmt.Sprintf("%s%x", name, i), Value: "x"})
		}
		return []wwwauth.Challenge{c}
	}
	value := func(unit string) []wwwauth.Challenge {
		return []wwwauth.Challenge{wwwauth.NewChallenge("A", "b", strings.Repeat(unit, (1<<20)/len(unit)))}
	}
	for _, test := range []struct {
		name string
		cs   []wwwauth.Challenge
	}{
		{"quotes", value(`"`)},
		{"backslashes", value(`\`)},
		{"quotes and backslashes", value(`"\`)},
		{"quotes and text", value(`x"`)},
		{"obs-text", value("\x80")},
		{"tabs", value("\t")},
		{"spaces", value(" ")},
		{"commas and heads", value(`", b="`)},
		{"token in Digest", []wwwauth.Challenge{wwwauth.NewChallenge("Digest", "algorithm", strings.Repeat("a", 1<<20), "stale", strings.Repeat("'", 1<<20))}},
		{"scheme, name and token68", []wwwauth.Challenge{
			{Scheme: strings.Repeat("A", 1<<20), Token68: strings.Repeat("/", 1<<20) + "="},
			wwwauth.NewChallenge("A", strings.Repeat("b", 1<<20), ""),
		}},
		{"parameters", many(100000, "")},
		{"parameters in upper case", many(100000, "NAME")},
		{"parameters with a common prefix", many(100000, strings.Repeat("a", 64))},
		{"parameters with a long common prefix", many(1000, strings.Repeat("a", 1000))},
		{"bare challenges", slices.Repeat([]wwwauth.Challenge{wwwauth.NewChallenge("A")}, 100000)},
		{"challenges", slices.Repeat([]wwwauth.Challenge{wwwauth.NewChallenge("A", "b", `"`)}, 100000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			line, err := wwwauth.Format(test.cs...)
			if err != nil {
				t.Fatalf("Format: %v", err)
			}
			lines, err := wwwauth.Lines(test.cs...)
			if err != nil || strings.Join(lines, ", ") != line {
				t.Errorf("Lines: %d lines that joined differ from Format, or error %v", len(lines), err)
			}
			appended, err := wwwauth.Append([]byte("before: "), test.cs...)
			if err != nil || string(appended) != "before: "+line {
				t.Errorf("Append: %d bytes that differ from Format's %d, or error %v", len(appended), len(line), err)
			}
			for _, input := range [][]string{{line}, lines} {
				p := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
				got, err := p.Parse(input...)
				if err != nil || !reflect.DeepEqual(got, test.cs) {
					t.Errorf("Parse of %d lines: got %d challenges that differ from the %d sent, or error %v", len(input), len(got), len(test.cs), err)
				}
			}
		})
	}
}
