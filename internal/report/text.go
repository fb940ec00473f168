package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// An Audience is the reader of the text.
type Audience int

const (
	Everybody Audience = iota
	ForClient          // writes or runs a client: what to do next, and nothing that only the server can change
	ForServer          // runs the server: what to change, and nothing about what clients do
)

// A Style says how the text of a report is printed.
type Style struct {
	layout.Page
	Audience Audience
	Short    bool // a few lines
}

// The titles of sections.
const (
	requestTitle    = "What the request sent"
	departuresTitle = "What departs from RFC 9110"
	nextTitle       = "What a client should do next"
)

// A printer appends the text of a report to b.
type printer struct {
	*Report
	Style
	b []byte
}

// AppendText appends the report as text, which is safe to print.
func (r *Report) AppendText(b []byte, s Style) []byte {
	p := printer{r, s, b}
	if s.Short {
		p.summary()
		return p.b
	}
	p.head()
	if s.Audience != ForServer {
		p.request()
	}
	p.challenges()
	if s.Audience == ForClient {
		p.next()
		return p.b
	}
	p.departures()
	p.besides()
	if s.Audience != ForServer {
		p.next()
	}
	p.canonical()
	return p.b
}

// AppendReading appends what the challenges say and where they depart from the RFC, but not what to do.
func (r *Report) AppendReading(b []byte, s Style) []byte {
	p := printer{r, s, b}
	p.head()
	p.challenges()
	p.departures()
	return p.b
}

// AppendVet appends the findings alone.
func (r *Report) AppendVet(b []byte, s Style) []byte {
	p := printer{r, s, b}
	head := r.heading()
	var errors, warnings int
	for _, f := range r.Findings {
		if f.Severity == lint.Error {
			errors += len(f.Places)
		} else {
			warnings += len(f.Places)
		}
	}
	switch {
	case errors+warnings > 0:
		head += ": " + count(errors, "error") + ", " + count(warnings, "warning")
	case len(r.Lines) == 0:
		head += ": nothing to check"
	default:
		head += ": no findings"
	}
	p.line(p.Bold(head))
	for _, profile := range r.Profiles {
		if profile.Reason != "" {
			p.prose("", "The rules for "+profile.servers()+" apply: "+profile.Reason+".")
		}
	}
	for i := range r.Findings {
		p.finding(&r.Findings[i], r.Findings[i].Severity.String()+" ")
	}
	return p.b
}

func (r *Report) heading() string {
	if r.Status != 0 {
		return strconv.Itoa(r.Status) + " " + r.Field
	}
	return r.Field
}

// line appends a line.
func (p *printer) line(parts ...string) {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
	p.b = append(p.b, '\n')
}

// prose appends a paragraph, whose lines start with as many spaces as the prefix has columns.
func (p *printer) prose(prefix, text string) { p.b = p.Wrap(p.b, prefix, text) }

// title begins a section.
func (p *printer) title(s string) {
	p.line()
	p.b = p.Heading(p.b, s)
}

// beside returns prose to the right of n columns of other text.
func (p *printer) beside(n int, prose string) string { return string(p.Beside(nil, n, prose)) }

// head prints what the response is, and how it was read.
func (p *printer) head() {
	p.b = p.Heading(p.b, p.Headline)
	for _, remark := range p.Remarks {
		p.prose("", remark)
	}
}

// request prints what was sent.
func (p *printer) request() {
	if p.Request == nil || len(p.Request.Sent) == 0 {
		return
	}
	p.title(requestTitle)
	p.line()
	for _, s := range p.Request.Sent {
		p.prose("  ", s.Text)
		for _, wrong := range s.Wrong {
			p.prose("   - ", wrong)
		}
	}
}

