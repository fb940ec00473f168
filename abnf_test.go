package wwwauth_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// The rules of RFC 9110 as regular expressions, in the order of its appendix A. Each character of
// the text to match stands for a byte.
//
// LineEnd stands for the comma between field lines (section 5.3). Unlike a comma it must not be in
// a quoted string, which is the first of our deviations: a quoted string ends with its line.
const (
	ows         = `[ \t]*`
	bws         = ows
	obsText     = `\x80-\xff`
	qdtext      = `[\t \x21\x23-\x5b\x5d-\x7e` + obsText + `]`
	quotedPair  = `\\[\t \x21-\x7e` + obsText + `]`
	quotedStr   = `"(?:` + qdtext + `|` + quotedPair + `)*"`
	tchar       = "[!#$%&'*+.^_`|~0-9A-Za-z-]"
	token       = tchar + `+`
	token68     = `[A-Za-z0-9._~+/-]+=*`
	authParam   = token + bws + `=` + bws + `(?:` + token + `|` + quotedStr + `)`
	authScheme  = token
	comma       = `[,` + wwwauth.LineEnd + `]`
	senderValue = `(?:` + token + `|"(?:` + qdtext + `|\\["\\])*")`
	senderParam = token + `=` + senderValue // no BWS, section 5.6.3
)

// list is #element as recipients must read it (section 5.6.1.2).
func list(element string) string {
	return `(?:` + element + `)?(?:` + ows + comma + ows + `(?:` + element + `)?)*`
}

// senderList is #element as senders must write it (section 5.6.1.1), with the spacing of section 5.3.
func senderList(element string) string {
	return `(?:` + element + `(?:, ` + element + `)*)?`
}

var (
	challenge       = authScheme + `(?: +(?:` + token68 + `|` + list(authParam) + `))?`
	wwwAuthenticate = regexp.MustCompile(`^` + list(challenge) + `$`)

	senderChallenge       = authScheme + `(?: (?:` + token68 + `|` + senderParam + `(?:, ` + senderParam + `)*))?`
	senderWWWAuthenticate = regexp.MustCompile(`^` + senderList(senderChallenge) + `$`)
)

// matches reports whether the bytes of s match.
func matches(re *regexp.Regexp, s string) bool {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return re.MatchString(string(runes))
}

// conforms reports whether the lines are a WWW-Authenticate field by the ABNF alone.
func conforms(lines ...string) bool {
	for i, line := range lines {
		if strings.Contains(line, wwwauth.LineEnd) {
			return false
		}
		if i == 0 {
			lines = append([]string(nil), lines...)
		}
		lines[i] = strings.Trim(line, " \t")
	}
	return matches(wwwAuthenticate, strings.Join(lines, wwwauth.LineEnd))
}

// checkLines checks what must hold of Parse for all lines: the verdict is that of the ABNF, and the
// result can be sent and read back. A parameter that is repeated is the exception to both: it is in
// the ABNF but against section 11.2.
func checkLines(lines ...string) error {
	cs, err := wwwauth.Parse(lines...)
	if want := conforms(lines...); wwwauth.OnlyRepeated(err) != want {
		return fmt.Errorf("Parse(%q): error %v, but conforms to the ABNF = %v", lines, err, want)
	}
	list, _ := err.(wwwauth.ErrorList)
	if slices.ContainsFunc(list, func(e *wwwauth.SyntaxError) bool { return e.Code == wwwauth.DuplicateParam }) {
		return nil
	}
	return checkFormat(cs)
}

// checkFormat checks that challenges can be sent and read back, and that what is sent keeps to the
// grammar for senders.
func checkFormat(cs []wwwauth.Challenge) error {
	value, err := wwwauth.Format(cs...)
	if err != nil {
		return fmt.Errorf("Format(%q): %v", cs, err)
	}
	if !matches(senderWWWAuthenticate, value) {
		return fmt.Errorf("Format(%q) = %q, which is not in the sender's grammar", cs, value)
	}
	p := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1}
	back, err := p.Parse(value)
	if err != nil {
		return fmt.Errorf("Parse(Format(%q)): %v", cs, err)
	}
	if got, want := render(back), render(cs); got != want {
		return fmt.Errorf("Parse(%q) = %s, want %s", value, got, want)
	}
	again, err := wwwauth.Format(back...)
	if err != nil || again != value {
		return fmt.Errorf("Format(Parse(%q)) = %q, %v, want the same", value, again, err)
	}
	lines, err := wwwauth.Lines(cs...)
	if err != nil || strings.Join(lines, ", ") != value {
		return fmt.Errorf("Lines(%q) = %q, %v, want what Format gives, %q, in pieces", cs, lines, err, value)
	}
	return nil
}

