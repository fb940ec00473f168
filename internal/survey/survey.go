// Package survey counts what servers send, over a log of any size, in memory that does not depend on the log.
//
// It counts a fixed set of rows: the auth-schemes and parameters of package known, the codes of departures, the
// rules of lint, and a list of products. Everything else is counted as other. So two [Counts] merge exactly, in any
// order: numbers add up, and the example of a row is the one that comes first.
package survey

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// Counts are the numbers of a log, or of a part of it.
type Counts struct {
	// Names means that examples show the names of unknown schemes and parameters, where a challenge conforms.
	Names bool

	rows []row
}

// New returns the counts of an empty log.
func New() *Counts { return &Counts{rows: make([]row, numRows)} }

// A row is a line of the table.
type row struct {
	n       int64
	example Example
}

// An Example is a place in a log, and what is there, with secrets hidden.
type Example struct {
	File string
	Line int // from 1; of the text without compression. 0 if there is no example
	Text string
}

// less reports whether e comes before f: by file, then by line, then by text, since a line may have several
// challenges.
func (e *Example) less(f *Example) bool {
	return cmp.Or(strings.Compare(e.File, f.File), cmp.Compare(e.Line, f.Line), strings.Compare(e.Text, f.Text)) < 0
}

// maxExample is the length of the longest text of an example in bytes.
const maxExample = 160

// Merge adds the counts of another part of the log.
func (c *Counts) Merge(d *Counts) {
	for i := range d.rows {
		from, to := &d.rows[i], &c.rows[i]
		to.n += from.n
		if from.example.Line != 0 && (to.example.Line == 0 || from.example.less(&to.example)) {
			to.example = from.example
		}
	}
}

// Responses returns how many responses have been counted.
func (c *Counts) Responses() int64 { return c.rows[responses].n }

// Read counts what is in a file. It returns an error of in after counting everything before it. Broken parts of the
// file are counted, and are not errors.
func (c *Counts) Read(file string, in io.Reader) error {
	split := input.NewSplitter(in)
	split.Batch = true
	for {
		b, err := split.Next()
		if err != nil {
			return c.End(file, err)
		}
		c.Add(file, b.Find())
	}
}

// End counts what was lost of a file if err, with which its text ended, says so, and returns any other error.
func (c *Counts) End(file string, err error) error {
	var lost *input.LostError
	switch {
	case err == io.EOF:
		return nil
	case errors.As(err, &lost):
		c.AddLost(lost.Lost)
		return nil
	}
	return err
}

// AddLost counts what was lost of a file.
func (c *Counts) AddLost(l input.Lost) {
	c.rows[brokenMembers].n += int64(l.Members)
	c.rows[brokenRecords].n += int64(l.Records)
	c.rows[cutRecords].n += int64(l.Cut)
}

// Add counts what was found in a block of a file.
func (c *Counts) Add(file string, found input.Found) {
	file = strings.ToValidUTF8(file, "\ufffd")
	for i := range found.Responses {
		s := sight{Counts: c, file: file, response: &found.Responses[i]}
		s.count()
	}
	c.rows[brokenObjects].n += int64(found.Broken)
	for _, m := range found.Misses {
		i := unreadFields
		if m.Kind != input.Unread {
			i = misspeltFields
		}
		c.rows[i].count(1, Example{file, m.Line, hideName(m.Name)})
	}
}

// count adds to a row whose example is at hand.
func (r *row) count(n int64, e Example) {
	r.n += n
	if r.example.Line == 0 || e.less(&r.example) {
		r.example = e
	}
}

// A sight is a response that is being counted.
type sight struct {
	*Counts
	file     string
	response *input.Response
	lines    []string // of the challenge field that is being counted
	field    string   // its name
	line     int      // where it begins
	hidden   []string // the lines with secrets hidden, once they are needed
	rules    set      // those that the response is known to break
}

// see counts a row once. It makes the example only if that replaces the one of the row.
func (s *sight) see(i int, text func() string) {
	r := &s.rows[i]
	r.n++
	e := Example{File: s.file, Line: max(s.line, 1)}
	if r.example.Line != 0 {
		switch cmp.Or(strings.Compare(e.File, r.example.File), cmp.Compare(e.Line, r.example.Line)) {
		case 1:
			return
		case 0:
			e.Text = text()
			if e.Text >= r.example.Text {
				return
			}
			r.example = e
			return
		}
	}
	e.Text = text()
	r.example = e
}

var fieldNames = [...]string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}

// fieldIndex returns the index in fieldNames of the challenge field with the name, or -1.
func fieldIndex(f *input.Field) int {
	switch {
	case len(f.Name) == len(fieldNames[2]) && strings.EqualFold(f.Name, fieldNames[2]):
		return 2
	case f.Name != "" && !input.IsChallengeField(f.Name):
		return -1
	case strings.Contains(strings.ToLower(f.Name), "proxy"):
		return 1
	}
	return 0
}

