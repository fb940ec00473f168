package main

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// TestPage checks that docs/RIVALS.md is what the command writes, and that it explains everything. Go
// does not see changes of files outside of this module, so it takes -count=1 to run the test again.
func TestPage(t *testing.T) {
	want, err := page("../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/RIVALS.md")
	if err != nil {
		t.Fatal(err)
	}
	got = bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")) // as git may write it on Windows
	if !bytes.Equal(got, want) {
		g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
		i := 0
		for i < min(len(g), len(w))-1 && g[i] == w[i] {
			i++
		}
		t.Errorf("docs/RIVALS.md has drifted; run: go run ./rivals\nline %d is  %s\nit would be %s", i+1, g[i], w[i])
	}
	if bytes.Contains(want, []byte("not explained")) {
		t.Error("docs/RIVALS.md has differences that no rule explains")
	}
}

// TestOurs checks that our reading, with which the rivals are compared, is that of the vectors.
func TestOurs(t *testing.T) {
	vs, err := vectors("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vs {
		var want []wwwauth.Challenge
		for _, c := range v.Challenges {
			d := wwwauth.Challenge{Scheme: string(c.Scheme), Token68: string(c.Token68)}
			for _, p := range c.Params {
				d.Params = append(d.Params, wwwauth.Param{Name: string(p[0]), Value: string(p[1])})
			}
			want = append(want, d)
		}
		got, err := wwwauth.Parse(v.lines()...)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Parse(%q) = %q, %v, want %q", v.ID, v.lines(), got, err, want)
		}
	}
}

// TestRules checks that the probes conform and use their rule.
func TestRules(t *testing.T) {
	for _, u := range rules {
		for _, probe := range u.probes {
			if _, err := wwwauth.Parse(probe...); err != nil {
				t.Errorf("%s: Parse(%q): %v", u.name, probe, err)
			}
		}
		if in := newInput(u.probes[0], ours(u.probes[0])); !u.has(in) {
			t.Errorf("%s: not seen in %q", u.name, in.lines)
		}
	}
}

func TestClassify(t *testing.T) {
	c := func(scheme, token68 string, params ...string) challenge {
		d := challenge{scheme, token68, map[string]string{}}
		for i := 0; i < len(params); i += 2 {
			d.params[params[i]] = params[i+1]
		}
		return d
	}
	list := func(cs ...challenge) []challenge { return cs }
	a, b := c("a", "", "x", "1"), c("b", "", "y", "2")
	for _, tt := range []struct {
		theirs     []challenge
		err        error
		ours       []challenge
		want       class
		their, our string
	}{
		{nil, nil, nil, equal, "", ""},
		{list(a, b), nil, list(a, b), equal, "", ""},
		{list(challenge{scheme: "a"}), nil, list(c("a", "")), equal, "", ""},
		{nil, errPanic, list(a), panics, "panic", `a(x="1")`},
		{nil, errHang, list(a), hangs, "no answer in 10 seconds", `a(x="1")`},
		{list(a), errors.New("bad"), list(a), refused, "error: bad", `a(x="1")`},
		{nil, nil, list(a), challengeLost, "", `a(x="1")`},
		{list(b), nil, list(a, b), challengeLost, `b(y="2")`, `a(x="1") b(y="2")`},
		{list(b, a), nil, list(a, b), challengeLost, `b(y="2") a(x="1")`, `a(x="1") b(y="2")`},
		{list(c("c", "")), nil, list(a), challengeLost, `c()`, `a(x="1")`},
		{list(a, b), nil, list(b), challengeInvented, `a(x="1") b(y="2")`, `b(y="2")`},
		{list(a, a), nil, list(a), challengeInvented, `a(x="1") a(x="1")`, `a(x="1")`},
		{list(a), nil, nil, challengeInvented, `a(x="1")`, ""},
		{list(c("a", "")), nil, list(c("a", "t=")), token68Misread, `a()`, `a(t=)`},
		{list(c("a", "", "t", "")), nil, list(c("a", "t=")), token68Misread, `a(t="")`, `a(t=)`},
		{list(c("a", "t")), nil, list(a), token68Misread, `a(t)`, `a(x="1")`},
		{list(c("a", "", "x", "1")), nil, list(c("a", "", "x", "1", "y", "")), paramLost, `a(x="1")`, `a(y="")`},
		{list(c("a", "", "x", "0", "z", "")), nil, list(c("a", "", "x", "1", "y", "")), paramLost, `a(x="0" z="")`, `a(y="")`},
		{list(c("a", "", "x", "1", "y", "")), nil, list(c("a", "", "x", "1")), paramInvented, `a(y="")`, `a(x="1")`},
		{list(c("a", "", "x", `"\`)), nil, list(a), valueChanged, `a(x="\"\\")`, `a(x="1")`},
		{list(a, c("b", "", "y", "3")), nil, list(a, b), valueChanged, `b(y="3")`, `b(y="2")`},
	} {
		got, their, our := classify(tt.theirs, tt.err, tt.ours)
		if got != tt.want || their != tt.their || our != tt.our {
			t.Errorf("classify(%s, %v, %s)\n got %v, %s, %s\nwant %v, %s, %s", show(tt.theirs...), tt.err, show(tt.ours...),
				got, their, our, tt.want, tt.their, tt.our)
		}
	}
}

// TestPanic checks that a rival that panics is a result like others.
func TestPanic(t *testing.T) {
	r := rival{parse: func(lines []string) ([]challenge, error) { panic("at " + lines[0]) }}
	_, err := r.ask([]string{" x\t"})
	if !errors.Is(err, errPanic) || err.Error() != "panic: at x" {
		t.Errorf("error %v", err)
	}
}

func TestCode(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  string
	}{
		{nil, ""},
		{[]string{""}, "nothing"},
		{[]string{`a="b\"`}, "`a=\"b\\\"`"},
		{[]string{"a|b", "c"}, "`a\\|b` ⏎ `c`"},
		{[]string{"a`b``c"}, "``` a`b``c ```"},
		{[]string{"\t<b>\xc3\xa9\x7f"}, "`‹09›<b>‹C3 A9 7F›`"},
		{[]string{strings.Repeat("a", 121)}, "`" + strings.Repeat("a", 120) + "`… (121 bytes)"},
	} {
		if got := code(tt.lines...); got != tt.want {
			t.Errorf("code(%q) = %s, want %s", tt.lines, got, tt.want)
		}
	}
}
