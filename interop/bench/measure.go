package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// A meter measures what a call of a parser costs.
type meter struct {
	loop, yardstick func(n int)
	lines           int            // a call reads so many, and what it costs is that of one of them; 0 means 1
	spent           *time.Duration // what a call of loop says it took, if it is not what the clock says
	most            int            // turns that are enough, if it is not 0: for programs, which allocate nothing here

	ratios, times []float64 // of each turn: to the yardstick, and nanoseconds of a call
	bytes, allocs uint64    // of a call
}

// Figures are those of one process, or the medians of several.
type Figures struct {
	Ratio, NS, Bytes, Allocs float64
}

// measure lets the parser and the yardstick take turns.
func (m *meter) measure(p plan) {
	if m.most > 0 && len(m.times) >= m.most {
		return
	}
	n, of := 1, p.calls(m.yardstick)
	if m.most == 0 {
		n = p.calls(m.loop)
	}
	runtime.GC() // garbage of others is not part of its cost
	start := time.Now()
	for i := 0; i < p.turns && (m.most == 0 || len(m.times) < m.most) && (i == 0 || time.Since(start) < p.longest); i++ {
		unit, ns := perCall(m.yardstick, of), perCall(m.loop, n)
		if m.spent != nil {
			const calls = 20 // of the yardstick, in processor time too
			start := busy()
			m.yardstick(calls)
			unit, ns = float64((busy()-start).Nanoseconds())/calls, float64(m.spent.Nanoseconds())
		}
		m.ratios, m.times = append(m.ratios, ns/unit), append(m.times, ns)
	}
	if m.most > 0 {
		return
	}
	m.bytes, m.allocs = allocated(m.loop, max(1, min(100, int(1e7/median(m.times))))) // for 10 ms at most
}

// figures returns what was measured.
func (m *meter) figures() Figures {
	n := float64(max(1, m.lines))
	return Figures{median(m.ratios), median(m.times) / n, float64(m.bytes) / n, float64(m.allocs) / n}
}

// medians returns the medians of what several processes have measured.
func medians(of []Figures) Figures {
	middle := func(get func(f Figures) float64) float64 {
		var x []float64
		for _, f := range of {
			x = append(x, get(f))
		}
		return median(x)
	}
	return Figures{
		middle(func(f Figures) float64 { return f.Ratio }), middle(func(f Figures) float64 { return f.NS }),
		middle(func(f Figures) float64 { return f.Bytes }), middle(func(f Figures) float64 { return f.Allocs }),
	}
}

// cells writes the figures, with sep between them; nothing was measured if f is nil.
func (f *Figures) cells(sep string) string {
	if f == nil {
		return "-" + sep + "-" + sep + "-" + sep + "-"
	}
	digits := 2
	for limit := 10.0; f.Ratio >= limit && digits > 0; limit *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f%s%.0f%s%.0f%s%s", digits, f.Ratio, sep, f.NS, sep, f.Bytes, sep,
		strconv.FormatFloat(math.Round(f.Allocs*10)/10, 'f', -1, 64))
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
// runtime may allocate now and then. Earlier calls have filled the parser's own memory.
func allocated(loop func(n int), n int) (bytes, allocs uint64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	loop(n)
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(n), (after.Mallocs - before.Mallocs) / uint64(n)
}

// classes is some table of byte classes; its contents do not matter.
var classes = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i) & 7
	}
	return t
}()

// classTable is the yardstick: it looks up each byte and adds up the results. The speed of a plain loop, or of one
// that shortens s, varies by a third with its place in the binary; that of this one does not.
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