// TestVectorsABNF holds the verdicts of the vectors against the ABNF, which knows nothing of
// repeated parameters and of limits.
func TestVectorsABNF(t *testing.T) {
	for _, v := range vectors(t) {
		want, limited := true, false
		for _, p := range v.Problems {
			want = want && p.Code == "duplicate-param"
			limited = limited || p.Code == "too-large"
		}
		if limited {
			continue
		}
		if got := conforms(v.lines()...); got != want {
			t.Errorf("%s: %q conforms to the ABNF = %v, want %v", v.ID, v.lines(), got, want)
		}
	}
}

// TestEveryByteInEveryPlace replaces each byte of some lines by each of the 256, and puts each one
// before it.
func TestEveryByteInEveryPlace(t *testing.T) {
	for _, line := range []string{
		`Basic`,
		`Negotiate YII=`,
		`Basic realm="x"`,
		`A b = c`,
		`A b="\x" , C d`,
		`A ,b=c, D, E f=g`,
		`A b='c d', e=f`,
		"A b=\u201cc\u201d",
		`A b="c"d", e="f,g="h"`,
		`Basic realm="x" Bearer a="b";c=d`,
		`d=e, A, f=, g, h=i`,
	} {
		for i := range len(line) + 1 {
			for c := range 256 {
				inserted := line[:i] + string([]byte{byte(c)}) + line[i:]
				if err := checkLines(inserted); err != nil {
					t.Error(err)
				}
				if i == len(line) {
					continue
				}
				replaced := line[:i] + string([]byte{byte(c)}) + line[i+1:]
				if err := checkLines(replaced); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// TestEveryLength puts each of the 256 bytes into each place of long runs of every length, which the
// parser reads several bytes at a time.
func TestEveryLength(t *testing.T) {
	const token68 = "-._~+/" + "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz"
	lawful := func(c byte) bool { return c == '\t' || c >= ' ' && c != 0x7f }
	check := func(line string, ok bool, want string) {
		t.Helper()
		cs, err := wwwauth.Parse(line)
		if (err == nil) != ok || ok && render(cs) != want {
			t.Fatalf("Parse(%q) = %s, %v, want %s, conforms: %v", line, render(cs), err, want, ok)
		}
	}
	for i := range 256 {
		c := string([]byte{byte(i)})
		value := strings.Repeat(c+"x", 12)
		if c == `\` {
			value = strings.Repeat("x", 12)
		}
		check(`A b="`+strings.Repeat(c+"x", 12)+`"`, lawful(byte(i)) && c != `"`, fmt.Sprintf("A(b=%q)", value))
	}
	for k := range 80 {
		n, fill := k/2, "+" // low and high bytes
		if k%2 == 0 {
			fill = "x"
		}
		for place := range n {
			before, after := strings.Repeat(fill, place), strings.Repeat(fill, n-place-1)
			for i := range 256 {
				c := string([]byte{byte(i)})
				if c != `"` && c != `\` {
					check(`A b="`+before+c+after+`", c=d`, lawful(byte(i)), fmt.Sprintf(`A(b=%q c="d")`, before+c+after))
				}
				pairs := strings.Repeat(`\`+fill, place) + `\` + c + strings.Repeat(`\`+fill, n-place-1)
				check(`A b="`+pairs+`", c=d`, lawful(byte(i)), fmt.Sprintf(`A(b=%q c="d")`, before+c+after))
				if c == " " && place == 0 {
					continue // one more before the token68
				}
				check("A "+before+c+after+"=, B", strings.Contains(token68, c) || c == "=" && place > 0 && after == "",
					fmt.Sprintf("A(%s) B()", before+c+after+"="))
			}
			check(`A b="`+before+`\"`+after+`"`, true, fmt.Sprintf("A(b=%q)", before+`"`+after))
			check(strings.Repeat(",", place)+" "+strings.Repeat(",", n-place)+"A", true, "A()")
			check(strings.Repeat(",", place)+"B"+strings.Repeat(",", n-place)+"A", true, "B() A()")
			check(strings.Repeat(",", place)+"="+strings.Repeat(",", n-place)+"A", false, "")
		}
	}
}

// pieces are what the grammar and the faults of real servers are made of.
var pieces = strings.Split(`A|b|Basic|Bearer|Negotiate|realm|abc==|a/b|=|=|=|=|,|,|,|,|, | , | | | |`+"\t"+
	`|"|"|"x"|"x"|""|"\""|"x,y"|"a=\"b\""|\|\\|'|'x y'|;|; |@|{|`+"\u201c|\u201d|\xe9|\x01|\r\n |\n"+
	`|b=|b=c|b="c"|realm="x"|realm="x"|realm=x|, c=d|, d="e"|, Basic realm="y"|, NTLM|A B|`, "|")

// valid are pieces that give valid lines more often than not.
var valid = strings.Split(`A|A |Basic |Bearer |, |, |,|,| , |b=c|c="d"|d="e, f"|e=""|f = "\"g\""|g=h|x/y==|abc|, B |, C |, D|`, "|")

// TestRandomLines reads lines made of pieces of the grammar.
func TestRandomLines(t *testing.T) {
	count := randomLines
	const workers = 4
	var group sync.WaitGroup
	conforming := make([]int, workers)
	for w := range workers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(w)))
			line := func(from []string) string {
				var s strings.Builder
				for range 1 + random.IntN(10) {
					s.WriteString(from[random.IntN(len(from))])
				}
				return s.String()
			}
			for i := range count / workers {
				from := pieces
				if i%2 == 0 {
					from = valid
				}
				lines := []string{line(from)}
				if i%8 < 2 {
					lines = append(lines, line(from))
				}
				if err := checkLines(lines...); err != nil {
					t.Error(err)
					return
				}
				if conforms(lines...) {
					conforming[w]++
				}
			}
		})
	}
	group.Wait()
	total := 0
	for _, n := range conforming {
		total += n
	}
	// Lines of one kind only would prove little.
	if total < count/10 || total > count*9/10 {
		t.Errorf("%d of %d lines conform, want some of both kinds", total, count)
	}
}

