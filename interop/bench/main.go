// Bench times wwwauth and other parsers on the same field lines; lines of real servers, views, lint and the
// command; and httpauth.Gate beside the middleware of the MCP Go SDK. It does so in one run, in interop:
//
//	go run ./bench [-quick] [-processes N] [-only NAME]
//
// Machines differ, and a shared machine differs from second to second. So a subject and its yardstick take
// turns of a millisecond; each pair of turns gives a ratio, and the median counts. Processes differ too, because
// of the linker and the garbage collector, so there are five, and the median of theirs counts. That takes some
// minutes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// A plan says how long to measure.
type plan struct {
	passes  int           // over all rows, so that a busy moment spoils no median
	turns   int           // of each in a pass
	turn    time.Duration // is about how long a turn is
	longest time.Duration // no further turns in this pass after that
	slow    time.Duration // a workload does not grow once a call takes longer
}

var (
	full  = plan{passes: 3, turns: 45, turn: time.Millisecond, longest: 100 * time.Millisecond, slow: 50 * time.Millisecond}
	quick = plan{passes: 1, turns: 5, turn: 50 * time.Microsecond, longest: 20 * time.Millisecond, slow: time.Millisecond}
)

func main() {
	short := flag.Bool("quick", false, "measure so shortly, and in one process, that the figures mean little")
	processes := flag.Int("processes", 5, "measure in `N` processes; 0 prints what this one measures as JSON")
	only := flag.String("only", "", "measure only what has `NAME` in its name: parsers, workloads, gates and the rest")
	flag.Parse()
	// With so little memory in use, the collector would run every few milliseconds, unlike in real programs.
	debug.SetGCPercent(1000)
	var rows []*row
	var err error
	switch {
	case *short:
		rows, err = measure(quick, *only)
	case *processes == 0:
		if rows, err = measure(full, *only); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(rows)
		}
		if err != nil {
			log.Fatal(err)
		}
		return
	default:
		rows, err = measureIn(*processes, *only)
	}
	if err != nil {
		log.Fatal(err)
	}
	print(os.Stdout, rows)
}

// A row has the figures of a subject on an input.
type row struct {
	Table, Input, Subject string
	Unit                  string   // the yardstick
	Size                  int      // of the input, if that grows
	Answer                string   // of a parser: "right", or what is wrong with it; "-" for the yardstick, which has none
	Figures               *Figures // nil if the parser did not return

	meter *meter
}

// The tables.
const (
	parsersTable = "parsers"
	usersTable   = "users"
	gatesTable   = "gates"
)

// measureIn measures in several processes, one after the other, and returns the medians.
func measureIn(processes int, only string) ([]*row, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var rows []*row
	var figures [][]Figures
	for range processes {
		cmd := exec.Command(program, "-processes", "0", "-only", only)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		var measured []*row
		if err := json.Unmarshal(out, &measured); err != nil {
			return nil, err
		}
		if rows == nil {
			rows, figures = measured, make([][]Figures, len(measured))
		}
		for i, r := range measured {
			if r.Figures != nil {
				figures[i] = append(figures[i], *r.Figures)
			}
		}
	}
	for i, r := range rows {
		if r.Figures != nil {
			*r.Figures = medians(figures[i])
		}
	}
	return rows, nil
}

// measure measures all rows in this process.
func measure(p plan, only string) ([]*row, error) {
	rows := parserRows(p, only)
	users, clean, err := userRows(only)
	defer clean()
	if err != nil {
		return nil, err
	}
	gates, err := gateRows(only)
	if err != nil {
		return nil, err
	}
	rows = slices.Concat(rows, users, gates)
	for range p.passes {
		for _, r := range rows {
			if r.meter != nil {
				r.meter.measure(p)
			}
		}
	}
	for _, r := range rows {
		if r.meter != nil {
			f := r.meter.figures()
			r.Figures = &f
		}
	}
	return rows, nil
}

