package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// A meter measures what a call of a parser costs.
type meter struct {
	loop, yardstick func(n int)

	ratios, times []float64 // of each turn: to the yardstick, and nanoseconds of a call
	bytes, allocs uint64    // of a call
}

// measure lets the parser and the yardstick take turns.
func (m *meter) measure(p plan) {
	n, of := p.calls(m.loop), p.calls(m.yardstick)
	runtime.GC() // what others left is none of its cost
	start := time.Now()
	for i := 0; i < p.turns && (i == 0 || time.Since(start) < p.longest); i++ {
		unit, ns := perCall(m.yardstick, of), perCall(m.loop, n)
		m.ratios, m.times = append(m.ratios, ns/unit), append(m.times, ns)
	}
	m.bytes, m.allocs = allocated(m.loop, max(1, min(100, int(1e7/median(m.times))))) // for 10 ms at most
}

// cells writes the figures, with sep between them.
func (m *meter) cells(sep string) string {
	if m == nil {
		return "-" + sep + "-" + sep + "-" + sep + "-"
	}
	ratio, digits := median(m.ratios), 2
	for limit := 10.0; ratio >= limit && digits > 0; limit *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f%s%.0f%s%d%s%d", digits, ratio, sep, median(m.times), sep, m.bytes, sep, m.allocs)
}

// calls returns how many calls fit in a turn, at least one.
func (p plan) calls(loop func(n int)) int {
	for n := 1; ; n *= 2 {
		start := time.Now()
		loop(n)
		if took := time.Since(start); took >= p.turn {
			return max(1, int(int64(n)*int64(p.turn)/int64(took)))
		}
	}
}

// perCall returns the nanoseconds that a call takes.
func perCall(loop func(n int), n int) float64 {
	start := time.Now()
	loop(n)
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

// allocated returns what one of n calls allocates, rounded down as testing.AllocsPerRun does, since the
// runtime may allocate now and then. Calls before it have filled what a parser keeps.
func allocated(loop func(n int), n int) (bytes, allocs uint64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	loop(n)
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(n), (after.Mallocs - before.Mallocs) / uint64(n)
}

// classes is some table of byte classes; what stands in it makes no difference.
var classes = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i) & 7
	}
	return t
}()

// classTable is the yardstick: it looks each byte up and adds up what it finds. The speed of a plain loop,
// or of one that cuts s shorter, depends by a third on where the linker puts it; that of this one does not.
//
//go:noinline
func classTable(s string) (sum int) {
	i := 0
	for ; i+4 <= len(s); i += 4 {
		sum += int(classes[s[i]]) + int(classes[s[i+1]]) + int(classes[s[i+2]]) + int(classes[s[i+3]])
	}
	for ; i < len(s); i++ {
		sum += int(classes[s[i]])
	}
	return sum
}

// loopClassTable is the yardstick's parsers.Parser.Loop.
func loopClassTable(lines []string) func(n int) {
	return func(n int) {
		for range n {
			for _, line := range lines {
				classTable(line)
			}
		}
	}
}
