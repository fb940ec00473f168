package wwwauth

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The second oracle, after the regular expressions of abnf_test.go: a recogniser that follows the
// ABNF derivation by derivation and returns all readings of a text. It decides nothing, looks
// nowhere ahead, and is as slow as that; but it shares no idea with the parser.
//
// It is in the package for FuzzReference, as fuzz_test.go explains; what other tests use of it is
// exported to them.

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

// LineEnd stands for the comma between two field lines (section 5.3).
const LineEnd = "\x00"

// ruleList is #element (section 5.6.1.2). LineEnd separates like a comma,
// but a quoted string cannot hold it.
func ruleList(element rule) rule {
	return sequence(option(element), some(0, sequence(ruleOWS, oneOf(","+LineEnd), ruleOWS, option(element))))
}

func bytesFrom(first, last int) string {
	var b []byte
	for c := first; c <= last; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}

// Readings returns all readings of the lines, in the form of ReadingOf.
func Readings(lines ...string) []string {
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		if strings.Contains(line, LineEnd) {
			return nil
		}
		trimmed[i] = strings.Trim(line, " \t")
	}
	field := strings.Join(trimmed, LineEnd)
	var all []string
	for _, d := range ruleField(field, 0) {
		if d.end == len(field) {
			all = append(all, d.reading)
		}
	}
	return all
}

// ReadingOf writes challenges as the oracle does.
func ReadingOf(cs []Challenge) string {
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

// FuzzReference: Parse conforms exactly where the grammar has a reading, and returns it. Repeated
// parameters are the exception; the grammar allows them.
func FuzzReference(f *testing.F) {
	f.Add(`A ,b = "c\"d", e=f`, ", G h==, I")
	f.Add("A", "b=c")
	f.Add("A b=", "c=d")
	f.Add(`A b="c`, `d"`)
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		if len(line1)+len(line2) > 200 {
			return // the recogniser is slow
		}
		readings := Readings(line1, line2)
		if len(readings) > 1 {
			t.Fatalf("%q, %q: the grammar is ambiguous: %q", line1, line2, readings)
		}
		cs, err := Parse(line1, line2)
		list, _ := err.(ErrorList)
		conforms := true
		for _, e := range list {
			conforms = conforms && e.Code == DuplicateParam
		}
		if conforms != (len(readings) == 1) {
			t.Fatalf("Parse(%q, %q): %v, but the readings are %q", line1, line2, err, readings)
		}
		if conforms && ReadingOf(cs) != readings[0] {
			t.Errorf("Parse(%q, %q) reads %s, want %s", line1, line2, ReadingOf(cs), readings[0])
		}
	})
}
