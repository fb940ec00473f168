package report

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// A Part holds the reports on one block of a text. Parts may be made at the same time.
type Part struct {
	Reports []*Report
	TooLong []int // lines of fields that were too long to read

	responses int
	reports   int
	only      *input.Response // the last one without a challenge field
	misses    []input.Miss
}

// NewPart returns the reports on a block. It leaves out a response without a challenge field unless its status is
// 401 or 407, since it is most often a redirect before the refusal, or the response of a proxy.
func NewPart(found input.Found, o Options) Part {
	var list []*Report
	p := readPart(found, func(r *input.Response) { list = append(list, New(*r, o)...) })
	p.Reports, p.reports = list, len(list)
	return p
}

// ReadPart is NewPart for a block of any size: it hands each report over as soon as it is made, and keeps none. The
// report is valid until each returns.
func ReadPart(found input.Found, o Options, each func(*Report)) Part {
	var m maker
	n := 0
	p := readPart(found, func(in *input.Response) {
		for _, r := range m.reports(in, &o) {
			n++
			each(r)
		}
	})
	p.reports = n
	return p
}

// readPart calls report with each response that there are reports on.
func readPart(found input.Found, report func(*input.Response)) Part {
	p := Part{misses: found.Misses}
	for i := range found.Responses {
		r := &found.Responses[i]
		if n := slices.IndexFunc(r.Notes, func(n input.Note) bool { return n.Kind == input.NoteTooLong }); n >= 0 {
			p.TooLong = append(p.TooLong, r.Notes[n].Line)
			if !hasChallengeField(r) {
				continue // nothing can be said without the field
			}
		}
		p.responses++
		if Demanded(r.Status) == "" && !hasChallengeField(r) {
			p.only = r
			continue
		}
		report(r)
	}
	return p
}

func hasChallengeField(r *input.Response) bool {
	return slices.ContainsFunc(r.Fields, func(f input.Field) bool { return f.Name == "" || canonicalName(f.Name) != "" })
}

// Parts adds up the parts of one text, to know at its end what else to report. The zero Parts has none.
type Parts struct {
	responses, reports int
	only               *input.Response // the only response, if it has no challenge field
	tooLong            bool
	misses             []input.Miss
}

// maxMisses is the number of misses that are kept.
const maxMisses = 10

// Add adds a part. Parts are added in the order of the text.
func (p *Parts) Add(part Part) {
	p.responses += part.responses
	p.reports += part.reports
	switch {
	case p.responses > 1:
		p.only = nil
	case part.only != nil:
		p.only = part.only
	}
	p.tooLong = p.tooLong || len(part.TooLong) > 0
	if room := maxMisses - len(p.misses); room > 0 {
		p.misses = append(p.misses, part.misses[:min(room, len(part.misses))]...)
	}
}

// End returns what is left to report at the end of the text: messages about what was not read, and the reports on
// its only response, if that has no challenge field. If there is nothing to report on in the whole text, found is
// false, and the last message says so.
func (p *Parts) End(o Options) (list []*Report, messages []Message, found bool) {
	for _, m := range p.misses {
		if text := MissText(m, p.responses > 0); text != "" {
			messages = append(messages, Message{m.Line, text})
		}
	}
	switch {
	case p.reports > 0 || p.tooLong:
		return nil, messages, true
	case p.only != nil:
		return New(*p.only, o), messages, true
	case p.responses > 0:
		return nil, append(messages, Message{Text: "no challenge found"}), false
	case o.Status != 0: // a response without a field
		return New(input.Response{Line: 1, Status: o.Status}, o), messages, true
	}
	return nil, append(messages, Message{Text: "no challenge found; the whole response is needed, as curl -si URL prints it, or curl -v URL 2>&1"}), false
}

// A Message is about a text, apart from the reports.
type Message struct {
	Line int    // 0 if it is about the text as a whole
	Text string // safe to print
}

// String returns the text, with the line before it if there is one.
func (m Message) String() string {
	if m.Line == 0 {
		return m.Text
	}
	return "line " + strconv.Itoa(m.Line) + ": " + m.Text
}