// parserRows returns a row for each workload and each parser that it is for.
func parserRows(p plan, only string) []*row {
	table := parsers.Parser{Name: "class table", Loop: loopClassTable}
	all := slices.Concat([]parsers.Parser{table}, parsers.Own(), parsers.All)
	var rows []*row
	for _, load := range workloads {
		for _, parser := range all {
			if parser.Loop == nil || !strings.Contains(load.name, only) && !strings.Contains(parser.Name, only) {
				continue
			}
			if r := p.check(load, parser); r != nil {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// print prints the tables.
func print(w io.Writer, rows []*row) {
	fmt.Fprintf(w, "%s %s/%s, GOMAXPROCS=%d\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	for _, table := range []struct{ name, before, head, after string }{
		{parsersTable, inputs(rows), "| workload | parser | answer |", parserNotes},
		{usersTable, "", "| input | what | compared with |", userNotes},
		{gatesTable, "", "| request | handler | compared with |", gateNotes},
	} {
		first := true
		for _, r := range rows {
			if r.Table != table.name {
				continue
			}
			if first {
				fmt.Fprintf(w, "%s\n%s ratio | ns/op | B/op | allocs/op |\n|---|---|---|---:|---:|---:|---:|\n", table.before, table.head)
				first = false
			}
			input, third := r.Input, r.Unit
			if r.Table == parsersTable {
				third = r.Answer
				if r.Size < size {
					input += fmt.Sprintf(" (%d KiB)", r.Size>>10)
				}
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s |\n", input, r.Subject, third, r.Figures.cells(" | "))
		}
		if first {
			continue
		}
		fmt.Fprint(w, table.after)
		if table.name == parsersTable {
			brief(w, rows)
		}
	}
}

// inputs describes the workloads.
func inputs(rows []*row) string {
	var b strings.Builder
	for _, load := range workloads {
		if slices.ContainsFunc(rows, func(r *row) bool { return r.Table == parsersTable && r.Input == load.name }) {
			fmt.Fprintf(&b, "\n- %s: %s", load.name, load.what)
		}
	}
	return b.String() + "\n"
}

const parserNotes = `
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

const userNotes = `
The ratio compares with the call in the third column, on the same input. The lines are all those in testdata/corpus that
real servers have sent, in turn; one call reads one response. Parse is compared with httpheader on
the broken lines too, although httpheader reports nothing and repairs little. The time of the command
includes starting it. It is what all processors spent on it, divided by their number: the clock would also
show what else they did. It allocates elsewhere.
`

const gateNotes = `
The ratio is that to auth.RequireBearerToken of the MCP Go SDK, with the same request and the same options
(a metadata URL and two scopes); what it is for the SDK itself is noise. The Verifier and the handler behind
do next to nothing, and the ResponseWriter discards. The SDK's challenge has no error, and its content is
text like the Gate's own.
`

// brief prints the first table of docs/PERFORMANCE.md.
func brief(w io.Writer, rows []*row) {
	columns := []string{"docker", "mcp", "digest"}
	cells := make(map[string][]string)
	var names []string
	for _, r := range rows {
		if r.Table != parsersTable {
			continue
		}
		i := slices.Index(columns, r.Input)
		if i < 0 {
			continue
		}
		if cells[r.Subject] == nil {
			names = append(names, r.Subject)
			cells[r.Subject] = slices.Repeat([]string{"-"}, len(columns))
		}
		cells[r.Subject][i] = r.Figures.cells(" / ")
		if r.Answer != "right" && r.Answer != "-" {
			cells[r.Subject][i] += ", **" + r.Answer + "**"
		}
	}
	fmt.Fprintf(w, "\nratio / ns / B / allocs:\n\n| parser | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, name := range names {
		fmt.Fprintf(w, "| %s | %s |\n", name, strings.Join(cells[name], " | "))
	}
}

// check lets a parser read a workload and returns the row to measure; nil if the workload is not for the parser. A
// workload that grows does so until it has its size or a call is slow, since a quadratic parser would not return.
func (p plan) check(load workload, parser parsers.Parser) *row {
	r := &row{Table: parsersTable, Input: load.name, Subject: parser.Name, Unit: "class table", Size: size, Answer: "-"}
	if load.grows {
		r.Size = 1 << 10
	}
	for ; ; r.Size *= 2 {
		lines := load.lines(r.Size)
		start := time.Now()
		if parser.Parse != nil {
			seen, inScope := parser.InScope(parsers.Ours(lines))
			if !inScope {
				return nil
			}
			theirs, err := parser.Ask(lines)
			class, _, _ := parsers.Classify(theirs, err, seen)
			r.Answer = strings.Replace(class.String(), parsers.Equal.String(), "right", 1)
			if class == parsers.Panics || class == parsers.NoAnswer {
				return r
			}
		}
		if r.Size == size || time.Since(start) > p.slow {
			r.meter = &meter{loop: parser.Loop(lines), yardstick: loopClassTable(lines)}
			return r
		}
	}
}
