// Package report explains the challenges of a response: what they mean, where they depart from the
// standards, what a client should do next, and what the server should send.
//
// [New] makes a Report, a struct, in one pass over a response. Its text, its JSON and its annotations
// are printed from that struct alone, so that all of them agree.
package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// Options say how a report is made.
type Options struct {
	Status      int           // of a response that comes without one; 0 if unknown
	Credentials string        // the scheme of the credentials in the request, or NoCredentials; "" if unknown
	Lint        lint.Linter   // the rules of Findings
	Redact      bool          // secrets are hidden
	Given       *secret.Given // what else is hidden; may be nil
	Damaged     bool          // the text comes from gzip data that is damaged or incomplete
	Now         time.Time     // when the response came, unless it says so; zero if that is not known
	Brief       bool          // the challenges and the departures alone, without what they mean
	Canonical   bool          // with Brief: their canonical form too
	Uncorrected bool          // without what the server should send instead, which takes as long as the findings
}

// NoCredentials means a request without credentials.
const NoCredentials = "none"

// A Report is about one challenge field of a response. Strings are those of the response, with secrets
// hidden if Options.Redact was set, and are not safe to print before package layout has made them so,
// unless their comment says "safe to print".
type Report struct {
	Line   int    // where the response begins in the input, from 1; 0 if the input has no lines
	Proto  string // the version of HTTP; "" if unknown
	Status int    // 0 if unknown
	Field  string // WWW-Authenticate, Proxy-Authenticate or Optional-WWW-Authenticate
	Lines  []string

	Brief      bool // as Options.Brief
	Redacted   bool // something in Lines is hidden
	Verdict    Verdict
	Headline   string   // safe to print
	Remarks    []string // on the input and on the response as a whole; safe to print
	Request    *Request // nil if the input has none
	Challenges []Challenge
	Problems   []Problem   // departures, by place
	Findings   []Finding   // departures and what else should not be sent, by the place of the first
	Profiles   []Profile   // the kinds of server whose rules were used
	Correction *Correction // what the server should send instead; nil if there are no findings, or no field
	Choice     string      // which challenge a client should answer; "" if there is no choice; safe to print

	begins []begin  // where the lines begin in the input
	lines  []string // the memory of Lines, to be used again
}

// reset returns the report to its zero value, but keeps the memory of its lists. Lines is nil where there is no field, so
// its memory is that of lines.
func (r *Report) reset() {
	*r = Report{
		lines: r.lines, begins: r.begins[:0], Remarks: r.Remarks[:0], Challenges: r.Challenges[:0],
		Problems: r.Problems[:0], Findings: r.Findings[:0], Profiles: r.Profiles[:0],
	}
}

// addLine adds a line of the field.
func (r *Report) addLine(f *input.Field) {
	if r.Lines == nil {
		r.Lines = r.lines[:0]
	}
	r.Lines = append(r.Lines, f.Value)
	r.lines = r.Lines
	r.begins = append(r.begins, begin{f.Line, f.Column, f.Undone})
}

// A begin is where a field value begins in the input: a line, from 1, and a byte in it, from 0, which is valid
// only if nothing was undone.
type begin struct {
	line, column int
	undone       input.Undone
}

// A Verdict says how much could be read, as the exit status of the command.
type Verdict int

const (
	Conforms    Verdict = iota // the field conforms to the grammar
	Repaired                   // there are departures, and challenges could be read
	Unreadable                 // there are departures, and no challenge could be read
	NoChallenge                // there is no field, or it is empty
)

// String returns "conforms", "repaired", "unreadable" or "none".
func (v Verdict) String() string {
	return [...]string{"conforms", "repaired", "unreadable", "none"}[v]
}

// A Challenge is a challenge with what it means.
type Challenge struct {
	Scheme, Token68 string
	Label           string // the scheme, with the number of the challenge if there are several; safe to print
	Note            string // on the token68; safe to print
	Params          []Param
	Steps           []Step // what a client should do with it
	SameAs          int    // index of the challenge that has the same steps; -1 if none
	Canonical       string // "" if it cannot be sent
	Refused         string // why it cannot be sent; safe to print
}

// A Param is a parameter with what it means.
type Param struct {
	Name, Value string
	Meaning     string // "" if unknown; safe to print
}

// A Step is one thing for a client to do.
type Step struct {
	Text    string // safe to print
	URL     string // where to do it, encoded and quoted for a shell if need be; "" if none
	Command string // a shell command that does it; "" if none
}

