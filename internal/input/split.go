package input

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
)

// This file splits a text of any length into blocks, so that a log of a scan is read by all cores in
// constant memory. What a block must know of the text before it is in the block: whether it begins in a
// body, and in which form heads are.

const (
	blockSize = 1 << 20 // of most blocks of a long text
	maxBlock  = 8 << 20 // of one without a place to split it
)

// A Block is a part of a text that can be read without the rest.
type Block struct {
	text   string
	line   int
	form   form // of the heads before it
	inBody bool
	values bool
	scan   bool     // objects of a scanner, one a line
	warc   []record // of a WARC file; there is no text then
	size   int      // of the records
}

// Find returns what the block holds. Blocks may be read at the same time.
func (b Block) Find() Found {
	var found Found
	switch {
	case b.warc != nil:
		for i := range b.warc {
			b.warc[i].find(&found)
		}
		return found
	case b.scan:
		b.findScanned(&found)
		return found
	}
	s := &source{text: b.text, line: b.line, values: b.values}
	s.prepare(b.form.kind == noForm)
	s.readFrom(&found, b.form, b.inBody)
	return found
}

// Len returns the length of the block in bytes.
func (b Block) Len() int { return len(b.text) + b.size }

// A Splitter splits a text of any length into blocks of bounded length.
type Splitter struct {
	in      io.Reader
	warc    *warcReader // in place of in, if the text is a WARC file
	scan    bool
	lost    lost
	err     error
	started bool
	buf     []byte
	line    int
	form    form
	inBody  bool
	values  bool
}

// NewSplitter returns a Splitter that reads from r: a text, in UTF-8 or UTF-16, or a WARC file. Each may be
// compressed with gzip.
func NewSplitter(r io.Reader) *Splitter { return &Splitter{in: r, line: 1} }

// Next returns the next block. Behind the last one the error is io.EOF, or a *LostError if parts of the
// text could not be read, or what r returned; then all that could be read before it has been returned.
func (s *Splitter) Next() (Block, error) {
	if !s.started {
		s.started = true
		s.start()
	}
	if s.warc != nil {
		b, err := s.warc.block()
		if err != nil {
			return Block{}, s.ended(err)
		}
		return b, nil
	}
	s.fill(blockSize)
	if len(s.buf) == 0 {
		return Block{}, s.ended(s.err)
	}
	b := Block{line: s.line, form: s.form, inBody: s.inBody, scan: s.scan}
	if s.err != nil { // all of the rest
		b.text = string(s.buf)
		s.buf = nil
		b.values = s.line == 1 || s.values
		return b, nil
	}
	text := string(s.buf)
	if s.form.kind == noForm && !s.scan {
		s.form = firstForm(text)
	}
	at, inBody := s.cut(text)
	for at == 0 && len(text) < maxBlock && s.err == nil {
		s.fill(len(text) + blockSize)
		text = string(s.buf)
		if at, inBody = s.cut(text); s.err != nil {
			at = len(text)
		}
	}
	if at == 0 {
		if at = strings.LastIndex(text, "},{") + 2; at < len(text)/2 {
			if at = strings.LastIndexByte(text, '\n') + 1; at == 0 {
				at = len(text)
			}
		}
		inBody = s.form.kind == plain
	}
	if s.line == 1 {
		_, named := findName(text[:at], 0)
		s.values = !named && s.form.kind == noForm
		b.values = true
	} else {
		b.values = s.values
	}
	b.text = text[:at]
	s.line += strings.Count(b.text, "\n")
	s.inBody = inBody
	s.buf = append(s.buf[:0], text[at:]...)
	return b, nil
}

// start looks at what kind of text it is.
func (s *Splitter) start() {
	text := decode(s.in, &s.lost)
	if isWARC(text.head) {
		s.warc = &warcReader{in: bufio.NewReaderSize(text, 64<<10), lost: &s.lost}
		return
	}
	s.in = unmark(text)
	s.fill(blockSize)
	s.scan = isScan(string(s.buf))
}

