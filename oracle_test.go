package wwwauth_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// The second oracle, after the regular expressions of abnf_test.go: a recogniser that follows the
// ABNF derivation by derivation and returns all readings of a text. It decides nothing, looks
// nowhere ahead, and is as slow as that; but it shares no idea with the parser.

// A rule returns every way in which it can derive a text that starts at s[i].
type rule func(s string, i int) []derivation

// A derivation ends at s[end] and means what the reading says.
type derivation struct {
	end     int
	reading string
}

// oneOf derives one byte of a set.
func oneOf(set string) rule {
	return func(s string, i int) []derivation {
		if i < len(s) && strings.IndexByte(set, s[i]) >= 0 {
			return []derivation{{i + 1, ""}}
		}
		return nil
	}
}

// sequence derives what its rules derive one after the other.
func sequence(rules ...rule) rule {
	return func(s string, i int) []derivation {
		all := []derivation{{i, ""}}
		for _, r := range rules {
			var next []derivation
			for _, d := range all {
				for _, e := range r(s, d.end) {
					next = append(next, derivation{e.end, d.reading + e.reading})
				}
			}
			all = distinct(next)
		}
		return all
	}
}

// either derives what one of its rules derives.
func either(rules ...rule) rule {
	return func(s string, i int) []derivation {
		var all []derivation
		for _, r := range rules {
			all = append(all, r(s, i)...)
		}
		return distinct(all)
	}
}

// option is [ r ].
func option(r rule) rule { return either(sequence(), r) }

// some is *r, and least the least number of repetitions.
func some(least int, r rule) rule {
	return func(s string, i int) []derivation {
		var all []derivation
		last := []derivation{{i, ""}}
		for n := 0; len(last) > 0; n++ {
			if n >= least {
				all = append(all, last...)
			}
			var next []derivation
			for _, d := range last {
				for _, e := range r(s, d.end) {
					next = append(next, derivation{e.end, d.reading + e.reading})
				}
			}
			last = distinct(next)
		}
		return distinct(all)
	}
}

// means gives the text that r derives, and what r says it means, a reading.
func means(r rule, reading func(text, inner string) string) rule {
	return func(s string, i int) []derivation {
		all := slices.Clone(r(s, i))
		for k, d := range all {
			all[k].reading = reading(s[i:d.end], d.reading)
		}
		return all
	}
}

func distinct(all []derivation) []derivation {
	var kept []derivation
	for _, d := range all {
		if !slices.Contains(kept, d) {
			kept = append(kept, d)
		}
	}
	return kept
}

