// Package layout lays out text for a terminal or any other fixed-width display: what is safe to print, where
// lines break, and which letter a caret is under.
package layout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a server sends can make a terminal move the cursor, change the title, reverse letters, or hide some. So
// none of it is printed before it has gone through this file.

// IsShown reports whether a terminal shows r as what it is. It does not for control characters, format characters
// (Unicode category Cf: zero-width ones, bidirectional controls), other kinds of space, private and unassigned
// code points, and letters that have no shape.
func IsShown(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	const brailleBlank = '\u2800'
	return strconv.IsPrint(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// escape returns what is printed for the first character of s, and its size in s. What is not shown is
// written as in a Go string: \t, \x1b, \u202e; a byte that is not UTF-8 as \xe9.
func escape(s string, IsShown func(rune) bool) (shown string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1:
		return hex(`\x`, rune(s[0]), 2), 1
	case IsShown(r):
		return s[:size], size
	case r == '\t':
		return `\t`, size
	case r == '\r':
		return `\r`, size
	case r == '\n':
		return `\n`, size
	case r < 0x80:
		return hex(`\x`, r, 2), size
	case r < 0x10000:
		return hex(`\u`, r, 4), size
	}
	return hex(`\U`, r, 8), size
}

// hex returns the prefix and the given number of hexadecimal digits.
func hex(prefix string, r rune, digits int) string {
	s := strconv.FormatInt(int64(r), 16)
	return prefix + strings.Repeat("0", digits-len(s)) + s
}

// Safe returns s with everything escaped that a terminal does not show, and also combining marks at its start, or
// too many in a row.
func Safe(s string) string {
	plain := 0 // nearly always all of it
	for plain < len(s) && s[plain] >= ' ' && s[plain] < 0x7f {
		plain++
	}
	if plain == len(s) {
		return s
	}
	const most = 2
	marks := most
	return escaped(s, func(r rune) bool {
		if unicode.IsMark(r) {
			marks++
		} else {
			marks = 0
		}
		return marks <= most && IsShown(r)
	})
}

// escaped returns s with everything escaped that is not shown.
func escaped(s string, IsShown func(rune) bool) string {
	var b strings.Builder
	for s != "" {
		shown, size := escape(s, IsShown)
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String()
}

// IsPlain reports whether nothing in s is escaped.
func IsPlain(s string) bool { return Safe(s) == s }

// QuoteIfUnclear returns s unchanged if a reader sees what it is. It quotes s if it is empty, has blanks that are
// easily overlooked, or has escapes; then \ and " are escaped too, so that an escape differs from text that looks
// like one.
func QuoteIfUnclear(s string) string {
	if s != "" && s == strings.TrimSpace(s) && !strings.Contains(s, "  ") && s[0] != '"' && IsPlain(s) {
		return s
	}
	return Quote(s)
}

func Quote(s string) string {
	return `"` + Safe(quoter.Replace(s)) + `"`
}

// quoter is made once: making it took a tenth of the memory of a report.
var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Cut returns s, or its first max bytes and a Mark.
func Cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max] + Mark
}

// Columns returns the number of columns that a terminal needs for s, which is safe to print.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns returns the columns of one character. It is right for those that isSure accepts, and a guess for the
// others, which will do in prose, without carets.
func runeColumns(r rune) int {
	if unicode.Is(wide, r) {
		return 2
	}
	return 1
}

// wide holds ranges of letters and punctuation that are two columns wide in every terminal, and narrow those that
// are one column wide (Unicode Standard Annex 11). Terminals differ on others, such as emoji.
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

// isSure reports whether it is known where a terminal shows r and how wide, so that a caret can be placed below it.
// It is not for marks, emoji, and letters of scripts that run from right to left or join.
func isSure(r rune) bool {
	return IsShown(r) && !unicode.IsMark(r) && unicode.In(r, narrow, wide)
}