// challenges prints what each challenge says.
func (p *printer) challenges() {
	if len(p.Challenges) > 0 {
		p.line()
	}
	for _, c := range p.Challenges {
		p.line(p.Bold(c.Label))
		switch {
		case c.Token68 != "":
			data := layout.Cut(c.Token68, 40)
			p.line("   ", data, "  ", p.Dim(p.beside(len("     ")+layout.Columns(data), "("+c.Note+")")))
		case len(c.Params) == 0:
			p.line("   ", p.Dim("(no parameters)"))
		}
		names := 0
		for _, param := range c.Params {
			names = max(names, min(len(param.Name), 24))
		}
		for _, param := range c.Params {
			p.param(param, names)
		}
	}
}

// param prints a parameter, in a table whose first column has a width.
func (p *printer) param(param Param, width int) {
	name := layout.Safe(layout.Cut(param.Name, maxName))
	line := "   " + name + strings.Repeat(" ", max(0, width-layout.Columns(name))) + "  " + layout.QuoteIfUnclear(layout.Cut(param.Value, maxText))
	used := layout.Columns(line)
	if len(param.Value) > maxText {
		line += p.Dim("  (" + strconv.Itoa(len(param.Value)) + " bytes)")
		used = p.Columns()
	}
	indent := len("   ") + width + len("  ")
	switch note := "(" + param.Meaning + ")"; {
	case param.Meaning == "":
		p.line(line)
	case used+2+layout.Columns(note) <= p.Columns():
		p.line(line, "  ", p.Dim(note))
	default:
		p.line(line)
		p.line(strings.Repeat(" ", indent), p.Dim(p.beside(indent, note)))
	}
}

// departures prints where the lines depart from the RFC. Those with the same explanation are
// together.
func (p *printer) departures() {
	first := true
	for i := range p.Findings {
		f := &p.Findings[i]
		if !f.Departure {
			continue
		}
		if first {
			p.title(departuresTitle)
			first = false
		}
		p.finding(f, "")
	}
}

// finding prints a finding in full, with excerpts.
func (p *printer) finding(f *Finding, severity string) {
	p.line()
	name := severity + f.Rule
	if f.Places[0].Line < 0 {
		p.line("  ", p.Bold(name))
	} else {
		p.excerpts(name, f.Places)
	}
	p.prose("  Wrong:    ", f.Wrong)
	if severity == "" && f.Read != "" {
		p.prose("  Read:     ", f.Read)
	}
	if severity == "" && f.Senders != "" {
		p.prose("  Also by:  ", f.Senders)
	}
	p.prose("  Instead:  ", f.Instead)
	if f.Clients != "" {
		p.prose("  Breaks:   ", f.Clients)
	}
	if f.Section != "" {
		p.prose("  See:      ", f.Section)
	}
}

// maxExcerpts is the number of excerpts that are shown for one finding.
const maxExcerpts = 12

// excerpts prints places in the lines below a name, with carets.
func (p *printer) excerpts(name string, places []lint.Place) {
	const indent = "     "
	list, rest := p.cut(places, p.Columns()-len(indent))
	for _, x := range list {
		p.line("  ", p.Bold(name), "  ", p.Dim(p.beside(len("    ")+len(name), x.place)))
		p.line(indent, x.Text)
		p.line(indent, p.Red(x.Carets))
	}
	if rest > 0 {
		p.line("  ", p.Dim("and "+strconv.Itoa(rest)+" more; -json lists all"))
	}
}

// An excerpt shows places in a line.
type excerpt struct {
	layout.Excerpt
	place string
}

// cut returns excerpts, so many columns wide, of the lines where the places are, and the number of places that
// are not shown.
func (r *Report) cut(places []lint.Place, columns int) (list []excerpt, rest int) {
	for len(places) > 0 && len(list) < maxExcerpts {
		line := places[0].Line
		var offsets []int
		for _, at := range places {
			if at.Line != line {
				break
			}
			offsets = append(offsets, at.Offset)
		}
		x := layout.NewExcerpt(r.Lines[line], offsets, columns)
		list = append(list, excerpt{x, Place(line, offsets[:x.Used])})
		places = places[x.Used:]
	}
	return list, len(places)
}