// A Problem is one departure from the grammar.
type Problem struct {
	Line, Offset int
	Code         wwwauth.Code
	Kept         bool
	Challenge    int
	Param        int
	Message      string // safe to print
}

// fieldNames are the names of the challenge fields.
var fieldNames = [...]string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}

// New returns the reports on a response: one for each challenge field that it has, and one for the field that
// its status demands.
func New(in input.Response, o Options) []*Report { return new(maker).reports(&in, &o) }

// A maker makes the reports on one response after the other. Those on a response are valid until the next, which uses
// their memory again: allocating it took a tenth of the time of a log.
type maker struct {
	parser   wwwauth.Parser
	reviewer lint.Reviewer
	made     []*Report
	spare    []*Report
	header   map[string][]string
	values   []string // of header
	views    []view
	differs  []bool // of views
	params   []Param
	stepList []Step
	texts    strings.Builder // of the report, one after the other
	line     []byte
	places   []lint.Place
}

// join returns the parts as one string.
func (m *maker) join(parts ...string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	n := 0
	for _, s := range parts {
		n += len(s)
	}
	start := m.makeRoom(n)
	for _, s := range parts {
		m.texts.WriteString(s)
	}
	return m.texts.String()[start:]
}

// keep returns the text as a string.
func (m *maker) keep(text []byte) string {
	start := m.makeRoom(len(text))
	m.texts.Write(text)
	return m.texts.String()[start:]
}

// makeRoom makes room for a text in texts, and returns where it begins. To allocate each text took a twentieth of the
// time of a log. Texts before it stay valid.
func (m *maker) makeRoom(n int) (start int) {
	const most = 4 << 10
	if m.texts.Cap()-m.texts.Len() < n {
		room := min(max(2*m.texts.Cap(), 256), most)
		m.texts.Reset()
		m.texts.Grow(max(n, room))
	}
	return m.texts.Len()
}

// step returns a list of one step.
func (m *maker) step(text, command string) []Step {
	n := len(m.stepList)
	m.stepList = append(m.stepList, Step{Text: text, Command: command})
	return m.stepList[n : n+1 : n+1]
}

// report adds a report on the field with the name.
func (m *maker) report(in *input.Response, status int, name string) *Report {
	var r *Report
	if n := len(m.spare); n > 0 {
		r, m.spare = m.spare[n-1], m.spare[:n-1]
		r.reset()
	} else {
		r = new(Report)
	}
	r.Line, r.Proto, r.Status, r.Field = in.Line, in.Proto, status, name
	m.made = append(m.made, r)
	return r
}

// of returns the report on the field with the name, or nil.
func (m *maker) of(name string) *Report {
	for _, r := range m.made {
		if r.Field == name {
			return r
		}
	}
	return nil
}

// reports returns the reports on a response.
func (m *maker) reports(in *input.Response, o *Options) []*Report {
	m.spare, m.made = append(m.spare, m.made...), m.made[:0]
	m.views, m.differs, m.params, m.places, m.stepList = m.views[:0], m.differs[:0], m.params[:0], m.places[:0], m.stepList[:0]
	status := in.Status
	if status == 0 {
		status = o.Status
	}
	demanded := Demanded(status)
	bare := demanded // the field of a value without a name
	if bare == "" {
		bare = fieldNames[0]
	}
	for i := range in.Fields {
		f := &in.Fields[i]
		name := canonicalName(f.Name)
		if f.Name == "" {
			name = bare
		}
		if name == "" {
			continue
		}
		r := m.of(name)
		if r == nil {
			r = m.report(in, status, name)
		}
		r.addLine(f)
	}
	if demanded == "" && len(m.made) == 0 {
		demanded = fieldNames[0]
	}
	if demanded != "" && m.of(demanded) == nil {
		m.report(in, status, demanded)
	}
	if !o.Brief {
		m.readHeader(in)
	}
	for _, r := range m.made {
		m.fill(r, in, o)
	}
	return m.made
}

// canonicalName returns the name of a challenge field as the standard spells it, and "" for other fields.
func canonicalName(name string) string {
	if len(name) < len("wwwauthenticate") { // the shortest of all spellings
		return ""
	}
	name = strings.TrimRight(name, " \t")
	for _, field := range fieldNames {
		if equalFold(name, field) {
			return field
		}
	}
	switch {
	case !input.IsChallengeField(name):
		return ""
	case strings.Contains(strings.ToLower(name), "proxy"):
		return fieldNames[1]
	}
	return fieldNames[0]
}