// An Excerpt shows the places of a line that offsets point to.
type Excerpt struct {
	Text   string // safe to print
	Carets string // the line below it
	Used   int    // how many of the offsets it shows, at least the first
}

// NewExcerpt returns an Excerpt of the line, at most max columns wide, that shows the first of the
// offsets and as many of the others as are close to it. The offsets ascend.
func NewExcerpt(line string, offsets []int, max int) Excerpt {
	start, end := 0, len(line)
	used := len(offsets)
	if fit(line, max) < len(line) {
		// Marks show where something is left out; between them, a third of the line is before the caret.
		room := max - Columns(Mark+Mark)
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
		text, lead = Mark+text, Columns(Mark)
	}
	if end < len(line) {
		text += Mark
	}
	var carets strings.Builder
	at := 0
	for _, offset := range offsets[:used] {
		column := lead + Columns(escaped(line[start:offset], isSure))
		if column < at {
			continue
		}
		carets.WriteString(strings.Repeat(" ", column-at) + "^")
		at = column + 1
	}
	return Excerpt{text, carets.String(), used}
}

// Mark replaces what an Excerpt leaves out.
const Mark = "…"

// fit returns how much of s, from its start, fits into the columns.
func fit(s string, room int) int {
	i := 0
	for i < len(s) {
		shown, size := escape(s[i:], isSure)
		if room -= Columns(shown); room < 0 {
			break
		}
		i += size
	}
	return i
}

// fitBack returns where the longest end of s begins that fits into the columns.
func fitBack(s string, room int) int {
	i := len(s)
	for i > 0 {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		shown, _ := escape(s[i-size:i], isSure)
		if room -= Columns(shown); room < 0 {
			break
		}
		i -= size
	}
	return i
}

// A Page is what text is laid out for. The zero Page is 80 columns wide and has no colour.
type Page struct {
	Width  int  // columns; 0 means 80
	Colour bool // bold, dim and red text is marked up for a terminal
}

// Columns returns the width of the page.
func (p Page) Columns() int {
	if p.Width == 0 {
		return 80
	}
	return p.Width
}

// Wrap breaks prose, which is safe to print, into lines, and appends them to b. The first starts with the prefix,
// the others with as many spaces. A word too long for a line, such as a URL, stays whole, and a line does not break
// between several spaces, which belong to a quoted value.
func (p Page) Wrap(b []byte, prefix, prose string) []byte {
	b = append(b, prefix...)
	return append(p.Beside(b, Columns(prefix), prose), '\n')
}

// Beside is like Wrap for prose to the right of n columns of other text. It does not end the last line.
func (p Page) Beside(b []byte, n int, prose string) []byte {
	at := n
	for prose != "" {
		end := wordEnd(prose)
		word := prose[:end]
		prose = strings.TrimPrefix(prose[end:], " ")
		columns := Columns(word)
		switch {
		case at == n:
		case at+1+columns > p.Columns():
			b = append(b, '\n')
			for range n {
				b = append(b, ' ')
			}
			at = n
		default:
			b = append(b, ' ')
			at++
		}
		b = append(b, word...)
		at += columns
	}
	return b
}

// Heading appends a heading, which is safe to print, in bold.
func (p Page) Heading(b []byte, text string) []byte {
	for line := range strings.Lines(string(p.Wrap(nil, "", text))) {
		b = append(append(b, p.Bold(strings.TrimSuffix(line, "\n"))...), '\n')
	}
	return b
}

// wordEnd returns the index of the first single space, or the end if there is none.
func wordEnd(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == ' ' && s[i-1] != ' ' && (i+1 == len(s) || s[i+1] != ' ') {
			return i
		}
	}
	return len(s)
}

// Bold, Dim and Red return the text marked up, if the page has colour.
func (p Page) Bold(text string) string { return p.with("1", text) }
func (p Page) Dim(text string) string  { return p.with("2", text) }
func (p Page) Red(text string) string  { return p.with("1;31", text) }

func (p Page) with(code, text string) string {
	if !p.Colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
