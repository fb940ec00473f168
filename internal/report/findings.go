package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A Finding is something that a server should not send, with all its places. Its strings are safe to print.
type Finding struct {
	Rule      string
	Severity  lint.Severity
	Departure bool // from the grammar of RFC 9110
	Places    []lint.Place
	Wrong     string
	Read      string // of a departure: what was read nevertheless
	Senders   string // of a departure: who else sends it; "" if none is known
	Instead   string
	Section   string
	Clients   string // those that break on it
}

// A Profile is a kind of server, and why its rules were used. The reason is safe to print; it is "" if the
// caller asked for them.
type Profile struct {
	Name   lint.Profile
	Reason string
}

// servers names the kind in the plural.
func (p Profile) servers() string {
	switch p.Name {
	case lint.MCP:
		return "MCP servers"
	case lint.Registry:
		return "container registries"
	}
	return string(p.Name)
}

// A Correction is what a server should send in place of a field.
type Correction struct {
	Lines  []string // nil if more must be known to say that
	Mended bool     // Lines correct something
	Left   []Left   // what is wrong with Lines, or why there are none
}

// A Left is a finding that only the author of the server can correct. Its strings are safe to print.
type Left struct {
	Rule     string
	Severity lint.Severity
	Wrong    string
	Why      string // why it cannot be corrected from the response alone
}

// find looks for what should not be sent. It groups the findings of a rule that have the same explanation.
func (rd *reading) find(review *lint.Review) {
	linter := rd.options.Lint
	for _, p := range linter.Profiles {
		rd.Profiles = append(rd.Profiles, Profile{Name: p})
	}
	for _, e := range review.Evident() {
		if !slices.Contains(linter.Profiles, e.Profile) {
			rd.Profiles = append(rd.Profiles, Profile{e.Profile, e.Reason})
		}
	}
	findings := review.Findings()
	findings = slices.DeleteFunc(findings, func(f lint.Finding) bool {
		return !strings.EqualFold(f.Field, rd.Field) || rd.ofProgram(f)
	})
	if len(findings) > 0 && len(rd.Lines) > 0 && !rd.options.Uncorrected {
		rd.correct(review)
	}
	var next [32]int // by code, of which there are fewer: where to look for the next problem with it
	for _, f := range findings {
		var said advice
		code, isDeparture := codes[f.Rule.Name]
		if isDeparture && int(code) < len(next) {
			problems := rd.problems[next[code]:]
			if i := slices.IndexFunc(problems, func(p *wwwauth.SyntaxError) bool { return p.Code == code }); i >= 0 {
				next[code] += i + 1
				said = adviceFor(problems[i], rd.Lines[problems[i].Line])
			} else {
				next[code] = len(rd.problems)
			}
		}
		g := Finding{
			Rule: f.Rule.Name, Severity: f.Rule.Severity, Departure: isDeparture,
			Wrong: f.Message, Instead: f.Rule.Advice, Section: f.Rule.Section, Clients: f.Rule.Breaks,
		}
		if isDeparture {
			g.Wrong, g.Read, g.Senders, g.Instead, g.Section = said.wrong, said.read, said.senders, said.instead, said.section
		}
		// There are few kinds of findings, however many places.
		i := slices.IndexFunc(rd.Findings, func(h Finding) bool { return g.isLike(&h) })
		if i < 0 {
			n := len(rd.places)
			rd.places = append(rd.places, f.Place)
			g.Places = rd.places[n : n+1 : n+1]
			rd.Findings = append(rd.Findings, g)
			continue
		}
		rd.Findings[i].Places = append(rd.Findings[i].Places, f.Place)
	}
}

// isLike reports whether g has the same explanation.
func (f *Finding) isLike(g *Finding) bool {
	return f.Rule == g.Rule && f.Wrong == g.Wrong && f.Read == g.Read && f.Senders == g.Senders && f.Instead == g.Instead && f.Section == g.Section
}