// Demanded returns the challenge field that a response with the status must have, or "".
func Demanded(status int) string {
	switch status {
	case 401:
		return fieldNames[0]
	case 407:
		return fieldNames[1]
	}
	return ""
}

// A reading is a report in the making.
type reading struct {
	*Report
	*maker
	in         *input.Response
	options    *Options
	challenges []wwwauth.Challenge
	problems   wwwauth.ErrorList
	fields     map[string][]string // of the response, as lint reads it
	views      []view              // of the challenges
	sent       []sent              // credentials that the request had for this field
	url        string              // of the request, as it appears in a command: quoted for a shell if need be
}

// parse reads the lines. What it returned before is not valid any more.
func (m *maker) parse(lines []string) (cs []wwwauth.Challenge, problems wwwauth.ErrorList) {
	cs, err := m.parser.Parse(lines...)
	problems, _ = err.(wwwauth.ErrorList)
	return cs, problems
}

// fill makes the report on its lines.
func (m *maker) fill(r *Report, in *input.Response, o *Options) {
	r.Brief = o.Brief
	rd := reading{Report: r, maker: m, in: in, fields: m.header, options: o}
	if o.Brief {
		rd.challenges, rd.problems = m.parse(r.Lines)
	} else {
		review := rd.review()
		var err error
		rd.challenges, err = review.Challenges(r.Field)
		rd.problems, _ = err.(wwwauth.ErrorList)
		rd.views = m.newViews(rd.challenges)
		rd.readRequest()
		rd.find(review)
	}
	if o.Redact {
		rd.redact()
	}
	r.Verdict = verdict(rd.challenges, rd.problems)
	for _, p := range rd.problems {
		r.Problems = append(r.Problems, Problem{p.Line, p.Offset, p.Code, p.Kept, p.Challenge, p.Param, adviceFor(p, r.Lines[p.Line]).wrong})
	}
	for i, c := range rd.challenges {
		r.Challenges = append(r.Challenges, rd.challenge(i, c))
	}
	if o.Brief {
		return
	}
	r.Headline = rd.headline()
	r.Remarks = rd.remarks()
	if len(r.Challenges) > 1 {
		r.Choice = "Answer only one challenge: the most secure one that the client supports (RFC 9110 section 11.4)."
		if best, why := bestChallenge(&rd); best >= 0 {
			r.Choice = rd.join(r.Choice, " Usually that is ", r.Challenges[best].Label, ": ", why, ".")
		}
	}
}

func verdict(cs []wwwauth.Challenge, problems wwwauth.ErrorList) Verdict {
	switch {
	case len(cs) == 0 && len(problems) == 0:
		return NoChallenge
	case len(cs) == 0:
		return Unreadable
	case len(problems) > 0:
		return Repaired
	}
	return Conforms
}

// hide returns the lines with their secrets hidden.
func (rd *reading) hide(lines []string) []string {
	hidden := slices.Clone(lines)
	if given := rd.options.Given; given != nil {
		for i, line := range hidden {
			hidden[i] = given.Hide(line)
		}
	}
	return secret.Lines(hidden)
}

// redact hides the secrets in the lines and reads them again, so that nothing made from here on can hold one. Two
// different secrets may then be equal, so the views keep which ones differed.
func (rd *reading) redact() {
	hidden := rd.hide(rd.Lines)
	rd.Redacted = !slices.Equal(hidden, rd.Lines)
	if rd.Lines != nil {
		rd.Lines = hidden
	}
	before := rd.views
	rd.challenges, rd.problems = rd.parse(hidden)
	if rd.options.Brief {
		return
	}
	if rd.Redacted && rd.Correction != nil {
		rd.correctHidden()
	}
	rd.views = rd.newViews(rd.challenges)
	for i := range rd.views[:min(len(rd.views), len(before))] {
		if len(before[i].differs) == len(rd.views[i].differs) {
			rd.views[i].differs = before[i].differs
		}
	}
}

