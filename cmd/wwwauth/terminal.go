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

// escape returns what is printed for the first character of s, and its size in s. What a terminal
// does not show is written as in a Go string: \t, \x1b, \u202e; a byte that is no UTF-8 as \xe9.
func escape(s string) (shown string, size int) {
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

// safe returns s with everything escaped that a terminal does not show.
func safe(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		shown, size := escape(s)
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String()
}

// isPlain tells whether nothing in s is escaped.
func isPlain(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !isShown(r) }) < 0
}

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

// runeColumns returns the columns of one character: none for marks that stand on the one before, two
// for the wide characters of East Asia and the usual emoji. Terminals differ in the rare ones.
func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && unicode.Is(wide, r):
		return 2
	}
	return 1
}

// wide holds the ranges in which most characters are wide (Unicode Standard Annex 11).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, // Hangul Jamo
		{0x2e80, 0x303e, 1}, // radicals, punctuation
		{0x3041, 0xa4cf, 1}, // Kana, ideographs, Yi
		{0xa960, 0xa97f, 1}, // Hangul Jamo
		{0xac00, 0xd7a3, 1}, // Hangul
		{0xf900, 0xfaff, 1}, // ideographs
		{0xfe30, 0xfe6f, 1}, // vertical and small forms
		{0xff00, 0xff60, 1}, // full-width forms
		{0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{
		{0x1f300, 0x1f64f, 1}, // emoji
		{0x1f680, 0x1f6ff, 1},
		{0x1f900, 0x1faff, 1},
		{0x20000, 0x3fffd, 1}, // ideographs
	},
}

// rightToLeft holds the blocks of scripts that run from right to left. A terminal may print such
// letters in another order, so no caret can stand under them.
var rightToLeft = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0590, 0x08ff, 1}, {0xfb1d, 0xfdff, 1}, {0xfe70, 0xfeff, 1}},
	R32: []unicode.Range32{{0x10800, 0x10fff, 1}, {0x1e800, 0x1efff, 1}},
}

// escapeInOrder is like escape, and escapes too what a terminal may print elsewhere.
func escapeInOrder(s string) (shown string, size int) {
	shown, size = escape(s)
	if r, _ := utf8.DecodeRuneInString(s); shown == s[:size] && unicode.Is(rightToLeft, r) {
		shown = fmt.Sprintf(`\u%04x`, r)
		if r >= 0x10000 {
			shown = fmt.Sprintf(`\U%08x`, r)
		}
	}
	return shown, size
}

// safeInOrder is like safe, with escapeInOrder.
func safeInOrder(s string) string {
	var b strings.Builder
	for s != "" {
		shown, size := escapeInOrder(s)
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String()
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
	text := safeInOrder(line[start:end])
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
		column := lead + columns(safeInOrder(line[start:offset]))
		if r, _ := utf8.DecodeRuneInString(line[offset:]); runeColumns(r) == 0 && column > 0 {
			column-- // the mark stands on the character before
		}
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
		shown, size := escapeInOrder(s[i:])
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
		shown, _ := escapeInOrder(s[i-size : i])
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
