package wwwauth_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// checkOracles holds Parse against both oracles.
func checkOracles(lines ...string) error {
	all := wwwauth.Readings(lines...)
	if len(all) > 1 {
		return fmt.Errorf("%q has the readings %q: the grammar is ambiguous", lines, all)
	}
	if regular := conforms(lines...); regular != (len(all) == 1) {
		return fmt.Errorf("%q conforms by the regular expression: %v; readings by the recogniser: %q", lines, regular, all)
	}
	cs, err := wwwauth.Parse(lines...)
	if ok := onlyRepeated(err); ok != (len(all) == 1) {
		return fmt.Errorf("Parse(%q): %v, but the readings are %q", lines, err, all)
	} else if ok && wwwauth.ReadingOf(cs) != all[0] {
		return fmt.Errorf("Parse(%q) reads %s, want %s", lines, wwwauth.ReadingOf(cs), all[0])
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
	"!" + "#$%&'*^`|", // in tokens only
	"/",               // in token68 only
	"=",               //
	",",               //
	" ",               //
	"\t",              //
	`"`,               //
	`\`,               //
	"@" + "():;<>?[]{}" + bytesFrom(0x80, 0xff),                              // in quoted strings only
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
				} else if onlyRepeated(err) && wwwauth.ReadingOf(got) != wwwauth.ReadingOf(mapChallenges(cs, replace)) {
					t.Errorf("Parse(%q) = %s, Parse(%q) = %s", line, wwwauth.ReadingOf(cs), replace(line), wwwauth.ReadingOf(got))
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

func bytesFrom(first, last int) string {
	var b []byte
	for c := first; c <= last; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}
