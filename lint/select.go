package lint

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/seed-903fb8fe/wwwauth"
)

// Most rules have nothing to say about most messages. The schemes, parameters and traits of a message tell which rules
// can find something. Bit sets give those at once; looking at each rule of the table, of more than a hundred, took a
// sixth of the time of Check.

// A ruleSet is a set of rules, by their index in the table. It has room for 128: with more, the package does not
// start.
type ruleSet [2]uint64

func (s *ruleSet) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s ruleSet) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

func (s ruleSet) and(t ruleSet) ruleSet { return ruleSet{s[0] & t[0], s[1] & t[1]} }

func (s ruleSet) or(t ruleSet) ruleSet { return ruleSet{s[0] | t[0], s[1] | t[1]} }

// all returns the indices of the rules in s, in ascending order.
func (s ruleSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// A traits is a set of properties, of a message or of a parameter, that rules need. A message has those of its
// parameters too.
type traits uint32

const (
	isSeveral traits = 1 << iota // the message has more than one challenge

	isUnknown    // no rule asks about the name
	isEmpty      // the value is
	isUnquoted   // the value is
	isSpaced     // there is whitespace around the "="
	hasComma     // the value as it is spelled has one; and so on
	hasBackslash // a backslash
	hasQuote     // a quote, other than those around it
	hasAt        // an "@"
	hasEquals    // an "="
	hasObsText   // a byte outside ASCII (RFC 9110 section 5.5)

	firstDeparture // of those that departs returns
)

// departs is the trait of a message that departs from the grammar in this way.
func departs(code wwwauth.Code) traits { return firstDeparture << code }

// traitsOf returns the traits that the value of a parameter tells. How it is spelled is "" if that is not known.
func traitsOf(value, raw string) traits {
	var t traits
	if value == "" {
		t = isEmpty
	}
	switch {
	case raw == "":
		raw = value
	case raw[0] == '"':
		raw = raw[1 : len(raw)-1]
	default:
		t |= isUnquoted
	}
	for i := range len(raw) {
		t |= traits(byteTraits[raw[i]])
	}
	return t
}

// byteTraits are the traits of values with the byte.
var byteTraits = func() (t [256]uint16) {
	t[','], t['\\'], t['"'] = uint16(hasComma), uint16(hasBackslash), uint16(hasQuote)
	t['@'], t['='] = uint16(hasAt), uint16(hasEquals)
	for c := 0x80; c <= 0xFF; c++ {
		t[c] = uint16(hasObsText)
	}
	return t
}()

// An index tells which rules can find something in what has some of 64 properties.
type index struct {
	always ruleSet     // the rules that need none of them
	by     [64]ruleSet // those that need one, by the properties that will do
}

// newIndex returns the index of the table by the properties that about returns of a rule.
func newIndex(about func(r *rule) uint64) *index {
	x := new(index)
	for i := range table {
		properties := about(&table[i])
		if properties == 0 {
			x.always.add(i)
		}
		for ; properties != 0; properties &= properties - 1 {
			x.by[bits.TrailingZeros64(properties)].add(i)
		}
	}
	return x
}

// rules returns the rules that can find something in what has the properties.
func (x *index) rules(properties uint64) ruleSet {
	s := x.always
	for ; properties != 0; properties &= properties - 1 {
		s = s.or(x.by[bits.TrailingZeros64(properties)])
	}
	return s
}

var (
	byScheme  = newIndex(func(r *rule) uint64 { return uint64(r.schemes) })
	byParam   = newIndex(func(r *rule) uint64 { return uint64(r.params) })
	byTrait   = newIndex(func(r *rule) uint64 { return uint64(r.needs) })
	allRules  = newIndex(func(*rule) uint64 { return 0 }).always
	byProfile = newIndex(func(r *rule) uint64 { return uint64(profileBit(r.Profile)) })
)

// apply returns the rules that can find something in the field.
func (m *message) apply() ruleSet {
	return byScheme.rules(uint64(m.schemes)).and(byParam.rules(uint64(m.params))).
		and(byTrait.rules(uint64(m.traits))).and(byProfile.rules(uint64(m.profiles)))
}

// rules returns the rules of l.
func (l Linter) rules() ruleSet {
	if l.Only == nil && len(l.Disable) == 0 {
		return allRules
	}
	var s ruleSet
	for i := range table {
		if name := table[i].Name; (l.Only == nil || slices.Contains(l.Only, name)) && !slices.Contains(l.Disable, name) {
			s.add(i)
		}
	}
	return s
}
