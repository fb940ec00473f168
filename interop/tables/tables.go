// Package tables holds what tests see of real programs against the tables in docs/.
//
// A test fails if a program does something else than the table says of the same version. Other
// versions are only reported. With the flag -update the test writes what it sees into the table.
//
// A table is in a page, between two comments:
//
//	<!-- table NAME -->
//	| program | case | seen |
//	|---|---|---|
//	| nginx 1.22.1 | realm `x` | **`y`** (1) |
//
//	1. What is wrong with the bold one.
//
//	<!-- end -->
//
// The tests write all but the first two lines. Without a column case there is one row for a program.
package tables

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write what is seen into the tables of docs/")

// Updating reports whether Check writes the tables.
func Updating() bool { return *update }

// A Row is what was seen of one program, or of one case of a program.
type Row struct {
	Program, Version string
	Case             string
	Cells            []Cell
}

// A Cell is one thing that was seen.
type Cell struct {
	Text string
	Red  bool   // it is not what it should be
	Note string // says why; a red cell must have one
}

// Check compares the rows of a program, all that there are, with those of a table in a page.
func Check(t *testing.T, page, table string, rows ...Row) {
	t.Helper()
	for _, row := range rows {
		for i, cell := range row.Cells {
			if cell.Red && cell.Note == "" {
				t.Errorf("%s: table %s: %s: cell %d: %s is not explained", page, table, row.name(), i+1, cell.Text)
			}
		}
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, old, after, err := find(string(b), table)
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	if *update {
		old.replace(rows)
		if err := os.WriteFile(page, []byte(before+old.String()+after), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, difference := range old.compare(rows) {
		if difference.sameVersion {
			t.Errorf("%s: table %s: %s (go test with -update writes it)", page, table, difference.text)
		} else {
			t.Logf("%s: table %s: %s", page, table, difference.text)
		}
	}
}

// A table is the text between the comments of a page.
type table struct {
	head string // the first two lines
	rows []Row
}

// find returns a table of a page, and the text before and after it.
func find(page, name string) (before string, t table, after string, err error) {
	begin := "<!-- table " + name + " -->\n"
	const end = "<!-- end -->"
	i := strings.Index(page, begin)
	if i < 0 {
		return "", t, "", fmt.Errorf("there is no table %s", name)
	}
	i += len(begin)
	n := strings.Index(page[i:], end)
	if n < 0 {
		return "", t, "", fmt.Errorf("table %s has no end", name)
	}
	t, err = read(page[i : i+n])
	return page[:i], t, page[i+n:], err
}

func read(text string) (table, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 2 || !strings.HasPrefix(lines[1], "|--") {
		return table{}, fmt.Errorf("no head: %q", text)
	}
	t := table{head: lines[0] + "\n" + lines[1] + "\n"}
	hasCase := strings.HasPrefix(t.head, "| program | case |")
	notes := make(map[string]string)
	for _, line := range lines[2:] {
		if number, note, ok := strings.Cut(line, ". "); ok && !strings.HasPrefix(line, "|") {
			notes[number] = note
		}
	}
	for _, line := range lines[2:] {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		fields := split(line)
		program, version, _ := cutLast(fields[0], " ")
		row := Row{Program: program, Version: version}
		fields = fields[1:]
		if hasCase && len(fields) > 0 {
			row.Case, fields = fields[0], fields[1:]
		}
		for _, field := range fields {
			cell := Cell{Text: field}
			if text, number, ok := cutLast(field, " ("); ok {
				if note, ok := notes[strings.TrimSuffix(number, ")")]; ok {
					cell.Text, cell.Note = text, note
				}
			}
			if text, ok := strings.CutPrefix(cell.Text, "**"); ok {
				cell.Text, cell.Red = strings.TrimSuffix(text, "**"), true
			}
			row.Cells = append(row.Cells, cell)
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

// split returns the cells of a line. A bar that a backslash precedes belongs to the text.
func split(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	fields := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
	for i, field := range fields {
		fields[i] = strings.TrimSpace(strings.ReplaceAll(field, "\x00", `\|`))
	}
	return fields
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// String writes the table as read reads it. Each note is written once, in the order of the cells.
func (t table) String() string {
	var b, list strings.Builder
	b.WriteString(t.head)
	var notes []string
	for _, row := range t.rows {
		fmt.Fprintf(&b, "| %s |", strings.TrimSpace(row.Program+" "+row.Version))
		if row.Case != "" {
			fmt.Fprintf(&b, " %s |", row.Case)
		}
		for _, cell := range row.Cells {
			text := cell.Text
			if cell.Red {
				text = "**" + text + "**"
			}
			if cell.Note != "" {
				i := slices.Index(notes, cell.Note)
				if i < 0 {
					i = len(notes)
					notes = append(notes, cell.Note)
					fmt.Fprintf(&list, "%d. %s\n", i+1, cell.Note)
				}
				text = fmt.Sprintf("%s (%d)", text, i+1)
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	if len(notes) > 0 {
		b.WriteString(list.String() + "\n")
	}
	return b.String()
}

// replace puts rows of one program in the place of those that the table has of it.
func (t *table) replace(rows []Row) {
	same := func(row Row) bool { return row.Program == rows[0].Program }
	i := slices.IndexFunc(t.rows, same)
	if i < 0 {
		i = len(t.rows)
	}
	t.rows = slices.Insert(slices.DeleteFunc(t.rows, same), i, rows...)
}

// A difference is one between the table and what was seen.
type difference struct {
	text        string
	sameVersion bool
}

func (t table) compare(rows []Row) []difference {
	var all []difference
	known, same := false, false // the program is in the table, and in this version
	for _, old := range t.rows {
		known = known || old.Program == rows[0].Program
		same = same || old.Program == rows[0].Program && old.Version == rows[0].Version
		if old.Program == rows[0].Program && !slices.ContainsFunc(rows, old.isLike) {
			all = append(all, difference{old.name() + " was not seen", old.Version == rows[0].Version})
		}
	}
	for _, row := range rows {
		i := slices.IndexFunc(t.rows, row.isLike)
		if i < 0 {
			all = append(all, difference{row.name() + " is not in it", same || !known})
			continue
		}
		old := t.rows[i]
		for k := range max(len(row.Cells), len(old.Cells)) {
			var was, is Cell
			if k < len(old.Cells) {
				was = old.Cells[k]
			}
			if k < len(row.Cells) {
				is = row.Cells[k]
			}
			if was != is {
				text := fmt.Sprintf("%s: cell %d: %s had %+v, and %s has %+v", row.name(), k+1, old.Version, was, row.Version, is)
				all = append(all, difference{text, old.Version == row.Version})
			}
		}
	}
	return all
}

// isLike reports whether two rows are of the same program and case.
func (r Row) isLike(other Row) bool {
	return r.Program == other.Program && r.Case == other.Case
}

func (r Row) name() string {
	return strings.TrimSpace(r.Program + " " + r.Case)
}

// Code returns a code span for a cell, in which all bytes can be seen and do no harm. What is not UTF-8,
// and cannot be printed, is in hexadecimal.
func Code(s string) string {
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == utf8.RuneError || !unicode.IsPrint(c):
			_, n := utf8.DecodeRuneInString(s[i:])
			fmt.Fprintf(&b, "‹% X›", s[i:i+n])
		case c == '|':
			b.WriteString(`\|`)
		default:
			b.WriteRune(c)
		}
	}
	text := b.String()
	if text == "" {
		return "nothing"
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + text + fence
}