// challenge returns the challenge with the index i as it is in the report.
func (rd *reading) challenge(i int, c wwwauth.Challenge) Challenge {
	rc := Challenge{Scheme: c.Scheme, Token68: c.Token68, SameAs: -1}
	if len(c.Params) > 0 {
		n := len(rd.params)
		for _, p := range c.Params {
			rd.params = append(rd.params, Param{Name: p.Name, Value: p.Value})
		}
		rc.Params = rd.params[n:len(rd.params):len(rd.params)]
	}
	if rd.options.Brief && !rd.options.Canonical {
		return rc
	}
	rc.Label = rd.label(c.Scheme, i)
	var err error
	if rd.line, err = wwwauth.Append(rd.line[:0], c); err == nil {
		rc.Canonical = rd.keep(rd.line)
	} else {
		rc.Refused = whyNot(rc.Label, c, err)
	}
	if rd.options.Brief {
		return rc
	}
	for j := range rc.Params {
		rc.Params[j].Meaning = rd.meaning(i, j)
	}
	if c.Token68 != "" {
		rc.Note = rd.join("token68, ", count(len(c.Token68), "byte"))
		if name, ok := strings.CutSuffix(c.Token68, "="); ok && !rd.Redacted && isWord(name) {
			rc.Note += ", perhaps meant as a parameter without a value"
		}
	}
	rc.Steps = rd.steps(i)
	for k := range i {
		if rd.Challenges[k].SameAs < 0 && slices.Equal(rd.Challenges[k].Steps, rc.Steps) {
			rc.Steps, rc.SameAs = nil, k
			break
		}
	}
	return rc
}

// label names the challenge with the index i, with its number if there are several.
func (rd *reading) label(scheme string, i int) string {
	scheme = layout.Safe(layout.Cut(scheme, maxName))
	if len(rd.challenges) == 1 {
		return scheme
	}
	return rd.join(strconv.Itoa(i+1), ". ", scheme)
}

// isWord reports whether s looks like the name of a parameter, rather than like base64.
func isWord(s string) bool {
	return len(s) <= 24 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_-") == ""
}

// whyNot says that a challenge cannot be sent, and why. Of the challenges that Parse returns, only those that repeat
// a parameter cannot be sent.
func whyNot(label string, c wwwauth.Challenge, err error) string {
	why := strings.TrimPrefix(err.Error(), "wwwauth: ")
	if refused, ok := err.(*wwwauth.FormatError); ok && refused.Code == wwwauth.DuplicateParam {
		why = "it has the parameter " + layout.Safe(layout.Cut(c.Params[refused.Param].Name, maxName)) + " more than once"
	}
	return label + " cannot be sent as it was read: " + why
}

// headline says in one line what the response is, and how it was read. It agrees with the findings: it does not
// say that something conforms if it breaks a rule.
func (rd *reading) headline() string {
	b := rd.line[:0] // parts joined one by one took twice as long
	if rd.Status != 0 {
		b = append(strconv.AppendInt(b, int64(rd.Status), 10), ' ')
	}
	b = append(append(b, rd.Field...), ": "...)
	if rd.Verdict == Conforms || rd.Verdict == Repaired {
		b = append(appendCount(b, len(rd.Challenges), "challenge"), ", "...)
	}
	switch rd.Verdict {
	case Repaired:
		b = append(b, "readable after repair of "...)
		b = append(appendCount(b, len(rd.Problems), "departure"), " from RFC 9110"...)
	case Unreadable:
		b = append(b, "not readable, "...)
		b = append(appendCount(b, len(rd.Problems), "departure"), " from RFC 9110"...)
	case NoChallenge:
		b = append(b, "no challenge"...)
	case Conforms:
		rules := 0
		for i := range rd.Findings {
			if rd.Findings[i].Severity == lint.Error {
				rules++
			}
		}
		if rules > 0 {
			b = appendCount(append(b, "valid syntax, but "...), rules, "error")
		} else {
			b = append(b, "conforming to RFC 9110"...)
		}
	}
	rd.line = b
	return rd.keep(b)
}

// appendCount appends the number of things.
func appendCount(b []byte, n int, thing string) []byte {
	b = append(append(strconv.AppendInt(b, int64(n), 10), ' '), thing...)
	if n != 1 {
		b = append(b, 's')
	}
	return b
}

// count returns the number of things.
func count(n int, thing string) string { return string(appendCount(nil, n, thing)) }

