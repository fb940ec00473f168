package wwwauth

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// The second oracle, after the regular expressions of abnf_test.go: a recogniser that follows the
// ABNF derivation by derivation and returns all readings of a text. It decides nothing, looks
// nowhere ahead, and is as slow as that; but it shares no idea with the parser.
//
// It is in the package for FuzzReference, as fuzz_test.go explains; export_test.go has what the tests
// outside of it use.

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
	ruleChallenge = sequence(ruleToken, means(ruleArguments, func(_, inner string) string { return "(" + strings.TrimSuffix(inner, " ") + ") " }))
	ruleField     = ruleList(ruleChallenge)
)

// lineEnd stands for the comma between two field lines (section 5.3).
const lineEnd = "\x00"

// ruleList is #element (section 5.6.1.2). lineEnd separates like a comma,
// but a quoted string cannot hold it.
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

// readings returns all readings of the lines, as render writes them.
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
			all = append(all, strings.TrimSuffix(d.reading, " "))
		}
	}
	return all
}

// render writes challenges for people: A(b="c" d="e") for parameters, B(abc=) for a token68, C() for neither.
func render(cs []Challenge) string {
	var all []string
	for _, c := range cs {
		params := []string{}
		for _, p := range c.Params {
			params = append(params, fmt.Sprintf("%s=%q", p.Name, p.Value))
		}
		all = append(all, c.Scheme+"("+c.Token68+strings.Join(params, " ")+")")
	}
	return strings.Join(all, " ")
}

// checkReadings checks that the lines have one reading at most, and that Parse returns it, and an error if there is
// none.
func checkReadings(lines ...string) error {
	all := readings(lines...)
	if len(all) > 1 {
		return fmt.Errorf("%q has the readings %q: the grammar is ambiguous", lines, all)
	}
	cs, err := Parse(lines...)
	if ok := onlyRepeated(err); ok != (len(all) == 1) {
		return fmt.Errorf("Parse(%q): %v, but the readings are %q", lines, err, all)
	} else if ok && render(cs) != all[0] {
		return fmt.Errorf("Parse(%q) reads %s, want %s", lines, render(cs), all[0])
	}
	return nil
}

// onlyRepeated reports whether an error of Parse is nil or reports nothing but repeated parameters, which the grammar
// allows.
func onlyRepeated(err error) bool {
	list, _ := err.(ErrorList)
	return !slices.ContainsFunc(list, func(e *SyntaxError) bool { return e.Code != DuplicateParam })
}

// FuzzReference: Parse conforms exactly where the grammar has a reading, and returns it.
func FuzzReference(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`A ,b = "c\"d", e=f`, ", G h==, I")
	seeds.Add("A", "b=c")
	seeds.Add("A b=", "c=d")
	seeds.Add(`A b="c`, `d"`)
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		if len(line1)+len(line2) > 200 {
			return // the recogniser is slow
		}
		if err := checkReadings(line1, line2); err != nil {
			t.Error(err)
		}
	})
}
