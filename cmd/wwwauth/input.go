package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A response is what is read of one: its status and the lines of one challenge field.
type response struct {
	source string   // name of the input, "" if it comes from the arguments
	at     int      // its first line in the input, from 1 on
	status int      // 0 if not known
	field  string   // WWW-Authenticate or Proxy-Authenticate
	lines  []string // without the field name; nil if the field is missing
	begins []begin  // where the lines begin in the input; nil for arguments

	spaced   bool // a blank stands between the name and the colon of a line
	redacted bool // something in lines is hidden
}

// A begin is where the value of a field line begins in the input.
type begin struct {
	line   int // from 1 on
	column int // in bytes, from 0 on
}

// place tells where the response stands, for a message; with the name of the input if that is asked
// for.
func (r response) place(named bool) string {
	switch {
	case r.source == "":
		return ""
	case named && r.source != "-":
		return fmt.Sprintf("%s, line %d", r.source, r.at)
	}
	return fmt.Sprintf("line %d", r.at)
}

// maxBytes is the longest line and the longest challenge field of one response that is read, name
// and folds included. Real ones are tens of KiB long.
const maxBytes = 1 << 20

// valuesResponses returns the response that has the values as its field lines, and the status if that is known;
// if both field names are among them, one for each. A value without a name belongs to the field that the status
// demands. One value that is empty, such as a variable of the shell, is no field line.
func valuesResponses(values []string, status int) []response {
	h := head{status: status}
	name := cmp.Or(demanded(status), fieldNames[0])
	for _, v := range values {
		if !h.addField(v) && (len(values) > 1 || trimBlank(v) != "") {
			h.add(name, trimBlank(v))
		}
	}
	return h.responses()
}

// readResponses finds the responses in a text and calls found for each, as soon as its head is
// complete. It holds one head in memory, and no more of the text.
//
// The text is responses as tools print them, or field lines, or values, one a line. What it is
// shows in the first line that can be recognised, and stays so: a body may hold anything. A response
// that is too long is given to lost as an error, and those after it are found all the same. The status is that of
// responses that come without one; 0 if it is not known.
func readResponses(in io.Reader, status int, found func(response) error, lost func(error)) error {
	lines := lineReader{in: bufio.NewReaderSize(in, 64<<10)}
	f := finder{status: status, found: found, lost: lost}
	for {
		line, err := lines.next()
		if err == io.EOF {
			return f.end()
		}
		if err == nil {
			err = f.line(line)
		}
		if err != nil {
			return err
		}
	}
}

// A line is one line of an input.
type line struct {
	number int    // from 1 on
	text   string // of one longer than maxBytes the beginning, which is longer too
	eol    string // how it ends: CR LF, LF, or nothing
}

// A lineReader reads lines, of which it holds no more than maxBytes.
type lineReader struct {
	in     *bufio.Reader
	number int
	buf    []byte
}

var errUTF16 = errors.New("text is in UTF-16; save it as UTF-8")

func (r *lineReader) next() (line, error) {
	r.number++
	l := line{number: r.number}
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		room := maxBytes + len("\r\n") - len(r.buf)
		r.buf = append(r.buf, part[:min(len(part), room)]...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && (err != io.EOF || len(r.buf) == 0) {
			return line{}, err
		}
		break
	}
	text := string(r.buf)
	if r.number == 1 {
		// Programs on Windows mark a text with the code point U+FEFF.
		if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
			return line{}, errUTF16
		}
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if rest, ok := strings.CutSuffix(text, "\n"); ok {
		l.text = strings.TrimRight(rest, "\r")
	} else {
		l.text = text
	}
	l.eol = text[len(l.text):]
	return l, nil
}

// A finder finds the responses in the lines of one input.
type finder struct {
	status int // of a response that comes without one; 0 if it is not known
	found  func(response) error
	lost   func(error)

	kind kind
	held []line // of an unknown kind
	size int    // of those, in bytes

	// Of responses:
	form   form   // 0 if not known yet
	indent string // what stands before each line of the response in the plain form
	open   bool   // a head is being read
	body   bool   // a head has ended; up to the next status line comes its body
	head   head
	fold   bool   // the line before was a challenge field line, or a continuation of one
	eol    string // how that line ended
}