// ofProgram reports whether a finding is due to the program that printed the response, and not to the server:
// some programs join the lines of a field.
func (rd *reading) ofProgram(f lint.Finding) bool {
	if f.Rule.Name != "several-on-one-line" || f.Line < 0 {
		return false
	}
	return rd.begins[f.Line].undone&input.Combined != 0
}

// correct sets the Correction.
func (rd *reading) correct(review *lint.Review) {
	for _, c := range review.Corrections() {
		if !strings.EqualFold(c.Field, rd.Field) {
			continue
		}
		rd.Correction = &Correction{Lines: c.Lines, Mended: len(c.Mended) > 0}
		for _, u := range c.Left {
			left := Left{u.Rule.Name, u.Rule.Severity, u.Message, u.Why}
			if !rd.ofProgram(u.Finding) && !slices.Contains(rd.Correction.Left, left) {
				rd.Correction.Left = append(rd.Correction.Left, left)
			}
		}
		for _, p := range rd.problems {
			if isEscapedEnd(p, rd.Lines[p.Line]) {
				rule, _ := lint.Lookup(p.Code.String())
				rd.Correction.Lines = nil
				rd.Correction.Left = append(rd.Correction.Left, Left{rule.Name, rule.Severity, escapedEnd.wrong,
					`The quote at the end is probably not meant: a value that ends in a backslash is sent as "...\\".`})
			}
		}
	}
}

// correctHidden makes the lines of the correction from those in which secrets are hidden: otherwise a corrected name
// could show the value that was hidden because of the name.
func (rd *reading) correctHidden() {
	c := rd.Correction
	if c.Lines == nil {
		return
	}
	rd.fields = maps.Clone(rd.fields)
	rd.fields[rd.Field] = rd.Lines
	rd.correct(rd.review())
	if rd.Correction.Lines == nil {
		c = nil
	} else {
		c.Lines = rd.hide(rd.Correction.Lines)
	}
	rd.Correction = c
}

// readHeader sets header to the fields of a response, with the challenge fields under the names of their reports.
func (m *maker) readHeader(in *input.Response) {
	if m.header == nil {
		m.header = make(map[string][]string, len(in.Fields)+1)
	}
	clear(m.header)
	m.values = m.values[:0]
	for _, r := range m.made {
		m.header[r.Field] = r.Lines
	}
	for i := range in.Fields {
		f := &in.Fields[i]
		if f.Name == "" || canonicalName(f.Name) != "" {
			continue
		}
		values := m.header[f.Name]
		if values == nil {
			m.values = append(m.values, f.Value)
			values = m.values[len(m.values)-1 : len(m.values) : len(m.values)]
		} else {
			values = append(values, f.Value)
		}
		m.header[f.Name] = values
	}
}

// review reads the response, and checks it by the rules.
func (rd *reading) review() *lint.Review {
	rd.reviewer.Linter = rd.options.Lint
	return rd.reviewer.Review(rd.message())
}

// message returns the response as lint reads it.
func (rd *reading) message() lint.Message {
	m := lint.Message{Status: rd.Status, Proto: rd.Proto, Header: rd.fields}
	// A text with a status line usually has the whole head.
	m.Complete = rd.in.Status != 0
	if q := rd.in.Request; q != nil {
		m.Request.Method, m.Request.URL = q.Method, q.URL()
		if m.Request.URL == "" {
			m.Request.URL = q.Target
		}
		// Programs that print requests in a form other than that of HTTP usually leave out credentials.
		if q.Head || slices.ContainsFunc(q.Fields, rd.isAnswer) {
			m.Request.Header = make(map[string][]string, len(q.Fields))
			for _, f := range q.Fields {
				m.Request.Header[f.Name] = append(m.Request.Header[f.Name], f.Value)
			}
		}
	}
	switch rd.options.Credentials {
	case "":
	case NoCredentials:
		m.Request.Anonymous = true
	default:
		m.Request.Scheme = rd.options.Credentials
	}
	return m
}