// MissText returns the message about a place that mentions a challenge and was not read, if any. A text in which
// responses were found may mention others.
func MissText(m input.Miss, found bool) string {
	field := layout.Quote(layout.Cut(m.Name, 60))
	switch {
	case m.Kind == input.NearName:
		return field + " is not the name of a challenge field; did the server mean WWW-Authenticate?"
	case m.Kind == input.Remapped:
		return field + " is a challenge field that a gateway has renamed, so clients do not see it as one"
	case !found:
		return field + " is there, but no challenge could be read after it"
	}
	return ""
}

// TooLong is the message about a field that was too long to read.
const TooLong = "a field is longer than 1 MiB, and was left out"

// Whole has the reports on a whole text, and the messages that the command prints about standard input.
type Whole struct {
	Reports  []*Report
	Messages []Message
	Found    bool // there is something to report on
}

// NewWhole reports on a text.
func NewWhole(text []byte, o Options) (w Whole) {
	var parts Parts
	split := input.NewSplitter(bytes.NewReader(text))
	for {
		b, err := split.Next()
		if err != nil { // io.EOF, or a LostError, before which all else was read
			lost, _ := err.(*input.LostError)
			if o.Damaged {
				lost = cmp.Or(lost, &input.LostError{})
				lost.Members++
			}
			if lost != nil {
				w.Messages = append(w.Messages, Message{Text: lost.Error()})
			}
			break
		}
		part := NewPart(b.Find(), o)
		for _, line := range part.TooLong {
			w.Messages = append(w.Messages, Message{line, TooLong})
		}
		w.Reports = append(w.Reports, part.Reports...)
		parts.Add(part)
	}
	list, messages, found := parts.End(o)
	return Whole{append(w.Reports, list...), append(w.Messages, messages...), found}
}

// AppendText appends the text of all reports.
func (w Whole) AppendText(b []byte, s Style) []byte {
	return w.appendAll(b, s, (*Report).AppendText)
}

// AppendVet appends the findings of all reports.
func (w Whole) AppendVet(b []byte, s Style) []byte {
	return w.appendAll(b, s, (*Report).AppendVet)
}

func (w Whole) appendAll(b []byte, s Style, one func(*Report, []byte, Style) []byte) []byte {
	for i, r := range w.Reports {
		if i > 0 {
			b = s.AppendRule(b)
			if place := r.Place(); place != "" {
				b = s.Wrap(b, "", place)
			}
		}
		b = one(r, b, s)
	}
	return b
}

// AppendJSON appends all reports as JSON, each on a line.
func (w Whole) AppendJSON(b []byte) []byte {
	for _, r := range w.Reports {
		b = r.AppendJSON(b)
	}
	return b
}

// Canonical returns the challenges in canonical form, each a field line; without those that cannot be sent.
// They are not safe to print.
func (r *Report) Canonical() (lines []string) {
	for _, c := range r.Challenges {
		if c.Canonical != "" {
			lines = append(lines, c.Canonical)
		}
	}
	return lines
}

// NotCanonical returns messages about what Canonical cannot show: challenges that cannot be sent, and the first
// departure from the grammar.
func (r *Report) NotCanonical() (messages []string) {
	for _, c := range r.Challenges {
		if c.Canonical == "" {
			messages = append(messages, c.Refused)
		}
	}
	if r.Verdict == NoChallenge {
		messages = append(messages, "no challenge found")
	}
	if len(r.Problems) > 0 {
		first := r.Problems[0]
		message := "not conforming to RFC 9110: " + first.Code.String() + " in " + Place(first.Line, []int{first.Offset})
		if n := len(r.Problems) - 1; n > 0 {
			message += " (and " + strconv.Itoa(n) + " more)"
		}
		messages = append(messages, message)
	}
	return messages
}

// AppendRule appends the line between two reports.
func (s Style) AppendRule(b []byte) []byte {
	b = append(b, '\n')
	b = append(b, strings.Repeat("-", s.Columns())...)
	return append(b, '\n')
}

// Place says where the response begins in the input; "" if the input has no lines.
func (r *Report) Place() string {
	if r.Line == 0 {
		return ""
	}
	return "line " + strconv.Itoa(r.Line)
}
