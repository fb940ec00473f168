package parsers

import (
	"errors"
	"testing"
)

func TestClassify(t *testing.T) {
	c := func(scheme, token68 string, params ...string) Challenge {
		d := Challenge{scheme, token68, map[string]string{}}
		for i := 0; i < len(params); i += 2 {
			d.Params[params[i]] = params[i+1]
		}
		return d
	}
	list := func(cs ...Challenge) []Challenge { return cs }
	a, b := c("a", "", "x", "1"), c("b", "", "y", "2")
	for _, tt := range []struct {
		theirs     []Challenge
		err        error
		ours       []Challenge
		want       Class
		their, our string
	}{
		{nil, nil, nil, Equal, "", ""},
		{list(a, b), nil, list(a, b), Equal, "", ""},
		{list(Challenge{Scheme: "a"}), nil, list(c("a", "")), Equal, "", ""},
		{nil, ErrPanic, list(a), Panics, "panic", `a(x="1")`},
		{nil, ErrNoAnswer, list(a), NoAnswer, "no answer in 10 seconds", `a(x="1")`},
		{list(a), errors.New("bad"), list(a), Refused, "error: bad", `a(x="1")`},
		{nil, nil, list(a), ChallengeLost, "", `a(x="1")`},
		{list(b), nil, list(a, b), ChallengeLost, `b(y="2")`, `a(x="1") b(y="2")`},
		{list(b, a), nil, list(a, b), ChallengeLost, `b(y="2") a(x="1")`, `a(x="1") b(y="2")`},
		{list(c("c", "")), nil, list(a), ChallengeLost, `c()`, `a(x="1")`},
		{list(a, b), nil, list(b), ChallengeInvented, `a(x="1") b(y="2")`, `b(y="2")`},
		{list(a, a), nil, list(a), ChallengeInvented, `a(x="1") a(x="1")`, `a(x="1")`},
		{list(a), nil, nil, ChallengeInvented, `a(x="1")`, ""},
		{list(c("a", "")), nil, list(c("a", "t=")), Token68Misread, `a()`, `a(t=)`},
		{list(c("a", "", "t", "")), nil, list(c("a", "t=")), Token68Misread, `a(t="")`, `a(t=)`},
		{list(c("a", "t")), nil, list(a), Token68Misread, `a(t)`, `a(x="1")`},
		{list(c("a", "", "x", "1")), nil, list(c("a", "", "x", "1", "y", "")), ParamLost, `a(x="1")`, `a(y="")`},
		{list(c("a", "", "x", "0", "z", "")), nil, list(c("a", "", "x", "1", "y", "")), ParamLost, `a(x="0" z="")`, `a(y="")`},
		{list(c("a", "", "x", "1", "y", "")), nil, list(c("a", "", "x", "1")), ParamInvented, `a(y="")`, `a(x="1")`},
		{list(c("a", "", "x", `"\`)), nil, list(a), ValueChanged, `a(x="\"\\")`, `a(x="1")`},
		{list(a, c("b", "", "y", "3")), nil, list(a, b), ValueChanged, `b(y="3")`, `b(y="2")`},
	} {
		got, their, our := Classify(tt.theirs, tt.err, tt.ours)
		if got != tt.want || their != tt.their || our != tt.our {
			t.Errorf("Classify(%s, %v, %s)\n got %v, %s, %s\nwant %v, %s, %s", show(tt.theirs...), tt.err, show(tt.ours...),
				got, their, our, tt.want, tt.their, tt.our)
		}
	}
}

// TestPanic checks that a parser that panics is a result like others.
func TestPanic(t *testing.T) {
	p := Parser{Parse: func(lines []string) ([]Challenge, error) { panic("at " + lines[0]) }}
	_, err := p.Ask([]string{" x\t"})
	if !errors.Is(err, ErrPanic) || err.Error() != "panic: at x" {
		t.Errorf("error %v", err)
	}
}