// The rules of RFC 9110, appendix A, for recipients.
var (
	itself   = func(text, _ string) string { return text }
	nothing  = func(_, _ string) string { return "" }
	ruleSP   = oneOf(" ")
	ruleOWS  = means(some(0, oneOf(" \t")), nothing)
	ruleBWS  = ruleOWS
	vchar    = bytesFrom(0x21, 0x7e)
	obsBytes = bytesFrom(0x80, 0xff)

	ruleToken = means(some(1, oneOf("!#$%&'*+-.^_`|~0123456789"+bytesFrom('A', 'Z')+bytesFrom('a', 'z'))), itself)

	ruleQuotedPair = sequence(oneOf(`\`), means(oneOf("\t "+vchar+obsBytes), itself))
	ruleQdtext     = means(oneOf("\t \x21"+bytesFrom(0x23, 0x5b)+bytesFrom(0x5d, 0x7e)+obsBytes), itself)
	ruleQuoted     = sequence(oneOf(`"`), some(0, either(ruleQdtext, ruleQuotedPair)), oneOf(`"`))

	ruleToken68 = means(sequence(some(1, oneOf("-._~+/0123456789"+bytesFrom('A', 'Z')+bytesFrom('a', 'z'))), some(0, oneOf("="))), itself)

	ruleValue     = means(either(ruleToken, ruleQuoted), func(_, inner string) string { return fmt.Sprintf("=%q ", inner) })
	ruleAuthParam = sequence(ruleToken, ruleBWS, oneOf("="), ruleBWS, ruleValue)
	ruleArguments = option(sequence(some(1, ruleSP), either(ruleToken68, ruleList(ruleAuthParam))))
	ruleChallenge = sequence(ruleToken, means(ruleArguments, func(_, inner string) string { return "(" + inner + ") " }))
	ruleField     = ruleList(ruleChallenge)
)

// ruleList is #element (section 5.6.1.2). The lines of a field are joined by lineEnd; see abnf_test.go.
func ruleList(element rule) rule {
	return sequence(option(element), some(0, sequence(ruleOWS, oneOf(","+lineEnd), ruleOWS, option(element))))
}

func bytesFrom(first, last int) string {
	var b []byte
	for c := first; c <= last; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}

// readings returns all readings of the lines, in the form of readingOf.
func readings(lines ...string) []string {
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		if strings.Contains(line, lineEnd) {
			return nil
		}
		trimmed[i] = strings.Trim(line, " \t")
	}
	field := strings.Join(trimmed, lineEnd)
	var all []string
	for _, d := range ruleField(field, 0) {
		if d.end == len(field) {
			all = append(all, d.reading)
		}
	}
	return all
}

// readingOf writes challenges as the oracle does.
func readingOf(cs []wwwauth.Challenge) string {
	var s strings.Builder
	for _, c := range cs {
		s.WriteString(c.Scheme + "(" + c.Token68)
		for _, p := range c.Params {
			fmt.Fprintf(&s, "%s=%q ", p.Name, p.Value)
		}
		s.WriteString(") ")
	}
	return s.String()
}

// checkOracles holds Parse against both oracles.
func checkOracles(lines ...string) error {
	all := readings(lines...)
	if len(all) > 1 {
		return fmt.Errorf("%q has the readings %q: the grammar is ambiguous", lines, all)
	}
	if regular := conforms(lines...); regular != (len(all) == 1) {
		return fmt.Errorf("%q conforms by the regular expression: %v; readings by the recogniser: %q", lines, regular, all)
	}
	cs, err := wwwauth.Parse(lines...)
	if ok := onlyRepeated(err); ok != (len(all) == 1) {
		return fmt.Errorf("Parse(%q): %v, but the readings are %q", lines, err, all)
	} else if ok && readingOf(cs) != all[0] {
		return fmt.Errorf("Parse(%q) reads %s, want %s", lines, readingOf(cs), all[0])
	}
	return nil
}

// onlyRepeated tells whether an error of Parse is nil or tells of nothing but repeated parameters,
// which the grammar allows.
func onlyRepeated(err error) bool {
	list, _ := err.(wwwauth.ErrorList)
	for _, e := range list {
		if e.Code != wwwauth.DuplicateParam {
			return false
		}
	}
	return true
}

// byteClasses are the classes of bytes that the grammar tells apart, each after the byte that stands
// for it.
var byteClasses = []string{
	"a" + "-._~+0123456789" + bytesFrom('A', 'Z') + bytesFrom('b', 'z'), // in tokens and token68
	"!" + "#$%&'*^`|",              // in tokens only
	"/",                            // in token68 only
	"=",                            //
	",",                            //
	" ",                            //
	"\t",                           //
	`"`,                            //
	`\`,                            //
	"@" + "():;<>?[]{}" + obsBytes, // in quoted strings only
	"\x01" + "\x00" + bytesFrom(0x02, 0x08) + bytesFrom(0x0a, 0x1f) + "\x7f", // nowhere
}

// TestByteClasses tests that each byte stands in one class, and that Parse treats it as the one that
// stands for the class, wherever it stands.
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
			if !strings.Contains(line, class[:1]) || err != nil && !onlyRepeated(err) && len(line) == 4 {
				continue
			}
			for i := 1; i < len(class); i++ {
				replace := func(s string) string { return strings.ReplaceAll(s, class[:1], class[i:i+1]) }
				got, gotErr := wwwauth.Parse(replace(line))
				if onlyRepeated(gotErr) != onlyRepeated(err) {
					t.Errorf("Parse(%q): %v; Parse(%q): %v", line, err, replace(line), gotErr)
				} else if onlyRepeated(err) && readingOf(got) != readingOf(mapChallenges(cs, replace)) {
					t.Errorf("Parse(%q) = %s, Parse(%q) = %s", line, readingOf(cs), replace(line), readingOf(got))
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
	if testing.Short() {
		longest--
	}
	var group sync.WaitGroup
	// The strings are shared out by their first byte.
	for i := range len(all) {
		group.Go(func() {
			eachString(longest-1, all, func(rest string) {
				if err := checkOracles(all[i:i+1] + rest); err != nil {
					t.Error(err)
				}
			})
		})
	}
	for _, pairs := range []struct {
		length   int
		alphabet string
	}{{exhaustivePairs, all}, {exhaustivePairs + 1, `a=, "\`}} {
		eachString(1, pairs.alphabet, func(first string) {
			group.Go(func() {
				length := pairs.length - 1
				if first == "" {
					length = 0
				}
				eachString(length, pairs.alphabet, func(rest string) {
					eachString(pairs.length, pairs.alphabet, func(line2 string) {
						if err := checkOracles(first+rest, line2); err != nil {
							t.Error(err)
						}
					})
				})
			})
		})
	}
	group.Wait()
}

// TestVectorsOracles holds the vectors against the oracles, but for those of the limits and other long
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
