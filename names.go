package wwwauth

import "hash/maphash"

// equalFold compares without regard to ASCII case. Unlike strings.EqualFold it folds no other
// letter: U+212A is not a k.
func equalFold(a, b string) bool {
	if a == b {
		return true // nearly always, and reading a view then takes half the time
	}
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// lowerString returns s with the letters of ASCII in lower case.
func lowerString(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return string(lowerBytes(s))
		}
	}
	return s
}

// lowerBytes returns the bytes of s with the letters of ASCII in lower case. What it does depends on the
// length of s alone, not on the bytes.
func lowerBytes(s string) []byte {
	b := []byte(s)
	for i, c := range b {
		isUpper := (('A' - 1 - int(c)) & (int(c) - 'Z' - 1)) >> 8 // -1 or 0
		b[i] |= byte(isUpper) & ('a' - 'A')
	}
	return b
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// index returns the index of the first parameter with the name, or -1.
func index(params []Param, name string) int {
	for i := range params {
		if equalFold(params[i].Name, name) {
			return i
		}
	}
	return -1
}

// indexName returns the index of a name among others, none of which is empty, or -1. To compare the first
// letter first saves a quarter of the time of reading a view.
func indexName(names []string, name string) int {
	for i, n := range names {
		if len(n) == len(name) && n[0]|0x20 == name[0]|0x20 && equalFold(n, name) {
			return i
		}
	}
	return -1
}

// A nameSet finds names that a challenge has twice. Few are compared one by one; from manyParams on
// there is a hash table of them, so that the time stays linear.
type nameSet struct {
	seed  maphash.Seed // so that nobody can choose names that collide
	table []int32      // indices of parameters, plus 1
}

const manyParams = 32

// add reports whether one of params has the name. It must be asked about the parameters of a challenge
// one after the other, with those before it; the first ones make it forget the last challenge.
func (s *nameSet) add(params []Param, name string) bool {
	if len(params) < manyParams {
		s.table = nil
		return index(params, name) >= 0
	}
	if len(s.table) <= 2*len(params) {
		if s.table == nil {
			s.seed = maphash.MakeSeed()
		}
		s.table = make([]int32, max(4*manyParams, 2*len(s.table)))
		for i, p := range params {
			*s.slot(params, p.Name) = int32(i + 1)
		}
	}
	slot := s.slot(params, name)
	if *slot != 0 {
		return true
	}
	*slot = int32(len(params) + 1)
	return false
}

// slot returns the place of the name in the table, which is 0 if no parameter has the name.
func (s *nameSet) slot(params []Param, name string) *int32 {
	var hash maphash.Hash
	hash.SetSeed(s.seed)
	for i := range len(name) {
		hash.WriteByte(lower(name[i]))
	}
	i := int(hash.Sum64())
	for {
		i &= len(s.table) - 1
		if k := s.table[i]; k == 0 || equalFold(params[k-1].Name, name) {
			return &s.table[i]
		}
		i++
	}
}
