package layout

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth"
)

func TestSafe(t *testing.T) {
	for _, tt := range []struct{ s, want string }{
		{"", ""},
		{"Private Area", "Private Area"},
		{`say "hi" \x`, `say "hi" \x`},
		{"Grüße 日本語 e\u0301 🔑", "Grüße 日本語 e\u0301 🔑"},
		{"\x00\a\b\t\n\v\f\r\x1b[0m\x7f", `\x00\x07\x08\t\n\x0b\x0c\r\x1b[0m\x7f`},
		{"\u0080\u0085\u009b31m\u009f", `\u0080\u0085\u009b31m\u009f`},
		{"\xe9\x9b\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80", `\xe9\x9b\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80`},
		{"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", `\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069`},
		{"\u00ad\u200b\u200c\u200d\u2060\ufeff\U000e0041", `\u00ad\u200b\u200c\u200d\u2060\ufeff\U000e0041`},
		{"\u00a0\u2003\u2028\u2029\u3000", `\u00a0\u2003\u2028\u2029\u3000`},
		{"\ue000\U000f0000\u0378\ufdd0\uffff", `\ue000\U000f0000\u0378\ufdd0\uffff`},
		{"\u034f\u115f\u3164\uffa0\ufe0f\U000e0100\u2800", `\u034f\u115f\u3164\uffa0\ufe0f\U000e0100\u2800`},
		{"\ufffd", "\ufffd"},
		{"\u0338a\u0338\u0338\u0338\u20dd b\u0338", `\u0338` + "a\u0338\u0338" + `\u0338\u20dd` + " b\u0338"},
	} {
		if got := Safe(tt.s); got != tt.want {
			t.Errorf("Safe(%q) = %q, want %q", tt.s, got, tt.want)
		}
	}
}

