package report

import (
	"encoding/base64"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// SchemaVersion is the version of the JSON output, which docs/wwwauth.schema.json describes. Members may be
// added without a new version.
const SchemaVersion = 2

// AppendJSON appends the report as one line of JSON.
func (r *Report) AppendJSON(b []byte) []byte {
	w := JSON{b}
	w.Report(r)
	return append(w.B, '\n')
}

// Report appends the report as an object.
func (w *JSON) Report(r *Report) {
	w.Open('{')
	if !r.Brief {
		w.Name("schema").Number(SchemaVersion)
	}
	w.Name("field").String(r.Field)
	if r.Status != 0 {
		w.Name("status").Number(r.Status)
	}
	if !r.Brief {
		if r.Proto != "" {
			w.Name("proto").String(r.Proto)
		}
		if r.Line != 0 {
			w.Name("inputLine").Number(r.Line)
		}
		w.Name("verdict").String(r.Verdict.String())
		w.Name("headline").String(r.Headline)
		if len(r.Remarks) > 0 {
			w.Name("remarks").Strings(r.Remarks)
		}
		if r.Redacted {
			w.Name("redacted").Bool(true)
		}
		w.request(r.Request)
	}
	w.Name("lines").Strings(r.Lines)
	for _, line := range r.Lines {
		if !utf8.ValidString(line) {
			w.Name("linesBase64").Open('[')
			for _, line := range r.Lines {
				w.Base64(line)
			}
			w.Close(']')
			break
		}
	}
	w.Name("challenges").Open('[')
	for i := range r.Challenges {
		w.challenge(&r.Challenges[i], r.Brief)
	}
	w.Close(']')
	w.Name("problems").Open('[')
	for i := range r.Problems {
		w.problem(&r.Problems[i])
	}
	w.Close(']')
	if !r.Brief {
		w.Name("findings").Open('[')
		for _, f := range r.byPlace() {
			w.finding(f.Finding, f.at)
		}
		w.Close(']')
		if len(r.Profiles) > 0 {
			w.Name("profiles").Open('[')
			for _, p := range r.Profiles {
				w.Open('{')
				w.Name("profile").String(string(p.Name))
				if p.Reason != "" {
					w.Name("reason").String(p.Reason)
				}
				w.Close('}')
			}
			w.Close(']')
		}
		w.correction(r.Correction)
		if r.Choice != "" {
			w.Name("choice").String(r.Choice)
		}
	}
	w.Close('}')
}

type placed struct {
	*Finding
	at lint.Place
}

// byPlace returns the findings one by one, by line and offset.
func (r *Report) byPlace() []placed {
	list := make([]placed, 0, len(r.Findings))
	for i := range r.Findings {
		for _, at := range r.Findings[i].Places {
			list = append(list, placed{&r.Findings[i], at})
		}
	}
	slices.SortStableFunc(list, func(a, b placed) int {
		if a.at.Line != b.at.Line {
			return a.at.Line - b.at.Line
		}
		return a.at.Offset - b.at.Offset
	})
	return list
}

func (w *JSON) request(q *Request) {
	if q == nil {
		return
	}
	w.Name("request").Open('{')
	if q.Method != "" {
		w.Name("method").String(q.Method)
	}
	if q.Target != "" {
		w.Name("target").String(q.Target)
	}
	w.Name("sent").Open('[')
	for _, s := range q.Sent {
		w.Open('{')
		if s.Scheme != "" {
			w.Name("scheme").String(s.Scheme)
		}
		w.Name("text").String(s.Text)
		w.Name("wrong").Strings(s.Wrong)
		w.Close('}')
	}
	w.Close(']')
	w.Close('}')
}

func (w *JSON) challenge(c *Challenge, brief bool) {
	w.separate()
	w.textAfter(`{"scheme":`, c.Scheme)
	if c.Token68 != "" {
		w.textAfter(`,"token68":`, c.Token68)
	}
	if len(c.Params) > 0 {
		w.Name("params").Open('[')
		for i := range c.Params {
			p := &c.Params[i]
			w.separate()
			w.textAfter(`{"name":`, p.Name)
			w.textAfter(`,"value":`, p.Value)
			if !utf8.ValidString(p.Value) {
				w.Name("valueBase64").Base64(p.Value)
			}
			if p.Meaning != "" {
				w.textAfter(`,"meaning":`, p.Meaning)
			}
			w.Close('}')
		}
		w.Close(']')
	}
	if !brief {
		if c.Canonical != "" {
			w.textAfter(`,"canonical":`, c.Canonical)
		} else {
			w.textAfter(`,"refused":`, c.Refused)
		}
		if c.SameAs >= 0 {
			w.numberAfter(`,"sameAs":`, c.SameAs)
		} else {
			w.Name("next").Open('[')
			for i := range c.Steps {
				s := &c.Steps[i]
				w.separate()
				w.textAfter(`{"text":`, s.Text)
				if s.URL != "" {
					w.textAfter(`,"url":`, s.URL)
				}
				if s.Command != "" {
					w.textAfter(`,"command":`, s.Command)
				}
				w.Close('}')
			}
			w.Close(']')
		}
	}
	w.Close('}')
}

func (w *JSON) problem(p *Problem) {
	w.separate()
	w.numberAfter(`{"line":`, p.Line)
	w.numberAfter(`,"offset":`, p.Offset)
	w.textAfter(`,"code":`, p.Code.String())
	w.Name("kept").Bool(p.Kept)
	w.numberAfter(`,"challenge":`, p.Challenge)
	w.numberAfter(`,"param":`, p.Param)
	w.textAfter(`,"message":`, p.Message)
	w.Close('}')
}

func (w *JSON) correction(c *Correction) {
	if c == nil {
		return
	}
	w.Name("correction").Open('{')
	if c.Lines != nil {
		w.Name("lines").Strings(c.Lines)
	}
	w.Name("left").Open('[')
	for _, left := range c.Left {
		w.separate()
		w.textAfter(`{"rule":`, left.Rule)
		w.textAfter(`,"severity":`, left.Severity.String())
		w.textAfter(`,"message":`, left.Wrong)
		w.textAfter(`,"why":`, left.Why)
		w.Close('}')
	}
	w.Close(']')
	w.Close('}')
}

func (w *JSON) finding(f *Finding, at lint.Place) {
	w.separate()
	w.textAfter(`{"rule":`, f.Rule)
	w.textAfter(`,"severity":`, f.Severity.String())
	w.numberAfter(`,"line":`, at.Line)
	w.numberAfter(`,"offset":`, at.Offset)
	w.numberAfter(`,"challenge":`, at.Challenge)
	w.numberAfter(`,"param":`, at.Param)
	w.textAfter(`,"message":`, f.Wrong)
	w.textAfter(`,"instead":`, f.Instead)
	if f.Section != "" {
		w.textAfter(`,"section":`, f.Section)
	}
	if f.Clients != "" {
		w.textAfter(`,"clients":`, f.Clients)
	}
	if f.Read != "" {
		w.textAfter(`,"read":`, f.Read)
	}
	if f.Senders != "" {
		w.textAfter(`,"alsoBy":`, f.Senders)
	}
	w.Close('}')
}

// JSON builds JSON text. encoding/json takes several times as long, which matters for a log of millions of
// responses.
type JSON struct{ B []byte }

// separate appends a comma, if one is needed.
func (w *JSON) separate() {
	if n := len(w.B); n > 0 {
		switch w.B[n-1] {
		case '{', '[', ':', '\n':
		default:
			w.B = append(w.B, ',')
		}
	}
}

// Open begins an object or an array.
func (w *JSON) Open(c byte) {
	w.separate()
	w.B = append(w.B, c)
}

// Close ends it.
func (w *JSON) Close(c byte) { w.B = append(w.B, c) }

// Name begins a member.
func (w *JSON) Name(s string) *JSON {
	w.separate()
	b := append(w.B, '"')
	b = append(b, s...)
	w.B = append(b, '"', ':')
	return w
}

// Number, Bool and Strings append a value.
func (w *JSON) Number(n int) {
	w.separate()
	w.B = strconv.AppendInt(w.B, int64(n), 10)
}

func (w *JSON) Bool(v bool) {
	w.separate()
	w.B = strconv.AppendBool(w.B, v)
}

func (w *JSON) Strings(list []string) {
	w.Open('[')
	for _, s := range list {
		w.String(s)
	}
	w.Close(']')
}

func (w *JSON) Base64(s string) {
	w.separate()
	w.B = append(w.B, '"')
	w.B = base64.StdEncoding.AppendEncode(w.B, []byte(s))
	w.B = append(w.B, '"')
}

// String appends a string.
func (w *JSON) String(s string) {
	w.separate()
	w.B = AppendJSONString(w.B, s)
}

// textAfter appends a member that is a string. What comes before that includes the name, and the comma or brace that is
// needed: to find out about it takes as long as to append it.
func (w *JSON) textAfter(before, s string) { w.B = AppendJSONString(append(w.B, before...), s) }

// numberAfter is textAfter for a number.
func (w *JSON) numberAfter(before string, n int) {
	w.B = strconv.AppendInt(append(w.B, before...), int64(n), 10)
}

// AppendJSONString appends a JSON string, with U+FFFD for each byte that is not UTF-8, and with escapes for
// what a terminal does not show.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		n := plainLen(s)
		b = append(b, s[:n]...)
		if n == len(s) {
			return append(b, '"')
		}
		if c := s[n]; c == '"' || c == '\\' { // nearly always
			b = append(b, '\\', c)
			s = s[n+1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == utf8.RuneError && size == 1:
			b = append(b, "\ufffd"...)
		case layout.IsShown(r):
			b = append(b, s[n:n+size]...)
		case r < 0x10000:
			b = appendEscape(b, r)
		default:
			high, low := utf16.EncodeRune(r)
			b = appendEscape(appendEscape(b, high), low)
		}
		s = s[n+size:]
	}
}

// plainLen returns the length of the text at the start of s that is written as it is: printable ASCII but the quote and
// the backslash. It looks at eight bytes at a time.
func plainLen(s string) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i < len(s) && len(s) >= 8; i += 8 {
		i = min(i, len(s)-8) // the last eight may overlap those before
		t := s[i : i+8]
		x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		quote, backslash := x^ones*'"', x^ones*'\\'
		// In each term a byte that is meant sets its top bit. A carry or a borrow can set another only above the first.
		if found := ((quote-ones)&^quote | (backslash-ones)&^backslash | (x-ones*' ')&^x | (x + ones) | x) & tops; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(s) && s[i] >= ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

func appendEscape(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