// count counts the response.
func (s *sight) count() {
	r := s.response
	if slices.ContainsFunc(r.Notes, func(n input.Note) bool { return n.Kind == input.NoteTooLong }) {
		s.rows[longFields].count(1, Example{s.file, max(r.Line, 1), ""})
	}
	var lines [len(fieldNames)][]string
	var begin [len(fieldNames)]int
	for i := range r.Fields {
		if k := fieldIndex(&r.Fields[i]); k >= 0 {
			if lines[k] == nil {
				begin[k] = r.Fields[i].Line
			}
			lines[k] = append(lines[k], r.Fields[i].Value)
		}
	}
	demands := lines[0] != nil || lines[1] != nil || lines[2] != nil || r.Status == 401 || r.Status == 407
	s.line = r.Line
	s.see(responses, s.statusText)
	s.see(statusRow(r.Status), s.statusText)
	if demands {
		s.see(demanding, s.statusText)
		s.see(productRow(r), s.productText)
	}
	if r.Fields != nil && (r.Status == 401 && lines[0] == nil || r.Status == 407 && lines[1] == nil) {
		s.see(missingField, s.statusText)
	}
	for k, name := range fieldNames {
		if lines[k] != nil || r.Fields != nil && (r.Status == 401 && k == 0 || r.Status == 407 && k == 1 || r.Status == 403 && k == 0) {
			s.field, s.lines, s.line, s.hidden = name, lines[k], begin[k], nil
			if lines[k] == nil {
				s.line = r.Line
			} else {
				s.countField()
			}
			s.countFindings()
		}
	}
}

// countField counts the challenges of a field, and its departures.
func (s *sight) countField() {
	s.see(allFields, s.firstLine)
	switch s.field {
	case fieldNames[1]:
		s.see(proxyFields, s.firstLine)
	case fieldNames[2]:
		s.see(optionalFields, s.firstLine)
	}
	challenges, err := wwwauth.Parse(s.lines...)
	problems, _ := err.(wwwauth.ErrorList)
	switch {
	case len(problems) == 0:
		s.see(conforming, s.firstLine)
	case len(challenges) > 0:
		s.see(repaired, s.firstLine)
	default:
		s.see(unreadable, s.firstLine)
	}
	if len(challenges) > 1 {
		s.see(severalChallenges, s.firstLine)
	}
	for i := range challenges {
		s.countChallenge(&challenges[i], i)
	}
	var seen set
	for _, p := range problems {
		if k := int(p.Code) - 1; seen.add(k) {
			s.see(codesAt+k, func() string { return s.lineText(p.Line) })
		}
	}
}

// A set holds small numbers.
type set [4]uint64

// add adds k, and reports whether it is new.
func (s *set) add(k int) bool {
	bit := uint64(1) << (k % 64)
	was := s[k/64] & bit
	s[k/64] |= bit
	return was == 0
}

// countChallenge counts a challenge, its scheme, and each of its parameters once.
func (s *sight) countChallenge(c *wwwauth.Challenge, i int) {
	text := func() string { return s.challengeText(i) }
	scheme := schemeRow(c.Scheme)
	s.see(allChallenges, text)
	s.see(schemesAt+scheme, text)
	base := paramsAt + scheme*numParams
	if c.Token68 != "" {
		s.see(base+token68, text)
	} else if len(c.Params) == 0 {
		s.see(base+noParam, text)
	}
	var seen set
	for j := range c.Params {
		if k := paramRow(c.Params[j].Name); seen.add(k) {
			s.see(base+k, text)
		}
	}
}

// countFindings counts what lint finds in the field, each rule once.
func (s *sight) countFindings() {
	for _, f := range lint.Check(s.message()) {
		if strings.EqualFold(f.Field, s.field) && s.rules.add(ruleNumbers[f.Rule.Name]) {
			s.see(rulesAt+ruleNumbers[f.Rule.Name], func() string { return s.lineText(f.Place.Line) })
		}
	}
}

// message returns the response with the challenge field that is being counted, as lint reads it.
func (s *sight) message() lint.Message {
	r := s.response
	m := lint.Message{Status: r.Status, Proto: r.Proto, Header: make(map[string][]string, len(r.Fields)), Complete: r.Status != 0 && r.Fields != nil}
	m.Header[s.field] = s.lines
	for i := range r.Fields {
		if f := &r.Fields[i]; f.Name != "" && fieldIndex(f) < 0 {
			m.Header[f.Name] = append(m.Header[f.Name], f.Value)
		}
	}
	if q := r.Request; q != nil {
		m.Request.Method, m.Request.URL = q.Method, cmp.Or(q.URL(), q.Target)
		if slices.ContainsFunc(q.Fields, isCredentials) { // otherwise they may have been left out
			m.Request.Header = make(map[string][]string, len(q.Fields))
			for _, f := range q.Fields {
				m.Request.Header[f.Name] = append(m.Request.Header[f.Name], f.Value)
			}
		}
	}
	return m
}

func isCredentials(f input.Field) bool {
	return strings.EqualFold(f.Name, "Authorization") || strings.EqualFold(f.Name, "Proxy-Authorization")
}
