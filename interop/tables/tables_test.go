package tables

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const head = "| program | case | seen |\n|---|---|---|\n"

var rows = []Row{
	{Program: "a b", Version: "1.0", Case: "`x`", Cells: []Cell{{Text: "fine"}}},
	{Program: "a b", Version: "1.0", Case: "`y`", Cells: []Cell{{Text: "bad", Red: true, Note: "It (really) is. So."}}},
	{Program: "c", Version: "2-1+deb", Case: "`y`", Cells: []Cell{{Text: `a\|b (c)`, Note: "Other."}}},
	{Program: "c", Version: "2-1+deb", Case: "`z`", Cells: []Cell{{Text: "bad", Red: true, Note: "It (really) is. So."}}},
}

const text = head + "| a b 1.0 | `x` | fine |\n| a b 1.0 | `y` | **bad** (1) |\n| c 2-1+deb | `y` | a\\|b (c) (2) |\n| c 2-1+deb | `z` | **bad** (1) |\n" +
	"\n1. It (really) is. So.\n2. Other.\n\n"

// TestText checks how a table is written and read.
func TestText(t *testing.T) {
	if got := (table{head, rows}).String(); got != text {
		t.Errorf("written as\n%s", got)
	}
	got, err := read(text)
	if err != nil || !slices.EqualFunc(got.rows, rows, equal) {
		t.Errorf("read as %+v, %v", got.rows, err)
	}
	if _, err := read("nothing\n"); err == nil {
		t.Error("read what is not a table")
	}

	const page = "# Page\n\n<!-- table one -->\n" + text + "<!-- end -->\n\n<!-- table two -->\n" + head + "<!-- end -->\nrest\n"
	before, _, after, err := find(page, "two")
	if err != nil || !strings.HasSuffix(before, "<!-- table two -->\n") || after != "<!-- end -->\nrest\n" {
		t.Errorf("found between %q and %q: %v", before, after, err)
	}
	for _, bad := range []string{"", "<!-- table two -->\n" + head} {
		if _, _, _, err := find(bad, "two"); err == nil {
			t.Errorf("found in %q", bad)
		}
	}
}

// TestCompare checks which differences count.
func TestCompare(t *testing.T) {
	change := func(f func(*Row)) []Row {
		row := rows[1]
		row.Cells = slices.Clone(row.Cells)
		f(&row)
		return []Row{rows[0], row}
	}
	for _, tt := range []struct {
		name        string
		rows        []Row
		differences int
		fails       bool
	}{
		{"the same", rows[:2], 0, false},
		{"another text", change(func(r *Row) { r.Cells[0].Text = "worse" }), 1, true},
		{"green now", change(func(r *Row) { r.Cells[0].Red = false }), 1, true},
		{"another note", change(func(r *Row) { r.Cells[0].Note = "Why?" }), 1, true},
		{"a cell more", change(func(r *Row) { r.Cells = append(r.Cells, Cell{Text: "more"}) }), 1, true},
		{"a cell less", change(func(r *Row) { r.Cells = nil }), 1, true},
		{"another version", change(func(r *Row) { r.Version, r.Cells[0].Text = "1.1", "worse" }), 1, false},
		{"another version, the same", change(func(r *Row) { r.Version = "1.1" }), 0, false},
		{"a case less", rows[:1], 1, true},
		{"another case", change(func(r *Row) { r.Case = "`q`" }), 2, true},
		{"an unknown program", []Row{{Program: "d", Version: "1", Case: "x"}}, 1, true},
	} {
		got := (table{head, rows}).compare(tt.rows)
		fails := slices.ContainsFunc(got, func(d difference) bool { return d.sameVersion })
		if len(got) != tt.differences || fails != tt.fails {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// TestUpdate checks that -update replaces the rows of a program in their place, and nothing else.
func TestUpdate(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("before\n<!-- table x -->\n"+text+"<!-- end -->\nafter\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	flag.Set("update", "true")
	defer flag.Set("update", "false")
	Check(t, page, "x", Row{Program: "a b", Version: "1.1", Case: "`y`", Cells: []Cell{{Text: "good"}}})
	Check(t, page, "x", Row{Program: "d", Version: "7", Case: "`y`", Cells: []Cell{{Text: "new", Red: true, Note: "Since it is."}}})
	const want = "before\n<!-- table x -->\n" + head + "| a b 1.1 | `y` | good |\n| c 2-1+deb | `y` | a\\|b (c) (1) |\n| c 2-1+deb | `z` | **bad** (2) |\n| d 7 | `y` | **new** (3) |\n" +
		"\n1. Other.\n2. It (really) is. So.\n3. Since it is.\n\n<!-- end -->\nafter\n"
	if got, err := os.ReadFile(page); err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func equal(a, b Row) bool {
	return a.Program == b.Program && a.Version == b.Version && a.Case == b.Case && slices.Equal(a.Cells, b.Cells)
}

// TestCode checks that nothing in a cell breaks the table, or cannot be seen.
func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"plain":      "`plain`",
		"":           "nothing",
		"a|b":        "`a\\|b`",
		"a`b":        "`` a`b ``",
		"Grüße":      "`Grüße`",
		"Gr\xfc\t\n": "`Gr‹FC›‹09›‹0A›`",
		"\u202e":     "`‹E2 80 AE›`",
	} {
		if got := Code(in); got != want {
			t.Errorf("Code(%q) = %s, want %s", in, got, want)
		}
	}
}
