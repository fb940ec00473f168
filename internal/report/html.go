package report

import (
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// A web page appends the HTML of a report to b.
type webPage struct {
	*Report
	Style
	b []byte
}

// AppendHTML appends the report as an HTML article, with the sections of the text. It has no scripts, styles or
// links: whatever came from the response is text in it. A button with data-copy copies the line before it.
func (r *Report) AppendHTML(b []byte, s Style) []byte {
	p := webPage{r, s, b}
	p.tag(`<article class="report ` + r.Verdict.String() + `">`)
	p.element("h2", "", r.Headline)
	for _, remark := range r.Remarks {
		p.element("p", "remark", remark)
	}
	if s.Audience != ForServer {
		p.request()
	}
	p.challenges()
	if s.Audience != ForClient {
		p.departures()
		p.others()
	}
	if s.Audience != ForServer {
		p.next()
	}
	if s.Audience != ForClient {
		p.canonical()
	}
	p.tag("</article>\n")
	return p.b
}

// AppendHTML appends the HTML of all reports.
func (w Whole) AppendHTML(b []byte, s Style) []byte {
	for i, r := range w.Reports {
		if place := r.Place(); place != "" && i > 0 {
			b = append(b, `<p class="place">`+place+"</p>\n"...)
		}
		b = r.AppendHTML(b, s)
	}
	return b
}

// tag appends markup as it is.
func (p *webPage) tag(s string) { p.b = append(p.b, s...) }

// text appends text, with character references where HTML needs them.
func (p *webPage) text(s string) { p.b = append(p.b, escapeHTML.Replace(s)...) }

var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// element appends an element that holds text, with a class unless that is "".
func (p *webPage) element(name, class, text string) {
	p.open(name, class)
	p.text(text)
	p.tag("</" + name + ">\n")
}

func (p *webPage) open(name, class string) {
	p.tag("<" + name)
	if class != "" {
		p.tag(` class="` + class + `"`)
	}
	p.tag(">")
}

// section begins a section, which the caller ends.
func (p *webPage) section(class, title string) {
	p.open("section", class)
	p.element("h3", "", title)
}

// line appends a line of code to copy.
func (p *webPage) line(text, what string) {
	p.tag(`<div class="line"><code>`)
	p.text(text)
	p.tag(`</code><button type="button" data-copy aria-label="Copy ` + what + `">Copy</button></div>` + "\n")
}

func (p *webPage) request() {
	if p.Request == nil || len(p.Request.Sent) == 0 {
		return
	}
	p.section("request", requestTitle)
	for _, s := range p.Request.Sent {
		p.element("p", "", s.Text)
		p.list(s.Wrong)
	}
	p.tag("</section>\n")
}

// list appends an unordered list, if it has items.
func (p *webPage) list(items []string) {
	if len(items) == 0 {
		return
	}
	p.tag("<ul>")
	for _, item := range items {
		p.element("li", "", item)
	}
	p.tag("</ul>\n")
}

func (p *webPage) challenges() {
	if len(p.Challenges) == 0 {
		return
	}
	p.section("challenges", "What it says")
	for _, c := range p.Challenges {
		p.element("h4", "", c.Label)
		switch {
		case c.Token68 != "":
			p.tag("<p><code>")
			p.text(layout.Cut(c.Token68, 40))
			p.tag("</code> ")
			p.element("span", "note", c.Note)
			p.tag("</p>\n")
		case len(c.Params) == 0:
			p.element("p", "note", "no parameters")
		default:
			p.params(c.Params)
		}
	}
	p.tag("</section>\n")
}

func (p *webPage) params(params []Param) {
	p.tag(`<dl class="params">`)
	for _, param := range params {
		p.tag("<div>")
		p.element("dt", "", layout.Safe(layout.Cut(param.Name, maxName)))
		p.tag("<dd><code>")
		p.text(layout.QuoteIfUnclear(layout.Cut(param.Value, maxText)))
		p.tag("</code>")
		if len(param.Value) > maxText {
			p.element("span", "note", " "+strconv.Itoa(len(param.Value))+" bytes")
		}
		if param.Meaning != "" {
			p.tag(" ")
			p.element("span", "note", param.Meaning)
		}
		p.tag("</dd></div>\n")
	}
	p.tag("</dl>\n")
}

func (p *webPage) departures() {
	first := true
	for i := range p.Findings {
		f := &p.Findings[i]
		if !f.Departure {
			continue
		}
		if first {
			p.section("departures", departuresTitle)
			first = false
		}
		p.finding(f)
	}
	if !first {
		p.tag("</section>\n")
	}
}

// finding appends a departure in full. Its excerpts are at most as wide as their column.
func (p *webPage) finding(f *Finding) {
	p.tag(`<div class="finding">`)
	p.element("h4", "", f.Rule)
	if f.Places[0].Line >= 0 {
		list, rest := p.cut(f.Places, p.Columns())
		for _, x := range list {
			p.element("p", "place", x.place)
			p.excerpt(x)
		}
		if rest > 0 {
			p.element("p", "note", "and "+strconv.Itoa(rest)+" more")
		}
	}
	p.tag(`<dl class="about">`)
	for _, row := range [...][2]string{
		{"Wrong", f.Wrong}, {"Read", f.Read}, {"Also by", f.Senders}, {"Instead", f.Instead}, {"Breaks", f.Clients}, {"See", f.Section},
	} {
		if row[1] != "" {
			p.tag("<div>")
			p.element("dt", "", row[0])
			p.element("dd", "", row[1])
			p.tag("</div>")
		}
	}
	p.tag("</dl></div>\n")
}

// excerpt appends an excerpt with its places marked. The style sheet puts a caret below each mark, which lines up
// in any font, as a line of carets would not.
func (p *webPage) excerpt(x excerpt) {
	p.tag(`<pre tabindex="0" role="group" aria-label="Excerpt of `)
	p.text(x.place)
	p.tag(`">`)
	carets := x.Carets
	at := 0
	marked := func() bool { return at < len(carets) && carets[at] == '^' }
	for _, r := range x.Text {
		if marked() {
			p.tag("<mark>")
			p.text(string(r))
			p.tag("</mark>")
		} else {
			p.text(string(r))
		}
		at += layout.Columns(string(r))
	}
	for ; at < len(carets); at++ { // what is missing at the end of the line
		if marked() {
			p.tag("<mark> </mark>")
		} else {
			p.tag(" ")
		}
	}
	p.tag("</pre>\n")
}

func (p *webPage) others() {
	list := p.Report.others()
	if len(list) == 0 {
		return
	}
	p.section("others", p.othersTitle())
	p.tag("<ul>")
	for _, f := range list {
		severity := f.Severity.String()
		p.tag("<li>")
		p.element("span", "severity "+severity, severity)
		p.tag(" <strong>")
		p.text(f.Rule)
		p.tag("</strong> ")
		if where := f.where(); where != "" {
			p.element("span", "place", where)
		}
		p.element("p", "", f.Wrong+" "+f.Instead+".")
		p.tag("</li>\n")
	}
	p.tag("</ul></section>\n")
}

func (p *webPage) next() {
	if len(p.Challenges) == 0 {
		return
	}
	p.section("next", nextTitle)
	if p.Choice != "" {
		p.element("p", "", p.Choice)
	}
	for i, c := range p.Challenges {
		if c.SameAs >= 0 {
			continue
		}
		p.element("h4", "", p.labels(i))
		p.tag("<ul>")
		for _, s := range c.Steps {
			p.tag("<li>")
			p.element("p", "", s.Text)
			if s.URL != "" {
				p.line(s.URL, "the URL")
			}
			if s.Command != "" {
				p.line(s.Command, "the command")
			}
			p.tag("</li>\n")
		}
		p.tag("</ul>\n")
	}
	p.tag("</section>\n")
}

func (p *webPage) canonical() {
	c := p.canonicalForm()
	if c.title == "" {
		return
	}
	p.section("canonical", c.title)
	for _, line := range c.lines {
		p.line(layout.Safe(line), "the field line")
	}
	p.list(c.refused)
	if c.left != nil {
		p.element("p", "", dependsOnMeaning)
		p.list(c.left)
	}
	p.tag("</section>\n")
}