// remarks returns sentences about the input, and about the response as a whole.
func (rd *reading) remarks() []string {
	list := rd.Remarks
	if rd.Redacted {
		list = append(list, "Secrets are hidden: x stands for their letters and digits.")
	}
	for _, n := range rd.in.Notes {
		if text := noteText(n.Kind); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if slices.ContainsFunc(rd.in.Fields, func(f input.Field) bool {
		return f.Name != strings.TrimRight(f.Name, " \t") && canonicalName(f.Name) == rd.Field
	}) {
		list = append(list, "There is a space between the field name and the colon, which is not allowed (RFC 9112 section 5.1). The field was read all the same, but many clients reject it.")
	}
	if rd.Field == fieldNames[1] && rd.Status == 407 && len(rd.Challenges) > 0 {
		list = append(list, "A proxy between you and the server wants you to sign in: it asks for your login to the proxy, not to the server.")
	}
	if len(rd.Challenges) > 0 || len(rd.Problems) > 0 {
		return list
	}
	if rd.Lines != nil {
		list = append(list, "The field is present, but empty.")
	}
	if text := rd.meaningOfStatus(); text != "" {
		list = append(list, text)
	}
	return list
}

// meaningOfStatus says what a response without a challenge means.
func (rd *reading) meaningOfStatus() string {
	switch rd.Status {
	case 401:
		return "A 401 must have a WWW-Authenticate field with at least one challenge (RFC 9110 section 15.5.2). Without one, a client does not know how to authenticate and can only guess or ask its user."
	case 407:
		return "A 407 must have a Proxy-Authenticate field with at least one challenge (RFC 9110 section 15.5.8). Without one, a client does not know how to authenticate to the proxy."
	case 403:
		if len(rd.sent) > 0 {
			return "The server knows who you are, and refuses: these credentials do not give access to this resource (RFC 9110 section 15.5.4). Repeating the request does not help; ask for access, or use another account."
		}
		return "The server refuses, and does not ask for credentials (RFC 9110 section 15.5.4). Signing in may help, but the response does not say how; the reason may also be the address, the origin or the country of the client."
	case 429:
		text := "Too many requests: this is not about credentials (RFC 6585 section 4). Wait before the next one"
		if after := rd.header("Retry-After"); after != "" {
			return text + "; Retry-After says " + inProse(after) + "."
		}
		return text + "."
	case 511:
		return "The network wants you to sign in before it lets you through: open any http page in a browser (RFC 6585 section 6). The answer comes from the network, not from the server that you asked."
	}
	switch {
	case rd.Status >= 300 && rd.Status < 400:
		return "The response is a redirect: the server that wants you to sign in may be the one in its Location field."
	case rd.Status >= 200 && rd.Status < 300:
		return "The server answered without asking for credentials."
	}
	return ""
}

// header returns the value of a field of the response; "" if none.
func (rd *reading) header(name string) string {
	for _, f := range rd.in.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Position returns where a byte of a field line is in the input, as line and column from 1, or 0 if unknown. A
// folded field line takes several lines of the input.
func (r *Report) Position(at lint.Place) (line, column int) {
	if at.Line < 0 || at.Line >= len(r.begins) || r.begins[at.Line].line == 0 {
		return 0, 0
	}
	if r.begins[at.Line].undone&^(input.Cut|input.Combined) != 0 {
		return r.begins[at.Line].line, 0
	}
	before := r.Lines[at.Line][:at.Offset]
	line, column = r.begins[at.Line].line, r.begins[at.Line].column+at.Offset
	if i := strings.LastIndexByte(before, '\n'); i >= 0 {
		line += strings.Count(before, "\n")
		column = at.Offset - i - 1
	}
	return line, column + 1
}

const (
	maxText = 1000 // how much of a value is shown, in bytes
	maxName = 60   // how much of a scheme or a name
)

// inProse returns a value as it appears in a sentence.
func inProse(s string) string { return layout.Quote(layout.Cut(s, maxText)) }

// noteText says what was done to the input in order to read it.
func noteText(kind input.NoteKind) string {
	switch kind {
	case input.NoteJoined:
		return "A line that was broken by copying was joined with the one before it; the server is not to blame."
	case input.NoteURLCut:
		return "The break was inside a URL: copy that URL from the original response before you use it."
	case input.NoteQuotes:
		return "The program that printed the field had quoted it; that quoting was undone."
	case input.NoteList:
		return "The program that printed the response shows several field lines as one list; they were taken apart."
	case input.NoteCombined:
		return "The program that printed the response joins field lines of the same name; the server may have sent several."
	case input.NoteDump:
		return "The response was read from a dump of its bytes."
	case input.NoteEntities:
		return "HTML escapes such as &quot; were undone."
	case input.NoteCut:
		return "The text after the challenges was left out."
	}
	return ""
}