// Place says where bytes of one field line are, counted from 1.
func Place(line int, offsets []int) string {
	const most = 6
	var list []string
	for _, offset := range offsets[:min(len(offsets), most)] {
		list = append(list, strconv.Itoa(offset+1))
	}
	word := "byte "
	if len(offsets) > 1 {
		word = "bytes "
	}
	s := "field line " + strconv.Itoa(line+1) + ", " + word + strings.Join(list, ", ")
	if n := len(offsets) - most; n > 0 {
		s += " and " + strconv.Itoa(n) + " more"
	}
	return s
}

// besides prints, in short, what should not be sent apart from the departures.
func (p *printer) besides() {
	list := p.others()
	if len(list) == 0 {
		return
	}
	p.title(p.othersTitle())
	p.line()
	for _, f := range list {
		where := f.where()
		if where != "" {
			where = ", " + where
		}
		p.prose("   - ", f.Severity.String()+" "+f.Rule+where+": "+f.Wrong+" "+f.Instead+".")
	}
}

// others returns the findings that are not departures, and that the headline does not mention.
func (r *Report) others() (list []*Finding) {
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.Departure && f.Rule != "no-challenge" {
			list = append(list, f)
		}
	}
	return list
}

func (r *Report) othersTitle() string {
	if len(r.Problems) > 0 {
		return "What else the server should change"
	}
	return "What the server should change"
}

// where says where the places of a finding are; "" if they are not in a field line.
func (f *Finding) where() string {
	at := f.Places[0]
	if at.Line < 0 {
		return ""
	}
	var offsets []int
	for _, other := range f.Places {
		if other.Line == at.Line {
			offsets = append(offsets, other.Offset)
		}
	}
	where := Place(at.Line, offsets)
	if n := len(f.Places) - len(offsets); n > 0 {
		where += ", and " + strconv.Itoa(n) + " more"
	}
	return where
}

// next prints what a client should do. Challenges with the same steps share them.
func (p *printer) next() {
	if len(p.Challenges) == 0 {
		return
	}
	p.title(nextTitle)
	p.line()
	if p.Choice != "" {
		p.prose("  ", p.Choice)
	}
	for i, c := range p.Challenges {
		if c.SameAs >= 0 {
			continue
		}
		p.line("  ", p.labels(i))
		for _, s := range c.Steps {
			p.step("   - ", s)
		}
	}
}

// labels returns the label of a challenge, and of those with the same steps.
func (r *Report) labels(i int) string {
	label := r.Challenges[i].Label
	for _, other := range r.Challenges[i+1:] {
		if other.SameAs == i {
			label += ", " + other.Label
		}
	}
	return label
}

func (p *printer) step(prefix string, s Step) {
	p.prose(prefix, s.Text)
	if s.URL != "" {
		p.line("     ", s.URL)
	}
	if s.Command != "" {
		p.line("     ", s.Command)
	}
}

// canonical prints what the server should send or, if that is unknown, what was read in canonical form.
func (p *printer) canonical() {
	c := p.canonicalForm()
	if c.title == "" {
		return
	}
	p.title(c.title)
	p.line()
	for _, line := range c.lines {
		p.line("  ", layout.Safe(line))
	}
	for _, s := range c.refused {
		p.prose("  ", s)
	}
	if c.left != nil {
		p.line()
		p.prose("  ", dependsOnMeaning)
		for _, left := range c.left {
			p.prose("   - ", left)
		}
	}
}

const dependsOnMeaning = "What the server should send depends on what it means:"

// A canonicalForm is the section about what the server should send.
type canonicalForm struct {
	title   string // "" if there is nothing to say
	lines   []string
	refused []string
	left    []string // why the lines are not what the server should send; nil if they may be
}

