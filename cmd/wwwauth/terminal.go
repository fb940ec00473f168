package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a server sends can make a terminal do things: move the cursor, change the title, turn the
// order of letters around, hide some. So nothing of it is printed before it went through this file.

// width is the number of columns that prose and excerpts take at most.
const width = 80

// isShown tells whether a terminal shows r as what it is. Not so the controls, the format characters
// (Unicode category Cf: zero-width ones, bidirectional controls), other kinds of space, private and
// unassigned code points, and letters that have no shape.
func isShown(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	const brailleBlank = '\u2800'
	return unicode.IsPrint(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// escape returns what is printed for the first character of s, and its size in s. What is not shown is
// written as in a Go string: \t, \x1b, \u202e; a byte that is no UTF-8 as \xe9.
func escape(s string, isShown func(rune) bool) (shown string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1:
		return fmt.Sprintf(`\x%02x`, s[0]), 1
	case isShown(r):
		return s[:size], size
	case r == '\t':
		return `\t`, size
	case r == '\r':
		return `\r`, size
	case r == '\n':
		return `\n`, size
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r), size
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r), size
	}
	return fmt.Sprintf(`\U%08x`, r), size
}

// safe returns s with everything escaped that a terminal does not show, and with it marks that would
// stand on what is before s, or pile up.
func safe(s string) string {
	const most = 2
	marks := most
	return escaped(s, func(r rune) bool {
		if unicode.IsMark(r) {
			marks++
		} else {
			marks = 0
		}
		return marks <= most && isShown(r)
	})
}

// escaped returns s with everything escaped that is not shown.
func escaped(s string, isShown func(rune) bool) string {
	var b strings.Builder
	for s != "" {
		shown, size := escape(s, isShown)
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String()
}

// isPlain tells whether nothing in s is escaped.
func isPlain(s string) bool { return safe(s) == s }

// quoteIfUnclear returns s as it is if a reader sees what it is. An empty one, one with blanks that
// are easily overlooked and one with escapes stands in quotes; in them \ and " are escaped too, so
// that an escape is told from the text that looks like one.
func quoteIfUnclear(s string) string {
	if s != "" && s == strings.TrimSpace(s) && !strings.Contains(s, "  ") && s[0] != '"' && isPlain(s) {
		return s
	}
	return quote(s)
}

func quote(s string) string {
	return `"` + safe(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)) + `"`
}

// cut returns s, or its first max bytes and a mark.
func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max] + mark
}

// columns returns the number of columns that a terminal needs for s, which is safe to print.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns returns the columns of one character. It is right for those that isSure accepts; in
// prose, where no caret stands below, a guess will do for the others.
func runeColumns(r rune) int {
	if unicode.Is(wide, r) {
		return 2
	}
	return 1
}

// wide holds ranges of letters and punctuation that are two columns wide in every terminal, and narrow
// such that are one wide (Unicode Standard Annex 11). In others, as among emoji, terminals differ.
var (
	wide = &unicode.RangeTable{
		R16: []unicode.Range16{
			{0x3001, 0x3002, 1}, {0x3008, 0x3011, 1}, // punctuation
			{0x3041, 0x3096, 1}, {0x30a0, 0x30ff, 1}, // Kana
			{0x3400, 0x4dbf, 1}, {0x4e00, 0x9fff, 1}, // ideographs
			{0xac00, 0xd7a3, 1}, // Hangul
			{0xff01, 0xff60, 1}, // full-width forms
		},
		R32: []unicode.Range32{{0x20000, 0x3fffd, 1}}, // ideographs
	}
	narrow = &unicode.RangeTable{
		R16: []unicode.Range16{
			{' ', '~', 1},
			{0x00a1, 0x02ff, 1}, {0x0370, 0x052f, 1}, // Latin, Greek, Cyrillic
			{0x2010, 0x2027, 1}, {0x2030, 0x205e, 1}, {0x20a0, 0x20bf, 1}, // punctuation, currencies
		},
		LatinOffset: 1,
	}
)

// isSure tells whether it is known where a terminal shows r and how wide, so that a caret can stand
// below. Not so marks, emoji, and letters of scripts that run from right to left or join.
func isSure(r rune) bool {
	return isShown(r) && !unicode.IsMark(r) && unicode.In(r, narrow, wide)
}

// An excerpt shows the places of a line that offsets point to.
type excerpt struct {
	text   string // safe to print
	carets string // the line below it
	used   int    // how many of the offsets it shows, at least the first
}

// newExcerpt returns an excerpt of the line, at most max columns wide, that shows the first of the
// offsets and as many of the others as stand close to it. The offsets ascend.
func newExcerpt(line string, offsets []int, max int) excerpt {
	start, end := 0, len(line)
	used := len(offsets)
	if fit(line, max) < len(line) {
		// Marks stand where something is left out; between them the caret has a third of the
		// line before it.
		room := max - columns(mark+mark)
		start = fitBack(line[:offsets[0]], room/3)
		end = start + fit(line[start:], room)
		if end == len(line) {
			start = fitBack(line, room)
		}
		used = 1
		for used < len(offsets) && (offsets[used] < end || end == len(line)) {
			used++
		}
	}
	text := escaped(line[start:end], isSure)
	lead := 0
	if start > 0 {
		text, lead = mark+text, columns(mark)
	}
	if end < len(line) {
		text += mark
	}
	var carets strings.Builder
	at := 0
	for _, offset := range offsets[:used] {
		column := lead + columns(escaped(line[start:offset], isSure))
		if column < at {
			continue
		}
		carets.WriteString(strings.Repeat(" ", column-at) + "^")
		at = column + 1
	}
	return excerpt{text, carets.String(), used}
}

// mark stands for what an excerpt leaves out.
const mark = "…"

// fit returns how much of s, from its start on, fits into the columns.
func fit(s string, room int) int {
	i := 0
	for i < len(s) {
		shown, size := escape(s[i:], isSure)
		if room -= columns(shown); room < 0 {
			break
		}
		i += size
	}
	return i
}

// fitBack returns where the part at the end of s begins that fits into the columns.
func fitBack(s string, room int) int {
	i := len(s)
	for i > 0 {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		shown, _ := escape(s[i-size:i], isSure)
		if room -= columns(shown); room < 0 {
			break
		}
		i -= size
	}
	return i
}

// wrap breaks prose, which is safe to print, into lines. The first starts with the prefix, the
// others with as many spaces. A word that is too long for a line, such as a URL, stays whole.
func wrap(prefix, prose string) string {
	var b strings.Builder
	b.WriteString(prefix)
	indent := columns(prefix)
	at := indent
	for _, word := range strings.Fields(prose) {
		n := columns(word)
		switch {
		case at == indent:
		case at+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
	return b.String()
}

// beside wraps prose that stands to the right of n columns of other text.
func beside(n int, prose string) string {
	return strings.TrimSpace(wrap(strings.Repeat(" ", n), prose))
}

// A style marks up text for a terminal, or leaves it as it is.
type style bool

func (s style) bold(text string) string { return s.with("1", text) }
func (s style) dim(text string) string  { return s.with("2", text) }
func (s style) red(text string) string  { return s.with("1;31", text) }

func (s style) with(code, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