// The kinds of text.
type kind int

const (
	unknownText  kind = iota
	valueText         // one value a line
	responseText      // all the rest
)

// maxHeld is the number of lines after which a text is no list of values, if nothing shows what it is.
const maxHeld = 1000

func (f *finder) line(l line) error {
	// Tools that colour their output do so from the start of a line on, where no server can.
	if strings.HasPrefix(l.text, "\x1b[") {
		l.text = colour.ReplaceAllString(l.text, "")
	}
	blank := trimBlank(l.text) == ""
	switch {
	case f.kind == responseText:
		return f.responseLine(l)
	case blank:
		return nil
	case f.kind == unknownText && isResponseText(l.text), f.kind == valueText && isStatusLine(l.text):
		f.kind, f.held = responseText, nil
		return f.responseLine(l)
	case len(l.text) > maxBytes:
		f.tooLong(l)
		return nil
	case f.kind == valueText:
		return f.value(l)
	}
	// The line says nothing of a response. It may be a value all the same, a badly broken one, or
	// what a terminal shows before the response: a prompt, "Cloning into ...".
	f.held = append(f.held, l)
	f.size += len(l.text)
	switch {
	case isValue(l.text):
		return f.values()
	case f.size > maxBytes || len(f.held) > maxHeld:
		f.kind, f.held = responseText, nil
	}
	return nil
}

// values takes the lines that were held for values.
func (f *finder) values() error {
	f.kind = valueText
	for _, l := range f.held {
		if err := f.value(l); err != nil {
			return err
		}
	}
	f.held = nil
	return nil
}

func (f *finder) value(l line) error {
	r := valuesResponses([]string{l.text}, f.status)[0]
	r.at = l.number
	r.begins = []begin{{l.number, valueIndex(l.text)}}
	return f.found(r)
}

// end is called after the last line.
func (f *finder) end() error {
	if f.kind == unknownText {
		return f.values()
	}
	return f.endHead()
}

// responseLine reads a line of a text that holds responses.
func (f *finder) responseLine(l line) error {
	form, text, ok := f.form.cut(l.text)
	if !ok {
		return nil
	}
	start := strings.TrimPrefix(text, f.indent)
	if form == plain && !f.open && !f.body {
		// The first line of a response shows how far it is indented.
		start = strings.TrimLeft(text, " \t")
	}
	indent := text[:len(text)-len(start)]
	text = start

	status, ok := parseStatus(text)
	if !ok && f.body && form == plain {
		status, ok = statusAtEnd(text)
	}
	if ok {
		if err := f.endHead(); err != nil {
			return err
		}
		f.form, f.indent = form, indent
		f.open, f.body = true, false
		f.head = head{at: l.number, status: status}
		return nil
	}
	if f.body {
		return nil
	}
	if trimBlank(text) == "" {
		return f.endHead()
	}
	if f.head.lost {
		return nil
	}
	if f.fold && (text[0] == ' ' || text[0] == '\t') {
		// obs-fold: the line goes on. Parse shall see it as it was sent.
		f.head.extend(f.eol + strings.TrimRight(text, " \t"))
	} else {
		if _, _, f.fold = cutField(text); !f.fold {
			return nil
		}
		if !f.open {
			f.form, f.indent = form, indent
			f.open = true
			f.head = head{at: l.number}
		}
		f.head.addField(text)
		last := &f.head.fields[f.head.last]
		last.begins = append(last.begins, begin{l.number, len(l.text) - len(text) + valueIndex(text)})
	}
	f.eol = l.eol
	if f.head.size += len(l.text); f.head.size > maxBytes {
		f.tooLong(l)
		f.head = head{status: f.head.status, lost: true}
	}
	return nil
}

// tooLong says that the line, or the head that it belongs to, is given up.
func (f *finder) tooLong(l line) {
	f.lost(fmt.Errorf("line %d: more than %d bytes for one response", l.number, maxBytes))
}

