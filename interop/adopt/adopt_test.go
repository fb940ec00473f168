package adopt

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

const page = "../../docs/ADOPTION.md"

// TestAdopt runs the tests of each project with its own parser and with ours.
func TestAdopt(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range projects {
		t.Run(p.name, func(t *testing.T) {
			if p.nightly && os.Getenv("NIGHTLY") == "" {
				t.Skip("only with NIGHTLY=1 in the environment")
			}
			w, err := open(p.module, p.version, t.TempDir(), root)
			if err != nil {
				t.Fatal(err)
			}
			before, printed, err := w.test(p.run, p.skip, p.tests...)
			if err != nil {
				t.Fatal(err)
			}
			if failed := before.names("fail"); len(failed) > 0 {
				t.Fatalf("without our parser too %q fail:\n%s", failed, printed)
			}
			theirs := p.benchmark(t, w)

			removed := 0
			for file, names := range p.cut {
				lines, err := w.cut(file, names...)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(file, "_test.go") {
					removed += lines
				}
			}
			added, err := w.add(filepath.Join("testdata", p.name, "challenges.go"), p.folder, "challenges.go")
			if err != nil {
				t.Fatal(err)
			}
			after, printed, err := w.test(p.run, p.skip, p.tests...)
			if err != nil {
				t.Fatal(err)
			}
			ours := p.benchmark(t, w)

			row := tables.Row{Program: p.name, Version: p.version}
			row.Cells = append(row.Cells,
				tables.Cell{Text: tables.Code(path.Join(p.module, p.folder))},
				tables.Cell{Text: fmt.Sprint(removed)}, tables.Cell{Text: fmt.Sprint(added)},
				tables.Cell{Text: fmt.Sprintf("%d of %[1]d", len(before.names("pass")))},
				p.after(t, after, printed),
			)
			tables.Check(t, page, "tests", row)
			p.measure(t, theirs, ours)
		})
	}
}

// after says how many tests passed with our parser, and why others did not. Each failing test must have a
// reason, and each reason a failing test.
func (p project) after(t *testing.T, results outcomes, printed string) tables.Cell {
	t.Helper()
	failed := results.names("fail")
	for _, name := range failed {
		if p.failures[name] == "" {
			t.Errorf("%s fails, and nothing says why:\n%s", name, printed)
		}
	}
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(p.failures)) {
		if !slices.Contains(failed, name) {
			t.Errorf("%s does not fail any more", name)
		}
		notes = append(notes, tables.Code(name)+": "+p.failures[name])
	}
	if p.note != "" {
		notes = append(notes, p.note)
	}
	passed := len(results.names("pass"))
	return tables.Cell{Text: fmt.Sprintf("%d of %d", passed, passed+len(failed)), Red: len(failed) > 0, Note: strings.Join(notes, " ")}
}

// benchmark builds the program that measures the parser as it is, and returns its path.
func (p project) benchmark(t *testing.T, w *workspace) string {
	t.Helper()
	if _, err := w.add(filepath.Join("testdata", p.name, "bench_test.go"), p.folder, "wwwauth_bench_test.go"); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "bench")
	if err := w.build(p.folder, program); err != nil {
		t.Fatal(err)
	}
	return program
}

// measure writes into the page what parsing costs before and after. Machines differ, so without -update
// it only checks that the benchmarks run.
func (p project) measure(t *testing.T, theirs, ours string) {
	t.Helper()
	rounds, benchtime := 1, "100x"
	if tables.Updating() {
		rounds, benchtime = 9, "200ms"
	}
	var before, after cost
	var ratios []float64
	for range rounds {
		var err error
		if before, err = measure(theirs, benchtime); err != nil {
			t.Fatal(err)
		}
		if after, err = measure(ours, benchtime); err != nil {
			t.Fatal(err)
		}
		ratios = append(ratios, after.nanoseconds/before.nanoseconds)
	}
	if !tables.Updating() {
		return
	}
	slices.Sort(ratios)
	tables.Check(t, page, "cost", tables.Row{Program: p.name, Version: p.version, Cells: []tables.Cell{
		{Text: fmt.Sprintf("%.2f", ratios[len(ratios)/2])},
		{Text: fmt.Sprint(before.allocations)}, {Text: fmt.Sprint(after.allocations)},
		{Text: fmt.Sprint(before.bytes)}, {Text: fmt.Sprint(after.bytes)},
	}})
}
