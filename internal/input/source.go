package input

import "strings"

// A source is a text to read: a block, what a dump holds, or the content of a string.
type source struct {
	text   string
	line   int    // number of its first line
	lines  []int  // of a dump: the number of each of its lines
	fixed  bool   // of a string: all is in one line
	undone Undone // what was undone to get the text
	depth  int    // how many strings it was in
	values bool   // there may be values without a field name
	logged bool   // it is a log, whose prefixes were taken off
	cut    []int  // how many bytes of each line they were
}

// maxDepth is how deep strings may be in strings: a JSON log line of a program that logs JSON.
const maxDepth = 3

// maxValue is the length of the longest field value that is read. Real ones are tens of KiB long.
const maxValue = 1 << 20

// A lineCounter finds the line numbers of positions that mostly grow.
type lineCounter struct {
	src *source
	pos int
	n   int // line feeds before pos
}

// line returns the number of the line of text[pos].
func (c *lineCounter) line(pos int) int {
	if c.src.fixed {
		return c.src.line
	}
	if pos >= c.pos {
		c.n += strings.Count(c.src.text[c.pos:pos], "\n")
	} else {
		c.n -= strings.Count(c.src.text[pos:c.pos], "\n")
	}
	c.pos = pos
	if c.src.lines != nil {
		return c.src.lines[min(c.n, len(c.src.lines)-1)]
	}
	return c.src.line + c.n
}

// A reader reads one source from its beginning to its end.
type reader struct {
	src       *source
	text      string
	lines     lineCounter
	found     *Found
	form      form     // of heads, once one was seen
	inBody    bool     // after a head in plain form
	headEnd   int      // of the head that was read last
	bodyEnd   int      // in a log, as far as Content-Length says
	request   *Request // that no response has been found for yet
	group     *group   // field lines outside a head that belong together
	groupEnd  int      // of the group before
	printed   printed  // that group
	begin     int      // of the line that was looked at last
	end       int      // of that line; what is known of a long line is not looked for again
	quote     quote    // the string that was looked for last
	noTable   int      // up to where there is no table
	jsonFrom  int      // where JSON may begin: what is before has been tried
	jsonTried int      // the line that no JSON begins in
	jsonCost  int      // bytes that were read as JSON and are not
	arena     []Field
}

// read adds to found what the source holds. It returns the request at its end that no response follows.
func (s *source) read(found *Found) *Request {
	return s.readFrom(found, form{}, false)
}

// readFrom does so for a part of a text, before which heads had the form f.
func (s *source) readFrom(found *Found, f form, inBody bool) *Request {
	var own Found
	r := &reader{src: s, text: s.text, lines: lineCounter{src: s}, found: &own, form: f, inBody: inBody, jsonTried: -1}
	r.run()
	if s.values && len(own.Responses) == 0 && len(own.Misses) == 0 {
		r.bareValues()
	}
	if found.Responses == nil {
		found.Responses = own.Responses
	} else {
		found.Responses = append(found.Responses, own.Responses...)
	}
	found.Misses = append(found.Misses, own.Misses...)
	return r.request
}

// run goes from one place that mentions HTTP or a challenge field to the next.
func (r *reader) run() {
	s := r.text
	pos, http, n, named := 0, -1, name{start: -1}, true
	for {
		if http < pos && http < len(s) {
			if http = index(s, "HTTP/", pos); http < 0 {
				http = len(s)
			}
		}
		onlyHeads := r.form.kind != noForm
		if r.src.logged && r.form.kind == plain { // after the body, other things are logged
			if onlyHeads = pos < r.bodyEnd; onlyHeads && http >= r.bodyEnd {
				pos = min(r.bodyEnd, len(s))
				continue
			}
		}
		if !onlyHeads && named && n.start < pos {
			if n, named = findName(s, pos); !named {
				n.start = len(s)
			}
		}
		switch {
		case !onlyHeads && named && n.start < http:
			pos = r.named(n)
		case http < len(s):
			pos = r.http(http)
		default:
			r.endGroup()
			return
		}
	}
}

func index(s, sub string, from int) int {
	if i := strings.Index(s[from:], sub); i >= 0 {
		return from + i
	}
	return -1
}

// lineStart returns the index at which the line of text[i] begins.
func (r *reader) lineStart(i int) int {
	if i < r.begin || i > r.end || r.end == 0 {
		r.begin, r.end = lineStart(r.text, i), lineEnd(r.text, i)
	}
	return r.begin
}

// lineEnd returns the index of the line feed that ends the line of text[i], or the end of the text.
func (r *reader) lineEnd(i int) int {
	r.lineStart(i)
	return r.end
}

// emit adds a response.
func (r *reader) emit(resp Response) {
	if r.found.Responses == nil && r.form.kind != noForm {
		const most = 1 << 10 // a text may say HTTP/ more often than it has heads
		r.found.Responses = make([]Response, 0, 1+min(strings.Count(r.text, "HTTP/"), most))
	}
	r.found.Responses = append(r.found.Responses, resp)
}

// maxMisses is the number of misses noted in a text.
const maxMisses = 8

func (r *reader) miss(kind MissKind, at int, name string) {
	r.missOn(r.lines.line(at), kind, name)
}

// missOn notes a miss, one for each line.
func (r *reader) missOn(line int, kind MissKind, name string) {
	if k := len(r.found.Misses); k < maxMisses && (k == 0 || r.found.Misses[k-1].Line != line) {
		r.found.Misses = append(r.found.Misses, Miss{line, kind, name})
	}
}

// newFields returns an empty list of fields with room for a head.
func (r *reader) newFields() []Field {
	const room, slab = 12, 1024
	if cap(r.arena)-len(r.arena) < room {
		size := slab
		if len(r.text) < 1<<14 {
			size = 4 * room
		}
		r.arena = make([]Field, 0, size)
	}
	return r.arena[len(r.arena):len(r.arena):cap(r.arena)]
}

// keep returns the unused room.
func (r *reader) keep(fields []Field) []Field {
	if len(fields) == 0 {
		return nil
	}
	if n := len(r.arena) + len(fields); n <= cap(r.arena) && &r.arena[:n][len(r.arena)] == &fields[0] {
		r.arena = r.arena[:n]
		return fields[:len(fields):len(fields)]
	}
	return fields
}

// A rewriter makes a text anew, and remembers which line of the old one each line was.
type rewriter struct {
	text  strings.Builder
	lines []int
	open  bool // the last line has no end yet
}

// add adds text that is in the line with the number, and in the lines from there on if step is 1.
func (w *rewriter) add(text string, number, step int) {
	for text != "" {
		if !w.open {
			w.lines = append(w.lines, number)
		}
		n := next(text, lineEnd(text, 0))
		w.text.WriteString(text[:n])
		if w.open = text[n-1] != '\n'; !w.open {
			number += step
		}
		text = text[n:]
	}
}

// rewrite replaces the text, whose lines w counts from s.line.
func (s *source) rewrite(w *rewriter, undone Undone) {
	if s.lines != nil { // they were others before
		for i, n := range w.lines {
			w.lines[i] = s.lines[min(max(n-s.line, 0), len(s.lines)-1)]
		}
	}
	s.text, s.lines, s.undone = w.text.String(), w.lines, s.undone|undone
}