// endHead hands over the head that was read, if there is one.
func (f *finder) endHead() error {
	if !f.open {
		return nil
	}
	h := f.head
	f.open, f.fold, f.head = false, false, head{}
	f.body = h.status != 0
	if h.lost {
		return nil
	}
	h.status = cmp.Or(h.status, f.status)
	for _, r := range h.responses() {
		if err := f.found(r); err != nil {
			return err
		}
	}
	return nil
}

// colour matches what sets the colour of text in a terminal.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// fieldNames are the names of the challenge fields.
var fieldNames = [...]string{"WWW-Authenticate", "Proxy-Authenticate"}

// A head is what is kept of the head of a response.
type head struct {
	at, status int
	fields     []response // one for each field name seen
	last       int        // index of the one with the latest line
	text       []byte     // of that line
	size       int        // bytes read for it
	lost       bool       // it is too long, and nothing of it is kept
}

// addField adds the field line s; it returns false if it is none of a challenge field.
func (h *head) addField(s string) bool {
	name, value, ok := cutField(s)
	if ok {
		h.add(name, value)
		h.fields[h.last].spaced = h.fields[h.last].spaced || s[len(name)] != ':'
	}
	return ok
}

// add adds a field line.
func (h *head) add(name, value string) {
	h.settle()
	h.last = slices.IndexFunc(h.fields, func(r response) bool { return r.field == name })
	if h.last < 0 {
		h.last = len(h.fields)
		h.fields = append(h.fields, response{at: h.at, field: name})
	}
	r := &h.fields[h.last]
	r.lines = append(r.lines, "")
	h.text = append(h.text, value...)
}

// extend adds a continuation to the latest field line.
func (h *head) extend(text string) {
	h.text = append(h.text, text...)
}

// settle stores the text of the latest field line.
func (h *head) settle() {
	if len(h.fields) > 0 {
		lines := h.fields[h.last].lines
		lines[len(lines)-1] = string(h.text)
		h.text = h.text[:0]
	}
}

// responses returns the response, once for each field that it has, and for the one that its status
// demands. One without a field has that, or the first.
func (h *head) responses() []response {
	h.settle()
	for i := range h.fields {
		h.fields[i].status = h.status
	}
	name := demanded(h.status)
	if name == "" && len(h.fields) == 0 {
		name = fieldNames[0]
	}
	if name != "" && !slices.ContainsFunc(h.fields, func(r response) bool { return r.field == name }) {
		return append(h.fields, response{at: h.at, status: h.status, field: name})
	}
	return h.fields
}

// demanded returns the challenge field without which a response may not have the status, or "".
func demanded(status int) string {
	switch status {
	case 401:
		return fieldNames[0]
	case 407:
		return fieldNames[1]
	}
	return ""
}

// cutField cuts a challenge field line at its colon. The whitespace around the value is not part of
// it (RFC 9110 section 5.5). Blanks before the colon are dropped, as RFC 9112 section 5.1 has a proxy
// do; without them a client can make nothing of the line.
func cutField(s string) (name, value string, ok bool) {
	before, value, ok := strings.Cut(s, ":")
	for _, name := range fieldNames {
		if ok && strings.EqualFold(strings.TrimRight(before, " \t"), name) {
			return name, trimBlank(value), true
		}
	}
	return "", "", false
}

// valueIndex returns the index in a field line, or in a value alone, at which the value begins.
func valueIndex(s string) int {
	i := 0
	if _, _, ok := cutField(s); ok {
		i = strings.IndexByte(s, ':') + 1
	}
	return len(s) - len(strings.TrimLeft(s[i:], " \t"))
}

// statusAtEnd reads the status line at the end of a line of a body. A body without a line end, as
// JSON often is, has the next response right behind it. In text that only speaks of a status line, a
// blank stands before it, or marks behind it.
func statusAtEnd(s string) (status int, ok bool) {
	i := strings.LastIndex(s, "HTTP/")
	if i <= 0 || s[i-1] == ' ' || s[i-1] == '\t' || strings.ContainsAny(s[i:], "\"'`<>()[]{},;") {
		return 0, false
	}
	return parseStatus(s[i:])
}

