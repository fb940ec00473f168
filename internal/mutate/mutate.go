// Package mutate gives fuzz targets inputs that are the same in every run.
//
// go test -fuzz tries other inputs each time, so what it finds may have nothing to do with the change
// that is being tested. With MUTATIONS=10000 in the environment, go test -run Fuzz tries 10,000
// mutations of the seeds of each target: many more than the seeds, and the same ones on every machine.
package mutate

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
)

// Seeds are the seeds of a fuzz target.
type Seeds struct {
	target Target
	inputs [][]any
}

// A Target is a *testing.F, or what libFuzzer has in its place.
type Target interface {
	Add(args ...any)
	Fatal(args ...any)
}

// Of returns the seeds of a target, none so far.
func Of(target Target) *Seeds { return &Seeds{target: target} }

// Add adds a seed to the target, as its Add does.
func (s *Seeds) Add(args ...any) {
	s.target.Add(args...)
	s.inputs = append(s.inputs, args)
}

// Mutate adds mutations of the seeds to the target, if the environment asks for them. It is called
// after the last Add.
func (s *Seeds) Mutate() {
	text := os.Getenv("MUTATIONS")
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		s.target.Fatal("MUTATIONS: ", err)
	}
	for _, input := range s.mutations(n) {
		s.target.Add(input...)
	}
}

// mutations returns n mutations of the seeds, as many of each. Those of a seed do not depend on the other seeds, so
// that a new one changes nothing for them.
func (s *Seeds) mutations(n int) [][]any {
	all := make([][]any, 0, n)
	for i, seed := range s.inputs {
		m := newMutator(seed)
		made := [][]any{seed}
		for range (n + i) / len(s.inputs) {
			// Of the seed, or of what has been made of it.
			base := made[m.IntN(len(made))]
			if m.IntN(2) == 0 {
				base = seed
			}
			made = append(made, m.input(base))
		}
		all = append(all, made[1:]...)
	}
	return all
}

type mutator struct {
	*rand.Rand
	seed []any
}

func newMutator(seed []any) mutator {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%q", seed)
	return mutator{Rand: rand.New(rand.NewPCG(9110, hash.Sum64())), seed: seed}
}

// input returns a mutation of an input: one to four changes of its arguments.
func (m mutator) input(base []any) []any {
	input := slices.Clone(base)
	for range 1 + m.IntN(4) {
		i := m.IntN(len(input))
		switch v := input[i].(type) {
		case string:
			input[i] = string(m.bytes([]byte(v)))
		case []byte:
			input[i] = m.bytes(slices.Clone(v))
		case bool:
			input[i] = !v
		case int:
			input[i] = int(m.number(int64(v)))
		case int64:
			input[i] = m.number(v)
		case uint:
			input[i] = uint(m.number(int64(v)))
		case uint8:
			input[i] = uint8(m.number(int64(v)))
		default:
			panic("an argument of a type that is not mutated")
		}
	}
	return input
}

// number returns a number near v, at the end of a range, or any.
func (m mutator) number(v int64) int64 {
	switch m.IntN(4) {
	case 0:
		return v + int64(m.IntN(9)) - 4
	case 1:
		return v ^ 1<<m.IntN(64)
	case 2:
		return []int64{0, 1, -1, 1<<31 - 1, -1 << 31, 1<<63 - 1, -1 << 63}[m.IntN(7)]
	}
	return int64(m.Uint64()) >> m.IntN(64)
}

// special are the bytes that have a meaning in a header field, in JSON or in a URL, and some that have none.
const special = "\"\"\\\\,,==  \t\n\r:;/'`<>[]{}()|%&?#@.~+-_*0129aAzZ\x00\x1b\x7f\x80\xff"

// largest bounds what grows by repetition.
const largest = 1 << 12

// bytes changes b in one place. What it inserts may come from anywhere in the seed.
func (m mutator) bytes(b []byte) []byte {
	at := m.IntN(len(b) + 1)
	end := min(len(b), at+1+m.IntN(1<<m.IntN(8)))
	switch m.IntN(9) {
	case 0: // remove
		return slices.Delete(b, at, end)
	case 1: // repeat
		if len(b) < largest {
			return slices.Insert(b, m.IntN(len(b)+1), slices.Clone(b[at:end])...)
		}
	case 2: // change the case of letters
		for i := at; i < end; i++ {
			if c := b[i] | 0x20; 'a' <= c && c <= 'z' {
				b[i] ^= 0x20
			}
		}
	case 3: // replace by a special byte
		if at < len(b) {
			b[at] = special[m.IntN(len(special))]
		}
	case 4: // replace by any byte
		if at < len(b) {
			b[at] = byte(m.IntN(256))
		}
	case 5, 6: // insert special bytes
		for range 1 + m.IntN(3) {
			b = slices.Insert(b, at, special[m.IntN(len(special))])
		}
	case 7: // insert a piece of the seed
		var from []byte
		switch v := m.seed[m.IntN(len(m.seed))].(type) {
		case string:
			from = []byte(v)
		case []byte:
			from = v
		}
		if len(b) < largest && len(from) > 0 {
			start := m.IntN(len(from))
			return slices.Insert(b, at, from[start:min(len(from), start+1+m.IntN(1<<m.IntN(10)))]...)
		}
	case 8: // exchange two pieces
		second := slices.Clone(b[end:])
		return append(second, b[:end]...)
	}
	return b
}
