package main

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// TestPage checks that docs/RIVALS.md is what the command writes, and that it explains everything. Go's test cache
// ignores files outside of this module, so -count=1 is needed to run the test again.
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
		if in := newInput(u.probes[0], parsers.Ours(u.probes[0])); !u.has(in) {
			t.Errorf("%s: not seen in %q", u.name, in.lines)
		}
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