func (r *Report) canonicalForm() (form canonicalForm) {
	if c := r.Correction; c != nil && c.Lines != nil && c.Mended {
		if !slices.Equal(c.Lines, r.Lines) {
			form.title, form.lines = "What the server should send, one field line for each challenge", c.Lines
		}
		return form
	}
	for _, c := range r.Challenges {
		if c.Refused != "" {
			form.refused = append(form.refused, c.Refused+".")
		} else {
			form.lines = append(form.lines, c.Canonical)
		}
	}
	if len(r.Challenges) == 0 || len(r.Problems) == 0 && slices.Equal(form.lines, r.Lines) {
		return form
	}
	if len(r.Problems) == 0 && len(form.refused) == 0 {
		form.title = "The same in canonical form, one field line for each challenge"
	} else {
		form.title = "What was read, in canonical form, one field line for each challenge"
	}
	if c := r.Correction; c != nil && c.Lines == nil {
		form.left = []string{}
		for _, left := range c.Left {
			if left.Severity == lint.Error {
				form.left = append(form.left, left.Rule+": "+left.Why)
			}
		}
	}
	return form
}

// summary prints a few lines: the headline, each challenge on one line, the first thing to do, and how much is wrong.
func (p *printer) summary() {
	p.b = p.Heading(p.b, p.Headline)
	if len(p.Challenges) == 0 {
		for _, remark := range p.Remarks {
			p.prose("", remark)
		}
	}
	if p.Audience != ForServer && p.Request != nil {
		for _, s := range p.Request.Sent {
			p.prose("  ", strings.Join(append([]string{s.Text}, s.Wrong...), " "))
		}
	}
	const most = 8
	for i, c := range p.Challenges {
		if i == most {
			p.line("  ", p.Dim("and "+strconv.Itoa(len(p.Challenges)-most)+" more challenges"))
			break
		}
		text := c.Label
		for _, param := range c.Params {
			switch strings.ToLower(param.Name) {
			case "realm", "error", "scope", "resource_metadata", "service", "algorithm":
				text += " " + layout.Safe(layout.Cut(param.Name, maxName)) + "=" + layout.QuoteIfUnclear(layout.Cut(param.Value, 60))
			}
		}
		p.prose("  ", text)
	}
	if p.Audience != ForServer {
		for i, c := range p.Challenges {
			if len(c.Steps) > 0 && (len(p.Challenges) == 1 || strings.Contains(p.Choice, " that is "+c.Label+":")) || i == 0 && len(p.Challenges) > 1 && !strings.Contains(p.Choice, " that is ") {
				p.step("  - ", c.Steps[0])
				break
			}
		}
	}
	if p.Audience != ForClient {
		for _, f := range p.Findings {
			p.prose("  - ", f.Severity.String()+" "+f.Rule+": "+f.Wrong)
		}
	}
}

// AppendRule appends the documentation of a rule.
func AppendRule(b []byte, r lint.Rule, s Style) []byte {
	p := printer{nil, s, b}
	p.line(p.Bold(r.Severity.String() + " " + r.Name))
	p.line()
	if r.Profile != "" {
		p.prose("  For:      ", Profile{Name: r.Profile}.servers())
	}
	p.prose("  Wrong:    ", r.Summary)
	p.prose("  Instead:  ", r.Advice)
	if r.Breaks != "" {
		p.prose("  Breaks:   ", r.Breaks)
	}
	if r.Section != "" {
		p.prose("  See:      ", r.Section+": "+r.Standard)
	}
	p.prose("  More:     ", r.URL())
	for _, example := range [...][2]string{{"Bad", r.Bad}, {"Good", r.Good}} {
		p.line()
		p.line("  " + example[0])
		p.line()
		for line := range strings.Lines(example[1]) {
			p.line("     ", layout.Safe(strings.TrimRight(line, "\r\n")))
		}
	}
	return p.b
}
