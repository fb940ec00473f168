package parsers

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Class says how two readings differ. If they differ in several ways, the first one here counts.
type Class int

const (
	Panics Class = iota
	NoAnswer
	Refused
	ChallengeLost
	ChallengeInvented
	Token68Misread
	ParamLost
	ParamInvented
	ValueChanged
	Equal
)

var classNames = [...]string{
	"panic", "no answer", "refused", "challenge lost", "challenge invented", "token68 lost or misread",
	"parameter lost", "parameter invented", "value changed", "equal",
}

func (c Class) String() string { return classNames[c] }

// Classify compares a rival's answer with our reading, and returns both as text.
func Classify(theirs []Challenge, err error, ours []Challenge) (c Class, their, our string) {
	switch {
	case errors.Is(err, ErrPanic):
		return Panics, err.Error(), show(ours...)
	case errors.Is(err, ErrNoAnswer):
		return NoAnswer, err.Error(), show(ours...)
	case err != nil:
		return Refused, "error: " + err.Error(), show(ours...)
	}

	// Our challenges and theirs are matched by scheme, in order.
	type pair struct{ theirs, ours Challenge }
	var pairs []pair
	next := 0
	for _, o := range ours {
		i := slices.IndexFunc(theirs[next:], func(t Challenge) bool { return t.Scheme == o.Scheme })
		if i >= 0 {
			pairs = append(pairs, pair{theirs[next+i], o})
			next += i + 1
		}
	}
	switch {
	case len(pairs) < len(ours):
		return ChallengeLost, show(theirs...), show(ours...)
	case len(pairs) < len(theirs):
		return ChallengeInvented, show(theirs...), show(ours...)
	}

	for _, p := range pairs {
		if p.theirs.Token68 != p.ours.Token68 {
			return Token68Misread, show(p.theirs), show(p.ours)
		}
	}
	for _, p := range pairs {
		if lost := p.ours.without(p.theirs); len(lost.Params) > 0 {
			return ParamLost, show(p.theirs), show(lost)
		}
	}
	for _, p := range pairs {
		if invented := p.theirs.without(p.ours); len(invented.Params) > 0 {
			return ParamInvented, show(invented), show(p.ours)
		}
	}
	for _, p := range pairs {
		if !maps.Equal(p.theirs.Params, p.ours.Params) {
			return ValueChanged, show(p.theirs), show(p.ours)
		}
	}
	return Equal, "", ""
}

// without returns c with the parameters only that d has not.
func (c Challenge) without(d Challenge) Challenge {
	params := maps.Clone(c.Params)
	maps.DeleteFunc(params, func(name, _ string) bool { _, ok := d.Params[name]; return ok })
	return Challenge{c.Scheme, c.Token68, params}
}

// show writes challenges: scheme(token68) or scheme(name="value" name="value").
func show(cs ...Challenge) string {
	var all []string
	for _, c := range cs {
		args := []string{}
		if c.Token68 != "" {
			args = append(args, c.Token68)
		}
		for _, name := range slices.Sorted(maps.Keys(c.Params)) {
			value := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c.Params[name])
			args = append(args, fmt.Sprintf(`%s="%s"`, name, value))
		}
		all = append(all, c.Scheme+"("+strings.Join(args, " ")+")")
	}
	return strings.Join(all, " ")
}
