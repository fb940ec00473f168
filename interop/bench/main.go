// Bench times wwwauth and the parsers of others on the same field lines, and httpauth.Gate beside the
// middleware of the MCP Go SDK, in one run. It prints three tables: all figures of the parsers, those of what
// servers send, and the gates. Run it in interop:
//
//	go run ./bench [-quick] [-only NAME]
//
// It takes less than a minute. Machines differ, and one that is shared differs from second to second. So
// a parser and a yardstick, one look-up in a table for each byte of the same lines, take turns of a
// millisecond; each pair of turns gives a ratio, and the median of them counts.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// A plan says how long to measure.
type plan struct {
	passes  int           // over all parsers and workloads, so that a busy moment spoils no median
	turns   int           // of each in a pass
	turn    time.Duration // is about how long a turn is
	longest time.Duration // no further turns in this pass after that
	slow    time.Duration // a workload does not grow once a call takes longer
}

var (
	full  = plan{passes: 7, turns: 45, turn: time.Millisecond, longest: 100 * time.Millisecond, slow: 50 * time.Millisecond}
	quick = plan{passes: 1, turns: 5, turn: 50 * time.Microsecond, longest: 20 * time.Millisecond, slow: time.Millisecond}
)

func main() {
	short := flag.Bool("quick", false, "measure so shortly that the figures mean little")
	only := flag.String("only", "", "measure only the parsers, workloads or gates with `NAME` in their name")
	flag.Parse()
	// With so little in use, the collector would run every few milliseconds, as in hardly a real program.
	debug.SetGCPercent(1000)
	p := full
	if *short {
		p = quick
	}
	run(os.Stdout, p, *only)
	if _, err := measureGates(os.Stdout, p, *only); err != nil {
		log.Fatal(err)
	}
}

// A row is how a parser fares on a workload.
type row struct {
	workload, parser string
	size             int    // of the workload, if that grows
	answer           string // "right", or what is wrong with it; "-" for the yardstick, which has none
	meter            *meter // nil if the parser did not return
}

// run measures all parsers and prints the tables.
func run(w io.Writer, p plan, only string) []*row {
	fmt.Fprintf(w, "%s %s/%s, GOMAXPROCS=%d\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	table := parsers.Parser{Name: "class table", Loop: loopClassTable}
	all := slices.Concat([]parsers.Parser{table}, parsers.Own(), parsers.All)
	var rows []*row
	for _, load := range workloads {
		before := len(rows)
		for _, parser := range all {
			if parser.Loop == nil || !strings.Contains(load.name, only) && !strings.Contains(parser.Name, only) {
				continue
			}
			if r := p.check(load, parser); r != nil {
				rows = append(rows, r)
			}
		}
		if len(rows) > before {
			fmt.Fprintf(w, "- %s: %s\n", load.name, load.what)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for range p.passes {
		for _, r := range rows {
			if r.meter != nil {
				r.meter.measure(p)
			}
		}
	}

	fmt.Fprint(w, "\n| workload | parser | answer | ratio | ns/op | B/op | allocs/op |\n|---|---|---|---:|---:|---:|---:|\n")
	for _, r := range rows {
		name := r.workload
		if r.size < size {
			name += fmt.Sprintf(" (%d KiB)", r.size>>10)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", name, r.parser, r.answer, r.meter.cells(" | "))
	}
	fmt.Fprint(w, notes)
	brief(w, rows)
	return rows
}

const notes = `
The ratio is the median of ratios to the class table on the same bytes; what it is for the class table
itself is noise. The answer is that to what a parser sets out to read, as docs/RIVALS.md has it: Basic,
Bearer and Digest for containerd; Digest for icholy/digest, which is not asked for lines without. Where
the first word of a line is not for them, distribution, containerd and icholy/digest leave early; of a
line with several challenges they read the first at best, hence "digest, apart". Only the call is timed:
httpheader, distribution and containerd look the lines up in an http.Header, the others are given them.
A size in brackets is smaller than that of the others: from 1 KiB on it was doubled until a call was too
slow to go on. oras-go is not timed: its parser is not exported, and runs in the middle of a request.
GOGC is 1000, since the collector would else run far more often than in a program with something in memory.
`

// brief prints the table for the README.
func brief(w io.Writer, rows []*row) {
	columns := []string{"docker", "mcp", "digest"}
	cells := make(map[string][]string)
	var names []string
	for _, r := range rows {
		i := slices.Index(columns, r.workload)
		if i < 0 {
			continue
		}
		if cells[r.parser] == nil {
			names = append(names, r.parser)
			cells[r.parser] = slices.Repeat([]string{"-"}, len(columns))
		}
		cells[r.parser][i] = r.meter.cells(" / ")
		if r.answer != "right" && r.answer != "-" {
			cells[r.parser][i] += ", **" + r.answer + "**"
		}
	}
	fmt.Fprintf(w, "\nratio / ns / B / allocs:\n\n| parser | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, name := range names {
		fmt.Fprintf(w, "| %s | %s |\n", name, strings.Join(cells[name], " | "))
	}
}

// check has a parser read a workload and returns the row that is to be measured; nil if the workload is
// not for the parser. A workload that grows does so until it has its size or a call is slow: one that
// takes quadratic time would not come back.
func (p plan) check(load workload, parser parsers.Parser) *row {
	r := &row{workload: load.name, parser: parser.Name, size: size, answer: "-"}
	if load.grows {
		r.size = 1 << 10
	}
	for ; ; r.size *= 2 {
		lines := load.lines(r.size)
		start := time.Now()
		if parser.Parse != nil {
			seen, inScope := parser.InScope(parsers.Ours(lines))
			if !inScope {
				return nil
			}
			theirs, err := parser.Ask(lines)
			class, _, _ := parsers.Classify(theirs, err, seen)
			r.answer = strings.Replace(class.String(), parsers.Equal.String(), "right", 1)
			if class == parsers.Panics || class == parsers.NoAnswer {
				return r
			}
		}
		if r.size == size || time.Since(start) > p.slow {
			r.meter = &meter{loop: parser.Loop(lines), yardstick: loopClassTable(lines)}
			return r
		}
	}
}