// ended returns the error with which the text ends.
func (s *Splitter) ended(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.EOF
		if lost := s.lost.asError(); lost != nil {
			err = lost
		}
	}
	return err
}

// fill reads until the buffer holds n bytes.
func (s *Splitter) fill(n int) {
	for len(s.buf) < n && s.err == nil {
		if len(s.buf) == cap(s.buf) {
			s.buf = slices.Grow(s.buf, max(4096, min(n-len(s.buf), 3*len(s.buf))))
		}
		var k int
		k, s.err = s.in.Read(s.buf[len(s.buf):min(n, cap(s.buf))])
		s.buf = s.buf[:len(s.buf)+k]
	}
}

// firstForm returns the form of the first head in the text.
func firstForm(text string) form {
	r := &reader{src: &source{text: text}, text: text}
	for i := 0; ; i += 5 {
		if i = index(text, "HTTP/", i); i < 0 {
			return form{}
		}
		if _, _, ok := statusLine(text[i:min(len(text), i+64)]); ok {
			if f, ok := r.formOf(r.lineStart(i), i); ok && f.kind != noForm {
				return f
			}
		}
	}
}

// cut returns where a block of the text may end, and whether the next one begins within a body; 0 if
// there is no good place.
func (s *Splitter) cut(text string) (at int, inBody bool) {
	if s.scan {
		return strings.LastIndexByte(text, '\n') + 1, false
	}
	switch s.form.kind {
	case plain:
		// Before a status line, or the request before it.
		for end := len(text); ; {
			i := strings.LastIndex(text[:end], "\nHTTP/")
			if i < 0 {
				break
			}
			if _, _, ok := statusLine(text[i+1 : min(len(text), i+64)]); ok && i+64 < len(text) {
				if j := requestBefore(text, i+1); j > 0 {
					return j, false
				}
			}
			end = i
		}
		// A body longer than the block.
		return strings.LastIndexByte(text, '\n') + 1, true
	case prefixed, curl, git:
		// Before a request, or a status line.
		r := &reader{src: &source{text: text}, text: text}
		for end := len(text); end > 0; {
			i := strings.LastIndex(text[:end], " HTTP/")
			if i < 0 {
				break
			}
			if begin := r.lineStart(i); begin > 0 && i-begin < maxPrefix && r.requestLine(begin, i+1) {
				return begin, false
			}
			end = i
		}
	}
	// Before a line that begins something: not indented, no closing bracket, and not what goes on.
	for end := len(text) - 1; end > len(text)/2; {
		i := strings.LastIndexByte(text[:end], '\n')
		if i <= 0 {
			break
		}
		if c := text[i+1]; strings.IndexByte(" \t\r\n)]}-<", c) < 0 && strings.IndexByte(",:=([{", text[i-1]) < 0 {
			return i + 1, false
		}
		end = i
	}
	return 0, false
}

// requestBefore returns where the request begins that the response at i answers, or i.
func requestBefore(text string, i int) int {
	low := max(0, i-(1<<14))
	if j := strings.LastIndex(text[low:i-1], "\nHTTP/"); j >= 0 {
		low += j + 6
	}
	r := &reader{src: &source{text: text}, text: text}
	for end := i; end > low; {
		j := strings.LastIndex(text[low:end], " HTTP/")
		if j < 0 {
			break
		}
		j += low
		if begin := r.lineStart(j); r.requestLine(begin, j+1) {
			return begin
		}
		end = j
	}
	return i
}

// Find returns what a whole text holds.
func Find(text []byte) Found {
	var found Found
	s := NewSplitter(strings.NewReader(string(text)))
	for {
		b, err := s.Next()
		if err != nil {
			return found
		}
		f := b.Find()
		found.Responses = append(found.Responses, f.Responses...)
		found.Misses = append(found.Misses, f.Misses...)
		found.Broken += f.Broken
	}
}