func TestQuoteIfUnclear(t *testing.T) {
	for _, tt := range []struct{ s, want string }{
		{"example", "example"},
		{`DOM\user`, `DOM\user`},
		{`say "hi"`, `say "hi"`},
		{"", `""`},
		{" a", `" a"`},
		{"a ", `"a "`},
		{"a  b", `"a  b"`},
		{`"a"`, `"\"a\""`},
		{"a\tb", `"a\tb"`},
		{"\\x1b\x1b", `"\\x1b\x1b"`},
		{"\u0338a", `"\u0338a"`},
	} {
		if got := QuoteIfUnclear(tt.s); got != tt.want {
			t.Errorf("QuoteIfUnclear(%q) = %s, want %s", tt.s, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	const max = 30
	long := "Bearer " + strings.Repeat("0123456789", 10)
	for _, tt := range []struct {
		name    string
		line    string
		offsets []int
		text    string
		carets  string
		used    int
	}{
		{"start", "abc", []int{0}, "abc", "^", 1},
		{"end", "abc", []int{3}, "abc", "   ^", 1},
		{"empty line", "", []int{0}, "", "^", 1},
		{"several", "a b c", []int{0, 2, 4}, "a b c", "^ ^ ^", 3},
		{"the same place twice", "abc", []int{1, 1}, "abc", " ^", 2},
		{"escape", "a\x1bb", []int{1, 2}, `a\x1bb`, " ^   ^", 2},
		{"byte that is no UTF-8", "a\xe9\xfcb", []int{2, 3}, `a\xe9\xfcb`, "     ^   ^", 2},
		{"wide", "日本a", []int{3, 6}, "日本a", "  ^ ^", 2},
		{"combining mark before", "e\u0301a", []int{3}, `e\u0301a`, "       ^", 1},
		{"combining mark", "e\u0301a", []int{1}, `e\u0301a`, " ^", 1},
		{"enclosing mark", "e\u20dda", []int{4}, `e\u20dda`, "       ^", 1},
		{"mark of Cyrillic and of Kana", "\u0488\u3099a", []int{5}, `\u0488\u3099a`, "            ^", 1},
		{"emoji", "\u2705\u231a\u2b50\U0001f511a", []int{13}, `\u2705\u231a\u2b50\U0001f511a`, strings.Repeat(" ", 28) + "^", 1},
		{"unsure widths", "\ufe10\u1160\u4dc0\ufe30a", []int{12}, `\ufe10\u1160\u4dc0\ufe30a`, strings.Repeat(" ", 24) + "^", 1},
		{"other scripts", "é ж λ “ € 、 カ 한 Ａ 𠀀 a", []int{38}, "é ж λ “ € 、 カ 한 Ａ 𠀀 a", strings.Repeat(" ", 25) + "^", 1},
		{"right to left", "אa", []int{2}, `\u05d0a`, "      ^", 1},
		{"full", long[:max], []int{max - 1}, long[:max], strings.Repeat(" ", max-1) + "^", 1},
		{"start of a long line", long, []int{2}, long[:28] + "…", "  ^", 1},
		{"within a long line", long, []int{57}, "…" + long[48:76] + "…", "          ^", 1},
		{"end of a long line", long, []int{107}, "…" + long[79:], strings.Repeat(" ", 29) + "^", 1},
		{"near in a long line", long, []int{57, 60}, "…" + long[48:76] + "…", "          ^  ^", 2},
		{"far in a long line", long, []int{57, 100}, "…" + long[48:76] + "…", "          ^", 1},
		{"at the mark", long, []int{57, 75, 76}, "…" + long[48:76] + "…", "          ^" + strings.Repeat(" ", 17) + "^", 2},
		{"wide in a long line", strings.Repeat("日", 40), []int{60}, "…" + strings.Repeat("日", 14) + "…", "         ^", 1},
	} {
		got := NewExcerpt(tt.line, tt.offsets, max)
		if got != (Excerpt{tt.text, tt.carets, tt.used}) {
			t.Errorf("%s:\n got %q\n     %q, %d\nwant %q\n     %q, %d", tt.name, got.Text, got.Carets, got.Used, tt.text, tt.carets, tt.used)
		}
	}
}

// TestCarets checks for each departure in the corpus that the character above the caret is the one
// at its offset, also if the line is long.
func TestCarets(t *testing.T) {
	for _, v := range vectors(t) {
		for _, context := range []string{"", strings.Repeat(`Foo a="日本語 x", `, 20)} {
			lines := slices.Clone(v.Lines)
			for i := range lines {
				lines[i] = context + lines[i]
			}
			_, err := wwwauth.Parse(lines...)
			var problems wwwauth.ErrorList
			errors.As(err, &problems)
			for _, problem := range problems {
				line := lines[problem.Line]
				x := NewExcerpt(line, []int{problem.Offset}, 60)
				want := ""
				if problem.Offset < len(line) {
					want, _ = escape(line[problem.Offset:], isSure)
				}
				if got := above(x); Columns(x.Text) > 60 || !strings.HasPrefix(got, want) || want == "" && got != "" {
					t.Errorf("%s: %v: the caret is under %q, want %q\n%s\n%s", v.ID, problem, got, want, x.Text, x.Carets)
				}
			}
		}
	}
}

type vector struct {
	ID    string
	Lines []string
}

// vectors returns those of the corpus, whose characters stand for bytes.
func vectors(t *testing.T) []vector {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var all []vector
	for _, file := range files {
		var some []vector
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &some)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range some {
			for i, line := range v.Lines {
				var b []byte
				for _, r := range line {
					b = append(b, byte(r))
				}
				v.Lines[i] = string(b)
			}
		}
		all = append(all, some...)
	}
	return all
}

// above returns the text of an excerpt from the caret on.
func above(x Excerpt) string {
	rest := x.Text
	for column := len(x.Carets) - 1; column > 0; {
		r, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		column -= runeColumns(r)
	}
	return rest
}

func TestWrap(t *testing.T) {
	word := strings.Repeat("a", 40)
	for _, tt := range []struct{ prefix, prose, want string }{
		{"", "one", "one\n"},
		{"", `a "b  c" d`, `a "b  c" d` + "\n"},
		{"", word + " " + word + "  c", word + "\n" + word + "  c\n"},
		{"  - ", "one two", "  - one two\n"},
		{"  - ", word + " " + word, "  - " + word + "\n    " + word + "\n"},
		{"", word + " " + word[:39], word + " " + word[:39] + "\n"},
		{"", word + " " + word, word + "\n" + word + "\n"},
		{"- ", "see " + word + word + " there", "- see\n  " + word + word + "\n  there\n"},
	} {
		if got := string(Page{}.Wrap(nil, tt.prefix, tt.prose)); got != tt.want {
			t.Errorf("wrap(%q, %q)\n got %q\nwant %q", tt.prefix, tt.prose, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		max  int
		want string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "abc…"},
		{"aüb", 2, "a…"},
		{"üü", 1, "…"},
		{"\x80\x80\x80", 2, "…"},
	} {
		if got := Cut(tt.s, tt.max); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.s, tt.max, got, tt.want)
		}
	}
}

// TestIsShown holds IsShown against the categories of package unicode, whose tables the page does without.
func TestIsShown(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		ignorable := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
		if want := unicode.IsPrint(r) && !ignorable && r != '\u2800'; IsShown(r) != want {
			t.Errorf("%U: %v", r, !want)
		}
	}
}