// How much the tests of many inputs cover: some seconds of it, and with the build tag exhaustive all.
var (
	exhaustiveLength = 5 // of lines in TestExhaustive
	exhaustivePairs  = 2
	randomLines      = 100_000
	hostileSize      = 256 << 10
)

// checkOracles holds Parse against both oracles.
func checkOracles(lines ...string) error {
	if err := wwwauth.CheckReadings(lines...); err != nil {
		return err
	}
	if _, err := wwwauth.Parse(lines...); conforms(lines...) != wwwauth.OnlyRepeated(err) {
		return fmt.Errorf("Parse(%q): %v, but it conforms by the regular expression: %v", lines, err, conforms(lines...))
	}
	return nil
}

// byteClasses are the classes of bytes that the grammar distinguishes, each after the byte that stands
// for it.
var byteClasses = []string{
	"a" + "-._~+0123456789" + wwwauth.BytesFrom('A', 'Z') + wwwauth.BytesFrom('b', 'z'), // in tokens and token68
	"!" + "#$%&'*^`|", // in tokens only
	"/",               // in token68 only
	"=",               //
	",",               //
	" ",               //
	"\t",              //
	`"`,               //
	`\`,               //
	"@" + "():;<>?[]{}" + wwwauth.BytesFrom(0x80, 0xff),                                      // in quoted strings only
	"\x01" + "\x00" + wwwauth.BytesFrom(0x02, 0x08) + wwwauth.BytesFrom(0x0a, 0x1f) + "\x7f", // nowhere
}

// TestByteClasses tests that each byte is in one class, and that Parse treats it as the one that
// stands for the class, wherever it is.
func TestByteClasses(t *testing.T) {
	classOf := map[byte]string{}
	for _, class := range byteClasses {
		for i := range len(class) {
			if other, ok := classOf[class[i]]; ok {
				t.Errorf("byte %q is in the classes of %q and %q", class[i], other[:1], class[:1])
			}
			classOf[class[i]] = class
		}
	}
	if len(classOf) != 256 {
		t.Errorf("the classes hold %d bytes, want 256", len(classOf))
	}
	eachString(4, representatives(), func(line string) {
		cs, err := wwwauth.Parse(line)
		for _, class := range byteClasses {
			if !strings.Contains(line, class[:1]) || err != nil && !wwwauth.OnlyRepeated(err) && len(line) == 4 {
				continue
			}
			for i := 1; i < len(class); i++ {
				replace := func(s string) string { return strings.ReplaceAll(s, class[:1], class[i:i+1]) }
				got, gotErr := wwwauth.Parse(replace(line))
				if wwwauth.OnlyRepeated(gotErr) != wwwauth.OnlyRepeated(err) {
					t.Errorf("Parse(%q): %v; Parse(%q): %v", line, err, replace(line), gotErr)
				} else if wwwauth.OnlyRepeated(err) && render(got) != render(mapChallenges(cs, replace)) {
					t.Errorf("Parse(%q) = %s, Parse(%q) = %s", line, render(cs), replace(line), render(got))
				}
			}
		}
	})
}

func mapChallenges(cs []wwwauth.Challenge, f func(string) string) []wwwauth.Challenge {
	var mapped []wwwauth.Challenge
	for _, c := range cs {
		d := wwwauth.Challenge{Scheme: f(c.Scheme), Token68: f(c.Token68)}
		for _, p := range c.Params {
			d.Params = append(d.Params, wwwauth.Param{Name: f(p.Name), Value: f(p.Value)})
		}
		mapped = append(mapped, d)
	}
	return mapped
}

func representatives() string {
	var s string
	for _, class := range byteClasses {
		s += class[:1]
	}
	return s
}

// eachString calls f with each string of up to length bytes of the alphabet.
func eachString(length int, alphabet string, f func(string)) {
	b := make([]byte, 0, length)
	var extend func()
	extend = func() {
		f(string(b))
		if len(b) == length {
			return
		}
		for i := range len(alphabet) {
			b = append(b, alphabet[i])
			extend()
			b = b[:len(b)-1]
		}
	}
	extend()
}

// TestExhaustive holds Parse against the oracles on every string up to a length, and on every pair of
// shorter lines.
func TestExhaustive(t *testing.T) {
	all := representatives()
	longest := exhaustiveLength
	var checked, want atomic.Int64
	check := func(lines ...string) {
		checked.Add(1)
		if err := checkOracles(lines...); err != nil {
			t.Error(err)
		}
	}
	var group sync.WaitGroup
	// The strings are shared out by their first byte.
	want.Add(countStrings(longest, all) - 1)
	for i := range len(all) {
		group.Go(func() {
			eachString(longest-1, all, func(rest string) { check(all[i:i+1] + rest) })
		})
	}
	for _, pairs := range []struct {
		length   int
		alphabet string
	}{{exhaustivePairs, all}, {exhaustivePairs + 1, `a=, "\`}} {
		n := countStrings(pairs.length, pairs.alphabet)
		want.Add(n * n)
		group.Go(func() {
			eachString(pairs.length, pairs.alphabet, func(line1 string) {
				eachString(pairs.length, pairs.alphabet, func(line2 string) { check(line1, line2) })
			})
		})
	}
	group.Wait()
	if checked.Load() != want.Load() {
		t.Errorf("%d inputs were checked, want %d", checked.Load(), want.Load())
	}
}

// countStrings returns how many strings eachString makes.
func countStrings(length int, alphabet string) int64 {
	total, power := int64(0), int64(1)
	for range length + 1 {
		total += power
		power *= int64(len(alphabet))
	}
	return total
}

// TestVectorsOracles compares the vectors with the oracles, except those of the limits and other long
// ones.
func TestVectorsOracles(t *testing.T) {
	for _, v := range vectors(t) {
		size := 0
		for _, line := range v.Lines {
			size += len(line)
		}
		if size > 300 || strings.HasPrefix(v.ID, "limit-") {
			continue
		}
		if err := checkOracles(v.lines()...); err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
	}
}