// parseStatus reads a status line and returns its status.
//
//	status-line = HTTP-version SP 3DIGIT SP [ reason-phrase ]
//
// HTTP/2 and HTTP/3 have none; tools show them with such a version, and often with no reason-phrase.
func parseStatus(s string) (status int, ok bool) {
	version, rest, ok := strings.Cut(s, " ")
	number, isHTTP := strings.CutPrefix(version, "HTTP/")
	if !ok || !isHTTP || number == "" || strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	code, _, _ := strings.Cut(rest, " ")
	if len(code) != 3 {
		return 0, false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return 0, false
		}
		status = 10*status + int(c-'0')
	}
	return status, true
}

// A form is the way in which a tool prints the head of a response. A text has one form from its
// first status line or field line on, so that a body, or a copy of the head that curl -v -i prints
// between the lines, is not mistaken for another response.
type form int

const (
	plain    form = iota + 1 // curl -i, HTTPie, Postman; wget -S with an indent
	curl                     // curl -v: "< " before each line
	gitTrace                 // GIT_TRACE_CURL, GIT_CURL_VERBOSE
)

// cut returns the text of the line without what the form puts before it. It returns false if the
// line is none of a response in that form. The zero form is not known yet.
func (f form) cut(s string) (form, string, bool) {
	switch f {
	case plain:
		return plain, s, true
	case curl:
		text, ok := cutCurl(s)
		return curl, text, ok
	case gitTrace:
		text, ok := cutGitTrace(s)
		return gitTrace, text, ok
	}
	if text, ok := cutGitTrace(s); ok {
		return gitTrace, text, true
	}
	if text, ok := cutCurl(s); ok {
		return curl, text, true
	}
	return plain, s, true
}

// cutCurl cuts the mark of a received line. The progress meter may stand before it, or the time and
// the number of the connection (--trace-time, --trace-ids).
func cutCurl(s string) (string, bool) {
	if s != "" && strings.IndexByte(" \r[0123456789", s[0]) >= 0 {
		s = strings.TrimLeft(s, " \r[]0123456789:.-kMGT")
	}
	if s == "<" {
		return "", true
	}
	return strings.CutPrefix(s, "< ")
}

// cutGitTrace cuts the beginning of a line like
//
//	12:34:56.789012 http.c:756              <= Recv header: HTTP/1.1 401 Unauthorized
//
// which with GIT_TRACE_BARE=1 has nothing before the arrow.
func cutGitTrace(s string) (string, bool) {
	before, text, ok := strings.Cut(s, "<= Recv header:")
	if !ok || before != "" && !strings.Contains(before, "http.c:") {
		return "", false
	}
	return strings.TrimPrefix(text, " "), true
}

// isResponseText tells whether the line shows that the text holds responses, rather than values.
func isResponseText(s string) bool {
	s = trimBlank(s)
	// The marks of curl -v, and the beginnings of HTML and JSON; no challenge starts so.
	if strings.HasPrefix(s, "* ") || strings.IndexByte("<>{}[", s[0]) >= 0 {
		return true
	}
	if _, ok := cutCurl(s); ok || isStatusLine(s) || strings.Contains(s, " http.c:") {
		return true
	}
	// A request line, and a field line.
	if i := strings.LastIndexByte(s, ' '); i >= 0 && strings.HasPrefix(s[i+1:], "HTTP/") {
		return true
	}
	if _, _, ok := cutField(s); ok {
		return true
	}
	name, _, ok := strings.Cut(s, ":")
	return ok && !strings.ContainsAny(name, " \t\"=,")
}

// isStatusLine tells whether the line is a status line in any form. It can never be a value.
func isStatusLine(s string) bool {
	_, text, _ := form(0).cut(trimBlank(s))
	_, ok := parseStatus(text)
	return ok
}

// isValue tells whether the line can be nothing else than a value. Prose may begin with a well-known
// scheme, or conform, but has no parameters: two of these three it takes.
func isValue(s string) bool {
	cs, err := wwwauth.Parse(s)
	if len(cs) == 0 {
		return false
	}
	_, known := schemes[strings.ToLower(cs[0].Scheme)]
	conforms, full := err == nil, cs[0].Params != nil
	return known && (conforms || full) || conforms && full
}

func trimBlank(s string) string { return strings.Trim(s, " \t") }
